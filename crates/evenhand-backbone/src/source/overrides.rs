//! Settings of the user that replace those of the spec.

use crate::dataset::preprocess::{Filter, Fit};
use crate::spec::{Channels, Pool, Size};
use std::str::FromStr;

/// Fields of the spec that the user sets.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Overrides {
    pub size: Option<Size>,
    pub mean: Option<[f32; 3]>,
    pub std: Option<[f32; 3]>,
    pub channels: Option<Channels>,
    pub fit: Option<Fit>,
    pub filter: Option<Filter>,
    /// Instead of the spec's.
    pub taps: Vec<TapChoice>,
    /// For all taps that do not say theirs.
    pub pool: Option<Pool>,
}

/// A tap as it is written on the command line: `TENSOR` or `TENSOR=POOL`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TapChoice {
    pub tensor: String,
    pub pool: Option<Pool>,
}

impl FromStr for TapChoice {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (tensor, pool) = match text.rsplit_once('=') {
            Some((tensor, pool)) => (tensor, Some(pool.parse()?)),
            None => (text, None),
        };
        Ok(Self {
            tensor: tensor.to_owned(),
            pool,
        })
    }
}
