//! A file appears whole under its name or not at all: a killed process or a full disk leaves no
//! half of one behind.

use std::ffi::OsStr;
use std::fs::File;
use std::io::{self, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use tempfile::NamedTempFile;

/// Begin and end of the names of files that are still being written.
const UNFINISHED: [&str; 2] = [".evenhand-", ".tmp"];

/// Whether a file name is that of a file under construction, by this process or one that was killed.
pub fn is_unfinished(name: &OsStr) -> bool {
    let [begin, end] = UNFINISHED.map(str::as_bytes);
    let name = name.as_encoded_bytes();
    name.starts_with(begin) && name.ends_with(end)
}

/// A file under construction, in the folder of its final name. Dropped without
/// [`commit`](Self::commit), it is gone.
#[derive(Debug)]
pub struct AtomicFile {
    temporary: NamedTempFile,
    path: PathBuf,
}

impl AtomicFile {
    /// # Errors
    /// Whatever the system says: no such folder, a read-only one, a full disk.
    pub fn create(path: &Path) -> io::Result<Self> {
        Self::create_in(folder(path), path)
    }

    /// As [`create`](Self::create), in another folder of the same disk until it is complete.
    ///
    /// # Errors
    /// As for [`create`](Self::create).
    pub fn create_in(staging: &Path, path: &Path) -> io::Result<Self> {
        let mut builder = tempfile::Builder::new();
        let [begin, end] = UNFINISHED;
        builder.prefix(begin).suffix(end);
        // As any other new file, and not for the owner alone: stores are shared.
        #[cfg(unix)]
        builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
        let temporary = builder.tempfile_in(staging).map_err(plain)?;
        let path = path.to_owned();
        Ok(Self { temporary, path })
    }

    /// The final name.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Flushes to the disk and takes the final name, replacing what has it.
    ///
    /// # Errors
    /// As for [`create`](Self::create); nothing is left behind.
    pub fn commit(self) -> io::Result<()> {
        self.temporary.as_file().sync_all()?;
        let path = self.path.clone();
        self.commit_unsynced()?;
        sync_folder(folder(&path))
    }

    /// As [`commit`](Self::commit) for a file that a power cut may take: it does not wait for the disk.
    ///
    /// # Errors
    /// As for [`create`](Self::create); nothing is left behind.
    pub fn commit_unsynced(self) -> io::Result<()> {
        let persisted = self.temporary.persist(&self.path);
        persisted.map(drop).map_err(|failed| failed.error)
    }
}

impl Write for AtomicFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.temporary.as_file_mut().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.temporary.as_file_mut().flush()
    }
}

impl Seek for AtomicFile {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.temporary.as_file_mut().seek(to)
    }
}

/// The system's error without the name of the temporary file, which means nothing to anybody.
fn plain(error: io::Error) -> io::Error {
    let text = error.to_string();
    match text.split_once(" at path ") {
        Some((said, _)) => io::Error::new(error.kind(), said),
        None => error,
    }
}

fn folder(path: &Path) -> &Path {
    match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    }
}

/// A rename survives a power cut only when the folder is on the disk too.
#[cfg(unix)]
fn sync_folder(folder: &Path) -> io::Result<()> {
    File::open(folder)?.sync_all()
}

/// Other systems don't open folders.
#[cfg(not(unix))]
fn sync_folder(_folder: &Path) -> io::Result<()> {
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_names_no_temporary_file() {
        let folder = tempfile::tempdir().unwrap();
        let error = AtomicFile::create(&folder.path().join("none/out")).unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::NotFound);
        assert!(!error.to_string().contains(UNFINISHED[0]), "{error}");
    }

    #[test]
    fn a_file_that_is_not_committed_leaves_nothing_and_keeps_the_old_one() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("out");
        std::fs::write(&path, "old").unwrap();

        let mut file = AtomicFile::create(&path).unwrap();
        file.write_all(b"half of the new").unwrap();
        let names = std::fs::read_dir(folder.path()).unwrap();
        let names = names.map(|entry| entry.unwrap().file_name());
        assert_eq!(names.filter(|name| is_unfinished(name)).count(), 1);
        assert!(!is_unfinished(OsStr::new(".mine.tmp")));
        drop(file);
        assert_eq!(std::fs::read(&path).unwrap(), b"old");
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);

        let mut file = AtomicFile::create(&path).unwrap();
        file.write_all(b"new").unwrap();
        file.commit().unwrap();
        assert_eq!(std::fs::read(&path).unwrap(), b"new");
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
    }
}
