//! Shapes of a model's tensors, seen by running it once.

use super::error::EngineError;
use super::sizes::check_sizes;
use super::tensor::HostTensor;
use super::{burn, image, onnxruntime};
use crate::onnx::{ModelProto, ValueInfoProto};
use std::collections::BTreeMap;

/// The shape of every float tensor of `model`, by name, observed by running it once on a blank
/// image of `[1, 3, height, width]` (or `[1, height, width, 3]`, where the model wants that); on as many
/// images as the model declares, where it does.
///
/// # Errors
/// When the model has not one image as its input, makes tensors that are too large, or neither engine can run it.
pub fn shapes(
    model: &ModelProto,
    height: usize,
    width: usize,
) -> Result<BTreeMap<String, Vec<usize>>, EngineError> {
    check_sizes(model, height, width)?;
    // What the burn engine lacks, and what it does wrong, ONNX Runtime may run.
    burn::shapes(model, height, width).or_else(|burn| match onnxruntime::runtime() {
        Ok(_) => shapes_by_onnxruntime(model, height, width).map_err(|onnxruntime| {
            EngineError::Neither {
                burn: Box::new(burn),
                onnxruntime: Box::new(onnxruntime),
            }
        }),
        Err(_) => Err(burn),
    })
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
    let batch = image::fixed_batch(&model, &input).unwrap_or(1);
    let shape = layout.shape(batch, height, width);
    let count = shape.iter().product();
    let blank = match layout {
        image::Layout::Pixels => HostTensor::bytes(&shape, vec![0; count]),
        _ => HostTensor::float(&shape, vec![0.0; count]),
    };
    let mut probe = onnxruntime::OnnxRuntimeProbe::load(&model, 1)?;
    let is_float = layout != image::Layout::Pixels;
    let mut shapes = probe.float_shapes(&[(input.as_str(), blank)])?;
    if is_float {
        shapes.insert(input, shape.to_vec());
    }
    Ok(shapes)
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
}
