//! `segments.onnx`: from columns to segments, for programs that know no evenhand.
//!
//! Inputs are float32 `[N, 1]`, named as the columns. Inside, numbers are float64, as the segments were made. Outputs are `segment`, int64
//! `[N]`, counted from 1, and `scores`, float32 `[N, components]`, as components are described.

use crate::backbone::graph::{self, GraphError, build};
use crate::backbone::onnx::{ModelProto, NodeProto, OperatorSetIdProto, TensorProto};
use crate::segments::Segmentation;

/// Names of the outputs.
const SEGMENT: &str = "segment";
const SCORES: &str = "scores";
/// Of the default operator set.
const OPSET: i64 = 21;
const IR_VERSION: i64 = 10;

/// Nodes and constants while they are written.
#[derive(Default)]
struct Writer {
    nodes: Vec<NodeProto>,
    initializers: Vec<TensorProto>,
}

impl Writer {
    /// An operator on a tensor and a constant.
    fn with(
        &mut self,
        op: &str,
        input: &str,
        name: &str,
        dims: &[usize],
        values: &[f64],
    ) -> String {
        let constant = format!("evenhand.{name}");
        let output = format!("evenhand.after_{name}");
        self.initializers.push(build::f64s(&constant, dims, values));
        self.nodes
            .push(build::node(op, &[input, &constant], &output, []));
        output
    }

    fn cast(&mut self, input: &str, output: &str, kind: i32) {
        let to = [build::int("to", i64::from(kind))];
        self.nodes.push(build::node("Cast", &[input], output, to));
    }
}

/// The input of a column; one that is named as an output has `data_` before it.
fn input(column: &str) -> String {
    match column {
        SEGMENT | SCORES => format!("data_{column}"),
        name => name.to_owned(),
    }
}

/// `[rows, columns]` of a matrix, turned over.
fn transposed(values: &[f64], columns: usize) -> Vec<f64> {
    let rows = values.len() / columns;
    let at = |column: usize| (0..rows).map(move |row| values[row * columns + column]);
    (0..columns).flat_map(at).collect()
}

/// The bytes of the file.
///
/// # Errors
/// Those of [`graph::serialise`].
pub fn to_bytes(model: &Segmentation) -> Result<Vec<u8>, GraphError> {
    let inputs: Vec<String> = model.columns.iter().map(|name| input(name)).collect();
    let (width, components) = (inputs.len(), model.components());
    let mut writer = Writer::default();
    let names: Vec<&str> = inputs.iter().map(String::as_str).collect();
    let axis = [build::int("axis", 1)];
    writer
        .nodes
        .push(build::node("Concat", &names, "evenhand.columns", axis));
    writer.cast("evenhand.columns", "evenhand.numbers", build::DOUBLE);
    let row = [1, width];
    let centred = writer.with(
        "Sub",
        "evenhand.numbers",
        "offset",
        &row,
        &model.scale.offset,
    );
    let scaled = writer.with("Div", &centred, "divisor", &row, &model.scale.divisor);
    let centred = writer.with("Sub", &scaled, "means", &row, &model.pca.means);
    let loadings = (0..components)
        .flat_map(|at| model.pca.loadings(at))
        .copied();
    let loadings = transposed(&loadings.collect::<Vec<_>>(), width);
    let scores = writer.with(
        "MatMul",
        &centred,
        "loadings",
        &[width, components],
        &loadings,
    );
    let described = match &model.rotation {
        Some(rotation) => {
            let turn = transposed(rotation.turn(), components);
            writer.with("MatMul", &scores, "turn", &[components; 2], &turn)
        }
        None => scores.clone(),
    };
    writer.cast(&described, SCORES, build::FLOAT);
    nearest(&mut writer, &scores, model);

    graph::serialise(&file(writer, &inputs, components))
}

/// The file of these nodes.
fn file(writer: Writer, inputs: &[String], components: usize) -> ModelProto {
    let column = [build::BATCH, build::Dim::Fixed(1)];
    let mut file = ModelProto {
        ir_version: IR_VERSION,
        producer_name: "evenhand".to_owned(),
        producer_version: env!("CARGO_PKG_VERSION").to_owned(),
        opset_import: vec![OperatorSetIdProto {
            version: OPSET,
            ..Default::default()
        }],
        ..Default::default()
    };
    file.graph.name = "evenhand".to_owned();
    let inputs = inputs.iter();
    file.graph.input = inputs
        .map(|name| build::value(name, build::FLOAT, &column))
        .collect();
    file.graph.node = writer.nodes;
    file.graph.initializer = writer.initializers;
    let shape = [build::BATCH, build::Dim::Fixed(components)];
    file.graph.output = vec![
        build::value(SEGMENT, build::INT64, &[build::BATCH]),
        build::value(SCORES, build::FLOAT, &shape),
    ];
    file
}

/// The segment whose centroid `c` is nearest to scores `s`: the least `|c|² - 2 c·s`, which is the squared distance but for `|s|²`.
fn nearest(writer: &mut Writer, scores: &str, model: &Segmentation) {
    let (components, segments) = (model.components(), model.segments());
    let products: Vec<f64> = model.centroids.iter().map(|value| -2.0 * value).collect();
    let products = transposed(&products, components);
    let centroids = model.centroids.chunks_exact(components);
    let squares: Vec<f64> = centroids
        .map(|of| of.iter().map(|value| value * value).sum())
        .collect();
    let products = writer.with(
        "MatMul",
        scores,
        "centroids",
        &[components, segments],
        &products,
    );
    let distances = writer.with("Add", &products, "squares", &[1, segments], &squares);
    let attributes = [build::int("axis", 1), build::int("keepdims", 0)];
    let (least, one) = ("evenhand.nearest", "evenhand.one");
    writer
        .nodes
        .push(build::node("ArgMin", &[&distances], least, attributes));
    writer.initializers.push(build::i64s(one, &[], &[1]));
    writer
        .nodes
        .push(build::node("Add", &[least, one], SEGMENT, []));
}
