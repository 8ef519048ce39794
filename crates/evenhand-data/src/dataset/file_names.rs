//! File names as text, and files by their names in lists and outputs.
//!
//! A byte that isn't UTF-8 is escaped, `Zo\xEB.png`, so that two names stay two and a later command finds the file
//! again. Lists written on Windows have `\` between folders, which other systems take for a part of a name.

use std::fmt::Write;
use std::path::{Path, PathBuf};

/// Text of a path, with bytes that aren't UTF-8 escaped.
pub(super) fn text(path: &Path) -> String {
    text_of_bytes(path.as_os_str().as_encoded_bytes())
}

/// The same for the bytes of a name.
pub(super) fn text_of_bytes(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len());
    for chunk in bytes.utf8_chunks() {
        text += chunk.valid();
        for byte in chunk.invalid() {
            write!(text, "\\x{byte:02X}").expect("a string takes everything");
        }
    }
    text
}

/// A file and how its name was read.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Found {
    pub(super) file: PathBuf,
    /// Each `\` of the name was read as `/`.
    pub(super) backslashes: bool,
}

/// The file that a list or an output calls `path`: that of this very name if there is one, else the one whose name
/// has these bytes escaped, else the one with `/` for each `\`, whether it exists or not.
pub(super) fn find(path: PathBuf) -> Found {
    let as_it_is = |file| Found {
        file,
        backslashes: false,
    };
    let text = path.to_str().filter(|text| text.contains('\\'));
    let Some(text) = text.filter(|_| cfg!(not(windows)) && !path.exists()) else {
        return as_it_is(path);
    };
    match unescaped(text).filter(|file| file.exists()) {
        Some(file) => as_it_is(file),
        None => Found {
            file: text.replace('\\', "/").into(),
            backslashes: true,
        },
    }
}

/// The path of which [`text()`] is `text`; `None` if no byte is escaped.
#[cfg(unix)]
fn unescaped(text: &str) -> Option<PathBuf> {
    use std::ffi::OsString;
    use std::os::unix::ffi::OsStringExt;
    let mut parts = text.split("\\x");
    let mut bytes = parts.next()?.as_bytes().to_vec();
    let mut any = false;
    for part in parts {
        match part.get(..2).map(|digits| u8::from_str_radix(digits, 16)) {
            Some(Ok(byte)) => {
                bytes.push(byte);
                bytes.extend_from_slice(&part.as_bytes()[2..]);
                any = true;
            }
            _ => {
                bytes.extend_from_slice(b"\\x");
                bytes.extend_from_slice(part.as_bytes());
            }
        }
    }
    any.then(|| OsString::from_vec(bytes).into())
}

/// Other systems have no such names.
#[cfg(not(unix))]
fn unescaped(_text: &str) -> Option<PathBuf> {
    None
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt;

    #[test]
    fn names_that_are_not_utf8_stay_apart_and_are_found_again() {
        let dir = tempfile::tempdir().unwrap();
        let path = |name: &[u8]| dir.path().join(OsStr::from_bytes(name));
        let names: [&[u8]; 3] = [b"Zo\xEB.png", b"Zo\xEA.png", "Zoë.png".as_bytes()];
        let texts = names.map(|name| text(&path(name)));
        assert!(texts[0].ends_with("Zo\\xEB.png"), "{}", texts[0]);
        assert!(texts[2].ends_with("Zoë.png"), "{}", texts[2]);
        if std::fs::write(path(names[0]), "").is_err() {
            return; // the file system takes Unicode only
        }
        std::fs::write(path(names[1]), "").unwrap();
        for (name, text) in names.iter().zip(&texts) {
            let found = find(text.into());
            assert_eq!(found.file, path(name));
            assert!(!found.backslashes);
        }
    }

    #[test]
    fn backslashes_separate_folders_unless_a_file_has_them_in_its_name() {
        let dir = tempfile::tempdir().unwrap();
        let path = |name: &str| dir.path().join(name);
        let found = find(path("a\\1.jpg"));
        assert_eq!(found.file, path("a/1.jpg"));
        assert!(found.backslashes);
        std::fs::write(path("a\\1.jpg"), "").unwrap();
        let found = find(path("a\\1.jpg"));
        assert_eq!(found.file, path("a\\1.jpg"));
        assert!(!found.backslashes);
    }
}
