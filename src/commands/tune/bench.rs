//! Where candidates are judged: heads on shares of the folds, and what they say of the rest.

use crate::classifier::decide;
use crate::commands::failure::Failure;
use crate::commands::train::{Config, Examples, Ready, THRESHOLD};
use crate::head::{self, Arrangement, CheckedHeadParams, Folds, HeadError, Member, Share, Stop};
use crate::record::MISSING;
use crate::tune::{Candidate, Tally};
use std::collections::BTreeMap;

/// One fold of one candidate.
#[derive(Debug, Clone, PartialEq)]
pub struct Job {
    pub candidate: Candidate,
    pub fold: usize,
}

impl Job {
    /// Jobs alike in this can be trained together: the rest is a matter of the head.
    pub fn is_like(&self, other: &Self) -> bool {
        let kind = |job: &Self| (job.candidate.views, job.candidate.balance);
        kind(self) == kind(other)
    }
}

pub struct Bench<'a> {
    config: &'a Config,
    ready: &'a Ready,
    /// The groups of each grouping, by name.
    pub groups: Vec<Groups>,
}

pub struct Groups {
    pub name: String,
    pub values: Vec<String>,
    /// For each training row its group, where it has one.
    of: Vec<Option<usize>>,
}

impl<'a> Bench<'a> {
    pub fn new(config: &'a Config, ready: &'a Ready) -> Result<Self, Failure> {
        let groups = ready.design.groups.iter();
        let groups = groups.map(|group| {
            let columns = group.columns(&ready.material.dataset.attributes);
            let columns = columns.map_err(crate::audit::groups::GroupError::from)?;
            Ok(Groups::new(group.name(), &columns, ready))
        });
        Ok(Self {
            config,
            ready,
            groups: groups.collect::<Result<_, Failure>>()?,
        })
    }

    /// Trains the heads of jobs that are alike and lets each judge its fold.
    pub fn judge(&self, jobs: &[Job]) -> Result<Vec<Result<Tally, HeadError>>, Failure> {
        let Ready { material, plan, .. } = self.ready;
        let Some(first) = jobs.first() else {
            return Ok(Vec::new());
        };
        let mut config = self.config.clone();
        config.validation.balance = first.candidate.balance;
        let rows = Examples::new(material, plan, &config);
        // With fewer views than there are, an image is several, of which the first is used.
        let step = material.views / first.candidate.views;
        let images: Vec<usize> = rows.train.iter().map(|&image| image * step).collect();
        let examples = rows.of(material);
        let labels = repeated(examples.labels, step);
        let weights = repeated(examples.weights, step);
        let strata = repeated(examples.strata, step);
        let examples = head::Examples {
            views: first.candidate.views,
            labels: &labels,
            weights: &weights,
            strata: &strata,
            ..examples
        };
        let folds = Folds {
            rows: &images,
            fold: &plan.folds,
            validation: &plan.validation,
        };
        let params = jobs.iter().map(|job| job.candidate.head.clone().check());
        let params: Vec<CheckedHeadParams> = params.collect::<Result<_, _>>()?;
        let shares: Vec<Share> = jobs.iter().map(|job| folds.share(job.fold)).collect();
        let members: Vec<Member> = shares
            .iter()
            .zip(&params)
            .map(|(share, params)| Member {
                train: &share.train,
                stop: Stop::Validation(&share.validation),
                params,
            })
            .collect();
        let device = head::cpu();
        let arrangement = Arrangement::of(&device);
        let fitted = head::train_many(&examples, &members, arrangement, &device, &mut |_, _| ());
        let tallies = fitted.into_iter().zip(&shares).map(|(fitted, share)| {
            let rows: Vec<usize> = share.held_out.iter().map(|&place| images[place]).collect();
            let head = fitted?.head;
            let judged = head.probabilities(&material.features, &rows, &device)?;
            Ok(self.tally(&share.held_out, &judged, |place| labels[images[place]]))
        });
        Ok(tallies.collect())
    }

    fn tally(&self, places: &[usize], judged: &[f32], label: impl Fn(usize) -> usize) -> Tally {
        let sizes: Vec<usize> = self
            .groups
            .iter()
            .map(|groups| groups.values.len())
            .collect();
        let mut tally = Tally::new(&sizes);
        let classes = self.ready.material.dataset.classes.len();
        for (&place, probabilities) in places.iter().zip(judged.chunks(classes)) {
            let label = label(place);
            let hit = decide(probabilities, THRESHOLD).predicted == label;
            let groups = self.groups.iter().map(|groups| groups.of[place]);
            tally.add(f64::from(probabilities[label]), hit, groups);
        }
        tally
    }
}

impl Groups {
    fn new(name: String, columns: &[usize], ready: &Ready) -> Self {
        let records = &ready.material.dataset.records;
        let value = |&record: &usize| -> Option<String> {
            let attributes = &records[record].attributes;
            let values = columns.iter().map(|&column| attributes[column].as_str());
            let values: Vec<&str> = values.collect();
            (!values.contains(&MISSING)).then(|| values.join("*"))
        };
        let named: Vec<Option<String>> = ready.plan.train.iter().map(value).collect();
        let mut numbers: BTreeMap<&str, usize> = BTreeMap::new();
        for name in named.iter().flatten() {
            numbers.insert(name, 0);
        }
        for (number, place) in numbers.values_mut().enumerate() {
            *place = number;
        }
        let of = named.iter().map(|name| Some(numbers[name.as_deref()?]));
        Self {
            name,
            of: of.collect(),
            values: numbers.keys().map(|&value| value.to_owned()).collect(),
        }
    }
}

fn repeated<T: Copy>(values: &[T], times: usize) -> Vec<T> {
    let copies = |&value: &T| std::iter::repeat_n(value, times);
    values.iter().flat_map(copies).collect()
}
