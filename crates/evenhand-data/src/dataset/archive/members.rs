//! The members of a tar file that are images or describe them, some at a time, without their bytes.

use super::attributes::{self, Text};
use crate::dataset::DatasetError;
use crate::dataset::extensions::is_image;
use crate::dataset::file_names;
use crate::dataset::plain_file::open_plain;
use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::path::Path;
use tar::{Archive, EntryType, Header};

/// Members that are read in one go.
const MEMBERS: usize = 512;

/// Text beyond this is no attribute.
const MAX_TEXT: u64 = 1 << 20;

/// Members begin and end at multiples of this.
const BLOCK: u64 = 512;

const GZIP: [u8; 2] = [0x1F, 0x8B];

pub(super) struct Member {
    pub(super) name: String,
    pub(super) content: Content,
}

pub(super) enum Content {
    /// A link has no bytes.
    Image {
        start: u64,
        len: u64,
    },
    Text(Text),
}

/// The name without the extensions, which begin at the first dot behind the last `/`, and these.
pub(super) fn split(name: &str) -> (&str, &str) {
    let base = name.rfind('/').map_or(0, |slash| slash + 1);
    match name[base..].find('.') {
        Some(dot) => (&name[..base + dot], &name[base + dot + 1..]),
        None => (name, ""),
    }
}

/// Reads some members from `start` on, which is that of a header; returns the start of the next ones too, if any.
///
/// # Errors
/// An archive that cannot be read, or an image in it that could not be read later.
pub(super) fn read_members(
    path: &Path,
    start: u64,
) -> Result<(Vec<Member>, Option<u64>), DatasetError> {
    let broken = |error: io::Error| broken(path, error);
    let mut file = open_plain(path)?;
    let end = file.metadata().map_err(broken)?.len();
    if start == 0 && is_gzip(&mut file).map_err(broken)? {
        return Err(DatasetError::Compressed {
            path: path.to_owned(),
        });
    }
    file.seek(SeekFrom::Start(start)).map_err(broken)?;
    let mut archive = Archive::new(From { file, start });
    // Archives that were strung together have blocks of zeros between them.
    archive.set_ignore_zeros(true);
    let mut members = Vec::new();
    let mut next = start;
    for (count, entry) in archive.entries_with_seek().map_err(broken)?.enumerate() {
        if count == MEMBERS {
            return Ok((members, Some(next)));
        }
        let mut entry = entry.map_err(broken)?;
        let (at, len) = (start + entry.raw_file_position(), entry.size());
        let name = file_names::text_of_bytes(&entry.path_bytes());
        let name = name.trim_start_matches("./").to_owned();
        let place = || format!("{}/{name}", path.display());
        let kind = entry.header().entry_type();
        let behind = at.saturating_add(len);
        if behind > end && !kind.is_gnu_sparse() {
            return Err(DatasetError::Tar {
                place: place(),
                problem: format!(
                    "the archive is broken off: {} bytes are missing",
                    behind - end
                ),
            });
        }
        next = behind.next_multiple_of(BLOCK);
        let extension = split(&name).1.to_lowercase();
        if kind.is_dir() || is_hidden(&name) {
            continue;
        } else if is_image(Path::new(&name)) || kind.is_gnu_sparse() {
            let len = stored(kind, len, place)?;
            let content = Content::Image { start: at, len };
            members.push(Member { name, content });
        } else if kind.is_file() && len <= MAX_TEXT && attributes::is_text(&extension) {
            let mut bytes = Vec::with_capacity(len as usize);
            entry.read_to_end(&mut bytes).map_err(broken)?;
            let text = attributes::read(&extension, bytes).map_err(|problem| {
                let place = place();
                DatasetError::Tar { place, problem }
            })?;
            let content = Content::Text(text);
            members.push(Member { name, content });
        }
    }
    Ok((members, None))
}

/// The error of reading the archive: the system's own, or that of its content.
fn broken(path: &Path, error: io::Error) -> DatasetError {
    match error.raw_os_error() {
        Some(_) => DatasetError::Io {
            path: path.to_owned(),
            source: error,
        },
        None => DatasetError::Tar {
            place: path.display().to_string(),
            problem: format!("not a tar file, or a damaged one: {error}"),
        },
    }
}

/// The bytes of an image that are in the archive: none of a link, a pipe or a device, which is a row all the same.
///
/// # Errors
/// A sparse file, whose bytes do not follow each other: it can't be said where the next member begins.
fn stored(kind: EntryType, len: u64, place: impl Fn() -> String) -> Result<u64, DatasetError> {
    match kind {
        EntryType::Regular | EntryType::Continuous => Ok(len),
        EntryType::GNUSparse => Err(DatasetError::Tar {
            place: place(),
            problem: "a sparse file, whose bytes do not follow each other".into(),
        }),
        _ => Ok(0),
    }
}

/// Why the image that would start at `start` has no bytes; `None`: it is an empty file.
///
/// # Errors
/// An archive that cannot be read.
pub(super) fn why_empty(archive: &mut File, start: u64) -> io::Result<Option<String>> {
    let mut header = [0; BLOCK as usize];
    archive.seek(SeekFrom::Start(start.saturating_sub(BLOCK)))?;
    archive.read_exact(&mut header)?;
    let header = Header::from_byte_slice(&header);
    let target = header.link_name_bytes().unwrap_or_default();
    let target = file_names::text_of_bytes(&target);
    Ok(match header.entry_type() {
        EntryType::Regular | EntryType::Continuous => None,
        EntryType::Link => Some(format!(
            "a hard link to `{target}` in the archive, without bytes of its own; pack a copy of the file instead"
        )),
        EntryType::Symlink => Some(format!(
            "a link to `{target}`, not an image; pack the file itself instead"
        )),
        _ => Some("not a plain file".into()),
    })
}

/// Hidden files are left out, as in folders; macOS puts one beside every file (`._0001.jpg`).
fn is_hidden(name: &str) -> bool {
    let hidden = |part: &str| part.starts_with('.') && part != "." && part != "..";
    name.split('/').any(hidden)
}

fn is_gzip(file: &mut File) -> io::Result<bool> {
    let mut start = Vec::new();
    file.take(GZIP.len() as u64).read_to_end(&mut start)?;
    Ok(start == GZIP)
}

/// A file as if it began at `start`.
struct From {
    file: File,
    start: u64,
}

impl Read for From {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.file.read(buffer)
    }
}

impl Seek for From {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let to = match to {
            SeekFrom::Start(offset) => SeekFrom::Start(self.start.saturating_add(offset)),
            relative => relative,
        };
        Ok(self.file.seek(to)?.saturating_sub(self.start))
    }
}
