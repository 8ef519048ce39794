//! An interpreter of ONNX graphs on Burn's tensors: any device that Burn has, nothing to install.
//!
//! It reads the `ModelProto` itself rather than `onnx-ir`'s typed graph, which loses the names of
//! tensors, bakes the batch size in, and copies constants at every use.

mod device;
mod fold;
mod input;
mod load;
mod node;
mod ops;
mod plan;
mod probe;
mod value;
mod weights;

pub use device::{CPU, families, list as devices};
pub use probe::BurnProbe;

use super::image::{Layout, fixed_batch, layout};
use super::{Engine, EngineError, EngineInfo};
use crate::backbone::graph::Prepared;
use burn::tensor::{Device, Tensor, TensorData};
use onnx_ir::ModelProto;
use plan::{Plan, Purpose};
use rayon::prelude::*;
use rayon::{ThreadPool, ThreadPoolBuilder};
use std::collections::BTreeMap;
use value::Value;

/// A prepared graph on a Burn device.
pub struct BurnEngine {
    plan: Plan,
    device: Device,
    info: EngineInfo,
    /// On a CPU, the threads that take images; a GPU takes whole batches.
    pool: Option<ThreadPool>,
    /// How many images the graph takes at a time, where that is fixed.
    fixed_batch: Option<usize>,
    height: usize,
    width: usize,
}

impl BurnEngine {
    /// Loads `prepared` on the device named `device`, with `threads` threads on a CPU.
    ///
    /// # Errors
    /// For an unknown device, and for the first node that cannot be run.
    pub fn load(prepared: &Prepared, device: &str, threads: usize) -> Result<Self, EngineError> {
        let on_cpu = device == CPU;
        let device = device::open(device)?;
        let (name, layout) = layout(&prepared.model)?;
        if layout != Layout::Pixels {
            return Err(EngineError::Model(format!("input `{name}` is not uint8")));
        }
        input::check_bytes(&prepared.model, &name)?;
        let plan = Plan::load(&prepared.model, &device, Purpose::Features)?;
        let pool = on_cpu.then(|| ThreadPoolBuilder::new().num_threads(threads.max(1)).build());
        let pool = pool
            .transpose()
            .map_err(|e| EngineError::Threads(e.to_string()))?;
        let title = device::title(&device);
        let device_name = if on_cpu {
            format!("{CPU}, {threads} threads")
        } else {
            title
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
            fixed_batch: fixed_batch(&prepared.model, &name),
            height,
            width,
        })
    }

    fn features(&self, pixels: &[u8], batch: usize) -> Result<Vec<f32>, EngineError> {
        let shape = Layout::Pixels.shape(batch, self.height, self.width);
        let input = input::pixels(pixels, shape, &self.device);
        match self.plan.run(vec![input])? {
            Value::Float(features) => features.download().map_err(EngineError::Model),
            Value::Int(_) => Err(EngineError::Model("the model's output is not float".into())),
        }
    }
}

impl Engine for BurnEngine {
    fn info(&self) -> EngineInfo {
        self.info.clone()
    }

    /// On a CPU each thread takes one image after the other: most of Burn's CPU kernels use one
    /// thread, and the activations of one image stay in the cache.
    fn run(&mut self, pixels: &[u8], batch: usize) -> Result<Vec<f32>, EngineError> {
        super::check_length(pixels, batch, self.height, self.width)?;
        let image = self.height * self.width * 3;
        let usual = if self.pool.is_some() { 1 } else { batch };
        let size = self.fixed_batch.unwrap_or(usual).max(1);
        let run = |part| super::run_part(part, image, size, |part| self.features(part, size));
        let rows: Result<Vec<Vec<f32>>, _> = match &self.pool {
            Some(pool) => pool.install(|| pixels.par_chunks(size * image).map(run).collect()),
            None => pixels.chunks(size * image).map(run).collect(),
        };
        Ok(rows?.concat())
    }
}

/// The version of Burn in Cargo.toml.
pub const VERSION: &str = "0.22";

/// As [`super::shapes`], on this engine.
pub(super) fn shapes(
    model: &ModelProto,
    height: usize,
    width: usize,
) -> Result<BTreeMap<String, Vec<usize>>, EngineError> {
    let device = device::open(CPU)?;
    let (_, layout) = layout(model)?;
    let plan = Plan::load(model, &device, Purpose::Shapes)?;
    let blank = TensorData::zeros::<f32, _>(layout.shape(1, height, width));
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
    use onnx_ir::{Message, NodeProto};

    fn shipped() -> ModelProto {
        let path = concat!(
            env!("CARGO_MANIFEST_DIR"),
            "/models/efficientnet-lite0.onnx"
        );
        ModelProto::parse_from_bytes(&std::fs::read(path).unwrap()).unwrap()
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
        model.graph.as_mut().unwrap().node.push(node);
        let error = shapes(&model, 32, 32).unwrap_err();
        let text = error.to_string();
        assert!(
            text.contains("`warp`") && text.contains("GridSample"),
            "{text}"
        );
        assert!(error.hint().unwrap().contains("ONNX Runtime"));
    }
}
