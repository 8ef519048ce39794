//! Finds the image among a model's inputs.

use super::GraphError;
use super::build::{self, BATCH, Dim, FLOAT};
use super::read::{self, Index};
use crate::onnx::ModelProto;
use crate::onnx::data_type::{DOUBLE, FLOAT16};

/// The order of an image's dimensions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Layout {
    /// `[N, 3, H, W]`
    Nchw,
    /// `[N, H, W, 3]`, as TensorFlow has it.
    Nhwc,
}

/// The image that a model takes; sizes are `None` where the model takes any.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImageInput {
    pub name: String,
    pub layout: Layout,
    /// `TensorProto.DataType`: float, float16 or double.
    pub element: i32,
    pub height: Option<usize>,
    pub width: Option<usize>,
}

/// Finds the one image input.
///
/// # Errors
/// [`GraphError::Inputs`] for more or fewer than one input; [`GraphError::Input`] for one that is
/// no image of three float channels.
pub fn image_input(model: &ModelProto) -> Result<ImageInput, GraphError> {
    let [info] = &model.graph.input[..] else {
        let names: Vec<&str> = model
            .graph
            .input
            .iter()
            .map(|info| info.name.as_str())
            .collect();
        return Err(GraphError::Inputs {
            count: names.len(),
            names: names.join(", "),
        });
    };
    let name = info.name.clone();
    let wrong = |why: String| {
        Err(GraphError::Input {
            name: info.name.clone(),
            why,
        })
    };
    let element = info.elem_type();
    if ![FLOAT, FLOAT16, DOUBLE].contains(&element) {
        return wrong("does not take floats, which a backbone to be prepared does".to_owned());
    }
    let Some(shape) = read::shape(info) else {
        return Ok(ImageInput {
            name,
            layout: Layout::Nchw,
            element,
            height: None,
            width: None,
        });
    };
    let (layout, height, width) = match shape[..] {
        [_, Some(3), height, width] => (Layout::Nchw, height, width),
        [_, height, width, Some(3)] => (Layout::Nhwc, height, width),
        [_, None, height, width] => (Layout::Nchw, height, width),
        [_, _, _, _] => return wrong(format!("is {}; 3 channels are needed", show(&shape))),
        _ => return wrong(format!("is {}; an image has 4 dimensions", show(&shape))),
    };
    Ok(ImageInput {
        name,
        layout,
        element,
        height,
        width,
    })
}

/// Declares the input to take images of one size: `batch` at a time, or any number.
pub fn resize_input(
    model: &mut ModelProto,
    input: &ImageInput,
    height: usize,
    width: usize,
    batch: Option<usize>,
) {
    let (height, width, channels) = (Dim::Fixed(height), Dim::Fixed(width), Dim::Fixed(3));
    let batch = batch.map_or(BATCH, Dim::Fixed);
    let dims = match input.layout {
        Layout::Nchw => [batch, channels, height, width],
        Layout::Nhwc => [batch, height, width, channels],
    };
    let graph = &mut model.graph;
    graph.input = vec![build::value(&input.name, input.element, &dims)];
}

/// The arithmetic with constants that comes first of all in a graph, operators in their order: a network
/// that normalises its images itself.
pub fn own_arithmetic(model: &ModelProto) -> Vec<String> {
    let index = Index::new(&model.graph);
    let mut found = Vec::new();
    let Some(mut tensor) = model.graph.input.first().map(|info| info.name.as_str()) else {
        return found;
    };
    while let [at] = *index.consumers(tensor) {
        let node = &model.graph.node[at];
        let is_small = |name: &String| {
            let stored = index.initializer(name);
            stored.is_some_and(|stored| read::elements(stored) <= 3)
        };
        match node.op_type.as_str() {
            "Cast" | "Transpose" | "Identity" => {}
            "Sub" | "Add" | "Mul" | "Div" if node.input.iter().any(is_small) => {
                found.push(node.op_type.clone());
            }
            _ => break,
        }
        let Some(output) = node.output.first() else {
            break;
        };
        tensor = output;
    }
    found
}

fn show(shape: &[Option<usize>]) -> String {
    let sizes = shape
        .iter()
        .map(|size| size.map_or("?".to_owned(), |size| size.to_string()));
    format!("[{}]", sizes.collect::<Vec<_>>().join(", "))
}

#[cfg(test)]
mod tests {
    use super::super::samples;
    use super::*;

    #[test]
    fn the_place_of_the_three_channels_tells_the_layout() {
        let any = Dim::Any("any");
        let fixed = Dim::Fixed;
        let cases = [
            (
                [any, fixed(3), fixed(8), fixed(6)],
                Some((Layout::Nchw, Some(8), Some(6))),
            ),
            (
                [fixed(1), fixed(8), fixed(6), fixed(3)],
                Some((Layout::Nhwc, Some(8), Some(6))),
            ),
            ([any, any, any, fixed(3)], Some((Layout::Nhwc, None, None))),
            ([any, any, any, any], Some((Layout::Nchw, None, None))),
            (
                [any, fixed(3), fixed(3), fixed(3)],
                Some((Layout::Nchw, Some(3), Some(3))),
            ),
            ([any, fixed(1), fixed(28), fixed(28)], None),
        ];
        for (dims, want) in cases {
            let mut model = samples::small_cnn();
            model.graph.input[0] = build::value("image", FLOAT, &dims);
            let got = image_input(&model)
                .ok()
                .map(|input| (input.layout, input.height, input.width));
            assert_eq!(got, want, "{dims:?}");
        }
    }

    #[test]
    fn a_graph_that_normalises_its_images_says_how_it_begins() {
        assert!(own_arithmetic(&samples::small_cnn()).is_empty());
        let mut model = samples::small_cnn();
        let graph = &mut model.graph;
        graph.node[0].input[0] = "scaled".to_owned();
        let steps = [
            build::node("Div", &["image", "range"], "unit", []),
            build::node("Sub", &["unit", "mean"], "centred", []),
            build::node("Mul", &["centred", "mean"], "scaled", []),
        ];
        graph.node.splice(..0, steps);
        graph.initializer.push(build::f32s("range", &[], &[255.0]));
        graph
            .initializer
            .push(build::f32s("mean", &[1, 3, 1, 1], &[0.5; 3]));
        assert_eq!(own_arithmetic(&model), ["Div", "Sub", "Mul"]);
    }

    #[test]
    fn a_second_input_is_refused_by_name() {
        let mut model = samples::small_cnn();
        let graph = &mut model.graph;
        graph.input.push(build::value("mask", FLOAT, &[BATCH]));
        assert_eq!(
            image_input(&model).unwrap_err().to_string(),
            "the model has 2 inputs (image, mask); exactly one, the image, is supported"
        );
    }
}
