//! An interpreter of ONNX graphs on Burn's tensors: any device that Burn has, nothing to install.
//!
//! It reads the `ModelProto` itself: importers of ONNX into Burn lose the names of tensors, fix the
//! batch size, and copy constants at every use.

mod device;
mod fold;
mod gradient;
mod input;
mod kernels;
mod load;
mod node;
mod ops;
mod plan;
mod probe;
#[cfg(feature = "gpu")]
mod tuning;
mod value;
mod weights;
mod width;

pub use device::{CPU, families, has, list as devices, on_cpu};
pub use gradient::{GradientEngine, OutputGradient, Pass, Rows, Times, Weight};
pub use probe::BurnProbe;

use super::batch::{check_length, check_output, filled, run_part};
use super::error::EngineError;
use super::image::{Layout, fixed_batch, layout};
use super::interface::{Engine, EngineInfo, Pending};
use crate::Precision;
use crate::graph::Prepared;
use crate::onnx::ModelProto;
use burn::tensor::{DType, Device, Tensor, TensorData};
use plan::{Plan, Purpose};
use rayon::prelude::*;
use rayon::{ThreadPool, ThreadPoolBuilder};
use std::collections::BTreeMap;
use value::{Array, Value};

/// A prepared graph on a Burn device.
pub struct BurnEngine {
    plan: Plan,
    device: Device,
    info: EngineInfo,
    /// On a CPU, the threads that take images; a GPU takes whole batches.
    pool: Option<ThreadPool>,
    tries_kernels: bool,
    /// How many images the graph takes at a time, where that is fixed.
    fixed_batch: Option<usize>,
    height: usize,
    width: usize,
    dim: usize,
}

impl BurnEngine {
    /// Loads `prepared` on the device named `device`, with `threads` threads on a CPU.
    ///
    /// # Errors
    /// For an unknown device, for half precision where the device has none, and for the first node
    /// that cannot be run.
    pub fn load(
        prepared: &Prepared,
        device: &str,
        threads: usize,
        precision: Precision,
    ) -> Result<Self, EngineError> {
        let on_cpu = on_cpu(device);
        let opened = device::open(device)?;
        let title = device::title(&opened.device);
        if precision == Precision::F16 && !opened.device.supports_dtype(DType::F16) {
            return Err(EngineError::NoHalf(format!("`{device}` ({title})")));
        }
        let tries_kernels = opened.tries_kernels;
        let device = opened.device;
        let (name, layout) = layout(&prepared.model)?;
        if layout != Layout::Pixels {
            return Err(EngineError::Model(format!("input `{name}` is not uint8")));
        }
        input::check_bytes(&prepared.model, &name)?;
        let plan = Plan::load(&prepared.model, &device, Purpose::Features(precision))?;
        let pool = on_cpu.then(|| ThreadPoolBuilder::new().num_threads(threads.max(1)).build());
        let pool = pool
            .transpose()
            .map_err(|e| EngineError::Threads(e.to_string()))?;
        let device_name = match precision {
            _ if on_cpu => format!("{CPU}, {threads} threads"),
            Precision::F16 => format!("{title}, half precision"),
            Precision::F32 | Precision::Int8 => title,
        };
        let info = EngineInfo {
            name: "burn",
            version: VERSION.into(),
            device: device_name,
        };
        let (height, width) = (prepared.height, prepared.width);
        Ok(Self {
            plan,
            device,
            info,
            pool,
            tries_kernels,
            fixed_batch: fixed_batch(&prepared.model, &name),
            height,
            width,
            dim: prepared.dim(),
        })
    }

    /// Whether the device was never used before, so that the first batch waits until it is known
    /// which kernels are fastest.
    pub fn tries_kernels(&self) -> bool {
        self.tries_kernels
    }

    /// The features of `batch` images, still on the device.
    fn features(&self, pixels: &[u8], batch: usize) -> Result<Array, EngineError> {
        let shape = Layout::Pixels.shape(batch, self.height, self.width);
        let input = input::pixels(pixels, shape, &self.device);
        match self.plan.run(vec![input])? {
            Value::Float(features) => {
                check_output(&features.shape(), batch, self.dim)?;
                Ok(features)
            }
            Value::Int(_) => Err(EngineError::Model("the model's output is not float".into())),
        }
    }

    fn download(features: Array) -> Result<Vec<f32>, EngineError> {
        features.download().map_err(EngineError::Model)
    }
}

impl Engine for BurnEngine {
    fn info(&self) -> EngineInfo {
        self.info.clone()
    }

    /// On a CPU each thread takes one image after the other: most of Burn's CPU kernels use one
    /// thread, and the activations of one image stay in the cache.
    fn run(&mut self, pixels: &[u8], batch: usize) -> Result<Vec<f32>, EngineError> {
        let Some(pool) = &self.pool else {
            return self.submit(pixels, batch)?.collect();
        };
        check_length(pixels, batch, self.height, self.width)?;
        let image = self.height * self.width * 3;
        let size = self.fixed_batch.unwrap_or(1).max(1);
        let run = |part| {
            run_part(part, image, size, |part| {
                Self::download(self.features(part, size)?)
            })
        };
        let parts = pixels.par_chunks(size * image);
        let rows: Result<Vec<Vec<f32>>, _> = pool.install(|| parts.map(run).collect());
        Ok(rows?.concat())
    }

