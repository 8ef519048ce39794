//! Errors of columns as features.

use evenhand_stats::groups::UnknownColumn;
use evenhand_stats::hint::{Hint, Message};
use evenhand_stats::text::quoted;
use evenhand_table::TableError;

/// Columns that cannot be made into features.
#[derive(Debug, thiserror::Error)]
pub enum ColumnsError {
    #[error(transparent)]
    Table(#[from] TableError),
    #[error(transparent)]
    Unknown(#[from] UnknownColumn),
    #[error("`{item}` in the list of columns: {problem}")]
    Selection { item: String, problem: &'static str },
    #[error("`{column}` cannot be a feature: {kind} ({why})")]
    NoFeature {
        column: String,
        kind: &'static str,
        why: String,
    },
    #[error("no column is left as a feature; {}", left_out.join("; "))]
    NoFeatures { left_out: Vec<String> },
    #[error("{table}no column {}, which the classifier was trained with; the columns are: {}", quoted(missing), known.join(", "))]
    Missing {
        /// `people.csv: `, empty for a table from memory.
        table: String,
        missing: Vec<String>,
        known: Vec<String>,
    },
    #[error("gap codes `{text}`: {problem}")]
    Gaps { text: String, problem: &'static str },
    #[error("{file}:{line}: {}{problem}", column.as_ref().map(|column| format!("column `{column}`: ")).unwrap_or_default())]
    Settings {
        file: String,
        line: usize,
        column: Option<String>,
        problem: String,
    },
    #[error(
        "`{column}`: {} in the table, but not among the `levels` of its settings",
        quoted(levels)
    )]
    Levels { column: String, levels: Vec<String> },
    #[error("`{column}` is set to be a number, and no value of it is one, such as `{example}`")]
    NotNumber { column: String, example: String },
    #[error("`{column}` is set to be {kind}, which needs {needs}; it has {found}")]
    Kind {
        column: String,
        kind: &'static str,
        needs: &'static str,
        found: String,
    },
    #[error("the label `{column}` has {}; at least two are needed", if found.is_empty() { "no value".to_owned() } else { format!("one value, `{found}`") })]
    OneClass { column: String, found: String },
    #[error(
        "the label `{column}` has no value `{positive}`; its values are {}",
        quoted(known)
    )]
    UnknownClass {
        column: String,
        positive: String,
        known: Vec<String>,
    },
}

impl Hint for ColumnsError {
    fn hint(&self) -> Option<Message> {
        Some(match self {
            Self::Table(error) => return error.hint(),
            Self::Unknown(error) => return error.hint(),
            Self::Selection { .. } => "write columns as in `all`, `age,income` or `all,!zip_code`".into(),
            Self::NoFeature { .. } => {
                "leave it out, or give it another kind in the settings of columns, as in `kind = \"category\"`"
                    .into()
            }
            Self::NoFeatures { .. } => "name columns that differ from row to row".into(),
            Self::Missing { .. } => {
                "names of columns are compared letter by letter; a column may be empty, but must be there".into()
            }
            Self::Gaps { .. } => "write gap codes as in `N,iap,-9`, or for one column as in `INDP:N`".into(),
            Self::Settings { .. } => return None,
            Self::Levels { .. } => "add them in their place, or name them as `gaps`".into(),
            Self::NotNumber { .. } => "give it another kind, as in `kind = \"category\"`".into(),
            Self::Kind { .. } => "take the kind out of its settings, and it is found from the values".into(),
            Self::OneClass { .. } => "name a column of at least two values with {label}".into(),
            Self::UnknownClass { .. } => "name one of them with {positive}".into(),
        })
    }

    fn is_usage(&self) -> bool {
        match self {
            Self::Table(error) => error.is_usage(),
            _ => true,
        }
    }
}
