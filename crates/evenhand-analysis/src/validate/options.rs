//! Options of a validation.

use crate::codes::MeasurementLevel;
use crate::margins::Margins;
use evenhand_stats::audit::{Design, Params};

/// The attribute of every item: how far its coders agree.
pub(super) const AGREEMENT: &str = "agreement";

/// Options of a validation.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ValidateOptions {
    pub scale: MeasurementLevel,
    /// The positive one of two classes; by default that of the training, or the last in sorted order.
    pub positive: Option<String>,
    pub design: Design,
    pub params: Params,
    /// The column of weights, of codes or predictions. Without it, a sample of `evenhand sample` counts by its
    /// probabilities.
    pub weights: Option<String>,
    /// Known shares that weights are adjusted to.
    pub margins: Option<Margins>,
}
