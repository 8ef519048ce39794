//! Checks what the rest relies on: each value is made once, and each tensor has the values of its shape.

use super::GraphError;
use super::read;
use super::tensors::each_tensor;
use crate::onnx::data_type::{self as ty, bits};
use crate::onnx::{ModelProto, TensorProto};
use std::collections::HashSet;

/// Most bytes of a model: what protobuf allows.
pub const LARGEST: u64 = i32::MAX as u64;

/// Most axes of a tensor. Networks have six; an operator that doubles them is soon beyond any memory.
pub const MOST_AXES: usize = 64;

/// Checks a model, its functions and the graphs inside of nodes.
///
/// # Errors
/// [`GraphError::MadeTwice`], [`GraphError::Tensor`].
pub(super) fn check(model: &mut ModelProto, origin: &str) -> Result<(), GraphError> {
    let mut graphs = vec![&model.graph];
    while let Some(graph) = graphs.pop() {
        let mut names = HashSet::new();
        if let Some(name) = read::made(graph).find(|&name| !names.insert(name)) {
            return Err(GraphError::MadeTwice {
                origin: origin.to_owned(),
                name: name.to_owned(),
            });
        }
        for attribute in graph.node.iter().flat_map(|node| &node.attribute) {
            graphs.extend(attribute.g.as_deref());
            graphs.extend(&attribute.graphs);
        }
    }
    each_tensor(model, |tensor| {
        filled(tensor).map_err(|why| GraphError::Tensor {
            origin: origin.to_owned(),
            tensor: tensor.name.clone(),
            why,
        })
    })
}

/// How many bytes the values of a tensor take.
///
/// # Errors
/// Its shape or its element type has no size.
pub(super) fn bytes(tensor: &TensorProto) -> Result<u64, String> {
    let bits = bits(tensor.data_type)
        .ok_or_else(|| format!("element type {} has no fixed size", tensor.data_type))?;
    let bits = count(tensor)?.checked_mul(bits);
    let bits = bits.ok_or_else(|| format!("the shape {:?} is too large", tensor.dims))?;
    Ok(bits.div_ceil(8))
}

/// How many values the shape has.
fn count(tensor: &TensorProto) -> Result<u64, String> {
    let axes = tensor.dims.len();
    if axes > MOST_AXES {
        return Err(format!("has {axes} axes; at most {MOST_AXES} are read"));
    }
    let sizes = tensor.dims.iter().map(|&size| u64::try_from(size).ok());
    let count = sizes.reduce(|count, size| count?.checked_mul(size?));
    count
        .unwrap_or(Some(1))
        .ok_or_else(|| format!("{:?} is no shape", tensor.dims))
}

/// Checks that a tensor has the values that its shape promises.
fn filled(tensor: &TensorProto) -> Result<(), String> {
    let wanted = count(tensor)?;
    let found = match (tensor.raw_data.len() as u64, bits(tensor.data_type)) {
        (0, _) => listed(tensor),
        (_, None) => None,
        (found, Some(_)) => {
            let wanted = bytes(tensor)?;
            return match found == wanted {
                true => Ok(()),
                false => Err(format!(
                    "has {found} bytes, and its shape {:?} needs {wanted}",
                    tensor.dims
                )),
            };
        }
    };
    match found {
        Some(found) if found != wanted => Err(format!(
            "has {found} values, and its shape {:?} needs {wanted}",
            tensor.dims
        )),
        _ => Ok(()),
    }
}

/// How many values are in the list for the element type; `None` where one entry holds several values or it is
/// not known which list that is.
fn listed(tensor: &TensorProto) -> Option<u64> {
    let length = match tensor.data_type {
        ty::FLOAT => tensor.float_data.len(),
        ty::COMPLEX64 => tensor.float_data.len() / 2,
        ty::DOUBLE => tensor.double_data.len(),
        ty::COMPLEX128 => tensor.double_data.len() / 2,
        ty::INT64 => tensor.int64_data.len(),
        ty::UINT32 | ty::UINT64 => tensor.uint64_data.len(),
        ty::STRING => tensor.string_data.len(),
        other if bits(other).is_some_and(|bits| bits >= 8) => tensor.int32_data.len(),
        _ => return None,
    };
    Some(length as u64)
}

#[cfg(test)]
mod tests {
    use super::super::{build, parse, samples, serialise};
    use crate::hint::Hint;
    use crate::onnx::ModelProto;

    fn refused(change: impl Fn(&mut ModelProto)) -> String {
        let mut model = samples::small_cnn();
        change(&mut model);
        let error = parse(serialise(&model).unwrap(), "m.onnx").unwrap_err();
        assert!(error.hint().is_some(), "{error}");
        error.to_string()
    }

    #[test]
    fn a_name_that_is_made_twice_is_an_error() {
        let twice = |name: &str| {
            format!("m.onnx: `{name}` is made twice; every value of an ONNX graph has one maker")
        };
        // A node that is its own maker.
        let error = refused(|model| {
            let own = build::node("Relu", &["relu"], "relu", []);
            model.graph.node.insert(3, own);
        });
        assert_eq!(error, twice("relu"));
        let error = refused(|model| model.graph.node[2].output[0] = "image".to_owned());
        assert_eq!(error, twice("image"));
        let error = refused(|model| {
            let again = model.graph.initializer[0].clone();
            model.graph.initializer.push(again);
        });
        assert_eq!(error, twice("conv.weight"));
        let error = refused(|model| {
            let constant = build::node("Constant", &[], "bn.mean", [build::int("value_int", 1)]);
            model.graph.node.push(constant);
        });
        assert_eq!(error, twice("bn.mean"));
    }

    #[test]
    fn a_tensor_has_the_values_of_its_shape() {
        let with = |dims: &'static [i64]| {
            refused(move |model| model.graph.initializer[0].dims = dims.to_vec())
        };
        let start = "m.onnx: the tensor `conv.weight` ";
        assert_eq!(
            with(&[1_000_000_000]),
            format!("{start}has 24 bytes, and its shape [1000000000] needs 4000000000")
        );
        assert_eq!(with(&[2, -3]), format!("{start}[2, -3] is no shape"));
        let huge = i64::MAX;
        assert_eq!(
            with(&[i64::MAX, 3]),
            format!("{start}[{huge}, 3] is no shape")
        );
        let error = refused(|model| model.graph.initializer[0].dims = vec![1; 1_000_000]);
        assert_eq!(
            error,
            format!("{start}has 1000000 axes; at most 64 are read")
        );
        let error = refused(|model| model.graph.initializer[0].raw_data = Default::default());
        assert_eq!(
            error,
            format!("{start}has 0 values, and its shape [2, 3, 1, 1] needs 6")
        );
    }
}
