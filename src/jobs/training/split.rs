//! Split into training and test rows, of training rows into folds, and the rows that trainings stop by.

use crate::backbone::store::Key;
use crate::dataset::{self, Dataset, DatasetError, StopRows};
use crate::error::Error;
use crate::head::NEVER;
use crate::jobs::config::{DataConfig, SearchedConfig, TrainConfig, ValidationConfig};
use crate::record::Part;
use crate::text::{counted, quoted};
use std::collections::{BTreeMap, BTreeSet};

/// What a split depends on.
#[derive(Debug, Clone, Copy)]
pub struct SplitPlan<'a> {
    pub data: &'a DataConfig,
    pub validation: &'a ValidationConfig,
    /// A single fold then holds out a tenth.
    pub is_finetuned: bool,
    /// Whether trainings stop by rows that they do not learn from.
    pub stops_early: bool,
    /// The search that chose the settings of the training.
    pub search: Option<&'a SearchedConfig>,
}

impl<'a> From<&'a TrainConfig> for SplitPlan<'a> {
    fn from(config: &'a TrainConfig) -> Self {
        Self {
            data: &config.data,
            validation: &config.validation,
            is_finetuned: config.finetune.is_some(),
            stops_early: true,
            search: config.search.as_ref(),
        }
    }
}

/// Split of the usable records. People and copies of a file stay together, and labels are spread evenly. Groups
/// play no part: they are for reporting.
pub struct Split {
    /// Records to train on, those that trainings stop by among them.
    pub train: Vec<usize>,
    /// Records to test on.
    pub test: Vec<usize>,
    /// The fold of each training record. With a single one, which holds out the validation records, all
    /// others are in fold 1, which is never held out. Records of a validation part are never held out.
    pub folds: Vec<usize>,
    /// Whether a training record is for validation, which is early stopping, rather than learned from.
    pub validation: Vec<bool>,
    /// Whether the data set has a validation part: its records stop every training, the last one too.
    pub has_validation_part: bool,
    /// The stratum of each training record, for weights: label by group.
    pub strata: Vec<usize>,
    /// Decisions, and rows that were left out, in words.
    pub notes: Vec<String>,
}

impl Split {
    /// Splits the `usable` records; a holdout is noted in their parts.
    ///
    /// # Errors
    /// Too few independent rows, or a label that all of them are needed for.
    pub fn new(
        dataset: &mut Dataset,
        keys: &[Option<Key>],
        usable: Vec<usize>,
        plan: SplitPlan,
    ) -> Result<Self, Error> {
        let mut notes = Vec::new();
        if let Some(share) = plan.data.holdout {
            if usable.iter().any(|&at| dataset.records[at].part.is_some()) {
                notes.push(
                    "the parts of the data set are not used: the test part is drawn anew"
                        .to_owned(),
                );
            }
            let seed = plan.validation.seed;
            let labels = dataset.strata(&[])?;
            let units = dataset::units(&dataset.records, keys);
            let parts = dataset::holdout(&of(&units, &usable), &of(&labels, &usable), share, seed)?;
            for (&at, part) in usable.iter().zip(parts) {
                dataset.records[at].part = Some(part);
            }
        }
        let leaks = dataset::leaks(&dataset.records, keys);
        notes.extend(dataset::leak_notes(&leaks));
        let left_out: BTreeSet<usize> = leaks.iter().map(|leak| leak.row).collect();
        let is_test = |&at: &usize| dataset.records[at].part == Some(Part::Test);
        let (test, mut train): (Vec<usize>, Vec<usize>) = usable.into_iter().partition(is_test);
        train.retain(|at| !left_out.contains(at));
        let split = Self::of_parts(dataset, keys, [train, test], plan)?;
        notes.extend(split.notes);
        notes.extend(of_search(plan, !split.test.is_empty()));
        Ok(Self { notes, ..split })
    }

