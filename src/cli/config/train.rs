//! Trainings: data, head, and everything else that `train` and `tune` take alike.

use super::ArgumentError;
use super::backbone::backbone;
use super::engine::{apply_engine, apply_limits, store};
use super::finetune::apply_finetune;
use crate::cli::args::{
    ColumnOptions, DataOptions, HeadOptions, ImageOptions, LearnerChoice, LossChoice,
    PictureOptions, StoreOptions, TrainArgs,
};
use evenhand::dataset::{Preset, parse_bands};
use evenhand::head::{HeadLearner, HeadParams};
use evenhand::hint::Message;
use evenhand::learners::learner::Learner;
use evenhand::{DataConfig, Error, Events, StoreConfig, TrainConfig};
use std::path::{PathBuf, absolute};

/// Step of group DRO. Sagawa et al. (2020) take 0.01 for tens of thousands of steps; a head takes some
/// hundred, in which 0.01 hardly turns from strata that are alike (`docs/groups.md`).
const GROUP_DRO_STEP: f64 = 0.1;

/// The configuration of a training, over the run that `--config` names where it names one.
pub fn training(args: TrainArgs, on: &mut dyn Events) -> Result<TrainConfig, Error> {
    let TrainArgs {
        data,
        config,
        out: _,
        force: _,
        json: _,
        pictures,
        data_options,
        columns,
        limits,
        backbone: backbone_options,
        head,
        learner,
        seeds,
        leave_out,
        finetune,
        engine,
        store: store_options,
    } = args;
    if columns != ColumnOptions::default() {
        return Err(ArgumentError::new(
            "an option about columns does nothing in a training on images",
            "add {columns} all to train on columns, or leave it out",
        )
        .into());
    }
    let mut resolved = match &config {
        Some(file) => TrainConfig::read(file)?,
        None => TrainConfig::new(PathBuf::new()),
    };
    backbone(&mut resolved.backbone, backbone_options, on)?;
    resolved.data.path = data.unwrap_or(resolved.data.path);
    if pictures != PictureOptions::default() {
        resolved.report.images = pictures.into();
    }
    apply_data(&mut resolved.data, data_options)?;
    apply_finetune(&mut resolved, finetune, head.folds, on)?;
    apply_learner(&mut resolved.head, learner, &head)?;
    apply_head(&mut resolved, head)?;
    resolved.validation.leave_out = leave_out.or(resolved.validation.leave_out);
    resolved.validation.seeds = seeds.unwrap_or(resolved.validation.seeds);
    apply_limits(&mut resolved.limits, limits);
    apply_engine(&mut resolved.engine, engine);
    let StoreOptions {
        store: folder,
        no_store,
    } = &store_options;
    if *no_store || folder.is_some() {
        resolved.store = store(store_options);
    } else if let (Some(file), Some(folder)) = (config, kept_in(&resolved.store)) {
        on.info(Message::new(
            "features are kept in {}, as {} says ({store} or {no_store} say otherwise)",
            &[&folder.display(), &file.display()],
        ));
    }
    Ok(resolved)
}

/// The folder that a configuration names for features.
fn kept_in(store: &StoreConfig) -> Option<PathBuf> {
    let folder = store.folder.as_ref().filter(|_| store.keep)?;
    Some(absolute(folder).unwrap_or_else(|_| folder.clone()))
}

/// Takes over what the user asked for.
pub fn apply_data(config: &mut DataConfig, options: DataOptions) -> Result<(), Error> {
    let DataOptions {
        preset,
        images:
            ImageOptions {
                image,
                image_root,
                image_ext,
            },
        label,
        positive,
        pattern,
        groups,
        bands,
        person,
        split,
        test,
        holdout,
        table,
        names,
    } = options;
    if split.is_some() || test.is_some() || holdout.is_some() {
        (config.layout.split, config.test, config.holdout) = (split, test, holdout);
    }
    let layout = &mut config.layout;
    for (ours, asked) in [
        (&mut layout.image, image),
        (&mut layout.image_ext, image_ext),
        (&mut layout.label, label),
        (&mut layout.positive, positive),
        (&mut layout.pattern, pattern),
        (&mut layout.person, person),
    ] {
        *ours = asked.or(ours.take());
    }
    layout.image_root = image_root.or(layout.image_root.take());
    let map = names.parsed()?;
    if !map.is_empty() {
        layout.map = map;
    }
    if !groups.is_empty() {
        layout.groups = groups;
    }
    if let Some(values) = table.missing {
        layout.missing = Some(values.split(',').map(str::to_owned).collect());
    }
    for text in bands {
        let (column, ends) = parse_bands(&text)?;
        layout.bands.insert(column, ends);
    }
    if let Some(preset) = preset {
        config.fill(Preset::find(&preset)?);
    }
    Ok(())
}

/// A setting of the network says that one is wanted, where nothing else is asked for.
fn apply_learner(
    head: &mut HeadParams,
    choices: Vec<LearnerChoice>,
    options: &HeadOptions,
) -> Result<(), ArgumentError> {
    let of_network = HeadOptions {
        folds: None,
        balance: None,
        seed: None,
        ..options.clone()
    };
    let is_network_set = of_network != HeadOptions::default();
    let of_images = choices.into_iter().map(|choice| match choice {
        LearnerChoice::Auto => Ok(HeadLearner::Auto),
        LearnerChoice::Network => Ok(HeadLearner::Network),
        LearnerChoice::One(Learner::Logistic) => Ok(HeadLearner::Logistic),
        LearnerChoice::One(other) => Err(ArgumentError::new(
            format!("the learner {other} does not learn from images"),
            "give {learner} auto, logistic or network, or add {columns} all",
        )),
    });
    let asked: Vec<HeadLearner> = of_images.collect::<Result<_, _>>()?;
    match asked[..] {
        [] if is_network_set => head.learner = HeadLearner::Network,
        [] => {}
        [HeadLearner::Logistic] if is_network_set => {
            return Err(ArgumentError::new(
                "an option about the head of a network does nothing in a logistic regression",
                "leave it out, or give {learner} network",
            ));
        }
        [one] => head.learner = one,
        _ => head.learner = HeadLearner::Auto,
    }
    Ok(())
}

fn apply_head(config: &mut TrainConfig, options: HeadOptions) -> Result<(), ArgumentError> {
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
        dro_step,
        seed,
    } = options;
    let TrainConfig {
        validation, head, ..
    } = config;
    validation.folds = folds.unwrap_or(validation.folds);
    validation.balance = balance.unwrap_or(validation.balance);
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
    match (dro_step, &mut head.group_dro) {
        (Some(asked), Some(step)) => *step = asked,
        (Some(_), None) => {
            return Err(ArgumentError::new(
                "--dro-step is for the loss group-dro",
                "add {loss} group-dro, or leave out {dro_step}",
            ));
        }
        (None, _) => {}
    }
    if let Some(seed) = seed {
        config.set_seed(seed);
    }
    Ok(())
}
