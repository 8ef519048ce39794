//! Split into training and test rows, and of training rows into folds.

use super::EmbeddedDataset;
use crate::dataset;
use crate::error::Error;
use crate::jobs::config::TrainConfig;
use crate::record::Part;

/// One row in this many decides when to stop training.
const VALIDATION: usize = 10;

/// Split of the usable records. People and copies of a file stay together; labels and groups are spread
/// evenly.
pub struct Split {
    /// Records to train on.
    pub train: Vec<usize>,
    /// Records to test on.
    pub test: Vec<usize>,
    /// The fold of each training record. With a single one, which holds out the validation records, all
    /// others are in fold 1, which is never held out.
    pub folds: Vec<usize>,
    /// Whether a training record is for validation, which is early stopping, rather than learned from.
    pub validation: Vec<bool>,
    /// The stratum of each training record: label by group.
    pub strata: Vec<usize>,
    /// Rows that were left out, in words.
    pub notes: Vec<String>,
}

impl Split {
    pub(super) fn new(data: &mut EmbeddedDataset, config: &TrainConfig) -> Result<Self, Error> {
        let seed = config.validation.seed;
        let EmbeddedDataset {
            dataset,
            keys,
            rows,
            ..
        } = data;
        let strata = dataset.strata(&config.data.layout.groups)?;
        let usable: Vec<usize> = (0..rows.len()).filter(|&at| rows[at].is_ok()).collect();
        let of = |values: &[usize], picked: &[usize]| picked.iter().map(|&at| values[at]).collect();

        let units = dataset::units(&dataset.records, keys);
        if let Some(share) = config.data.holdout {
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
        let folds = match (config.validation.folds, &config.finetune) {
            (1, Some(_)) => tenths.iter().map(|&part| usize::from(part != 0)).collect(),
            (folds, _) => dataset::folds(&units, &strata, folds, seed)?,
        };
        let validation = tenths.into_iter().map(|part| part == 0).collect();
        Ok(Self {
            train,
            test,
            folds,
            validation,
            strata,
            notes,
        })
    }
}
