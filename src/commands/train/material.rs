//! From a dataset to what training works on: features, folds, and the rows that cannot be used.

use super::config::{Config, DataConfig};
use crate::cli::printer::Printer;
use crate::commands::bad_images::BadImages;
use crate::commands::failure::Failure;
use crate::commands::setup::{Backbone, follow, tell};
use evenhand::backbone::embed::{EmbedError, Embedded, Embedder};
use evenhand::backbone::store::Key;
use evenhand::dataset::{self, Dataset};
use evenhand::features::Features;
use evenhand::record::{BadImage, Part, Status};

/// One row in this many decides when to stop training.
const VALIDATION: usize = 10;

/// Loads the data and says aloud what was decided on the way.
pub fn load(data: &DataConfig, printer: &mut Printer) -> Result<Dataset, Failure> {
    let mut dataset = dataset::load(&data.path, &data.layout)?;
    if let Some(test) = &data.test {
        dataset = dataset.with_test(test, &data.layout)?;
    }
    for note in &dataset.notes {
        printer.note(note);
    }
    Ok(dataset)
}

/// A dataset with the features of its images.
pub struct Material {
    pub dataset: Dataset,
    /// The content of each record's file, where it could be read.
    pub keys: Vec<Option<Key>>,
    /// For each record its number among the images that have features, or why it has none.
    pub rows: Vec<Result<usize, BadImage>>,
    /// One row a view, those of an image one after another.
    pub features: Features,
    pub views: usize,
}

/// Sends every labelled image through the backbone, or takes its features from the store.
pub fn embed(
    dataset: Dataset,
    embedder: &mut Embedder,
    backbone: &Backbone,
    max_bad: f64,
    printer: &mut Printer,
) -> Result<Material, Failure> {
    let views = backbone.views;
    let dim = backbone.prepared.dim() / views;
    let unlabelled = BadImage {
        status: Status::Unlabelled,
        reason: "the row has no label".into(),
    };
    let labelled: Vec<usize> = (0..dataset.records.len())
        .filter(|&at| dataset.records[at].label.is_some())
        .collect();
    let mut features = Features::with_capacity(dim, labelled.len() * views);
    let mut keys = vec![None; dataset.records.len()];
    let mut rows = vec![Err(unlabelled); dataset.records.len()];

    let bar = printer.progress("embedding", "images", Some(labelled.len() as u64));
    let images: Vec<_> = labelled
        .iter()
        .map(|&at| dataset.records[at].image.clone())
        .collect();
    let summary = embedder.run(images.into_iter(), &follow(&bar), &mut |embedded| {
        let Embedded {
            index,
            key,
            features: outcome,
        } = embedded;
        keys[labelled[index]] = key;
        rows[labelled[index]] = outcome.map(|row| {
            row.chunks_exact(dim).for_each(|view| features.push(view));
            features.rows() / views - 1
        });
        Ok::<(), EmbedError>(())
    })?;
    bar.finish_and_clear();
    tell(&summary, printer);
    let mut bad = BadImages::default();
    for &at in &labelled {
        if let Err(reason) = &rows[at] {
            bad.add(&dataset.records[at].path, reason);
        }
    }
    bad.check(summary.images, max_bad)?;
    Ok(Material {
        dataset,
        keys,
        rows,
        features,
        views,
    })
}

/// Who is trained on, who is tested on, and in which fold everyone is.
pub struct Plan {
    /// Records to train on.
    pub train: Vec<usize>,
    /// Records to test on.
    pub test: Vec<usize>,
    /// The fold of each training record; of a single one, which holds out those that decide when to
    /// stop, the others are in none, which is 1.
    pub folds: Vec<usize>,
    /// Whether a training record decides when to stop, rather than being learned from.
    pub validation: Vec<bool>,
    /// The stratum of each training record: label by group.
    pub strata: Vec<usize>,
    /// What was left out, to be said aloud.
    pub notes: Vec<String>,
}

/// Shares out the usable records. People and copies of a file stay together; labels and groups are
/// spread evenly.
pub fn plan(material: &mut Material, config: &Config) -> Result<Plan, Failure> {
    let Config {
        data, validation, ..
    } = config;
    let seed = validation.seed;
    let Material {
        dataset,
        keys,
        rows,
        ..
    } = material;
    let strata = dataset.strata(&data.layout.groups)?;
    let usable: Vec<usize> = (0..rows.len()).filter(|&at| rows[at].is_ok()).collect();
    let of = |values: &[usize], picked: &[usize]| picked.iter().map(|&at| values[at]).collect();

    let units = dataset::units(&dataset.records, keys);
    if let Some(share) = data.holdout {
        let parts: Vec<Part> = dataset::holdout(
            &of(&units, &usable) as &Vec<_>,
            &of(&strata, &usable) as &Vec<_>,
            share,
            seed,
        )?;
        for (&at, part) in usable.iter().zip(parts) {
            dataset.records[at].part = Some(part);
        }
    }
    let leaks = dataset::leaks(&dataset.records, keys);
    let notes = dataset::leak_notes(&leaks);
    let (test, mut train): (Vec<usize>, Vec<usize>) = usable
        .into_iter()
        .partition(|&at| dataset.records[at].part == Some(Part::Test));
    train.retain(|&at| leaks.iter().all(|leak| leak.row != at));

    let units: Vec<usize> = of(&units, &train);
    let strata: Vec<usize> = of(&strata, &train);
    let tenths = dataset::folds(&units, &strata, VALIDATION, seed.wrapping_add(1))?;
    let folds = match (validation.folds, &config.finetune) {
        (1, Some(_)) => tenths.iter().map(|&part| usize::from(part != 0)).collect(),
        (folds, _) => dataset::folds(&units, &strata, folds, seed)?,
    };
    let validation = tenths.into_iter().map(|part| part == 0).collect();
    Ok(Plan {
        train,
        test,
        folds,
        validation,
        strata,
        notes,
    })
}
