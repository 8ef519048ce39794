//! How files become the pixels that an engine takes.

use crate::dataset::archive::ImageReader;
use crate::dataset::preprocess::{self, Geometry, Limits};
use crate::record::{BadImage, Location};

type Read = dyn Fn(&Location) -> Result<Vec<u8>, BadImage> + Send + Sync;
type Decode = dyn Fn(&[u8]) -> Result<Vec<u8>, BadImage> + Send + Sync;

/// How files become the pixels that the engine takes.
pub struct Images {
    /// The bytes of an image.
    pub read: Box<Read>,
    /// From such bytes to RGB, `[height, width, 3]` row-major.
    pub decode: Box<Decode>,
    /// `height * width * 3`.
    pub len: usize,
}

impl Images {
    /// Images on the disk, decoded and resized as `geometry` says. One that the store knows is not
    /// decoded, so it is not held against `limits.max_pixels` again.
    pub fn files(geometry: Geometry, limits: Limits) -> Self {
        let reader = ImageReader::new(limits);
        Self {
            read: Box::new(move |image| reader.read(image)),
            decode: Box::new(move |bytes| preprocess::pixels(bytes, geometry, limits)),
            len: geometry.height * geometry.width * 3,
        }
    }
}
