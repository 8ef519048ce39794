//! Files that commands write: each whole or not at all, none in place of an input.

use super::printer::{Printer, STDOUT, in_flags};
use evenhand::hint::{Hint, Message};
use evenhand::jobs::files;
use evenhand::{Error, WriteError};
use std::fs;
use std::path::{Path, PathBuf, absolute};

/// An output that can't be written where it is asked for.
#[derive(Debug, thiserror::Error)]
pub enum OutputError {
    #[error("two outputs go to `{}`", .0.display())]
    SameOutput(PathBuf),
    #[error("`{}` is read, and would be replaced", .0.display())]
    ReplacesInput(PathBuf),
    #[error("a page needs a file that ends in .html, not `{}`", .0.display())]
    NoHtml(PathBuf),
}

impl Hint for OutputError {
    fn hint(&self) -> Option<Message> {
        let hint = match self {
            Self::SameOutput(_) => "give each output its own name",
            Self::ReplacesInput(_) => "write to another file",
            Self::NoHtml(_) => "write {out} page.html; {json} and {csv} are for data",
        };
        Some(hint.into())
    }
}

/// Whether a path stands for standard output.
pub fn is_stdout(path: &Path) -> bool {
    path == Path::new("-")
}

/// # Errors
/// Outputs would replace each other, or an input.
pub fn check<'a>(
    outputs: impl IntoIterator<Item = &'a Path>,
    inputs: &[&Path],
) -> Result<(), OutputError> {
    let mut taken: Vec<&Path> = Vec::new();
    for output in outputs {
        let is_taken = |taken: &[&Path]| taken.iter().any(|one| is_same(one, output));
        if is_taken(&taken) {
            return Err(OutputError::SameOutput(output.to_owned()));
        }
        if is_taken(inputs) {
            return Err(OutputError::ReplacesInput(output.to_owned()));
        }
        taken.push(output);
    }
    Ok(())
}

/// # Errors
/// The file doesn't end in `.html`.
pub fn check_html(page: &Path) -> Result<(), OutputError> {
    match page.extension().is_some_and(|end| end == "html") {
        true => Ok(()),
        false => Err(OutputError::NoHtml(page.to_owned())),
    }
}

/// Whether both name one file, by whatever way.
fn is_same(a: &Path, b: &Path) -> bool {
    let whole = |path: &Path| path.canonicalize().or_else(|_| absolute(path));
    a == b || matches!((whole(a), whole(b)), (Ok(a), Ok(b)) if a == b)
}

/// Writes to a file or to standard output.
pub fn write(path: &Path, bytes: &[u8], printer: &mut Printer) -> Result<(), Error> {
    match is_stdout(path) {
        true => print(bytes, printer),
        false => Ok(files::write(path, bytes)?),
    }
}

/// Writes to standard output.
pub fn print(bytes: &[u8], printer: &mut Printer) -> Result<(), Error> {
    let written = printer.out().write_all(bytes);
    Ok(written.map_err(WriteError::of(Path::new(STDOUT)))?)
}

/// Writes files into a folder, which is made where there is none. Files of the same names are
/// replaced, but none of `inputs`.
pub fn write_folder(
    folder: &Path,
    contents: &[(&str, Vec<u8>)],
    inputs: &[&Path],
) -> Result<(), Error> {
    let paths: Vec<PathBuf> = contents.iter().map(|(name, _)| folder.join(name)).collect();
    check(paths.iter().map(PathBuf::as_path), inputs)?;
    fs::create_dir_all(folder).map_err(WriteError::of(folder))?;
    for (path, (_, bytes)) in paths.iter().zip(contents) {
        files::write(path, bytes)?;
    }
    Ok(())
}

/// JSON as files have it.
pub fn json_bytes(json: &serde_json::Value) -> Vec<u8> {
    format!("{json:#}\n").into_bytes()
}

/// Sentences as lines.
pub fn lines(sentences: &[Message]) -> String {
    let lines = sentences.iter().map(|sentence| in_flags(sentence) + "\n");
    lines.collect()
}
