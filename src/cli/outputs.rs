//! Files that commands write: each whole or not at all, none in place of an input.

use super::args::ResultTables;
use super::printer::{Printer, STDOUT, in_flags};
use evenhand::hint::{Hint, Message};
use evenhand::jobs::files;
use evenhand::jobs::output_folder::OutputFolder;
use evenhand::{Error, Overwrite, WriteError};
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
/// Outputs would replace each other, an input, or a file that may not be replaced.
pub fn check<'a>(
    outputs: impl IntoIterator<Item = &'a Path>,
    inputs: &[&Path],
    overwrite: Overwrite,
) -> Result<(), Error> {
    let outputs: Vec<&Path> = outputs
        .into_iter()
        .filter(|path| !is_stdout(path))
        .collect();
    apart(&outputs, inputs)?;
    Ok(overwrite.check(outputs)?)
}

/// # Errors
/// Outputs would replace each other, or an input.
fn apart(outputs: &[&Path], inputs: &[&Path]) -> Result<(), OutputError> {
    for (at, output) in outputs.iter().enumerate() {
        let is_in = |paths: &[&Path]| paths.iter().any(|path| is_same(path, output));
        if is_in(&outputs[..at]) {
            return Err(OutputError::SameOutput(output.to_path_buf()));
        }
        if is_in(inputs) {
            return Err(OutputError::ReplacesInput(output.to_path_buf()));
        }
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
        true => {
            let written = printer.data().write_all(bytes);
            Ok(written.map_err(WriteError::of(Path::new(STDOUT)))?)
        }
        false => Ok(files::write(path, bytes)?),
    }
}

/// Shows on standard output.
pub fn print(bytes: &[u8], printer: &mut Printer) -> Result<(), Error> {
    let written = printer.out().write_all(bytes);
    Ok(written.map_err(WriteError::of(Path::new(STDOUT)))?)
}

/// Opens a folder for files of these names, where a folder is asked for.
///
/// # Errors
/// They would replace an input, or a file that somebody may have changed.
pub fn open_folder(
    folder: Option<&Path>,
    names: &[&str],
    inputs: &[&Path],
    overwrite: Overwrite,
) -> Result<Option<OutputFolder>, Error> {
    let Some(folder) = folder else {
        return Ok(None);
    };
    let paths: Vec<PathBuf> = names.iter().map(|name| folder.join(name)).collect();
    let paths: Vec<&Path> = paths.iter().map(PathBuf::as_path).collect();
    apart(&paths, inputs)?;
    Ok(Some(OutputFolder::open(folder, names, overwrite)?))
}

/// Writes JSON where a file is asked for.
pub fn write_json(
    path: Option<&Path>,
    json: impl FnOnce() -> serde_json::Value,
    printer: &mut Printer,
) -> Result<(), Error> {
    match path {
        Some(path) => write(path, format!("{:#}\n", json()).as_bytes(), printer),
        None => Ok(()),
    }
}

/// Sentences as lines.
pub fn lines(sentences: &[Message]) -> String {
    let lines = sentences.iter().map(|sentence| in_flags(sentence) + "\n");
    lines.collect()
}

/// Shows sentences and a table, unless data is piped through standard output; then sentences alone, on standard error.
pub fn show(
    sentences: &[Message],
    is_piped: bool,
    printer: &mut Printer,
    table: impl FnOnce() -> Vec<u8>,
) -> Result<(), Error> {
    if is_piped {
        printer.tell(sentences, &[]);
        return Ok(());
    }
    let text = [format!("{}\n", lines(sentences)).into_bytes(), table()];
    print(&text.concat(), printer)
}

impl ResultTables {
    /// The files that are asked for.
    pub fn files(&self) -> impl Iterator<Item = &Path> {
        [&self.csv, &self.json.json]
            .into_iter()
            .filter_map(Option::as_deref)
    }

    /// Writes the files that are asked for.
    pub fn write(
        &self,
        csv: impl FnOnce() -> Vec<u8>,
        json: impl FnOnce() -> serde_json::Value,
        printer: &mut Printer,
    ) -> Result<(), Error> {
        if let Some(path) = &self.csv {
            write(path, &csv(), printer)?;
        }
        write_json(self.json.json.as_deref(), json, printer)
    }
}
