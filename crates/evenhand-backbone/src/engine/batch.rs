//! Batches of pixels: their length, and cut or filled up for graphs of a fixed batch size.

use super::error::EngineError;
use std::borrow::Cow;

/// Checks that `pixels` are `batch` images of this size.
pub fn check_length(
    pixels: &[u8],
    batch: usize,
    height: usize,
    width: usize,
) -> Result<(), EngineError> {
    let bytes = pixels.len();
    if bytes == batch * height * width * 3 {
        return Ok(());
    }
    Err(EngineError::Batch {
        bytes,
        batch,
        height,
        width,
    })
}

/// Checks that what came out is one row of `dim` features for each image; of any length where the graph
/// does not say (0).
pub fn check_output(found: &[usize], batch: usize, dim: usize) -> Result<(), EngineError> {
    if matches!(*found, [rows, width] if rows == batch && (dim == 0 || width == dim)) {
        return Ok(());
    }
    Err(EngineError::Output {
        found: found.to_vec(),
        batch,
        dim,
    })
}

/// Runs a part of a batch on a graph that takes `size` images at a time: what is missing is filled
/// up with black images, whose features are dropped.
pub fn run_part(
    part: &[u8],
    image: usize,
    size: usize,
    run: impl FnOnce(&[u8]) -> Result<Vec<f32>, EngineError>,
) -> Result<Vec<f32>, EngineError> {
    let images = part.len() / image;
    let mut features = run(&filled(part, size * image))?;
    features.truncate(features.len() / size * images);
    Ok(features)
}

/// `part` with black images behind it, so that it has `bytes`.
pub fn filled(part: &[u8], bytes: usize) -> Cow<'_, [u8]> {
    if part.len() == bytes {
        return part.into();
    }
    let mut filled = part.to_vec();
    filled.resize(bytes, 0);
    filled.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_never_dealt_out_to_images() {
        check_output(&[4, 8], 4, 8).unwrap();
        check_output(&[4, 8], 4, 0).unwrap();
        for found in [&[1, 32][..], &[4, 2], &[4, 8, 1], &[32]] {
            let error = check_output(found, 4, 8).unwrap_err().to_string();
            assert!(error.ends_with("where [4, 8] belongs"), "{error}");
        }
        assert!(check_output(&[1, 32], 4, 0).is_err());
    }

    #[test]
    fn a_batch_of_the_wrong_length_is_refused() {
        let error = check_length(&[0; 10], 1, 2, 2).unwrap_err();
        assert_eq!(error.to_string(), "10 bytes are not 1 images of 2 x 2 x 3");
    }
}
