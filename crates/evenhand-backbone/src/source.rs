//! Where a backbone comes from: one that ships inside the binary, or a file of the user's.

mod assume;
mod error;
mod overrides;
mod precision;

pub use error::SourceError;
pub use overrides::{Overrides, TapChoice};
pub use precision::{in_precision, other_name};

use super::graph;
use super::spec::Spec;
use crate::hint::Message;
use crate::onnx::ModelProto;
use crate::plain_file;
use sha2::{Digest, Sha256};
use std::path::{Path, PathBuf};

/// The backbone that is taken when none is named.
pub const DEFAULT: &str = "efficientnet-lite0";

struct Shipped {
    name: &'static str,
    spec: &'static str,
    onnx: &'static [u8],
}

const SHIPPED: &[Shipped] = &[
    Shipped {
        name: DEFAULT,
        spec: include_str!("../models/efficientnet-lite0.toml"),
        onnx: include_bytes!("../models/efficientnet-lite0.onnx"),
    },
    Shipped {
        name: "efficientnet-lite0-int8",
        spec: include_str!("../models/efficientnet-lite0-int8.toml"),
        onnx: include_bytes!("../models/efficientnet-lite0-int8.onnx"),
    },
];

/// The backbone that the user names, with a spec and overrides of it.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Source {
    /// The name of a shipped backbone, or a path to an ONNX file.
    pub backbone: Option<String>,
    /// The path to a spec.
    pub spec: Option<PathBuf>,
    pub overrides: Overrides,
}

/// A model with its spec, complete: sizes, constants and at least one tap.
#[derive(Debug, Clone)]
pub struct Backbone {
    /// The name of a shipped backbone, or a path: what [`reopen`] takes.
    pub named: String,
    pub model: ModelProto,
    pub spec: Spec,
    /// Assumptions, for the user to read.
    pub notes: Vec<Message>,
}

/// The specs of the backbones inside the binary.
pub fn shipped() -> Vec<Spec> {
    SHIPPED
        .iter()
        .filter_map(|item| Spec::parse(item.spec, item.name).ok())
        .collect()
}

fn names(specs: Vec<Spec>) -> String {
    specs
        .iter()
        .map(|spec| format!("`{}`", spec.name))
        .collect::<Vec<_>>()
        .join(", ")
}

/// Finds the model and completes its spec.
///
/// # Errors
/// [`SourceError`], for files that cannot be read, are not what they should be, or don't belong
/// together.
pub fn open(source: &Source) -> Result<Backbone, SourceError> {
    let beside = || spec_beside(source.backbone.as_deref()?);
    let path = source.spec.clone().or_else(beside);
    let given = path.as_deref().map(read_spec).transpose()?;
    let named = match (&source.backbone, &given, &source.spec) {
        (Some(name), ..) => name.clone(),
        (None, Some(spec), Some(path)) => {
            let file = spec
                .onnx
                .as_ref()
                .ok_or(SourceError::NoFile { path: path.clone() })?;
            path.with_file_name(file).display().to_string()
        }
        _ => DEFAULT.to_owned(),
    };
    let item = SHIPPED.iter().find(|item| item.name == named);
    let spec = match (given, item) {
        (Some(spec), _) => Some(spec),
        (None, Some(item)) => Some(Spec::parse(item.spec, item.name)?),
        (None, None) => None,
    };
    if let Some(spec) = &spec {
        verify(&named, spec)?;
    }
    let model = model(&named)?;
    let (spec, notes) = assume::complete(&model, spec, &named, &source.overrides)?;
    Ok(Backbone {
        named,
        model,
        spec,
        notes,
    })
}

/// The model of a shipped backbone, by name, or of a file.
///
/// # Errors
/// As [`open`].
pub fn model(named: &str) -> Result<ModelProto, SourceError> {
    if let Some(item) = SHIPPED.iter().find(|item| item.name == named) {
        return Ok(graph::parse(item.onnx.to_vec(), named)?);
    }
    let path = Path::new(named);
    if !path.exists() && path.extension().is_none() {
        return Err(SourceError::Unknown {
            name: named.to_owned(),
            shipped: names(shipped()),
        });
    }
    let mut model = graph::load(path)?;
    graph::fold_constants(&mut model);
    Ok(model)
}

fn read(path: &Path) -> Result<Vec<u8>, SourceError> {
    plain_file::read(path, graph::LARGEST).map_err(|source| SourceError::Read {
        path: path.to_owned(),
        source,
    })
}

fn read_spec(path: &Path) -> Result<Spec, SourceError> {
    let text = plain_file::read_text(path).map_err(|source| SourceError::Read {
        path: path.to_owned(),
        source,
    })?;
    Ok(Spec::parse(&text, &path.display().to_string())?)
}

/// Whether a backbone of this name is in the binary.
pub fn is_shipped(named: &str) -> bool {
    SHIPPED.iter().any(|item| item.name == named)
}

