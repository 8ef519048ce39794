//! Strata of a corpus: one for each row that has a prediction.

use super::bins::Bins;
use super::{SampleJobError, Scheme};
use crate::coding::Coding;
use crate::crossing::{Crossed, Crossing};
use crate::predictions::{PredictionError, PredictionSource, PredictionTable};
use evenhand_stats::estimate::{Allocation, Stratum};
use evenhand_stats::hint::Message;
use evenhand_stats::record::Classes;
use evenhand_table::{Number, TextColumn, schema};
use std::collections::{BTreeMap, HashMap};

/// A corpus, divided.
pub(super) struct Strata {
    pub names: Vec<String>,
    pub all: Vec<Stratum>,
    /// Of every row with a prediction.
    pub of: Vec<u32>,
    /// Numbers of rows without a prediction, by the reason.
    pub without: BTreeMap<String, u64>,
    pub notes: Vec<Message>,
}

impl Strata {
    /// # Errors
    /// The file is no table of predictions, lacks a column, or has no row with a prediction.
    pub fn read(
        corpus: &PredictionSource,
        scheme: &Scheme,
        allocation: Allocation,
    ) -> Result<Self, SampleJobError> {
        let mut chunks = corpus.chunks()?;
        let needs_scores = scheme.bins.is_some() || allocation == Allocation::Neyman;
        let score = needs_scores.then(|| Score::new(chunks.first(), scheme.class.as_deref()));
        let mut reading = Reading::new(chunks.first(), scheme, score.transpose()?)?;
        for chunk in chunks.by_ref() {
            reading.add(&chunk?)?;
        }
        if reading.groups.of().is_empty() {
            let table = corpus.prefix();
            return Err(PredictionError::NoRows { table }.into());
        }
        let mut notes = chunks.notes();
        if let Some(score) = &reading.score {
            notes.push(Message::plain(format!("score: {}", score.title)));
        }
        let groups = std::mem::take(&mut reading.groups).finish(&corpus.prefix());
        notes.extend(groups.notes.iter().cloned());
        let (names, of) = reading.strata(&groups, scheme);
        Ok(Self {
            all: sizes(&of, &reading.scores, names.len()),
            names,
            of,
            without: reading.without,
            notes,
        })
    }
}

/// Groups and scores of the rows so far.
struct Reading {
    columns: Vec<usize>,
    score: Option<Score>,
    groups: Crossing,
    scores: Vec<f32>,
    without: BTreeMap<String, u64>,
}

impl Reading {
    fn new(
        first: &PredictionTable,
        scheme: &Scheme,
        score: Option<Score>,
    ) -> Result<Self, PredictionError> {
        first.names(&schema::IMAGE)?;
        let names = scheme.columns.iter().flat_map(|group| group.attributes());
        let names: Vec<String> = names.cloned().collect();
        let columns = names.iter().map(|name| first.position(name, "groups"));
        Ok(Self {
            columns: columns.collect::<Result<_, _>>()?,
            score,
            groups: Crossing::new(&names),
            scores: Vec::new(),
            without: BTreeMap::new(),
        })
    }

    fn add(&mut self, chunk: &PredictionTable) -> Result<(), PredictionError> {
        let table = chunk.table();
        let predicted = chunk.predicted();
        let columns: Vec<TextColumn> = self.columns.iter().map(|&at| table.text(at)).collect();
        let numbers = self.score.as_ref().map(|score| score.numbers(chunk));
        let numbers = numbers.transpose()?;
        for row in 0..table.rows() {
            let class = match predicted.get(row) {
                Ok(class) => class,
                Err(reason) => {
                    *self.without.entry(reason.to_owned()).or_default() += 1;
                    continue;
                }
            };
            if let (Some(score), Some(numbers)) = (&self.score, &numbers) {
                let score = score.of(chunk, row, class, numbers)?;
                self.scores.push(score);
            }
            let values = columns.iter().map(|of| of.get(row).unwrap_or_default());
            self.groups.push(values);
        }
        Ok(())
    }

