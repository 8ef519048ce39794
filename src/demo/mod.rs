//! Drawn faces to try everything on, since no photo of a real person may ship.
//!
//! The faces are labelled honestly, smiling or not, and every trait is independent of the label. One
//! weakness is planted: people of the darkest skin tones were photographed by a bad camera, too dark
//! and out of focus, so that a classifier must err more for them. An audit that does not show it has
//! failed.

mod camera;
mod canvas;
mod features;
mod mouth;
mod paint;
mod person;
mod portrait;

use crate::WriteError;
use camera::Camera;
use image::codecs::png::{CompressionType, FilterType, PngEncoder};
use image::{ExtendedColorType, ImageEncoder, RgbImage};
use person::Person;
use rand::SeedableRng;
use rand::rngs::ChaCha8Rng;
use rayon::prelude::*;
use std::path::{Path, PathBuf};
use std::{fs, io};

/// Width and height of every image, in pixels.
const SIDE: usize = 160;

/// Skin tones go from 1 (light) to this (dark).
const TONES: usize = 10;

/// The lightest of the skin tones that met the bad camera.
pub const DARK_FROM: usize = 8;

/// Renders `faces` labelled faces into `folder`: `<name>/0000.png` and on, and `<name>.csv` with the
/// columns `file, smiling, skin_tone, glasses, age_band`. The same seed gives the same bytes. Returns
/// the path of the CSV, which appears only when all the images are there.
///
/// # Errors
/// When `folder` cannot be made or written to.
pub fn render(folder: &Path, name: &str, faces: usize, seed: u64) -> Result<PathBuf, WriteError> {
    let written = |path: &Path, result: io::Result<()>| result.map_err(WriteError::of(path));
    let images = folder.join(name);
    written(&images, fs::create_dir_all(&images))?;
    let table = folder.join(format!("{name}.csv"));
    // An older table must not stand beside half of the new faces.
    match fs::remove_file(&table) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => written(&table, Err(error))?,
        _ => {}
    }

    let rows = (0..faces)
        .into_par_iter()
        .map(|index| {
            let (person, image) = face(index, seed);
            let file = format!("{name}/{index:04}.png");
            let path = folder.join(&file);
            written(&path, png(&image).and_then(|bytes| fs::write(&path, bytes)))?;
            Ok(row(&file, &person))
        })
        .collect::<Result<Vec<String>, WriteError>>()?;

    let text = format!("file,smiling,skin_tone,glasses,age_band\n{}", rows.concat());
    let partial = folder.join(format!("{name}.csv.part"));
    written(&partial, fs::write(&partial, text))?;
    written(&table, fs::rename(&partial, &table))?;
    Ok(table)
}

/// Tones and labels are dealt in turn, so that both are balanced and neither tells of the other.
fn face(index: usize, seed: u64) -> (Person, RgbImage) {
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    random.set_stream(index as u64);
    let tone = index % TONES + 1;
    let smiling = (index / TONES).is_multiple_of(2);
    let person = Person::random(tone, smiling, &mut random);
    let canvas = paint::paint(&person, &mut random);
    let camera = if tone < DARK_FROM {
        Camera::good(&mut random)
    } else {
        Camera::bad(&mut random)
    };
    (person, camera.photograph(canvas, &mut random))
}

fn png(image: &RgbImage) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let encoder =
        PngEncoder::new_with_quality(&mut bytes, CompressionType::Fast, FilterType::Adaptive);
    let (width, height) = image.dimensions();
    encoder
        .write_image(image, width, height, ExtendedColorType::Rgb8)
        .map_err(io::Error::other)?;
    Ok(bytes)
}

fn row(file: &str, person: &Person) -> String {
    let yes = |is: bool| if is { "yes" } else { "no" };
    format!(
        "{file},{},{},{},{}\n",
        yes(person.smiling),
        person.tone,
        yes(person.glasses.is_some()),
        person.age.name()
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_seed_gives_the_same_bytes() {
        let (one, two) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let table = render(one.path(), "faces", 40, 7).unwrap();
        fs::write(two.path().join("faces.csv"), "an older table").unwrap();
        render(two.path(), "faces", 40, 7).unwrap();
        let text = fs::read_to_string(table).unwrap();
        assert_eq!(
            text,
            fs::read_to_string(two.path().join("faces.csv")).unwrap()
        );
        assert_eq!(text.lines().count(), 41);
        for row in text.lines().skip(1) {
            let file = row.split(',').next().unwrap();
            let bytes = fs::read(one.path().join(file)).unwrap();
            assert_eq!(bytes, fs::read(two.path().join(file)).unwrap(), "{file}");
        }
        assert_ne!(face(3, 7).1, face(3, 8).1);
    }

    #[test]
    fn the_darkest_tones_met_a_darker_camera() {
        let mean_level = |index: usize| {
            let image = face(index, 1).1;
            image.iter().map(|&byte| f64::from(byte)).sum::<f64>() / image.len() as f64
        };
        let (bad, good): (Vec<usize>, Vec<usize>) =
            (0..4 * TONES).partition(|index| index % TONES + 1 >= DARK_FROM);
        let mean = |faces: Vec<usize>| {
            faces.iter().map(|&index| mean_level(index)).sum::<f64>() / faces.len() as f64
        };
        assert!(mean(bad) < 0.6 * mean(good));
    }

    #[test]
    fn no_table_is_left_when_an_image_cannot_be_written() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("faces.csv"), "an older table").unwrap();
        fs::create_dir_all(folder.path().join("faces/0002.png")).unwrap();
        assert!(render(folder.path(), "faces", 5, 1).is_err());
        assert!(!folder.path().join("faces.csv").exists());
    }
}
