//! Default preprocessing and taps of a network without a spec.

use super::error::SourceError;
use super::overrides::{Overrides, TapChoice};
use crate::Precision;
use crate::dataset::preprocess::{Filter, Fit};
use crate::graph::{self, GraphError};
use crate::hint::Message;
use crate::onnx::ModelProto;
use crate::spec::{Channels, Pool, Size, Spec, Tap};
use std::path::Path;

/// The spec with what neither it nor the user says filled in from the model and from custom, and notes
/// for the user of what was assumed.
pub(super) fn complete(
    model: &ModelProto,
    spec: Option<Spec>,
    named: &str,
    overrides: &Overrides,
) -> Result<(Spec, Vec<Message>), SourceError> {
    let mut notes = Vec::new();
    let opset = graph::opset(model);
    if opset > *graph::OPSETS.end() {
        notes.push(Message::new(
            "{} has opset {}, newer than evenhand knows ({} to {}); it may not run",
            &[&named, &opset, graph::OPSETS.start(), graph::OPSETS.end()],
        ));
    }
    let foreign = spec.is_none();
    let mut spec = match spec {
        Some(spec) => spec,
        None => assumed(model, named)?,
    };
    override_spec(&mut spec, overrides);
    let Overrides {
        size,
        mean,
        std,
        channels,
        pool,
        ..
    } = overrides;
    if foreign && (size.is_none() || mean.is_none() || std.is_none() || channels.is_none()) {
        let [mean, std] = [spec.mean, spec.std].map(|values| format!("{values:?}"));
        notes.push(Message::new(
            "{} comes without a spec: taken are {} {} images, mean {}, std {} on 0..255 ({spec}, or {size}, \
             {channels}, {mean} and {std} say otherwise)",
            &[&named, &spec.size, &spec.channels, &mean, &std],
        ));
    }
    if spec.taps.is_empty() {
        let (tap, note) = found(model, *pool)?;
        spec.taps.push(tap);
        notes.push(note);
    }
    Ok((spec.checked(named)?, notes))
}

/// Sets the fields that the user gives.
fn override_spec(spec: &mut Spec, overrides: &Overrides) {
    let Overrides {
        size,
        mean,
        std,
        channels,
        fit,
        filter,
        taps,
        pool,
    } = overrides;
    spec.size = size.unwrap_or(spec.size);
    spec.mean = mean.unwrap_or(spec.mean);
    spec.std = std.unwrap_or(spec.std);
    spec.channels = channels.unwrap_or(spec.channels);
    spec.fit = fit.unwrap_or(spec.fit);
    spec.filter = filter.unwrap_or(spec.filter);
    if !taps.is_empty() {
        let tap = |choice: &TapChoice| Tap {
            tensor: choice.tensor.clone(),
            pool: choice.pool.or(*pool).unwrap_or_default(),
        };
        spec.taps = taps.iter().map(tap).collect();
    } else if let Some(pool) = *pool {
        spec.taps.iter_mut().for_each(|tap| tap.pool = pool);
    }
}

/// Preprocessing that most networks expect: ImageNet's mean and deviation, 224 pixels.
fn assumed(model: &ModelProto, named: &str) -> Result<Spec, SourceError> {
    let input = graph::image_input(model)?;
    let side = |side: Option<usize>| side.unwrap_or(224);
    let name = Path::new(named).file_stem().unwrap_or(named.as_ref());
    Ok(Spec {
        name: name.to_string_lossy().into_owned(),
        onnx: None,
        sha256: None,
        precision: match graph::quantize::on_integers(&model.graph) {
            Some(_) => Precision::Int8,
            None => Precision::F32,
        },
        size: Size {
            height: side(input.height),
            width: side(input.width),
        },
        mean: [123.675, 116.28, 103.53],
        std: [58.395, 57.12, 57.375],
        channels: Channels::Rgb,
        fit: Fit::Squash,
        filter: Filter::Bilinear,
        licence: String::new(),
        provenance: String::new(),
        citation: String::new(),
        taps: Vec::new(),
    })
}

/// The input of the classifier, before global pooling if there is one, so that it can be pooled
/// in another way.
fn found(model: &ModelProto, pool: Option<Pool>) -> Result<(Tap, Message), SourceError> {
    let feed = graph::classifier_feed(model).ok_or_else(|| GraphError::NoSuchTensor {
        name: model.graph.output[0].name.clone(),
        nearest: None,
    })?;
    let own = feed.pooling.as_deref().map(|op| match op {
        "GlobalMaxPool" | "ReduceMax" => Pool::Max,
        _ => Pool::Gap,
    });
    let tensor = if own.or(pool).is_some() {
        feed.spatial
    } else {
        feed.tensor
    };
    let tap = Tap {
        tensor,
        pool: pool.or(own).unwrap_or_default(),
    };
    let what = match feed.classifier {
        Some(node) => format!("what feeds the classifier `{node}`"),
        None => "what the network ends in".to_owned(),
    };
    let note = Message::new(
        "features are taken from `{}`, {} ({tap} says otherwise)",
        &[&tap.tensor, &what],
    );
    Ok((tap, note))
}
