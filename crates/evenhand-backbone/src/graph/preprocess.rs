//! Puts the preprocessing into the graph, so that pixels go in and no caller can get it wrong.

use super::build::{BATCH, Dim, FLOAT, UINT8, int, ints, value};
use super::read::{self, Index};
use super::writer::Writer;
use super::{INPUT, ImageInput, Layout};
use crate::onnx::ModelProto;
use crate::spec::Normalise;

/// Replaces the image input by [`INPUT`], uint8 `[N, height, width, 3]` RGB.
///
/// The channels are reordered and scaled as planes, which engines do far faster than in the
/// innermost dimension. A model on integers that rounds its normalised input back to the very pixels
/// gets the pixels themselves. Returns the name of what the model's own nodes now read.
pub fn prepend(
    model: &mut ModelProto,
    input: &ImageInput,
    normalise: &Normalise,
    height: usize,
    width: usize,
) -> String {
    let mut write = Writer::new(model, INPUT);
    let rounding = rounds_to_pixels(model, input, normalise);
    let is_float = rounding.is_none();
    let mut x = INPUT.to_owned();
    if is_float {
        x = write.node("Cast", &[&x], [int("to", FLOAT.into())]);
    }
    x = write.node("Transpose", &[&x], [ints("perm", &[0, 3, 1, 2])]);
    if normalise.bgr {
        let order = write.i64s("channels", &[2, 1, 0]);
        x = write.node("Gather", &[&x, &order], [int("axis", 1)]);
    }
    if is_float && normalise.mean != [0.0; 3] {
        let mean = per_channel(&mut write, "mean", normalise.mean);
        x = write.node("Sub", &[&x, &mean], []);
    }
    if is_float && normalise.std != [1.0; 3] {
        let scale = per_channel(&mut write, "scale", normalise.std.map(|std| 1.0 / std));
        x = write.node("Mul", &[&x, &scale], []);
    }
    if input.layout == Layout::Nhwc {
        x = write.node("Transpose", &[&x], [ints("perm", &[0, 2, 3, 1])]);
    }
    if is_float && input.element != FLOAT {
        x = write.node("Cast", &[&x], [int("to", input.element.into())]);
    }
    let replaced = match rounding {
        Some(at) => model.graph.node.remove(at).output.remove(0),
        None => input.name.clone(),
    };
    super::rename(model, &replaced, &x);
    let dims = [BATCH, Dim::Fixed(height), Dim::Fixed(width), Dim::Fixed(3)];
    let graph = &mut model.graph;
    graph.input = vec![value(INPUT, UINT8, &dims)];
    graph.node.splice(..0, write.nodes);
    graph.initializer.splice(..0, write.constants);
    x
}

/// The node that makes of every normalised pixel the pixel again, where nothing else reads the input.
fn rounds_to_pixels(
    model: &ModelProto,
    input: &ImageInput,
    normalise: &Normalise,
) -> Option<usize> {
    let index = Index::new(&model.graph);
    let &[at] = index.consumers(&input.name) else {
        return None;
    };
    let node = &model.graph.node[at];
    if node.op_type != "QuantizeLinear" || index.is_output(&input.name) {
        return None;
    }
    let constant = |at: usize| index.initializer(node.input.get(at)?);
    let &[scale] = &read::f32_values(constant(1)?)?[..] else {
        return None;
    };
    let &[zero] = &read::u8_values(constant(2)?)?[..] else {
        return None;
    };
    let Normalise { mean, std, .. } = normalise;
    let is_itself = |pixel: u8| {
        mean.iter().zip(std).all(|(mean, std)| {
            let normalised = (f32::from(pixel) - mean) / std;
            let rounded = (normalised / scale).round_ties_even() + f32::from(zero);
            rounded == f32::from(pixel)
        })
    };
    (0..=255).all(is_itself).then_some(at)
}

/// One number where all channels have the same.
fn per_channel(write: &mut Writer, name: &str, values: [f32; 3]) -> String {
    match values {
        [r, g, b] if r == g && g == b => write.f32s(name, &[1], &[r]),
        values => write.f32s(name, &[1, 3, 1, 1], &values),
    }
}

#[cfg(test)]
mod tests {
    use super::super::{build, image_input, samples};
    use super::*;

    fn operators(layout: Layout, normalise: Normalise) -> Vec<String> {
        let mut model = samples::small_cnn();
        let input = super::super::ImageInput {
            layout,
            ..image_input(&model).unwrap()
        };
        prepend(&mut model, &input, &normalise, 4, 4);
        let nodes = model
            .graph
            .node
            .iter()
            .take_while(|node| node.op_type != "Conv");
        nodes.map(|node| node.op_type.clone()).collect()
    }

    #[test]
    fn only_the_steps_that_do_something_are_written() {
        let plain = Normalise {
            mean: [0.0; 3],
            std: [1.0; 3],
            bgr: false,
        };
        let caffe = Normalise {
            mean: [104.0, 117.0, 124.0],
            std: [1.0; 3],
            bgr: true,
        };
        let keras = Normalise {
            mean: [127.5; 3],
            std: [127.5; 3],
            bgr: false,
        };
        assert_eq!(operators(Layout::Nchw, plain), ["Cast", "Transpose"]);
        assert_eq!(
            operators(Layout::Nchw, caffe),
            ["Cast", "Transpose", "Gather", "Sub"]
        );
        assert_eq!(
            operators(Layout::Nhwc, keras),
            ["Cast", "Transpose", "Sub", "Mul", "Transpose"]
        );
    }

    #[test]
    fn pixels_that_would_be_rounded_back_to_themselves_go_in_as_they_are() {
        let operators = |scale: f32, mean: f32| {
            let mut model = samples::small_cnn();
            let graph = &mut model.graph;
            let names = ["image", "scale", "zero"];
            graph.node[0].input[0] = "rounded".to_owned();
            let round = build::node("QuantizeLinear", &names, "integers", []);
            let back = build::node(
                "DequantizeLinear",
                &["integers", names[1], names[2]],
                "rounded",
                [],
            );
            graph.node.splice(..0, [round, back]);
            graph.initializer.push(build::f32s("scale", &[], &[scale]));
            graph.initializer.push(build::u8s("zero", &[], &[127]));
            let input = image_input(&model).unwrap();
            let normalise = Normalise {
                mean: [mean; 3],
                std: [128.0; 3],
                bgr: false,
            };
            prepend(&mut model, &input, &normalise, 4, 4);
            let front = model
                .graph
                .node
                .iter()
                .take_while(|node| node.op_type != "Conv");
            front.map(|node| node.op_type.clone()).collect::<Vec<_>>()
        };
        assert_eq!(
            operators(1.0 / 128.0, 127.0),
            ["Transpose", "DequantizeLinear"]
        );
        let float = [
            "Cast",
            "Transpose",
            "Sub",
            "Mul",
            "QuantizeLinear",
            "DequantizeLinear",
        ];
        assert_eq!(operators(1.0 / 128.0, 126.0), float);
        assert_eq!(operators(1.0 / 127.0, 127.0), float);
    }
}
