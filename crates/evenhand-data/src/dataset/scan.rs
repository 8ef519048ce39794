//! Finding images in folders, in an order that does not depend on the file system.
//!
//! Folders of millions of images are usual. An order that stays the same takes the names of a folder
//! to be read before the first of them is known; nothing else is held, and of the names nothing but
//! their text: 32 bytes a file were measured on a folder of four million.

use super::DatasetError;
use super::extensions::is_image;
use super::left_out::LeftOut;
use std::ffi::OsStr;
use std::fs::{self, DirEntry};
use std::io;
use std::path::{Path, PathBuf};

/// The images below `root`, sorted by path, one at a time. Hidden files and folders are left out and links are
/// followed; a link to an image that is gone counts as a file, so that it becomes a row like any other missing image.
///
/// # Errors
/// A folder that cannot be listed.
pub(super) fn images(root: &Path) -> Walk {
    Walk::new(root, is_image)
}

/// Goes through a folder and what is below it, depth first.
pub(super) struct Walk {
    /// Filter of files, by their names.
    wanted: fn(&Path) -> bool,
    /// The folder to enter next.
    enter: Option<PathBuf>,
    /// The folders that are being gone through, each within the one before.
    open: Vec<Folder>,
    /// Folders that could not be listed, to be told first.
    errors: Vec<DatasetError>,
    /// The files that are not wanted, so far.
    left_out: LeftOut,
}

struct Folder {
    path: PathBuf,
    names: Names,
    /// The name that is next.
    next: usize,
}

impl Walk {
    fn new(root: &Path, wanted: fn(&Path) -> bool) -> Self {
        Self {
            wanted,
            enter: Some(root.to_owned()),
            open: Vec::new(),
            errors: Vec::new(),
            left_out: LeftOut::default(),
        }
    }

    /// The files that were passed over; complete after the last.
    pub(super) fn left_out(&self) -> &LeftOut {
        &self.left_out
    }

    /// Lists a folder; what cannot be listed is an error, and the rest is gone through.
    fn list(&mut self, path: PathBuf) {
        let mut names = Names::default();
        let entries = match fs::read_dir(&path) {
            Ok(entries) => entries,
            Err(source) => return self.errors.push(DatasetError::Io { path, source }),
        };
        for entry in entries {
            let entry = entry.and_then(|entry| self.note(&path, &entry, &mut names));
            if let Err(source) = entry {
                let path = path.clone();
                self.errors.push(DatasetError::Io { path, source });
            }
        }
        names.sort();
        self.open.push(Folder {
            path,
            names,
            next: 0,
        });
    }

    /// Adds an entry to the names, if it is a folder or a file that is wanted.
    fn note(&mut self, folder: &Path, entry: &DirEntry, names: &mut Names) -> io::Result<()> {
        let name = entry.file_name();
        if name.as_encoded_bytes().starts_with(b".") {
            return Ok(());
        }
        let mut kind = entry.file_type()?;
        if kind.is_symlink() {
            match fs::metadata(entry.path()) {
                Ok(target) if target.is_dir() => {
                    self.refuse_circle(folder, &entry.path())?;
                    kind = target.file_type();
                }
                Ok(target) => kind = target.file_type(),
                Err(_) if is_image(Path::new(&name)) => return names.push(&name, FILE),
                Err(_) => return Ok(()),
            }
        }
        if kind.is_dir() {
            names.push(&name, FOLDER)
        } else if kind.is_file() && (self.wanted)(Path::new(&name)) {
            names.push(&name, FILE)
        } else {
            if kind.is_file() {
                self.left_out.add(Path::new(&name));
            }
            Ok(())
        }
    }

    /// # Errors
    /// The link leads to a folder that it is in, by its own path or by the links on the way here.
    fn refuse_circle(&self, folder: &Path, link: &Path) -> io::Result<()> {
        let target = fs::canonicalize(link)?;
        let above = self.open.iter().map(|folder| folder.path.as_path());
        for above in above.chain([folder]) {
            if fs::canonicalize(above)?.starts_with(&target) {
                let circle = format!("`{}` links to a folder that it is in", link.display());
                return Err(io::Error::other(circle));
            }
        }
        Ok(())
    }
}

impl Iterator for Walk {
    type Item = Result<PathBuf, DatasetError>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            if let Some(folder) = self.enter.take() {
                self.list(folder);
            }
            if let Some(error) = self.errors.pop() {
                return Some(Err(error));
            }
            let folder = self.open.last_mut()?;
            let Some((name, kind)) = folder.names.get(folder.next) else {
                self.open.pop();
                continue;
            };
            folder.next += 1;
            let path = folder.path.join(name);
            match kind {
                FOLDER => self.enter = Some(path),
                _ => return Some(Ok(path)),
            }
        }
    }
}

/// Kind of an entry, the byte behind its name: two bytes that no name has, the one as in a path.
const FOLDER: u8 = b'/';
const FILE: u8 = 0;

/// Names in one piece of memory.
#[derive(Default)]
struct Names {
    text: Vec<u8>,
    starts: Vec<u64>,
}

impl Names {
    /// # Errors
    /// A name that is not Unicode, where the system's names are.
    fn push(&mut self, name: &OsStr, kind: u8) -> io::Result<()> {
        if cfg!(not(unix)) && name.to_str().is_none() {
            let name = name.to_string_lossy();
            return Err(io::Error::other(format!(
                "the name `{name}` is not Unicode"
            )));
        }
        self.starts.push(self.text.len() as u64);
        self.text.extend_from_slice(name.as_encoded_bytes());
        self.text.push(kind);
        Ok(())
    }

