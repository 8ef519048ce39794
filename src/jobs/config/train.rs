//! Configuration of a training.

use super::{
    BackboneConfig, ConfigError, DataConfig, EngineConfig, FinetuneConfig, LimitConfig,
    StoreConfig, ValidationConfig, file,
};
use crate::backbone::Precision;
use crate::dataset::DatasetError;
use crate::error::Error;
use crate::events::Events;
use crate::head::{Balance, HeadLearner, HeadParams};
use crate::hint::SettingError;
use crate::report::gallery::Images;
use crate::table::Bands;
use serde::{Deserialize, Serialize};
use std::path::{Path, PathBuf};

/// Configuration of a training: all that its result depends on. A run's `config.toml` is one.
///
/// ```
/// use evenhand::TrainConfig;
/// let mut config = TrainConfig::new("faces.csv").label("gender").groups(["race", "race*gender"]);
/// config.data.holdout = Some(0.2);
/// assert_eq!(config.validation.folds, 5);
/// ```
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TrainConfig {
    /// The version that wrote it.
    pub evenhand: String,
    pub data: DataConfig,
    pub validation: ValidationConfig,
    pub head: HeadParams,
    pub engine: EngineConfig,
    pub store: StoreConfig,
    pub limits: LimitConfig,
    pub backbone: BackboneConfig,
    #[serde(default)]
    pub report: ReportConfig,
    /// `None` leaves the backbone frozen.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub finetune: Option<FinetuneConfig>,
    /// The search that chose the settings; `None` where none did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub search: Option<SearchedConfig>,
    /// Folder of the checkpoints of fine-tuning, from which an interrupted training goes on. Without one
    /// it begins again. No part of `config.toml`.
    #[serde(skip)]
    pub checkpoints: Option<PathBuf>,
}

/// A search that settings come from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SearchedConfig {
    /// Number of settings that were tried.
    pub trials: usize,
    /// The data set on which they were tried.
    pub data: PathBuf,
}

/// Contents of the report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReportConfig {
    pub images: Images,
}

