//! Reads models from files and writes them back, and puts them in the plain form on the way in.

use super::GraphError;
use super::build::{FLOAT, INT64};
use super::read;
use onnx_ir::{GraphProto, Message, ModelProto, NodeProto, TensorProto};
use std::collections::HashSet;
use std::io::{Read, Seek, SeekFrom};
use std::ops::RangeInclusive;
use std::path::{Component, Path};

/// The versions of the default operator set that evenhand knows. Newer ones are not refused: they
/// may well run.
pub const OPSETS: RangeInclusive<i64> = 7..=21;

/// Batch sizes and weights that are not also inputs need this version of the file format.
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
    let bytes = std::fs::read(path).map_err(read)?;
    decode(
        bytes,
        &path.display().to_string(),
        Some(path.parent().unwrap_or(Path::new(""))),
    )
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
    if model.compute_size() > i32::MAX as u64 {
        return Err(GraphError::Write("it is larger than 2 GB".to_owned()));
    }
    model
        .write_to_bytes()
        .map_err(|error| GraphError::Write(error.to_string()))
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

fn decode(bytes: Vec<u8>, origin: &str, folder: Option<&Path>) -> Result<ModelProto, GraphError> {
    let not_onnx = |why: &str| {
        Err(GraphError::NotOnnx {
            origin: origin.to_owned(),
            why: why.to_owned(),
        })
    };
    if bytes.is_empty() {
        return not_onnx("the file is empty");
    }
    let Ok(mut model) = ModelProto::parse_from_tokio_bytes(&bytes.into()) else {
        return not_onnx("its bytes are no protobuf message");
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
            });
        }
        _ => {}
    }
    let graph = model.graph.mut_or_insert_default();
    embed_external(graph, origin, folder)?;
    lift_constants(graph);
    let weights: HashSet<&str> = graph.initializer.iter().map(|t| t.name.as_str()).collect();
    graph
        .input
        .retain(|info| !weights.contains(info.name.as_str()));
    model.ir_version = model.ir_version.max(OLDEST_IR);
    sort(model.graph.mut_or_insert_default())?;
    Ok(model)
}

/// Replaces references to data files by the data.
fn embed_external(
    graph: &mut GraphProto,
    origin: &str,
    folder: Option<&Path>,
) -> Result<(), GraphError> {
    let attributes = graph.node.iter_mut().flat_map(|node| &mut node.attribute);
    let mut tensors: Vec<&mut TensorProto> = graph.initializer.iter_mut().collect();
    let mut inner = Vec::new();
    for attribute in attributes {
        tensors.extend(attribute.t.mut_iter());
        inner.extend(attribute.g.mut_iter().chain(&mut attribute.graphs));
    }
    for tensor in tensors {
        if tensor.data_location.value() == 0 {
            continue;
        }
        let data = external_data(tensor, folder).map_err(|why| GraphError::External {
            origin: origin.to_owned(),
            tensor: tensor.name.clone(),
            why,
        })?;
        tensor.raw_data = data.into();
        tensor.external_data.clear();
        tensor.data_location = Default::default();
    }
    inner
        .into_iter()
        .try_for_each(|graph| embed_external(graph, origin, folder))
}

fn external_data(tensor: &TensorProto, folder: Option<&Path>) -> Result<Vec<u8>, String> {
    let entry = |key: &str| {
        tensor
            .external_data
            .iter()
            .find(|entry| entry.key == key)
            .map(|entry| &entry.value[..])
    };
    let number = |key: &str| match entry(key) {
        None => Ok(None),
        Some(text) => text
            .parse::<u64>()
            .map(Some)
            .map_err(|_| format!("`{key}` is `{text}`")),
    };
    let location = entry("location").ok_or("it is not named")?;
    let folder = folder.ok_or_else(|| format!("`{location}` cannot be looked for"))?;
    let plain = |part| matches!(part, Component::Normal(_) | Component::CurDir);
    if !Path::new(location).components().all(plain) {
        return Err(format!("`{location}` points out of the model's folder"));
    }
    let (offset, length) = (number("offset")?.unwrap_or(0), number("length")?);
    let read = || -> std::io::Result<Vec<u8>> {
        let mut file = std::fs::File::open(folder.join(location))?;
        file.seek(SeekFrom::Start(offset))?;
        let mut bytes = Vec::new();
        file.take(length.unwrap_or(u64::MAX))
            .read_to_end(&mut bytes)?;
        Ok(bytes)
    };
    let bytes = read().map_err(|error| format!("{location}: {error}"))?;
    match length {
        Some(length) if length != bytes.len() as u64 => Err(format!(
            "{location} ends after {} of {length} bytes",
            bytes.len()
        )),
        _ => Ok(bytes),
    }
}

/// Turns `Constant` nodes into initializers, so that there is one place to look for values.
fn lift_constants(graph: &mut GraphProto) {
    let outputs: HashSet<&str> = graph.output.iter().map(|info| info.name.as_str()).collect();
    let mut lifted = Vec::new();
    graph.node.retain(|node| match constant(node) {
        Some(tensor) if !outputs.contains(tensor.name.as_str()) => {
            lifted.push(tensor);
            false
        }
        _ => true,
    });
    graph.initializer.append(&mut lifted);
}

fn constant(node: &NodeProto) -> Option<TensorProto> {
    if node.op_type != "Constant" {
        return None;
    }
    let attribute = node.attribute.first()?;
    let mut tensor = match attribute.name.as_str() {
        "value" => attribute.t.as_ref()?.clone(),
        "value_float" => tensor(FLOAT, &[], |t| t.float_data = vec![attribute.f]),
        "value_int" => tensor(INT64, &[], |t| t.int64_data = vec![attribute.i]),
        "value_floats" => tensor(FLOAT, &[attribute.floats.len()], |t| {
            t.float_data = attribute.floats.clone();
        }),
        "value_ints" => tensor(INT64, &[attribute.ints.len()], |t| {
            t.int64_data = attribute.ints.clone();
        }),
        _ => return None,
    };
    tensor.name = node.output.first()?.clone();
    Some(tensor)
}

fn tensor(kind: i32, dims: &[usize], fill: impl FnOnce(&mut TensorProto)) -> TensorProto {
    let dims = dims.iter().map(|&dim| dim as i64).collect();
    let mut tensor = TensorProto {
        data_type: kind,
        dims,
        ..Default::default()
    };
    fill(&mut tensor);
    tensor
}

/// Puts the nodes in topological order; those that are in it stay where they are.
fn sort(graph: &mut GraphProto) -> Result<(), GraphError> {
    let named = graph.input.iter().map(|info| &info.name);
    let mut known: HashSet<String> = named
        .chain(graph.initializer.iter().map(|tensor| &tensor.name))
        .cloned()
        .collect();
    let mut waiting = std::mem::take(&mut graph.node);
    while !waiting.is_empty() {
        let before = waiting.len();
        let mut later = Vec::new();
        for node in waiting {
            if read::reads(&node).iter().all(|&name| known.contains(name)) {
                known.extend(node.output.iter().cloned());
                graph.node.push(node);
            } else {
                later.push(node);
            }
        }
        if later.len() == before {
            let node = &later[0];
            let missing = read::reads(node)
                .into_iter()
                .find(|&name| !known.contains(name));
            let tensor = missing.unwrap_or_default().to_owned();
            return Err(GraphError::Dangling {
                node: node.name.clone(),
                tensor,
            });
        }
        waiting = later;
    }
    Ok(())
}