    /// The trainings on these records, which are then tested on those.
    ///
    /// # Errors
    /// Too few independent rows, or a label that all of them are needed for.
    pub fn of_parts(
        dataset: &Dataset,
        keys: &[Option<Key>],
        [train, test]: [Vec<usize>; 2],
        plan: SplitPlan,
    ) -> Result<Self, DatasetError> {
        let strata = dataset.strata(&plan.data.layout.groups)?;
        let trainings = Trainings::new(dataset, keys, &train, plan)?;
        Ok(Self {
            strata: of(&strata, &train),
            train,
            test,
            folds: trainings.folds,
            validation: trainings.validation,
            has_validation_part: trainings.has_validation_part,
            notes: trainings.notes,
        })
    }

    /// The split as far as it follows from the table alone, before any image is opened.
    ///
    /// # Errors
    /// As [`new`](Self::new): what fails here would fail after hours of embedding.
    pub fn of_table(dataset: &Dataset, plan: SplitPlan) -> Result<Self, Error> {
        let mut dataset = dataset.clone();
        let labelled = dataset.records.iter().enumerate();
        let labelled = labelled.filter(|(_, record)| record.label.is_some());
        let usable = labelled.map(|(at, _)| at).collect();
        let keys = vec![None; dataset.records.len()];
        Self::new(&mut dataset, &keys, usable, plan)
    }

    /// Number of records that the final classifier learns from.
    pub fn learned(&self) -> usize {
        match self.has_validation_part {
            true => self.validation.iter().filter(|is_stop| !**is_stop).count(),
            false => self.train.len(),
        }
    }
}

fn of(values: &[usize], picked: &[usize]) -> Vec<usize> {
    picked.iter().map(|&at| values[at]).collect()
}

/// What the search for these settings has seen of the data; `None` where there was none on them.
fn of_search(plan: SplitPlan, has_test: bool) -> Option<String> {
    let search = plan.search?;
    let judge = match has_test {
        true => "the test rows, which it did not see, say how good they are",
        false => "rows that it did not see, such as a test part, would say how good they are",
    };
    (search.data == plan.data.path).then(|| {
        format!(
            "the settings are the best of {} on these rows; folds are drawn anew, but the search has seen every \
             training row: {judge}",
            counted(search.trials, "trial"),
        )
    })
}

/// The trainings of a cross-validation: who is held out, and who decides when to stop.
struct Trainings {
    folds: Vec<usize>,
    validation: Vec<bool>,
    has_validation_part: bool,
    notes: Vec<String>,
}

impl Trainings {
    fn new(
        dataset: &Dataset,
        keys: &[Option<Key>],
        train: &[usize],
        plan: SplitPlan,
    ) -> Result<Self, DatasetError> {
        let units = dataset::units(&dataset.records, keys);
        let labels = dataset.strata(&[])?;
        let part = |&at: &usize| dataset.records[at].part == Some(Part::Validation);
        let is_stop: Vec<bool> = train.iter().map(part).collect();
        let learned: Vec<usize> = (0..train.len()).filter(|&place| !is_stop[place]).collect();
        let has_validation_part = learned.len() < train.len();
        let records: Vec<usize> = of(train, &learned);
        let (units, labels) = (of(&units, &records), of(&labels, &records));
        let name = |stratum: usize| {
            let place = labels.iter().position(|&label| label == stratum);
            let label = place.and_then(|place| dataset.records[records[place]].label);
            label
                .map_or("", |label| dataset.classes.name(label))
                .to_owned()
        };
        let mut notes = lonely(&units, &labels, &name)?;
        let (folds, validation) = match (plan.validation.folds, plan.is_finetuned) {
            (1, true) if has_validation_part => {
                (vec![1; learned.len()], vec![false; learned.len()])
            }
            (1, true) => single(&units, &labels, plan.validation.fold_seed(), &mut notes)?,
            (k, _) if has_validation_part || !plan.stops_early => {
                let folds = dataset::folds(&units, &labels, k, plan.validation.fold_seed())?;
                (folds, vec![false; learned.len()])
            }
            (k, _) => crossed(
                &units,
                &labels,
                (k, plan.validation.fold_seed()),
                &mut notes,
            )?,
        };
        let mut all = Self {
            folds: vec![NEVER; train.len()],
            validation: is_stop,
            has_validation_part,
            notes,
        };
        if let (1, true) = (plan.validation.folds, has_validation_part) {
            // The validation part is what the classifier is judged on.
            all.folds.fill(0);
        }
        for (place, (fold, is_stop)) in learned.into_iter().zip(folds.into_iter().zip(validation)) {
            all.folds[place] = fold;
            all.validation[place] = is_stop;
        }
        Ok(all)
    }
}

