//! Turns a model and its spec into the prepared graph that engines run.

use super::engine::{self, EngineError};
use super::graph::{self, GraphError, ImageInput, Names, Order, Prepared, Tapped, read};
use super::source;
use super::spec::{Size, Spec, Tap};
use crate::hint::{Hint, Message};
use crate::onnx::ModelProto;
use std::collections::{BTreeMap, HashMap};

#[derive(Debug, thiserror::Error)]
pub enum PrepareError {
    #[error("backbone `{name}` names no tap")]
    NoTaps { name: String },
    #[error("tap `{tensor}` is no float tensor")]
    NotFloat { tensor: String },
    #[error("the shapes of the taps are not known: {0}")]
    Shapes(EngineError),
    #[error("the model cannot be run: {0}")]
    Run(EngineError),
    #[error("the model was exported for images of {exported} and does not take {wanted}: {error}")]
    Size {
        exported: Size,
        wanted: Size,
        error: Box<PrepareError>,
    },
    #[error(transparent)]
    Graph(#[from] GraphError),
}

impl Hint for PrepareError {
    fn hint(&self) -> Option<Message> {
        match self {
            Self::NoTaps { .. } | Self::NotFloat { .. } => {
                Some("`evenhand backbone inspect FILE` lists the tensors that can be taps".into())
            }
            Self::Size { exported, .. } => Some(Message::new(
                "{size} {} fits it, or export it with `dynamic_shapes` for height and width",
                &[exported],
            )),
            Self::Shapes(error) | Self::Run(error) => error.hint(),
            Self::Graph(error) => error.hint(),
        }
    }
}

/// Cuts the model at the spec's taps, pools them, puts the preprocessing in front, and folds batch
/// norms. The same model and spec give the same bytes.
///
/// The batch may have any size afterwards: where the export fixed it, it is freed. That two images
/// together have the features that they have apart is tried once for every graph that does not ship;
/// where they have not, the graph keeps the batch of the export ([`Prepared::fixed_batch`]).
///
/// # Errors
/// [`PrepareError`], for a model that has no one image input, lacks a tap, or cannot be run to see
/// the taps' shapes.
pub fn prepare(model: &ModelProto, spec: &Spec) -> Result<Prepared, PrepareError> {
    let front = Front::new(model, spec)?;
    let mut freed = front.model.clone();
    graph::free_batch(&mut freed);
    if source::ships(spec) {
        return front.prepared(freed, None);
    }
    let declared = graph::declared_batch(model);
    let mut forms = vec![(freed, None)];
    if declared.is_none() && forms[0].0.graph.node != front.model.graph.node {
        forms.push((front.model.clone(), None));
    }
    forms.push((front.model.clone(), Some(declared.unwrap_or(1))));
    let mut last = None;
    for (form, batch) in forms {
        let failed = match front.prepared(form, batch) {
            Ok(prepared) => match engine::is_independent(&prepared) {
                Ok(true) => return Ok(prepared),
                Ok(false) => continue,
                Err(error) => PrepareError::Run(error),
            },
            Err(error @ (PrepareError::Shapes(_) | PrepareError::Run(_))) => error,
            Err(other) => return Err(other),
        };
        last = Some(failed);
    }
    Err(front.explain(last.unwrap_or_else(|| {
        let why = "it gives one image other features at every run".to_owned();
        PrepareError::Run(EngineError::Model(why))
    })))
}

/// A model cut at its taps, with what is known of its input.
struct Front<'a> {
    model: ModelProto,
    taps: Vec<Tap>,
    input: ImageInput,
    spec: &'a Spec,
}

impl<'a> Front<'a> {
    fn new(model: &ModelProto, spec: &'a Spec) -> Result<Self, PrepareError> {
        let input = graph::image_input(model)?;
        let mut model = cut(model, spec)?;
        graph::refuse_training(&model)?;
        let mut taps = spec.taps.clone();
        for reserved in [graph::INPUT, graph::OUTPUT] {
            if input.name != reserved {
                let to = Names::of(&model).fresh(&format!("{reserved}/original"));
                graph::rename(&mut model, reserved, &to);
                let same = taps.iter_mut().filter(|tap| tap.tensor == reserved);
                same.for_each(|tap| tap.tensor.clone_from(&to));
            }
        }
        Ok(Self {
            model,
            taps,
            input,
            spec,
        })
    }

