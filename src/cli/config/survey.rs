//! Trainings on columns instead of images.

use super::ArgumentError;
use super::train::apply_data;
use crate::cli::args::{
    BackboneOptions, ColumnOptions, EngineOptions, FinetuneOptions, HeadOptions, ImageOptions,
    LearnerChoice, LimitOptions, PictureOptions, StoreOptions, TrainArgs,
};
use evenhand::jobs::config::read_text;
use evenhand::learners::columns::Settings;
use evenhand::learners::learner::Learner;
use evenhand::{ConfigError, Error, SurveyConfig, TransferConfig};
use std::path::{Path, PathBuf};

/// Whether these arguments are about a survey: columns are named, or a configuration names some.
///
/// # Errors
/// The configuration cannot be read.
pub fn is_survey(args: &TrainArgs) -> Result<bool, ConfigError> {
    match &args.config {
        _ if args.columns.columns.is_some() || args.columns.from.is_some() => Ok(true),
        Some(file) => SurveyConfig::is_one(file),
        None => Ok(false),
    }
}

/// The configuration of a training on a survey, over the run that `--config` names where it names one.
///
/// # Errors
/// Options that say something of images; a configuration that cannot be read.
pub fn survey(args: TrainArgs) -> Result<SurveyConfig, Error> {
    refuse_images(&args)?;
    let TrainArgs {
        data,
        config,
        data_options,
        head,
        columns,
        learner,
        ..
    } = args;
    let mut resolved = match &config {
        Some(file) => SurveyConfig::read(file)?,
        None => SurveyConfig::new(PathBuf::new()),
    };
    resolved.data.path = data.unwrap_or(resolved.data.path);
    apply_data(&mut resolved.data, data_options)?;
    let HeadOptions {
        folds,
        balance,
        seed,
        ..
    } = head;
    let validation = &mut resolved.validation;
    validation.folds = folds.unwrap_or(validation.folds);
    validation.balance = balance.unwrap_or(validation.balance);
    validation.seed = seed.unwrap_or(validation.seed);
    apply_columns(&mut resolved, columns)?;
    if !learner.is_empty() {
        resolved.learner.names = of_columns(learner)?;
    }
    Ok(resolved)
}

/// # Errors
/// An option is about images, which a survey does not have: it would do nothing.
fn refuse_images(args: &TrainArgs) -> Result<(), ArgumentError> {
    let head = &args.head;
    let own = HeadOptions {
        folds: head.folds,
        balance: head.balance,
        seed: head.seed,
        ..HeadOptions::default()
    };
    let data = &args.data_options;
    let is_of_images =
        data.preset.is_some() || data.pattern.is_some() || data.images != ImageOptions::default();
    let given = [
        (is_of_images, "how images are named"),
        (args.backbone != BackboneOptions::default(), "the backbone"),
        (args.finetune != FinetuneOptions::default(), "fine-tuning"),
        (args.engine != EngineOptions::default(), "the engine"),
        (args.store != StoreOptions::default(), "the feature store"),
        (
            args.pictures != PictureOptions::default(),
            "how images are shown",
        ),
        (
            args.limits != LimitOptions::default(),
            "bad and large images",
        ),
        (*head != own, "the head of a network"),
        (args.seeds.is_some(), "seeds"),
        (args.leave_out.is_some(), "sources that are left out"),
    ];
    match given.into_iter().find(|(is_given, _)| *is_given) {
        Some((_, about)) => Err(ArgumentError::new(
            format!("an option about {about} does nothing in a training on columns"),
            "leave it out, or leave {columns} and {from} out to train on images",
        )),
        None => Ok(()),
    }
}

fn apply_columns(config: &mut SurveyConfig, options: ColumnOptions) -> Result<(), Error> {
    let ColumnOptions {
        columns: select,
        gaps,
        codebook,
        id,
        weights,
        from,
        source_rows,
        select: select_by,
    } = options;
    config.select.by = select_by.unwrap_or(config.select.by);
    let columns = &mut config.columns;
    columns.select = select.unwrap_or_else(|| columns.select.clone());
    columns.gaps = gaps.unwrap_or_else(|| columns.gaps.clone());
    columns.id = id.or(columns.id.take());
    columns.weights = weights.or(columns.weights.take());
    if let Some(file) = codebook {
        columns.settings = settings(&file)?;
    }
    if let Some(from) = from {
        config.transfer = Some(TransferConfig { from, source_rows });
    }
    Ok(())
}

/// The learners that are named; none of `auto`.
fn of_columns(choices: Vec<LearnerChoice>) -> Result<Vec<Learner>, ArgumentError> {
    let named = choices.into_iter().filter_map(|choice| match choice {
        LearnerChoice::Auto => None,
        LearnerChoice::One(learner) => Some(Ok(learner)),
        LearnerChoice::Network => Some(Err(ArgumentError::new(
            "a network does not learn from columns",
            "give {learner} auto, logistic, tree, boosting or forest",
        ))),
    });
    named.collect()
}

fn settings(file: &Path) -> Result<Settings, Error> {
    let text = read_text(file)?;
    Ok(Settings::parse(&file.display().to_string(), &text)?)
}
