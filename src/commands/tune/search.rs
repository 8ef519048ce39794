//! The search itself: rung by rung, each fold of each candidate once.

use super::bench::{Bench, Job};
use super::journal::Journal;
use super::outputs;
use super::taps::Blocks;
use crate::cli::printer::{Printer, ProgressBar};
use crate::commands::failure::Failure;
use crate::commands::run_dir::cannot_write;
use crate::commands::train::{Config, Ready};
use evenhand::backbone::store::hex;
use evenhand::tune::{Candidate, Goal, Rung, Space, Tally, best, rungs};
use std::path::Path;
use std::time::{Duration, Instant};

pub struct Search<'a> {
    pub config: &'a Config,
    pub space: &'a Space,
    pub ready: &'a Ready,
    pub blocks: &'a Blocks,
    pub goal: Goal,
    pub budget: usize,
    pub time: Option<Duration>,
    pub out: &'a Path,
}

/// A candidate as far as it was judged.
pub struct Trial {
    pub candidate: Candidate,
    /// How many folds judged it.
    pub folds: usize,
    pub seconds: f64,
    /// Over those folds, or why there is nothing.
    pub judged: Result<Tally, String>,
}

impl Trial {
    /// The lower the better.
    pub fn score(&self, goal: Goal, last: bool) -> f64 {
        match &self.judged {
            Ok(tally) => goal.score(tally, last),
            Err(_) => f64::INFINITY,
        }
    }
}

/// What a search came to.
pub struct Found {
    /// Best first: those that more folds judged before those that fewer did.
    pub trials: Vec<Trial>,
    /// Whether everything was tried that was to be tried.
    pub is_complete: bool,
}

impl Search<'_> {
    pub fn run(&self, printer: &mut Printer) -> Result<(), Failure> {
        let mut bench = Bench::new(self.config, self.ready, self.blocks)?;
        let mut journal = Journal::open(&self.out.join("journal.jsonl"), &self.identity()?)?;
        if journal.len() > 0 {
            printer.note(&format!(
                "{} trials of a fold are known already",
                journal.len()
            ));
        }
        let found = self.search(&mut bench, &mut journal, printer)?;
        if !found.is_complete {
            printer.warn("the time is up before all was tried; the same command goes on");
        }
        outputs::write(self, &bench, &found)?;
        let failed = |error| cannot_write("standard output".as_ref(), &error);
        outputs::print(self, &bench, &found, printer).map_err(failed)
    }

    fn search(
        &self,
        bench: &mut Bench,
        journal: &mut Journal,
        printer: &Printer,
    ) -> Result<Found, Failure> {
        let start = Instant::now();
        let is_over = || self.time.is_some_and(|time| start.elapsed() >= time);
        let folds = self.config.validation.folds;
        let rungs = rungs(self.budget, folds);
        let bar = printer.progress("tuning", "folds", Some(jobs_of(&rungs)));
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
            let pending = jobs.filter(|job| journal.find(job.candidate.number, job.fold).is_none());
            is_complete = work(bench, journal, pending.collect(), &is_over, &bar)?;
            let Some(next) = rungs.get(level + 1).filter(|_| is_complete) else {
                break;
            };
            let scored: Vec<(usize, f64)> = going
                .iter()
                .map(|&number| {
                    let trial = self.trial(number, journal);
                    (number, trial.score(self.goal, false))
                })
                .collect();
            going = best(&scored, next.candidates);
            if !going.contains(&0) {
                // What is compared with: the settings that the search began with.
                going.push(0);
            }
        }
        bar.finish_and_clear();
        let mut trials: Vec<Trial> = (0..self.budget)
            .map(|number| self.trial(number, journal))
            .filter(|trial| trial.folds > 0)
            .collect();
        trials.sort_by(|a, b| {
            let last = b.folds == folds;
            let score = |trial: &Trial| trial.score(self.goal, last);
            b.folds.cmp(&a.folds).then(score(a).total_cmp(&score(b)))
        });
        Ok(Found {
            trials,
            is_complete,
        })
    }

    /// A candidate over the folds that judged it, from the first on.
    fn trial(&self, number: usize, journal: &Journal) -> Trial {
        let folds = 0..self.config.validation.folds;
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

    /// What a trial depends on besides its number: settings, images, labels, groups and folds.
    fn identity(&self) -> Result<String, Failure> {
        let mut settings = self.config.clone();
        settings.report = Default::default();
        settings.store = Default::default();
        let text = toml::to_string(&settings).map_err(|error| {
            Failure::new(format!("the configuration cannot be written: {error}"))
        })?;
        let mut hash = blake3::Hasher::new();
        hash.update(text.as_bytes());
        hash.update(self.ready.backbone.prepared.digest.as_bytes());
        let Space {
            start: _,
            views,
            balances,
            poolings,
            seed: _,
        } = self.space;
        hash.update(format!("{:?}", (views, balances, poolings)).as_bytes());
        let (material, plan) = (&self.ready.material, &self.ready.plan);
        for ((&record, fold), stops) in plan.train.iter().zip(&plan.folds).zip(&plan.validation) {
            let key = material.keys[record].as_ref().map(hex);
            let label = material.dataset.records[record].label;
            let attributes = &material.dataset.records[record].attributes;
            hash.update(format!("{:?}", (key, label, fold, stops, attributes)).as_bytes());
        }
        Ok(hash.finalize().to_hex().to_string())
    }
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

/// Does what is pending, as many alike at a time as there are threads for; says whether all of it was
/// done.
fn work(
    bench: &mut Bench,
    journal: &mut Journal,
    mut pending: Vec<Job>,
    is_over: &dyn Fn() -> bool,
    bar: &ProgressBar,
) -> Result<bool, Failure> {
    let lanes = std::thread::available_parallelism().map_or(1, usize::from);
    while !pending.is_empty() {
        if is_over() {
            return Ok(false);
        }
        let first = pending[0].clone();
        let mut room = lanes;
        let (jobs, rest): (Vec<Job>, Vec<Job>) = pending.into_iter().partition(|job| {
            let fits = room > 0 && job.is_like(&first);
            room -= usize::from(fits);
            fits
        });
        pending = rest;
        let start = Instant::now();
        let judged = bench.judge(&jobs)?;
        let seconds = start.elapsed().as_secs_f64() / jobs.len() as f64;
        for (job, judged) in jobs.iter().zip(judged) {
            journal.add(job, seconds, judged.map_err(|error| error.to_string()))?;
            bar.inc(1);
        }
    }
    Ok(true)
}
