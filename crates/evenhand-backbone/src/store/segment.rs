//! One file of the store: some images' features, written once and never changed.
//!
//! A safetensors file with `features`, float16 `[rows, dim]`, and `keys`, uint8 `[rows, 32]`; its
//! metadata has the BLAKE3 of these bytes, the digest that the store is for, and the engine that computed
//! them. The same checksum names the file, so that two runs that compute the same features write the same
//! file.

use super::key::Key;
use super::tensors;
use crate::atomic_file::AtomicFile;
use crate::plain_file;
use half::f16;
use safetensors::tensor::{Dtype, Metadata};
use std::fs::File;
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

/// How the names of segments end.
pub const EXTENSION: &str = "safetensors";
const CHECKSUM: &str = "blake3";
const DIGEST: &str = "digest";
const ENGINE: &str = "engine";
/// Headers have about 300 bytes; what claims more is no segment.
const MAX_HEADER: u64 = 1 << 16;

/// Where the rows of a segment are.
#[derive(Debug)]
pub struct Segment {
    pub path: PathBuf,
    pub dim: usize,
    /// Offset of the first row.
    start: u64,
    checksum: String,
    /// What computed it; `None` in segments of earlier versions.
    pub engine: Option<String>,
    /// Whether the data was held against the checksum.
    verified: bool,
}

/// Why a segment can't be used.
#[derive(Debug, thiserror::Error)]
pub enum Flaw {
    #[error("{0}")]
    Io(#[from] io::Error),
    #[error("its header is not a segment's")]
    Header,
    #[error("its length is not what its header says")]
    Length,
    #[error("it holds features of another backbone")]
    Digest,
    #[error("its rows have {got} values and others' have {expected}")]
    Dim { got: usize, expected: usize },
    #[error("its checksum does not fit its content")]
    Checksum,
}

impl Segment {
    /// Writes `features`, `[keys.len(), dim]`, as a new segment of `folder`.
    ///
    /// # Errors
    /// Whatever the system says; no segment is left behind then.
    pub fn write(
        folder: &Path,
        (digest, engine): (&str, Option<&str>),
        keys: &[Key],
        features: &[f16],
    ) -> io::Result<Self> {
        let features_bytes = tensors::to_bytes(features);
        let keys_bytes = keys.as_flattened();
        let checksum = blake3::Hasher::new()
            .update(&features_bytes)
            .update(keys_bytes)
            .finalize()
            .to_hex();
        let (rows, dim) = (keys.len(), features.len() / keys.len());
        let mut metadata = vec![(CHECKSUM, checksum.as_str()), (DIGEST, digest)];
        metadata.extend(engine.map(|engine| (ENGINE, engine)));
        let header = tensors::header(
            &metadata,
            &[
                ("features", Dtype::F16, &[rows, dim]),
                ("keys", Dtype::U8, &[rows, size_of::<Key>()]),
            ],
            0,
        );
        let path = folder.join(format!("{}.{EXTENSION}", &checksum[..32]));
        let mut file = AtomicFile::create(&path)?;
        file.write_all(&header)?;
        file.write_all(&features_bytes)?;
        file.write_all(keys_bytes)?;
        file.commit()?;
        Ok(Self {
            path,
            dim,
            start: header.len() as u64,
            checksum: checksum.to_string(),
            engine: engine.map(str::to_owned),
            verified: true,
        })
    }

    /// Reads the header and the keys of a segment; the rest is looked at when a row is wanted.
    ///
    /// # Errors
    /// What is wrong with it, as far as that shows from here.
    pub fn open(path: PathBuf, digest: &str) -> Result<(Self, Vec<Key>), Flaw> {
        let mut file = plain_file::open(&path)?;
        let mut length = [0; 8];
        read_exact(&mut file, &mut length, Flaw::Header)?;
        let length = u64::from_le_bytes(length);
        if length > MAX_HEADER {
            return Err(Flaw::Header);
        }
        let mut header = vec![0; length as usize];
        read_exact(&mut file, &mut header, Flaw::Header)?;
        let header: Metadata = serde_json::from_slice(&header).map_err(|_| Flaw::Header)?;

        let metadata = header.metadata().as_ref().ok_or(Flaw::Header)?;
        if metadata.get(DIGEST).map(String::as_str) != Some(digest) {
            return Err(Flaw::Digest);
        }
        let checksum = metadata.get(CHECKSUM).ok_or(Flaw::Header)?.clone();
        let features = header.info("features").ok_or(Flaw::Header)?;
        let keys = header.info("keys").ok_or(Flaw::Header)?;
        let (&[rows, dim], &[key_rows, 32]) = (&features.shape[..], &keys.shape[..]) else {
            return Err(Flaw::Header);
        };
        let types = (features.dtype, keys.dtype) == (Dtype::F16, Dtype::U8);
        let sorted = features.data_offsets.0 == 0 && features.data_offsets.1 == keys.data_offsets.0;
        if !types || !sorted || rows != key_rows || rows == 0 || dim == 0 {
            return Err(Flaw::Header);
        }
        let start = 8 + length;
        if file.metadata()?.len() != start + header.data_len() as u64 {
            return Err(Flaw::Length);
        }
        let mut keys_bytes = vec![[0; size_of::<Key>()]; rows];
        let offset = start + keys.data_offsets.0 as u64;
        read_exact_at(&file, keys_bytes.as_flattened_mut(), offset)?;
        let segment = Self {
            path,
            dim,
            start,
            checksum,
            engine: metadata.get(ENGINE).cloned(),
            verified: false,
        };
        Ok((segment, keys_bytes))
    }

    /// Reads one row from `file`, this segment's. The first time, the whole segment is held against
    /// its checksum; that reads it once, in pieces.
    ///
    /// # Errors
    /// [`Flaw::Checksum`] for a damaged segment.
    pub fn row(&mut self, file: &mut File, row: usize) -> Result<Vec<f16>, Flaw> {
        if !self.verified {
            let mut hasher = blake3::Hasher::new();
            io::Seek::seek(file, io::SeekFrom::Start(self.start))?;
            hasher.update_reader(&mut *file)?;
            if *hasher.finalize().to_hex() != *self.checksum {
                return Err(Flaw::Checksum);
            }
            self.verified = true;
        }
        let mut bytes = vec![0; self.dim * size_of::<f16>()];
        let offset = self.start + (row * bytes.len()) as u64;
        read_exact_at(file, &mut bytes, offset)?;
        Ok(tensors::from_bytes(&bytes))
    }
}

fn read_exact(file: &mut File, buffer: &mut [u8], short: Flaw) -> Result<(), Flaw> {
    file.read_exact(buffer).map_err(|error| match error.kind() {
        io::ErrorKind::UnexpectedEof => short,
        _ => Flaw::Io(error),
    })
}

#[cfg(unix)]
fn read_exact_at(file: &File, buffer: &mut [u8], offset: u64) -> io::Result<()> {
    std::os::unix::fs::FileExt::read_exact_at(file, buffer, offset)
}

#[cfg(not(unix))]
fn read_exact_at(mut file: &File, buffer: &mut [u8], offset: u64) -> io::Result<()> {
    io::Seek::seek(&mut file, io::SeekFrom::Start(offset))?;
    file.read_exact(buffer)
}
