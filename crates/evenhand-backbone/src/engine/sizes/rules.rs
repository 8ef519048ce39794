//! What is known of a node's outputs from what is known of its inputs. Where an operator isn't here, nothing is.

use super::fact::{FOLLOWED, Fact, axis, broadcast, product};
use super::{shapes, windows};
use crate::graph::read::{attribute, int, is_standard};
use crate::onnx::{NodeProto, data_type};

/// Facts of the outputs, in their order.
pub fn outputs(node: &NodeProto, inputs: &[Fact], opset: i64) -> Vec<Fact> {
    if !is_standard(node) {
        return Vec::new();
    }
    if node.op_type == "Split" {
        return shapes::split(node, inputs, opset).unwrap_or_default();
    }
    let first = one(node, inputs).map(|fact| Fact {
        is_weight: false,
        ..fact
    });
    first.into_iter().collect()
}

/// The fact of the first output.
fn one(node: &NodeProto, inputs: &[Fact]) -> Option<Fact> {
    let data = || inputs.first();
    let shape = || data()?.shape.clone();
    let of = |shape: Option<Vec<u64>>| shape.map(Fact::of_shape);
    match node.op_type.as_str() {
        "Constant" => constant(node),
        "ConstantOfShape" => {
            let value = attribute(node, "value").and_then(|value| value.t.as_deref());
            let value = value.map_or(Some(0.0), |tensor| {
                Some(*Fact::of_tensor(tensor).values?.first()?)
            });
            filled(data()?.sizes()?, value)
        }
        "Range" => range(inputs),
        "Size" => Some(Fact::of_shape(Vec::new()).with(Some(vec![product(&shape()?) as f64]))),
        "Expand" => {
            let target = broadcast(&shape()?, &inputs.get(1)?.sizes()?)?;
            match data()?.values.as_deref() {
                Some(&[value]) => filled(target, Some(value)),
                _ => of(Some(target)),
            }
        }
        "Tile" => {
            let repeats = inputs.get(1)?.sizes()?;
            let sizes = shape()?.into_iter().zip(repeats);
            let tiled = sizes.map(|(size, times)| size.saturating_mul(times));
            of(Some(tiled.collect()))
        }
        "OneHot" => {
            let depth = *inputs.get(1)?.sizes()?.first()?;
            let mut shape = shape()?;
            let at = axis(int(node, "axis", -1), shape.len() + 1)?;
            shape.insert(at, depth);
            of(Some(shape))
        }
        op if SAME.contains(&op) => Some(same(op, node, data()?)),
        op if TOGETHER.contains(&op) => together(op, inputs),
        _ => moved(node, inputs).or_else(|| of(summed(node, inputs))),
    }
}

/// The fact of what rearranges, joins or picks values.
fn moved(node: &NodeProto, inputs: &[Fact]) -> Option<Fact> {
    let data = inputs.first()?;
    let of = |shape: Option<Vec<u64>>| shape.map(Fact::of_shape);
    match node.op_type.as_str() {
        "Shape" => shapes::shape_of(node, data),
        "Reshape" => shapes::reshaped(node, inputs),
        "Flatten" => of(shapes::flat(node, data.shape.as_ref()?)),
        "Squeeze" => shapes::squeezed(node, inputs),
        "Unsqueeze" => shapes::unsqueezed(node, inputs),
        "Transpose" => of(shapes::transposed(node, data.shape.as_ref()?)),
        "Concat" => shapes::joined(node, inputs),
        "Slice" => shapes::sliced(node, inputs),
        "Gather" => shapes::gathered(node, inputs),
        "GatherElements" => of(inputs.get(1)?.shape.clone()),
        "ScatterElements" | "ScatterND" => of(data.shape.clone()),
        "DepthToSpace" | "SpaceToDepth" => of(shapes::blocks(node, data.shape.as_ref()?)),
        _ => None,
    }
}

