//! `predict`: a trained classifier on new images, one row for every input.

use crate::cli::args::{InputOptions, PredictArgs};
use crate::cli::config::{ArgumentError, engine, list, overwrite, row_by_row, store};
use crate::cli::printer::{Printer, STDOUT, stdout};
use crate::cli::standard_input::StandardInput;
use evenhand::classifier::survey::SurveyClassifier;
use evenhand::dataset::ListOptions;
use evenhand::jobs::run_dir::classifier_file;
use evenhand::jobs::segment::is_segmentation;
use evenhand::predict::Shard;
use evenhand::{AssignConfig, Error, PredictConfig, SurveyPredictConfig, TableOptions, Unseen};
use std::io::BufWriter;
use std::path::{Path, PathBuf};

pub fn command(args: PredictArgs, printer: &mut Printer) -> Result<(), Error> {
    if is_segmentation(&args.classifier) {
        return into_segments(args, printer);
    }
    if !args.rename.is_empty() {
        let text = "columns are renamed for segments alone";
        return Err(ArgumentError::new(text, "leave {rename} out").into());
    }
    match SurveyClassifier::is_one(&classifier_file(&args.classifier))? {
        true => on_survey(args, printer),
        false => on_images(args, printer),
    }
}

/// # Errors
/// Options that rows of tables do not have.
fn refuse_images(args: &PredictArgs) -> Result<(), ArgumentError> {
    if args.shard.is_some() || args.abstain.clone().chosen().is_some() {
        let text = "rows of tables are neither divided into shards nor left to people";
        return Err(ArgumentError::new(text, "leave {shard} and {abstain} out"));
    }
    Ok(())
}

fn into_segments(args: PredictArgs, printer: &mut Printer) -> Result<(), Error> {
    refuse_images(&args)?;
    if args.unseen_as_gap {
        let text = "a row without all numbers has no segment";
        return Err(ArgumentError::new(text, "leave {unseen_as_gap} out").into());
    }
    let ids = args.id.iter().flat_map(|ids| ids.split(','));
    let config = AssignConfig {
        segmentation: args.classifier,
        id: ids.map(|id| id.trim().to_owned()).collect(),
        inputs: args.input.inputs.into_iter().map(PathBuf::from).collect(),
        rename: args.rename,
    };
    match args.out {
        None => {
            let out = BufWriter::new(stdout());
            evenhand::assign_segments_to(&config, out, Path::new(STDOUT), printer)?;
        }
        Some(out) => {
            evenhand::assign_segments(&config, &out, overwrite(args.force), printer)?;
        }
    }
    Ok(())
}

fn on_survey(args: PredictArgs, printer: &mut Printer) -> Result<(), Error> {
    refuse_images(&args)?;
    let config = SurveyPredictConfig {
        classifier: args.classifier,
        inputs: args.input.inputs.into_iter().map(PathBuf::from).collect(),
        id: args.id,
        unseen: match args.unseen_as_gap {
            true => Unseen::Gap,
            false => Unseen::Refuse,
        },
    };
    match args.out {
        None => {
            let out = BufWriter::new(stdout());
            evenhand::predict_survey_to(&config, out, Path::new(STDOUT), printer)?;
        }
        Some(out) => {
            evenhand::predict_survey(&config, &out, overwrite(args.force), printer)?;
        }
    }
    Ok(())
}

fn on_images(args: PredictArgs, printer: &mut Printer) -> Result<(), Error> {
    if args.id.is_some() || args.unseen_as_gap {
        let text = "the classifier is of images, which have no columns";
        return Err(ArgumentError::new(text, "leave {id} and {unseen_as_gap} out").into());
    }
    let PredictArgs {
        classifier,
        input,
        names,
        out,
        force,
        shard,
        abstain,
        limits,
        engine: engine_options,
        store: store_options,
        id: _,
        unseen_as_gap: _,
        rename: _,
    } = args;
    let standard_input = StandardInput::of(&input.inputs)?;
    let InputOptions {
        inputs,
        images,
        table,
    } = input;
    let config = PredictConfig {
        classifier,
        inputs,
        list: ListOptions {
            map: names.parsed()?,
            standard_input: standard_input.file(),
            ..list(images, &table)
        },
        limits: row_by_row(limits),
        engine: engine(engine_options),
        store: store(store_options),
    };
    match out {
        None => {
            let mut out = BufWriter::new(stdout());
            evenhand::predict_to(&config, &mut out, Path::new(STDOUT), printer)?;
        }
        Some(out) => {
            let table = TableOptions {
                out,
                overwrite: overwrite(force),
                shard: shard.unwrap_or(Shard::WHOLE),
                abstain: abstain.chosen(),
            };
            evenhand::predict(&config, &table, printer)?;
        }
    }
    Ok(())
}
