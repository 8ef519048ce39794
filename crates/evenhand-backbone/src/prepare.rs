//! Turns a model and its spec into the prepared graph that engines run.

use super::engine::{self, EngineError};
use super::graph::build::FLOAT;
use super::graph::{self, GraphError, ImageInput, Names, Prepared, Tapped, read};
use super::spec::{Size, Spec, Tap};
use crate::hint::{Hint, Message};
use crate::onnx::ModelProto;
use std::collections::BTreeMap;

#[derive(Debug, thiserror::Error)]
pub enum PrepareError {
    #[error("backbone `{name}` names no tap")]
    NoTaps { name: String },
    #[error("tap `{tensor}` is no float tensor")]
    NotFloat { tensor: String },
    #[error("the shapes of the taps are not known: {0}")]
    Shapes(EngineError),
    #[error(transparent)]
    Graph(#[from] GraphError),
}

impl Hint for PrepareError {
    fn hint(&self) -> Option<Message> {
        match self {
            Self::NoTaps { .. } | Self::NotFloat { .. } => {
                Some("`evenhand backbone inspect FILE` lists the tensors that can be taps".into())
            }
            Self::Shapes(error) => error.hint(),
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
    let Size { height, width } = spec.size;
    let input = graph::image_input(model)?;
    let mut model = cut(model, spec)?;
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
    let taps = taps.into_iter().map(|tap| tapped(tap, &shapes));
    let taps: Vec<Tapped> = taps.collect::<Result<_, _>>()?;
    graph::pool(&mut model, &taps, input.element != FLOAT)?;
    graph::prepend(&mut model, &input, &spec.normalise(), height, width);
    graph::prune(&mut model);
    graph::fold_batch_norms(&mut model);
    sign(&mut model);
    Ok(Prepared::new(model)?)
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
    Ok(graph::cut(model, &tensors)?)
}

/// A tap with its shape, of those that [`observe`] saw.
///
/// # Errors
/// [`PrepareError::NotFloat`].
pub(super) fn tapped(
    tap: Tap,
    shapes: &BTreeMap<String, Vec<usize>>,
) -> Result<Tapped, PrepareError> {
    match shapes.get(&tap.tensor) {
        Some(shape) => Ok(Tapped {
            tensor: tap.tensor,
            shape: shape.clone(),
            pool: tap.pool,
        }),
        None => Err(PrepareError::NotFloat { tensor: tap.tensor }),
    }
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
pub(super) mod tests {
    use super::super::graph::samples;
    use super::super::source;
    use super::super::spec::{Channels, Pool, Tap};
    use super::*;

    /// For images of 4x4 pixels.
    pub fn spec(taps: &[(&str, Pool)]) -> Spec {
        let taps = taps.iter().map(|&(tensor, pool)| Tap {
            tensor: tensor.to_owned(),
            pool,
        });
        let (size, taps) = (
            Size {
                height: 4,
                width: 4,
            },
            taps.collect(),
        );
        let (mean, std) = ([1.0, 2.0, 3.0], [2.0; 3]);
        Spec {
            name: "small".to_owned(),
            size,
            mean,
            std,
            taps,
            ..source::shipped().remove(0)
        }
    }

    #[test]
    fn shipped_backbones_keep_their_digests() {
        // Feature stores and classifiers of earlier versions name them so.
        let float = "efb0a4c358458233686b8832d0a74dae8b08c6b43799e2938c652d5e18554bef";
        let int8 = "eed9cf93c4b4d662acb776c6090ba070d5a8c436dd97d6f3ea5d354786304302";
        let mirrored = "96c552ffcc45caabd40963ab53dd9bc3a8ef7abb4a5149ce020ec9474e0d4911";
        let prepared = source::shipped().into_iter().map(|spec| {
            let model = source::model(&spec.name).unwrap();
            prepare(&model, &spec).unwrap()
        });
        let prepared: Vec<Prepared> = prepared.collect();
        assert_eq!(prepared[0].digest, float);
        assert_eq!(prepared[1].digest, int8);
        let both = graph::with_mirror_image(&prepared[0]).unwrap();
        assert_eq!(both.digest, mirrored);
    }

    #[test]
    fn a_prepared_graph_goes_from_pixels_to_features() {
        let spec = spec(&[("relu", Pool::Grid(3)), ("flat", Pool::Gap)]);
        let prepared = prepare(&samples::small_cnn(), &spec).unwrap();
        assert_eq!(
            (prepared.height, prepared.width, prepared.dim()),
            (4, 4, 20)
        );
        let operators: Vec<&str> = prepared
            .model
            .graph
            .node
            .iter()
            .map(|node| node.op_type.as_str())
            .collect();
        let front = ["Cast", "Transpose", "Sub", "Mul", "Conv", "Relu"];
        assert_eq!(
            operators[..6],
            front,
            "preprocessing first, batch norm folded"
        );
        assert_eq!(operators.last(), Some(&"Concat"));
        assert_eq!(tap_widths(&prepared).unwrap(), [18, 2]);
        let again = prepare(&samples::small_cnn(), &spec).unwrap();
        assert_eq!(again.digest, prepared.digest);
    }

    #[test]
    fn names_that_mean_something_here_are_free_to_use_in_a_model() {
        let mut model = samples::small_cnn();
        graph::rename(&mut model, "image", "pixels");
        graph::rename(&mut model, "flat", "features");
        let prepared = prepare(&model, &spec(&[("features", Pool::Gap)])).unwrap();
        let index = read::Index::new(&prepared.model.graph);
        assert_eq!(
            index.maker("features").unwrap().input,
            ["features/original"]
        );
        assert_eq!(index.maker("pixels/cast").unwrap().input, ["pixels"]);
        assert_eq!(prepared.dim(), 2);
    }

    #[test]
    fn taps_that_cannot_be_features_are_refused() {
        let message = |taps: &[(&str, Pool)]| {
            prepare(&samples::small_cnn(), &spec(taps))
                .unwrap_err()
                .to_string()
        };
        assert_eq!(message(&[]), "backbone `small` names no tap");
        assert_eq!(
            message(&[("relu", Pool::Grid(5))]),
            "tap `relu` is 4x4; a grid of 5x5 is finer than its pixels"
        );
    }

    /// The features that Burn computes of one 4x4 image.
    fn run(spec: &Spec, pixel: impl Fn(usize, usize) -> [u8; 3]) -> Vec<f32> {
        let prepared = prepare(&samples::small_cnn(), spec).unwrap();
        let pixels: Vec<u8> = (0..16).flat_map(|at| pixel(at / 4, at % 4)).collect();
        let choice = engine::Choice::Burn;
        let options = engine::Options {
            choice,
            device: None,
            threads: 1,
            precision: crate::Precision::F32,
        };
        engine::open(&prepared, &options)
            .unwrap()
            .engine
            .run(&pixels, 1)
            .unwrap()
    }

    fn assert_close(got: &[f32], want: &[f32]) {
        let close = |(got, want): (&f32, &f32)| (got - want).abs() < 1e-3 * want.abs();
        assert!(
            got.len() == want.len() && got.iter().zip(want).all(close),
            "{got:?} {want:?}"
        );
    }

    // `small_cnn` computes s - 0.5 and 4 s - 6 where s is the sum of a pixel's three channels.

    #[test]
    fn channels_are_reordered_before_they_are_normalised() {
        let (channels, mean, std) = (Channels::Bgr, [1.0, 2.0, 3.0], [1.0, 2.0, 4.0]);
        let spec = Spec {
            channels,
            mean,
            std,
            ..spec(&[("relu", Pool::Gap)])
        };
        let sum = (30.0 - 1.0) / 1.0 + (20.0 - 2.0) / 2.0 + (10.0 - 3.0) / 4.0;
        assert_close(
            &run(&spec, |_, _| [10, 20, 30]),
            &[sum - 0.5, 4.0 * sum - 6.0],
        );
    }

    #[test]
    fn a_grid_keeps_where_things_are() {
        let plain = spec(&[("relu", Pool::Grid(3))]);
        let spec = Spec {
            mean: [0.0; 3],
            std: [1.0; 3],
            ..plain
        };
        let got = run(&spec, |row, column| [(10 * row + column + 1) as u8, 0, 0]);
        // Three cells on four pixels overlap by one: their centres are 0.5, 1.5 and 2.5.
        let want: Vec<f32> = (0..9)
            .map(|cell| (10 * (cell / 3) + cell % 3 + 6) as f32)
            .collect();
        assert_close(&got[..9], &want);
    }
}
