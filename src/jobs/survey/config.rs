//! Configuration of a training on a survey.

use crate::dataset::DatasetError;
use crate::error::Error;
use crate::head::Balance;
use crate::hint::SettingError;
use crate::jobs::check::ColumnCheckConfig;
use crate::jobs::config::{self, ConfigError, DataConfig, ValidationConfig};
use crate::jobs::training::SplitPlan;
use crate::learners::columns::{CodebookConfig, Gaps, Roles, Selection, Settings};
use crate::learners::learner::{Learner, LearnerParams, Select, SelectParams};
use crate::record::LabelSource;
use crate::table::Bands;
use serde::{Deserialize, Serialize};
use std::path::{Path, PathBuf};

/// Configuration of a training on a survey: all that its result depends on. The `config.toml` of such a run is one.
///
/// ```
/// use evenhand::SurveyConfig;
/// let mut config = SurveyConfig::new("survey.csv").label("care").groups(["race"]);
/// config.columns.select = "all,!zip_code".parse()?;
/// assert_eq!(config.validation.folds, 5);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SurveyConfig {
    /// The version that wrote it.
    pub evenhand: String,
    pub data: DataConfig,
    pub columns: ColumnsConfig,
    pub validation: ValidationConfig,
    #[serde(default)]
    pub learner: LearnerConfig,
    /// Selection of columns within the training rows of each fold.
    #[serde(default)]
    pub select: SelectParams,
    /// The classifier to begin from; `None` begins from scratch.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub transfer: Option<TransferConfig>,
}

/// A classifier of another survey.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TransferConfig {
    /// A run, or a `classifier.onnx`.
    pub from: PathBuf,
    /// The rows that it was trained on, where they are at hand.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source_rows: Option<PathBuf>,
}

/// Columns of a survey: which become features, and what the others are for.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ColumnsConfig {
    /// The columns that become features.
    pub select: Selection,
    /// Values that say why there is no answer.
    pub gaps: Gaps,
    /// The column that names rows; by default they are named by where they stand in the file.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// The column of survey weights.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub weights: Option<String>,
    /// What a person decided about columns, as in `columns.toml`.
    #[serde(flatten)]
    pub settings: Settings,
}

/// Learners to try, and their settings.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct LearnerConfig {
    /// One learner, or several to choose among; without any, all are tried.
    pub names: Vec<Learner>,
    #[serde(flatten)]
    pub params: LearnerParams,
}

impl LearnerConfig {
    /// The learners that are tried.
    pub fn learners(&self) -> Vec<Learner> {
        match self.names.is_empty() {
            true => Learner::ALL.to_vec(),
            false => self.names.clone(),
        }
    }
}

impl SurveyConfig {
    /// The defaults for a table, whose [`label`](Self::label) is to be named.
    pub fn new(data: impl Into<PathBuf>) -> Self {
        Self {
            evenhand: env!("CARGO_PKG_VERSION").to_owned(),
            data: DataConfig {
                path: data.into(),
                label_source: LabelSource::Recorded,
                ..DataConfig::default()
            },
            columns: ColumnsConfig::default(),
            validation: ValidationConfig::default(),
            learner: LearnerConfig::default(),
            select: SelectParams::default(),
            transfer: None,
        }
    }

    /// Sets the column to learn.
    pub fn label(mut self, column: impl Into<String>) -> Self {
        self.data.layout.label = Some(column.into());
        self
    }

    /// Sets the groups to report: columns, or several crossed, as in `race*gender`.
    pub fn groups<G: Into<String>>(mut self, groups: impl IntoIterator<Item = G>) -> Self {
        self.data.layout.groups = groups.into_iter().map(Into::into).collect();
        self
    }

    /// Reads a file such as a run's `config.toml`.
    ///
    /// # Errors
    /// The file cannot be read, or is no configuration of a survey.
    pub fn read(file: &Path) -> Result<Self, ConfigError> {
        config::read(file)
    }

