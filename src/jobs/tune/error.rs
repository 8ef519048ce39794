//! Searches that cannot begin, or cannot go on.

use crate::WriteError;
use crate::hint::{Hint, Message};
use crate::tune::Goal;
use std::path::PathBuf;

/// Why settings are not tuned.
#[derive(Debug, thiserror::Error)]
pub enum TuneError {
    #[error(transparent)]
    Write(#[from] WriteError),
    #[error("settings are tuned for a frozen backbone")]
    Finetuned,
    #[error("trials are compared by cross-validation")]
    OneFold,
    #[error("the goal {goal} needs groups")]
    NoGroups { goal: Goal },
    #[error("another evenhand is writing `{}`", path.display())]
    InUse { path: PathBuf },
    #[error("`{}` is the journal of a search with other data or settings", path.display())]
    OtherSearch { path: PathBuf },
    #[error("`{}` is no journal of a search, and would be written over", path.display())]
    NoJournal { path: PathBuf },
    #[error("{}:{line}: {source}", path.display())]
    Damaged {
        path: PathBuf,
        line: usize,
        source: serde_json::Error,
    },
}

impl Hint for TuneError {
    fn hint(&self) -> Option<Message> {
        let hint = match self {
            Self::Write(error) => return error.hint(),
            Self::Finetuned => "take the section [finetune] out of the configuration",
            Self::OneFold => "use at least {folds} 2",
            Self::NoGroups { .. } => "name them, as in {groups} race",
            Self::InUse { .. } => "wait for it, or choose another folder with {out}",
            Self::OtherSearch { .. } => {
                "choose another folder with {out}, or begin again with {force}"
            }
            Self::NoJournal { .. } => "move it away, or choose another folder with {out}",
            Self::Damaged { .. } => "delete the line: its trial is run again",
        };
        Some(hint.into())
    }

    fn is_usage(&self) -> bool {
        matches!(
            self,
            Self::Finetuned | Self::OneFold | Self::NoGroups { .. }
        )
    }
}
