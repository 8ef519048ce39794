//! The operators, one file a family. A new operator is a function there and a row here.

use super::node::Operator;

mod activation;
mod arithmetic;
mod conv;
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
mod testing;

const fn row(
    name: &'static str,
    attributes: &'static [&'static str],
    build: fn(&super::node::Node) -> Result<super::node::Kernel, String>,
) -> Operator {
    Operator {
        name,
        attributes,
        build,
    }
}

#[rustfmt::skip]
pub static OPERATORS: &[Operator] = &[
    row("Abs", &[], arithmetic::abs),
    row("Add", &[], arithmetic::add),
    row("AveragePool", &["auto_pad", "ceil_mode", "count_include_pad", "dilations", "kernel_shape", "pads", "strides"], pool::average),
    row("BatchNormalization", &["epsilon", "momentum", "spatial", "training_mode"], normalise::batch),
    row("Cast", &["to", "saturate"], create::cast),
    row("Ceil", &[], arithmetic::ceil),
    row("Clip", &["min", "max"], activation::clip),
    row("Concat", &["axis"], join::concat),
    row("Constant", &["value", "value_float", "value_floats", "value_int", "value_ints"], create::constant),
    row("ConstantOfShape", &["value"], create::constant_of_shape),
    row("Conv", &["auto_pad", "dilations", "group", "kernel_shape", "pads", "strides"], conv::conv),
    row("DequantizeLinear", &["axis"], quantize::dequantize),
    row("Div", &[], arithmetic::div),
    row("Dropout", &["ratio", "seed"], shape::dropout),
    row("Elu", &["alpha"], activation::elu),
    row("Equal", &[], arithmetic::equal),
    row("Erf", &[], activation::erf),
    row("Exp", &[], arithmetic::exp),
    row("Expand", &[], shape::expand),
    row("Flatten", &["axis"], shape::flatten),
    row("Floor", &[], arithmetic::floor),
    row("Gather", &["axis"], select::gather),
    row("Gelu", &["approximate"], activation::gelu),
    row("Gemm", &["alpha", "beta", "transA", "transB"], linear::gemm),
    row("GlobalAveragePool", &[], pool::global_average),
    row("GlobalMaxPool", &[], pool::global_max),
    row("HardSigmoid", &["alpha", "beta"], activation::hard_sigmoid),
    row("HardSwish", &[], activation::hard_swish),
    row("Identity", &[], shape::identity),
    row("InstanceNormalization", &["epsilon"], normalise::instance),
    row("LRN", &["alpha", "beta", "bias", "size"], normalise::local_response),
    row("LayerNormalization", &["axis", "epsilon", "stash_type"], normalise::layer),
    row("LeakyRelu", &["alpha"], activation::leaky_relu),
    row("Log", &[], arithmetic::log),
    row("MatMul", &[], linear::matmul),
    row("Max", &[], arithmetic::max),
    row("MaxPool", &["auto_pad", "ceil_mode", "dilations", "kernel_shape", "pads", "storage_order", "strides"], pool::max),
    row("Min", &[], arithmetic::min),
    row("Mish", &[], activation::mish),
    row("Mul", &[], arithmetic::mul),
    row("Neg", &[], arithmetic::neg),
    row("PRelu", &[], activation::prelu),
    row("Pad", &["mode", "pads", "value"], join::pad),
    row("Pow", &[], arithmetic::pow),
    row("QuantizeLinear", &["axis", "saturate"], quantize::quantize),
    row("Range", &[], create::range),
    row("Reciprocal", &[], arithmetic::reciprocal),
    row("ReduceMax", &["axes", "keepdims", "noop_with_empty_axes"], reduce::max),
    row("ReduceMean", &["axes", "keepdims", "noop_with_empty_axes"], reduce::mean),
    row("ReduceMin", &["axes", "keepdims", "noop_with_empty_axes"], reduce::min),
    row("ReduceProd", &["axes", "keepdims", "noop_with_empty_axes"], reduce::prod),
    row("ReduceSum", &["axes", "keepdims", "noop_with_empty_axes"], reduce::sum),
    row("Relu", &[], activation::relu),
    row("Reshape", &["allowzero"], shape::reshape),
    row("Shape", &["end", "start"], shape::shape),
    row("Sigmoid", &[], activation::sigmoid),
    row("Slice", &["axes", "ends", "starts"], select::slice),
    row("Softmax", &["axis"], activation::softmax),
    row("Softplus", &[], activation::softplus),
    row("Split", &["axis", "num_outputs", "split"], select::split),
    row("Sqrt", &[], arithmetic::sqrt),
    row("Squeeze", &["axes"], shape::squeeze),
    row("Sub", &[], arithmetic::sub),
    row("Tanh", &[], activation::tanh),
    row("Transpose", &["perm"], shape::transpose),
    row("Unsqueeze", &["axes"], shape::unsqueeze),
    row("Where", &[], arithmetic::select),
];

pub fn find(name: &str) -> Option<&'static Operator> {
    OPERATORS.iter().find(|operator| operator.name == name)
}
