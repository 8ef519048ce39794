//! Which stratum each row of a corpus is in.

use crate::commands::corpus::{Coding, CorpusError, CorpusLines, crossed};
use crate::commands::failure::Failure;
use evenhand::dataset::TextRow;
use evenhand::estimate::{Allocation, Stratum};
use evenhand::groups::{Group, parse};
use evenhand::record::Classes;
use std::collections::BTreeMap;
use std::path::Path;

/// Stands for bins of the probability.
const SCORE: &str = "score";

/// What divides a corpus.
pub(super) struct Scheme {
    /// Columns, crossed; `None` where there are none.
    columns: Option<Group>,
    bins: Option<usize>,
    class: Option<String>,
}

/// A corpus, divided.
pub(super) struct Strata {
    pub names: Vec<String>,
    pub all: Vec<Stratum>,
    /// Of every row with a prediction.
    pub of: Vec<u32>,
    /// Rows without a prediction, by the reason.
    pub without: BTreeMap<String, u64>,
    pub notes: Vec<String>,
}

impl Scheme {
    pub fn new(by: Vec<String>, bins: usize, class: Option<String>) -> Result<Self, Failure> {
        let (scores, columns): (Vec<String>, Vec<String>) = by
            .into_iter()
            .map(|name| name.trim().to_owned())
            .partition(|name| name == SCORE);
        let columns = match columns.is_empty() {
            true => None,
            false => parse(&columns.join("*"))?.into_iter().next(),
        };
        Ok(Self {
            columns,
            bins: (!scores.is_empty()).then_some(bins),
            class,
        })
    }

    /// `race*score`.
    pub fn name(&self) -> String {
        let columns = self.columns.as_ref().map(Group::name);
        let score = self.bins.map(|_| SCORE.to_owned());
        let names: Vec<String> = columns.into_iter().chain(score).collect();
        match names.is_empty() {
            true => "all rows".to_owned(),
            false => names.join("*"),
        }
    }
}

impl Strata {
    /// # Errors
    /// The file is no table of predictions, lacks a column, or has no row with a prediction.
    pub fn read(path: &Path, scheme: &Scheme, allocation: Allocation) -> Result<Self, Failure> {
        let mut lines = CorpusLines::open(path)?;
        let mut notes: Vec<String> = lines.note().into_iter().collect();
        let places = match &scheme.columns {
            Some(group) => lines.places(group)?,
            None => Vec::new(),
        };
        let needs_scores = scheme.bins.is_some() || allocation == Allocation::Neyman;
        let score = match needs_scores {
            true => Some(Score::new(&lines, scheme.class.as_deref())?),
            false => None,
        };
        let mut groups = Coding::default();
        let mut scores: Vec<f32> = Vec::new();
        while let Some(row) = lines.next()? {
            groups.push(&crossed(places.iter().map(|&at| row.values[at].as_str())));
            if let Some(score) = &score {
                scores.push(score.of(&lines, &row)?);
            }
        }
        if groups.of.is_empty() {
            let path = path.to_owned();
            return Err(CorpusError::NoRows { path }.into());
        }
        if let Some(score) = &score {
            notes.push(format!("score: {}", score.what));
        }
        let bins = scheme.bins.map(|bins| Bins::new(&scores, bins));
        let mut strata = Coding::default();
        let (values, rank) = groups.sorted();
        for (row, &group) in groups.of.iter().enumerate() {
            let group = &values[rank[group as usize] as usize];
            let bin = bins.as_ref().map(|bins| bins.name(scores[row]));
            let parts = (!places.is_empty()).then_some(group.as_str());
            strata.push(&crossed(parts.into_iter().chain(bin.as_deref())));
        }
        let (names, rank) = strata.sorted();
        let of: Vec<u32> = strata.of.iter().map(|&code| rank[code as usize]).collect();
        Ok(Self {
            all: sizes(&of, &scores, names.len()),
            names,
            of,
            without: lines.without,
            notes,
        })
    }
}

/// How many rows each stratum has, and how doubtful these are.
fn sizes(of: &[u32], scores: &[f32], strata: usize) -> Vec<Stratum> {
    let mut sums = vec![(0u64, 0.0); strata];
    for (row, &stratum) in of.iter().enumerate() {
        let (rows, doubt) = &mut sums[stratum as usize];
        *rows += 1;
        *doubt += scores
            .get(row)
            .map_or(0.0, |&score| f64::from(score) * (1.0 - f64::from(score)));
    }
    let stratum = |(rows, doubt): (u64, f64)| Stratum {
        rows,
        spread: (doubt / rows as f64).sqrt(),
    };
    sums.into_iter().map(stratum).collect()
}

/// Which probability is the score of a row.
struct Score {
    classes: Classes,
    /// `None` for that of the predicted class.
    class: Option<usize>,
    /// In words.
    what: String,
}

impl Score {
    fn new(lines: &CorpusLines, class: Option<&str>) -> Result<Self, Failure> {
        let Some(classes) = &lines.classes else {
            return Err(Failure::new(format!(
                "{}: no columns of probabilities",
                lines.path.display()
            ))
            .with_hint("leave `score` out of --by, and use another --allocation than neyman"));
        };
        let class = match class {
            None => classes.positive(),
            Some(name) => Some(classes.index(name).ok_or_else(|| {
                let (class, classes) = (name.to_owned(), classes.names().to_vec());
                CorpusError::UnknownClass { class, classes }
            })?),
        };
        let what = match class {
            Some(class) => format!("the probability of {}", classes.name(class)),
            None => "the probability of the predicted class".to_owned(),
        };
        let classes = classes.clone();
        Ok(Self {
            classes,
            class,
            what,
        })
    }

    fn of(&self, lines: &CorpusLines, row: &TextRow) -> Result<f32, CorpusError> {
        let class = match self.class {
            Some(class) => class,
            None => lines.class(row, &self.classes)?,
        };
        lines.probability(row, class)
    }
}

/// Bins of scores of about as many rows each: where a classifier is sure of most rows, bins of one
/// width would leave most of them empty.
struct Bins {
    /// The highest score of each bin.
    ends: Vec<f32>,
}

impl Bins {
    fn new(scores: &[f32], bins: usize) -> Self {
        let mut sorted = scores.to_vec();
        sorted.sort_unstable_by(f32::total_cmp);
        let last = sorted.len() - 1;
        let mut ends: Vec<f32> = (1..=bins)
            .map(|bin| sorted[(bin * sorted.len() / bins).saturating_sub(1).min(last)])
            .collect();
        ends.dedup();
        Self { ends }
    }

    fn name(&self, score: f32) -> String {
        let bin = self.ends.partition_point(|end| *end < score);
        let low = bin.checked_sub(1).map_or(0.0, |below| self.ends[below]);
        let high = self.ends[bin.min(self.ends.len() - 1)];
        format!("score {low:.3}-{high:.3}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bins_hold_as_many_rows_each_and_ties_stay_together() {
        let scores: Vec<f32> = (0..100).map(|i| i as f32 / 100.0).collect();
        let bins = Bins::new(&scores, 4);
        let of_first = scores
            .iter()
            .filter(|&&score| bins.name(score) == "score 0.000-0.240");
        assert_eq!(of_first.count(), 25);
        let tied = Bins::new(&[0.1, 0.1, 0.1, 0.1, 0.9], 5);
        assert_eq!(tied.ends, [0.1, 0.9]);
        assert_eq!(tied.name(0.9), "score 0.100-0.900");
    }
}
