//! The one input of an image model, in any of the forms that exporters give it.

use super::EngineError;
use crate::onnx::{Dimension, GraphProto, ModelProto, data_type};
use std::collections::HashSet;

/// How a model takes its images.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Layout {
    /// uint8 `[N, height, width, 3]`, as every prepared graph.
    Pixels,
    /// float `[N, height, width, 3]`.
    ChannelsLast,
    /// float `[N, 3, height, width]`.
    ChannelsFirst,
}

impl Layout {
    pub fn shape(self, batch: usize, height: usize, width: usize) -> [usize; 4] {
        match self {
            Self::Pixels | Self::ChannelsLast => [batch, height, width, 3],
            Self::ChannelsFirst => [batch, 3, height, width],
        }
    }
}

/// The name and layout of a model's image input.
///
/// # Errors
/// When the model has another number of inputs or the input is not an image.
pub fn layout(model: &ModelProto) -> Result<(String, Layout), EngineError> {
    let names = input_names(&model.graph);
    let [name] = &names[..] else {
        return Err(EngineError::Model(format!(
            "the model has {} inputs ({}), where one, the image, is expected",
            names.len(),
            names.join(", ")
        )));
    };
    let input = model.graph.input.iter().find(|input| input.name == *name);
    let dims = input.and_then(|input| input.dims()).unwrap_or_default();
    let is_channels = |dim: Option<&Dimension>| dim.and_then(Dimension::size) == Some(3);
    let last = is_channels(dims.last()) && !is_channels(dims.get(1));
    let layout = match input.map_or(0, |input| input.elem_type()) {
        data_type::UINT8 => Layout::Pixels,
        kind if data_type::is_float(kind) && last => Layout::ChannelsLast,
        kind if data_type::is_float(kind) => Layout::ChannelsFirst,
        other => {
            return Err(EngineError::Model(format!(
                "input `{name}` has element type {other}, where float or uint8 is expected"
            )));
        }
    };
    Ok((name.clone(), layout))
}

/// How many images the model takes at a time, where that is fixed.
pub fn fixed_batch(model: &ModelProto, input: &str) -> Option<usize> {
    let input = model.graph.input.iter().find(|i| i.name == input)?;
    input.dims()?.first()?.size()
}

/// The inputs that are not weights (before IR version 4 weights are inputs, too).
pub fn input_names(graph: &GraphProto) -> Vec<String> {
    let weights: HashSet<&str> = graph.initializer.iter().map(|w| w.name.as_str()).collect();
    let names = graph.input.iter().map(|input| &input.name);
    names
        .filter(|name| !weights.contains(name.as_str()))
        .cloned()
        .collect()
}
