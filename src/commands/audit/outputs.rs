//! Where an audit goes: the terminal, data files, a report with its model card.

use std::io::{self, Write};
use std::path::{Path, PathBuf};

use serde_json::{Map, Value, json};

use super::answers::Answers;
use super::config::{Config, Outputs};
use super::cut::{FoundOn, Threshold};
use super::pair::Pair;
use super::{AuditCommandError, Sheet, file_name, is_output, report::report_of};
use crate::cli::table::{audit_markdown, audit_table, comparison_markdown, comparison_table};
use crate::commands::folder;
use evenhand::audit::{Audit, COLUMNS, Comparison, Examination};
use evenhand::report;

/// What was read, and what is to be said of it.
pub(super) struct Account<'a> {
    pub config: &'a Config,
    pub sheet: &'a Sheet,
    pub answers: &'a Answers<'a>,
    pub pair: Option<&'a Pair<'a>>,
    /// What looks wrong, in sentences.
    pub doubts: Vec<String>,
}

/// What came of it.
pub(super) struct Found<'a> {
    pub audit: &'a Audit,
    pub comparison: Option<&'a Comparison>,
    /// Where an output asks for it.
    pub examination: Option<&'a Examination>,
}

impl Outputs {
    /// Refuses outputs that would replace each other, or one of `inputs`.
    pub(super) fn check(&self, inputs: &[&Path]) -> Result<(), AuditCommandError> {
        let report = self.report.as_ref().map(|report| &report.path);
        if let Some(path) = report.filter(|path| path.extension().is_none_or(|end| end != "html")) {
            return Err(AuditCommandError::NoHtml(path.clone()));
        }
        let card = report.map(|path| model_card_of(path));
        let all = [
            report,
            card.as_ref(),
            self.csv.as_ref(),
            self.json.as_ref(),
            self.markdown.as_ref(),
        ];
        let all: Vec<&PathBuf> = all.into_iter().flatten().collect();
        if let Some(at) =
            (1..all.len()).find(|&at| all[..at].iter().any(|one| folder::is_same(one, all[at])))
        {
            return Err(AuditCommandError::SameOutput(all[at].clone()));
        }
        let replaces =
            |output: &&&PathBuf| inputs.iter().any(|input| folder::is_same(input, output));
        if let Some(output) = all.iter().find(replaces) {
            return Err(AuditCommandError::ReplacesInput((*output).clone()));
        }
        match (&self.features, self.looks_at_rows()) {
            (Some(_), false) => Err(AuditCommandError::FeaturesForNothing),
            _ => Ok(()),
        }
    }

    /// Whether anything is written that needs an examination.
    pub(super) fn looks_at_rows(&self) -> bool {
        self.report.is_some() || self.json.is_some()
    }

    fn take_output(&self) -> bool {
        let files = [&self.csv, &self.json, &self.markdown];
        files.into_iter().flatten().any(|path| is_output(path))
    }
}

pub(super) fn write(
    account: &Account,
    found: &Found,
    out: &mut dyn Write,
    notes: &mut dyn Write,
) -> Result<(), AuditCommandError> {
    let Outputs {
        report,
        csv,
        json,
        markdown,
        features: _,
    } = &account.config.outputs;
    let says_all = !account.config.outputs.take_output();
    let said = account.in_words();
    match says_all {
        true => writeln!(out, "{said}")?,
        false => write!(notes, "{said}")?,
    }
    if says_all {
        audit_table(found.audit, out)?;
        if let (Some(comparison), Some(pair)) = (found.comparison, account.pair) {
            comparison_table(comparison, &pair.with, out)?;
        }
    }
    let mut write = |path: &Path, bytes: &[u8]| match is_output(path) {
        true => out.write_all(bytes).map_err(AuditCommandError::Output),
        false => folder::replace(path, bytes).map_err(|reason| AuditCommandError::Write {
            path: path.to_owned(),
            reason,
        }),
    };
    if let Some(csv) = csv {
        write(csv, &as_csv(found.audit)?)?;
    }
    if let Some(markdown) = markdown {
        let mut text = said.replace('\n', "  \n").into_bytes();
        text.push(b'\n');
        audit_markdown(found.audit, &mut text)?;
        if let (Some(comparison), Some(pair)) = (found.comparison, account.pair) {
            comparison_markdown(comparison, &pair.with, &mut text)?;
        }
        write(markdown, &text)?;
    }
    if let Some(json) = json {
        write(json, format!("{:#}\n", account.to_json(found)).as_bytes())?;
    }
    if let Some(asked) = report {
        let report = report_of(account, found, asked);
        let page = report::render(&report)?;
        let card = format!("{:#}\n", report::model_card(&report));
        write(&model_card_of(&asked.path), card.as_bytes())?;
        write(&asked.path, page.as_bytes())?;
    }
    Ok(())
}

impl Account<'_> {
    /// What was read, and what looks wrong.
    fn in_words(&self) -> String {
        let mut text = self.answers.account(&self.config.predictions);
        if let Some(pair) = self.pair {
            text += &format!("{pair}\n");
        }
        if let Some(column) = self.config.design.sampling.clusters() {
            text += &format!("Rows with the same `{column}` count as one piece of evidence.\n");
        }
        for doubt in &self.doubts {
            text += &format!("Warning: {doubt}\n");
        }
        text
    }

    fn to_json(&self, found: &Found) -> Value {
        let threshold = self.answers.threshold.as_ref().map(|threshold| {
            let Threshold { value, found } = threshold;
            let found = found
                .as_ref()
                .map(|FoundOn { rule, rows, n }| json!({ "rule": rule, "on": rows, "rows": n }));
            json!({ "value": value, "found": found })
        });
        let mut all = Map::new();
        let mut put = |name: &str, value: Value| all.insert(name.to_owned(), value);
        put("predictions", file_name(&self.config.predictions).into());
        put("label", self.config.columns.label.clone().into());
        put(
            "rows",
            json!({ "audited": self.answers.rows.len(), "left_out": self.answers.left_out }),
        );
        put("threshold", threshold.into());
        put("warnings", self.doubts.clone().into());
        if let Value::Object(mut audit) = found.audit.to_json() {
            all.append(&mut audit);
        }
        let mut put = |name: &str, value: Value| all.insert(name.to_owned(), value);
        put("curves", found.audit.curves_to_json());
        put(
            "comparison",
            found.comparison.map(Comparison::to_json).into(),
        );
        if let Some(examination) = found.examination {
            let name = |row: usize| self.name_of(row).into();
            put(
                "examination",
                examination.to_json(&self.answers.classes, &name),
            );
        }
        all.into()
    }

    /// By what people find an audited row: its path, its id, or its line.
    pub fn name_of(&self, row: usize) -> String {
        let record = self.answers.rows[row].record;
        let named = ["path", "id", "file", "image"]
            .into_iter()
            .find_map(|name| {
                let at = self
                    .sheet
                    .columns
                    .iter()
                    .position(|column| column == name)?;
                Some(&record[at]).filter(|name| !name.is_empty())
            });
        let line = || record.position().map_or(0, |position| position.line());
        named.map_or_else(|| format!("line {}", line()), str::to_owned)
    }
}

/// Beside its report.
fn model_card_of(report: &Path) -> PathBuf {
    report.with_extension("model_card.json")
}

fn as_csv(audit: &Audit) -> io::Result<Vec<u8>> {
    folder::as_csv(
        COLUMNS.map(String::from),
        audit.tidy().map(|row| row.fields()),
    )
}
