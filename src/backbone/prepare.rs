//! Turns a model and its spec into the prepared graph that engines run.

use super::engine::{self, EngineError};
use super::graph::build::{self, BATCH, Dim, FLOAT};
use super::graph::{self, GraphError, ImageInput, Layout, Names, Prepared, Tapped, Writer};
use super::spec::{Size, Spec};
use onnx_ir::ModelProto;
use std::collections::BTreeMap;

#[derive(Debug, thiserror::Error)]
pub enum PrepareError {
    #[error("backbone `{name}` names no tap")]
    NoTaps { name: String },
    #[error("tap `{tensor}` is no float tensor")]
    NotFloat { tensor: String },
    #[error("the shapes of the taps are not known: {0}")]
    Shapes(#[source] EngineError),
    #[error(transparent)]
    Graph(#[from] GraphError),
}

impl PrepareError {
    /// The next step, for the user.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::NoTaps { .. } | Self::NotFloat { .. } => {
                Some("`evenhand backbone inspect FILE` lists the tensors that can be taps".into())
            }
            Self::Shapes(_) => None,
            Self::Graph(error) => error.hint(),
        }
    }
}

/// Cuts the model at the spec's taps, pools them, puts the preprocessing in front, and folds batch
/// norms. The batch may have any size afterwards. The same model and spec give the same bytes.
///
/// # Errors
/// [`PrepareError`], for a model that has no one image input, lacks a tap, or cannot be run to see
/// the taps' shapes.
pub fn prepare(model: &ModelProto, spec: &Spec) -> Result<Prepared, PrepareError> {
    if spec.taps.is_empty() {
        return Err(PrepareError::NoTaps {
            name: spec.name.clone(),
        });
    }
    let Size { height, width } = spec.size;
    let input = graph::image_input(model)?;
    let mut tensors: Vec<&str> = Vec::new();
    for tap in &spec.taps {
        if !tensors.contains(&tap.tensor.as_str()) {
            tensors.push(&tap.tensor);
        }
    }
    let mut model = graph::cut(model, &tensors)?;
    let mut taps = spec.taps.clone();
    for reserved in [graph::INPUT, graph::OUTPUT] {
        if input.name != reserved {
            let to = Names::of(&model).fresh(&format!("{reserved}/original"));
            graph::rename(&mut model, reserved, &to);
            let same = taps.iter_mut().filter(|tap| tap.tensor == reserved);
            same.for_each(|tap| tap.tensor.clone_from(&to));
        }
    }
    graph::free_batch(&mut model);
    let shapes = observe(&model, &input, spec.size).map_err(PrepareError::Shapes)?;
    let taps = taps.into_iter().map(|tap| match shapes.get(&tap.tensor) {
        Some(shape) => Ok(Tapped {
            tensor: tap.tensor,
            shape: shape.clone(),
            pool: tap.pool,
        }),
        None => Err(PrepareError::NotFloat { tensor: tap.tensor }),
    });
    let taps: Vec<Tapped> = taps.collect::<Result<_, _>>()?;
    graph::pool(&mut model, &taps, input.element != FLOAT)?;
    graph::prepend(&mut model, &input, &spec.normalise(), height, width);
    graph::prune(&mut model);
    graph::fold_batch_norms(&mut model);
    sign(&mut model);
    Ok(Prepared::new(model)?)
}

/// The shape of every float tensor of a model for one image.
///
/// # Errors
/// What the engine cannot run.
pub fn observe(
    model: &ModelProto,
    input: &ImageInput,
    Size { height, width }: Size,
) -> Result<BTreeMap<String, Vec<usize>>, EngineError> {
    let mut model = model.clone();
    graph::free_batch(&mut model);
    graph::resize_input(&mut model, input, height, width);
    if input.layout == Layout::Nhwc {
        let mut write = Writer::new(&model, "view");
        let image = format!("{}/planes", input.name);
        let view = write.node("Transpose", &[&image], [build::ints("perm", &[0, 2, 3, 1])]);
        graph::rename(&mut model, &input.name, &view);
        let dims = [BATCH, Dim::Fixed(3), Dim::Fixed(height), Dim::Fixed(width)];
        let graph = model.graph.mut_or_insert_default();
        graph.input = vec![build::value(&image, input.element, &dims)];
        graph.node.splice(..0, write.nodes);
    }
    engine::shapes(&model, height, width)
}

/// Removes what says where and when the model was exported, which is no part of what it computes.
fn sign(model: &mut ModelProto) {
    model.producer_name = "evenhand".to_owned();
    model.producer_version.clear();
    model.doc_string.clear();
    model.metadata_props.clear();
    let graph = model.graph.mut_or_insert_default();
    graph.doc_string.clear();
    graph.metadata_props.clear();
    for node in &mut graph.node {
        node.doc_string.clear();
        node.metadata_props.clear();
    }
    for tensor in &mut graph.initializer {
        tensor.doc_string.clear();
    }
}
