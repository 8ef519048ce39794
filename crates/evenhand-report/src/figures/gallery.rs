//! Single rows that say something, such as confident mistakes: pictures where they have some that may
//! be shown, else a table of the same.

use crate::content::RowImage;
use crate::record::{Classes, Unit};
use base64::Engine;
use base64::prelude::BASE64_STANDARD;

/// The lines of [`Picture::of_row`].
pub const COLUMNS: [&str; 3] = ["Label and prediction", "Groups", "How sure"];

/// One image and what is to be said of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Picture {
    /// `data:image/jpeg;base64,...`. Anything but `data:image/` is not shown: a report loads
    /// nothing.
    pub data_uri: Option<String>,
    /// A drawing that is laid over the image, of its width and height.
    pub overlay: Option<String>,
    /// Alternative text: the image's path, or a description.
    pub alt: String,
    /// A line for each of the gallery's columns.
    pub lines: Vec<String>,
}

impl Picture {
    /// An image with its label, prediction and groups, and a last line of the caller's.
    pub fn of_row(face: &RowImage, classes: &Classes, last: String) -> Self {
        let image = face.image.as_ref();
        let (label, predicted) = (classes.name(face.label), classes.name(face.predicted));
        let answer = match face.label == face.predicted {
            true => format!("labelled and predicted {label}"),
            false => format!("labelled {label}, predicted {predicted}"),
        };
        Self {
            data_uri: image
                .map(|jpeg| format!("data:image/jpeg;base64,{}", BASE64_STANDARD.encode(jpeg))),
            overlay: None,
            alt: face.name.clone(),
            lines: vec![answer, face.groups.clone(), last],
        }
    }
}

pub struct Gallery {
    pub caption: String,
    /// Heading of the pictures' names, for the table.
    pub head: &'static str,
    /// Headings of the lines, for the table.
    pub columns: Vec<String>,
    pub pictures: Vec<Picture>,
    /// True if any picture has an image to show.
    pub has_images: bool,
}

impl Gallery {
    /// `columns` name the lines of the pictures. `None` without a picture.
    pub fn new(
        unit: Unit,
        caption: &str,
        columns: &[&str],
        pictures: Vec<Picture>,
    ) -> Option<Self> {
        if pictures.is_empty() {
            return None;
        }
        let shown = |mut picture: Picture| {
            picture.data_uri = picture
                .data_uri
                .filter(|uri| uri.starts_with("data:image/"));
            picture.lines.resize(columns.len(), String::new());
            picture
        };
        let pictures: Vec<Picture> = pictures.into_iter().map(shown).collect();
        Some(Self {
            caption: caption.to_owned(),
            head: unit.title(),
            columns: columns.iter().map(|&column| column.to_owned()).collect(),
            has_images: pictures.iter().any(|picture| picture.data_uri.is_some()),
            pictures,
        })
    }
}
