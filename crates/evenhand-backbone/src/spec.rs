//! The spec of a backbone, `models/<name>.toml`: its preprocessing and its taps.
//!
//! Weights and their preprocessing belong together: "EfficientNet-Lite0" names three incompatible
//! pipelines. A spec ties one file of weights, by its checksum, to one of them.

mod words;

pub use words::{Channels, Pool, SIDES, Size, Tap};

use crate::Precision;
use crate::dataset::preprocess::{Filter, Fit, Geometry};
use crate::hint::{Hint, Message};
use serde::{Deserialize, Serialize};

/// One backbone: its file, its preprocessing, its taps.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Spec {
    pub name: String,
    /// The file of the model, beside the spec.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub onnx: Option<String>,
    /// Of the file, in hex; a model with another one is refused.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sha256: Option<String>,
    /// What the file holds: float32 or int8.
    #[serde(default)]
    pub precision: Precision,
    pub size: Size,
    /// On the 0..255 scale, in the model's channel order.
    pub mean: [f32; 3],
    /// On the 0..255 scale, in the model's channel order.
    pub std: [f32; 3],
    #[serde(default)]
    pub channels: Channels,
    #[serde(default = "squash")]
    pub fit: Fit,
    #[serde(default = "bilinear")]
    pub filter: Filter,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub licence: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub provenance: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub citation: String,
    /// Where none is named, the input of the classifier is taken.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub taps: Vec<Tap>,
}

fn squash() -> Fit {
    Fit::Squash
}

fn bilinear() -> Filter {
    Filter::Bilinear
}

/// Why a spec is refused.
#[derive(Debug, thiserror::Error)]
pub enum SpecError {
    #[error("{origin}:{line}: {message}")]
    Toml {
        origin: String,
        line: usize,
        message: String,
    },
    #[error("{origin}: `{field}` is {found}; {allowed}")]
    Value {
        origin: String,
        field: &'static str,
        found: String,
        allowed: &'static str,
    },
}

impl Hint for SpecError {
    fn hint(&self) -> Option<Message> {
        let fields = "a spec has name, size, mean and std, and may have onnx, sha256, channels, \
                      fit, filter, precision, taps, licence, provenance and citation";
        Some(match self {
            Self::Toml { .. } => fields.into(),
            Self::Value { .. } => "correct the spec, or give {size}, {mean} or {std}".into(),
        })
    }

    fn is_usage(&self) -> bool {
        matches!(self, Self::Value { .. })
    }
}

impl Spec {
    /// Reads a spec; `origin` names it in errors.
    ///
    /// # Errors
    /// [`SpecError`], for what is no TOML, has unknown or missing fields, or impossible values.
    pub fn parse(text: &str, origin: &str) -> Result<Self, SpecError> {
        let spec: Self = toml::from_str(text).map_err(|error| {
            let before = error
                .span()
                .and_then(|span| text.get(..span.start))
                .unwrap_or("");
            SpecError::Toml {
                origin: origin.to_owned(),
                line: before.matches('\n').count() + 1,
                message: error.message().lines().collect::<Vec<_>>().join(", "),
            }
        })?;
        spec.checked(origin)
    }

    /// Checks the values.
    ///
    /// # Errors
    /// [`SpecError::Value`].
    pub fn checked(self, origin: &str) -> Result<Self, SpecError> {
        let wrong = |field, found: String, allowed| {
            Err(SpecError::Value {
                origin: origin.to_owned(),
                field,
                found,
                allowed,
            })
        };
        let Size { height, width } = self.size;
        if !SIDES.contains(&height) || !SIDES.contains(&width) {
            return wrong(
                "size",
                self.size.to_string(),
                "sides from 1 to 8192 are allowed",
            );
        }
        if self.precision == Precision::F16 {
            let allowed = "f32 and int8 are allowed; float16 is chosen where a float32 file is run";
            return wrong("precision", self.precision.to_string(), allowed);
        }
        if !self.std.iter().all(|std| std.is_finite() && *std > 0.0) {
            let allowed = "three positive numbers on the 0..255 scale are allowed";
            return wrong("std", format!("{:?}", self.std), allowed);
        }
        if !self.mean.iter().all(|mean| mean.is_finite()) {
            let allowed = "three numbers on the 0..255 scale are allowed";
            return wrong("mean", format!("{:?}", self.mean), allowed);
        }
        Ok(self)
    }

    /// The resize rule.
    pub fn geometry(&self) -> Geometry {
        let Size { height, width } = self.size;
        Geometry {
            width,
            height,
            fit: self.fit,
            filter: self.filter,
        }
    }

    /// The arithmetic on pixels.
    pub fn normalise(&self) -> Normalise {
        let bgr = self.channels == Channels::Bgr;
        Normalise {
            mean: self.mean,
            std: self.std,
            bgr,
        }
    }
}

/// `(x - mean) / std` on 0..255 values; `mean` and `std` in the model's channel order.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Normalise {
    pub mean: [f32; 3],
    pub std: [f32; 3],
    /// Blue first, as OpenCV and Caffe have it.
    pub bgr: bool,
}

#[cfg(test)]
mod tests {
    use super::*;

    const SMALL: &str = "name = 'x'\nsize = [192, 256]\nmean = [1, 2, 3]\nstd = [4, 5, 6]\n";

    #[test]
    fn a_spec_survives_writing_and_reading() {
        let text = format!("{SMALL}channels = 'bgr'\n[[taps]]\ntensor = 'a'\npool = 'grid:4'\n");
        let spec = Spec::parse(&text, "x.toml").unwrap();
        assert_eq!(
            spec.size,
            Size {
                height: 192,
                width: 256
            }
        );
        assert_eq!(
            spec.taps,
            [Tap {
                tensor: "a".to_owned(),
                pool: Pool::Grid(4)
            }]
        );
        assert_eq!(
            Spec::parse(&toml::to_string(&spec).unwrap(), "again").unwrap(),
            spec
        );
    }

    #[test]
    fn errors_name_the_line_and_what_is_allowed() {
        let message = |text: &str| Spec::parse(text, "x.toml").unwrap_err().to_string();
        let misspelt = message(&format!("{SMALL}chanels = 'bgr'\n"));
        assert!(
            misspelt.starts_with("x.toml:5: unknown field `chanels`"),
            "{misspelt}"
        );
        let pool = message(&format!("{SMALL}[[taps]]\ntensor = 'a'\npool = 'grid:0'\n"));
        assert!(pool.ends_with("`grid:0` is no pooling; write gap, max, avgmax or grid:4"));
        assert_eq!(
            message(&SMALL.replace("[4, 5, 6]", "[4, 5, 0]")),
            "x.toml: `std` is [4.0, 5.0, 0.0]; three positive numbers on the 0..255 scale are allowed"
        );
        assert_eq!(
            message(&format!("{SMALL}precision = 'f16'\n")),
            "x.toml: `precision` is f16; f32 and int8 are allowed; float16 is chosen where a float32 file is run"
        );
    }
}
