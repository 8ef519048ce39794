//! Reads models from files and writes them back, and puts them in the plain form on the way in.

use super::GraphError;
use super::check::{LARGEST, check};
use super::external::embed;
use super::plain::{drop_unread_outputs, drop_weight_inputs, lift_constants, sort};
use crate::onnx::ModelProto;
use crate::plain_file;
use std::ops::RangeInclusive;
use std::path::Path;

/// The versions of the default operator set that evenhand knows. Newer ones are not refused: they
/// may well run.
pub const OPSETS: RangeInclusive<i64> = 7..=21;

/// The version of the file format that lets weights be no inputs.
const OLDEST_IR: i64 = 4;

/// Reads a model and the data files beside it into one self-contained message.
///
/// # Errors
/// What keeps the file from being a model that the rest of evenhand can rely on.
pub fn load(path: &Path) -> Result<ModelProto, GraphError> {
    let read = |source| GraphError::Read {
        path: path.to_owned(),
        source,
    };
    let bytes = plain_file::read(path, LARGEST).map_err(read)?;
    decode(bytes, &path.display().to_string(), Some(path))
}

/// Reads a model that has no data files; `origin` names it in errors.
///
/// # Errors
/// As [`load`].
pub fn parse(bytes: Vec<u8>, origin: &str) -> Result<ModelProto, GraphError> {
    decode(bytes, origin, None)
}

/// The same model is the same bytes.
///
/// # Errors
/// [`GraphError::Write`] for a model over protobuf's limit of 2 GB.
pub fn serialise(model: &ModelProto) -> Result<Vec<u8>, GraphError> {
    if model.encoded_size() > i32::MAX as usize {
        return Err(GraphError::Write("it is larger than 2 GB".to_owned()));
    }
    Ok(model.encode())
}

/// The version of the default operator set, 0 where the model imports none.
pub fn opset(model: &ModelProto) -> i64 {
    let default = |domain: &str| domain.is_empty() || domain == "ai.onnx";
    let import = model
        .opset_import
        .iter()
        .find(|import| default(&import.domain));
    import.map_or(0, |import| import.version)
}

fn decode(bytes: Vec<u8>, origin: &str, file: Option<&Path>) -> Result<ModelProto, GraphError> {
    let not_onnx = |why: &str| {
        Err(GraphError::NotOnnx {
            origin: origin.to_owned(),
            why: why.to_owned(),
        })
    };
    if bytes.is_empty() {
        return not_onnx("the file is empty");
    }
    let mut model = match ModelProto::decode(bytes) {
        Ok(model) => model,
        Err(why) => return not_onnx(&format!("its bytes are no protobuf message: {why}")),
    };
    if model.graph.node.is_empty() || model.graph.output.is_empty() {
        return not_onnx("it has no graph with nodes and outputs");
    }
    match opset(&model) {
        0 => return not_onnx("it imports no operator set"),
        found if found < *OPSETS.start() => {
            return Err(GraphError::Opset {
                origin: origin.to_owned(),
                found,
                oldest: *OPSETS.start(),
            });
        }
        _ => {}
    }
    embed(&mut model, origin, file)?;
    let graph = &mut model.graph;
    lift_constants(graph);
    drop_weight_inputs(graph);
    drop_unread_outputs(graph);
    check(&mut model, origin)?;
    model.ir_version = model.ir_version.max(OLDEST_IR);
    sort(&mut model.graph)?;
    Ok(model)
}

#[cfg(test)]
mod tests {
    use super::super::samples::{self, names};
    use super::super::{build, read};
    use super::*;

    #[test]
    fn what_is_not_onnx_is_said_to_be_none() {
        let jpeg = [0xff, 0xd8, 0xff, 0xe0, 0, 16, b'J', b'F', b'I', b'F'];
        let text = b"file,gender,age\n1.jpg,Female,30\n";
        for (bytes, why) in [(&jpeg[..], "protobuf"), (text, "protobuf"), (b"", "empty")] {
            let error = parse(bytes.to_vec(), "photo.jpg").unwrap_err().to_string();
            assert!(
                error.starts_with("photo.jpg is not an ONNX model: "),
                "{error}"
            );
            assert!(error.contains(why), "{error}");
        }
    }

    #[test]
    fn models_come_in_one_plain_form() {
        let mut model = samples::small_cnn();
        model.ir_version = 3;
        let graph = &mut model.graph;
        graph.node[1]
            .output
            .extend(["saved_mean", "saved_var"].map(str::to_owned));
        graph.node.reverse();
        let weight = build::f32s("", &[2], &[2.0, 1.0]);
        let mut constant = build::node("Constant", &[], "bn.scale", [build::int("value", 0)]);
        constant.attribute[0].t = Some(Box::new(weight));
        graph.node.push(constant);
        graph.initializer.retain(|tensor| tensor.name != "bn.scale");
        for tensor in &graph.initializer {
            graph
                .input
                .push(build::value(&tensor.name, build::FLOAT, &[]));
        }
        let plain = parse(serialise(&model).unwrap(), "old.onnx").unwrap();
        assert_eq!(names(&plain), names(&samples::small_cnn()));
        assert_eq!(plain.graph.input.len(), 1);
        assert_eq!(plain.graph.node[1].output, ["bn"]);
        let index = read::Index::new(&plain.graph);
        assert_eq!(
            read::f32_values(index.initializer("bn.scale").unwrap()),
            Some(vec![2.0, 1.0])
        );
        assert_eq!(plain.ir_version, OLDEST_IR);
    }

    #[test]
    fn old_opsets_are_refused() {
        let mut model = samples::small_cnn();
        model.opset_import[0].version = 6;
        let error = parse(serialise(&model).unwrap(), "old.onnx").unwrap_err();
        assert_eq!(
            error.to_string(),
            "old.onnx has opset 6; opsets from 7 on are supported"
        );
    }
}
