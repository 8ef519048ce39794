//! Functions of one tensor that follow a layer.

use super::super::kernels;
use super::super::node::{Args, Kernel, Node, axis_index};
use super::super::value::{Array, broadcast, each_rank, same_rank};
use burn::tensor::{activation, activation as act};

/// A kernel that maps every element of input 0.
macro_rules! elementwise {
    ($tensor:ident => $body:expr) => {
        Ok(Box::new(move |mut args: Args| {
            let array = args.array(0)?;
            Ok(vec![each_rank!(array, $tensor => Array::from($body)).into()])
        }))
    };
}
pub(super) use elementwise;

pub fn relu(node: &Node) -> Result<Kernel, String> {
    if kernels::serve(node.device) {
        return elementwise!(t => kernels::clamp(t, 0.0, f32::INFINITY));
    }
    elementwise!(t => act::relu(t))
}

pub fn leaky_relu(node: &Node) -> Result<Kernel, String> {
    let slope = f64::from(node.float("alpha", 0.01));
    elementwise!(t => act::leaky_relu(t, slope))
}

/// `PRelu`: the slope broadcasts to the input.
pub fn prelu(_node: &Node) -> Result<Kernel, String> {
    Ok(Box::new(|mut args| {
        let (input, slope) = broadcast(args.array(0)?, args.array(1)?)?;
        let output = same_rank!(input, slope, (x, slope) => {
            Array::from(act::relu(x.clone()) - act::relu(x.neg()) * slope)
        });
        Ok(vec![output.into()])
    }))
}

/// `Clip`: bounds are attributes before opset 11, constant inputs from then on.
///
/// Two passes where Burn has it, because its `clamp` takes longer on a CPU than both.
pub fn clip(node: &Node) -> Result<Kernel, String> {
    let bound = |name: &str, index: usize| match node.attribute(name) {
        Some(attribute) => Ok(Some(attribute.f)),
        None => node.constant_scalar(index),
    };
    let low = bound("min", 1)?.filter(|&low| low > f32::MIN);
    let high = bound("max", 2)?.filter(|&high| high < f32::MAX);
    if kernels::serve(node.device) && (low.is_some() || high.is_some()) {
        let low = low.unwrap_or(f32::NEG_INFINITY);
        let high = high.unwrap_or(f32::INFINITY);
        return elementwise!(t => kernels::clamp(t, low, high));
    }
    match (low, high) {
        (Some(low), Some(high)) => elementwise!(t => t.clamp_min(low).clamp_max(high)),
        (Some(low), None) => elementwise!(t => t.clamp_min(low)),
        (None, Some(high)) => elementwise!(t => t.clamp_max(high)),
        (None, None) => elementwise!(t => t),
    }
}

pub fn sigmoid(_node: &Node) -> Result<Kernel, String> {
    elementwise!(t => act::sigmoid(t))
}

pub fn tanh(_node: &Node) -> Result<Kernel, String> {
    elementwise!(t => t.tanh())
}

pub fn erf(_node: &Node) -> Result<Kernel, String> {
    elementwise!(t => t.erf())
}

pub fn softplus(_node: &Node) -> Result<Kernel, String> {
    elementwise!(t => act::softplus(t, 1.0))
}

/// `Mish`: `x * tanh(softplus(x))`.
pub fn mish(_node: &Node) -> Result<Kernel, String> {
    elementwise!(t => act::mish(t))
}

pub fn elu(node: &Node) -> Result<Kernel, String> {
    let alpha = f64::from(node.float("alpha", 1.0));
    elementwise!(t => act::elu(t, alpha))
}

/// `HardSigmoid`: `max(0, min(1, alpha x + beta))`.
pub fn hard_sigmoid(node: &Node) -> Result<Kernel, String> {
    let (alpha, beta) = (node.float("alpha", 0.2), node.float("beta", 0.5));
    elementwise!(t => t.mul_scalar(alpha).add_scalar(beta).clamp_min(0.0).clamp_max(1.0))
}

/// `HardSwish`: `x * max(0, min(1, x / 6 + 0.5))`.
pub fn hard_swish(_node: &Node) -> Result<Kernel, String> {
    elementwise!(t => {
        let gate = t.clone().mul_scalar(1.0 / 6.0).add_scalar(0.5);
        t * gate.clamp_min(0.0).clamp_max(1.0)
    })
}

