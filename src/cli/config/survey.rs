//! Trainings on columns instead of images.

use super::train::apply_data;
use crate::cli::args::{ColumnOptions, HeadOptions, LearnerChoice, TrainArgs};
use evenhand::learners::columns::Settings;
use evenhand::table::plain_file;
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
pub fn survey(args: TrainArgs) -> Result<SurveyConfig, Error> {
    let TrainArgs {
        data,
        config,
        data_options,
        head,
        columns,
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
    Ok(resolved)
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
        learner,
    } = options;
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
    if !learner.is_empty() {
        let named = learner.into_iter().filter_map(|choice| match choice {
            LearnerChoice::Auto => None,
            LearnerChoice::One(learner) => Some(learner),
        });
        config.learner.names = named.collect();
    }
    Ok(())
}

fn settings(file: &Path) -> Result<Settings, Error> {
    let text = plain_file::read_text(file).map_err(|source| ConfigError::Read {
        path: file.to_owned(),
        source,
    })?;
    Ok(Settings::parse(&file.display().to_string(), &text)?)
}
