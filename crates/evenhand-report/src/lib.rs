//! The report: one HTML file that needs nothing else, for people who will act on it. It says first,
//! in words, whom the classifier fails; the tables and figures after that are the evidence. It
//! renders results and computes none. A model card says the same to machines.
#![forbid(unsafe_code)]

pub mod activation_map;
mod codebook;
mod coefficients;
mod columns;
mod compared;
mod confusion;
mod content;
mod curves;
mod data_check;
mod error_analysis;
mod facts;
mod figure_page;
mod figures;
mod format;
pub mod gallery;
mod groups;
mod maps;
mod mark;
mod method;
mod model_card;
mod page;
mod plot;
mod segments;
mod shares;
mod summary;
mod uses;
mod within;

use crate::hint::{Hint, Message};
use askama::Template;

pub use crate::record::Unit;
pub use codebook::{CodebookEntry, CodebookPage, Distribution, render_codebook};
pub use coefficients::Coefficients;
pub use content::{
    BadRow, BadRows, Compared, Curve, CurvePoint, Data, ErrorAnalysis, Fit, Mapped, Maps, Outcome,
    Part, Report, RowImage, Source, Training, WeightedPart,
};
pub use data_check::{CheckFinding, CheckPage, CheckPicture, CheckSheet, CheckTable, render_check};
pub use error_analysis::pictured_rows;
pub use figure_page::{FigurePage, render_figure_page};
pub use method::{
    ColumnMethod, ColumnSelection, ImageMethod, Importance, Leaderboard, LeaderboardRow, Method,
    SelectedColumn,
};
pub use model_card::model_card;
pub use plot::{Bins, Dot, Figure};
pub use segments::{LeftOut, SegmentsPage, SegmentsSource, render_segments};
pub use shares::Shares;
pub use uses::{Contribution, Contributions, Dependence, DependencePoint, PointValue, Uses};

#[derive(Debug, thiserror::Error)]
pub enum ReportError {
    #[error("the report cannot be rendered: {0}")]
    Render(#[from] askama::Error),
}

impl Hint for ReportError {
    fn hint(&self) -> Option<Message> {
        match self {
            Self::Render(_) => Some("the numbers are safe in the data files beside it".into()),
        }
    }
}

/// The whole page, in UTF-8: no scripts, no network, light and dark, readable on a phone and in
/// print.
///
/// # Errors
/// [`ReportError::Render`] when the template fails, which no content should bring about.
///
/// # Panics
/// When the report has no part.
pub fn render(report: &Report) -> Result<String, ReportError> {
    Ok(page::Page::new(report).render()?)
}

/// The page of estimated shares, made like that of a [`Report`].
///
/// # Errors
/// [`ReportError::Render`] when the template fails, which no content should bring about.
pub fn render_shares(shares: &Shares) -> Result<String, ReportError> {
    Ok(shares::SharesPage::new(shares).render()?)
}

/// The page of a regression, made likewise.
///
/// # Errors
/// [`ReportError::Render`] when the template fails, which no content should bring about.
pub fn render_coefficients(page: &Coefficients) -> Result<String, ReportError> {
    Ok(coefficients::CoefficientsPage::new(page).render()?)
}

#[cfg(test)]
mod sample;
#[cfg(test)]
mod sample_segments;
#[cfg(test)]
mod sample_survey;
#[cfg(test)]
mod tests;

pub(crate) use evenhand_data::dataset;
pub(crate) use evenhand_stats::{
    abstain, audit, estimate, hint, metric, record, regress, stats, text,
};
