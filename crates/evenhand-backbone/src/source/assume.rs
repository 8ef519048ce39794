//! Default preprocessing and taps of a network without a spec.

use super::error::SourceError;
use super::overrides::{Overrides, TapChoice};
use crate::Precision;
use crate::dataset::preprocess::{Filter, Fit};
use crate::graph::{self, Doubt, GraphError, Layout};
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
    if foreign && (mean.is_none() || std.is_none()) {
        notes.extend(doubt_normalisation(model));
    }
    if spec.taps.is_empty() {
        let (tap, found) = found(model, *pool)?;
        spec.taps.push(tap);
        notes.extend(found);
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

/// Signs that a network was not trained with ImageNet's mean and deviation.
fn doubt_normalisation(model: &ModelProto) -> Option<Message> {
    let own = graph::own_arithmetic(model);
    if !own.is_empty() {
        return Some(Message::new(
            "the graph begins with {} by constants, so it seems to normalise its images itself: {mean} 0 \
             with {std} 1 gives it pixels from 0 to 255, {std} 255 from 0 to 1",
            &[&own.join(", ")],
        ));
    }
    let layout = graph::image_input(model).ok()?.layout;
    (layout == Layout::Nhwc).then(|| {
        "its channels come last, as in Keras, whose networks have other constants than these: give those \
         of its `preprocess_input` with {mean}, {std} and {channels}"
            .into()
    })
}

/// The input of the classifier, before global pooling if there is one, so that it can be pooled
/// in another way.
fn found(model: &ModelProto, pool: Option<Pool>) -> Result<(Tap, Vec<Message>), SourceError> {
    let feed = graph::classifier_feed(model).ok_or_else(|| GraphError::NoSuchTensor {
        name: model.graph.output[0].name.clone(),
        nearest: None,
    })?;
    let own = feed.pooling.as_deref().map(|op| match op {
        "GlobalMaxPool" | "ReduceMax" => Pool::Max,
        _ => Pool::Gap,
    });
    let tap = Tap {
        tensor: feed.tap(pool.is_some()).to_owned(),
        pool: pool.or(own).unwrap_or_default(),
    };
    let what = match &feed.classifier {
        Some(node) => format!("what feeds the classifier `{node}`"),
        None => "what the network ends in".to_owned(),
    };
    let mut notes = vec![Message::new(
        "features are taken from `{}`, {} ({tap} says otherwise)",
        &[&tap.tensor, &what],
    )];
    match feed.doubt {
        Some(Doubt::Scores) => notes.push(Message::new(
            "`{}` looks like scores of classes rather than features: `evenhand backbone inspect FILE` lists \
             tensors for {tap}",
            &[&tap.tensor],
        )),
        Some(Doubt::Embedding(count)) => notes.push(Message::new(
            "the classifier has {} outputs and no softmax: if they are an embedding, {tap} {} takes it",
            &[&count, &model.graph.output[0].name],
        )),
        None => {}
    }
    Ok((tap, notes))
}