    /// The prepared graph of a form of the model that takes `batch` images at a time, or any number.
    fn prepared(
        &self,
        mut model: ModelProto,
        batch: Option<usize>,
    ) -> Result<Prepared, PrepareError> {
        let Size { height, width } = self.spec.size;
        let shapes = shapes(&model, &self.input, self.spec.size, batch);
        let shapes = shapes.map_err(PrepareError::Shapes)?;
        let orders = graph::orders(&model);
        let taps = self.taps.iter().cloned();
        let taps = taps.map(|tap| tapped(tap, &shapes, &orders));
        let mut taps: Vec<Tapped> = taps.collect::<Result<_, _>>()?;
        graph::turn(&mut model, &mut taps, &orders);
        let cast = !read::is_float32(&model.graph, self.input.element);
        graph::pool(&mut model, &taps, cast)?;
        graph::prepend(
            &mut model,
            &self.input,
            &self.spec.normalise(),
            height,
            width,
        );
        graph::prune(&mut model);
        graph::fold_batch_norms(&mut model);
        sign(&mut model);
        if let Some(batch) = batch {
            graph::fix_batch(&mut model, batch);
        }
        Ok(Prepared::new(model)?)
    }

    /// Says so where the size is not the one of the export.
    fn explain(&self, error: PrepareError) -> PrepareError {
        let wanted = self.spec.size;
        match (self.input.height, self.input.width) {
            (Some(height), Some(width)) if (height, width) != (wanted.height, wanted.width) => {
                PrepareError::Size {
                    exported: Size { height, width },
                    wanted,
                    error: Box::new(error),
                }
            }
            _ => error,
        }
    }
}

/// The model up to the spec's taps.
///
/// # Errors
/// [`PrepareError::NoTaps`], and what cannot be cut.
pub(super) fn cut(model: &ModelProto, spec: &Spec) -> Result<ModelProto, PrepareError> {
    if spec.taps.is_empty() {
        return Err(PrepareError::NoTaps {
            name: spec.name.clone(),
        });
    }
    let mut tensors: Vec<&str> = Vec::new();
    for tap in &spec.taps {
        if !tensors.contains(&tap.tensor.as_str()) {
            tensors.push(&tap.tensor);
        }
    }
    let mut front = graph::cut(model, &tensors)?;
    graph::dequantise(&mut front, tensors);
    Ok(front)
}

/// A tap with its shape, of those that [`observe`] saw; channels come first.
///
/// # Errors
/// [`PrepareError::NotFloat`].
pub(super) fn tapped(
    tap: Tap,
    shapes: &BTreeMap<String, Vec<usize>>,
    orders: &HashMap<String, Order>,
) -> Result<Tapped, PrepareError> {
    let order = orders.get(&tap.tensor).copied();
    match shapes.get(&tap.tensor) {
        Some(shape) => Ok(Tapped {
            tensor: tap.tensor,
            shape: order.unwrap_or(Order::ChannelsFirst).channels_first(shape),
            pool: tap.pool,
        }),
        None => Err(PrepareError::NotFloat { tensor: tap.tensor }),
    }
}

/// The shape of every float tensor of a model for one image, or for as many as it was exported for where
/// it takes no other number.
///
/// # Errors
/// What the engine cannot run.
pub fn observe(
    model: &ModelProto,
    input: &ImageInput,
    size: Size,
) -> Result<BTreeMap<String, Vec<usize>>, EngineError> {
    let mut freed = model.clone();
    graph::free_batch(&mut freed);
    shapes(&freed, input, size, None).or_else(|_| {
        let declared = graph::declared_batch(model).unwrap_or(1);
        shapes(model, input, size, Some(declared))
    })
}

fn shapes(
    model: &ModelProto,
    input: &ImageInput,
    Size { height, width }: Size,
    batch: Option<usize>,
) -> Result<BTreeMap<String, Vec<usize>>, EngineError> {
    let mut model = model.clone();
    graph::resize_input(&mut model, input, height, width, batch);
    engine::shapes(&model, height, width)
}

/// How many of the features of one view each tap gives, in the order of the taps.
///
/// # Errors
/// What the engine cannot run.
pub fn tap_widths(prepared: &Prepared) -> Result<Vec<usize>, EngineError> {
    let shapes = engine::shapes(&prepared.model, prepared.height, prepared.width)?;
    let index = read::Index::new(&prepared.model.graph);
    let mut joined = index.maker(graph::OUTPUT);
    if let Some(views) = joined.filter(|node| node.op_type == "Reshape") {
        // Two views lie beside each other in the batch until here.
        joined = views.input.first().and_then(|name| index.maker(name));
    }
    let rows = joined.into_iter().flat_map(|node| &node.input);
    let widths = rows.filter_map(|row| Some(shapes.get(row)?.iter().skip(1).product()));
    Ok(widths.collect())
}

/// Removes what says where and when the model was exported, which is no part of what it computes.
fn sign(model: &mut ModelProto) {
    model.producer_name = "evenhand".to_owned();
    model.producer_version.clear();
    model.doc_string.clear();
    model.metadata_props.clear();
    let graph = &mut model.graph;
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

#[cfg(test)]
pub(super) mod tests;
