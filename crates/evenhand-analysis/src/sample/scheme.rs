//! Stratification scheme: columns and bins of the probability.

use super::SampleJobError;
use evenhand_stats::groups::{Group, parse};

/// Stands for bins of the probability.
const SCORE: &str = "score";

/// Columns and score bins that divide a corpus.
#[derive(Debug, Clone, PartialEq)]
pub struct Scheme {
    /// Columns, crossed; `None` where there are none.
    pub columns: Option<Group>,
    pub bins: Option<usize>,
    pub class: Option<String>,
}

impl Scheme {
    /// # Errors
    /// A column is named twice, or an empty name.
    pub fn new(
        groups: &[String],
        bins: usize,
        class: Option<&str>,
    ) -> Result<Self, SampleJobError> {
        let names = groups
            .iter()
            .flat_map(|name| name.split('*'))
            .map(str::trim);
        let (scores, columns): (Vec<&str>, Vec<&str>) = names.partition(|name| *name == SCORE);
        let columns = match columns.is_empty() {
            true => None,
            false => parse(&columns.join("*"))?.into_iter().next(),
        };
        Ok(Self {
            columns,
            bins: (!scores.is_empty()).then_some(bins),
            class: class.map(str::to_owned),
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
