//! Coded rows of a share, alone and with a classifier's help.

use super::ShareOptions;
use super::gaps::of_clusters;
use super::options::{checked, shares};
use super::told::{Told, cell, percent, rows};
use crate::Error;
use crate::audit::{AuditOptions, ReadPredictions};
use crate::predictions::PredictionTable;
use crate::words::counted;
use evenhand_stats::hint::{Message, SettingError};
use evenhand_stats::plan::{Classifier, ShareNeed, ShareParams};
use evenhand_stats::text::tenths;
use evenhand_table::same_value;
use serde_json::{Value, json};

/// With fewer rows of the class or of the others, a pilot says little.
const FEW: usize = 30;

/// Coded rows that a share needs.
#[derive(Debug, Clone)]
pub struct SharePlan {
    pub params: ShareParams,
    pub pilot: Option<Pilot>,
    pub needs: Vec<ShareNeed>,
}

/// Rows with a label and a prediction, by which a classifier is known.
#[derive(Debug, Clone)]
pub struct Pilot {
    /// Its file.
    pub predictions: String,
    pub class: String,
    /// True if probabilities are taken; else predicted classes.
    pub from_scores: bool,
    /// For each row whether it is of the class, and its score.
    rows: Vec<(bool, f64)>,
}

const COLUMNS: [&str; 4] = ["share", "within", "coded", "assisted"];

impl Pilot {
    /// # Errors
    /// The table has no labels, or the class is none.
    pub(super) fn read(
        table: &PredictionTable,
        audited: &AuditOptions,
        class: Option<&str>,
    ) -> Result<Self, Error> {
        let table = table.put_right(&[], &[]);
        let read = ReadPredictions::new(&table, audited)?;
        let names = read.classes.names();
        let named = |class: &str| names.iter().position(|name| same_value(name, class));
        let found = class.map_or(read.classes.positive(), named);
        let class = found.ok_or_else(|| {
            let allowed = "a share is of a class of the pilot";
            let hint = Message::new("name one of {} with {class}", &[&names.join(", ")]);
            SettingError::new("class", class.unwrap_or("is missing"), allowed).with_hint(hint)
        })?;
        let probabilities = read.probabilities(&table)?;
        let score = |at: usize| match &probabilities {
            Some(all) => all[at * names.len() + class],
            None => f64::from(u8::from(read.rows[at].predicted == class)),
        };
        let rows = read.rows.iter().enumerate();
        Ok(Self {
            predictions: table.name(),
            class: names[class].clone(),
            from_scores: probabilities.is_some(),
            rows: rows
                .map(|(at, row)| (row.label == class, score(at)))
                .collect(),
        })
    }

    /// Rows of the class, and the others.
    fn counts(&self) -> [usize; 2] {
        let of_class = self.rows.iter().filter(|(is, _)| *is).count();
        [of_class, self.rows.len() - of_class]
    }
}

impl SharePlan {
    pub(super) fn new(pilot: Option<Pilot>, options: &ShareOptions) -> Result<Self, Error> {
        let share = match (options.share, &pilot) {
            (Some(share), _) => share,
            (None, Some(pilot)) => 100.0 * pilot.counts()[0] as f64 / pilot.rows.len() as f64,
            (None, None) => {
                let allowed = "a plan needs the share that is expected";
                let hint =
                    "write about how common the class is, as in {share} 12; 50 needs the most rows";
                return Err(SettingError::new("share", "is missing", allowed)
                    .with_hint(hint)
                    .into());
            }
        };
        checked(
            "share",
            share,
            share > 0.0 && share < 100.0,
            "a share is more than 0 and less than 100 %",
        )?;
        for &within in &options.within {
            let is_width = within > 0.0 && within < 50.0;
            checked(
                "within",
                within,
                is_width,
                "half a width is more than 0 and less than 50 points",
            )?;
        }
        let params = ShareParams {
            share: share / 100.0,
            within: shares(&options.within),
            level: crate::estimate::level(options.level)?,
            clusters: options.clusters.checked()?,
            classifier: classifier(pilot.as_ref(), options.rates)?,
            corpus: options.corpus,
        };
        Ok(Self {
            needs: params.needs(),
            params,
            pilot,
        })
    }

    fn explained(&self) -> Option<f64> {
        let classifier = self.params.classifier?;
        Some(classifier.explained(self.params.share))
    }
}

fn classifier(
    pilot: Option<&Pilot>,
    rates: Option<[f64; 2]>,
) -> Result<Option<Classifier>, SettingError> {
    if let Some([tpr, fpr]) = rates {
        for (setting, rate) in [("tpr", tpr), ("fpr", fpr)] {
            checked(
                setting,
                rate,
                (0.0..=100.0).contains(&rate),
                "a rate is from 0 to 100 %",
            )?;
        }
        return Ok(Some(Classifier::of_rates(tpr / 100.0, fpr / 100.0)));
    }
    Ok(pilot.and_then(|pilot| Classifier::of_scores(&pilot.rows)))
}

