//! Demo of segments: the counties of the United States.

use super::files::{self, Overwrite};
use super::run_dir::RunDir;
use super::segment::{SegmentConfig, SegmentRun, segment};
use crate::WriteError;
use crate::data::counties::COUNTIES_2015;
use crate::error::Error;
use crate::events::Events;
use crate::hint::Message;
use crate::segments::pca::Components;
use crate::segments::segmentation::SegmentCount;
use std::fs;
use std::path::PathBuf;

/// As a well-known analysis of these counties has them, so that its results can be looked at.
const COMPONENTS: usize = 5;
const SEGMENTS: usize = 7;
/// The columns that name counties.
const IDS: [&str; 3] = ["CensusId", "State", "County"];

/// Configuration of a demo of segments.
#[derive(Debug, Clone, PartialEq)]
pub struct SegmentsDemoConfig {
    /// Folder of `counties2015.csv` and of its segmentation `seg`.
    pub out: PathBuf,
    pub seed: u64,
    /// Whether to replace an earlier demo.
    pub overwrite: Overwrite,
}

impl SegmentsDemoConfig {
    /// A demo in a folder.
    pub fn new(out: impl Into<PathBuf>) -> Self {
        Self {
            out: out.into(),
            seed: 1,
            overwrite: Overwrite::No,
        }
    }

    /// The folder of the segmentation.
    pub fn segmentation(&self) -> PathBuf {
        self.out.join("seg")
    }
}

/// Writes the table of counties and its segments.
///
/// # Errors
/// A folder that cannot be written.
///
/// ```no_run
/// let run = evenhand::demo_segments(&evenhand::SegmentsDemoConfig::new("demo"), &mut ())?;
/// # Ok::<(), evenhand::Error>(())
/// ```
pub fn demo_segments(
    config: &SegmentsDemoConfig,
    on: &mut dyn Events,
) -> Result<SegmentRun, Error> {
    let SegmentsDemoConfig {
        out,
        seed,
        overwrite,
    } = config;
    fs::create_dir_all(out).map_err(WriteError::of(out))?;
    let table = out.join("counties2015.csv");
    overwrite.check([table.as_path()])?;
    let folder = RunDir::create(&config.segmentation(), *overwrite)?;
    on.info(Message::plain(format!(
        "writing the counties of 2015 to {}",
        table.display()
    )));
    files::write(&table, COUNTIES_2015)?;
    let run = segment(
        &SegmentConfig {
            id: IDS.map(String::from).to_vec(),
            components: Components::Number(COMPONENTS),
            segments: SegmentCount::Number(SEGMENTS),
            seed: *seed,
            ..SegmentConfig::new(table)
        },
        on,
    )?;
    run.save_in(folder)?;
    Ok(run)
}
