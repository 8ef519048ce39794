//! Errors between a formula and a corpus.

use evenhand_stats::hint::{Hint, Message};

/// Why a formula does not fit a corpus.
#[derive(Debug, thiserror::Error)]
pub enum RegressJobError {
    #[error("the formula names no class of the classifier{}", listed(classes))]
    NoClass { classes: Vec<String> },
    #[error("the formula names the class in `{first}` and in `{second}`")]
    TwoClasses { first: String, second: String },
}

impl Hint for RegressJobError {
    fn hint(&self) -> Option<Message> {
        let hint = match self {
            Self::NoClass { .. } => {
                "write the class where the formula has it, as in 'female ~ topic', or name it with {class} \
                 gender=Female and write 'gender ~ topic'"
            }
            Self::TwoClasses { .. } => "one variable is predicted; leave out the other",
        };
        Some(hint.into())
    }

    fn is_usage(&self) -> bool {
        true
    }
}

fn listed(classes: &[String]) -> String {
    match classes {
        [] => String::new(),
        classes => format!(", which are {}", classes.join(", ")),
    }
}