    /// The names of the strata in natural order, and the stratum of each row.
    fn strata(&self, groups: &Crossed, scheme: &Scheme) -> (Vec<String>, Vec<u32>) {
        let bins = scheme.bins.map(|bins| Bins::new(&self.scores, bins));
        let name = |group: u32, bin: Option<usize>| {
            // A group is written already; bins have no star.
            let group = (!self.columns.is_empty()).then(|| groups.names[group as usize].clone());
            let bin = bin.zip(bins.as_ref()).map(|(bin, bins)| bins.name(bin));
            let parts: Vec<String> = group.into_iter().chain(bin).collect();
            parts.join("*")
        };
        let mut codes: HashMap<(u32, Option<usize>), u32> = HashMap::new();
        let mut strata = Coding::default();
        for (row, &group) in groups.of.iter().enumerate() {
            let bin = bins.as_ref().map(|bins| bins.bin(self.scores[row]));
            let code = *codes
                .entry((group, bin))
                .or_insert_with(|| strata.code(&name(group, bin)));
            strata.of.push(code);
        }
        let (names, rank) = strata.sorted();
        let of = strata.of.iter().map(|&code| rank[code as usize]).collect();
        (names, of)
    }
}

/// The size of each stratum, and how uncertain its rows are.
fn sizes(of: &[u32], scores: &[f32], strata: usize) -> Vec<Stratum> {
    let mut sums = vec![(0u64, 0.0); strata];
    for (row, &stratum) in of.iter().enumerate() {
        let (rows, variance) = &mut sums[stratum as usize];
        *rows += 1;
        *variance += scores
            .get(row)
            .map_or(0.0, |&score| f64::from(score) * (1.0 - f64::from(score)));
    }
    let stratum = |(rows, variance): (u64, f64)| Stratum {
        rows,
        spread: (variance / rows as f64).sqrt(),
    };
    sums.into_iter().map(stratum).collect()
}

/// The probability that is the score of a row.
struct Score {
    classes: Classes,
    /// `None` for that of the predicted class.
    class: Option<usize>,
    /// The probability in words.
    title: String,
}

impl Score {
    fn new(first: &PredictionTable, class: Option<&str>) -> Result<Self, SampleJobError> {
        let Some(classes) = first.classes() else {
            return Err(SampleJobError::NoProbabilities {
                table: first.prefix(),
            });
        };
        let class = match class {
            None => classes.positive(),
            Some(name) => Some(classes.index(name).ok_or_else(|| {
                let (class, classes) = (name.to_owned(), classes.names().to_vec());
                PredictionError::UnknownClass { class, classes }
            })?),
        };
        let title = match class {
            Some(class) => format!("the probability of {}", classes.name(class)),
            None => "the probability of the predicted class".to_owned(),
        };
        Ok(Self {
            classes,
            class,
            title,
        })
    }

    /// The numbers that scores are among; those of other classes stay empty.
    fn numbers(&self, chunk: &PredictionTable) -> Result<Vec<Vec<Number>>, PredictionError> {
        let columns = chunk.probabilities().iter().enumerate();
        let columns = columns.map(|(class, (_, at))| match self.class {
            Some(only) if only != class => Ok(Vec::new()),
            _ => chunk.numbers(*at),
        });
        columns.collect()
    }

    fn of(
        &self,
        chunk: &PredictionTable,
        row: usize,
        predicted: &str,
        numbers: &[Vec<Number>],
    ) -> Result<f32, PredictionError> {
        let class = match self.class {
            Some(class) => class,
            None => self.classes.index(predicted).ok_or_else(|| {
                let allowed = format!("one of {}", self.classes.names().join(", "));
                chunk.bad_value(row, chunk.answer(), &allowed)
            })?,
        };
        let (_, at) = chunk.probabilities()[class];
        chunk.probability(at, row, &numbers[class])
    }
}
