//! Where a study of codes goes: the terminal, and a folder of tables.

use super::{CodesFile, Config, Failure, Outputs};
use crate::cli::table::study_table;
use crate::commands::folder::{self, as_csv};
use crate::commands::run_dir::cannot_write;
use evenhand::coders::{COLUMNS, Item, Study, Verdict, tidy};
use evenhand::dataset::counted;
use serde_json::{Map, Value, json};
use std::io::{self, Write};
use std::path::Path;

/// What was read, what came of it, and what is to be said of both.
pub(super) struct Account<'a> {
    pub config: &'a Config,
    pub file: &'a CodesFile,
    pub study: &'a Study,
    /// In sentences.
    pub warnings: Vec<String>,
}

pub(super) fn write(
    account: &Account,
    out: &mut dyn Write,
    notes: &mut dyn Write,
) -> Result<(), Failure> {
    let Outputs { folder, json } = &account.config.outputs;
    let input = account.config.codes.as_path();
    let to_output = json.as_deref() == Some(Path::new("-"));
    let failed = |error: io::Error| cannot_write(Path::new("standard output"), &error);
    match to_output {
        true => write!(notes, "{}", account.in_words()).map_err(failed)?,
        false => {
            writeln!(out, "{}", account.in_words()).map_err(failed)?;
            study_table(account.study, &account.file.codes, out).map_err(failed)?;
            writeln!(out, "{}", account.verdicts_in_words()).map_err(failed)?;
        }
    }
    let text = format!("{:#}\n", account.to_json()).into_bytes();
    match json {
        Some(_) if to_output => out.write_all(&text).map_err(failed)?,
        Some(path) => {
            folder::refuse_input(path, &[input])?;
            folder::replace(path, &text).map_err(|error| cannot_write(path, &error))?;
        }
        None => {}
    }
    if let Some(folder) = folder {
        let in_memory = |error| cannot_write(folder, &error);
        let files = [
            ("agreement.json", text),
            ("agreement.csv", account.agreement().map_err(in_memory)?),
            ("confusion.csv", account.confusion().map_err(in_memory)?),
            ("consensus.csv", account.consensus().map_err(in_memory)?),
            ("adjudicate.csv", account.adjudicate().map_err(in_memory)?),
        ];
        folder::write(folder, &files, &[input])?;
    }
    Ok(())
}

