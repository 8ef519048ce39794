//! Results that are several files go into a folder, each whole or not at all.

use super::failure::Failure;
use super::run_dir::cannot_write;
use evenhand::atomic_file::AtomicFile;
use std::fs;
use std::io::{self, Write};
use std::path::{Path, absolute};

/// A file's name and what is in it.
pub(super) type Named<'a> = (&'a str, Vec<u8>);

/// Writes files into a folder, which is made where there is none. Files of the same names are
/// replaced, but none of `inputs`.
pub(super) fn write(folder: &Path, files: &[Named], inputs: &[&Path]) -> Result<(), Failure> {
    for (name, _) in files {
        refuse_input(&folder.join(name), inputs)?;
    }
    fs::create_dir_all(folder).map_err(|error| cannot_write(folder, &error))?;
    for (name, bytes) in files {
        let path = folder.join(name);
        replace(&path, bytes).map_err(|error| cannot_write(&path, &error))?;
    }
    Ok(())
}

/// # Errors
/// `output` is one of the inputs, by whatever name.
pub(super) fn refuse_input(output: &Path, inputs: &[&Path]) -> Result<(), Failure> {
    match inputs.iter().any(|input| is_same(input, output)) {
        false => Ok(()),
        true => {
            let shown = output.display();
            let failure = Failure::new(format!("`{shown}` is read, and would be replaced"));
            Err(failure.with_hint("write to another file"))
        }
    }
}

/// Whether both name one file, by whatever way.
pub(super) fn is_same(a: &Path, b: &Path) -> bool {
    let whole = |path: &Path| path.canonicalize().or_else(|_| absolute(path));
    a == b || matches!((whole(a), whole(b)), (Ok(a), Ok(b)) if a == b)
}

/// Leaves the old file or the new one, never half of one.
pub(super) fn replace(path: &Path, bytes: &[u8]) -> io::Result<()> {
    if path.exists() && !path.is_file() {
        // A pipe or a device cannot be replaced.
        return fs::write(path, bytes);
    }
    let mut file = AtomicFile::create(path)?;
    file.write_all(bytes)?;
    file.commit()
}

/// Rows as CSV, the header first.
pub(super) fn as_csv<R>(header: R, rows: impl IntoIterator<Item = R>) -> io::Result<Vec<u8>>
where
    R: IntoIterator,
    R::Item: AsRef<[u8]>,
{
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(header)?;
    for row in rows {
        writer.write_record(row)?;
    }
    writer.into_inner().map_err(csv::IntoInnerError::into_error)
}
