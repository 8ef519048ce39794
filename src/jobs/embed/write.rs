//! Writes features, and pixels, row by row into safetensors files, with an index beside them.

use super::tensor_file::TensorFile;
use crate::WriteError;
use crate::atomic_file::AtomicFile;
use crate::backbone::embed::{Embedded, Embedder, Images, Summary};
use crate::backbone::store::{hex, tensors};
use crate::error::Error;
use crate::events::{Events, Stage};
use crate::hint::{Hint, Message};
use crate::jobs::bad_images::BadImages;
use crate::jobs::pipeline::follow;
use crate::record::{BadImage, Location, Record, Status};
use safetensors::tensor::Dtype;
use std::path::PathBuf;

/// Files of an embedding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outputs {
    /// The safetensors file; the index goes beside it as `<stem>.csv`.
    pub out: PathBuf,
    /// The resized pixels, to try a classifier with exactly what it was given here.
    pub pixels: Option<PathBuf>,
    /// Height and width of these.
    pub size: (usize, usize),
    /// Key of backbone and resize rule, for the file's metadata.
    pub digest: String,
}

/// Why features are not written.
#[derive(Debug, thiserror::Error)]
pub enum EmbedJobError {
    #[error("{}: two outputs have this name", path.display())]
    SameName { path: PathBuf },
    #[error("{image}: was an image a moment ago, and now: {reason}")]
    Changed { image: Location, reason: String },
}

impl Hint for EmbedJobError {
    fn hint(&self) -> Option<Message> {
        let hint = match self {
            Self::SameName { .. } => {
                "the features are a `.safetensors`, the index a `.csv` beside it"
            }
            Self::Changed { .. } => "run again when nothing changes the images",
        };
        Some(hint.into())
    }
}

/// Files that are complete, and not yet under their names.
#[derive(Debug)]
pub struct Draft {
    pub summary: Summary,
    /// The index comes last: where it is, the others are.
    files: Vec<AtomicFile>,
}

impl Draft {
    /// Gives all files their names.
    ///
    /// # Errors
    /// When the system refuses.
    pub fn commit(self) -> Result<Summary, WriteError> {
        for file in self.files {
            let path = file.path().to_owned();
            file.commit().map_err(WriteError::of(&path))?;
        }
        Ok(self.summary)
    }
}

/// Writes `features`, float16 `[rows, dim]`, for the images that can be used, and the index: one line
/// for each record, with the row it has. With [`Outputs::pixels`] also `pixels`, uint8
/// `[rows, height, width, 3]`. Memory does not grow with the number of records.
///
/// # Errors
/// When embedding fails or a file can't be written; nothing is left behind then.
pub fn run(
    outputs: &Outputs,
    embedder: &mut Embedder,
    records: impl Iterator<Item = Record> + Send,
    bad: &mut BadImages,
    on: &mut dyn Events,
) -> Result<Draft, Error> {
    let Outputs {
        out,
        pixels,
        size,
        digest,
    } = outputs;
    let index = out.with_extension("csv");
    refuse_same_names(out, &index, pixels.as_ref())?;

    let images = embedder.images();
    let mut features = TensorFile::create(out)?;
    let mut resized = pixels.as_deref().map(TensorFile::create).transpose()?;
    let failed = WriteError::of(&index);
    let mut table = csv::Writer::from_writer(AtomicFile::create(&index).map_err(&failed)?);
    let in_table = |error: csv::Error| failed(error.into());
    table
        .write_record(["path", "blake3", "status", "error", "row"])
        .map_err(in_table)?;
    let mut dim = 0;
    let mut take = |record: Record, embedded: Embedded| -> Result<(), Error> {
        let Embedded {
            index: _,
            key,
            features: outcome,
        } = embedded;
        let Record { path, image, .. } = record;
        let sha = key.as_ref().map(hex).unwrap_or_default();
        let (status, error, row) = match outcome {
            Ok(row) => {
                dim = row.len();
                if let Some(resized) = &mut resized {
                    resized.push(&again(&images, &image)?)?;
                }
                features.push(&tensors::to_bytes(&row))?;
                (Status::Ok, String::new(), (features.rows() - 1).to_string())
            }
            Err(reason) => {
                bad.add(&path, &reason);
                let BadImage { status, reason } = reason;
                (status, reason, String::new())
            }
        };
        table
            .write_record([&path, &sha, status.name(), &error, &row])
            .map_err(in_table)?;
        Ok(())
    };
    let image_of = |record: &Record| record.image.clone();
    let progress = &mut follow(on, Stage::Embedding);
    let summary = embedder.run_with(records, image_of, progress, &mut take)?;

    let (height, width) = *size;
    let mut files = vec![features.finish(digest, "features", Dtype::F16, &[dim])?];
    if let Some(resized) = resized {
        files.push(resized.finish(digest, "pixels", Dtype::U8, &[height, width, 3])?);
    }
    let written = table.into_inner();
    files.push(written.map_err(|error| failed(error.into_error()))?);
    Ok(Draft { summary, files })
}

