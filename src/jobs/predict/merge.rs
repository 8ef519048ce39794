//! Merge: shards that several machines predicted become one table.

use super::conclude::{PredictedTable, conclude};
use super::config::{check_abstain, check_extension, outputs};
use crate::error::Error;
use crate::events::Events;
use crate::hint::Message;
use crate::jobs::bad_images::BadImages;
use crate::jobs::files::Overwrite;
use crate::predict::{Abstain, Shards};
use std::path::PathBuf;

/// Shards, and the table that they become.
#[derive(Debug, Clone, PartialEq)]
pub struct MergeConfig {
    /// In any order, each with its manifest beside it.
    pub shards: Vec<PathBuf>,
    pub out: PathBuf,
    pub overwrite: Overwrite,
    /// Which images are left to people.
    pub abstain: Option<Abstain>,
}

/// Merges the shards of one list into the table that one machine would have written.
///
/// # Errors
/// Shards that are missing, changed or not of one list; a table that is there or cannot be written.
///
/// ```no_run
/// let config = evenhand::MergeConfig {
///     shards: vec!["a.csv".into(), "b.csv".into()],
///     out: "all.csv".into(),
///     overwrite: evenhand::Overwrite::No,
///     abstain: None,
/// };
/// evenhand::merge(&config, &mut ())?;
/// # Ok::<(), evenhand::Error>(())
/// ```
pub fn merge(config: &MergeConfig, on: &mut dyn Events) -> Result<PredictedTable, Error> {
    let MergeConfig {
        shards,
        out,
        overwrite,
        abstain,
    } = config;
    check_abstain(abstain.as_ref())?;
    check_extension(out)?;
    overwrite.check(outputs(out).iter().map(PathBuf::as_path))?;
    let shards = Shards::open(shards)?;
    on.info(Message::plain(format!(
        "{} shards, all there",
        shards.len()
    )));
    if let Some(mixture) = shards.engines().mixture() {
        on.info(Message::plain(mixture));
    }
    let rule = abstain.as_ref().map(|abstain| shards.rule(abstain));
    let rule = rule.transpose()?;
    let mut bad = BadImages::default();
    let finished = shards.write(out, rule.as_ref(), &mut |path, reason| {
        bad.add(path, reason)
    })?;
    conclude(finished, &bad, out, on)
}
