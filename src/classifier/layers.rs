//! A head as ONNX nodes, and read back from them.

use crate::backbone::graph::{build, read};
use crate::backbone::onnx::{ModelProto, NodeProto, TensorProto};
use crate::head::{Dense, Head};

const MEAN: &str = "evenhand.head.mean";
const SCALE: &str = "evenhand.head.scale";
/// Name of the logits: `[N, 1]` for two classes, `[N, classes]` for more.
pub const LOGITS: &str = "evenhand.logits";

/// The nodes from the tensor `features` to [`LOGITS`]. Where there are `masks`, what goes into each
/// layer is multiplied by one.
pub fn logits(head: &Head, features: &str, masks: &[&str]) -> (Vec<NodeProto>, Vec<TensorProto>) {
    let (centred, standardised) = ("evenhand.centred", "evenhand.standardised");
    let mut nodes = vec![
        build::node("Sub", &[features, MEAN], centred, []),
        build::node("Mul", &[centred, SCALE], standardised, []),
    ];
    let mut initializers = vec![
        build::f32s(MEAN, &[head.mean.len()], &head.mean),
        build::f32s(SCALE, &[head.scale.len()], &head.scale),
    ];
    let mut last = standardised.to_owned();
    for (at, layer) in head.layers.iter().enumerate() {
        if let Some(mask) = masks.get(at) {
            let masked = format!("{last}.masked");
            nodes.push(build::node("Mul", &[&last, mask], &masked, []));
            last = masked;
        }
        let ([weight, bias], is_last) = (parameters(at), at + 1 == head.layers.len());
        let shape = [layer.inputs, layer.outputs];
        initializers.push(build::f32s(&weight, &shape, &layer.weight));
        initializers.push(build::f32s(&bias, &[layer.outputs], &layer.bias));
        let dense = match is_last {
            true => LOGITS.to_owned(),
            false => format!("evenhand.head.{at}"),
        };
        nodes.push(build::node("Gemm", &[&last, &weight, &bias], &dense, []));
        last = dense;
        if !is_last {
            let active = format!("{last}.relu");
            nodes.push(build::node("Relu", &[&last], &active, []));
            last = active;
        }
    }
    (nodes, initializers)
}

/// The names of a layer's weight and bias.
fn parameters(layer: usize) -> [String; 2] {
    ["weight", "bias"].map(|part| format!("evenhand.head.{layer}.{part}"))
}

/// The numbers of a head that [`logits`] calls `name`; `None` for any other name.
pub fn parameter<'a>(head: &'a mut Head, name: &str) -> Option<&'a mut Vec<f32>> {
    let layers = head.layers.iter_mut().enumerate();
    layers
        .flat_map(|(at, layer)| {
            parameters(at)
                .into_iter()
                .zip([&mut layer.weight, &mut layer.bias])
        })
        .find(|(known, _)| known == name)
        .map(|(_, values)| values)
}

/// The head that [`logits`] wrote, for images with `dim` features in all their views; `None` where
/// something is missing or does not fit.
pub fn read(model: &ModelProto, dim: usize, classes: usize) -> Option<Head> {
    let index = read::Index::new(&model.graph);
    let values = |name: &str| index.initializer(name).and_then(read::f32_values);
    let mut layers = Vec::new();
    loop {
        let [weight, bias] = parameters(layers.len());
        let (Some(weight), Some(bias)) = (values(&weight), values(&bias)) else {
            break;
        };
        let (inputs, outputs) = (weight.len().checked_div(bias.len())?, bias.len());
        layers.push(Dense {
            inputs,
            outputs,
            weight,
            bias,
        });
    }
    let mean = values(MEAN)?;
    let views = dim.checked_div(mean.len())?;
    let head = Head {
        mean,
        scale: values(SCALE)?,
        layers,
        classes,
        views,
    };
    // Each part has the length that the one before it gives.
    let outputs = crate::head::outputs(classes);
    let widths = [head.mean.len()]
        .into_iter()
        .chain(head.layers.iter().map(|layer| layer.outputs));
    let fit = head
        .layers
        .iter()
        .zip(widths.clone())
        .all(|(layer, width)| layer.inputs == width);
    (fit && views * head.mean.len() == dim
        && head.scale.len() == head.mean.len()
        && widths.last() == Some(outputs)
        && !head.layers.is_empty())
    .then_some(head)
}
