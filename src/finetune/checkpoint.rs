//! A training written down at the end of an epoch, so that a killed one goes on from there: a
//! safetensors file, which appears whole or not at all.

use super::FinetuneError;
use super::state::{Best, Epoch, State, Values};
use crate::atomic_file::AtomicFile;
use crate::table::plain_file;
use safetensors::SafeTensors;
use safetensors::tensor::{Dtype, TensorView};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use std::io::{self, Write};
use std::path::Path;

/// Header of a checkpoint: its values that are no tensors.
#[derive(Serialize, Deserialize)]
struct Header {
    /// Names the training: see [`super::train::Job`].
    job: String,
    steps: usize,
    curve: Vec<Epoch>,
    best_epoch: usize,
    /// Its bits, which no decimals lose.
    best_loss: u64,
}

const HEADER: &str = "evenhand";

/// # Errors
/// [`FinetuneError::Checkpoint`], with what the system says.
pub fn write(path: &Path, job: &str, state: &State) -> Result<(), FinetuneError> {
    let failed = |source: io::Error| FinetuneError::Checkpoint {
        path: path.to_owned(),
        done: "written",
        source,
    };
    let header = Header {
        job: job.to_owned(),
        steps: state.steps,
        curve: state.curve.clone(),
        best_epoch: state.best.epoch,
        best_loss: state.best.loss.to_bits(),
    };
    let header = serde_json::to_string(&header).map_err(|error| failed(error.into()))?;
    let groups = groups(state);
    let bytes: Vec<(String, Vec<u8>)> = groups
        .iter()
        .map(|(name, values)| {
            let flat = values.iter().flatten();
            (
                name.to_string(),
                flat.flat_map(|v| v.to_le_bytes()).collect(),
            )
        })
        .collect();
    let views: Result<Vec<_>, _> = bytes
        .iter()
        .map(|(name, bytes)| {
            TensorView::new(Dtype::F32, vec![bytes.len() / 4], bytes).map(|view| (name, view))
        })
        .collect();
    let metadata = HashMap::from([(HEADER.to_owned(), header)]);
    let file = views.and_then(|views| safetensors::serialize(views, Some(metadata)));
    let file = file.map_err(|error| failed(io::Error::other(error.to_string())))?;
    let mut out = AtomicFile::create(path).map_err(failed)?;
    out.write_all(&file).map_err(failed)?;
    out.commit().map_err(failed)
}

/// The state that was written for this very job; `None` where there is none, or another job's.
///
/// # Errors
/// [`FinetuneError::Checkpoint`] for a file that cannot be read.
pub fn read(path: &Path, job: &str, fresh: &State) -> Result<Option<State>, FinetuneError> {
    let bytes = match plain_file::read(path, u64::MAX) {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(source) => {
            return Err(FinetuneError::Checkpoint {
                path: path.to_owned(),
                done: "read",
                source,
            });
        }
    };
    Ok(parse(&bytes, job, fresh))
}

/// `None` for whatever this version did not write for this job.
fn parse(bytes: &[u8], job: &str, fresh: &State) -> Option<State> {
    let (_, metadata) = SafeTensors::read_metadata(bytes).ok()?;
    let header = metadata.metadata().as_ref()?.get(HEADER)?;
    let header: Header = serde_json::from_str(header).ok()?;
    if header.job != job {
        return None;
    }
    let tensors = SafeTensors::deserialize(bytes).ok()?;
    let values = |name: &str| -> Option<Values> {
        let (chunks, _) = tensors.tensor(name).ok()?.data().as_chunks::<4>();
        let mut numbers = chunks.iter().map(|&bytes| f32::from_le_bytes(bytes));
        let take = |like: &Vec<f32>| -> Vec<f32> { numbers.by_ref().take(like.len()).collect() };
        let values: Values = fresh.values.iter().map(take).collect();
        let lengths = values.iter().zip(&fresh.values);
        let fits = lengths.into_iter().all(|(a, b)| a.len() == b.len()) && numbers.next().is_none();
        fits.then_some(values)
    };
    Some(State {
        values: values("values")?,
        moments: [values("first")?, values("second")?],
        average: match fresh.average {
            Some(_) => Some(values("average")?),
            None => None,
        },
        steps: header.steps,
        curve: header.curve,
        best: Best {
            epoch: header.best_epoch,
            loss: f64::from_bits(header.best_loss),
            values: values("best")?,
        },
    })
}

fn groups(state: &State) -> Vec<(&'static str, &Values)> {
    let mut groups = vec![
        ("values", &state.values),
        ("first", &state.moments[0]),
        ("second", &state.moments[1]),
        ("best", &state.best.values),
    ];
    groups.extend(state.average.as_ref().map(|average| ("average", average)));
    groups
}
