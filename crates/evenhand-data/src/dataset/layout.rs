//! Layouts: where a dataset keeps its images, labels and attributes; and the presets, which
//! describe those of well-known datasets so that nobody spells them out.

use super::DatasetError;
use super::error::open_error;
use evenhand_stats::text::quoted;
use evenhand_table::{MissingValues, ReadOptions, Recode, plain_file};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// The presets in the binary. Another one is a file and a line here.
const PRESETS: [(&str, &str); 4] = [
    ("adience", include_str!("../../datasets/adience.toml")),
    ("fairface", include_str!("../../datasets/fairface.toml")),
    (
        "imagefolder",
        include_str!("../../datasets/imagefolder.toml"),
    ),
    ("utkface", include_str!("../../datasets/utkface.toml")),
];

/// Settings of reading a dataset; one that is `None` or empty has its default.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Layout {
    /// The manifests in a folder, by a file name that may hold `*`: several make one dataset.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub manifest: Option<String>,
    /// The column that names the image files; by default `file`, `path` or another usual name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub image: Option<String>,
    /// The path of the image, written with `{column}`s, where no column holds it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub image_template: Option<String>,
    /// The folder that paths of images are relative to; by default that of the table.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub image_root: Option<PathBuf>,
    /// What file names end with where the table leaves it out: `.jpg`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub image_ext: Option<String>,
    /// The form of the file names, without extension, such as `{age}_{gender}_*`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pattern: Option<String>,
    /// The column to learn; the name for it where the folders are the classes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub label: Option<String>,
    /// The positive one of two classes; by default the last in sorted order.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub positive: Option<String>,
    /// The column that says who is on the image.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub person: Option<String>,
    /// The column that says `train` or `test`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub split: Option<String>,
    /// Attributes to report by, `race`, or crossed, `race*gender`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub groups: Vec<String>,
    /// Column to the lower ends of its bands, ascending.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub bands: BTreeMap<String, Vec<f64>>,
    /// Column to the names of its codes.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub values: BTreeMap<String, BTreeMap<String, String>>,
    /// New names of values, of the label column where no column is named.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub map: Vec<Recode>,
    /// The values that stand for a missing one, besides the empty one; by default `NA`, `NaN`, `null` and their like.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub missing: Option<Vec<String>>,
}

impl Layout {
    /// Options of reading the dataset's tables, which people may have labelled in a spreadsheet.
    pub fn read_options(&self) -> ReadOptions {
        ReadOptions {
            missing: match &self.missing {
                Some(values) => MissingValues::only(values),
                None => MissingValues::default(),
            },
            ..ReadOptions::default()
        }
        .filled_in()
    }

    /// Takes every setting that is not set from `preset`.
    pub fn fill(&mut self, preset: Layout) {
        let Layout {
            manifest,
            image,
            image_template,
            image_root,
            image_ext,
            pattern,
            label,
            positive,
            person,
            split,
            groups,
            bands,
            values,
            map,
            missing,
        } = preset;
        for (own, preset) in [
            (&mut self.manifest, manifest),
            (&mut self.image, image),
            (&mut self.image_template, image_template),
            (&mut self.image_ext, image_ext),
            (&mut self.pattern, pattern),
            (&mut self.person, person),
            (&mut self.split, split),
        ] {
            *own = own.take().or(preset);
        }
        self.image_root = self.image_root.take().or(image_root);
        self.missing = self.missing.take().or(missing);
        if self.map.is_empty() {
            self.map = map;
        }
        // The positive class is one of the label's: it goes with the label or not at all.
        if self.label.is_none() || self.label == label {
            self.label = label;
            self.positive = self.positive.take().or(positive);
        }
        if self.groups.is_empty() {
            self.groups = groups;
        }
        for (column, ends) in bands {
            self.bands.entry(column).or_insert(ends);
        }
        for (column, names) in values {
            self.values.entry(column).or_insert(names);
        }
    }
}

/// A dataset that others have described: `datasets/<name>.toml`.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Preset {
    pub title: String,
    /// Files and folders of the dataset, for someone who is about to fetch them.
    pub files: String,
    pub url: Option<String>,
    pub licence: Option<String>,
    pub citation: Option<String>,
    #[serde(default)]
    pub layout: Layout,
}

impl Preset {
    /// The dataset in a report: its title, its licence, and how to cite it.
    pub fn about(&self) -> String {
        let Self {
            title,
            licence,
            citation,
            ..
        } = self;
        let mut about = format!("{title}.");
        for (what, text) in [("Licence", licence), ("Please cite", citation)] {
            if let Some(text) = text {
                about += &format!(" {what}: {}.", text.trim_end_matches('.'));
            }
        }
        about
    }

    /// The preset of that name, or the one in a TOML file of the user's own.
    ///
    /// # Errors
    /// Neither a preset nor a file, or a file that is not of the form of a preset.
    pub fn find(name_or_path: &str) -> Result<Self, DatasetError> {
        if let Some((name, text)) = PRESETS.iter().find(|(name, _)| *name == name_or_path) {
            return Self::parse(name, text);
        }
        let path = Path::new(name_or_path);
        if path
            .extension()
            .is_none_or(|extension| !extension.eq_ignore_ascii_case("toml"))
        {
            let known = quoted(presets());
            return Err(DatasetError::UnknownPreset {
                name: name_or_path.to_owned(),
                known,
            });
        }
        let text = plain_file::read_text(path).map_err(|source| open_error(path, source))?;
        Self::parse(name_or_path, &text)
    }