/// Whether a spec is for weights that are in the binary.
pub fn ships(spec: &Spec) -> bool {
    let own = |item: Spec| item.sha256 == spec.sha256;
    spec.sha256.is_some() && shipped().into_iter().any(own)
}

/// The spec that lies beside a model file and says that it is for it.
fn spec_beside(named: &str) -> Option<PathBuf> {
    let path = Path::new(named).with_extension("toml");
    let spec = Spec::parse(&plain_file::read_text(&path).ok()?, named).ok()?;
    let file = Path::new(named).file_name()?;
    (spec.onnx.as_deref().map(AsRef::as_ref) == Some(file)).then_some(path)
}

/// Opens a model that its spec was made for before.
///
/// # Errors
/// As [`open`].
pub fn reopen(named: &str, spec: &Spec) -> Result<ModelProto, SourceError> {
    verify(named, spec)?;
    model(named)
}

/// Checks that a model is the one that its spec is for, where the spec has a checksum.
fn verify(named: &str, spec: &Spec) -> Result<(), SourceError> {
    let Some(wanted) = &spec.sha256 else {
        return Ok(());
    };
    let digest = match SHIPPED.iter().find(|item| item.name == named) {
        Some(item) => Sha256::digest(item.onnx),
        None => Sha256::digest(read(Path::new(named))?),
    };
    let found: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
    if wanted.eq_ignore_ascii_case(&found) {
        return Ok(());
    }
    Err(SourceError::OtherWeights {
        file: named.to_owned(),
        found,
        wanted: wanted.clone(),
    })
}

#[cfg(test)]
mod tests {
    use super::super::spec::{Pool, Size, Tap};
    use super::*;

    fn open_with(overrides: Overrides) -> Backbone {
        open(&Source {
            overrides,
            ..Default::default()
        })
        .unwrap()
    }

    #[test]
    fn everything_that_ships_opens_with_its_own_weights() {
        assert_eq!(shipped().len(), SHIPPED.len());
        for (item, spec) in SHIPPED.iter().zip(shipped()) {
            assert_eq!(spec.name, item.name);
            assert!(spec.sha256.is_some() && !spec.licence.is_empty());
            let source = Source {
                backbone: Some(spec.name),
                ..Default::default()
            };
            let backbone = open(&source).unwrap();
            let taps: Vec<&str> = backbone
                .spec
                .taps
                .iter()
                .map(|tap| &tap.tensor[..])
                .collect();
            graph::cut(&backbone.model, &taps).unwrap();
            assert!(backbone.notes.is_empty(), "{:?}", backbone.notes);
        }
    }

    #[test]
    fn overrides_win_over_the_spec() {
        let pooled = open_with(Overrides {
            pool: Some(Pool::Gap),
            ..Default::default()
        });
        assert!(
            pooled.spec.taps.len() == 3 && pooled.spec.taps.iter().all(|t| t.pool == Pool::Gap)
        );
        let taps = vec!["/conv_head/Conv_output_0=max".parse().unwrap()];
        let tapped = open_with(Overrides {
            taps,
            pool: Some(Pool::Gap),
            ..Default::default()
        });
        assert_eq!(tapped.spec.taps[0].pool, Pool::Max);
    }

    #[test]
    fn a_file_without_a_spec_says_what_was_assumed() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("mine.onnx");
        let model = graph::samples::small_cnn();
        std::fs::write(&path, graph::serialise(&model).unwrap()).unwrap();
        let named = path.display().to_string();
        let source = Source {
            backbone: Some(named.clone()),
            ..Default::default()
        };
        let Backbone { spec, notes, .. } = open(&source).unwrap();
        assert_eq!(
            spec.size,
            Size {
                height: 4,
                width: 4
            }
        );
        assert_eq!(
            spec.taps,
            [Tap {
                tensor: "relu".to_owned(),
                pool: Pool::Gap
            }]
        );
        assert_eq!(notes.len(), 2, "{notes:?}");
        assert!(notes[0].to_string().contains("4x4 rgb images"), "{notes:?}");

        let spec = folder.path().join("mine.toml");
        let text = "name = 'mine'\nonnx = 'mine.onnx'\nsha256 = '00'\nsize = 8\n\
                    mean = [0, 0, 0]\nstd = [1, 1, 1]\n";
        std::fs::write(&spec, text).unwrap();
        let source = Source {
            spec: Some(spec),
            ..Default::default()
        };
        let error = open(&source).unwrap_err().to_string();
        assert!(
            error.starts_with(&format!("{named} has other weights")),
            "{error}"
        );
    }

    #[test]
    fn an_unknown_name_lists_what_ships() {
        let source = Source {
            backbone: Some("resnet9000".to_owned()),
            ..Default::default()
        };
        assert_eq!(
            open(&source).unwrap_err().to_string(),
            "there is no backbone `resnet9000`: it is neither a file nor one of \
             `efficientnet-lite0`, `efficientnet-lite0-int8`"
        );
    }
}
