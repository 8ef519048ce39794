//! The configuration of a training: what the user asked for, with everything else filled in.

use super::finetune::FinetuneConfig;
use crate::cli::args::{
    BackboneOptions, DataOptions, FinetuneOptions, HeadOptions, LossChoice, PictureOptions,
    TrainArgs,
};
use crate::cli::printer::Printer;
use crate::commands::failure::Failure;
use crate::commands::setup::{BackboneConfig, EngineConfig, LimitConfig, Precision, StoreConfig};
use evenhand::backbone::unfreeze::Unfreeze;
use evenhand::dataset::{Layout, Preset, parse_bands};
use evenhand::head::{Balance, HeadParams};
use evenhand::record::LabelSource;
use evenhand::report::Source;
use evenhand::report::gallery::Images;
use serde::{Deserialize, Serialize};
use std::fs;
use std::path::{Path, PathBuf, absolute};

/// Of the robust loss. Sagawa et al. (2020) take 0.01 for tens of thousands of steps; a head takes some
/// hundred, in which 0.01 hardly turns from strata that are alike (`docs/groups.md`).
const GROUP_DRO_STEP: f64 = 0.1;

/// Everything that a training depends on. `config.toml` is one, fully resolved.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
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
}

/// What the report shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReportConfig {
    pub images: Images,
}

impl Config {
    /// The defaults for a dataset.
    pub fn new(data: DataConfig, printer: &mut Printer) -> Result<Self, Failure> {
        Ok(Self {
            evenhand: env!("CARGO_PKG_VERSION").to_owned(),
            data,
            validation: ValidationConfig::default(),
            head: HeadParams::default(),
            engine: EngineConfig::default(),
            store: StoreConfig::default(),
            limits: LimitConfig::default(),
            backbone: BackboneConfig::resolve(BackboneOptions::default(), printer)?,
            report: ReportConfig::default(),
            finetune: None,
        })
    }

    /// From a file such as a run's `config.toml`.
    pub fn read(file: &Path) -> Result<Self, Failure> {
        let shown = file.display();
        let text = fs::read_to_string(file)
            .map_err(|error| Failure::usage(format!("cannot read `{shown}`: {error}")))?;
        toml::from_str(&text).map_err(|error| {
            let line = error
                .span()
                .map_or(0, |span| text[..span.start].matches('\n').count())
                + 1;
            Failure::usage(format!(
                "{shown}:{line}: {}",
                error.message().replace('\n', " ")
            ))
            .with_hint("`--config` takes the config.toml of a run")
        })
    }

    /// Makes paths independent of the current folder, so that the run can be repeated elsewhere.
    pub fn make_absolute(&mut self) -> Result<(), Failure> {
        self.backbone.make_absolute();
        for path in [Some(&mut self.data.path), self.data.test.as_mut()]
            .into_iter()
            .flatten()
        {
            *path = absolute(&*path)
                .map_err(|error| Failure::usage(format!("`{}`: {error}", path.display())))?;
        }
        Ok(())
    }

    /// Decides what the backbone computes with, once and for all who repeat the run.
    pub fn settle_precision(&mut self, printer: &mut Printer) -> Result<(), Failure> {
        if self.finetune.is_some() && self.engine.precision == Precision::Auto {
            // Integers have no gradients.
            self.engine.precision = match self.engine.is_on_cpu() {
                true => Precision::F32,
                false => Precision::Auto,
            };
        }
        self.backbone = self.backbone.clone().at(&self.engine, printer)?;
        self.engine.precision = self.engine.precision.settled(self.backbone.spec.precision);
        Ok(())
    }

    /// Refuses what fine-tuning cannot do.
    pub fn check_finetuning(&self) -> Result<(), Failure> {
        let refused = match self {
            Self { finetune: None, .. } => return Ok(()),
            Self { head, .. } if head.group_dro.is_some() => "the loss group-dro",
            Self { validation, .. } if validation.balance == Balance::Oversample => {
                "the balance oversample"
            }
            _ => return Ok(()),
        };
        Err(
            Failure::usage(format!("{refused} is for heads on a frozen backbone"))
                .with_hint("leave out --unfreeze, or fine-tune with --balance group"),
        )
    }

    /// Makes everything random follow from one seed.
    pub fn set_seed(&mut self, seed: u64) {
        self.validation.seed = seed;
        self.head.seed = seed;
        if let Some(finetune) = &mut self.finetune {
            finetune.params.seed = seed;
        }
    }
}

#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DataConfig {
    pub path: PathBuf,
    /// What the report says of the data: where it is from, its licence, how to cite it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub about: Option<String>,
    #[serde(default)]
    pub label_source: LabelSource,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub test: Option<PathBuf>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub holdout: Option<f64>,
    #[serde(default)]
    pub layout: Layout,
}

/// How the rows are shared out.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ValidationConfig {
    /// Folds of the cross-validation.
    pub folds: usize,
    pub balance: Balance,
    /// Of everything random.
    pub seed: u64,
}

impl ValidationConfig {
    /// What predictions of training rows are.
    pub fn source(&self) -> Source {
        match self.folds {
            1 => Source::HeldOut,
            _ => Source::CrossValidation,
        }
    }
}

impl Default for ValidationConfig {
    fn default() -> Self {
        Self {
            folds: 5,
            balance: Balance::None,
            seed: 0,
        }
    }
}

