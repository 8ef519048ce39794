//! Samples of a tar file: images, and the texts that describe them.

use super::attributes::Text;
use crate::dataset::DatasetError;
use crate::dataset::row::Row;
use crate::record::Location;
use std::collections::{HashMap, HashSet};
use std::path::Path;
use std::sync::Arc;

/// The members that share a name up to its first dot, or its last.
#[derive(Default)]
pub(super) struct Sample {
    pub(super) key: String,
    /// Name, start and length.
    pub(super) images: Vec<(String, u64, u64)>,
    /// Names and contents.
    pub(super) texts: Vec<(String, Text)>,
}

impl Sample {
    pub(super) fn is_pictured(&self) -> bool {
        !self.images.is_empty()
    }

    pub(super) fn has_members(&self) -> bool {
        self.is_pictured() || !self.texts.is_empty()
    }

    pub(super) fn has_several_of_one_kind(&self) -> bool {
        let mut kinds = HashSet::new();
        let kind = |name: &str| name.rsplit('.').next().map(str::to_lowercase);
        !self
            .images
            .iter()
            .all(|(name, ..)| kinds.insert(kind(name)))
    }

    /// Divides a sample of several images of one extension by their names up to the last dot, as in
    /// `IMG.2021.0001.png` and `IMG.2021.0001.cls`: where each text belongs to one of the images. The texts of
    /// `1.left.png`, `1.right.png` and `1.cls` belong to all.
    pub(super) fn divided(self) -> Vec<Self> {
        if !self.has_several_of_one_kind() {
            return vec![self];
        }
        let mut places: HashMap<&str, usize> = HashMap::new();
        let stem = |name: &'_ str| name.rfind('.').unwrap_or(name.len());
        for (name, ..) in &self.images {
            let next = places.len();
            places.entry(&name[..stem(name)]).or_insert(next);
        }
        let place = |name: &str| {
            let mut dots = name.rmatch_indices('.');
            dots.find_map(|(dot, _)| places.get(&name[..dot]).copied())
        };
        let texts: Option<Vec<usize>> = self.texts.iter().map(|(name, _)| place(name)).collect();
        let Some(texts) = texts else {
            return vec![self];
        };
        let images: Vec<usize> = self
            .images
            .iter()
            .filter_map(|(name, ..)| place(name))
            .collect();
        let mut parts: Vec<Self> = (0..places.len()).map(|_| Self::default()).collect();
        for (image, place) in self.images.into_iter().zip(images) {
            if parts[place].key.is_empty() {
                parts[place].key = image.0[..stem(&image.0)].to_owned();
            }
            parts[place].images.push(image);
        }
        for (text, place) in self.texts.into_iter().zip(texts) {
            parts[place].texts.push(text);
        }
        parts
    }

    pub(super) fn attributes(self) -> Vec<(String, String)> {
        let Self { key, texts, .. } = self;
        let named = |(name, text): (String, Text)| {
            let extension = name.get(key.len() + 1..).unwrap_or_default();
            text.named(&extension.to_lowercase())
        };
        texts.into_iter().flat_map(named).collect()
    }

    pub(super) fn rows(
        mut self,
        archive: &Arc<Path>,
        columns: &[String],
    ) -> Vec<Result<Row, DatasetError>> {
        let images = std::mem::take(&mut self.images);
        let attributes = self.attributes();
        let value = |column: &String| {
            let named = |(name, _): &&(String, String)| name == column;
            let found = attributes.iter().rev().find(named);
            found.map(|(_, value)| value.clone()).unwrap_or_default()
        };
        let values: Vec<String> = columns.iter().map(value).collect();
        let row = |(name, start, len): (String, u64, u64)| {
            let image = Location::Member {
                archive: Arc::clone(archive),
                name,
                start,
                len,
            };
            Ok(Row {
                place: image.to_string(),
                path: image.to_string(),
                image,
                values: values.clone(),
            })
        };
        images.into_iter().map(row).collect()
    }
}
