//! Inspection of models: the backbones that ship, and the structure of any ONNX file.

use crate::backbone::inspect::{self, Inspection};
use crate::backbone::prepare::prepare;
use crate::backbone::source::{self, Source};
use crate::backbone::spec::{Size, Spec};
use crate::error::Error;
use serde::Serialize;

/// Backbone inside the library.
#[derive(Debug, Clone, Serialize)]
pub struct ShippedBackbone {
    #[serde(flatten)]
    pub spec: Spec,
    /// Number of features of an image.
    pub features: usize,
}

/// Lists the backbones that ship.
///
/// # Errors
/// One of them cannot be prepared, which no build should bring about.
///
/// ```
/// let shipped = evenhand::shipped_backbones()?;
/// assert_eq!(shipped[0].spec.name, "efficientnet-lite0");
/// # Ok::<(), evenhand::Error>(())
/// ```
pub fn shipped_backbones() -> Result<Vec<ShippedBackbone>, Error> {
    let named = |spec: Spec| -> Result<ShippedBackbone, Error> {
        let backbone = source::open(&Source {
            backbone: Some(spec.name),
            ..Default::default()
        })?;
        let features = prepare(&backbone.model, &backbone.spec)?.dim();
        Ok(ShippedBackbone {
            spec: backbone.spec,
            features,
        })
    };
    source::shipped().into_iter().map(named).collect()
}

/// Inspects a model, by the name of one that ships or the path of an ONNX file: inputs, outputs,
/// operators, size, and where features could be taken from images of a size.
///
/// # Errors
/// The model cannot be read, or is too large to run at this size.
///
/// ```no_run
/// let inspection = evenhand::inspect("resnet50.onnx", None)?;
/// println!("{} parameters", inspection.parameters);
/// # Ok::<(), evenhand::Error>(())
/// ```
pub fn inspect(backbone: &str, size: Option<Size>) -> Result<Inspection, Error> {
    Ok(inspect::inspect(&source::model(backbone)?, size)?)
}