/// Where the run goes, and what is printed of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Output {
    pub folder: PathBuf,
    pub replace: bool,
    pub json: bool,
}

/// Resolves the arguments, over the run that `--config` names where it names one.
pub fn resolve(args: TrainArgs, printer: &mut Printer) -> Result<(Config, Output), Failure> {
    let TrainArgs {
        data,
        config,
        out,
        force,
        json,
        pictures,
        data_options,
        limits,
        backbone,
        head,
        finetune,
        engine,
        store,
    } = args;
    let mut resolved = match config {
        Some(file) => Config::read(&file)?,
        None => Config::new(DataConfig::default(), printer)?,
    };
    resolved.backbone.apply(backbone, printer)?;
    if let Some(path) = data {
        resolved.data.path = path;
    }
    if pictures != PictureOptions::default() {
        resolved.report.images = pictures.into();
    }
    resolved.data.apply(data_options)?;
    let asked_folds = head.folds;
    apply_finetune(&mut resolved, finetune, asked_folds, printer)?;
    apply_head(&mut resolved, head)?;
    resolved.limits.apply(limits)?;
    resolved.engine.apply(engine)?;
    if store.no_store || store.store.is_some() {
        resolved.store = StoreConfig::new(store);
    }
    let folder = out.unwrap_or_else(|| PathBuf::from("run"));
    Ok((
        resolved,
        Output {
            folder,
            replace: force,
            json,
        },
    ))
}

impl DataConfig {
    /// Takes over what the user asked for.
    pub fn apply(&mut self, options: DataOptions) -> Result<(), Failure> {
        let DataOptions {
            preset,
            image,
            label,
            positive,
            pattern,
            groups,
            bands,
            person,
            split,
            test,
            holdout,
        } = options;
        if split.is_some() || test.is_some() || holdout.is_some() {
            (self.layout.split, self.test, self.holdout) = (split, test, holdout);
        }
        let layout = &mut self.layout;
        for (ours, asked) in [
            (&mut layout.image, image),
            (&mut layout.label, label),
            (&mut layout.positive, positive),
            (&mut layout.pattern, pattern),
            (&mut layout.person, person),
        ] {
            *ours = asked.or(ours.take());
        }
        if !groups.is_empty() {
            layout.groups = groups;
        }
        for text in bands {
            let (column, ends) = parse_bands(&text)?;
            layout.bands.insert(column, ends);
        }
        if let Some(preset) = preset {
            let preset = Preset::find(&preset)?;
            self.about = Some(preset.about());
            self.layout.fill(preset.layout);
        }
        Ok(())
    }
}

fn apply_finetune(
    config: &mut Config,
    options: FinetuneOptions,
    folds: Option<usize>,
    printer: &mut Printer,
) -> Result<(), Failure> {
    let Some(unfreeze) = options.unfreeze.clone() else {
        if options != FinetuneOptions::default() && config.finetune.is_none() {
            return Err(
                Failure::usage("options of fine-tuning, and nothing is unfrozen")
                    .with_hint("say what to train with --unfreeze, such as --unfreeze 1"),
            );
        }
        return match &mut config.finetune {
            Some(finetune) => finetune.apply(options),
            None => Ok(()),
        };
    };
    let unfreeze: Unfreeze = unfreeze.parse().map_err(Failure::usage)?;
    if config.finetune.is_none() && folds.is_none() {
        config.validation.folds = 1;
        printer.note(
            "a tenth of the rows is held out; --folds 5 judges every row, and takes six trainings",
        );
    }
    let mut finetune = config
        .finetune
        .take()
        .unwrap_or_else(|| FinetuneConfig::new(unfreeze.clone(), config.validation.seed));
    finetune.unfreeze = unfreeze;
    finetune.apply(options)?;
    config.finetune = Some(finetune);
    Ok(())
}

fn apply_head(config: &mut Config, options: HeadOptions) -> Result<(), Failure> {
    let HeadOptions {
        folds,
        hidden,
        dropout,
        epochs,
        learning_rate,
        weight_decay,
        batch_size,
        balance,
        loss,
        eta,
        seed,
    } = options;
    let Config {
        validation, head, ..
    } = config;
    validation.folds = folds.unwrap_or(validation.folds);
    if let Some(balance) = balance {
        validation.balance = balance.parse().map_err(Failure::usage)?;
    }
    head.hidden = hidden.unwrap_or(head.hidden);
    head.dropout = dropout.unwrap_or(head.dropout);
    head.epochs = epochs.unwrap_or(head.epochs);
    head.learning_rate = learning_rate.unwrap_or(head.learning_rate);
    head.weight_decay = weight_decay.unwrap_or(head.weight_decay);
    head.batch_size = batch_size.unwrap_or(head.batch_size);
    match loss {
        Some(LossChoice::Mean) => head.group_dro = None,
        Some(LossChoice::GroupDro) => head.group_dro = head.group_dro.or(Some(GROUP_DRO_STEP)),
        None => {}
    }
    match (eta, &mut head.group_dro) {
        (Some(eta), Some(step)) => *step = eta,
        (Some(_), None) => {
            return Err(Failure::usage("--eta is for the loss group-dro")
                .with_hint("add --loss group-dro, or leave out --eta"));
        }
        (None, _) => {}
    }
    if let Some(seed) = seed {
        config.set_seed(seed);
    }
    Ok(())
}
