//! Brings the weights that a model keeps in files of their own into the model.

use super::GraphError;
use crate::onnx::{DataLocation, GraphProto, TensorProto};
use std::io::{Read, Seek, SeekFrom};
use std::path::{Component, Path};

/// Replaces references to data files by the data.
pub(super) fn embed(
    graph: &mut GraphProto,
    origin: &str,
    folder: Option<&Path>,
) -> Result<(), GraphError> {
    let attributes = graph.node.iter_mut().flat_map(|node| &mut node.attribute);
    let mut tensors: Vec<&mut TensorProto> = graph.initializer.iter_mut().collect();
    let mut inner = Vec::new();
    for attribute in attributes {
        tensors.extend(attribute.t.as_deref_mut());
        inner.extend(
            attribute
                .g
                .as_deref_mut()
                .into_iter()
                .chain(&mut attribute.graphs),
        );
    }
    for tensor in tensors {
        if tensor.data_location == DataLocation::DEFAULT {
            continue;
        }
        let data = external_data(tensor, folder).map_err(|why| GraphError::External {
            origin: origin.to_owned(),
            tensor: tensor.name.clone(),
            why,
        })?;
        tensor.raw_data = data.into();
        tensor.external_data.clear();
        tensor.data_location = DataLocation::DEFAULT;
    }
    inner
        .into_iter()
        .try_for_each(|graph| embed(graph, origin, folder))
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

#[cfg(test)]
mod tests {
    use super::super::{load, parse, samples, serialise};
    use crate::onnx::{DataLocation, ModelProto};

    /// `small_cnn` with the values of `conv.weight` in a file, two bytes from its start.
    fn external(location: &str) -> (ModelProto, Vec<u8>) {
        let mut model = samples::small_cnn();
        let tensor = &mut model.graph.initializer[0];
        let data = [&[0, 0], &tensor.raw_data[..]].concat();
        tensor.raw_data = Default::default();
        for (key, value) in [("location", location), ("offset", "2"), ("length", "24")] {
            tensor.external_data.push(Default::default());
            let entry = tensor.external_data.last_mut().unwrap();
            (entry.key, entry.value) = (key.to_owned(), value.to_owned());
        }
        tensor.data_location = DataLocation::EXTERNAL;
        (model, data)
    }

    #[test]
    fn weights_beside_the_model_are_read_in() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("m.onnx");
        let (model, data) = external("m.data");
        std::fs::write(&path, serialise(&model).unwrap()).unwrap();
        let error = load(&path).unwrap_err().to_string();
        assert!(
            error.contains("`conv.weight` are in another file: m.data: "),
            "{error}"
        );
        std::fs::write(folder.path().join("m.data"), &data[..20]).unwrap();
        let error = load(&path).unwrap_err().to_string();
        assert!(
            error.ends_with("m.data ends after 18 of 24 bytes"),
            "{error}"
        );
        std::fs::write(folder.path().join("m.data"), &data).unwrap();
        assert_eq!(load(&path).unwrap(), samples::small_cnn());
    }

    #[test]
    fn weights_are_not_read_from_outside_of_the_folder() {
        for location in ["../secret", "/etc/passwd"] {
            let (model, _) = external(location);
            let bytes = serialise(&model).unwrap();
            assert!(parse(bytes.clone(), "m.onnx").is_err());
            let folder = tempfile::tempdir().unwrap();
            let path = folder.path().join("m.onnx");
            std::fs::write(&path, bytes).unwrap();
            let error = load(&path).unwrap_err().to_string();
            assert!(
                error.ends_with("points out of the model's folder"),
                "{error}"
            );
        }
    }
}
