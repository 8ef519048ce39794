//! The images that a report shows: small, few, and only as far as the user wants them shown.

use crate::dataset::archive::ImageReader;
use crate::dataset::preprocess::{self, Filter, Fit, Geometry, Limits};
use crate::record::Location;
use rayon::prelude::*;
use serde::{Deserialize, Serialize};

/// Pixels on a side.
const SIDE: usize = 96;

/// On a side so small no face is known again.
const BLURRED: usize = 8;

/// A square in which there is room for all of an image.
const WHOLE: Geometry = Geometry {
    width: 1,
    height: 1,
    fit: Fit::Pad,
    filter: Filter::Bilinear,
};

/// Display of images: as they are, blurred, or not at all.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Images {
    #[default]
    Shown,
    /// So coarsely that nobody is recognised.
    Blurred,
    Hidden,
}

/// A JPEG for each image that is there and can be decoded; none where none are wanted.
/// Of an image that is not square there are black bars at the sides.
pub fn thumbnails(found: &[Location], images: Images) -> Vec<Option<Vec<u8>>> {
    thumbnails_as(found, images, WHOLE)
}

/// As [`thumbnails`], but of what `geometry` makes of the images.
pub fn thumbnails_as(
    found: &[Location],
    images: Images,
    geometry: Geometry,
) -> Vec<Option<Vec<u8>>> {
    let side = if images == Images::Blurred {
        BLURRED
    } else {
        SIDE
    };
    let limits = Limits::default();
    let reader = ImageReader::new(limits);
    let small = |image: &Location| {
        let bytes = reader.read(image).ok()?;
        preprocess::thumbnail(&bytes, geometry, side, limits).ok()
    };
    match images {
        Images::Hidden => vec![None; found.len()],
        Images::Shown | Images::Blurred => found.par_iter().map(small).collect(),
    }
}

/// Note to the reader about blurred, hidden or missing images.
pub fn about(found: &[Option<Vec<u8>>], images: Images) -> Option<String> {
    let missing = found.iter().filter(|image| image.is_none()).count();
    match (images, found.len(), missing) {
        (_, 0, _) => None,
        (Images::Hidden, _, _) => Some("Images are not shown, as was asked for.".to_owned()),
        (_, all, missing) if all == missing => {
            Some("No images are shown: no file has the name that its row gives. Name the folder of the images.".to_owned())
        }
        (Images::Blurred, _, 0) => Some("Images are blurred, as was asked for.".to_owned()),
        (_, _, 0) => None,
        (_, all, missing) => Some(format!(
            "{missing} of {all} images were not found or cannot be read."
        )),
    }
}
