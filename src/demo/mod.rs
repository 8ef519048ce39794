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
pub mod people;
mod person;
mod portrait;

use crate::WriteError;
use crate::atomic_file::AtomicFile;
use crate::table::plain_file;
use camera::Camera;
use image::codecs::png::{CompressionType, FilterType, PngEncoder};
use image::{ExtendedColorType, ImageEncoder, RgbImage};
use person::Person;
use rand::SeedableRng;
use rand::rngs::ChaCha8Rng;
use rayon::prelude::*;
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// Width and height of every image, in pixels.
const SIDE: usize = 160;

/// The first line of a table of faces.
const HEADER: &str = "file,smiling,skin_tone,glasses,age_band\n";

/// Skin tones go from 1 (light) to this (dark).
const TONES: usize = 10;

/// The lightest of the skin tones that met the bad camera.
pub const DARK_FROM: usize = 8;

/// Labelled faces that are drawn: `<name>/0000.png` and on, and `<name>.csv` with the columns `file, smiling,
/// skin_tone, glasses, age_band`. The same seed gives the same bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Drawing {
    name: String,
    faces: usize,
    seed: u64,
}

/// Draws faces into a folder, in place of what has their names; the path of the CSV.
///
/// # Errors
/// When `folder` cannot be made or written to.
pub fn render(folder: &Path, name: &str, faces: usize, seed: u64) -> Result<PathBuf, WriteError> {
    Drawing::new(name, faces, seed).save(folder)
}

impl Drawing {
    pub fn new(name: &str, faces: usize, seed: u64) -> Self {
        Self {
            name: name.to_owned(),
            faces,
            seed,
        }
    }

    fn table(&self, folder: &Path) -> PathBuf {
        folder.join(format!("{}.csv", self.name))
    }

    fn file(&self, index: usize) -> String {
        format!("{}/{index:04}.png", self.name)
    }

    /// A file of the folder that has the name of one of these and other contents: drawn otherwise, changed,
    /// or somebody's.
    pub fn other_file(&self, folder: &Path) -> Option<PathBuf> {
        let table = self.table(folder);
        let is_new = |path: &Path| fs::symlink_metadata(path).is_err();
        let bytes = |path: &Path| plain_file::read(path, u64::MAX).ok();
        if is_new(&table) && is_new(&folder.join(&self.name)) {
            return None;
        }
        let found: Vec<_> = (0..self.faces)
            .into_par_iter()
            .map(|index| {
                let file = self.file(index);
                let path = folder.join(&file);
                let (person, image) = face(index, self.seed);
                let is_other = !is_new(&path) && png(&image).ok() != bytes(&path);
                (row(&file, &person), is_other.then_some(path))
            })
            .collect();
        let text = HEADER.to_owned()
            + &found
                .iter()
                .map(|(row, _)| row.as_str())
                .collect::<String>();
        let is_other = !is_new(&table) && bytes(&table) != Some(text.into_bytes());
        let image = found.into_iter().find_map(|(_, other)| other);
        is_other.then_some(table).or(image)
    }

    /// Draws the faces in place of what has their names; the path of the CSV, which appears only when all
    /// the images are there.
    ///
    /// # Errors
    /// When `folder` cannot be made or written to.
    pub fn save(&self, folder: &Path) -> Result<PathBuf, WriteError> {
        let images = folder.join(&self.name);
        fs::create_dir_all(&images).map_err(WriteError::of(&images))?;
        let table = self.table(folder);
        // An older table must not stand beside half of the new faces.
        match fs::remove_file(&table) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => {
                return Err(WriteError::of(&table)(error));
            }
            _ => {}
        }
        let rows = (0..self.faces)
            .into_par_iter()
            .map(|index| {
                let (person, image) = face(index, self.seed);
                let file = self.file(index);
                let path = folder.join(&file);
                let written = png(&image).and_then(|bytes| write(&path, &bytes));
                written.map_err(WriteError::of(&path))?;
                Ok(row(&file, &person))
            })
            .collect::<Result<Vec<String>, WriteError>>()?;
        let text = HEADER.to_owned() + &rows.concat();
        write(&table, text.as_bytes()).map_err(WriteError::of(&table))?;
        Ok(table)
    }
}

/// A file that appears whole. One that is lost to a power cut is drawn again.
fn write(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut file = AtomicFile::create(path)?;
    file.write_all(bytes)?;
    file.commit_unsynced()
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
    fn files_that_are_not_as_they_are_drawn_are_found() {
        let folder = tempfile::tempdir().unwrap();
        let drawing = Drawing::new("faces", 6, 7);
        assert_eq!(drawing.other_file(folder.path()), None);
        let table = drawing.save(folder.path()).unwrap();
        assert_eq!(drawing.other_file(folder.path()), None);
        // As a kill would leave it.
        let image = folder.path().join("faces/0003.png");
        fs::remove_file(&image).unwrap();
        fs::remove_file(&table).unwrap();
        assert_eq!(drawing.other_file(folder.path()), None);

        let other = Drawing::new("faces", 6, 8).other_file(folder.path());
        assert_eq!(other, Some(folder.path().join("faces/0000.png")));
        fs::write(&image, "mine").unwrap();
        assert_eq!(drawing.other_file(folder.path()), Some(image));
        drawing.save(folder.path()).unwrap();
        let corrected = fs::read_to_string(&table).unwrap().replacen("yes", "no", 1);
        fs::write(&table, corrected).unwrap();
        assert_eq!(drawing.other_file(folder.path()), Some(table));
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
