//! Why a job failed: one type for all jobs, whatever part of the library could not go on.

use crate::hint::{Hint, Message};
use std::fmt;

/// An error of the library with its next step.
pub struct Error(Box<dyn Hint + Send + Sync>);

impl Error {
    /// The next step, where there is one to tell.
    pub fn hint(&self) -> Option<Message> {
        self.0.hint()
    }

    /// Whether the job can't be done as it was asked for, rather than something having gone wrong on the way.
    pub fn is_usage(&self) -> bool {
        self.0.is_usage()
    }
}

/// Not [`Hint`] itself, so that this conversion is not one to itself.
impl<E: Hint + Send + Sync + 'static> From<E> for Error {
    fn from(error: E) -> Self {
        Self(Box::new(error))
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.0, f)
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.0.source()
    }
}

/// The observer asked a job to stop.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("stopped, as was asked for")]
pub struct Cancelled;

impl Hint for Cancelled {
    fn hint(&self) -> Option<Message> {
        Some("the same job goes on where it can".into())
    }
}
