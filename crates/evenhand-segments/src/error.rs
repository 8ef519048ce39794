//! Errors of segments.

use evenhand_stats::hint::{Hint, Message};
use evenhand_stats::text::quoted;

/// Rows that no segments are made of, or settings that do not fit them.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum SegmentError {
    #[error("the table has no column of numbers")]
    NoColumns,
    #[error("two columns are named `{0}`")]
    DuplicateColumn(String),
    #[error("row {row} has no finite number in `{column}`")]
    NotFinite { row: usize, column: String },
    #[error("the weight of row {row} is {weight}: weights are above 0")]
    Weight { row: usize, weight: f64 },
    #[error("{weights} weights for {rows} rows: every row has one")]
    WeightCount { weights: usize, rows: usize },
    #[error("the same value in every row of {}", quoted(.0))]
    ConstantColumns(Vec<String>),
    #[error("no column {}", quoted(.0))]
    MissingColumns(Vec<String>),
    #[error("{rows} rows are too few for {segments} segments")]
    TooFewRows { rows: usize, segments: usize },
    #[error("{0} segments: at least 2 are needed")]
    TooFewSegments(usize),
    #[error("{asked} components of {most}: at least 1 and at most {most} are allowed")]
    Components { asked: usize, most: usize },
    #[error("a share of variance of {0}: it is above 0 and at most 1")]
    VarianceShare(f64),
    #[error("parallel analysis of {columns} columns: at most {most} are allowed")]
    ParallelTooWide { columns: usize, most: usize },
    #[error("a name for component {component} of {components}: components are numbered from 1")]
    NamedComponent { component: usize, components: usize },
    #[error("{}", moved(.name, *.component, *.cosine, *.nearest, *.fits))]
    NameMoved {
        name: String,
        /// From 0.
        component: usize,
        /// Of the loadings that the name was given to, and those that the component has now.
        cosine: f64,
        /// The component, from 0, whose loadings are nearest to the named ones, and the cosine.
        nearest: (usize, f64),
        /// Whether these are the same.
        fits: bool,
    },
    #[error("the name `{name}` was given to loadings of other columns: {}", quoted(.columns))]
    NameColumns {
        name: String,
        /// Those that one has and the other has not.
        columns: Vec<String>,
    },
}

fn moved(
    name: &str,
    component: usize,
    cosine: f64,
    (other, near): (usize, f64),
    fits: bool,
) -> String {
    let now = match (other == component, fits) {
        (true, true) => "the component has turned its direction".to_owned(),
        (false, true) => format!("it now fits component {} (cosine {near:.3})", other + 1),
        (_, false) => format!(
            "it fits none; nearest is component {} (cosine {near:.3})",
            other + 1
        ),
    };
    format!(
        "the name `{name}` was given to other loadings than component {} has now (cosine {cosine:.3}): {now}",
        component + 1
    )
}

impl Hint for SegmentError {
    fn hint(&self) -> Option<Message> {
        Some(match self {
            Self::NoColumns => "name columns of numbers with {columns}".into(),
            Self::DuplicateColumn(_) => "rename one of them".into(),
            Self::NotFinite { .. } => "leave the row out, or impute its gaps".into(),
            Self::Weight { .. } => "leave rows of weight 0 out".into(),
            Self::WeightCount { .. } => "give one weight a row".into(),
            Self::ConstantColumns(_) => "leave these columns out with {columns}".into(),
            Self::MissingColumns(_) => {
                "say what a column is called in the new table with {rename}, as in `old=new`".into()
            }
            Self::TooFewRows { .. } => "ask for fewer segments, or add rows".into(),
            Self::TooFewSegments(_) => "ask for 2 segments or more".into(),
            Self::Components { .. } => {
                "set {components} to an allowed number, or to a share of variance such as 0.8"
                    .into()
            }
            Self::VarianceShare(_) => "set {components} to a share such as 0.8".into(),
            Self::ParallelTooWide { .. } => "set {components} to a number".into(),
            Self::NamedComponent { .. } => "name a component that is kept".into(),
            Self::NameMoved { .. } | Self::NameColumns { .. } => {
                "look at the loadings, then give a name anew with {name}".into()
            }
        })
    }

    fn is_usage(&self) -> bool {
        true
    }
}
