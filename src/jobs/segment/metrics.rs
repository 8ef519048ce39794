//! The content of `metrics.json`.

use super::config::SegmentConfig;
use super::data::SegmentData;
use crate::segments::Segments;
use crate::segments::look::Look;
use crate::segments::profile::{Difference, Profile};
use serde_json::{Value, json};

/// All numbers of a segmentation.
pub fn to_json(found: &Segments, look: &Look, data: &SegmentData, config: &SegmentConfig) -> Value {
    let kept: Vec<usize> = data.kept().collect();
    let name = |row: &usize| data.ids.name(kept[*row]);
    let segments = found.profiles.iter();
    let segments = segments.map(|profile| segment(profile, found, &name));
    json!({
        "evenhand": env!("CARGO_PKG_VERSION"),
        "rows": data.rows.len(),
        "rows_left_out": data.rows_left_out(),
        "columns": data.rows.columns(),
        "columns_left_out": data.left_out,
        "weights": config.weights,
        "scale": config.scale.name(),
        "rotated": config.rotate,
        "explained": found.explained(),
        "scree": found.scree,
        "parallel": found.parallel,
        "components": found.components,
        "supplementary": found.supplementary,
        "inertia": found.inertia,
        "restarts": {
            "starts": found.restarts.starts,
            "optima": found.restarts.optima,
            "best_found": found.restarts.best_found,
        },
        "segments": segments.collect::<Vec<_>>(),
        "choice": found.choice,
        "look": { "columns": look.columns, "sentences": look.sentences() },
        "warnings": found.warnings(),
    })
}

fn segment(profile: &Profile, found: &Segments, name: &dyn Fn(&usize) -> String) -> Value {
    let components = found.model.components();
    let centroids = found.model.described_centroids();
    let names = |rows: &[usize]| rows.iter().map(name).collect::<Vec<_>>();
    json!({
        "segment": profile.segment + 1,
        "rows": profile.rows,
        "weight_share": profile.weight_share,
        "sentence": profile.sentence,
        "centroid": centroids[profile.segment * components..][..components],
        "columns": profile.differences.iter().map(difference).collect::<Vec<_>>(),
        "typical": names(&profile.members.typical),
        "borderline": names(&profile.members.borderline),
    })
}

fn difference(difference: &Difference) -> Value {
    json!({
        "column": difference.column,
        "used": difference.is_used,
        "mean": difference.mean,
        "elsewhere": difference.elsewhere,
        "standardised": difference.standardised,
        "p_holm": difference.p_holm,
    })
}
