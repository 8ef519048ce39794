//! The report for machines: a model card, in the fields of the Model Card Toolkit's schema.

use super::content::{Part, Report};
use crate::audit::{Cell, Measure};
use crate::record::LabelSource;
use serde_json::{Value, json};

/// `model_details`, `model_parameters`, `quantitative_analysis` and `considerations`: Mitchell, M.
/// et al. (2019), Model cards for model reporting, FAT*, 220-229; fields of version 0.0.2 of the
/// schema. What cannot be estimated is left out, as the schema has no place for a reason.
pub fn model_card(report: &Report) -> Value {
    let classes = report.classes.names().join(", ");
    let overview = match &report.training {
        Some(training) => format!(
            "Tells {} ({classes}) from images: a trained head on the {} backbone {}.",
            report.label,
            if training.is_tuned() {
                "fine-tuned"
            } else {
                "frozen"
            },
            training.backbone
        ),
        None => format!(
            "Predictions of {} ({classes}), audited by evenhand.",
            report.label
        ),
    };
    let metrics: Vec<Value> = report.parts.iter().flat_map(performance).collect();
    let source = match &report.data.about {
        Some(about) => format!("{}. {about}", report.data.source),
        None => report.data.source.clone(),
    };
    json!({
        "schema_version": "0.0.2",
        "model_details": {
            "name": report.title,
            "overview": overview,
            "version": { "name": format!("evenhand {}", env!("CARGO_PKG_VERSION")) },
        },
        "model_parameters": {
            "model_architecture": report.training.as_ref().map(|training| training.backbone.clone()),
            "data": [{ "name": source, "description": labels(report), "sensitive": {
                "sensitive_data": groupings(report),
            } }],
            "input_format": "an image of one face",
            "output_format": format!("a probability for each of {classes}"),
        },
        "quantitative_analysis": { "performance_metrics": metrics },
        "considerations": {
            "use_cases": [{ "description": "To describe many images at once, corrected for the errors by group that are listed here." }],
            "limitations": [
                { "description": labels(report) },
                { "description": "Intervals are about the number of images only, not about other kinds of images." },
            ],
            "ethical_considerations": [{
                "name": "It says how a person is perceived in a picture, and nothing about who the person is.",
                "mitigation_strategy": "Do not use it to decide anything about a single person.",
            }],
        },
    })
}

fn labels(report: &Report) -> &'static str {
    match report.data.label_source {
        LabelSource::Perceived => "Labels and groups are what coders perceived in a picture.",
        LabelSource::Drawn => "Labels and groups are what was drawn.",
    }
}

fn groupings(report: &Report) -> Vec<&str> {
    let groupings = report
        .parts
        .iter()
        .take(1)
        .flat_map(|part| &part.audit.groupings);
    groupings.map(|grouping| grouping.name.as_str()).collect()
}

fn performance(part: &Part) -> Vec<Value> {
    let source = part.source.name();
    let mut metrics = of_cell(source, None, &part.audit.overall);
    for grouping in &part.audit.groupings {
        for (value, cell) in &grouping.cells {
            metrics.extend(of_cell(
                source,
                Some(format!("{}={value}", grouping.name)),
                cell,
            ));
        }
    }
    metrics
}

fn of_cell(source: &str, group: Option<String>, cell: &Cell) -> Vec<Value> {
    let slice = match group {
        Some(group) => format!("{source}: {group}"),
        None => source.to_owned(),
    };
    let metric = |(name, measure): &(&'static str, Measure)| {
        let estimate = measure.estimate.ok()?;
        Some(json!({
            "type": name,
            "value": estimate.value,
            "slice": slice,
            "confidence_interval": {
                "lower_bound": estimate.interval.low,
                "upper_bound": estimate.interval.high,
            },
        }))
    };
    cell.measures.iter().filter_map(metric).collect()
}
