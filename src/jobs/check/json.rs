//! A check as JSON.

use super::{Count, DataCheck, ImageSummary, Severity};
use serde_json::{Map, Value, json};

impl DataCheck {
    /// All of it, with the paths of the rows that findings name.
    pub fn to_json(&self) -> Value {
        let path = |row: usize| self.pictures[row].name.clone();
        let groupings = self.groupings.iter().map(|grouping| {
            let cells = grouping.cells.iter().map(|(value, by_class)| {
                let names = self.classes.iter().map(|class| class.value.clone());
                let classes: Map<String, Value> =
                    names.zip(by_class.iter().map(|&n| json!(n))).collect();
                let cell = json!({ "rows": by_class.iter().sum::<usize>(), "classes": classes });
                (value.clone(), cell)
            });
            (grouping.name.clone(), cells.collect::<Map<_, _>>().into())
        });
        json!({
            "evenhand": env!("CARGO_PKG_VERSION"),
            "source": self.source,
            "would_fail": self.count(Severity::Failure) > 0,
            "label": self.label,
            "rows": self.rows,
            "unlabelled": self.unlabelled,
            "classes": counts(&self.classes),
            "parts": counts(&self.parts),
            "groups": groupings.collect::<Map<_, _>>(),
            "columns": self.columns.iter().map(|column| json!({
                "name": column.name, "values": column.values, "missing": column.missing,
            })).collect::<Vec<_>>(),
            "images": self.images.as_ref().map(images),
            "copies": self.copies.copies,
            "near_copies": self.copies.near_copies,
            "skipped": self.skipped.iter().map(|skipped| json!({
                "path": skipped.path, "reason": skipped.reason,
            })).collect::<Vec<_>>(),
            "notes": self.notes,
            "findings": self.findings.iter().map(|finding| finding.to_json(path)).collect::<Vec<_>>(),
        })
    }
}

fn counts(counts: &[Count]) -> Map<String, Value> {
    let pairs = counts
        .iter()
        .map(|count| (count.value.clone(), json!(count.rows)));
    pairs.collect()
}

fn images(images: &ImageSummary) -> Value {
    let statuses = images
        .statuses
        .iter()
        .map(|(status, n)| (status.to_string(), json!(n)));
    let formats = images
        .formats
        .iter()
        .map(|(format, n)| ((*format).to_owned(), json!(n)));
    json!({
        "statuses": statuses.collect::<Map<_, _>>(),
        "formats": formats.collect::<Map<_, _>>(),
        "short_side": images.short_side,
        "long_side": images.long_side,
    })
}
