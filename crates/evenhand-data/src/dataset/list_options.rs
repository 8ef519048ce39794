//! Options of lists of images: where the files are, and how the tables are read.

use super::Layout;
use evenhand_table::{ReadOptions, Recode};
use std::path::PathBuf;

/// How the images that arguments name are found, and what is read of the lists among the arguments.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ListOptions {
    /// The column of tables that names the image files; by default `file`, `path` or another usual name.
    pub image: Option<String>,
    /// The folder that paths in lists are relative to; by default that of the list.
    pub image_root: Option<PathBuf>,
    /// What file names end with where a list leaves it out: `.jpg`.
    pub image_ext: Option<String>,
    /// How tables are read.
    pub read_options: ReadOptions,
    /// New names of values of the lists' columns, of `label` where no column is named.
    pub map: Vec<Recode>,
    /// The file that the argument `-` stands for; its paths are relative to the working directory.
    pub standard_input: Option<PathBuf>,
}

impl ListOptions {
    /// The argument that stands for a list from standard input.
    pub const STANDARD_INPUT: &str = "-";

    pub(super) fn layout(&self) -> Layout {
        Layout {
            image: self.image.clone(),
            image_root: self.image_root.clone(),
            image_ext: self.image_ext.clone(),
            ..Layout::default()
        }
    }
}
