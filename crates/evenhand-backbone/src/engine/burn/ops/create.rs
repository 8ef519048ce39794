//! Values out of nothing, and values of another type.

use crate::engine::burn::node::{Args, Kernel, Node};
use crate::engine::burn::value::{Array, Ints, Value};
use crate::engine::burn::weights::{self, Numbers};
use crate::engine::sizes::count;
use crate::onnx::data_type;

/// `Cast`: between floats nothing changes, all are float32 here; integers live on the host.
pub fn cast(node: &Node) -> Result<Kernel, String> {
    let to = node.int("to", 0) as i32;
    let device = node.device.clone();
    if data_type::is_float(to) {
        return Ok(Box::new(move |mut args| {
            Ok(vec![match args.value(0)? {
                Value::Int(Ints { shape, data }) => {
                    let floats = data.iter().map(|&v| v as f32).collect();
                    Array::upload(floats, &shape, &device)?.into()
                }
                floats => floats,
            }])
        }));
    }
    // To narrower integers a cast would have to wrap.
    if !matches!(to, data_type::INT64 | data_type::INT32 | data_type::BOOL) {
        return Err(format!("a cast to element type {to}"));
    }
    Ok(Box::new(move |mut args: Args| {
        let (shape, data): (_, Vec<i64>) = match args.value(0)? {
            Value::Int(ints) => (ints.shape, ints.data),
            Value::Float(array) => {
                let shape = array.shape();
                let whole = |v: f32| {
                    if to == data_type::BOOL {
                        i64::from(v != 0.0)
                    } else {
                        v as i64
                    }
                };
                (shape, array.download()?.into_iter().map(whole).collect())
            }
        };
        let truth = |v: i64| {
            if to == data_type::BOOL {
                i64::from(v != 0)
            } else {
                v
            }
        };
        Ok(vec![
            Ints {
                shape,
                data: data.into_iter().map(truth).collect(),
            }
            .into(),
        ])
    }))
}

/// `Constant`.
pub fn constant(node: &Node) -> Result<Kernel, String> {
    let Some(attribute) = node.proto.attribute.first() else {
        return Err("no value".into());
    };
    let upload = |values: Vec<f32>, shape: &[usize]| Array::upload(values, shape, node.device);
    let value: Value = match attribute.name.as_str() {
        "value" => {
            let tensor = attribute.t.as_ref().ok_or("no value")?;
            weights::upload(tensor, node.device)?
        }
        "value_float" => upload(vec![attribute.f], &[])?.into(),
        "value_floats" => upload(attribute.floats.clone(), &[attribute.floats.len()])?.into(),
        "value_int" => Ints {
            shape: vec![],
            data: vec![attribute.i],
        }
        .into(),
        _ => Ints::vector(attribute.ints.clone()).into(),
    };
    Ok(Box::new(move |_| Ok(vec![value.clone()])))
}

/// `ConstantOfShape`: one number everywhere.
pub fn constant_of_shape(node: &Node) -> Result<Kernel, String> {
    let number = match node.attribute("value").and_then(|a| a.t.as_ref()) {
        Some(tensor) => weights::numbers(tensor)?.1,
        None => Numbers::Float(vec![0.0]),
    };
    let device = node.device.clone();
    Ok(Box::new(move |mut args| {
        let target = args.ints(0)?.data;
        let sizes = target
            .iter()
            .map(|&size| usize::try_from(size))
            .collect::<Result<Vec<_>, _>>();
        let shape = sizes.map_err(|_| format!("shape {target:?}"))?;
        let count = count(&shape)?;
        Ok(vec![match &number {
            Numbers::Float(v) => {
                let number = *v.first().ok_or("no value")?;
                Array::upload(vec![number; count], &shape, &device)?.into()
            }
            Numbers::Int(v) => Ints {
                data: vec![*v.first().ok_or("no value")?; count],
                shape,
            }
            .into(),
        }])
    }))
}

/// `Range`, of integers.
pub fn range(_node: &Node) -> Result<Kernel, String> {
    Ok(Box::new(|mut args| {
        let mut number = |index| match args.ints(index)?.data[..] {
            [number] => Ok(number),
            ref other => Err(format!(
                "input {index} has {} numbers, not one",
                other.len()
            )),
        };
        let (start, limit, delta) = (number(0)?, number(1)?, number(2)?);
        let span = limit.abs_diff(start);
        count(&[span.div_ceil(delta.unsigned_abs().max(1)) as usize])?;
        let numbers = match delta {
            0 => return Err("a step of 0".into()),
            1.. => (start..limit).step_by(delta as usize).collect(),
            _ => {
                let stride = delta.unsigned_abs() as usize;
                (limit + 1..=start).rev().step_by(stride).collect()
            }
        };
        Ok(vec![Ints::vector(numbers).into()])
    }))
}

#[cfg(test)]
mod tests {
    use super::super::testing::Case;

    #[test]
    fn casts_cross_between_host_and_device() {
        Case::new("Cast")
            .int("to", 7)
            .float(&[2], &[1.9, -1.9])
            .gives_ints(&[2], &[1, -1]);
        Case::new("Cast")
            .int("to", 1)
            .integer(&[2], &[1, -1])
            .gives(&[2], &[1.0, -1.0]);
        Case::new("Cast")
            .int("to", 3)
            .float(&[1], &[300.0])
            .refused_with("element type 3");
    }

    #[test]
    fn ranges_stop_before_their_limit() {
        let case = |start: i64, limit: i64, delta: i64| {
            Case::new("Range")
                .integer(&[], &[start])
                .integer(&[], &[limit])
                .integer(&[], &[delta])
        };
        case(1, 6, 2).gives_ints(&[3], &[1, 3, 5]);
        case(5, 1, -2).gives_ints(&[2], &[5, 3]);
    }

    #[test]
    fn one_number_fills_a_shape() {
        Case::new("ConstantOfShape")
            .integer(&[2], &[1, 3])
            .gives(&[1, 3], &[0.0; 3]);
    }
}
