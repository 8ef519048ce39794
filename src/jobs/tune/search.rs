//! Search by successive halving: rung by rung, each fold of each candidate once.

use super::journal::Journal;
use super::result::Trial;
use super::trials::{Job, TrialRunner};
use crate::backbone::store::hex;
use crate::error::Error;
use crate::events::{Events, Stage};
use crate::jobs::config::{ConfigError, TrainConfig};
use crate::jobs::training::PreparedTraining;
use crate::tune::{Coverage, Goal, Rung, Space, Tally, best, rungs};
use std::time::{Duration, Instant};

/// Parameters of a search.
pub struct Search<'a> {
    pub space: &'a Space,
    /// Folds of the cross-validation.
    pub folds: usize,
    pub goal: Goal,
    pub budget: usize,
    pub time: Option<Duration>,
}

impl Search<'_> {
    /// Runs trials until all is tried or the time is up; gives them best first, and whether all was tried.
    pub fn run(
        &self,
        runner: &mut TrialRunner,
        journal: &mut Journal,
        on: &mut dyn Events,
    ) -> Result<(Vec<Trial>, bool), Error> {
        let start = Instant::now();
        let is_over = || self.time.is_some_and(|time| start.elapsed() >= time);
        let rungs = rungs(self.budget, self.folds);
        let mut queue = Queue {
            runner,
            journal,
            is_over: &is_over,
            done: 0,
            of: jobs_of(&rungs),
        };
        let mut going: Vec<usize> = (0..self.budget).collect();
        let mut is_complete = true;
        for (level, rung) in rungs.iter().enumerate() {
            let jobs = going.iter().flat_map(|&number| {
                let candidate = self.space.candidate(number);
                (0..rung.folds).map(move |fold| Job {
                    candidate: candidate.clone(),
                    fold,
                })
            });
            let known = |job: &Job| queue.journal.find(job.candidate.number, job.fold).is_some();
            let pending: Vec<Job> = jobs.filter(|job| !known(job)).collect();
            is_complete = queue.work(pending, on)?;
            let Some(next) = rungs.get(level + 1).filter(|_| is_complete) else {
                break;
            };
            going = self.survivors(&going, next, queue.journal);
        }
        on.finished(Stage::Tuning);
        Ok((self.ranked(journal), is_complete))
    }

    /// The candidates that go on to the next rung.
    fn survivors(&self, going: &[usize], next: &Rung, journal: &Journal) -> Vec<usize> {
        let scored: Vec<(usize, f64)> = going
            .iter()
            .map(|&number| {
                let trial = self.trial(number, journal);
                (number, trial.score(self.goal, Coverage::SomeFolds))
            })
            .collect();
        let mut going = best(&scored, next.candidates);
        if !going.contains(&0) {
            // The baseline: the settings that the search began with.
            going.push(0);
        }
        going
    }

    fn ranked(&self, journal: &Journal) -> Vec<Trial> {
        let mut trials: Vec<Trial> = (0..self.budget)
            .map(|number| self.trial(number, journal))
            .filter(|trial| trial.folds > 0)
            .collect();
        trials.sort_by(|a, b| {
            let coverage = match b.folds == self.folds {
                true => Coverage::AllFolds,
                false => Coverage::SomeFolds,
            };
            let score = |trial: &Trial| trial.score(self.goal, coverage);
            b.folds.cmp(&a.folds).then(score(a).total_cmp(&score(b)))
        });
        trials
    }

    /// A candidate over the folds that it was evaluated on, from the first on.
    fn trial(&self, number: usize, journal: &Journal) -> Trial {
        let folds = 0..self.folds;
        let entries: Vec<_> = folds.map_while(|fold| journal.find(number, fold)).collect();
        let mut judged = Ok(None);
        for entry in &entries {
            judged = match (judged, &entry.judged) {
                (Ok(None), Ok(tally)) => Ok(Some(tally.clone())),
                (Ok(Some(mut sum)), Ok(tally)) => {
                    Tally::merge(&mut sum, tally);
                    Ok(Some(sum))
                }
                (Err(why), _) => Err(why),
                (_, Err(why)) => Err(why.clone()),
            };
        }
        Trial {
            candidate: self.space.candidate(number),
            folds: entries.len(),
            seconds: entries.iter().map(|entry| entry.seconds).sum(),
            judged: judged.and_then(|tally| tally.ok_or_else(|| "not tried".to_owned())),
        }
    }
}

/// Digest of all that a trial depends on besides its number: settings, images, labels, groups and folds.
pub fn identity(
    config: &TrainConfig,
    prepared: &PreparedTraining,
    space: &Space,
) -> Result<String, ConfigError> {
    let mut settings = config.clone();
    settings.report = Default::default();
    settings.store = Default::default();
    let mut hash = blake3::Hasher::new();
    hash.update(settings.to_toml()?.as_bytes());
    hash.update(prepared.backbone.prepared.digest.as_bytes());
    let Space {
        start: _,
        views,
        balances,
        poolings,
        seed: _,
    } = space;
    hash.update(format!("{:?}", (views, balances, poolings)).as_bytes());
    let (data, split) = (&prepared.data, &prepared.split);
    for ((&record, fold), stops) in split.train.iter().zip(&split.folds).zip(&split.validation) {
        let key = data.keys[record].as_ref().map(hex);
        let label = data.dataset.records[record].label;
        let attributes = &data.dataset.records[record].attributes;
        hash.update(format!("{:?}", (key, label, fold, stops, attributes)).as_bytes());
    }
    Ok(hash.finalize().to_hex().to_string())
}

fn jobs_of(rungs: &[Rung]) -> u64 {
    let mut known = 0;
    let mut jobs = 0;
    for rung in rungs {
        jobs += rung.candidates * (rung.folds - known);
        known = rung.folds;
    }
    jobs as u64
}

/// Queue of jobs, whose results go into the journal.
struct Queue<'a, 'r> {
    runner: &'a mut TrialRunner<'r>,
    journal: &'a mut Journal,
    is_over: &'a dyn Fn() -> bool,
    done: u64,
    of: u64,
}

impl Queue<'_, '_> {
    /// Runs what is pending, as many alike at a time as there are threads for; whether all of it was done.
    fn work(&mut self, mut pending: Vec<Job>, on: &mut dyn Events) -> Result<bool, Error> {
        let lanes = std::thread::available_parallelism().map_or(1, usize::from);
        while !pending.is_empty() {
            if (self.is_over)() {
                return Ok(false);
            }
            on.go_on()?;
            let first = pending[0].clone();
            let mut room = lanes;
            let (jobs, rest): (Vec<Job>, Vec<Job>) = pending.into_iter().partition(|job| {
                let fits = room > 0 && job.is_like(&first);
                room -= usize::from(fits);
                fits
            });
            pending = rest;
            let start = Instant::now();
            let judged = self.runner.judge(&jobs)?;
            let seconds = start.elapsed().as_secs_f64() / jobs.len() as f64;
            for (job, judged) in jobs.iter().zip(judged) {
                let judged = judged.map_err(|error| error.to_string());
                self.journal.add(job, seconds, judged)?;
                self.done += 1;
                on.progress(Stage::Tuning, self.done, Some(self.of));
            }
        }
        Ok(true)
    }
}
