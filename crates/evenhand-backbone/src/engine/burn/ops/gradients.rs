//! Every operator's gradient, held to finite differences.

use super::OPERATORS;
use super::testing::Case;
use crate::onnx::data_type;
use std::collections::BTreeSet;

/// Numbers between `low` and `high`, evenly spread and in no order.
fn between(low: f32, high: f32, count: usize) -> Vec<f32> {
    let step = (high - low) / count as f32;
    // A prime that is larger than any count here meets every place once.
    let place = |at: usize| (at * 1009 + 3) % count;
    (0..count)
        .map(|at| low + step * (place(at) as f32 + 0.4))
        .collect()
}

/// An input of this shape that no bend of an activation comes near.
trait Filled {
    fn filled(self, shape: &[usize]) -> Self;
    fn within(self, shape: &[usize], low: f32, high: f32) -> Self;
}

impl Filled for Case {
    fn filled(self, shape: &[usize]) -> Self {
        self.within(shape, -1.9, 2.1)
    }

    fn within(self, shape: &[usize], low: f32, high: f32) -> Self {
        let count = shape.iter().product();
        self.float(shape, &between(low, high, count))
    }
}

/// At least one case for each operator that has a gradient.
#[rustfmt::skip]
fn cases() -> Vec<(&'static str, Case)> {
    let case = |op: &'static str| (op, Case::new(op));
    let one = |op: &'static str| (op, Case::new(op).filled(&[2, 3]));
    let two = |op: &'static str| (op, Case::new(op).filled(&[2, 3]).within(&[3], 0.7, 1.9));
    let apart = |op: &'static str| {
        let case = Case::new(op).float(&[2, 3], &[-1.0, 0.2, 0.9, 0.5, 1.4, 2.0]);
        (op, case.float(&[3], &[0.0, 0.7, 1.3]))
    };
    let with = |(op, case): (&'static str, Case), more: &dyn Fn(Case) -> Case| (op, more(case));
    let image = [2, 4, 5, 5];
    let window = |case: Case| case.ints("kernel_shape", &[3, 3]).ints("strides", &[2, 2]).ints("pads", &[1, 1, 1, 1]);
    let norm = |case: Case| case.filled(&[2, 3, 2, 2]).within(&[3], 0.5, 1.5).within(&[3], -1.0, 1.0);
    let reduced = |op| with(case(op), &|case| case.filled(&[2, 3]).opset(13).ints("axes", &[1]));
    vec![
        one("Abs"), two("Add"), two("Div"), apart("Max"), apart("Min"), two("Mul"), two("Sub"),
        one("Elu"), one("Erf"), one("Exp"), one("Flatten"), one("Gelu"), one("Identity"), one("LeakyRelu"), one("Mish"),
        one("Neg"), one("Relu"), one("Sigmoid"), one("Softplus"), one("Tanh"), one("HardSwish"), one("HardSigmoid"),
        one("Dropout"),
        with(one("Softmax"), &|case| case.int("axis", 1)),
        with(one("Cast"), &|case| case.int("to", 1)),
        with(one("Transpose"), &|case| case.ints("perm", &[1, 0])),
        with(one("Clip"), &|case| case.constant(&[], &[-1.0]).constant(&[], &[1.2])),
        with(case("Log"), &|case| case.within(&[2, 3], 0.5, 3.0)),
        with(case("Sqrt"), &|case| case.within(&[2, 3], 0.5, 3.0)),
        with(case("Reciprocal"), &|case| case.within(&[2, 3], 0.5, 3.0)),
        with(case("Pow"), &|case| case.within(&[2, 3], 0.5, 2.0).constant(&[], &[3.0])),
        with(one("PRelu"), &|case| case.within(&[3], 0.1, 0.5)),
        with(case("Conv"), &|case| window(case).filled(&image).filled(&[6, 4, 3, 3]).filled(&[6])),
        with(case("Conv"), &|case| case.filled(&image).filled(&[6, 4, 1, 1]).filled(&[6])),
        with(case("Conv"), &|case| case.ints("strides", &[2, 2]).filled(&image).filled(&[6, 4, 1, 1])),
        with(case("Conv"), &|case| window(case).int("group", 4).filled(&image).filled(&[4, 1, 3, 3]).filled(&[4])),
        with(case("Conv"), &|case| window(case).int("group", 2).filled(&image).filled(&[6, 2, 3, 3])),
        with(case("Gemm"), &|case| case.filled(&[2, 3]).filled(&[3, 4]).filled(&[4])),
        with(case("Gemm"), &|case| case.int("transB", 1).real("alpha", 0.5).filled(&[2, 3]).filled(&[4, 3])),
        with(case("MatMul"), &|case| case.filled(&[2, 3, 4]).filled(&[4, 2])),
        with(case("AveragePool"), &|case| window(case).filled(&image)),
        with(case("MaxPool"), &|case| window(case).filled(&image)),
        with(case("GlobalAveragePool"), &|case| case.filled(&image)),
        with(case("GlobalMaxPool"), &|case| case.filled(&image)),
        with(case("BatchNormalization"), &|case| case.filled(&[2, 2, 2, 2]).constant(&[2], &[0.5, 1.5]).constant(&[2], &[0.3, -1.0])
            .constant(&[2], &[0.1, -0.2]).constant(&[2], &[1.0, 2.0])),
        with(case("InstanceNormalization"), &|case| norm(case)),
        with(case("LayerNormalization"), &|case| case.filled(&[2, 5]).within(&[5], 0.5, 1.5).filled(&[5])),
        with(case("LRN"), &|case| case.int("size", 3).real("alpha", 0.3).filled(&[1, 4, 2, 2])),
        with(case("Concat"), &|case| case.int("axis", 1).filled(&[2, 3]).within(&[2, 1], 3.0, 4.0)),
        with(case("Split"), &|case| case.int("axis", 1).outputs(2).filled(&[2, 4]).constant_integers(data_type::INT32, &[3, 1])),
        with(case("Pad"), &|case| case.filled(&[2, 3]).constant_integers(data_type::INT32, &[0, 1, 0, 2])),
        with(case("Slice"), &|case| case.filled(&[2, 6]).constant_integers(data_type::INT32, &[1]).constant_integers(data_type::INT32, &[6]).constant_integers(data_type::INT32, &[1]).constant_integers(data_type::INT32, &[2])),
        with(case("Gather"), &|case| case.int("axis", 1).filled(&[2, 3]).constant_integers(data_type::INT32, &[2, 0, 2])),
        with(case("Reshape"), &|case| case.filled(&[2, 3]).constant_integers(data_type::INT32, &[3, -1])),
        with(case("Expand"), &|case| case.filled(&[2, 1]).constant_integers(data_type::INT32, &[2, 3])),
        with(case("Squeeze"), &|case| case.filled(&[2, 1, 3]).constant_integers(data_type::INT32, &[1])),
        with(case("Unsqueeze"), &|case| case.filled(&[2, 3]).constant_integers(data_type::INT32, &[1])),
        reduced("ReduceMax"), reduced("ReduceMean"), reduced("ReduceMin"), reduced("ReduceProd"), reduced("ReduceSum"),
    ]
}

#[test]
fn every_gradient_is_the_slope_that_finite_differences_find() {
    let cases = cases();
    let covered: BTreeSet<&str> = cases.iter().map(|(op, _)| *op).collect();
    let differentiable = OPERATORS.iter().filter(|operator| operator.gradient);
    let wanted: BTreeSet<&str> = differentiable.map(|operator| operator.name).collect();
    assert_eq!(
        covered, wanted,
        "a case for each operator that has a gradient"
    );
    let failure =
        |(op, case): (&str, Case)| Some(format!("{op}: {}", case.gradient_is_right().err()?));
    let wrong: Vec<String> = cases.into_iter().filter_map(failure).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
