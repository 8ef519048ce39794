//! Brings the weights that a model keeps in files of their own into the model.
//!
//! The file may come from a stranger: only plain files within the model's folder are read, wherever links lead, and
//! of them no more bytes than the shapes of the tensors need.

use super::GraphError;
use super::check::{self, LARGEST};
use super::tensors::each_tensor;
use crate::onnx::{DataLocation, ModelProto, TensorProto};
use crate::plain_file;
use std::io::{Read, Seek, SeekFrom};
use std::path::{Component, Path, PathBuf};

/// Replaces references to data files by the data. `file` is the model's own.
pub(super) fn embed(
    model: &mut ModelProto,
    origin: &str,
    file: Option<&Path>,
) -> Result<(), GraphError> {
    let mut files = Files {
        model: file,
        room: LARGEST,
    };
    each_tensor(model, |tensor| files.fill(tensor, origin))
}

/// The data files of a model.
struct Files<'a> {
    /// `None` for a model from memory.
    model: Option<&'a Path>,
    /// Bytes that the model may still take.
    room: u64,
}

impl Files<'_> {
    fn fill(&mut self, tensor: &mut TensorProto, origin: &str) -> Result<(), GraphError> {
        if tensor.data_location == DataLocation::DEFAULT {
            return Ok(());
        }
        let data = self.data(tensor).map_err(|why| GraphError::External {
            origin: origin.to_owned(),
            tensor: tensor.name.clone(),
            why,
        })?;
        tensor.raw_data = data.into();
        tensor.external_data.clear();
        tensor.data_location = DataLocation::DEFAULT;
        Ok(())
    }

    fn data(&mut self, tensor: &TensorProto) -> Result<Vec<u8>, String> {
        let needed = check::bytes(tensor)?;
        let entry = |key: &str| {
            let entry = tensor.external_data.iter().find(|entry| entry.key == key);
            entry.map(|entry| &entry.value[..])
        };
        let number = |key: &str| match entry(key) {
            None => Ok(None),
            Some(text) => text
                .parse::<u64>()
                .map(Some)
                .map_err(|_| format!("`{key}` is `{text}`")),
        };
        let location = entry("location").ok_or("it is not named")?;
        let (offset, length) = (number("offset")?.unwrap_or(0), number("length")?);
        if let Some(length) = length.filter(|&length| length != needed) {
            let dims = &tensor.dims;
            return Err(format!(
                "{length} bytes of {location}, where the shape {dims:?} needs {needed}"
            ));
        }
        self.room = self
            .room
            .checked_sub(needed)
            .ok_or("with them the model is larger than 2 GB")?;
        let path = self.place(location)?;
        read(&path, offset, needed).map_err(|why| format!("{location}{why}"))
    }

    /// The data file, with links followed.
    fn place(&self, location: &str) -> Result<PathBuf, String> {
        let model = self.model;
        let model = model.ok_or_else(|| format!("`{location}` cannot be looked for"))?;
        let plain = |part| matches!(part, Component::Normal(_) | Component::CurDir);
        if !Path::new(location).components().all(plain) {
            return Err(format!("`{location}` points out of the model's folder"));
        }
        let folder = match model.parent() {
            Some(folder) if folder != Path::new("") => folder,
            _ => Path::new("."),
        };
        let real = |path: &Path| {
            path.canonicalize()
                .map_err(|error| format!("{location}: {error}"))
        };
        let path = real(&folder.join(location))?;
        // A download may keep its files under other names elsewhere, all of them in one folder.
        let behind_link = real(model)?;
        let is_inside = path.starts_with(real(folder)?)
            || behind_link
                .parent()
                .is_some_and(|folder| path.starts_with(folder));
        match is_inside {
            true => Ok(path),
            false => Err(format!(
                "`{location}` is a link that leads out of the model's folder"
            )),
        }
    }
}

