//! The operators, one file a family. A new operator is a function there and a row here.

use super::node::{Kernel, Node, Operator};
use super::width::Width;

mod activation;
mod arithmetic;
mod conv;
mod conv_gradient;
mod create;
mod join;
mod linear;
pub mod normalise;
mod pool;
mod quantize;
mod reduce;
mod select;
mod shape;
mod window;

#[cfg(test)]
mod gradients;
#[cfg(test)]
pub mod testing;

const fn row(
    name: &'static str,
    attributes: &'static [&'static str],
    build: fn(&Node) -> Result<Kernel, String>,
) -> Operator {
    Operator {
        name,
        attributes,
        build,
        width: Width::Widest,
        gradient: true,
    }
}

impl Operator {
    const fn half(self) -> Self {
        Self {
            width: Width::Half,
            ..self
        }
    }

    const fn full(self) -> Self {
        Self {
            width: Width::Full,
            ..self
        }
    }

    /// For steps, integers and whatever else has no gradient.
    const fn flat(self) -> Self {
        Self {
            gradient: false,
            ..self
        }
    }
}

#[rustfmt::skip]
pub static OPERATORS: &[Operator] = &[
    row("Abs", &[], arithmetic::abs),
    row("Add", &[], arithmetic::add),
    row("AveragePool", &["auto_pad", "ceil_mode", "count_include_pad", "dilations", "kernel_shape", "pads", "strides"], pool::average).full(),
    row("BatchNormalization", &["epsilon", "momentum", "spatial", "training_mode"], normalise::batch).full(),
    row("Cast", &["to", "saturate"], create::cast),
    row("Ceil", &[], arithmetic::ceil).flat(),
    row("Clip", &["min", "max"], activation::clip),
    row("Concat", &["axis"], join::concat),
    row("Constant", &["value", "value_float", "value_floats", "value_int", "value_ints"], create::constant).flat(),
    row("ConstantOfShape", &["value"], create::constant_of_shape).flat(),
    row("Conv", &["auto_pad", "dilations", "group", "kernel_shape", "pads", "strides"], conv::conv).half(),
    row("DequantizeLinear", &["axis"], quantize::dequantize).flat(),
    row("Div", &[], arithmetic::div),
    row("Dropout", &["ratio", "seed"], shape::dropout),
    row("Elu", &["alpha"], activation::elu),
    row("Equal", &[], arithmetic::equal).flat(),
    row("Erf", &[], activation::erf).full(),
    row("Exp", &[], arithmetic::exp).full(),
    row("Expand", &[], shape::expand),
    row("Flatten", &["axis"], shape::flatten),
    row("Floor", &[], arithmetic::floor).flat(),
    row("Gather", &["axis"], select::gather),
    row("Gelu", &["approximate"], activation::gelu).full(),
    row("Gemm", &["alpha", "beta", "transA", "transB"], linear::gemm).half(),
    row("GlobalAveragePool", &[], pool::global_average).full(),
    row("GlobalMaxPool", &[], pool::global_max),
    row("HardSigmoid", &["alpha", "beta"], activation::hard_sigmoid),
    row("HardSwish", &[], activation::hard_swish),
    row("Identity", &[], shape::identity),
    row("InstanceNormalization", &["epsilon"], normalise::instance).full(),
    row("LRN", &["alpha", "beta", "bias", "size"], normalise::local_response).full(),
    row("LayerNormalization", &["axis", "epsilon", "stash_type"], normalise::layer).full(),
    row("LeakyRelu", &["alpha"], activation::leaky_relu),
    row("Log", &[], arithmetic::log).full(),
    row("MatMul", &[], linear::matmul).half(),
    row("Max", &[], arithmetic::max),
    row("MaxPool", &["auto_pad", "ceil_mode", "dilations", "kernel_shape", "pads", "storage_order", "strides"], pool::max),
    row("Min", &[], arithmetic::min),
    row("Mish", &[], activation::mish).full(),
    row("Mul", &[], arithmetic::mul),
    row("Neg", &[], arithmetic::neg),
    row("PRelu", &[], activation::prelu),
    row("Pad", &["mode", "pads", "value"], join::pad),
    row("Pow", &[], arithmetic::pow).full(),
    row("QuantizeLinear", &["axis", "saturate"], quantize::quantize).full().flat(),
    row("Range", &[], create::range).flat(),
    row("Reciprocal", &[], arithmetic::reciprocal).full(),
    row("ReduceMax", &["axes", "keepdims", "noop_with_empty_axes"], reduce::max),
    row("ReduceMean", &["axes", "keepdims", "noop_with_empty_axes"], reduce::mean).full(),
    row("ReduceMin", &["axes", "keepdims", "noop_with_empty_axes"], reduce::min),
    row("ReduceProd", &["axes", "keepdims", "noop_with_empty_axes"], reduce::prod).full(),
    row("ReduceSum", &["axes", "keepdims", "noop_with_empty_axes"], reduce::sum).full(),
    row("Relu", &[], activation::relu),
    row("Reshape", &["allowzero"], shape::reshape),
    row("Shape", &["end", "start"], shape::shape).flat(),
    row("Sigmoid", &[], activation::sigmoid),
    row("Slice", &["axes", "ends", "starts"], select::slice),
    row("Softmax", &["axis"], activation::softmax).full(),
    row("Softplus", &[], activation::softplus).full(),
    row("Split", &["axis", "num_outputs", "split"], select::split),
    row("Sqrt", &[], arithmetic::sqrt).full(),
    row("Squeeze", &["axes"], shape::squeeze),
    row("Sub", &[], arithmetic::sub),
    row("Tanh", &[], activation::tanh),
    row("Transpose", &["perm"], shape::transpose),
    row("Unsqueeze", &["axes"], shape::unsqueeze),
    row("Where", &[], arithmetic::select).flat(),
];

pub fn find(name: &str) -> Option<&'static Operator> {
    OPERATORS.iter().find(|operator| operator.name == name)
}
