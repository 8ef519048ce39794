//! The page of a segmentation.

use super::config::SegmentConfig;
use super::data::SegmentData;
use crate::report::{LeftOut, ReportError, SegmentsPage, SegmentsSource, render_segments};
use crate::segments::Segments;
use crate::segments::look::Look;

/// Rows without a segment that are named, of each reason.
const NAMED: usize = 20;

/// The content of `report.html`.
///
/// # Errors
/// Those of [`render_segments`].
pub fn page(
    found: &Segments,
    look: &Look,
    data: &SegmentData,
    config: &SegmentConfig,
) -> Result<String, ReportError> {
    let file = config.table.file_name().unwrap_or_default();
    let file = file.to_string_lossy().into_owned();
    let notes = data.left_out.iter();
    let notes = notes.map(|of| format!("`{}` is not taken: {}.", of.column, of.why));
    let names: Vec<String> = data.kept().map(|row| data.ids.name(row)).collect();
    render_segments(&SegmentsPage {
        title: format!("Segments of {file}"),
        source: SegmentsSource {
            rows: data.reasons.len() as u64,
            left_out: left_out(data),
            weights: config.weights.clone(),
            notes: notes.collect(),
            file,
        },
        segments: found,
        look,
        names: &names,
    })
}

/// Rows without a segment by reason, in the order in which reasons occur.
fn left_out(data: &SegmentData) -> Vec<LeftOut> {
    let mut groups: Vec<LeftOut> = Vec::new();
    for (row, reason) in data.reasons.iter().enumerate() {
        let Some(reason) = reason else { continue };
        let at = groups.iter().position(|group| group.reason == *reason);
        let at = at.unwrap_or_else(|| {
            groups.push(LeftOut {
                rows: 0,
                reason: reason.clone(),
                names: Vec::new(),
            });
            groups.len() - 1
        });
        groups[at].rows += 1;
        if groups[at].names.len() < NAMED {
            groups[at].names.push(data.ids.name(row));
        }
    }
    groups
}