/// Notes on labels that are on one unit only.
///
/// # Errors
/// There is one label, or there are two and nothing would be left to tell the other one from.
fn lonely(
    units: &[usize],
    labels: &[usize],
    name: &impl Fn(usize) -> String,
) -> Result<Vec<String>, DatasetError> {
    let mut of_label: BTreeMap<usize, BTreeSet<usize>> = BTreeMap::new();
    for (&unit, &label) in units.iter().zip(labels) {
        of_label.entry(label).or_default().insert(unit);
    }
    if let (1, Some(&label)) = (of_label.len(), of_label.keys().next()) {
        return Err(DatasetError::OneLabelLeft {
            label: name(label),
            rows: labels.len(),
        });
    }
    let lonely = of_label.iter().filter(|(_, units)| units.len() == 1);
    let names: Vec<String> = lonely.map(|(&label, _)| name(label)).collect();
    match names.first() {
        None => Ok(Vec::new()),
        Some(label) if of_label.len() <= 2 => Err(DatasetError::LonelyLabel {
            label: label.clone(),
        }),
        Some(_) => Ok(vec![format!(
            "labels of one independent row only: {}; the classifiers that are judged on them never learned them",
            quoted(&names)
        )]),
    }
}

/// Folds of a cross-validation and the rows that its trainings stop by.
fn crossed(
    units: &[usize],
    labels: &[usize],
    (k, seed): (usize, u64),
    notes: &mut Vec<String>,
) -> Result<(Vec<usize>, Vec<bool>), DatasetError> {
    let folds = dataset::folds(units, labels, k, seed)?;
    let stops = StopRows::pick(units, labels, &folds, k, seed.wrapping_add(1));
    let validation = validation(stops, units, notes);
    let validation = validation.unwrap_or_else(|| {
        notes.push(
            "no row can be spared for early stopping: each training takes all epochs of its schedule, since the \
             learning rate has come down to almost 0 at their end"
                .to_owned(),
        );
        vec![false; units.len()]
    });
    Ok((folds, validation))
}

/// One training, whose validation rows are also held out: fold 0.
fn single(
    units: &[usize],
    labels: &[usize],
    seed: u64,
    notes: &mut Vec<String>,
) -> Result<(Vec<usize>, Vec<bool>), DatasetError> {
    let never = vec![1; units.len()];
    let stops = StopRows::pick(units, labels, &never, 1, seed.wrapping_add(1));
    let validation = validation(stops, units, notes).ok_or(DatasetError::NothingHeldOut)?;
    let folds = validation.iter().map(|&is_stop| usize::from(!is_stop));
    Ok((folds.collect(), validation))
}

/// The rows to stop by; `None` where there are none. Notes where they are no tenth.
fn validation(stops: StopRows, units: &[usize], notes: &mut Vec<String>) -> Option<Vec<bool>> {
    match stops {
        StopRows::Tenth(rows) => Some(rows),
        StopRows::Smallest(rows) => {
            let stopping = rows.iter().zip(units).filter(|(is_stop, _)| **is_stop);
            let n = stopping.clone().count();
            let independent: BTreeSet<usize> = stopping.map(|(_, &unit)| unit).collect();
            let verb = if n == 1 { "decides" } else { "decide" };
            notes.push(format!(
                "too few independent rows to spare an even tenth of them: {} of {} {verb} when training stops",
                counted(n, "row"),
                counted(independent.len(), "person or file").replace("person or files", "persons or files"),
            ));
            Some(rows)
        }
        StopRows::NoneSpared => None,
    }
}
