//! Inputs of a command as records, up to the first that cannot be read.

use crate::commands::failure::Failure;
use evenhand::dataset::{DatasetError, Inputs};
use evenhand::record::Record;
use std::sync::{Mutex, PoisonError};

/// Remembers where a stream of inputs broke off.
#[derive(Default)]
pub struct Unbroken(Mutex<Option<DatasetError>>);

impl Unbroken {
    /// The records of `inputs`, until one is an error.
    pub fn records(&self, inputs: Inputs) -> impl Iterator<Item = Record> + Send {
        inputs.map_while(|record| {
            record
                .map_err(|error| {
                    *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(error)
                })
                .ok()
        })
    }

    /// # Errors
    /// What the inputs broke off with.
    pub fn check(self) -> Result<(), Failure> {
        match self.0.into_inner().unwrap_or_else(PoisonError::into_inner) {
            Some(error) => Err(error.into()),
            None => Ok(()),
        }
    }
}
