//! Trials of a search: heads on parts of the folds, and their predictions of the rest.

use super::poolings::Blocks;
use crate::classifier::decide;
use crate::error::Error;
use crate::features::Features;
use crate::groups::{Group, GroupError};
use crate::head::{
    self, Arrangement, CheckedHeadParams, Device, HeadError, Member, Share, train_many,
};
use crate::jobs::config::TrainConfig;
use crate::jobs::training::{PreparedTraining, THRESHOLD, TrainingExamples};
use crate::tune::{Candidate, Tally};
use std::collections::BTreeMap;
use std::ops::Range;

/// One fold of one candidate.
#[derive(Debug, Clone, PartialEq)]
pub struct Job {
    pub candidate: Candidate,
    pub fold: usize,
}

impl Job {
    /// Whether both can be trained together: their features, views and weights are the same.
    pub fn is_like(&self, other: &Self) -> bool {
        let [ours, theirs] = [&self.candidate, &other.candidate];
        ours.views == theirs.views && ours.balance == theirs.balance && ours.blocks == theirs.blocks
    }
}

/// Runs trials on features that were computed once.
pub struct TrialRunner<'a> {
    config: &'a TrainConfig,
    prepared: &'a PreparedTraining,
    blocks: &'a Blocks,
    selection: Selection,
    /// The groups of each grouping, by name.
    groups: Vec<Groups>,
}

/// Cache of the columns that were selected last: jobs in a row often want the same.
#[derive(Default)]
struct Selection(Option<(Vec<Range<usize>>, Features)>);

impl Selection {
    /// These columns of `features`, which are not copied where all are wanted.
    fn of<'a>(&'a mut self, features: &'a Features, columns: Vec<Range<usize>>) -> &'a Features {
        if columns.iter().map(|range| range.len()).sum::<usize>() == features.dim() {
            return features;
        }
        let last = self.0.take().filter(|(last, _)| *last == columns);
        let (_, selected) = self.0.insert(last.unwrap_or_else(|| {
            let selected = features.columns(&columns);
            (columns, selected)
        }));
        selected
    }
}

/// Groups of one grouping, and the group of each training row.
pub struct Groups {
    pub name: String,
    pub values: Vec<String>,
    /// For each training row its group.
    of: Vec<usize>,
}

impl<'a> TrialRunner<'a> {
    pub fn new(
        config: &'a TrainConfig,
        prepared: &'a PreparedTraining,
        blocks: &'a Blocks,
    ) -> Result<Self, Error> {
        let groups = prepared.design.groups.iter();
        let groups = groups.map(|group| {
            let columns = group.columns(&prepared.data.dataset.attributes);
            let columns = columns.map_err(GroupError::from)?;
            Ok(Groups::new(group.name(), &columns, prepared))
        });
        Ok(Self {
            config,
            prepared,
            blocks,
            selection: Selection::default(),
            groups: groups.collect::<Result<_, Error>>()?,
        })
    }

    /// The groups of each grouping.
    pub fn into_groups(self) -> Vec<Groups> {
        self.groups
    }

    /// Trains the heads of jobs that are alike, and tallies the predictions of each for its fold.
    pub fn judge(&mut self, jobs: &[Job]) -> Result<Vec<Result<Tally, HeadError>>, Error> {
        let Self {
            config,
            prepared,
            blocks,
            selection,
            groups,
        } = self;
        let PreparedTraining { data, split, .. } = prepared;
        let Some(first) = jobs.first() else {
            return Ok(Vec::new());
        };
        let features = selection.of(&data.features, blocks.columns(&first.candidate));
        let mut validation = config.validation.clone();
        validation.balance = first.candidate.balance;
        let rows = TrainingExamples::new(data, split, &validation);
        // With fewer views than there are, an image is several, of which the first is used.
        let step = data.views / first.candidate.views;
        let images: Vec<usize> = rows.train.iter().map(|&image| image * step).collect();
        let examples = rows.of(data);
        let labels = repeated(examples.labels, step);
        let weights = repeated(examples.weights, step);
        let strata = repeated(examples.strata, step);
        let examples = head::Examples {
            features,
            views: first.candidate.views,
            labels: &labels,
            weights: &weights,
            strata: &strata,
            ..examples
        };
        let folds = head::Folds {
            rows: &images,
            ..rows.folds(split)
        };
        let params = jobs.iter().map(|job| job.candidate.head.clone().check());
        let params: Vec<CheckedHeadParams> = params.collect::<Result<_, _>>()?;
        let shares: Vec<Share> = jobs.iter().map(|job| folds.share(job.fold)).collect();
        let members: Vec<Member> = shares
            .iter()
            .zip(&params)
            .map(|(share, params)| Member {
                train: &share.train,
                stop: folds.stop(share),
                params,
            })
            .collect();
        let device = Device::cpu();
        let arrangement = Arrangement::of(&device);
        let fitted = train_many(&examples, &members, arrangement, &device, &mut |_, _| ());
        let tallies = fitted.into_iter().zip(&shares).map(|(fitted, share)| {
            let rows: Vec<usize> = share.held_out.iter().map(|&place| images[place]).collect();
            let head = fitted?.head;
            let judged = head.probabilities(features, &rows, &device)?;
            let rows = share.held_out.iter().zip(judged.chunks(examples.classes));
            let rows = rows.map(|(&place, row)| (place, labels[images[place]], row));
            Ok(tally(groups, rows))
        });
        Ok(tallies.collect())
    }
}

