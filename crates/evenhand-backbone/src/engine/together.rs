//! A graph is believed only after several images together got the features that each gets alone. Exports
//! for one batch size, and statistics over a batch, give wrong features that look like any others.

use super::batch::check_output;
use super::error::EngineError;
use super::interface::Probe;
use super::tensor::{Data, HostTensor};
use super::{burn, onnxruntime};
use crate::graph::quantize::on_integers;
use crate::graph::{INPUT, OUTPUT, Prepared};
use crate::onnx::ModelProto;
use std::collections::HashMap;
use std::sync::{LazyLock, Mutex, PoisonError};
use std::thread::available_parallelism;

/// How far a feature may be off, as a share of the image's largest one: sums are added up in another order.
const TOLERANCE: f32 = 1e-3;

/// The same on integers, where a sum near the middle of two may be rounded either way.
const TOLERANCE_ON_INTEGERS: f32 = 0.05;

/// What was found before, by digest.
static KNOWN: LazyLock<Mutex<HashMap<String, bool>>> = LazyLock::new(Mutex::default);

/// Whether two different images together have the features that they have apart; for a graph that takes
/// a fixed number of images, whether so many rows come out.
///
/// # Errors
/// When no engine runs the graph, or what comes out has another shape than the graph declares.
pub fn is_independent(prepared: &Prepared) -> Result<bool, EngineError> {
    let known = || KNOWN.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(&verdict) = known().get(&prepared.digest) {
        return Ok(verdict);
    }
    let verdict = compare(prepared)?;
    known().insert(prepared.digest.clone(), verdict);
    Ok(verdict)
}

fn compare(prepared: &Prepared) -> Result<bool, EngineError> {
    let mut probe = load(&prepared.model)?;
    let mut run = |images: &[&[u8]]| features(probe.as_mut(), prepared, images);
    let images = [0, 1].map(|seed| image(prepared, seed));
    if let Some(batch) = prepared.fixed_batch() {
        let all: Vec<&[u8]> = (0..batch).map(|at| &images[at % 2][..]).collect();
        run(&all)?;
        return Ok(true);
    }
    let apart = [run(&[&images[0]])?, run(&[&images[1]])?];
    let together = match run(&[&images[0], &images[1]]) {
        Ok(together) => together,
        // What ran with one image does not with two.
        Err(_) => return Ok(false),
    };
    let tolerance = match on_integers(&prepared.model.graph) {
        Some(_) => TOLERANCE_ON_INTEGERS,
        None => TOLERANCE,
    };
    let rows = together.chunks(prepared.dim().max(1)).zip(&apart);
    Ok(rows.into_iter().all(|(found, expected)| {
        let largest = expected.iter().fold(0.0f32, |most, v| most.max(v.abs()));
        let near = |(a, b): (&f32, &f32)| a == b || (a - b).abs() <= tolerance * largest;
        found.iter().zip(expected).all(near)
    }))
}

/// ONNX Runtime where it takes the model, since it is the engine that takes several images at once.
fn load(model: &ModelProto) -> Result<Box<dyn Probe>, EngineError> {
    let burn = || burn::BurnProbe::load(model);
    if onnxruntime::runtime().is_err() {
        return Ok(Box::new(burn()?));
    }
    let threads = available_parallelism().map_or(1, usize::from);
    match onnxruntime::OnnxRuntimeProbe::load(model, threads) {
        Ok(probe) => Ok(Box::new(probe)),
        Err(onnxruntime) => match burn() {
            Ok(probe) => Ok(Box::new(probe)),
            Err(burn) => Err(EngineError::Neither {
                burn: Box::new(burn),
                onnxruntime: Box::new(onnxruntime),
            }),
        },
    }
}

fn features(
    probe: &mut dyn Probe,
    prepared: &Prepared,
    images: &[&[u8]],
) -> Result<Vec<f32>, EngineError> {
    let shape = [images.len(), prepared.height, prepared.width, 3];
    let pixels = HostTensor::bytes(&shape, images.concat());
    let found = probe.run(&[(INPUT, pixels)])?.remove(OUTPUT);
    let found = found.ok_or_else(|| EngineError::Model("it gives no float features".into()))?;
    check_output(&found.shape, images.len(), prepared.dim())?;
    match found.data {
        Data::Float(values) => Ok(values),
        _ => Err(EngineError::Model("the model's output is not float".into())),
    }
}

/// One of two images that have little in common.
fn image(prepared: &Prepared, seed: usize) -> Vec<u8> {
    let (height, width) = (prepared.height, prepared.width);
    let places = (0..height).flat_map(|y| (0..width).map(move |x| (y, x)));
    let pixel = |(y, x): (usize, usize)| {
        let (down, across) = (255 * y / height, 255 * x / width);
        let noise = (y * 7919 + x * 104_729 + seed * 31) % 61;
        let rgb = match seed {
            0 => [down, across, 255 - down],
            _ => [(down + across) / 4, 200 - across / 2, across * down / 255],
        };
        rgb.map(|level| ((level + noise) % 256) as u8)
    };
    places.flat_map(pixel).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::graph::build::{BATCH, Dim, FLOAT, i64s, ints, node, value};
    use crate::graph::{fix_batch, samples};
    use crate::onnx::{NodeProto, TensorProto};

    /// The sample's two features, after more nodes.
    fn tailed(tail: Vec<NodeProto>, constants: Vec<TensorProto>) -> Prepared {
        let mut model = samples::prepared().model;
        crate::graph::rename(&mut model, OUTPUT, "inner");
        let graph = &mut model.graph;
        graph.node.extend(tail);
        graph.initializer.extend(constants);
        graph.output = vec![value(OUTPUT, FLOAT, &[BATCH, Dim::Fixed(2)])];
        Prepared::new(model).unwrap()
    }

    #[test]
    fn a_graph_of_independent_images_is_believed() {
        assert!(is_independent(&samples::prepared()).unwrap());
    }

    #[test]
    fn rows_that_are_those_of_one_image_or_of_the_whole_batch_are_not() {
        let first = tailed(
            vec![
                node("Gather", &["inner", "zero"], "first", []),
                node("Mul", &["inner", "nothing"], "rows", []),
                node("Add", &["first", "rows"], OUTPUT, []),
            ],
            vec![
                i64s("zero", &[1], &[0]),
                crate::graph::build::f32s("nothing", &[1], &[0.0]),
            ],
        );
        assert!(!is_independent(&first).unwrap());
        let centred = tailed(
            vec![
                node("ReduceMean", &["inner"], "mean", [ints("axes", &[0])]),
                node("Sub", &["inner", "mean"], OUTPUT, []),
            ],
            vec![],
        );
        assert!(!is_independent(&centred).unwrap());
    }

    #[test]
    fn a_graph_for_one_image_fails_with_two_and_is_run_with_one() {
        let view = node("Reshape", &["inner", "view"], OUTPUT, []);
        let one = tailed(vec![view], vec![i64s("view", &[2], &[1, 2])]);
        assert!(!is_independent(&one).unwrap());
        let mut model = one.model;
        fix_batch(&mut model, 1);
        let fixed = Prepared::new(model).unwrap();
        assert_eq!(fixed.fixed_batch(), Some(1));
        assert!(is_independent(&fixed).unwrap());
    }
}