impl TrainConfig {
    /// The defaults for a data set: a folder of class folders, or a table whose [`label`](Self::label)
    /// is to be named.
    pub fn new(data: impl Into<PathBuf>) -> Self {
        Self {
            evenhand: env!("CARGO_PKG_VERSION").to_owned(),
            data: DataConfig {
                path: data.into(),
                ..DataConfig::default()
            },
            validation: ValidationConfig::default(),
            head: HeadParams::default(),
            engine: EngineConfig::default(),
            store: StoreConfig::default(),
            limits: LimitConfig::default(),
            backbone: BackboneConfig::default(),
            report: ReportConfig::default(),
            finetune: None,
            search: None,
            checkpoints: None,
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

    /// Sets the one seed that everything random follows from.
    pub fn seed(mut self, seed: u64) -> Self {
        self.set_seed(seed);
        self
    }

    /// As [`seed`](Self::seed), in place.
    pub fn set_seed(&mut self, seed: u64) {
        self.validation.seed = seed;
        self.head.seed = seed;
        if let Some(finetune) = &mut self.finetune {
            finetune.params.seed = seed;
        }
    }

    /// Reads a file such as a run's `config.toml`.
    ///
    /// # Errors
    /// The file cannot be read, or is no configuration.
    pub fn read(file: &Path) -> Result<Self, ConfigError> {
        file::read(file)
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
    /// Settings out of their range, or that contradict each other.
    pub fn check(&self) -> Result<(), Error> {
        for (column, ends) in &self.data.layout.bands {
            Bands::new(column, ends).map_err(DatasetError::Bands)?;
        }
        self.engine.check()?;
        self.limits.check()?;
        self.backbone.check()?;
        self.head.clone().check()?;
        if self.validation.seeds == 0 {
            return Err(SettingError::new("seeds", 0, "at least one training is needed").into());
        }
        if let Some(finetune) = &self.finetune {
            finetune.params.clone().check()?;
        }
        Ok(self.check_finetuning()?)
    }

    /// Checks the settings, and decides what they leave open: precision, and the places of relative
    /// paths. A run can then be repeated from anywhere.
    ///
    /// # Errors
    /// Those of [`check`](Self::check); an int8 or float32 backbone that is not there.
    pub fn settle(&mut self, on: &mut dyn Events) -> Result<(), Error> {
        self.check()?;
        self.settle_precision(on)?;
        Ok(self.make_absolute()?)
    }

    fn make_absolute(&mut self) -> Result<(), ConfigError> {
        self.backbone.make_absolute();
        let DataConfig {
            path, test, layout, ..
        } = &mut self.data;
        file::make_absolute([Some(path), test.as_mut(), layout.image_root.as_mut()])
    }

    fn settle_precision(&mut self, on: &mut dyn Events) -> Result<(), Error> {
        if self.finetune.is_some() && self.engine.precision.is_none() {
            // Integers have no gradients, and those of float16 are too coarse.
            self.engine.precision = Some(Precision::F32);
        }
        self.backbone = self.backbone.clone().at(&self.engine, on)?;
        self.engine.precision = Some(self.engine.precision_of(self.backbone.spec.precision));
        Ok(())
    }

    fn check_finetuning(&self) -> Result<(), ConfigError> {
        let balance = "leave out {unfreeze}, or fine-tune with {balance} group";
        let (setting, hint) = match self {
            Self { finetune: None, .. } => return Ok(()),
            Self { validation, .. } if validation.seeds > 1 => (
                "training with several seeds",
                "leave out {unfreeze} or {seeds}",
            ),
            Self { validation, .. } if validation.leave_out.is_some() => (
                "leaving out a source",
                "leave out {unfreeze} or {leave_out}",
            ),
            Self { head, .. } if head.learner == HeadLearner::Logistic => {
                ("the learner logistic", "leave out {unfreeze} or {learner}")
            }
            Self { head, .. } if head.group_dro.is_some() => ("the loss group-dro", balance),
            Self { validation, .. } if validation.balance == Balance::Oversample => {
                ("the balance oversample", balance)
            }
            _ => return Ok(()),
        };
        Err(ConfigError::NotWithFinetuning { setting, hint })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    #[test]
    fn a_configuration_is_read_as_it_was_written() {
        let mut config = TrainConfig::new("faces").label("gender").groups(["race"]);
        config.checkpoints = Some("beside".into());
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("config.toml");
        fs::write(&file, config.to_toml().unwrap()).unwrap();
        config.checkpoints = None;
        assert_eq!(TrainConfig::read(&file).unwrap(), config);

        fs::write(&file, "seed = 1\n").unwrap();
        let error = TrainConfig::read(&file).unwrap_err().to_string();
        assert!(error.contains("config.toml:1: "), "{error}");
    }

    #[test]
    fn settings_out_of_range_are_named() {
        let mut config = TrainConfig::new("faces");
        config.limits.max_bad = 7.0;
        let error = config.settle(&mut ()).unwrap_err();
        assert!(error.is_usage());
        assert_eq!(error.to_string(), "max-bad 7: a share is from 0 to 1");
        config.limits.max_bad = 0.1;
        config.engine.threads = 0;
        let error = config.settle(&mut ()).unwrap_err();
        assert!(error.to_string().starts_with("threads 0"), "{error}");
    }

    #[test]
    fn a_spec_and_bands_of_a_file_are_checked_as_those_of_arguments() {
        let refused = |change: fn(&mut TrainConfig)| {
            let mut config = TrainConfig::new("faces");
            change(&mut config);
            let folder = tempfile::tempdir().unwrap();
            let file = folder.path().join("config.toml");
            fs::write(&file, config.to_toml().unwrap()).unwrap();
            let error = TrainConfig::read(&file).unwrap().check().unwrap_err();
            assert!(error.is_usage(), "{error}");
            error.to_string()
        };
        assert_eq!(
            refused(|config| config.backbone.spec.std = [0.0; 3]),
            "efficientnet-lite0: `std` is [0.0, 0.0, 0.0]; three positive numbers on the 0..255 scale are allowed"
        );
        let error = refused(|config| config.backbone.spec.size.width = 1_000_000_000);
        assert!(
            error.ends_with("sides from 1 to 8192 are allowed"),
            "{error}"
        );
        let ends = vec![18.0, 0.0];
        let mut config = TrainConfig::new("faces");
        config.data.layout.bands.insert("age".to_owned(), ends);
        let error = config.check().unwrap_err().to_string();
        assert_eq!(
            error,
            "bands `age=18,0`: the lower ends must be numbers that ascend"
        );
    }
}