/// Tally of training rows, by their labels and probabilities.
fn tally<'a>(groups: &[Groups], rows: impl Iterator<Item = (usize, usize, &'a [f32])>) -> Tally {
    let sizes: Vec<usize> = groups.iter().map(|groups| groups.values.len()).collect();
    let mut tally = Tally::new(&sizes);
    for (place, label, probabilities) in rows {
        let hit = decide(probabilities, THRESHOLD).predicted == label;
        let groups = groups.iter().map(|groups| groups.of[place]);
        tally.add(f64::from(probabilities[label]), hit, groups);
    }
    tally
}

impl Groups {
    fn new(name: String, columns: &[usize], prepared: &PreparedTraining) -> Self {
        let records = &prepared.data.dataset.records;
        let value = |&record: &usize| crossed(&records[record].attributes, columns);
        let named: Vec<String> = prepared.split.train.iter().map(value).collect();
        let mut numbers: BTreeMap<&str, usize> = BTreeMap::new();
        for name in &named {
            numbers.insert(name, 0);
        }
        for (number, place) in numbers.values_mut().enumerate() {
            *place = number;
        }
        let of = named.iter().map(|name| numbers[name.as_str()]);
        Self {
            name,
            of: of.collect(),
            values: numbers.keys().map(|&value| value.to_owned()).collect(),
        }
    }
}

/// Value of the attributes in `columns`.
fn crossed(attributes: &[String], columns: &[usize]) -> String {
    Group::value(columns.iter().map(|&column| attributes[column].as_str()))
}

fn repeated<T: Copy>(values: &[T], times: usize) -> Vec<T> {
    let copies = |&value: &T| std::iter::repeat_n(value, times);
    values.iter().flat_map(copies).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::head::{Balance, HeadParams};
    use half::f16;

    #[test]
    fn groups_of_other_values_have_other_names() {
        let named = |values: [&str; 2]| crossed(&values.map(str::to_owned), &[0, 1]);
        assert_eq!(named(["Black", "Female"]), "Black*Female");
        assert_ne!(named(["A*B", "C"]), named(["A", "B*C"]));
        // As an audit has it.
        assert_eq!(named(["Black", "(missing)"]), "Black*(missing)");
    }

    #[test]
    fn columns_are_copied_once_for_jobs_in_a_row() {
        let mut features = Features::new(4);
        features.push(&[1.0, 2.0, 3.0, 4.0].map(f16::from_f32));
        let mut selection = Selection::default();
        let mut select = |columns: &[Range<usize>]| {
            let selected = selection.of(&features, columns.to_vec());
            (selected.values().as_ptr(), selected.clone())
        };
        let (everything, _) = select(&[0..2, 2..4]);
        assert_eq!(everything, features.values().as_ptr());
        let (first, values) = select(&[0..1, 2..4]);
        assert_eq!(values, features.columns(&[0..1, 2..4]));
        assert_eq!(select(&[0..1, 2..4]).0, first);
        assert_eq!(select(&[0..1, 1..2]).1, features.columns(&[0..1, 1..2]));
    }

    #[test]
    fn jobs_on_other_features_are_not_alike() {
        let job = |number, views, block| Job {
            candidate: Candidate {
                number,
                views,
                balance: Balance::None,
                head: HeadParams::default(),
                blocks: vec![block],
            },
            fold: 0,
        };
        assert!(job(1, 2, Some(0)).is_like(&job(2, 2, Some(0))));
        assert!(!job(1, 2, Some(0)).is_like(&job(1, 1, Some(0))));
        assert!(!job(1, 2, Some(0)).is_like(&job(1, 2, Some(1))));
    }
}