    fn parse(file: &str, text: &str) -> Result<Self, DatasetError> {
        toml::from_str(text).map_err(|error| {
            let start = error.span().map_or(0, |span| span.start);
            let before = text.get(..start).unwrap_or(text);
            let number = before.matches('\n').count();
            DatasetError::Preset {
                place: format!("{file}:{}", number + 1),
                line: text
                    .lines()
                    .nth(number)
                    .unwrap_or_default()
                    .trim()
                    .to_owned(),
                problem: error.message().to_owned(),
            }
        })
    }
}

/// The names of the presets in the binary.
pub fn presets() -> impl Iterator<Item = &'static str> {
    PRESETS.iter().map(|(name, _)| *name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dataset::load;

    #[test]
    fn every_preset_is_read_and_every_file_is_a_preset() {
        let mut files: Vec<_> = std::fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/datasets"))
            .unwrap()
            .map(|entry| {
                entry
                    .unwrap()
                    .path()
                    .file_stem()
                    .unwrap()
                    .to_str()
                    .unwrap()
                    .to_owned()
            })
            .collect();
        files.sort();
        assert_eq!(presets().collect::<Vec<_>>(), files);
        for name in presets() {
            let preset = Preset::find(name).unwrap();
            assert!(preset.about().starts_with(&preset.title));
        }
    }

    #[test]
    fn a_preset_fills_only_what_is_not_set() {
        let preset = Preset::find("utkface").unwrap().layout;
        let mut layout = Layout {
            label: Some("race".to_owned()),
            ..Layout::default()
        };
        layout.bands.insert("age".to_owned(), vec![0.0, 50.0]);
        layout.fill(preset.clone());
        assert_eq!(layout.label.as_deref(), Some("race"));
        assert_eq!(
            layout.positive, None,
            "the positive class is of another label"
        );
        assert_eq!(layout.bands["age"], [0.0, 50.0]);
        assert_eq!(layout.pattern, preset.pattern);
        assert_eq!(layout.values["gender"]["0"], "Male");
    }

    #[test]
    fn an_error_in_a_preset_names_the_key() {
        let error = Preset::parse(
            "my.toml",
            "title = 'T'\nfiles = ''\n[layout]\nlable = 'sex'\n",
        );
        let error = error.unwrap_err().to_string();
        assert!(
            error.starts_with("my.toml:4: `lable = 'sex'`: unknown field `lable`"),
            "{error}"
        );
        let error = Preset::parse("my.toml", "title = 'T'\nfiles = ''\n[layout]\nlabel = 3\n");
        assert!(
            error
                .unwrap_err()
                .to_string()
                .starts_with("my.toml:4: `label = 3`: ")
        );
        assert!(matches!(
            Preset::find("fareface"),
            Err(DatasetError::UnknownPreset { .. })
        ));
    }

    #[test]
    fn utkface_and_adience_are_read_as_they_are_published() {
        let dir = tempfile::tempdir().unwrap();
        for name in [
            "26_1_0_201701.jpg.chip.jpg",
            "70_0_4_201701.jpg",
            "61_1_201701.jpg",
        ] {
            std::fs::write(dir.path().join(name), "").unwrap();
        }
        let utkface = load(dir.path(), &Preset::find("utkface").unwrap().layout).unwrap();
        let rows: Vec<_> = utkface
            .records
            .iter()
            .map(|row| row.attributes.join(" "))
            .collect();
        assert_eq!(rows, ["18-29 Female White", "60+ Male Other"]);
        assert_eq!(
            (utkface.classes.name(1), utkface.skipped.len()),
            ("Female", 1)
        );

        let header = "user_id\toriginal_image\tface_id\tage\tgender\tx\n";
        for (fold, row) in [
            "7@N0\ta.jpg\t12\t(25, 32)\tm\t0\n",
            "8@N0\tb.jpg\t3\t(0, 2)\tf\t0\n",
        ]
        .into_iter()
        .enumerate()
        {
            let name = format!("fold_{fold}_data.txt");
            std::fs::write(dir.path().join(name), header.to_owned() + row).unwrap();
        }
        let adience = load(dir.path(), &Preset::find("adience").unwrap().layout).unwrap();
        let first = &adience.records[0];
        assert_eq!(first.path, "faces/7@N0/coarse_tilt_aligned_face.12.a.jpg");
        assert_eq!(first.person.as_deref(), Some("7@N0"));
        assert_eq!(first.attributes[3..5], ["25-32", "Male"]);
    }

    #[test]
    fn a_layout_is_the_same_after_a_round_trip() {
        let layout = Preset::find("adience").unwrap().layout;
        let text = toml::to_string(&layout).unwrap();
        assert_eq!(toml::from_str::<Layout>(&text).unwrap(), layout);
        assert!(!text.contains("missing"), "as before there was the setting");
        let literal = Layout {
            missing: Some(vec![String::new()]),
            ..layout
        };
        let text = toml::to_string(&literal).unwrap();
        assert_eq!(toml::from_str::<Layout>(&text).unwrap(), literal);
        assert!(!literal.read_options().missing.contains("NA"));
    }
}
