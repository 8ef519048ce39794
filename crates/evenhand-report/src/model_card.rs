//! The report for machines: a model card, in the fields of the Model Card Toolkit's schema.

use super::content::{Part, Report};
use super::format;
use super::method::Method;
use super::summary;
use crate::audit::{Cell, Measure};
use crate::record::{LabelSource, Unit};
use serde_json::{Value, json};

/// `model_details`, `model_parameters`, `quantitative_analysis` and `considerations`: Mitchell, M.
/// et al. (2019), Model cards for model reporting, FAT*, 220-229; fields of version 0.0.2 of the
/// schema. What cannot be estimated is left out, as the schema has no place for a reason.
pub fn model_card(report: &Report) -> Value {
    let classes = report.classes.names().join(", ");
    let parts = report.parts.iter();
    let metrics: Vec<Value> = parts
        .flat_map(|part| performance(part, report.unit))
        .collect();
    let source = match &report.data.about {
        Some(about) => format!("{}. {about}", report.data.source),
        None => report.data.source.clone(),
    };
    let method = report.training.as_ref().map(|training| &training.method);
    let many = report.unit.many();
    json!({
        "schema_version": "0.0.2",
        "model_details": {
            "name": report.title,
            "overview": overview(report, &classes),
            "version": { "name": format!("evenhand {}", env!("CARGO_PKG_VERSION")) },
        },
        "model_parameters": {
            "model_architecture": method.map(architecture),
            "data": [{ "name": source, "description": labels(report), "sensitive": {
                "sensitive_data": groupings(report),
            } }],
            "input_format": input(report.unit, method),
            "output_format": format!("a probability for each of {classes}"),
        },
        "quantitative_analysis": { "performance_metrics": metrics },
        "considerations": {
            "use_cases": [{ "description": format!("To describe many {many} at once, corrected for the errors by group that are listed here.") }],
            "limitations": [
                { "description": labels(report) },
                { "description": format!("Intervals are about the number of {many} only, not about other kinds of {many}.") },
            ],
            "ethical_considerations": ethics(report),
        },
    })
}

fn overview(report: &Report, classes: &str) -> String {
    let label = &report.label;
    match report.training.as_ref().map(|training| &training.method) {
        Some(Method::Images(method)) => format!(
            "Tells {label} ({classes}) from images: a trained head on the {} backbone {}.",
            if method.is_tuned() {
                "fine-tuned"
            } else {
                "frozen"
            },
            method.backbone
        ),
        Some(Method::Columns(method)) => format!(
            "Tells {label} ({classes}) from {} of a table: {}.",
            format::counted(method.columns.len() as u64, "column"),
            method.learner
        ),
        None => format!("Predictions of {label} ({classes}), audited by evenhand."),
    }
}

fn architecture(method: &Method) -> &str {
    match method {
        Method::Images(method) => &method.backbone,
        Method::Columns(method) => &method.learner,
    }
}

fn input(unit: Unit, method: Option<&Method>) -> String {
    match (unit, method) {
        (_, Some(Method::Columns(method))) => {
            format!("a row with the columns {}", method.columns.join(", "))
        }
        (Unit::Image, _) => "an image of one face".to_owned(),
        (Unit::Row, _) => "a row of a table".to_owned(),
    }
}

fn ethics(report: &Report) -> Vec<Value> {
    let consideration = |name: &str| {
        json!({
            "name": name,
            "mitigation_strategy": "Do not use it to decide anything about a single person.",
        })
    };
    match report.unit {
        Unit::Image => vec![consideration(
            "It says how a person is perceived in a picture, and nothing about who the person is.",
        )],
        Unit::Row => vec![
            consideration(
                "Scoring people has effects on them: some are approached for what they are not, others are passed over, and they can seldom see or correct their score.",
            ),
            consideration(&summary::who_is_scored_worse(report.by_size()[0])),
        ],
    }
}

fn labels(report: &Report) -> &'static str {
    match (report.data.label_source, report.unit) {
        (LabelSource::Perceived, Unit::Image) => {
            "Labels and groups are what coders perceived in a picture."
        }
        (LabelSource::Recorded, _) | (LabelSource::Perceived, Unit::Row) => {
            "Labels and groups are what people answered or what was recorded."
        }
        (LabelSource::Drawn, _) => "Labels and groups are what was drawn.",
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

fn performance(part: &Part, unit: Unit) -> Vec<Value> {
    let source = part.source.name(unit);
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
