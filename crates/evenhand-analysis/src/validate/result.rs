//! Result of a validation, with its files.

use super::PairedItems;
use crate::weighted::Weighted;
use crate::words::{counted, shown};
use evenhand_report::{ReportError, render_figure_page};
use evenhand_stats::audit::{Audit, COLUMNS as AUDIT_COLUMNS, WeightedAudit};
use evenhand_stats::coders::{COLUMNS, Ceiling, Machine, Scale, tidy};
use evenhand_stats::hint::Message;
use evenhand_table::csv_bytes;
use serde_json::{Value, json};

/// The classifier's name among the coders.
const MACHINE: &str = "machine";

/// A classifier against the consensus of coders, and as one more coder.
#[derive(Debug)]
pub struct ValidationResult {
    pub paired: PairedItems,
    pub scale: Scale,
    /// Against the consensus; each item counts once.
    pub audit: Audit,
    /// The same by weights, where items have some.
    pub weighted: Option<Weighted>,
    pub machine: Machine,
    /// The classifier and people side by side.
    pub ceiling: Ceiling,
    pub warnings: Vec<Message>,
    /// What was decided while the tables were read.
    pub notes: Vec<Message>,
}

impl ValidationResult {
    /// The coders, and the classifier after them.
    pub fn coders(&self) -> Vec<String> {
        let mut coders = self.paired.codes().coders.clone();
        let taken = coders.iter().any(|coder| coder == MACHINE);
        coders.push(match taken {
            true => format!("the {MACHINE}"),
            false => MACHINE.to_owned(),
        });
        coders
    }

    /// Matches, consensus, origin and classes, a line each.
    pub fn sentences(&self) -> Vec<Message> {
        let paired = &self.paired;
        let (items, judged) = (paired.rows.len(), paired.judged().count());
        let by_end = match paired.matching.by_end {
            0 => ".".to_owned(),
            n => format!(", {n} of them by the end of the path."),
        };
        let all = items + paired.unknown.items;
        let found = format!(
            "{}: {all} of {} found with a prediction in {}{by_end}",
            paired.table.shown(),
            counted(paired.coded, "coded item"),
            shown(paired.predictions.table().path(), "the predictions"),
        );
        let consensus = match (items - judged, paired.codes().active().len()) {
            (_, 1) => "The codes of one coder stand for a consensus.".to_owned(),
            (0, _) => "All have a consensus, the majority of their coders.".to_owned(),
            (ties, _) => format!(
                "{judged} have a consensus, the majority of their coders; {} left out of it.",
                counted(ties, "tie")
            ),
        };
        let mut classes = format!("Classes: {}.", paired.classes.names().join(", "));
        if let Some(positive) = paired.classes.positive() {
            let from = paired.positive_from.suffix();
            classes += &format!(" Positive: {}{from}.", paired.classes.name(positive));
        }
        let mut lines = vec![found, consensus, paired.origin.sentence(), classes];
        let others = "the agreement of coders";
        let weighted = self.weighted.iter();
        lines.extend(weighted.map(|of| of.sentence("items", others)));
        lines.into_iter().map(Message::plain).collect()
    }

    /// What the audit is of.
    pub fn heading(&self) -> &'static str {
        match self.weighted {
            None => "Against the consensus",
            Some(_) => "Against the consensus, each coded item once (not weighted)",
        }
    }

    /// All numbers.
    pub fn to_json(&self) -> Value {
        let paired = &self.paired;
        let warnings = self.warnings.iter().map(|warning| warning.to_string());
        let coders = self.coders();
        json!({
            "predictions": paired.predictions.name(),
            "codes": paired.table.name(),
            "warnings": warnings.collect::<Vec<_>>(),
            "items": {
                "coded": paired.coded,
                "compared": paired.rows.len(),
                "with_consensus": paired.judged().count(),
                "matched_by_end": paired.matching.by_end,
                "ambiguous": paired.matching.ambiguous.len(),
                "absent": paired.absent,
                "without_prediction": paired.unpredicted,
                "without_class": paired.unknown.items,
            },
            "predictions_of": paired.origin.to_json(),
            "consensus": self.audit.to_json(),
            "weighted": self.weighted.as_ref().map(Weighted::to_json),
            "scale": self.scale.name(),
            "coders": self.machine.to_json(&coders),
            "ceiling": self.ceiling.to_json(&coders),
        })
    }

    /// The names of [`files`](Self::files).
    pub const FILES: [&str; 6] = [
        "validation.json",
        "validation.html",
        "metrics.csv",
        "weighted.csv",
        "agreement.csv",
        "rows.csv",
    ];

    /// The page and the tables that belong into a folder, by name; without weights `weighted.csv` has no rows.
    ///
    /// # Errors
    /// The page cannot be rendered.
    pub fn files(&self) -> Result<Vec<(&'static str, Vec<u8>)>, ReportError> {
        let contents = [
            format!("{:#}\n", self.to_json()).into_bytes(),
            render_figure_page(&self.page())?.into_bytes(),
            self.metrics_csv(),
            self.weighted_csv(),
            self.agreement_csv(),
            self.rows_csv(),
        ];
        Ok(Self::FILES.into_iter().zip(contents).collect())
    }

    /// A row for each metric of each group, against the consensus.
    pub fn metrics_csv(&self) -> Vec<u8> {
        csv_bytes(
            AUDIT_COLUMNS.map(String::from),
            self.audit.tidy().map(|row| row.fields()),
        )
    }

    /// A row for each weighted metric of each group.
    pub fn weighted_csv(&self) -> Vec<u8> {
        let weighted = self.weighted.as_ref();
        let rows = weighted.map(|of| of.audit.tidy()).unwrap_or_default();
        csv_bytes(WeightedAudit::COLUMNS.map(String::from), rows)
    }

    /// Agreement without the classifier, then with it, then both side by side.
    pub fn agreement_csv(&self) -> Vec<u8> {
        let coders = self.coders();
        let mut rows = tidy(&self.machine.without, MACHINE, "without", &coders);
        rows.extend(tidy(&self.machine.with, MACHINE, "with", &coders));
        rows.extend(self.ceiling.tidy(&coders));
        csv_bytes(COLUMNS.map(String::from), rows)
    }

    /// A row for each compared item.
    pub fn rows_csv(&self) -> Vec<u8> {
        let codes = self.paired.codes();
        let rows = codes.items.iter().enumerate().map(|(at, item)| {
            let majority = codes.majority(item);
            let label = majority.label.map(|label| codes.labels[label].clone());
            let share = majority.share().map(|share| share.to_string());
            let answer = self.paired.answer(at);
            let right = label.as_ref().map(|label| (label == answer).to_string());
            [
                item.name.clone(),
                self.paired.prediction(at).to_owned(),
                label.unwrap_or_default(),
                share.unwrap_or_default(),
                majority.agreed().name().to_owned(),
                answer.to_owned(),
                right.unwrap_or_default(),
            ]
        });
        let header = [
            "item",
            "prediction",
            "consensus",
            "share",
            "agreement",
            "predicted",
            "right",
        ];
        csv_bytes(header.map(String::from), rows)
    }
}
