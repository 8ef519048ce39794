//! Puts the preprocessing into the graph, so that pixels go in and no caller can get it wrong.

use super::build::{BATCH, Dim, FLOAT, UINT8, int, ints, value};
use super::writer::Writer;
use super::{INPUT, ImageInput, Layout};
use crate::backbone::spec::Normalise;
use onnx_ir::ModelProto;

/// Replaces the image input by [`INPUT`], uint8 `[N, height, width, 3]` RGB.
///
/// The channels are reordered and scaled as planes, which engines do far faster than in the
/// innermost dimension. Returns the name of what the model's own nodes now read.
pub fn prepend(
    model: &mut ModelProto,
    input: &ImageInput,
    normalise: &Normalise,
    height: usize,
    width: usize,
) -> String {
    let mut write = Writer::new(model, INPUT);
    let mut x = write.node("Cast", &[INPUT], [int("to", FLOAT.into())]);
    x = write.node("Transpose", &[&x], [ints("perm", &[0, 3, 1, 2])]);
    if normalise.bgr {
        let order = write.i64s("channels", &[2, 1, 0]);
        x = write.node("Gather", &[&x, &order], [int("axis", 1)]);
    }
    if normalise.mean != [0.0; 3] {
        let mean = per_channel(&mut write, "mean", normalise.mean);
        x = write.node("Sub", &[&x, &mean], []);
    }
    if normalise.std != [1.0; 3] {
        let scale = per_channel(&mut write, "scale", normalise.std.map(|std| 1.0 / std));
        x = write.node("Mul", &[&x, &scale], []);
    }
    if input.layout == Layout::Nhwc {
        x = write.node("Transpose", &[&x], [ints("perm", &[0, 2, 3, 1])]);
    }
    if input.element != FLOAT {
        x = write.node("Cast", &[&x], [int("to", input.element.into())]);
    }
    super::rename(model, &input.name, &x);
    let dims = [BATCH, Dim::Fixed(height), Dim::Fixed(width), Dim::Fixed(3)];
    let graph = model.graph.mut_or_insert_default();
    graph.input = vec![value(INPUT, UINT8, &dims)];
    graph.node.splice(..0, write.nodes);
    graph.initializer.splice(..0, write.constants);
    x
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
    use super::super::{image_input, samples};
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
}