impl Account<'_> {
    fn in_words(&self) -> String {
        let codes = &self.file.codes;
        let n: usize = codes.workload().iter().sum();
        let mut text = format!(
            "{}: {}, {}, {}. Labels: {}.\n",
            self.config.codes.display(),
            counted(codes.items.len(), "item"),
            counted(codes.active().len(), "coder"),
            counted(n, "code"),
            codes.labels.join(", "),
        );
        for note in &self.file.notes {
            text += &format!("{note}\n");
        }
        for warning in &self.warnings {
            text += &format!("Warning: {warning}\n");
        }
        text
    }

    fn verdicts_in_words(&self) -> String {
        let doubts = self.study.verdicts.iter().filter_map(|one| one.adjudicate);
        let count = |name: &str| doubts.clone().filter(|doubt| doubt.name() == name).count();
        format!(
            "To adjudicate: {} of {}; {}, and {} whose majority has a posterior below {}.",
            doubts.clone().count(),
            counted(self.study.verdicts.len(), "item"),
            counted(count("tie"), "tie"),
            count("uncertain"),
            self.study.certain,
        )
    }

    fn to_json(&self) -> Value {
        let name = self.config.codes.file_name().unwrap_or_default();
        let mut all = Map::new();
        all.insert("codes".to_owned(), name.to_string_lossy().into());
        all.insert("warnings".to_owned(), self.warnings.clone().into());
        if let Value::Object(mut study) = self.study.to_json(&self.file.codes) {
            all.append(&mut study);
        }
        let doubtful = self.doubtful();
        let doubtful =
            doubtful.map(|(_, item, _, reason)| json!({ "item": item.name, "reason": reason }));
        all.insert("certain".to_owned(), self.study.certain.into());
        all.insert("adjudicate".to_owned(), doubtful.collect());
        all.into()
    }

    fn agreement(&self) -> io::Result<Vec<u8>> {
        let coders = &self.file.codes.coders;
        let mut rows = tidy(&self.study.overall, "overall", "", coders);
        for grouping in &self.study.groupings {
            for (value, cell) in &grouping.cells {
                rows.extend(tidy(cell, &grouping.name, value, coders));
            }
        }
        as_csv(COLUMNS.map(String::from), rows)
    }

    /// A row for each coder, label of the others and label given.
    fn confusion(&self) -> io::Result<Vec<u8>> {
        let codes = &self.file.codes;
        let labels = 0..codes.labels.len();
        let fit = self.study.dawid_skene.as_ref().ok();
        let mut rows = Vec::new();
        for individual in &self.study.coders {
            let coder = individual.coder;
            for truth in labels.clone() {
                rows.extend(labels.clone().map(|given| {
                    let share = fit.and_then(|fit| fit.share(coder, truth, given));
                    let share = share.map(|share| share.to_string());
                    [
                        codes.coders[coder].clone(),
                        codes.labels[truth].clone(),
                        codes.labels[given].clone(),
                        individual.confusion[truth][given].to_string(),
                        share.unwrap_or_default(),
                    ]
                }));
            }
        }
        let header = [
            "coder",
            "label",
            "code",
            "items_by_most_others",
            "dawid_skene_share",
        ];
        as_csv(header.map(String::from), rows)
    }

    /// A row an item, with what is known of it.
    fn consensus(&self) -> io::Result<Vec<u8>> {
        let codes = &self.file.codes;
        let name = |label: Option<usize>| label.map(|label| codes.labels[label].clone());
        let fit = self.study.dawid_skene.as_ref().ok();
        let mut header = vec![self.file.item.clone()];
        let own = ["majority", "share", "codes", "agreement", "dawid_skene"];
        header.extend(own.map(String::from));
        header.extend(
            codes
                .labels
                .iter()
                .map(|label| format!("posterior_{label}")),
        );
        header.extend(["adjudicate", "reason"].map(String::from));
        let header = self.with_attributes(header);
        let items = codes.items.iter().zip(&self.study.verdicts).enumerate();
        let rows = items.map(|(at, (item, verdict))| {
            let Verdict {
                majority,
                adjudicate,
            } = verdict;
            let posterior = fit.and_then(|fit| fit.posterior[at].as_ref());
            let share = majority.share().map(|share| share.to_string());
            let mut row = vec![
                item.name.clone(),
                name(majority.label).unwrap_or_default(),
                share.unwrap_or_default(),
                majority.coders.to_string(),
                majority.agreed().name().to_owned(),
                name(fit.and_then(|fit| fit.label(at))).unwrap_or_default(),
            ];
            row.extend((0..codes.labels.len()).map(|label| {
                posterior.map_or_else(String::new, |posterior| posterior[label].to_string())
            }));
            let yes = if adjudicate.is_some() { "yes" } else { "no" };
            let reason = adjudicate.map_or("", |doubt| doubt.name());
            row.extend([yes, reason].map(String::from));
            row.extend(item.attributes.iter().cloned());
            row
        });
        as_csv(header, rows)
    }

    /// The items in doubt, with a column to fill in.
    fn adjudicate(&self) -> io::Result<Vec<u8>> {
        let codes = &self.file.codes;
        let own = ["label", "reason", "codes", "dawid_skene", "posterior"].map(String::from);
        let header = std::iter::once(self.file.item.clone()).chain(own);
        let header = self.with_attributes(header.collect());
        let fit = self.study.dawid_skene.as_ref().ok();
        let rows = self.doubtful().map(|(at, item, _, reason)| {
            let given = item
                .codes
                .iter()
                .map(|code| format!("{}: {}", codes.coders[code.coder], codes.labels[code.label]));
            let given = given.collect::<Vec<_>>().join("; ");
            let likely = fit.and_then(|fit| {
                let label = fit.label(at)?;
                Some((label, fit.posterior[at].as_ref()?[label]))
            });
            let (label, posterior) = match likely {
                Some((label, posterior)) => (codes.labels[label].clone(), posterior.to_string()),
                None => (String::new(), String::new()),
            };
            let mut row = vec![item.name.clone(), String::new(), reason.to_owned(), given];
            row.extend([label, posterior]);
            row.extend(item.attributes.iter().cloned());
            row
        });
        as_csv(header, rows)
    }

    fn doubtful(&self) -> impl Iterator<Item = (usize, &Item, &Verdict, &'static str)> {
        let items = self.file.codes.items.iter().zip(&self.study.verdicts);
        items.enumerate().filter_map(|(at, (item, verdict))| {
            Some((at, item, verdict, verdict.adjudicate?.name()))
        })
    }

    /// An attribute that has the name of another column is prefixed.
    fn with_attributes(&self, mut header: Vec<String>) -> Vec<String> {
        for name in &self.file.codes.columns {
            let taken = header.contains(name);
            header.push(if taken {
                format!("data_{name}")
            } else {
                name.clone()
            });
        }
        header
    }
}
