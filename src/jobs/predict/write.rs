//! Table of predictions under its name, part by part, so that an interrupted job goes on.

use super::conclude::{PredictedTable, conclude};
use super::config::{PredictConfig, TableOptions};
use crate::classifier::Classifier;
use crate::dataset::{DatasetError, Inputs};
use crate::error::Error;
use crate::events::{Events, Stage};
use crate::hint::Message;
use crate::jobs::bad_images::BadImages;
use crate::jobs::files::Overwrite;
use crate::jobs::inputs::tell_notes;
use crate::jobs::pipeline::{follow, tell};
use crate::predict::{FORMAT, JobError, List, Parts, Source, Table, digest, fill, finish};
use crate::table::schema;

/// Predicts every image of a list into a table. A job that was interrupted goes on where it was.
///
/// # Errors
/// Images or a classifier that cannot be used; a table that is there or cannot be written; failures of
/// engine and store.
///
/// ```no_run
/// use evenhand::{PredictConfig, TableOptions};
/// let config = PredictConfig::new("run", ["photos"]);
/// let table = evenhand::predict(&config, &TableOptions::new("predictions.csv"), &mut ())?;
/// println!("{} rows", table.manifest.rows);
/// # Ok::<(), evenhand::Error>(())
/// ```
pub fn predict(
    config: &PredictConfig,
    table: &TableOptions,
    on: &mut dyn Events,
) -> Result<PredictedTable, Error> {
    config.check()?;
    table.check()?;
    let list = config.list()?;
    let job = Job {
        config,
        options: table,
        classifier: config.open()?,
    };
    let list = list.labelled(&job.classifier.classes)?;
    let columns = Table::new(&job.classifier.classes, list.attributes(), schema::LABEL);
    let source = job.source(&columns)?;
    let is_replaced = table.overwrite == Overwrite::Yes;
    let mut parts = Parts::open(&table.out, source, table.shard, is_replaced)?;
    let done = job
        .go_on(&mut parts, list)
        .and_then(|mut list| job.complete(&columns, &mut parts, &mut list, on));
    if done.is_ok() || parts.rows() == 0 {
        parts.remove()?;
    }
    done
}

struct Job<'a> {
    config: &'a PredictConfig,
    options: &'a TableOptions,
    classifier: Classifier,
}

impl Job<'_> {
    fn source(&self, table: &Table) -> Result<Source, Error> {
        let Classifier { prepared, card, .. } = &self.classifier;
        let PredictConfig { limits, engine, .. } = self.config;
        Ok(Source {
            format: FORMAT,
            evenhand: env!("CARGO_PKG_VERSION").to_owned(),
            classifier: digest(&self.config.model_file())?,
            features: engine.digest(prepared, card.geometry),
            max_pixels: limits.max_pixels,
            max_bytes: limits.max_bytes,
            columns: table.columns.clone(),
        })
    }

    /// The list from where the parts end; from its beginning, and without the parts, where they are of
    /// another list and may give way.
    fn go_on(&self, parts: &mut Parts, list: Inputs) -> Result<List<Inputs, DatasetError>, Error> {
        let mut list = List::new(list, parts.shard());
        let skipped = parts.skip(&mut list);
        if let Some(broken) = list.take_broken() {
            return Err(broken.into());
        }
        match skipped {
            Err(JobError::OtherList { .. }) if self.options.overwrite == Overwrite::Yes => {
                parts.clear()?;
                let list = self.config.list()?.labelled(&self.classifier.classes)?;
                Ok(List::new(list, parts.shard()))
            }
            Err(error) => Err(error.into()),
            Ok(()) => Ok(list),
        }
    }

    /// Predicts the rows that the parts lack, and makes the table of them.
    fn complete(
        &self,
        table: &Table,
        parts: &mut Parts,
        list: &mut List<Inputs, DatasetError>,
        on: &mut dyn Events,
    ) -> Result<PredictedTable, Error> {
        let (config, options) = (self.config, self.options);
        if parts.rows() > 0 {
            let done = parts.rows();
            on.info(Message::plain(format!("{done} rows are done already")));
        }
        let mut embedder = config.embedder(&self.classifier, on)?;
        let filled = fill(
            &self.classifier,
            &mut embedder,
            list,
            (parts, table),
            &mut follow(on, Stage::Predicting),
        );
        on.finished(Stage::Predicting);
        let summary = filled?;
        tell_notes(list.source(), on);
        tell(&summary, on);
        let mut bad = BadImages::default();
        let reference = self.classifier.card.reference.as_ref();
        let finished = finish(
            parts,
            reference,
            list.reached(),
            (options.out.as_path(), options.abstain),
            &mut |path, reason| bad.add(path, reason),
        )?;
        bad.check(finished.rows() as usize, config.limits.max_bad)?;
        conclude(finished, &bad, &options.out, on)
    }
}
