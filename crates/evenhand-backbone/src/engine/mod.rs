//! Engines run prepared graphs. None of them knows about taps, pooling or preprocessing.

mod ahead;
pub mod burn;
mod checked;
mod choice;
mod error;
mod image;
pub mod onnxruntime;
pub mod tensor;

pub use ahead::{Pending, Run, run_all};
pub use burn::{CPU, on_cpu};
pub use choice::open;
pub use error::EngineError;

use crate::onnx::{ModelProto, ValueInfoProto};
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use std::collections::BTreeMap;
use tensor::{Data, HostTensor};

/// What runs a graph, for the user to read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EngineInfo {
    /// `onnxruntime` or `burn`.
    pub name: &'static str,
    pub version: String,
    pub device: String,
}

/// A loaded prepared graph.
pub trait Engine: Send {
    fn info(&self) -> EngineInfo;

    /// Runs one batch: `pixels` is uint8 `[batch, height, width, 3]`, row-major; the answer is
    /// the graph's first output, `[batch, dim]`, row-major.
    fn run(&mut self, pixels: &[u8], batch: usize) -> Result<Vec<f32>, EngineError>;

    /// Starts what [`run`](Self::run) does. An engine on a device of its own returns at once, so
    /// that the next batch can be sent while it computes; any other computes here.
    fn submit(&mut self, pixels: &[u8], batch: usize) -> Result<Pending, EngineError> {
        self.run(pixels, batch).map(Pending::Done)
    }
}

/// A loaded model, all of whose outputs are wanted, for looking into it; always on the CPU.
pub trait Probe {
    /// Every output for these inputs, by name.
    ///
    /// # Errors
    /// When an input is missing or refused, and for a node that fails.
    fn run(
        &mut self,
        inputs: &[(&str, HostTensor)],
    ) -> Result<BTreeMap<String, HostTensor>, EngineError>;
}

/// Which engine to take.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Choice {
    /// ONNX Runtime where its library is found and has the device, Burn otherwise.
    Auto,
    OnnxRuntime,
    Burn,
}

/// How wide the floats are that a graph is computed with; features are float32 in any case.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Precision {
    #[default]
    F32,
    /// Half precision where that is enough, on GPUs.
    F16,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Options {
    pub choice: Choice,
    /// `cpu`, `vulkan:0`, `cuda:0`, ...; the CPU where `None`.
    pub device: Option<String>,
    pub threads: usize,
    pub precision: Precision,
}

/// An engine, and what the user should be told about the choice.
pub struct Opened {
    pub engine: Box<dyn Engine>,
    /// Set where a faster engine could be had.
    pub hint: Option<String>,
    /// Set where this run takes longer than later ones will.
    pub note: Option<String>,
}

/// Loads a model as it is, to look into it.
///
/// # Errors
/// When the chosen engine is not there or cannot run the model.
pub fn probe(model: &ModelProto, options: &Options) -> Result<Box<dyn Probe>, EngineError> {
    let burn = matches!(options.choice, Choice::Burn)
        || (options.choice == Choice::Auto && onnxruntime::runtime().is_err());
    Ok(match burn {
        true => Box::new(burn::BurnProbe::load(model)?),
        false => Box::new(onnxruntime::OnnxRuntimeProbe::load(model, options.threads)?),
    })
}

/// The shape of every float tensor of `model`, by name, observed by running it once on a blank
/// image of `[1, 3, height, width]` (or `[1, height, width, 3]`, where the model wants that).
///
/// # Errors
/// When the model has not one image as its input, or neither engine can run it.
pub fn shapes(
    model: &ModelProto,
    height: usize,
    width: usize,
) -> Result<BTreeMap<String, Vec<usize>>, EngineError> {
    match burn::shapes(model, height, width) {
        Err(burn @ (EngineError::Unsupported { .. } | EngineError::Opset { .. }))
            if onnxruntime::runtime().is_ok() =>
        {
            shapes_by_onnxruntime(model, height, width).map_err(|onnxruntime| {
                EngineError::Neither {
                    burn: Box::new(burn),
                    onnxruntime: Box::new(onnxruntime),
                }
            })
        }
        shapes => shapes,
    }
}