/// The shape of what comes of several values each: windows, products, sums.
fn summed(node: &NodeProto, inputs: &[Fact]) -> Option<Vec<u64>> {
    let data = inputs.first()?;
    let shape = || data.shape.clone();
    match node.op_type.as_str() {
        "Pad" => windows::padded(node, inputs),
        "Resize" | "Upsample" => windows::resized(node, inputs),
        "Conv" | "ConvInteger" => windows::slid(node, data, Some(inputs.get(1)?)),
        "QLinearConv" => windows::slid(node, data, Some(inputs.get(3)?)),
        "ConvTranspose" => windows::transposed(node, data, inputs.get(1)?),
        "MaxPool" | "AveragePool" | "LpPool" => windows::slid(node, data, None),
        "GlobalAveragePool" | "GlobalMaxPool" | "GlobalLpPool" => {
            let mut shape = shape()?;
            shape.iter_mut().skip(2).for_each(|side| *side = 1);
            Some(shape)
        }
        "MatMul" | "MatMulInteger" => product_of(&shape()?, inputs.get(1)?.shape.as_ref()?),
        "QLinearMatMul" => product_of(&shape()?, inputs.get(3)?.shape.as_ref()?),
        "Gemm" => gemm(node, inputs),
        op if op.starts_with("Reduce") || op.starts_with("Arg") => shapes::reduced(node, inputs),
        _ => None,
    }
}

/// Operators whose output has the shape of the first input.
#[rustfmt::skip]
const SAME: [&str; 55] = [
    "Abs", "Acos", "Asin", "Atan", "BatchNormalization", "Cast", "CastLike", "Ceil", "Celu", "Clip", "Cos",
    "CumSum", "DequantizeLinear", "Dropout", "DynamicQuantizeLinear", "Elu", "Erf", "Exp", "Floor", "Gelu",
    "GroupNormalization", "HardSigmoid", "HardSwish", "Hardmax", "Identity", "InstanceNormalization", "IsInf",
    "IsNaN", "LRN", "LayerNormalization", "LeakyRelu", "Log", "LogSoftmax", "LpNormalization",
    "MeanVarianceNormalization", "Mish", "Neg", "Not", "QuantizeLinear", "Reciprocal", "Relu", "Round", "Selu",
    "Shrink", "Sigmoid", "Sign", "Sin", "Softmax", "Softplus", "Softsign", "Sqrt", "Tan", "Tanh",
    "ThresholdedRelu", "Trilu",
];

/// Operators whose inputs broadcast to the output's shape.
#[rustfmt::skip]
const TOGETHER: [&str; 20] = [
    "Add", "And", "BitShift", "Div", "Equal", "Greater", "GreaterOrEqual", "Less", "LessOrEqual", "Max", "Mean",
    "Min", "Mod", "Mul", "Or", "PRelu", "Pow", "Sub", "Sum", "Where",
];

fn same(op: &str, node: &NodeProto, data: &Fact) -> Fact {
    let whole = int(node, "to", 0);
    let whole = i32::try_from(whole).is_ok_and(|to| !data_type::is_float(to));
    let value = |value: f64| match op {
        "Identity" | "Dropout" => Some(value),
        "Cast" if whole => Some(value.trunc()),
        "Cast" => Some(value),
        "Ceil" => Some(value.ceil()),
        "Floor" => Some(value.floor()),
        "Round" => Some(value.round_ties_even()),
        "Neg" => Some(-value),
        "Abs" => Some(value.abs()),
        "Sqrt" => Some(value.sqrt()),
        _ => None,
    };
    let values = data.values.as_ref();
    let values = values.and_then(|values| values.iter().map(|&of| value(of)).collect());
    Fact {
        shape: data.shape.clone(),
        ..Fact::default()
    }
    .with(values)
}

fn together(op: &str, inputs: &[Fact]) -> Option<Fact> {
    let mut shapes = inputs.iter().map(|input| input.shape.as_deref());
    let first = shapes.next()??.to_vec();
    let shape = shapes.try_fold(first, |shape, other| broadcast(&shape, other?))?;
    let count = product(&shape) as usize;
    let values = || {
        let columns = inputs.iter().map(|input| repeated(input, count));
        let columns: Vec<Vec<f64>> = columns.collect::<Option<_>>()?;
        let at = |row: usize| columns.iter().map(|column| column[row]).collect::<Vec<_>>();
        (0..count)
            .map(|row| computed(op, &at(row)))
            .collect::<Option<Vec<f64>>>()
    };
    let values = (count <= FOLLOWED).then(values).flatten();
    Some(Fact::of_shape(shape).with(values))
}

