//! From the bytes of an image file to the pixels that a backbone takes.

use crate::record::BadImage;
use serde::{Deserialize, Serialize};

/// How an image of any shape becomes one of the input size.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Fit {
    /// Stretch both sides: nothing is lost, the aspect ratio is.
    Squash,
    /// Shrink to fit and fill the border with black.
    Pad,
    /// Scale the short side to the input size and cut the rest off.
    Crop,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Filter {
    Bilinear,
    Bicubic,
    Lanczos,
}

/// The resize rule of a backbone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Geometry {
    pub width: usize,
    pub height: usize,
    pub fit: Fit,
    pub filter: Filter,
}

/// What is too large to decode.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Limits {
    /// Width times height.
    pub max_pixels: u64,
    /// Size of the file.
    pub max_bytes: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self { max_pixels: 100_000_000, max_bytes: 100 << 20 }
    }
}

/// Decodes an image file's bytes, turns it upright, and resizes it: RGB, `[height, width, 3]`
/// row-major, as Pillow would.
///
/// # Errors
/// What is wrong with the image.
pub fn pixels(_bytes: &[u8], _geometry: Geometry, _limits: Limits) -> Result<Vec<u8>, BadImage> {
    todo!()
}
