//! An engine and images that need no model and no files: an image's name is its content, and its
//! features follow from that.

use super::Images;
use crate::engine::{Engine, EngineError, EngineInfo};
use crate::record::{BadImage, Status};
use crate::store;
use half::f16;
use std::collections::HashSet;
use std::sync::{Arc, Mutex};

pub const DIM: usize = 4;

/// The "image" `name`, 1 x 1 RGB.
pub fn pixels(name: &str) -> Vec<u8> {
    store::key(name.as_bytes())[..3].to_vec()
}

/// Its features by [`SumEngine`].
pub fn features(name: &str) -> Vec<f16> {
    row(&pixels(name)).map(f16::from_f32).to_vec()
}

fn row(pixels: &[u8]) -> [f32; DIM] {
    let [r, g, b] = [0, 1, 2].map(|at| f32::from(pixels[at]));
    [r, g, b, r + g / 7.0 + b / 3.0]
}

/// Names that start with `bad` are no images.
pub fn images() -> Images {
    Images {
        read: Box::new(|image| Ok(image.to_string().into_bytes())),
        decode: Box::new(|bytes| {
            if bytes.starts_with(b"bad") {
                return Err(BadImage {
                    status: Status::Unreadable,
                    reason: "bad".into(),
                });
            }
            Ok(store::key(bytes)[..3].to_vec())
        }),
        len: 3,
    }
}

/// Remembers the batches it was given.
#[derive(Clone, Default)]
pub struct SumEngine {
    pub batches: Arc<Mutex<Vec<Vec<u8>>>>,
    /// Panics at this batch, counted from 0 over all runs.
    pub panics_at: Option<usize>,
}

impl SumEngine {
    /// How many images it saw, without the black ones at the end.
    pub fn images(&self) -> usize {
        let batches = self.batches.lock().unwrap();
        let pixels = batches.iter().flat_map(|batch| batch.chunks_exact(3));
        let seen: Vec<_> = pixels.filter(|pixels| *pixels != [0; 3]).collect();
        let distinct: HashSet<_> = seen.iter().collect();
        assert_eq!(seen.len(), distinct.len(), "the engine saw an image twice");
        seen.len()
    }
}

impl Engine for SumEngine {
    fn info(&self) -> EngineInfo {
        EngineInfo {
            name: "sum",
            version: "1".into(),
            device: "none".into(),
        }
    }

    fn run(&mut self, pixels: &[u8], batch: usize) -> Result<Vec<f32>, EngineError> {
        assert_eq!(pixels.len(), batch * 3);
        let done = self.batches.lock().unwrap().len();
        if self.panics_at == Some(done) {
            panic!("told to fail");
        }
        self.batches.lock().unwrap().push(pixels.to_vec());
        Ok(pixels.chunks_exact(3).flat_map(row).collect())
    }
}