    /// Whether a file configures a training on a survey rather than on images.
    ///
    /// # Errors
    /// The file cannot be read.
    pub fn is_one(file: &Path) -> Result<bool, ConfigError> {
        let table: Option<toml::Table> = config::read_text(file)?.parse().ok();
        Ok(table.is_some_and(|table| table.contains_key("columns")))
    }

    /// The text of `config.toml`.
    ///
    /// # Errors
    /// A value has no form in TOML.
    pub fn to_toml(&self) -> Result<String, ConfigError> {
        Ok(toml::to_string(self)?)
    }

    /// Checks the settings.
    ///
    /// # Errors
    /// Settings out of their range, or that surveys do not have.
    pub fn check(&self) -> Result<(), Error> {
        for (column, ends) in &self.data.layout.bands {
            Bands::new(column, ends).map_err(DatasetError::Bands)?;
        }
        let ValidationConfig { folds, balance, .. } = self.validation;
        if folds < 2 {
            let hint = "5 folds are usual";
            return Err(
                SettingError::new("folds", folds, "at least 2 folds are needed")
                    .with_hint(hint)
                    .into(),
            );
        }
        self.check_select()?;
        if balance == Balance::Oversample {
            let allowed = "a survey is balanced by weights: none, label or group";
            return Err(SettingError::new("balance", balance, allowed).into());
        }
        Ok(())
    }

    /// # Errors
    /// Columns are to be selected where a source's model needs all of its own, or in too few folds.
    fn check_select(&self) -> Result<(), SettingError> {
        let SelectParams { by, share } = self.select;
        if by != Select::None && self.transfer.is_some() {
            let allowed = "in a transfer all columns of the source are kept: none";
            return Err(SettingError::new("select", by, allowed));
        }
        // Importance is cross-validated within training rows, by learners that find settings within theirs.
        if by == Select::Importance && self.validation.folds < 4 {
            let allowed = "at least 4 folds are needed to select by importance";
            return Err(SettingError::new("folds", self.validation.folds, allowed));
        }
        match share > 0.5 && share <= 1.0 {
            true => Ok(()),
            false => {
                let allowed = "a share of halves above 0.5 and at most 1";
                Err(SettingError::new("select", share, allowed))
            }
        }
    }

    /// Checks the settings, and makes relative paths absolute, so that a run can be repeated from anywhere.
    ///
    /// # Errors
    /// Those of [`check`](Self::check); the current folder is not known.
    pub fn settle(&mut self) -> Result<(), Error> {
        self.check()?;
        let DataConfig { path, test, .. } = &mut self.data;
        let transfer = self.transfer.as_mut();
        let transfer = transfer.map(|of| [Some(&mut of.from), of.source_rows.as_mut()]);
        let paths = [Some(path), test.as_mut()].into_iter();
        let paths = paths.chain(transfer.into_iter().flatten());
        Ok(config::make_absolute(paths)?)
    }

    /// What a codebook of the training table depends on.
    pub fn codebook(&self) -> CodebookConfig {
        let layout = &self.data.layout;
        let columns = layout.groups.iter().flat_map(|group| group.split('*'));
        let mut groups: Vec<String> = columns.map(|name| name.trim().to_owned()).collect();
        groups.dedup();
        CodebookConfig {
            gaps: self.columns.gaps.clone(),
            settings: self.columns.settings.clone(),
            roles: Roles {
                label: layout.label.clone(),
                weights: self.columns.weights.clone(),
                cluster: layout.person.clone(),
                id: self.columns.id.clone(),
                groups,
                ..Roles::default()
            },
        }
    }

    /// A check of its columns.
    pub fn check_config(&self) -> ColumnCheckConfig {
        ColumnCheckConfig {
            path: self.data.path.clone(),
            read: self.data.layout.read_options(),
            codebook: self.codebook(),
            selection: self.columns.select.clone(),
        }
    }

    /// What the split depends on.
    pub(super) fn split(&self) -> SplitPlan<'_> {
        SplitPlan {
            data: &self.data,
            validation: &self.validation,
            is_finetuned: false,
            stops_early: false,
            search: None,
        }
    }
}
