//! Configuration of a segmentation.

use super::error::SegmentTableError;
use crate::error::Error;
use crate::jobs::config::{self, ConfigError};
use crate::learners::columns::{CodebookConfig, Gaps, Roles, Selection};
use crate::segments::pca::Components;
use crate::segments::scale::Scaling;
use crate::segments::segmentation::SegmentCount;
use crate::segments::{Options, SegmentError};
use crate::table::{MissingValues, ReadOptions};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::str::FromStr;

/// Configuration of a segmentation: all that its result depends on. The `config.toml` of its folder is one.
///
/// ```
/// use evenhand::SegmentConfig;
/// let mut config = SegmentConfig::new("counties.csv");
/// config.id = vec!["State".to_owned(), "County".to_owned()];
/// config.segments = "2-8".parse()?;
/// config.components = "0.8".parse()?;
/// # Ok::<(), String>(())
/// ```
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SegmentConfig {
    /// The version that wrote it.
    pub evenhand: String,
    pub table: PathBuf,
    /// The words that mark a missing value; `None` for the usual ones.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub missing: Option<Vec<String>>,
    /// The columns that name rows; rows are named by where they stand if there is none.
    pub id: Vec<String>,
    /// The columns that segments are made of.
    pub columns: Selection,
    /// Values that say why there is no number.
    pub gaps: Gaps,
    /// The column of weights.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub weights: Option<String>,
    pub scale: Scaling,
    pub components: Components,
    pub segments: SegmentCount,
    /// Whether components are rotated by varimax.
    pub rotate: bool,
    pub seed: u64,
    /// Another segmentation whose names of components are taken over where its loadings are the same.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub names_from: Option<PathBuf>,
    #[serde(default)]
    pub names: Vec<ComponentName>,
}

/// Name of a component. As text `Deprivation=1`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ComponentName {
    pub name: String,
    /// From 1.
    pub component: usize,
}

impl FromStr for ComponentName {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let parts = text.rsplit_once('=');
        let named =
            parts.and_then(|(name, number)| Some((name.trim(), number.trim().parse().ok()?)));
        match named {
            Some((name, component)) if !name.is_empty() && component > 0 => Ok(Self {
                name: name.to_owned(),
                component,
            }),
            _ => Err(format!(
                "`{text}`: a name and the number of a component is allowed, as in `Deprivation=1`"
            )),
        }
    }
}

impl SegmentConfig {
    /// The defaults for a table.
    pub fn new(table: impl Into<PathBuf>) -> Self {
        let Options {
            scaling,
            components,
            is_rotated,
            segments,
            seed,
            ..
        } = Options::default();
        Self {
            evenhand: env!("CARGO_PKG_VERSION").to_owned(),
            table: table.into(),
            missing: None,
            id: Vec::new(),
            columns: Selection::default(),
            gaps: Gaps::default(),
            weights: None,
            scale: scaling,
            components,
            segments,
            rotate: is_rotated,
            seed,
            names_from: None,
            names: Vec::new(),
        }
    }

    /// Reads a file such as a segmentation's `config.toml`.
    ///
    /// # Errors
    /// The file cannot be read, or is no configuration of a segmentation.
    pub fn read(file: &Path) -> Result<Self, ConfigError> {
        config::read(file)
    }

    /// The text of `config.toml`.
    ///
    /// # Errors
    /// A value has no form in TOML.
    pub fn to_toml(&self) -> Result<String, ConfigError> {
        Ok(toml::to_string(self)?)
    }

    /// How the table is read.
    pub fn read_options(&self) -> ReadOptions {
        let missing = self.missing.as_ref();
        ReadOptions {
            missing: missing.map_or_else(MissingValues::default, MissingValues::only),
            ..ReadOptions::default()
        }
    }

    /// Checks the settings, and makes paths absolute, so that it can be repeated from anywhere.
    ///
    /// # Errors
    /// Two components of one name; fewer than 2 segments; the current folder is not known.
    pub(super) fn settle(&mut self) -> Result<(), Error> {
        let least = match &self.segments {
            SegmentCount::Number(number) => *number,
            SegmentCount::Choose(range) => *range.start(),
        };
        if least < 2 {
            return Err(SegmentError::TooFewSegments(least).into());
        }
        let mut seen = BTreeSet::new();
        if let Some(twice) = self.names.iter().find(|name| !seen.insert(&name.name)) {
            return Err(SegmentTableError::SameName(twice.name.clone()).into());
        }
        let paths = [Some(&mut self.table), self.names_from.as_mut()];
        Ok(config::make_absolute(paths)?)
    }

    /// What is known of columns before they are looked at.
    pub(super) fn codebook(&self) -> CodebookConfig {
        let mut ids = self.id.iter().cloned();
        CodebookConfig {
            gaps: self.gaps.clone(),
            roles: Roles {
                id: ids.next(),
                // Names of rows too; a codebook has one column for them.
                groups: ids.collect(),
                weights: self.weights.clone(),
                ..Roles::default()
            },
            ..CodebookConfig::default()
        }
    }

    pub(super) fn options(&self) -> Options {
        let names = self.names.iter();
        Options {
            scaling: self.scale,
            components: self.components,
            is_rotated: self.rotate,
            segments: self.segments.clone(),
            names: names
                .map(|name| (name.component - 1, name.name.clone()))
                .collect(),
            seed: self.seed,
            ..Options::default()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_configuration_is_read_back() {
        let mut config = SegmentConfig::new("counties.csv");
        config.id = vec!["State".to_owned(), "County".to_owned()];
        config.names = vec!["Growth = pains=2".parse().unwrap()];
        config.components = "parallel".parse().unwrap();
        config.missing = Some(vec!["-9".to_owned()]);
        let text = config.to_toml().unwrap();
        assert_eq!(toml::from_str::<SegmentConfig>(&text).unwrap(), config);
        assert_eq!(config.options().names, [(1, "Growth = pains".to_owned())]);
        for text in ["Deprivation", "=1", "Deprivation=0", "Deprivation=one"] {
            assert!(text.parse::<ComponentName>().is_err(), "{text}");
        }
    }
}
