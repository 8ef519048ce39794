//! Classifiers of one source, and of all sources but one, tested on every other.

use super::error::TrainError;
use crate::audit::across::{AcrossSources, LearnedFrom, SourceTraining, accuracy};
use crate::audit::{CheckedParams, Measure, Params};
use crate::classifier::decide;
use crate::dataset::{self, Dataset};
use crate::error::Error;
use crate::events::Events;
use crate::hint::Message;
use crate::jobs::config::TrainConfig;
use crate::jobs::training::{self, EmbeddedDataset, PreparedTraining, Split, THRESHOLD};
use crate::stats::counts::Counts;
use std::collections::{BTreeSet, HashSet};

/// More sources than this are rather persons or dates.
const MOST: usize = 30;

/// Place of the column among the attributes, and the sources that these records are of.
///
/// # Errors
/// There is no such column, or it has one value or too many.
pub(super) fn sources(
    dataset: &Dataset,
    records: impl Iterator<Item = usize>,
    column: &str,
) -> Result<(usize, Vec<String>), TrainError> {
    let place = dataset.attributes.iter().position(|name| name == column);
    let place = place.ok_or_else(|| TrainError::NoSources {
        column: column.to_owned(),
        columns: dataset.attributes.clone(),
    })?;
    let names: BTreeSet<&String> = records
        .map(|record| &dataset.records[record].attributes[place])
        .collect();
    match (2..=MOST).contains(&names.len()) {
        true => Ok((place, names.into_iter().cloned().collect())),
        false => Err(TrainError::Sources {
            column: column.to_owned(),
            found: names.len(),
            most: MOST,
        }),
    }
}

/// Trains on the training rows of each source in `column` alone and of all but it.
///
/// # Errors
/// There is no such column, it has one value or too many, or a training fails for reasons other than its rows.
pub(super) fn across(
    prepared: &PreparedTraining,
    config: &TrainConfig,
    column: &str,
    on: &mut dyn Events,
) -> Result<AcrossSources, Error> {
    let params = Params::default().check()?;
    let sources = Sources::new(prepared, column)?;
    let count = sources.names.len();
    // Of two sources, all but one is the other one alone.
    let all_but = (0..count).filter(|_| count > 2).map(LearnedFrom::AllBut);
    let learned_from: Vec<LearnedFrom> = (0..count).map(LearnedFrom::Only).chain(all_but).collect();
    let of = learned_from.len();
    let mut trainings = Vec::with_capacity(of);
    for (number, learned_from) in (1..).zip(learned_from) {
        on.info(Message::plain(format!(
            "across `{column}`: training {number} of {of}"
        )));
        trainings.push(SourceTraining {
            learned_from,
            accuracy: sources.train(learned_from, config, &params, on)?,
        });
    }
    Ok(AcrossSources {
        column: column.to_owned(),
        sources: sources.names,
        trainings,
    })
}

/// Training rows by their source.
struct Sources<'a> {
    data: &'a EmbeddedDataset,
    names: Vec<String>,
    /// Records, and the source of each.
    rows: Vec<(usize, usize)>,
    /// Unit of each record of the data set.
    units: Vec<usize>,
}

impl<'a> Sources<'a> {
    fn new(prepared: &'a PreparedTraining, column: &str) -> Result<Self, TrainError> {
        let PreparedTraining { data, split, .. } = prepared;
        let dataset = &data.dataset;
        let (place, names) = sources(dataset, split.train.iter().copied(), column)?;
        let rows = split.train.iter().filter_map(|&record| {
            let name = &dataset.records[record].attributes[place];
            Some((record, names.binary_search(name).ok()?))
        });
        Ok(Self {
            data,
            units: dataset::units(&dataset.records, &data.keys),
            rows: rows.collect(),
            names,
        })
    }

    /// The accuracy of one classifier on each source, or what is wrong with its rows.
    fn train(
        &self,
        learned_from: LearnedFrom,
        config: &TrainConfig,
        params: &CheckedParams,
        on: &mut dyn Events,
    ) -> Result<Result<Vec<Measure>, String>, Error> {
        let EmbeddedDataset { dataset, keys, .. } = self.data;
        let (train, mut test): (Vec<_>, Vec<_>) = self
            .rows
            .iter()
            .partition(|(_, source)| learned_from.has(*source));
        // A person may be in two sources.
        let units = &self.units;
        let learned: HashSet<usize> = train.iter().map(|(record, _)| units[*record]).collect();
        test.retain(|(record, _)| !learned.contains(&units[*record]));
        let records = |rows: &[(usize, usize)]| rows.iter().map(|(record, _)| *record).collect();
        let split = match Split::of_parts(
            dataset,
            keys,
            [records(&train), records(&test)],
            config.into(),
        ) {
            Ok(split) => split,
            Err(error) => return Ok(Err(error.to_string())),
        };
        let fitted = training::fit(self.data, &split, config, on)?;
        let mut right = vec![Counts { hits: 0, n: 0 }; self.names.len()];
        let classes = dataset.classes.len();
        let judged = train.iter().zip(fitted.out_of_fold.chunks_exact(classes));
        let tested = test.iter().zip(fitted.test.chunks_exact(classes));
        for (&(record, source), probabilities) in judged.chain(tested) {
            if probabilities[0].is_nan() {
                continue;
            }
            let predicted = decide(probabilities, THRESHOLD).predicted;
            right[source].n += 1;
            right[source].hits += u64::from(dataset.records[record].label == Some(predicted));
        }
        let measured = right.into_iter().map(|right| accuracy(right, params));
        Ok(Ok(measured.collect()))
    }
}
