//! Errors of codes.

use crate::hint::{Hint, Message};

/// Lines are those of the table that the codes come from.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CodesError {
    #[error("line {line}: a code of no item")]
    NoItem { line: u64 },
    #[error("line {line}: `{item}` is coded `{label}`, by nobody")]
    NoCoder {
        line: u64,
        item: String,
        label: String,
    },
    #[error(
        "lines {} and {}: `{coder}` coded `{item}` as `{}` and as `{}`",
        lines[0], lines[1], labels[0], labels[1]
    )]
    Contradiction {
        item: String,
        coder: String,
        lines: [u64; 2],
        labels: [String; 2],
    },
    #[error(
        "lines {} and {}: `{column}` of `{item}` is `{}` and `{}`",
        lines[0], lines[1], values[0], values[1]
    )]
    Attribute {
        item: String,
        column: String,
        lines: [u64; 2],
        values: [String; 2],
    },
    #[error("nothing is coded: no cell holds a label")]
    NothingCoded,
    #[error("label `{label}` is not in the order {}", order.join(", "))]
    NotInOrder { label: String, order: Vec<String> },
    #[error("the order names `{0}` twice")]
    TwiceInOrder(String),
    #[error("`{column}` of `{item}` is `{value}`, and no code is")]
    UnknownGold {
        column: String,
        item: String,
        value: String,
    },
    #[error("`{grouping}` makes {groups} groups; at most {most} are compared")]
    TooManyGroups {
        grouping: String,
        groups: usize,
        most: usize,
    },
}

impl Hint for CodesError {
    fn hint(&self) -> Option<Message> {
        let hint = match self {
            Self::NoItem { .. } => "name the item, or leave the line out",
            Self::NoCoder { .. } => "name the coder, or leave the line out",
            Self::Contradiction { .. } => "keep the code that holds, one for each item and coder",
            Self::Attribute { .. } => {
                "columns that are not codes describe the item: make them equal, or leave the column out"
            }
            Self::NothingCoded => "fill in the columns of codes",
            Self::NotInOrder { .. } => "name all labels from the lowest to the highest",
            Self::TwiceInOrder(_) => "name each label once",
            Self::UnknownGold { .. } => {
                "write true labels as coders do, and leave the others empty"
            }
            Self::TooManyGroups { .. } => "name columns of few values",
        };
        Some(hint.into())
    }
}