/// `Gelu`, exact or with the tanh approximation.
pub fn gelu(node: &Node) -> Result<Kernel, String> {
    match node.text("approximate", "none").as_str() {
        "none" => elementwise!(t => act::gelu(t)),
        "tanh" => elementwise!(t => act::gelu_approximate(t)),
        other => Err(format!("approximate {other}")),
    }
}

/// `Softmax`: over one axis from opset 13 on; before, over `axis` and everything after it.
pub fn softmax(node: &Node) -> Result<Kernel, String> {
    let flattens = node.opset < 13;
    let axis = node.int("axis", if flattens { 1 } else { -1 });
    Ok(Box::new(move |mut args| {
        let array = args.array(0)?;
        let shape = array.shape();
        let axis = axis_index(axis, shape.len())?;
        if !flattens {
            let output = each_rank!(array, t => Array::from(activation::softmax(t, axis)));
            return Ok(vec![output.into()]);
        }
        let rows = shape[..axis].iter().product();
        let flat = array.reshape(&[rows, shape[axis..].iter().product()])?;
        let output = each_rank!(flat, t => Array::from(activation::softmax(t, -1)));
        Ok(vec![output.reshape(&shape)?.into()])
    }))
}

#[cfg(test)]
mod tests {
    use super::super::testing::Case;

    #[test]
    fn activations_match_their_formulas() {
        let x = [-2.0f32, -0.5, 0.0, 1.0, 7.0];
        type Formula = fn(f32) -> f32;
        let cases: [(&str, Formula); 8] = [
            ("Relu", |x| x.max(0.0)),
            ("LeakyRelu", |x| if x < 0.0 { 0.01 * x } else { x }),
            ("Sigmoid", |x| 1.0 / (1.0 + (-x).exp())),
            ("HardSigmoid", |x| (0.2 * x + 0.5).clamp(0.0, 1.0)),
            ("HardSwish", |x| x * (x / 6.0 + 0.5).clamp(0.0, 1.0)),
            ("Elu", |x| if x < 0.0 { x.exp() - 1.0 } else { x }),
            ("Softplus", |x| x.exp().ln_1p()),
            ("Mish", |x| x * x.exp().ln_1p().tanh()),
        ];
        for (op, formula) in cases {
            Case::new(op).float(&[5], &x).gives(&[5], &x.map(formula));
        }
    }

    #[test]
    fn gelu_matches_published_values() {
        let x = [-1.0, 0.0, 1.0, 2.0];
        Case::new("Gelu")
            .float(&[4], &x)
            .gives(&[4], &[-0.158_655_26, 0.0, 0.841_344_7, 1.954_499_7]);
        Case::new("Gelu")
            .text("approximate", "tanh")
            .float(&[4], &x)
            .gives(&[4], &[-0.158_808_01, 0.0, 0.841_192, 1.954_597_7]);
    }

    #[test]
    fn clip_takes_its_bounds_from_either_place() {
        let x = [-1.0, 3.0, 9.0];
        Case::new("Clip")
            .opset(10)
            .real("min", 0.0)
            .real("max", 6.0)
            .float(&[3], &x)
            .gives(&[3], &[0.0, 3.0, 6.0]);
        Case::new("Clip")
            .float(&[3], &x)
            .constant(&[], &[0.0])
            .constant(&[], &[6.0])
            .gives(&[3], &[0.0, 3.0, 6.0]);
        Case::new("Clip")
            .float(&[3], &x)
            .absent()
            .constant(&[], &[6.0])
            .gives(&[3], &[-1.0, 3.0, 6.0]);
    }

    #[test]
    fn softmax_covers_all_trailing_axes_before_opset_13() {
        let x = [0.0; 8];
        Case::new("Softmax")
            .opset(12)
            .float(&[2, 2, 2], &x)
            .gives(&[2, 2, 2], &[0.25; 8]);
        Case::new("Softmax")
            .opset(13)
            .float(&[2, 2, 2], &x)
            .gives(&[2, 2, 2], &[0.5; 8]);
    }

    #[test]
    fn prelu_takes_a_slope_for_each_channel() {
        Case::new("PRelu")
            .float(&[1, 2, 1, 2], &[-1.0, 1.0, -2.0, 2.0])
            .constant(&[2, 1, 1], &[0.1, 0.5])
            .gives(&[1, 2, 1, 2], &[-0.1, 1.0, -1.0, 2.0]);
    }
}
