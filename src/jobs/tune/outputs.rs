//! Outputs of a search: the trials as a table, a page and a configuration for a training.

use super::result::{SearchResult, TapNames, Trial};
use crate::error::Error;
use crate::jobs::files::Overwrite;
use crate::jobs::output_folder::OutputFolder;
use crate::report::{Dot, Figure, FigurePage, render_figure_page};
use crate::stats::Level;
use crate::stats::proportion::wilson;
use crate::table::csv_bytes;
use std::path::Path;

impl SearchResult {
    /// The files of a search.
    pub const FILES: [&str; 3] = ["trials.csv", "tune.html", "config.toml"];

    /// Writes `trials.csv`, `tune.html` and, where a trial succeeded, `config.toml` into a folder.
    ///
    /// # Errors
    /// A file is there that was changed, unless it may be replaced; or it cannot be written.
    pub fn save(&self, folder: &Path, overwrite: Overwrite) -> Result<(), Error> {
        self.save_in(OutputFolder::open(folder, &Self::FILES, overwrite)?)
    }

    /// As [`save`](Self::save), into a folder that was looked at before the search.
    ///
    /// # Errors
    /// As there.
    pub fn save_in(&self, mut folder: OutputFolder) -> Result<(), Error> {
        let [trials, page, config] = Self::FILES;
        let sheet = render_figure_page(&self.sheet())?;
        let mut files = vec![(trials, self.table()), (page, sheet.into_bytes())];
        if let Some(best) = self.best_config() {
            files.push((config, best.to_toml()?.into_bytes()));
        }
        Ok(folder.write(&files)?)
    }

    /// `trials.csv`.
    fn table(&self) -> Vec<u8> {
        let header = Self::columns().iter().copied();
        let header: Vec<String> = header
            .chain(["seconds", "failed"])
            .map(str::to_owned)
            .collect();
        let rows = self.trials.iter().map(|trial| {
            let mut row = self.row(trial, TapNames::InFull);
            row.push(format!("{:.2}", trial.seconds));
            row.push(trial.judged.as_ref().err().cloned().unwrap_or_default());
            row
        });
        csv_bytes(header, rows)
    }

    /// The result in words.
    pub fn sentences(&self) -> Vec<String> {
        let mut said = Vec::new();
        let level = Level::new(0.95).expect("it is between 0 and 1");
        let shown = |trial: &Trial| -> Option<String> {
            let tally = trial.judged.as_ref().ok()?;
            let interval = wilson(tally.hits, tally.rows, level)?;
            let percent = |share: f64| format!("{:.1}", 100.0 * share);
            let mut text = format!(
                "{} % right ({}-{}), log loss {:.4}",
                percent(tally.accuracy()),
                percent(interval.low),
                percent(interval.high),
                tally.log_loss()
            );
            if let (Some((group, accuracy)), Some(gap)) = (tally.worst(), tally.gap()) {
                text += &format!(
                    "; worst group {} with {} %, largest gap {} points",
                    self.group_name(group),
                    percent(accuracy),
                    percent(gap)
                );
            }
            Some(text)
        };
        let Some(winner) = self.best() else {
            return vec!["No trial could be trained; trials.csv says why.".into()];
        };
        said.extend(shown(winner).map(|text| {
            format!(
                "Best for {}: trial {} over {} folds: {text}.",
                self.goal, winner.candidate.number, winner.folds
            )
        }));
        let start = self.trials.iter().find(|trial| trial.candidate.number == 0);
        let start = start.filter(|start| start.folds == winner.folds);
        match start {
            Some(start) if winner.candidate.number != 0 => {
                said.extend(
                    shown(start).map(|text| format!("What it began with, trial 0: {text}.")),
                );
            }
            Some(_) => said.push("Nothing was better than what it began with.".into()),
            None => {}
        }
        said.push(
            "The best of many looks a little better than it is: only rows that no trial saw, such as \
             test rows, say how good."
                .into(),
        );
        said
    }

    /// `tune.html`.
    fn sheet(&self) -> FigurePage {
        let folds = self.config.validation.folds;
        let dots = self.trials.iter().filter_map(|trial| {
            let tally = trial.judged.as_ref().ok()?;
            let class = match trial.folds {
                _ if trial.candidate.number == 0 => "start",
                count if count == folds => "last",
                _ => "early",
            };
            Some(Dot {
                x: trial.candidate.number as f64,
                y: tally.accuracy(),
                interval: None,
                class,
                title: format!("trial {}, {} folds", trial.candidate.number, trial.folds),
            })
        });
        let figure = Figure {
            caption:
                "Accuracy of each trial, over the folds that judged it: filled where all did, a \
                      square for what the search began with"
                    .into(),
            x_title: "trial".into(),
            ticks: Vec::new(),
            dots: dots.collect(),
        };
        FigurePage {
            title: format!("Settings tried for {}", self.label),
            sentences: self.sentences(),
            figures: vec![figure],
            header: Self::columns()
                .iter()
                .map(|name| name.replace('_', " "))
                .collect(),
            rows: self
                .trials
                .iter()
                .map(|trial| self.row(trial, TapNames::InFull))
                .collect(),
        }
    }
}
