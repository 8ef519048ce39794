//! Safetensors file that is written row by row.

use crate::WriteError;
use crate::atomic_file::AtomicFile;
use crate::backbone::store::tensors;
use safetensors::tensor::Dtype;
use std::io::{self, BufWriter, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

/// Room for a header with three numbers and a digest in it.
const HEADER: usize = 1024;

/// Safetensors file with one tensor, whose number of rows is known at the end.
pub struct TensorFile {
    file: BufWriter<AtomicFile>,
    path: PathBuf,
    rows: usize,
}

impl TensorFile {
    /// # Errors
    /// The system refuses.
    pub fn create(path: &Path) -> Result<Self, WriteError> {
        let failed = WriteError::of(path);
        let mut file = BufWriter::new(AtomicFile::create(path).map_err(&failed)?);
        file.write_all(&[0; HEADER]).map_err(failed)?;
        let path = path.to_owned();
        Ok(Self {
            file,
            path,
            rows: 0,
        })
    }

    /// Number of rows that are written.
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// Writes a row.
    ///
    /// # Errors
    /// The system refuses.
    pub fn push(&mut self, row: &[u8]) -> Result<(), WriteError> {
        self.rows += 1;
        self.file.write_all(row).map_err(WriteError::of(&self.path))
    }

    /// Fills in the header.
    ///
    /// # Errors
    /// The system refuses.
    pub fn finish(
        self,
        digest: &str,
        name: &str,
        dtype: Dtype,
        row: &[usize],
    ) -> Result<AtomicFile, WriteError> {
        let Self { file, path, rows } = self;
        let shape = [&[rows], row].concat();
        let header = tensors::header(&[("digest", digest)], &[(name, dtype, &shape)], HEADER);
        let finish = || {
            let mut file = file.into_inner().map_err(io::IntoInnerError::into_error)?;
            file.seek(SeekFrom::Start(0))?;
            file.write_all(&header)?;
            Ok(file)
        };
        finish().map_err(WriteError::of(&path))
    }
}