/// The values of an input as often as the output has some: all of them, or one for all.
fn repeated(input: &Fact, count: usize) -> Option<Vec<f64>> {
    match input.values.as_deref()? {
        &[value] => Some(vec![value; count]),
        values if values.len() == count => Some(values.to_vec()),
        _ => None,
    }
}

fn computed(op: &str, values: &[f64]) -> Option<f64> {
    let truth = |holds: bool| f64::from(u8::from(holds));
    Some(match (op, values) {
        ("Add" | "Sum", values) => values.iter().sum(),
        ("Mul", &[a, b]) => a * b,
        ("Sub", &[a, b]) => a - b,
        // Integers are followed as what they are, and their quotient need not be one.
        ("Div", &[a, b]) if b != 0.0 && a.fract() == 0.0 && b.fract() == 0.0 => {
            let quotient = a / b;
            if quotient.fract() == 0.0 {
                quotient
            } else {
                return None;
            }
        }
        ("Div", &[a, b]) if b != 0.0 => a / b,
        ("Max", values) => values.iter().copied().fold(f64::MIN, f64::max),
        ("Min", values) => values.iter().copied().fold(f64::MAX, f64::min),
        ("Equal", &[a, b]) => truth(a == b),
        ("Greater", &[a, b]) => truth(a > b),
        ("Less", &[a, b]) => truth(a < b),
        ("And", &[a, b]) => truth(a != 0.0 && b != 0.0),
        ("Or", &[a, b]) => truth(a != 0.0 || b != 0.0),
        ("Where", &[condition, a, b]) => {
            if condition != 0.0 {
                a
            } else {
                b
            }
        }
        _ => return None,
    })
}

fn constant(node: &NodeProto) -> Option<Fact> {
    let attribute = node.attribute.first()?;
    Some(match attribute.name.as_str() {
        "value" => Fact::of_tensor(attribute.t.as_deref()?),
        "value_int" => Fact::of_shape(Vec::new()).with(Some(vec![attribute.i as f64])),
        "value_ints" => Fact::list(attribute.ints.iter().map(|&value| value as f64).collect()),
        "value_float" => Fact::of_shape(Vec::new()).with(Some(vec![attribute.f.into()])),
        "value_floats" => Fact::list(attribute.floats.iter().map(|&value| value.into()).collect()),
        _ => return None,
    })
}

/// A tensor of one number.
fn filled(shape: Vec<u64>, value: Option<f64>) -> Option<Fact> {
    let count = product(&shape);
    let few = value.filter(|_| count <= FOLLOWED as u64);
    let values = few.map(|value| vec![value; count as usize]);
    Some(Fact::of_shape(shape).with(values))
}

fn range(inputs: &[Fact]) -> Option<Fact> {
    let number = |at: usize| inputs.get(at)?.values.as_ref()?.first().copied();
    let (start, limit, delta) = (number(0)?, number(1)?, number(2)?);
    let count = ((limit - start) / delta).ceil();
    let count = if count.is_finite() {
        count.max(0.0) as u64
    } else {
        return None;
    };
    let few = count <= FOLLOWED as u64;
    let values = few.then(|| (0..count).map(|at| start + at as f64 * delta).collect());
    Some(Fact::of_shape(vec![count]).with(values))
}

/// `MatMul`: the last two axes are matrices, those before broadcast.
fn product_of(left: &[u64], right: &[u64]) -> Option<Vec<u64>> {
    match (left, right) {
        ([_], [_]) => Some(Vec::new()),
        ([_], [before @ .., _, columns]) | ([before @ .., columns, _], [_]) => {
            Some([before, &[*columns]].concat())
        }
        ([left @ .., rows, _], [right @ .., _, columns]) => {
            let mut shape = broadcast(left, right)?;
            shape.extend([*rows, *columns]);
            Some(shape)
        }
        _ => None,
    }
}

fn gemm(node: &NodeProto, inputs: &[Fact]) -> Option<Vec<u64>> {
    let (&[a, b], &[c, d]) = (
        inputs.first()?.shape.as_deref()?,
        inputs.get(1)?.shape.as_deref()?,
    ) else {
        return None;
    };
    let rows = if int(node, "transA", 0) != 0 { b } else { a };
    let columns = if int(node, "transB", 0) != 0 { c } else { d };
    Some(vec![rows, columns])
}
