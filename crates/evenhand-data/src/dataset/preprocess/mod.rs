//! From the bytes of an image file to the pixels that a backbone takes.
//!
//! What users have is never uniform: palette PNGs, CMYK scans, phone pictures lying on their side,
//! downloads that broke off. Whatever can be shown becomes upright 8-bit RGB; whatever can't is a
//! [`BadImage`] with a reason, never a guess and never a crash.

mod decode;
mod formats;
mod jpeg;
mod levels;
mod look;
mod orientation;
#[cfg(test)]
mod pillow_tests;
mod png_metadata;
mod resample;
mod resize;
mod thumbnail;

pub use look::{Fingerprint, Look, look};
pub use resize::resize;
pub use thumbnail::thumbnail;

use crate::record::{BadImage, Status};
use evenhand_table::plain_file::{self, Refused};
use serde::{Deserialize, Serialize};
use std::io;
use std::path::Path;

/// Rule by which an image of any shape becomes one of the input size.
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

/// The interpolation, always with antialias when shrinking.
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

/// Limits on the size of images that are decoded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Limits {
    /// Width times height.
    pub max_pixels: u64,
    /// Size of the file.
    pub max_bytes: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            max_pixels: 100_000_000,
            max_bytes: 100 << 20,
        }
    }
}

/// Reads an image file whole, unless it is larger than `limits` allow, which is checked before the
/// first byte is read.
///
/// # Errors
/// `Missing` when there is no such file, `TooLarge` beyond `limits.max_bytes`, `Unreadable` for a
/// folder, a pipe, or whatever else the system refuses to read.
pub fn read(path: &Path, limits: Limits) -> Result<Vec<u8>, BadImage> {
    plain_file::read(path, limits.max_bytes).map_err(system_refused)
}

/// Decodes an image file's bytes, turns it upright, and resizes it: RGB, `[height, width, 3]`
/// row-major, to the bytes that Pillow gives.
///
/// # Errors
/// An image that is damaged, too large or of another format.
pub fn pixels(bytes: &[u8], geometry: Geometry, limits: Limits) -> Result<Vec<u8>, BadImage> {
    check_bytes(bytes.len() as u64, limits)?;
    Ok(resize(decode::decode(bytes, limits)?, geometry))
}

pub(super) fn check_bytes(bytes: u64, limits: Limits) -> Result<(), BadImage> {
    match bytes <= limits.max_bytes {
        true => Ok(()),
        false => Err(too_many_bytes(bytes, limits.max_bytes)),
    }
}

fn too_many_bytes(bytes: u64, most: u64) -> BadImage {
    too_large(format!("{bytes} bytes; at most {most} are read"))
}

pub(super) fn system_refused(error: io::Error) -> BadImage {
    match (error.kind(), Refused::of(&error)) {
        (io::ErrorKind::IsADirectory, _) => unreadable("a folder, not a file"),
        (_, Some(Refused::NotPlain(_))) => unreadable("not a plain file"),
        (_, Some(Refused::TooLarge { bytes, most })) => too_many_bytes(bytes, most),
        (io::ErrorKind::NotFound | io::ErrorKind::NotADirectory, _) => BadImage {
            status: Status::Missing,
            reason: "there is no such file".into(),
        },
        _ => unreadable(format!("cannot be read: {error}")),
    }
}

pub(super) fn unreadable(reason: impl Into<String>) -> BadImage {
    BadImage {
        status: Status::Unreadable,
        reason: reason.into(),
    }
}

fn too_large(reason: impl Into<String>) -> BadImage {
    BadImage {
        status: Status::TooLarge,
        reason: reason.into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reading_tells_missing_from_unreadable_from_too_large() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("eleven.jpg");
        std::fs::write(&file, b"eleven byte").unwrap();
        let limits = Limits {
            max_bytes: 10,
            ..Limits::default()
        };
        let status = |path: &Path| read(path, limits).map_err(|bad| bad.status);

        assert_eq!(
            status(&folder.path().join("none.jpg")),
            Err(Status::Missing)
        );
        assert_eq!(status(&file.join("inside.jpg")), Err(Status::Missing));
        assert_eq!(status(folder.path()), Err(Status::Unreadable));
        assert_eq!(status(Path::new("/dev/null")), Err(Status::Unreadable));
        assert_eq!(status(&file), Err(Status::TooLarge));
        assert_eq!(read(&file, Limits::default()).unwrap(), b"eleven byte");
    }
}
