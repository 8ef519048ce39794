//! Archives as users have them, written here and read the way commands read them.

mod parquet;
mod tar;

use super::{ImageReader, locate};
use crate::dataset::preprocess::Limits;
use crate::dataset::{DatasetError, Inputs, inputs};
use crate::hint::Hint;
use crate::record::{BadImage, Record, Status};
use std::path::Path;

fn reader() -> ImageReader {
    ImageReader::new(Limits::default())
}

fn open(path: &Path, image: Option<&str>) -> Result<Inputs, DatasetError> {
    inputs(&[path.to_str().unwrap().to_owned()], image)
}

fn records(path: &Path) -> Vec<Record> {
    open(path, None).unwrap().map(Result::unwrap).collect()
}

/// Why an archive is refused, and what is said to do about it.
fn refused(path: &Path, image: Option<&str>) -> (String, String) {
    let error = open(path, image).err().expect("it cannot be read");
    let hint = error.hint().expect("a next step");
    (error.to_string(), hint.to_string())
}

fn status(found: Result<Vec<u8>, BadImage>) -> Status {
    found.map_or_else(|bad| bad.status, |_| Status::Ok)
}