/// `length` bytes of a file, from `offset` on.
fn read(path: &Path, offset: u64, length: u64) -> Result<Vec<u8>, String> {
    let failed = |error: std::io::Error| format!(": {error}");
    let mut file = plain_file::open(path).map_err(failed)?;
    let there = file
        .metadata()
        .map_err(failed)?
        .len()
        .saturating_sub(offset);
    if there < length {
        return Err(format!(" ends after {there} of {length} bytes"));
    }
    let mut bytes = Vec::new();
    let room = usize::try_from(length).map(|length| bytes.try_reserve_exact(length));
    if !matches!(room, Ok(Ok(()))) {
        return Err(format!(": memory is too small for {length} bytes"));
    }
    file.seek(SeekFrom::Start(offset)).map_err(failed)?;
    file.take(length).read_to_end(&mut bytes).map_err(failed)?;
    match bytes.len() as u64 == length {
        true => Ok(bytes),
        false => Err(": it became shorter while it was read".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::super::{GraphError, load, parse, samples, serialise};
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

    /// Why `small_cnn` with its first weights in `data/w` is refused, after `prepare` made the folder `data`.
    #[cfg(unix)]
    fn refused(prepare: impl Fn(&std::path::Path)) -> String {
        let outer = tempfile::tempdir().unwrap();
        let folder = outer.path().join("model");
        std::fs::create_dir_all(folder.join("data")).unwrap();
        std::fs::write(outer.path().join("secret"), [0; 26]).unwrap();
        let (model, _) = external("data/w");
        std::fs::write(folder.join("m.onnx"), serialise(&model).unwrap()).unwrap();
        prepare(&folder);
        load(&folder.join("m.onnx")).unwrap_err().to_string()
    }

    #[cfg(unix)]
    #[test]
    fn links_out_of_the_folder_are_not_followed() {
        use std::os::unix::fs::symlink;
        let out = "is a link that leads out of the model's folder";
        let error = refused(|folder| symlink("../../secret", folder.join("data/w")).unwrap());
        assert!(error.ends_with(out), "{error}");
        let error = refused(|folder| {
            std::fs::remove_dir(folder.join("data")).unwrap();
            std::fs::rename(folder.join("../secret"), folder.join("../w")).unwrap();
            symlink("..", folder.join("data")).unwrap();
        });
        assert!(error.ends_with(out), "{error}");
        let error = refused(|folder| symlink("/dev/zero", folder.join("data/w")).unwrap());
        assert!(error.ends_with(out), "{error}");
    }

    #[test]
    fn no_tensor_of_a_model_is_passed_over() {
        use crate::onnx::{AttributeProto, FunctionProto, NodeProto, SparseTensorProto};
        let (outside, _) = external("../secret");
        let tensor = outside.graph.initializer[0].clone();
        let sparse = || SparseTensorProto {
            values: Some(tensor.clone()),
            ..Default::default()
        };
        let with = |attribute: AttributeProto| NodeProto {
            attribute: vec![attribute],
            ..Default::default()
        };
        let dense = AttributeProto {
            t: Some(Box::new(tensor.clone())),
            ..Default::default()
        };
        let constant = AttributeProto {
            sparse_tensor: Some(Box::new(sparse())),
            ..Default::default()
        };
        let function = FunctionProto {
            node: vec![with(dense)],
            ..Default::default()
        };
        let mut models = [(); 3].map(|()| samples::small_cnn());
        models[0].graph.sparse_initializer.push(sparse());
        models[1].graph.node[0].attribute.push(constant);
        models[2].functions.push(function);
        for model in models {
            let error = parse(serialise(&model).unwrap(), "m.onnx").unwrap_err();
            assert!(matches!(error, GraphError::External { .. }), "{error}");
        }
    }

    #[cfg(unix)]
    #[test]
    fn only_plain_files_are_read() {
        let error = refused(|folder| {
            let pipe = std::process::Command::new("mkfifo")
                .arg(folder.join("data/w"))
                .status();
            assert!(pipe.unwrap().success());
        });
        assert!(
            error.ends_with("data/w: this is a pipe, not a plain file"),
            "{error}"
        );
    }

    #[cfg(unix)]
    #[test]
    fn a_download_of_links_is_read_where_its_files_lie() {
        use std::os::unix::fs::symlink;
        let folder = tempfile::tempdir().unwrap();
        let (blobs, snapshot) = (folder.path().join("blobs"), folder.path().join("snapshot"));
        std::fs::create_dir_all(&blobs).unwrap();
        std::fs::create_dir_all(&snapshot).unwrap();
        let (model, data) = external("m.data");
        std::fs::write(blobs.join("1"), serialise(&model).unwrap()).unwrap();
        std::fs::write(blobs.join("2"), data).unwrap();
        symlink("../blobs/1", snapshot.join("m.onnx")).unwrap();
        symlink("../blobs/2", snapshot.join("m.data")).unwrap();
        assert_eq!(
            load(&snapshot.join("m.onnx")).unwrap(),
            samples::small_cnn()
        );
    }

    #[test]
    fn no_more_is_read_than_the_shape_needs() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("m.onnx");
        let (mut model, data) = external("m.data");
        std::fs::write(folder.path().join("m.data"), [&data[..], &[7; 99]].concat()).unwrap();
        let entries = &mut model.graph.initializer[0].external_data;
        let length = entries.pop().unwrap();
        std::fs::write(&path, serialise(&model).unwrap()).unwrap();
        assert_eq!(load(&path).unwrap(), samples::small_cnn());
        let tensor = &mut model.graph.initializer[0];
        tensor.external_data.push(length);
        tensor.dims = vec![1 << 40];
        std::fs::write(&path, serialise(&model).unwrap()).unwrap();
        let error = load(&path).unwrap_err().to_string();
        let why = "24 bytes of m.data, where the shape [1099511627776] needs 4398046511104";
        assert!(error.ends_with(why), "{error}");
    }
}
