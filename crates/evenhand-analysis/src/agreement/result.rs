//! Result of an agreement study, with its files.

use crate::codes::CodeTable;
use crate::words::counted;
use evenhand_report::{ReportError, render_figure_page};
use evenhand_stats::coders::{COLUMNS, Item, Study, Verdict, tidy};
use evenhand_stats::hint::Message;
use evenhand_table::Formulas;
use serde_json::{Map, Value, json};

/// Agreement and consensus, with the codes that they are of.
#[derive(Debug, Clone)]
pub struct AgreementResult {
    pub table: CodeTable,
    pub study: Study,
    pub warnings: Vec<Message>,
    pub(super) formulas: Formulas,
}

impl AgreementResult {
    /// What was read.
    pub fn summary(&self) -> Message {
        let codes = &self.table.codes;
        let n: usize = codes.workload().iter().sum();
        Message::plain(format!(
            "{}: {}, {}, {}. Labels: {}.",
            self.table.shown(),
            counted(codes.items.len(), "item"),
            counted(codes.active().len(), "coder"),
            counted(n, "code"),
            codes.labels.join(", "),
        ))
    }

    /// How many items are to be adjudicated, and why.
    pub fn to_adjudicate(&self) -> Message {
        let reasons = self.study.verdicts.iter().filter_map(|one| one.adjudicate);
        let count = |name: &str| {
            reasons
                .clone()
                .filter(|reason| reason.name() == name)
                .count()
        };
        Message::plain(format!(
            "To adjudicate: {} of {}; {}, and {} whose majority has a posterior below {}.",
            reasons.clone().count(),
            counted(self.study.verdicts.len(), "item"),
            counted(count("tie"), "tie"),
            count("uncertain"),
            self.study.certain,
        ))
    }

    /// All numbers.
    pub fn to_json(&self) -> Value {
        let warnings = self.warnings.iter().map(|warning| warning.to_string());
        let mut all = Map::new();
        all.insert("codes".to_owned(), self.table.name().into());
        all.insert("warnings".to_owned(), warnings.collect());
        if let Value::Object(mut study) = self.study.to_json(&self.table.codes) {
            all.append(&mut study);
        }
        let doubtful = self.doubtful();
        let doubtful =
            doubtful.map(|(_, item, _, reason)| json!({ "item": item.name, "reason": reason }));
        all.insert("certain".to_owned(), self.study.certain.into());
        all.insert("adjudicate".to_owned(), doubtful.collect());
        all.into()
    }

    /// The names of [`files`](Self::files).
    pub const FILES: [&str; 6] = [
        "agreement.json",
        "agreement.html",
        "agreement.csv",
        "confusion.csv",
        "consensus.csv",
        "adjudicate.csv",
    ];

    /// The page and the tables that belong into a folder, by name.
    ///
    /// # Errors
    /// The page cannot be rendered.
    pub fn files(&self) -> Result<Vec<(&'static str, Vec<u8>)>, ReportError> {
        let contents = [
            format!("{:#}\n", self.to_json()).into_bytes(),
            render_figure_page(&self.page())?.into_bytes(),
            self.agreement_csv(),
            self.confusion_csv(),
            self.consensus_csv(),
            self.adjudicate_csv(),
        ];
        Ok(Self::FILES.into_iter().zip(contents).collect())
    }

    /// A row for each statistic, overall and of each group.
    pub fn agreement_csv(&self) -> Vec<u8> {
        let coders = &self.table.codes.coders;
        let mut rows = tidy(&self.study.overall, "overall", "", coders);
        for grouping in &self.study.groupings {
            for ((value, cell), comparison) in grouping.cells.iter().zip(&grouping.comparisons) {
                rows.extend(tidy(cell, &grouping.name, value, coders));
                rows.extend(comparison.tidy(&grouping.name, value, &self.table.codes));
            }
        }
        let grouping = self.study.groupings.first();
        let grouping = grouping.map_or("", |grouping| &grouping.name);
        let shares = self.study.shares.iter();
        rows.extend(shares.flat_map(|shares| shares.tidy(grouping, &self.table.codes)));
        self.formulas.csv_bytes(COLUMNS.map(String::from), rows)
    }

    /// A row for each coder, label of the others and label given.
    pub fn confusion_csv(&self) -> Vec<u8> {
        let codes = &self.table.codes;
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
        self.formulas.csv_bytes(header.map(String::from), rows)
    }

    /// A row an item, with what is known of it.
    pub fn consensus_csv(&self) -> Vec<u8> {
        let codes = &self.table.codes;
        let name = |label: Option<usize>| label.map(|label| codes.labels[label].clone());
        let fit = self.study.dawid_skene.as_ref().ok();
        let mut header = vec![self.table.item.clone()];
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
        self.formulas.csv_bytes(header, rows)
    }

    /// The items in doubt, with a column to fill in.
    pub fn adjudicate_csv(&self) -> Vec<u8> {
        let codes = &self.table.codes;
        let own = ["label", "reason", "codes", "dawid_skene", "posterior"].map(String::from);
        let header = std::iter::once(self.table.item.clone()).chain(own);
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
        self.formulas.csv_bytes(header, rows)
    }

    fn doubtful(&self) -> impl Iterator<Item = (usize, &Item, &Verdict, &'static str)> {
        let items = self.table.codes.items.iter().zip(&self.study.verdicts);
        items.enumerate().filter_map(|(at, (item, verdict))| {
            Some((at, item, verdict, verdict.adjudicate?.name()))
        })
    }

    /// An attribute that has the name of another column is prefixed.
    fn with_attributes(&self, mut header: Vec<String>) -> Vec<String> {
        for name in &self.table.codes.columns {
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
