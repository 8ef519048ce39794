//! Segments of the rows of a table: components with names, k-means, and how far they can be trusted.

mod before;
mod config;
mod data;
mod error;
mod ids;
mod metrics;
mod numbers;
mod onnx;
mod output;
mod page;
mod predict;
mod run;
mod select;
mod stored;
mod words;

pub use config::{ComponentName, SegmentConfig};
pub use data::SegmentData;
pub use error::SegmentTableError;
pub use ids::Ids;
pub use numbers::NumberColumn;
pub use predict::{AssignConfig, AssignedRows, Renamed, assign_segments, assign_segments_to};
pub use run::SegmentRun;
pub use stored::{StoredSegmentation, is_segmentation};

use crate::error::Error;
use crate::events::Events;
use crate::hint::Message;
use crate::segments;
use crate::segments::look::look;

/// Makes segments of the rows of a table: takes its columns of numbers, scales them, projects them on principal components,
/// divides rows by k-means, and says how stable that is.
///
/// # Errors
/// Settings or a table that cannot be used.
///
/// ```no_run
/// let mut config = evenhand::SegmentConfig::new("counties.csv");
/// config.id = vec!["State".to_owned(), "County".to_owned()];
/// let run = evenhand::segment(&config, &mut ())?;
/// for sentence in run.sentences() {
///     println!("{sentence}");
/// }
/// run.save("seg".as_ref(), evenhand::Overwrite::No)?;
/// # Ok::<(), evenhand::Error>(())
/// ```
pub fn segment(config: &SegmentConfig, on: &mut dyn Events) -> Result<SegmentRun, Error> {
    let mut config = config.clone();
    config.settle()?;
    let data = SegmentData::read(&config, on)?;
    on.go_on()?;
    let look = look(&data.rows);
    for sentence in look.sentences() {
        on.info(Message::plain(sentence));
    }
    let mut found = segments::segment(&data.rows, data.other.as_ref(), &config.options())?;
    if let Some(other) = &config.names_from {
        let other = StoredSegmentation::open(other)?;
        found.take_names(&other.model.names)?;
    }
    for warning in found.warnings() {
        on.warn(Message::plain(warning));
    }
    let metrics = metrics::to_json(&found, &look, &data, &config);
    Ok(SegmentRun {
        found,
        look,
        data,
        config,
        metrics,
    })
}