    fn sort(&mut self) {
        self.text.shrink_to_fit();
        let text = &self.text;
        self.starts
            .sort_unstable_by_key(|&start| name_at(text, start).0);
    }

    /// A name, and whether it is that of a file or a folder.
    fn get(&self, at: usize) -> Option<(&OsStr, u8)> {
        let (name, kind) = name_at(&self.text, *self.starts.get(at)?);
        Some((os_str(name), kind))
    }
}

fn name_at(text: &[u8], start: u64) -> (&[u8], u8) {
    let rest = &text[start as usize..];
    let end = rest.iter().position(|&byte| matches!(byte, FILE | FOLDER));
    let end = end.expect("every name is followed by its kind");
    (&rest[..end], rest[end])
}

#[cfg(unix)]
fn os_str(name: &[u8]) -> &OsStr {
    std::os::unix::ffi::OsStrExt::from_bytes(name)
}

#[cfg(not(unix))]
fn os_str(name: &[u8]) -> &OsStr {
    let name = std::str::from_utf8(name).expect("only Unicode names are taken");
    OsStr::new(name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    #[test]
    fn images_are_found_by_extension_in_any_case_sorted_and_never_hidden() {
        let dir = tempfile::tempdir().unwrap();
        for name in [
            "b/2.JPG",
            "b/3.jfif",
            "b/4.HEIC",
            "b/1.tiff",
            "a/x/y.WebP",
            "a/.hidden.png",
            ".git/z.png",
            "notes.txt",
        ] {
            let path = dir.path().join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, "").unwrap();
        }
        let mut walk = images(dir.path());
        let found: Vec<_> = walk
            .by_ref()
            .map(|p| {
                p.unwrap()
                    .strip_prefix(dir.path())
                    .unwrap()
                    .to_str()
                    .unwrap()
                    .to_owned()
            })
            .collect();
        let expected = ["a/x/y.WebP", "b/1.tiff", "b/2.JPG", "b/3.jfif", "b/4.HEIC"];
        assert_eq!(found, expected);
        let note = "1 file not of an image type left out (1 `.txt`)";
        assert_eq!(walk.left_out().note().as_deref(), Some(note));
    }
    #[cfg(unix)]
    #[test]
    fn links_are_followed_but_never_in_a_circle() {
        use std::os::unix::fs::symlink;
        let dir = tempfile::tempdir().unwrap();
        let root = dir.path().join("root");
        let elsewhere = dir.path().join("elsewhere");
        fs::create_dir_all(root.join("a")).unwrap();
        fs::create_dir(&elsewhere).unwrap();
        fs::write(elsewhere.join("1.jpg"), "").unwrap();
        symlink(&elsewhere, root.join("b")).unwrap();
        symlink(elsewhere.join("1.jpg"), root.join("c.jpg")).unwrap();
        symlink(elsewhere.join("gone.jpg"), root.join("d.jpg")).unwrap();
        symlink(elsewhere.join("gone.txt"), root.join("e.txt")).unwrap();
        symlink(&root, root.join("a/up")).unwrap();
        symlink(&root, elsewhere.join("round")).unwrap();
        let (found, errors): (Vec<_>, Vec<_>) = images(&root).partition(Result::is_ok);
        let found: Vec<PathBuf> = found.into_iter().flatten().collect();
        let expected = ["b/1.jpg", "c.jpg", "d.jpg"].map(|name| root.join(name));
        assert_eq!(found, expected);
        assert_eq!(errors.len(), 2, "{errors:?}");
        let error = errors[0].as_ref().unwrap_err().to_string();
        assert!(
            error.ends_with("a/up` links to a folder that it is in"),
            "{error}"
        );
    }

    #[cfg(unix)]
    #[test]
    fn a_name_that_is_no_text_is_found() {
        use std::os::unix::ffi::OsStrExt;
        let dir = tempfile::tempdir().unwrap();
        let name = OsStr::from_bytes(b"\xFF\xFE.jpg");
        if fs::write(dir.path().join(name), "").is_err() {
            return; // the file system takes Unicode only
        }
        let found: Vec<PathBuf> = images(dir.path()).map(Result::unwrap).collect();
        assert_eq!(found, [dir.path().join(name)]);
    }

    #[test]
    fn a_folder_that_cannot_be_listed_is_an_error_and_the_others_are_gone_through() {
        let dir = tempfile::tempdir().unwrap();
        let gone = dir.path().join("gone");
        let found: Vec<_> = images(&gone).collect();
        assert!(matches!(&found[..], [Err(DatasetError::Io { path, .. })] if *path == gone));
    }

    #[test]
    fn a_folder_stands_where_its_name_stands() {
        let dir = tempfile::tempdir().unwrap();
        for name in ["a.jpg", "a/1.jpg", "a-b/1.jpg", "a0.jpg"] {
            let path = dir.path().join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, "").unwrap();
        }
        let found: Vec<PathBuf> = images(dir.path()).map(Result::unwrap).collect();
        let expected = ["a/1.jpg", "a-b/1.jpg", "a.jpg", "a0.jpg"];
        assert_eq!(found, expected.map(|name| dir.path().join(name)));
    }
}