/// As [`shapes`], with every tensor made an output.
fn shapes_by_onnxruntime(
    model: &ModelProto,
    height: usize,
    width: usize,
) -> Result<BTreeMap<String, Vec<usize>>, EngineError> {
    let (input, layout) = image::layout(model)?;
    let mut model = model.clone();
    let graph = &mut model.graph;
    let named = |name: &String| ValueInfoProto {
        name: name.clone(),
        ..Default::default()
    };
    let tensors = graph.node.iter().flat_map(|node| &node.output);
    graph.output = tensors.filter(|name| !name.is_empty()).map(named).collect();
    let shape = layout.shape(1, height, width);
    let count = shape.iter().product();
    let blank = match layout {
        image::Layout::Pixels => HostTensor::bytes(&shape, vec![0; count]),
        _ => HostTensor::float(&shape, vec![0.0; count]),
    };
    let mut probe = onnxruntime::OnnxRuntimeProbe::load(&model, 1)?;
    let mut tensors = probe.run(&[(input.as_str(), blank.clone())])?;
    tensors.insert(input, blank);
    let float = |(name, tensor): (String, HostTensor)| match tensor.data {
        Data::Float(_) => Some((name, tensor.shape)),
        _ => None,
    };
    Ok(tensors.into_iter().filter_map(float).collect())
}

fn check_length(
    pixels: &[u8],
    batch: usize,
    height: usize,
    width: usize,
) -> Result<(), EngineError> {
    let bytes = pixels.len();
    if bytes == batch * height * width * 3 {
        return Ok(());
    }
    Err(EngineError::Batch {
        bytes,
        batch,
        height,
        width,
    })
}

/// Runs a part of a batch on a graph that takes `size` images at a time: what is missing is filled
/// up with black images, whose features are dropped.
fn run_part(
    part: &[u8],
    image: usize,
    size: usize,
    run: impl FnOnce(&[u8]) -> Result<Vec<f32>, EngineError>,
) -> Result<Vec<f32>, EngineError> {
    let images = part.len() / image;
    let mut features = run(&filled(part, size * image))?;
    features.truncate(features.len() / size * images);
    Ok(features)
}

/// `part` with black images behind it, so that it has `bytes`.
fn filled(part: &[u8], bytes: usize) -> Cow<'_, [u8]> {
    if part.len() == bytes {
        return part.into();
    }
    let mut filled = part.to_vec();
    filled.resize(bytes, 0);
    filled.into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::onnx::NodeProto;

    #[test]
    fn both_engines_see_the_same_shapes() {
        if onnxruntime::runtime().is_err() {
            eprintln!("skipped: ONNX Runtime's library was not found");
            return;
        }
        let path = concat!(
            env!("CARGO_MANIFEST_DIR"),
            "/models/efficientnet-lite0.onnx"
        );
        let mut model = ModelProto::decode(std::fs::read(path).unwrap()).unwrap();
        assert_eq!(
            shapes_by_onnxruntime(&model, 224, 224).unwrap(),
            burn::shapes(&model, 224, 224).unwrap()
        );
        // An operator that only ONNX Runtime has.
        model.graph.node.push(NodeProto {
            name: "celu".into(),
            op_type: "Celu".into(),
            input: vec!["logits".into()],
            output: vec!["celu".into()],
            ..Default::default()
        });
        assert!(matches!(
            burn::shapes(&model, 224, 224),
            Err(EngineError::Unsupported { .. })
        ));
        assert_eq!(shapes(&model, 224, 224).unwrap()["celu"], [1, 1000]);
        // An operator that nobody has.
        let nodes = &mut model.graph.node;
        nodes.last_mut().unwrap().op_type = "Wobble".into();
        let error = shapes(&model, 224, 224).unwrap_err();
        let told = error.to_string();
        let expected = "node `celu`: the burn engine cannot run operator Wobble";
        assert!(told.starts_with(expected), "{told}");
        assert!(told.contains("; nor can ONNX Runtime: "), "{told}");
    }

    #[test]
    fn a_batch_of_the_wrong_length_is_refused() {
        let error = check_length(&[0; 10], 1, 2, 2).unwrap_err();
        assert_eq!(error.to_string(), "10 bytes are not 1 images of 2 x 2 x 3");
    }
}
