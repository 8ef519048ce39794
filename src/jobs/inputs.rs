//! Inputs of a job as records, up to the first that cannot be read.

use crate::dataset::{DatasetError, Inputs};
use crate::events::Events;
use crate::record::Record;
use std::sync::{Mutex, PoisonError};

/// First error of a stream of inputs, which ended there.
#[derive(Default)]
pub struct FirstError(Mutex<Option<DatasetError>>);

impl FirstError {
    /// The records of `inputs`, until one is an error.
    pub fn records<'a>(
        &'a self,
        inputs: &'a mut Inputs,
    ) -> impl Iterator<Item = Record> + Send + 'a {
        inputs.map_while(|record| {
            record
                .map_err(|error| {
                    *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(error)
                })
                .ok()
        })
    }

    /// # Errors
    /// The one that the inputs ended with.
    pub fn check(self) -> Result<(), DatasetError> {
        match self.0.into_inner().unwrap_or_else(PoisonError::into_inner) {
            Some(error) => Err(error),
            None => Ok(()),
        }
    }
}

/// Tells how the lists of inputs were read, after their last record.
pub fn tell_notes(inputs: &Inputs, on: &mut dyn Events) {
    for note in inputs.notes() {
        on.info(note);
    }
}
