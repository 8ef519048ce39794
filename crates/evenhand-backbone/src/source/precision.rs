//! The same backbone in another precision: int8 copies and what they were made from.

use super::{Source, SourceError, is_shipped, open};
use crate::Precision;
use crate::spec::Spec;
use std::path::Path;

/// How the name of an int8 copy ends.
const INT8: &str = "-int8";

/// The name of a model in another precision: its int8 copy is `<name>-int8`, beside it where it
/// is a file. `None` for the float32 model of what is not called an int8 copy.
pub fn other_name(named: &str, precision: Precision) -> Option<String> {
    let rename = |stem: &str| match precision {
        Precision::Int8 => Some(format!("{stem}{INT8}")),
        Precision::F32 | Precision::F16 => stem.strip_suffix(INT8).map(str::to_owned),
    };
    if is_shipped(named) {
        return rename(named);
    }
    let path = Path::new(named);
    let name = format!("{}.onnx", rename(path.file_stem()?.to_str()?)?);
    Some(path.with_file_name(name).display().to_string())
}

/// The model in another precision: its name, and what differs in its spec, which is all but the taps
/// and the preprocessing.
///
/// # Errors
/// [`SourceError::NoCopy`] where there is none; as [`open`].
pub fn in_precision(
    named: &str,
    spec: &Spec,
    precision: Precision,
) -> Result<(String, Spec), SourceError> {
    let is_there = |name: &String| is_shipped(name) || Path::new(name).is_file();
    let Some(other) = other_name(named, precision).filter(is_there) else {
        return Err(SourceError::NoCopy {
            name: named.to_owned(),
            precision,
            copy: other_name(named, precision).unwrap_or_default(),
        });
    };
    let Spec {
        name,
        onnx,
        sha256,
        precision,
        provenance,
        ..
    } = open(&Source {
        backbone: Some(other.clone()),
        ..Default::default()
    })?
    .spec;
    let spec = Spec {
        name,
        onnx,
        sha256,
        precision,
        provenance,
        ..spec.clone()
    };
    Ok((other, spec))
}

#[cfg(test)]
mod tests {
    use super::super::{Overrides, reopen};
    use super::*;
    use crate::hint::Hint;
    use crate::spec::Pool;

    #[test]
    fn an_int8_copy_keeps_what_was_said_otherwise() {
        let gap = opened(Overrides {
            pool: Some(Pool::Gap),
            ..Default::default()
        });
        let (name, spec) = in_precision(&gap.named, &gap.spec, Precision::Int8).unwrap();
        assert_eq!(name, "efficientnet-lite0-int8");
        assert_eq!(
            (spec.precision, &spec.taps),
            (Precision::Int8, &gap.spec.taps)
        );
        reopen(&name, &spec).unwrap();
        let (name, spec) = in_precision(&name, &spec, Precision::F32).unwrap();
        assert_eq!((name, spec), (gap.named, gap.spec));
        let missing = in_precision(
            "mine.onnx",
            &opened(Overrides::default()).spec,
            Precision::Int8,
        );
        let hint = missing.unwrap_err().hint().unwrap();
        assert_eq!(
            hint.to_string(),
            "`evenhand backbone quantize mine.onnx` makes `mine-int8.onnx`"
        );
    }

    fn opened(overrides: Overrides) -> super::super::Backbone {
        open(&Source {
            overrides,
            ..Default::default()
        })
        .unwrap()
    }
}
