//! A segmentation with the account of how it was made.

use super::assign::Assignments;
use super::model::Segmentation;
use crate::choose::Choice;
use crate::error::SegmentError;
use crate::names::{Name, Order};
use crate::pca::Parallel;
use crate::profile::Profile;
use evenhand_stats::stats::kmeans::Restarts;
use evenhand_stats::text::counted;
use serde::Serialize;

/// A component as it is described, rotated or not.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Component {
    /// As given, or `component 1`.
    pub name: String,
    /// From the columns with the largest loadings.
    pub suggested: String,
    /// Share of all variance.
    pub explained: f64,
    /// One a column.
    pub loadings: Vec<f64>,
}

/// A column that took no part, and its correlation with the scores of each component; `NaN` of a constant column.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Supplementary {
    pub column: String,
    pub correlations: Vec<f64>,
}

/// A fitted segmentation, the segments of its rows, and what is to be said about them.
#[derive(Debug, Clone, PartialEq)]
pub struct Segments {
    pub model: Segmentation,
    pub assignments: Assignments,
    pub components: Vec<Component>,
    pub supplementary: Vec<Supplementary>,
    /// Scree: share of all variance of each unrotated component, also of those that are not kept, as far as known.
    pub scree: Vec<f64>,
    /// Variances that chance alone gives; `None` of more than 256 columns.
    pub parallel: Option<Parallel>,
    pub inertia: f64,
    pub restarts: Restarts,
    /// Numbers of segments side by side, where they were compared.
    pub choice: Option<Choice>,
    /// Whether the names fit the components in the order given.
    pub order: Order,
    pub profiles: Vec<Profile>,
}

impl Segments {
    /// Takes over names that components of another fit were given.
    ///
    /// # Errors
    /// As [`Segmentation::take_names`]. Nothing is taken over then.
    pub fn take_names(&mut self, names: &[Name]) -> Result<(), SegmentError> {
        self.model.take_names(names)?;
        for (at, component) in self.components.iter_mut().enumerate() {
            component.name = self.model.component_name(at);
        }
        Ok(())
    }

    /// Share of all variance that the components explain together.
    pub fn explained(&self) -> f64 {
        self.scree.iter().take(self.model.components()).sum()
    }

    /// What a reader must know before using the segments, a sentence each: names in the wrong order, segments that are not stable,
    /// an optimum that was found once.
    pub fn warnings(&self) -> Vec<String> {
        let mut warnings = Vec::new();
        let names = self.model.names.iter().map(|name| name.name.clone());
        warnings.extend(self.order.sentence(&names.collect::<Vec<_>>()));
        let segments = self.model.segments();
        if let Some(choice) = &self.choice {
            let found = choice.of(segments).filter(|found| !found.is_stable());
            warnings.extend(found.and_then(|_| choice.sentence(segments)));
        }
        if self.restarts.best_found < 2 {
            warnings.push(format!(
                "Of {}, the best was found once in {} of k-means: there may be a better one.",
                optima(self.restarts.optima),
                counted(self.restarts.starts as u64, "start"),
            ));
        }
        warnings
    }

    /// How k-means came to these segments, in a sentence.
    pub fn restarts_sentence(&self) -> String {
        format!(
            "K-means ended in {} in {}; the best was found {}.",
            optima(self.restarts.optima),
            counted(self.restarts.starts as u64, "start"),
            counted(self.restarts.best_found as u64, "time"),
        )
    }
}

fn optima(count: usize) -> String {
    match count {
        1 => "the same optimum".to_owned(),
        count => format!("{count} different optima"),
    }
}
