//! What the tests share: drawn faces, the program, and ways to read what it wrote.

use assert_cmd::Command;
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use tempfile::TempDir;

/// A folder of its own for a test, with drawn faces in it.
pub struct World {
    folder: TempDir,
    pub table: PathBuf,
}

impl World {
    pub fn with_faces(faces: usize) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let table = evenhand::demo::render(&folder.path().join("data"), "faces", faces, 7).unwrap();
        Self { folder, table }
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub fn write(&self, name: &str, contents: impl AsRef<[u8]>) -> PathBuf {
        let path = self.path(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, contents).unwrap();
        path
    }

    /// The program with a command, in this folder, with a feature store of its own.
    pub fn evenhand(&self, command: &str) -> Command {
        let mut evenhand = Command::cargo_bin("evenhand").unwrap();
        evenhand
            .current_dir(self.folder.path())
            .env("XDG_CACHE_HOME", self.path("cache"))
            .arg(command);
        evenhand
    }

    /// A training on the drawn faces that is as fast as can be.
    pub fn train(&self, run: &str) -> Command {
        let mut train = self.evenhand("train");
        train
            .arg(&self.table)
            .args(["--label", "smiling", "--engine", "burn", "--out", run]);
        train.args(["--epochs", "4", "--hidden", "16", "--folds", "2"]);
        train
    }

    /// Predictions of the images in `list.csv` by the run `run`.
    pub fn predict_list(&self, more: &[&str]) -> Command {
        let mut predict = self.evenhand("predict");
        predict
            .args(["run", "list.csv", "--engine", "burn"])
            .args(more);
        predict
    }

    /// How many parts of a table of predictions are done.
    pub fn parts(&self, out: &str) -> usize {
        let index = fs::read(self.path(&format!("{out}.parts/manifest.json"))).unwrap_or_default();
        let index: serde_json::Value = serde_json::from_slice(&index).unwrap_or_default();
        index["parts"].as_array().map_or(0, Vec::len)
    }
}

/// The same command, so that it can be watched and signalled while it runs.
pub fn plain(command: &Command) -> std::process::Command {
    let mut plain = std::process::Command::new(command.get_program());
    plain
        .args(command.get_args())
        .current_dir(command.get_current_dir().unwrap());
    for (name, value) in command.get_envs() {
        plain.env(name, value.unwrap_or_default());
    }
    plain
}

/// From column to value.
pub type Row = BTreeMap<String, String>;

/// The rows of a CSV file.
pub fn rows(path: &Path) -> Vec<Row> {
    let mut reader = csv::Reader::from_path(path).unwrap();
    reader.deserialize().map(|row| row.unwrap()).collect()
}

pub fn json(path: &Path) -> serde_json::Value {
    serde_json::from_slice(&fs::read(path).unwrap()).unwrap()
}

/// What a command printed, with standard error after standard output.
pub fn printed(output: &std::process::Output) -> String {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    text(&output.stdout) + &text(&output.stderr)
}
