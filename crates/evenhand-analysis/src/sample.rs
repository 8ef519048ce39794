//! Sample of a corpus for people to code, drawn by chance within strata.

mod bins;
mod error;
mod result;
mod scheme;
mod strata;
#[cfg(test)]
mod tests;

pub use error::SampleJobError;
pub use result::{SampleResult, SampledRow};
pub use scheme::Scheme;

use crate::Error;
use crate::predictions::{PredictionError, PredictionSource};
use evenhand_stats::estimate::{Drawn, SampleParams, allocate, draw};
use evenhand_stats::hint::SettingError;
use evenhand_table::schema;
use std::collections::HashMap;
use strata::Strata;

/// Options of a sample.
#[derive(Debug, Clone, PartialEq)]
pub struct SampleOptions {
    /// Columns that make strata, crossed; `score` stands for bins of the probability.
    pub groups: Vec<String>,
    /// Number of score bins, each with about the same number of rows.
    pub bins: usize,
    /// The class whose probability `score` is; by default the positive one of two, else the predicted.
    pub class: Option<String>,
    pub params: SampleParams,
    /// Number of empty columns for coders.
    pub coders: usize,
    pub prediction: PredictionColumn,
}

/// Whether coders see the prediction.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum PredictionColumn {
    #[default]
    Hidden,
    /// It biases them towards it.
    Shown,
}

impl SampleOptions {
    fn check(&self) -> Result<(), SettingError> {
        if self.coders == 0 {
            return Err(SettingError::new(
                "coders",
                self.coders,
                "a sample is for one coder or more",
            )
            .with_hint("1 is one column for one coder"));
        }
        if !(2..=100).contains(&self.bins) {
            let allowed = "the number of bins is from 2 to 100";
            return Err(SettingError::new("bins", self.bins, allowed));
        }
        Ok(())
    }
}

/// Draws rows of a corpus, which is read twice, chunk by chunk.
///
/// # Errors
/// Whatever is wrong with the predictions, or a sample that can't be drawn.
pub fn sample(corpus: &PredictionSource, options: &SampleOptions) -> Result<SampleResult, Error> {
    options.check()?;
    let scheme = Scheme::new(&options.groups, options.bins, options.class.as_deref())?;
    let strata = Strata::read(corpus, &scheme, options.params.allocation)?;
    let takes = allocate(&strata.all, &options.params)?;
    let drawn = draw(&strata.of, &takes, options.params.seed);
    let sizes = strata.all.iter().map(|stratum| stratum.rows);
    let strata_rows = strata.names.iter().cloned().zip(sizes).zip(&takes);
    Ok(SampleResult {
        rows: rows(corpus, &drawn)?,
        scheme: scheme.name(),
        strata: strata_rows
            .map(|((name, rows), &drawn)| (name, rows, drawn))
            .collect(),
        without: strata.without,
        notes: strata.notes,
        coders: options.coders,
        prediction: options.prediction,
    })
}

/// Reads the drawn rows once more, in the order they were drawn in.
fn rows(corpus: &PredictionSource, drawn: &[Drawn]) -> Result<Vec<SampledRow>, PredictionError> {
    let place: HashMap<u32, usize> = (drawn.iter().enumerate())
        .map(|(at, drawn)| (drawn.row, at))
        .collect();
    let mut found: Vec<SampledRow> = (drawn.iter())
        .map(|drawn| SampledRow {
            image: String::new(),
            predicted: String::new(),
            stratum: drawn.stratum,
            inclusion_probability: drawn.inclusion_probability,
        })
        .collect();
    let chunks = corpus.chunks()?;
    let images_at = chunks.first().names(&schema::IMAGE)?;
    let mut predicted_rows = 0..;
    for chunk in chunks {
        let chunk = chunk?;
        let (images, predicted) = (chunk.table().text(images_at), chunk.predicted());
        for row in 0..chunk.table().rows() {
            let Ok(class) = predicted.get(row) else {
                continue;
            };
            let number = predicted_rows.next().expect("rows are fewer than numbers");
            if let Some(&at) = place.get(&number) {
                found[at].image = images.get(row).unwrap_or_default().to_owned();
                found[at].predicted = class.to_owned();
            }
        }
    }
    Ok(found)
}
