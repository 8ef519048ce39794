//! Sample of a corpus for people to code, drawn by chance within strata.

mod bins;
mod error;
mod options;
mod result;
mod scheme;
mod strata;
#[cfg(test)]
mod tests;

pub use error::SampleJobError;
pub use options::{PredictionColumn, SampleOptions};
pub use result::{SampleResult, SampledRow};
pub use scheme::Scheme;

use crate::Error;
use crate::predictions::{PredictionError, PredictionSource};
use evenhand_stats::estimate::{Drawn, allocate, draw};
use evenhand_table::schema;
use std::collections::HashMap;
use strata::Strata;

/// Draws rows of a corpus, which is read twice, chunk by chunk.
///
/// # Errors
/// Whatever is wrong with the predictions, or a sample that can't be drawn.
///
/// ```no_run
/// use evenhand_analysis::PredictionSource;
/// use evenhand_analysis::sample::{SampleOptions, sample};
/// use evenhand_table::ReadOptions;
///
/// let corpus = PredictionSource::file("predictions.csv".as_ref(), &ReadOptions::default());
/// let drawn = sample(&corpus, &SampleOptions::new(500))?;
/// std::fs::write("to_code.csv", drawn.to_csv()).expect("the folder can be written to");
/// # Ok::<(), evenhand_stats::error::Error>(())
/// ```
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
        formulas: options.formulas,
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
