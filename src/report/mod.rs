//! The report of a run: one HTML file that needs nothing else, for people who will act on it. It
//! says first, in words, whom the classifier fails; the tables and figures after that are the
//! evidence. It renders results and computes none.

mod curves;
mod groups;
mod page;
mod plot;
mod run;
mod words;

use askama::Template;

pub use run::{BadRow, BadRows, Curve, CurvePoint, DatasetSummary, Fit, Run, Training};

#[derive(Debug, thiserror::Error)]
pub enum ReportError {
    #[error("the report cannot be rendered: {0}")]
    Render(#[from] askama::Error),
}

impl ReportError {
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Render(_) => {
                Some("the numbers are safe in metrics.json and predictions.csv".to_owned())
            }
        }
    }
}

/// The whole page, in UTF-8: no scripts, no network, light and dark, readable on a phone and in
/// print.
///
/// # Errors
/// [`ReportError::Render`] when the template fails, which no content should bring about.
pub fn render(run: &Run) -> Result<String, ReportError> {
    Ok(page::Page::new(run).render()?)
}

#[cfg(test)]
mod sample;
#[cfg(test)]
mod tests;
