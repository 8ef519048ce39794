//! Column names of a table of codes, and the form that follows from them.

use super::CodeError;
use super::alike::columns_alike;
use crate::words::prefix;
use evenhand_table::{Recode, Table, schema};

/// The column of coders makes a table long.
const CODER: &str = "coder";

/// Column names of a table of codes.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct CodeColumns {
    /// By default `path`, `file`, `image`, `item` or `id`.
    pub item: Option<String>,
    /// The column of labels of a long table, or of a table of one coder; by default `label`.
    pub label: Option<String>,
    /// The column of coders of a long table; by default `coder`.
    pub coder: Option<String>,
    /// The coders' columns of a wide table; by default all that start with `coder`, or else those whose values are
    /// alike.
    pub coders: Vec<String>,
    /// All labels from the lowest to the highest; empty for natural order.
    pub order: Vec<String>,
    /// New names of values: of codes where no column is named.
    pub map: Vec<Recode>,
}

/// Positions of the codes in a table.
pub(super) enum Form {
    Long {
        coder: usize,
        label: usize,
    },
    Wide {
        coders: Vec<usize>,
    },
    /// Wide, as the values of these columns show.
    Alike {
        coders: Vec<usize>,
    },
}

impl Form {
    /// # Errors
    /// A column is missing, or none holds codes.
    pub fn find(
        table: &Table,
        columns: &CodeColumns,
        item: Option<usize>,
    ) -> Result<Self, CodeError> {
        let CodeColumns {
            label,
            coder,
            coders,
            ..
        } = columns;
        if !coders.is_empty() {
            let coders = coders.iter().map(|name| table.column(name));
            let coders = coders.collect::<Result<_, _>>()?;
            return Ok(Self::Wide { coders });
        }
        let coder = match coder {
            Some(name) => Some(table.column(name)?),
            None => table.first_column(&[CODER]),
        };
        if let Some(coder) = coder {
            let label = table.column(label.as_deref().unwrap_or(schema::LABEL))?;
            return Ok(Self::Long { coder, label });
        }
        if let Some(label) = label {
            let coders = vec![table.column(label)?];
            return Ok(Self::Wide { coders });
        }
        let names = table.columns().iter().enumerate();
        let found = names.filter(|(_, name)| name.starts_with(CODER));
        let mut coders: Vec<usize> = found.map(|(at, _)| at).collect();
        if coders.is_empty() {
            coders.extend(table.first_column(&[schema::LABEL]));
        }
        if !coders.is_empty() {
            return Ok(Self::Wide { coders });
        }
        match columns_alike(table, item) {
            Some(coders) => Ok(Self::Alike { coders }),
            None => Err(CodeError::NoCodes {
                table: prefix(table.path()),
                columns: table.columns().to_vec(),
            }),
        }
    }

    /// The columns that hold labels.
    pub fn labels(&self) -> &[usize] {
        match self {
            Self::Long { label, .. } => std::slice::from_ref(label),
            Self::Wide { coders } | Self::Alike { coders } => coders,
        }
    }

    /// All columns of codes.
    pub fn columns(&self) -> Vec<usize> {
        match self {
            Self::Long { coder, label } => vec![*coder, *label],
            Self::Wide { coders } | Self::Alike { coders } => coders.clone(),
        }
    }
}
