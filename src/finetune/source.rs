//! Sources of a batch's rows: activations from the store, or images, augmented.

use super::FinetuneError;
use super::augment::{Augment, augment, mirror};
use crate::backbone::embed::Images;
use crate::backbone::engine::Engine;
use crate::backbone::engine::burn::Rows;
use crate::backbone::store::{Key, Store};
use crate::record::Location;
use half::f16;
use rand::rngs::ChaCha8Rng;
use rand::{RngExt, SeedableRng};
use rayon::prelude::*;
use std::sync::Arc;

/// How rows are to be looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReadMode {
    /// As they are.
    Plain,
    /// As training sees them in an epoch.
    Training { seed: u64, epoch: usize },
}

impl ReadMode {
    /// Random generator of a row; `None` where nothing is random.
    fn random(self, row: usize) -> Option<ChaCha8Rng> {
        let Self::Training { seed, epoch } = self else {
            return None;
        };
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        // A stream for each row and epoch: no draw depends on which rows came before.
        rng.set_stream((epoch as u64) << 40 | row as u64);
        Some(rng)
    }
}

/// Gives the input of a training graph for any of its rows.
pub trait Source: Send {
    /// # Errors
    /// When a row is no longer to be had.
    fn rows(&mut self, rows: &[usize], mode: ReadMode) -> Result<Rows, FinetuneError>;
}

/// Activations that were computed before, of images and of their mirror images.
pub struct Stored {
    pub plain: Store,
    pub mirrored: Option<Store>,
    /// Of each row.
    pub keys: Vec<Key>,
    /// Name of each row.
    pub names: Vec<String>,
}

impl Source for Stored {
    fn rows(&mut self, rows: &[usize], mode: ReadMode) -> Result<Rows, FinetuneError> {
        let mut values = Vec::new();
        for &row in rows {
            let is_mirrored = mode.random(row).is_some_and(|mut rng| rng.random());
            let store = match &mut self.mirrored {
                Some(mirrored) if is_mirrored => mirrored,
                _ => &mut self.plain,
            };
            let activations = store.get(&self.keys[row]);
            let activations = activations.ok_or_else(|| FinetuneError::Lost {
                image: self.names[row].clone(),
            })?;
            values.extend(activations.into_iter().map(f16::to_f32));
        }
        Ok(Rows {
            shape: vec![values.len() / rows.len().max(1)],
            values,
        })
    }
}

/// Images, decoded and augmented each time; through the frozen part where there is one.
pub struct Pixels {
    pub images: Arc<Images>,
    /// Of each row.
    pub locations: Vec<Location>,
    pub height: usize,
    pub width: usize,
    pub augment: Augment,
    pub frozen: Option<Box<dyn Engine>>,
}

impl Source for Pixels {
    fn rows(&mut self, rows: &[usize], mode: ReadMode) -> Result<Rows, FinetuneError> {
        let Self {
            images,
            locations,
            height,
            width,
            augment: strength,
            frozen,
        } = self;
        let (height, width) = (*height, *width);
        let pixels = |&row: &usize| {
            let image = &locations[row];
            let read = (images.read)(image).and_then(|bytes| (images.decode)(&bytes));
            let mut pixels = read.map_err(|bad| FinetuneError::Image {
                image: image.to_string(),
                bad,
            })?;
            if let Some(mut rng) = mode.random(row) {
                augment(&mut pixels, [height, width], *strength, &mut rng);
            }
            Ok::<_, FinetuneError>(pixels)
        };
        let pixels: Result<Vec<Vec<u8>>, _> = rows.par_iter().map(pixels).collect();
        let pixels = pixels?;
        let Some(frozen) = frozen else {
            return Ok(Rows {
                shape: vec![height, width, 3],
                values: pixels.iter().flatten().map(|&byte| byte.into()).collect(),
            });
        };
        let values = frozen.run(&pixels.concat(), rows.len())?;
        Ok(Rows {
            shape: vec![values.len() / rows.len().max(1)],
            values,
        })
    }
}

/// The same images as in a mirror.
pub fn mirrored(images: Images, width: usize) -> Images {
    let Images { read, decode, len } = images;
    Images {
        read,
        decode: Box::new(move |bytes| {
            let mut pixels = decode(bytes)?;
            mirror(&mut pixels, width);
            Ok(pixels)
        }),
        len,
    }
}