    /// On a GPU: sends the batch and hands the device its work, without waiting for either.
    fn submit(&mut self, pixels: &[u8], batch: usize) -> Result<Pending, EngineError> {
        if self.pool.is_some() {
            return self.run(pixels, batch).map(Pending::Done);
        }
        check_length(pixels, batch, self.height, self.width)?;
        let size = self.fixed_batch.unwrap_or(batch).max(1);
        let bytes = size * self.height * self.width * 3;
        let parts = pixels.chunks(bytes);
        let images = size * parts.len();
        let start = |part: &[u8]| self.features(&filled(part, bytes), size);
        let started: Vec<Array> = parts.map(start).collect::<Result<_, _>>()?;
        let flushed = self.device.flush();
        flushed.map_err(|error| EngineError::Model(error.to_string()))?;
        Ok(Pending::Running(Box::new(move || {
            let rows: Result<Vec<Vec<f32>>, _> = started.into_iter().map(Self::download).collect();
            let mut features = rows?.concat();
            features.truncate(features.len() / images * batch);
            Ok(features)
        })))
    }
}

/// The version of Burn in Cargo.toml.
pub const VERSION: &str = "0.22";

/// As [`super::shapes()`], on this engine.
pub(super) fn shapes(
    model: &ModelProto,
    height: usize,
    width: usize,
) -> Result<BTreeMap<String, Vec<usize>>, EngineError> {
    let device = Device::flex();
    let (input, layout) = layout(model)?;
    let batch = fixed_batch(model, &input).unwrap_or(1);
    let plan = Plan::load(model, &device, Purpose::Shapes)?;
    let blank = TensorData::zeros::<f32, _>(layout.shape(batch, height, width));
    let input = Value::from(Tensor::<4>::from_data(blank, &device));
    let mut shapes = BTreeMap::new();
    plan.run_observed(vec![input], |name, value| {
        if let Value::Float(array) = value {
            shapes.insert(name.to_string(), array.shape());
        }
    })?;
    Ok(shapes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hint::Hint;
    use crate::onnx::NodeProto;
    use crate::prepare::prepare;
    use crate::source::{self, Source};

    fn shipped() -> ModelProto {
        let path = concat!(
            env!("CARGO_MANIFEST_DIR"),
            "/models/efficientnet-lite0.onnx"
        );
        ModelProto::decode(std::fs::read(path).unwrap()).unwrap()
    }

    #[test]
    fn shapes_of_the_shipped_model_follow_the_input_size() {
        let shapes = shapes(&shipped(), 64, 96).unwrap();
        assert_eq!(shapes["input"], [1, 3, 64, 96]);
        assert_eq!(shapes["/bn2/act/Clip_output_0"], [1, 1280, 2, 3]);
        assert_eq!(shapes["logits"], [1, 1000]);
        assert!(!shapes.contains_key("classifier.weight"));
    }

    #[test]
    fn an_operator_it_does_not_have_is_refused_by_the_node_s_name_before_anything_runs() {
        let mut model = shipped();
        let node = NodeProto {
            name: "warp".into(),
            op_type: "GridSample".into(),
            input: vec!["logits".into()],
            output: vec!["warped".into()],
            ..Default::default()
        };
        model.graph.node.push(node);
        let error = shapes(&model, 32, 32).unwrap_err();
        let text = error.to_string();
        assert!(
            text.contains("`warp`") && text.contains("GridSample"),
            "{text}"
        );
        assert!(error.hint().unwrap().to_string().contains("ONNX Runtime"));
    }

    #[test]
    fn half_precision_changes_the_features_of_the_shipped_backbone_by_rounding_only() {
        let backbone = source::open(&Source::default()).unwrap();
        let prepared = prepare(&backbone.model, &backbone.spec).unwrap();
        let [_, height, width, _] = Layout::Pixels.shape(1, prepared.height, prepared.width);
        let wave = |at: usize| (127.5 + 120.0 * ((at * at) as f32 / 5e6).sin()) as u8;
        let pixels: Vec<u8> = (0..height * width * 3).map(wave).collect();
        let device = Device::flex();
        let features = |precision| {
            let plan = Plan::load(&prepared.model, &device, Purpose::Features(precision)).unwrap();
            let input = input::pixels(&pixels, [1, height, width, 3], &device);
            let Value::Float(features) = plan.run(vec![input]).unwrap() else {
                panic!("floats expected")
            };
            features.download().unwrap()
        };
        let (full, half) = (features(Precision::F32), features(Precision::F16));
        let dot = |a: &[f32], b: &[f32]| a.iter().zip(b).map(|(a, b)| a * b).sum::<f32>();
        let cosine = dot(&full, &half) / (dot(&full, &full) * dot(&half, &half)).sqrt();
        assert!(full != half && cosine > 0.9999, "{cosine}");
    }
}
