//! Errors in place of panics: the crates that read Parquet, Arrow and workbooks panic on some damaged files.

use crate::error::TableError;
use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

thread_local! {
    static CATCHING: Cell<bool> = const { Cell::new(false) };
}

/// What `read` returns; `None` if it panics. What it has read from must not be used any more then.
pub fn catch_panic<T>(read: impl FnOnce() -> T) -> Option<T> {
    let outer = CATCHING.replace(true);
    let result = catch_unwind(AssertUnwindSafe(read));
    CATCHING.set(outer);
    result.ok()
}

/// Whether a panic of this thread becomes an error, so that a program's panic hook need not tell of it.
pub fn is_catching_panics() -> bool {
    CATCHING.get()
}

/// What `read` returns; an error if it panics. What it has read from must not be used any more then.
///
/// # Errors
/// Those of `read`, and a file that makes it panic.
pub(crate) fn guarded<T>(
    path: &Path,
    format: &'static str,
    read: impl FnOnce() -> Result<T, TableError>,
) -> Result<T, TableError> {
    catch_panic(read).unwrap_or_else(|| {
        Err(TableError::Format {
            path: path.to_owned(),
            format,
            problem: "the file is damaged".to_owned(),
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_is_an_error() {
        let error = guarded::<()>(Path::new("a.parquet"), "Parquet", || panic!("of a test"));
        let message = error.unwrap_err().to_string();
        assert_eq!(
            message,
            "a.parquet: can't be read as Parquet: the file is damaged"
        );
        assert!(!is_catching_panics());
    }
}
