//! Everything that one segmentation produced.

use super::config::SegmentConfig;
use super::data::SegmentData;
use super::onnx;
use super::output::{Layout, Row, SEGMENTS};
use super::page::page;
use super::stored::{FILE, StoredSegmentation};
use super::words;
use crate::error::Error;
use crate::jobs::files::Overwrite;
use crate::jobs::run_dir::RunDir;
use crate::report::ReportError;
use crate::segments::Segments;
use crate::segments::look::Look;
use crate::table::csv_bytes;
use crate::text::TextTable;
use serde_json::Value;
use std::path::Path;

/// Segments of the rows of a table.
#[derive(Debug)]
pub struct SegmentRun {
    /// The model, the segments of the rows that take part, and the account of how they were made.
    pub found: Segments,
    /// What the columns look like.
    pub look: Look,
    /// The table.
    pub data: SegmentData,
    /// The configuration, with nothing left open.
    pub config: SegmentConfig,
    /// The content of `metrics.json`.
    pub metrics: Value,
}

impl SegmentRun {
    /// What puts new rows into these segments.
    pub fn stored(&self) -> StoredSegmentation {
        StoredSegmentation::new(&self.config, &self.data.columns, &self.found.model)
    }

    /// Components with their shares of variance, and a sentence on them.
    pub fn components(&self) -> (TextTable, String) {
        (
            words::components(&self.found),
            words::explained(&self.found),
        )
    }

    /// Numbers of segments side by side, where they were compared, and sentences on how the segments were found.
    pub fn numbers_of_segments(&self) -> (Option<TextTable>, Vec<String>) {
        (
            words::numbers_of_segments(&self.found),
            words::account(&self.found),
        )
    }

    /// What each segment is, a sentence each.
    pub fn sentences(&self) -> Vec<String> {
        words::segments(&self.found)
    }

    /// Rows of the table with their segments, as CSV: the content of `segments.csv`.
    pub fn to_csv(&self) -> Vec<u8> {
        let SegmentData {
            ids,
            columns,
            reasons,
            ..
        } = &self.data;
        let layout = Layout::new(&ids.columns, &self.found.model, false);
        let mut assigned = self.found.assignments.iter();
        let rows = ids.values.iter().zip(reasons).map(|(id, reason)| {
            let outcome = match reason {
                Some(reason) => Err(reason.as_str()),
                None => assigned.next().ok_or("no segment"),
            };
            let before = None;
            layout.cells(
                Row {
                    id,
                    outcome,
                    before,
                },
                columns,
            )
        });
        csv_bytes(layout.names().to_vec(), rows)
    }

    /// The content of `report.html`.
    ///
    /// # Errors
    /// Those of [`render_segments`](crate::report::render_segments).
    pub fn report(&self) -> Result<String, ReportError> {
        page(&self.found, &self.look, &self.data, &self.config)
    }

    /// Writes a folder with `config.toml`, `segmentation.json`, `segments.csv`, `segments.onnx`, `metrics.json` and `report.html`. It appears
    /// whole or not at all.
    ///
    /// # Errors
    /// The folder holds something else, a segmentation that may not be replaced, or cannot be written.
    pub fn save(&self, folder: &Path, overwrite: Overwrite) -> Result<(), Error> {
        self.save_in(RunDir::create(folder, overwrite)?)
    }

    /// As [`save`](Self::save), in a folder that was reserved before the work.
    ///
    /// # Errors
    /// As there.
    pub fn save_in(&self, folder: RunDir) -> Result<(), Error> {
        folder.write("config.toml", self.config.to_toml()?.as_bytes())?;
        folder.write(FILE, self.stored().to_json().as_bytes())?;
        folder.write(SEGMENTS, &self.to_csv())?;
        folder.write("segments.onnx", &onnx::to_bytes(&self.found.model)?)?;
        folder.write("metrics.json", format!("{:#}\n", self.metrics).as_bytes())?;
        folder.write("report.html", self.report()?.as_bytes())?;
        Ok(folder.commit()?)
    }
}
