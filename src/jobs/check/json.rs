//! A check as JSON.

use super::{Count, DataCheck, GroupCounts, ImageSummary, Severity};
use serde_json::{Value, json};

impl DataCheck {
    /// All of it, with the paths of the rows that findings name.
    pub fn to_json(&self) -> Value {
        let path = |row: usize| self.pictures[row].name.clone();
        let groups = self.groupings.iter().map(|grouping| self.group(grouping));
        let findings = self.findings.iter().map(|finding| finding.to_json(path));
        let columns = self.columns.iter().map(|column| {
            json!({ "name": column.name, "values": column.values, "missing": column.missing })
        });
        let skipped = self.skipped.iter();
        let skipped =
            skipped.map(|skipped| json!({ "path": skipped.path, "reason": skipped.reason }));
        json!({
            "evenhand": env!("CARGO_PKG_VERSION"),
            "source": self.source,
            "would_fail": self.count(Severity::Failure) > 0,
            "label": self.label,
            "rows": self.rows,
            "unlabelled": self.unlabelled,
            "class_counts": counts(&self.classes),
            "parts": counts(&self.parts),
            "groupings": groups.collect::<Vec<_>>(),
            "columns": columns.collect::<Vec<_>>(),
            "images": self.images.as_ref().map(images),
            "copies": self.copies.copies,
            "near_copies": self.copies.near_copies,
            "skipped": skipped.collect::<Vec<_>>(),
            "notes": self.notes.iter().map(ToString::to_string).collect::<Vec<_>>(),
            "findings": findings.collect::<Vec<_>>(),
        })
    }

    fn group(&self, grouping: &GroupCounts) -> Value {
        let cells = grouping.cells.iter().map(|(value, by_class)| {
            let classes = self.classes.iter().zip(by_class);
            let classes =
                classes.map(|(class, rows)| json!({ "value": class.value, "rows": rows }));
            json!({
                "value": value,
                "rows": by_class.iter().sum::<usize>(),
                "class_counts": classes.collect::<Vec<_>>(),
            })
        });
        json!({ "name": grouping.name, "cells": cells.collect::<Vec<_>>() })
    }
}

fn counts(counts: &[Count]) -> Vec<Value> {
    let counts = counts.iter();
    counts
        .map(|count| json!({ "value": count.value, "rows": count.rows }))
        .collect()
}

fn images(images: &ImageSummary) -> Value {
    let statuses = images.statuses.iter();
    let statuses = statuses.map(|(status, n)| json!({ "value": status.to_string(), "images": n }));
    let formats = images.formats.iter();
    let formats = formats.map(|(format, n)| json!({ "value": format, "images": n }));
    let range = |sides: Option<[u32; 3]>| {
        sides.map(|[least, median, most]| json!({ "min": least, "median": median, "max": most }))
    };
    json!({
        "statuses": statuses.collect::<Vec<_>>(),
        "formats": formats.collect::<Vec<_>>(),
        "short_side": range(images.short_side),
        "long_side": range(images.long_side),
    })
}
