//! Files for tests.

use evenhand_stats::error::Error;
use evenhand_stats::hint::Message;
use std::fs;
use std::path::PathBuf;
use tempfile::TempDir;

/// A folder that is gone when the test is over.
pub(crate) struct Folder(TempDir);

impl Folder {
    pub fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    pub fn write(&self, name: &str, bytes: impl AsRef<[u8]>) -> PathBuf {
        let path = self.path(name);
        fs::write(&path, bytes).unwrap();
        path
    }

    /// Text without the folder's name.
    pub fn clean(&self, text: &str) -> String {
        text.replace(&format!("{}/", self.0.path().display()), "")
    }

    /// An error and its hint as the command line shows them.
    pub fn told(&self, error: impl Into<Error>) -> String {
        let error: Error = error.into();
        let hint = error.hint().as_ref().map(in_flags).unwrap_or_default();
        self.clean(&format!("{error}; {hint}"))
    }
}

/// Settings as flags.
pub(crate) fn in_flags(message: &Message) -> String {
    message.written(|name| format!("--{}", name.replace('_', "-")))
}

/// Lines of text.
pub(crate) fn lines(messages: &[Message]) -> String {
    let lines = messages.iter().map(|message| in_flags(message) + "\n");
    lines.collect()
}
