//! Table of predictions under its name, part by part, so that an interrupted job goes on.

use super::conclude::{PredictedTable, conclude, drift};
use super::config::{PredictConfig, TableOptions};
use crate::backbone::embed::Embedder;
use crate::classifier::Classifier;
use crate::dataset::{DatasetError, Inputs};
use crate::error::Error;
use crate::events::{Events, Stage};
use crate::hint::Message;
use crate::jobs::bad_images::BadImages;
use crate::jobs::files::{AlreadyThere, Overwrite};
use crate::jobs::inputs::tell_notes;
use crate::jobs::pipeline::{follow, tell};
use crate::predict::{
    AbstainRule, Engines, FORMAT, JobError, List, Manifest, Parts, Source, Table, digest, fill,
    finish,
};
use crate::table::schema;

/// Predicts every image of a list into a table. A job that was interrupted goes on where it was; one that
/// is finished already does nothing.
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
    let classifier = config.open()?;
    let rule = table.abstain.as_ref();
    let rule = rule.map(|abstain| abstain.rule(classifier.card.confidences.as_ref()));
    let job = Job {
        config,
        options: table,
        rule: rule.transpose()?,
        classifier,
    };
    let list = list.labelled(&job.classifier.classes)?;
    let columns = Table::new(&job.classifier.classes, list.attributes(), schema::LABEL);
    if table.is_there() {
        return job.finished(&columns, list, on);
    }
    let mut pipeline = config.pipeline(&job.classifier, on)?;
    let source = job.source(&columns, (&pipeline.engine).into(), pipeline.digest.clone())?;
    let is_replaced = table.overwrite == Overwrite::Yes;
    let mut parts = Parts::open(&table.out, source, table.shard, is_replaced)?;
    let kept = |rows: u64| {
        let folder = Parts::folder(&table.out);
        Message::plain(format!("{rows} rows are in {}", folder.display()))
    };
    on.kept(kept(parts.rows()));
    let done = job.go_on(&mut parts, list).and_then(|mut list| {
        let embedder = &mut pipeline.embedder;
        job.complete((&columns, embedder), &mut parts, &mut list, on)
    });
    if done.is_ok() || parts.rows() == 0 {
        parts.remove()?;
    } else {
        on.kept(kept(parts.rows()));
    }
    done
}

struct Job<'a> {
    config: &'a PredictConfig,
    options: &'a TableOptions,
    /// Which images are left to people.
    rule: Option<AbstainRule>,
    classifier: Classifier,
}

impl Job<'_> {
    fn source(&self, table: &Table, engine: Engines, features: String) -> Result<Source, Error> {
        let limits = self.config.limits;
        Ok(Source {
            format: FORMAT,
            evenhand: env!("CARGO_PKG_VERSION").to_owned(),
            classifier: digest(&self.config.model_file())?,
            features,
            engine,
            max_pixels: limits.max_pixels,
            max_bytes: limits.max_bytes,
            columns: table.columns.clone(),
        })
    }

    /// The table that is there, if it is what this job would write: a task that is given twice is done.
    fn finished(
        &self,
        table: &Table,
        list: Inputs,
        on: &mut dyn Events,
    ) -> Result<PredictedTable, Error> {
        let TableOptions { out, shard, .. } = self.options;
        let in_the_way = || AlreadyThere { path: out.clone() };
        let manifest = Manifest::read(out).map_err(|_| in_the_way())?;
        let Source {
            engine, features, ..
        } = manifest.source.clone();
        let source = self.source(table, engine, features)?;
        if !manifest.is_of(&source, *shard, self.rule.as_ref()) {
            return Err(in_the_way().into());
        }
        let mut list = List::new(list, *shard);
        list.skip_to(u64::MAX);
        if let Some(broken) = list.take_broken() {
            return Err(broken.into());
        }
        if list.reached() != manifest.list || digest(out)? != manifest.blake3 {
            return Err(in_the_way().into());
        }
        Parts::sweep(out)?;
        let (shown, rows) = (out.display(), manifest.rows);
        on.info(Message::plain(format!(
            "{shown} is finished: it has all {rows} rows, and nothing is left to do"
        )));
        let drift = drift(manifest.reference.as_ref(), &manifest.tally).ok();
        Ok(PredictedTable { manifest, drift })
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
        (table, embedder): (&Table, &mut Embedder),
        parts: &mut Parts,
        list: &mut List<Inputs, DatasetError>,
        on: &mut dyn Events,
    ) -> Result<PredictedTable, Error> {
        let (config, options) = (self.config, self.options);
        if parts.rows() > 0 {
            let done = parts.rows();
            on.info(Message::plain(format!("{done} rows are done already")));
        }
        if let Some(mixture) = parts.source().engine.mixture() {
            on.info(Message::plain(mixture));
        }
        let filled = fill(
            &self.classifier,
            embedder,
            list,
            (parts, table),
            &mut follow(on, Stage::Predicting),
        );
        on.finished(Stage::Predicting);
        let summary = filled?;
        tell_notes(list.source(), on);
        tell(&summary, on);
        let mut bad = BadImages::default();
        let card = &self.classifier.card;
        let finished = finish(
            parts,
            (card.reference.as_ref(), card.confidences.as_ref()),
            list.reached(),
            (options.out.as_path(), self.rule.as_ref()),
            &mut |path, reason| bad.add(path, reason),
        )?;
        bad.check(finished.rows() as usize, config.limits.max_bad)?;
        conclude(finished, &bad, &options.out, on)
    }
}