fn refuse_same_names(
    out: &PathBuf,
    index: &PathBuf,
    pixels: Option<&PathBuf>,
) -> Result<(), EmbedJobError> {
    let paths: Vec<&PathBuf> = [out, index].into_iter().chain(pixels).collect();
    let twice = (1..paths.len()).find(|&at| paths[..at].contains(&paths[at]));
    match twice {
        Some(at) => Err(EmbedJobError::SameName {
            path: paths[at].clone(),
        }),
        None => Ok(()),
    }
}

/// The pixels of an image that was decoded before, or never was because its features were known.
fn again(images: &Images, image: &Location) -> Result<Vec<u8>, EmbedJobError> {
    let bytes = (images.read)(image);
    bytes
        .and_then(|bytes| (images.decode)(&bytes))
        .map_err(|bad| EmbedJobError::Changed {
            image: image.clone(),
            reason: bad.reason,
        })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::backbone::embed::Options;
    use crate::backbone::embed::fake::{self, SumEngine};
    use safetensors::SafeTensors;

    #[test]
    fn the_index_points_every_usable_image_to_its_row() {
        let folder = tempfile::tempdir().unwrap();
        let config = Outputs {
            out: folder.path().join("f.safetensors"),
            pixels: Some(folder.path().join("p.safetensors")),
            size: (1, 1),
            digest: "d".repeat(64),
        };
        let records = ["1", "bad", "2"].map(record).into_iter();
        let options = Options {
            batch: 2,
            threads: 2,
        };
        let mut embedder = Embedder::new(
            Box::new(SumEngine::default()),
            fake::images(),
            None,
            options,
        );
        let mut bad = BadImages::default();
        let draft = run(&config, &mut embedder, records, &mut bad, &mut ()).unwrap();
        assert!(!config.out.exists());
        assert_eq!(bad.summary().unwrap(), "1 unreadable");
        assert_eq!(draft.commit().unwrap().bad, 1);
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 3);

        let index = std::fs::read_to_string(folder.path().join("f.csv")).unwrap();
        let lines: Vec<Vec<&str>> = index.lines().map(|l| l.split(',').collect()).collect();
        assert_eq!(lines[0], ["path", "blake3", "status", "error", "row"]);
        assert_eq!((lines[1][0], lines[1][2], lines[1][4]), ("1", "ok", "0"));
        assert_eq!((lines[2][2], lines[2][4]), ("unreadable", ""));
        assert_eq!((lines[3][0], lines[3][4]), ("2", "1"));

        let bytes = std::fs::read(&config.out).unwrap();
        let file = SafeTensors::deserialize(&bytes).unwrap();
        let features = file.tensor("features").unwrap();
        assert_eq!(features.shape(), [2, fake::DIM]);
        let second = &features.data()[fake::DIM * 2..];
        assert_eq!(tensors::from_bytes(second), fake::features("2"));
        let bytes = std::fs::read(config.pixels.unwrap()).unwrap();
        let file = SafeTensors::deserialize(&bytes).unwrap();
        assert_eq!(file.tensor("pixels").unwrap().shape(), [2, 1, 1, 3]);
        assert_eq!(
            file.tensor("pixels").unwrap().data(),
            [fake::pixels("1"), fake::pixels("2")].concat()
        );
    }

    fn record(name: &str) -> Record {
        Record {
            path: name.into(),
            image: Location::File(name.into()),
            label: None,
            person: None,
            part: None,
            attributes: Vec::new(),
        }
    }
}
