//! The operators that are computed where all their inputs are known.

use super::moves;
use super::value::{Data, Known, MOST};
use crate::graph::{MOST_AXES, read};
use crate::onnx::NodeProto;
use crate::onnx::data_type::{BOOL, FLOAT, INT32, INT64};

/// The node's one output; `None` for what is not computed here.
pub fn compute(node: &NodeProto, inputs: &[&Known]) -> Option<Known> {
    let x = *inputs.first()?;
    let int = |name: &str, default: i64| read::int(node, name, default);
    match node.op_type.as_str() {
        "Identity" => Some(x.clone()),
        "Cast" => cast(x, i32::try_from(int("to", 0)).ok()?),
        "Shape" => shape(node, x),
        "Size" => Some(Known::ints(INT64, vec![], vec![x.len() as i64])),
        "Reshape" => moves::reshape(x, inputs.get(1)?.integers()?, int("allowzero", 0) != 0),
        "Transpose" => moves::transpose(x, read::ints(node, "perm")),
        "Squeeze" => squeeze(x, &axes(node, inputs)?),
        "Unsqueeze" => unsqueeze(x, &axes(node, inputs)?),
        "Expand" => {
            let target = inputs.get(1)?.integers()?.iter();
            let target = target.map(|&size| usize::try_from(size).ok());
            let target: Vec<usize> = target.collect::<Option<_>>()?;
            moves::stretch(x, &moves::broadcast(&x.dims, &target)?)
        }
        "Gather" => moves::gather(x, inputs.get(1)?, int("axis", 0)),
        "Slice" => slice(node, inputs),
        "Concat" => moves::concat(inputs, read::attribute(node, "axis")?.i),
        "ConstantOfShape" => constant_of_shape(node, x),
        "Range" => range(inputs),
        "Where" => {
            let [condition, yes, no] = inputs else {
                return None;
            };
            choose(condition, yes, no)
        }
        "Neg" => each(x, |value| value.checked_neg()),
        "Abs" => each(x, |value| value.checked_abs()),
        "Not" => each(x, |value| Some(i64::from(value == 0))),
        op => {
            let (&[a, b], (combine, element)) = (inputs, binary(op, int("fmod", 0) != 0)?) else {
                return None;
            };
            let dims = moves::broadcast(&a.dims, &b.dims)?;
            let (a, b) = (moves::stretch(a, &dims)?, moves::stretch(b, &dims)?);
            let pairs = a.integers()?.iter().zip(b.integers()?);
            let values = pairs.map(|(&a, &b)| combine(a, b));
            let element = element.unwrap_or(a.element);
            Some(Known::ints(element, dims, values.collect::<Option<_>>()?))
        }
    }
}

type Binary = fn(i64, i64) -> Option<i64>;

/// An operator of two integers, and its result's type where that is another.
fn binary(op: &str, truncates: bool) -> Option<(Binary, Option<i32>)> {
    let numbers: Binary = match op {
        "Add" => i64::checked_add,
        "Sub" => i64::checked_sub,
        "Mul" => i64::checked_mul,
        "Div" => i64::checked_div,
        "Mod" if truncates => i64::checked_rem,
        // The sign is the divisor's.
        "Mod" => |a, b| a.checked_rem(b)?.checked_add(b)?.checked_rem(b),
        "Min" => |a, b| Some(a.min(b)),
        "Max" => |a, b| Some(a.max(b)),
        _ => {
            let truth: Binary = match op {
                "Equal" => |a, b| Some(i64::from(a == b)),
                "Greater" => |a, b| Some(i64::from(a > b)),
                "Less" => |a, b| Some(i64::from(a < b)),
                "And" => |a, b| Some(i64::from(a != 0 && b != 0)),
                "Or" => |a, b| Some(i64::from(a != 0 || b != 0)),
                _ => return None,
            };
            return Some((truth, Some(BOOL)));
        }
    };
    Some((numbers, None))
}

fn each(x: &Known, of: impl Fn(i64) -> Option<i64>) -> Option<Known> {
    let values = x.integers()?.iter().map(|&value| of(value));
    let values = values.collect::<Option<_>>()?;
    Some(Known::ints(x.element, x.dims.clone(), values))
}

fn cast(x: &Known, to: i32) -> Option<Known> {
    if to == x.element {
        return Some(x.clone());
    }
    let data = match (&x.data, to) {
        (Data::Ints(values), INT64) => Data::Ints(values.clone()),
        (Data::Ints(values), INT32) => {
            let fit = values.iter().all(|&value| i32::try_from(value).is_ok());
            Data::Ints(values.clone()).into_if(fit)?
        }
        (Data::Ints(values), BOOL) => {
            Data::Ints(values.iter().map(|&value| i64::from(value != 0)).collect())
        }
        (Data::Ints(values), FLOAT) => {
            Data::Floats(values.iter().map(|&value| value as f32).collect())
        }
        (Data::Floats(_) | Data::Stored(_), FLOAT) => Data::Floats(x.floats()?),
        (Data::Floats(values), INT32 | INT64) => {
            Data::Ints(values.iter().map(|&value| value as i64).collect())
        }
        _ => return None,
    };
    Some(Known {
        element: to,
        dims: x.dims.clone(),
        data,
    })
}

