//! Plain files: the one place where files are opened for reading. Opening a pipe would wait for somebody to write
//! into it, and a device may never end, so anything else is refused unopened.

use std::fs::{File, Metadata};
use std::io::{self, ErrorKind, Read};
use std::path::Path;

/// Most bytes of a text that people write by hand: configurations, specs, presets.
pub const TEXT: u64 = 16 << 20;

/// Next step where a pipe or device was named.
const HINT: &str = "copy what it gives into a file first, and name that";

/// Reason why there is something to read and it isn't read; inside of an [`io::Error`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    #[error("this is a {0}, not a plain file")]
    NotPlain(&'static str),
    #[error("it has {bytes} bytes; at most {most} are read")]
    TooLarge { bytes: u64, most: u64 },
    #[error("memory is too small for its {bytes} bytes")]
    NoMemory { bytes: u64 },
}

impl Refused {
    /// The reason inside of an error, if it is one of these.
    pub fn of(error: &io::Error) -> Option<Self> {
        error.get_ref()?.downcast_ref().copied()
    }
}

impl From<Refused> for io::Error {
    fn from(refused: Refused) -> Self {
        let kind = match refused {
            Refused::NotPlain(FOLDER) => ErrorKind::IsADirectory,
            Refused::NotPlain(_) => ErrorKind::InvalidInput,
            Refused::TooLarge { .. } => ErrorKind::FileTooLarge,
            Refused::NoMemory { .. } => ErrorKind::OutOfMemory,
        };
        Self::new(kind, refused)
    }
}

/// The next step after an error of this file's functions, where there is one.
pub fn hint(error: &io::Error) -> Option<&'static str> {
    match Refused::of(error) {
        Some(Refused::NotPlain(kind)) if kind != FOLDER => Some(HINT),
        _ => None,
    }
}

/// Checks that a path leads to a plain file, through links too; its size in bytes.
///
/// # Errors
/// No such file, or a folder, pipe, socket or device.
pub fn check(path: &Path) -> io::Result<u64> {
    let metadata = std::fs::metadata(path)?;
    match metadata.is_file() {
        true => Ok(metadata.len()),
        false => Err(Refused::NotPlain(kind(&metadata)).into()),
    }
}

/// Opens a plain file for reading.
///
/// # Errors
/// As of [`check`], and a file that can't be opened.
pub fn open(path: &Path) -> io::Result<File> {
    check(path)?;
    File::open(path)
}

/// Reads a plain file of at most so many bytes.
///
/// # Errors
/// As of [`open`], and a file that is larger, or that memory has no room for.
pub fn read(path: &Path, most: u64) -> io::Result<Vec<u8>> {
    let bytes = check(path)?;
    if bytes > most {
        return Err(Refused::TooLarge { bytes, most }.into());
    }
    let mut content = Vec::new();
    let room = usize::try_from(bytes).map(|bytes| content.try_reserve_exact(bytes));
    if !matches!(room, Ok(Ok(()))) {
        return Err(Refused::NoMemory { bytes }.into());
    }
    // A file may grow while it is read; one byte more than allowed is enough to know.
    let mut bounded = File::open(path)?.take(most.saturating_add(1));
    bounded.read_to_end(&mut content)?;
    match content.len() as u64 {
        bytes if bytes > most => Err(Refused::TooLarge { bytes, most }.into()),
        _ => Ok(content),
    }
}

/// Reads a plain file of at most [`TEXT`] bytes as UTF-8.
///
/// # Errors
/// As of [`read`], and bytes that are no UTF-8.
pub fn read_text(path: &Path) -> io::Result<String> {
    let not_utf8 = |_| io::Error::new(ErrorKind::InvalidData, "it is no UTF-8 text");
    String::from_utf8(read(path, TEXT)?).map_err(not_utf8)
}

const FOLDER: &str = "folder";

#[cfg(unix)]
fn kind(metadata: &Metadata) -> &'static str {
    use std::os::unix::fs::FileTypeExt;
    let kind = metadata.file_type();
    if kind.is_dir() {
        FOLDER
    } else if kind.is_fifo() {
        "pipe"
    } else if kind.is_socket() {
        "socket"
    } else {
        "device"
    }
}

#[cfg(not(unix))]
fn kind(metadata: &Metadata) -> &'static str {
    match metadata.is_dir() {
        true => FOLDER,
        false => "device",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_read_within_its_size() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.toml");
        std::fs::write(&path, "seven b").unwrap();
        assert_eq!(read(&path, 7).unwrap(), b"seven b");
        let error = read(&path, 6).unwrap_err();
        assert_eq!(error.to_string(), "it has 7 bytes; at most 6 are read");
        assert_eq!(error.kind(), ErrorKind::FileTooLarge);
        assert_eq!(read_text(&path).unwrap(), "seven b");
        std::fs::write(&path, [0xff]).unwrap();
        assert_eq!(read_text(&path).unwrap_err().kind(), ErrorKind::InvalidData);
        // A file with a hole takes no room on the disk, and more than memory has.
        let hole = File::create(&path).unwrap();
        if hole.set_len(1 << 50).is_ok() {
            let error = read(&path, u64::MAX).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::OutOfMemory, "{error}");
        }
    }

    #[test]
    fn what_is_no_plain_file_is_refused_by_kind() {
        let folder = tempfile::tempdir().unwrap();
        let refused = |path: &Path| open(path).unwrap_err();
        let error = refused(folder.path());
        assert_eq!(error.to_string(), "this is a folder, not a plain file");
        assert_eq!(hint(&error), None);
        let gone = refused(&folder.path().join("gone"));
        assert_eq!((gone.kind(), hint(&gone)), (ErrorKind::NotFound, None));
        #[cfg(unix)]
        {
            let error = refused(Path::new("/dev/zero"));
            assert_eq!(error.to_string(), "this is a device, not a plain file");
            assert_eq!(hint(&error), Some(HINT));
            let path = folder.path().join("pipe");
            let made = std::process::Command::new("mkfifo").arg(&path).status();
            assert!(made.unwrap().success());
            let error = refused(&path);
            assert_eq!(error.to_string(), "this is a pipe, not a plain file");
            assert_eq!(read(&path, 9).unwrap_err().kind(), ErrorKind::InvalidInput);
        }
    }
}