impl Told for SharePlan {
    fn sentences(&self) -> Vec<Message> {
        let mut lines = Vec::new();
        if let Some(pilot) = &self.pilot {
            let from = match pilot.from_scores {
                true => "probabilities",
                false => "predicted classes",
            };
            lines.push(format!(
                "{}: {} with a label, {} of them `{}`; the classifier helps by its {from}.",
                pilot.predictions,
                counted(pilot.rows.len(), "row"),
                pilot.counts()[0],
                pilot.class,
            ));
        }
        lines.push(format!(
            "A share of {} %, with an interval at {} % confidence.",
            tenths(self.params.share),
            percent(self.params.level.value()),
        ));
        if let Some(explained) = self.explained() {
            lines.push(format!(
                "The classifier explains {:.0} % of the variance of the class there.",
                100.0 * explained
            ));
        }
        lines.extend(of_clusters(self.params.clusters));
        lines.into_iter().map(Message::plain).collect()
    }

    fn table(&self) -> (Vec<String>, Vec<Vec<String>>) {
        let mut header = vec!["within", "coded rows"];
        if self.params.classifier.is_some() {
            header.extend(["with the classifier", "saved"]);
        }
        let row = |need: &ShareNeed| {
            let mut row = vec![format!("{} points", percent(need.within)), rows(need.coded)];
            if self.params.classifier.is_some() {
                row.extend([rows(need.assisted), saved(need)]);
            }
            row
        };
        let header = header.into_iter().map(str::to_owned).collect();
        (header, self.needs.iter().map(row).collect())
    }

    fn legend(&self) -> Vec<String> {
        let mut lines = vec![
            "Within: half the width of the interval, on average, if the share is as expected."
                .to_owned(),
            "Coded rows: a simple random sample of the corpus, and Wilson's interval.".to_owned(),
        ];
        if self.params.classifier.is_some() {
            lines.push(
                "With the classifier: the same sample and PPI++, which `evenhand estimate` computes from predictions of \
                 the whole corpus."
                    .to_owned(),
            );
        }
        if self.params.corpus.is_some() {
            lines.push("-: the corpus has no more rows than that would take.".to_owned());
        }
        lines
    }

    fn warnings(&self) -> Vec<Message> {
        let mut warnings = Vec::new();
        if let Some(pilot) = &self.pilot {
            let [of_class, others] = pilot.counts();
            if of_class.min(others) < FEW && self.params.classifier.is_some() {
                warnings.push(format!(
                    "the pilot has {} of `{}` and {others} others: what the classifier saves is uncertain; {FEW} of both \
                     would tell",
                    counted(of_class, "row"),
                    pilot.class,
                ));
            }
        }
        if self
            .explained()
            .is_some_and(|explained| explained > 1.0 - 1e-9)
        {
            warnings.push(
                "a classifier without an error needs hardly any coded rows, but coded rows have to show that it has none"
                    .to_owned(),
            );
        }
        if self.params.classifier.is_some_and(|of| of.is_useless()) {
            warnings.push(
                "the classifier does not tell the class from others, and saves nothing".to_owned(),
            );
        }
        warnings.into_iter().map(Message::plain).collect()
    }

    fn tidy(&self) -> (&'static [&'static str], Vec<Vec<String>>) {
        let row = |need: &ShareNeed| {
            vec![
                self.params.share.to_string(),
                need.within.to_string(),
                cell(need.coded),
                cell(need.assisted),
            ]
        };
        (&COLUMNS, self.needs.iter().map(row).collect())
    }

    fn to_json(&self) -> Value {
        let pilot = self.pilot.as_ref();
        let needs = self.needs.iter().map(
            |need| json!({ "within": need.within, "coded": need.coded, "assisted": need.assisted }),
        );
        let warnings = self.warnings();
        json!({
            "plan": "share",
            "predictions": pilot.map(|pilot| &pilot.predictions),
            "class": pilot.map(|pilot| &pilot.class),
            "pilot_rows": pilot.map(|pilot| pilot.rows.len()),
            "share": self.params.share,
            "level": self.params.level.value(),
            "design_effect": self.params.clusters.effect,
            "corpus_rows": self.params.corpus,
            "explained": self.explained(),
            "warnings": warnings.iter().map(ToString::to_string).collect::<Vec<_>>(),
            "needs": needs.collect::<Vec<_>>(),
        })
    }
}

/// Part of the coded rows that the classifier saves.
fn saved(need: &ShareNeed) -> String {
    match (need.coded, need.assisted) {
        (Some(coded), Some(assisted)) => {
            let saved = 1.0 - assisted as f64 / coded as f64;
            format!("{:.0} %", 100.0 * saved.max(0.0))
        }
        _ => "-".to_owned(),
    }
}