impl Data {
    fn into_if(self, condition: bool) -> Option<Self> {
        condition.then_some(self)
    }
}

fn shape(node: &NodeProto, x: &Known) -> Option<Known> {
    let rank = x.dims.len() as i64;
    let place = |at: i64| if at < 0 { at + rank } else { at }.clamp(0, rank) as usize;
    let start = place(read::int(node, "start", 0));
    let end = place(read::int(node, "end", rank));
    let dims = x.dims.get(start..end).unwrap_or_default();
    let sizes: Vec<i64> = dims.iter().map(|&dim| dim as i64).collect();
    Some(Known::ints(INT64, vec![sizes.len()], sizes))
}

/// Axes that older operator sets keep in an attribute and newer ones in an input; none for all.
fn axes(node: &NodeProto, inputs: &[&Known]) -> Option<Vec<i64>> {
    match (read::ints(node, "axes"), inputs.get(1)) {
        (Some(axes), _) => Some(axes.to_vec()),
        (None, Some(axes)) => Some(axes.integers()?.to_vec()),
        (None, None) => Some(Vec::new()),
    }
}

fn squeeze(x: &Known, axes: &[i64]) -> Option<Known> {
    let rank = x.dims.len();
    let axes = axes.iter().map(|&axis| moves::axis(axis, rank));
    let axes: Vec<usize> = axes.collect::<Option<_>>()?;
    let gone = |at: usize| match axes.is_empty() {
        true => x.dims[at] == 1,
        false => axes.contains(&at),
    };
    let kept = (0..rank).filter(|&at| !gone(at)).map(|at| x.dims[at]);
    let dims: Vec<usize> = kept.collect();
    (dims.iter().product::<usize>() == x.len()).then(|| moves::with_dims(x, dims))?
}

fn unsqueeze(x: &Known, axes: &[i64]) -> Option<Known> {
    let rank = x.dims.len() + axes.len();
    if rank > MOST_AXES {
        return None;
    }
    let axes = axes.iter().map(|&axis| moves::axis(axis, rank));
    let axes: Vec<usize> = axes.collect::<Option<_>>()?;
    let mut own = x.dims.iter().copied();
    let dims = (0..rank).map(|at| match axes.contains(&at) {
        true => Some(1),
        false => own.next(),
    });
    moves::with_dims(x, dims.collect::<Option<_>>()?)
}

fn slice(node: &NodeProto, inputs: &[&Known]) -> Option<Known> {
    // Of newer operator sets, whose inputs are all there: a left out one would shift the others.
    if node.input.iter().any(String::is_empty) || read::attribute(node, "starts").is_some() {
        return None;
    }
    let list = |at: usize| inputs.get(at).map(|input| input.integers());
    let (starts, ends) = (list(1)??, list(2)??);
    let all: Vec<i64> = (0..starts.len() as i64).collect();
    let axes = list(3).unwrap_or(Some(&all))?;
    let ones = vec![1; starts.len()];
    let steps = list(4).unwrap_or(Some(&ones))?;
    let mut x = inputs[0].clone();
    for (at, &axis) in axes.iter().enumerate() {
        x = moves::slice(&x, axis, *starts.get(at)?, *ends.get(at)?, *steps.get(at)?)?;
    }
    Some(x)
}

fn constant_of_shape(node: &NodeProto, x: &Known) -> Option<Known> {
    let dims = x.integers()?.iter().map(|&dim| usize::try_from(dim).ok());
    let dims: Vec<usize> = dims.collect::<Option<_>>()?;
    let count = dims.iter().try_fold(1usize, |n, &dim| n.checked_mul(dim))?;
    if count > MOST {
        return None;
    }
    let value = match read::attribute(node, "value") {
        Some(value) => Known::read(value.t.as_deref()?)?,
        None => Known {
            element: FLOAT,
            dims: vec![1],
            data: Data::Floats(vec![0.0]),
        },
    };
    let single = moves::with_dims(&value, vec![])?;
    moves::stretch(&single, &dims)
}

fn range(inputs: &[&Known]) -> Option<Known> {
    let one = |at: usize| match inputs.get(at)?.integers()? {
        &[value] => Some(value),
        _ => None,
    };
    let (start, limit, step) = (one(0)?, one(1)?, one(2)?);
    let count = match step {
        0 => return None,
        step => (limit.checked_sub(start)? as f64 / step as f64)
            .ceil()
            .max(0.0) as usize,
    };
    if count > MOST {
        return None;
    }
    let values = (0..count as i64).map(|at| start + at * step).collect();
    Some(Known::ints(inputs[0].element, vec![count], values))
}

fn choose(condition: &Known, yes: &Known, no: &Known) -> Option<Known> {
    let dims = moves::broadcast(&yes.dims, &no.dims)?;
    let dims = moves::broadcast(&condition.dims, &dims)?;
    let (condition, yes) = (
        moves::stretch(condition, &dims)?,
        moves::stretch(yes, &dims)?,
    );
    let no = moves::stretch(no, &dims)?;
    let both = yes.integers()?.iter().zip(no.integers()?);
    let picked = condition.integers()?.iter().zip(both);
    let picked = picked.map(|(&is, (&yes, &no))| if is != 0 { yes } else { no });
    Some(Known::ints(yes.element, dims, picked.collect()))
}
