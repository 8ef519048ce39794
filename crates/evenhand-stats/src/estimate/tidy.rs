//! Estimates as rows of one number each, for those who plot them elsewhere.

use super::{Estimates, METHODS, Measure};

/// The columns that [`Estimates::tidy`] fills.
pub const COLUMNS: [&str; 13] = [
    "class",
    "quantity",
    "attribute",
    "domain",
    "minus",
    "method",
    "value",
    "se",
    "low",
    "high",
    "corpus",
    "coded",
    "reason",
];

impl Estimates {
    /// Rows in the order of [`COLUMNS`]: shares, then differences. What does not exist is empty.
    pub fn tidy(&self) -> Vec<[String; COLUMNS.len()]> {
        let mut rows = Vec::new();
        for target in &self.targets {
            let class = self.classes.name(target.class);
            let mut push = |what: [&str; 4], shares: &[Measure], counts: [String; 2]| {
                for (info, measure) in METHODS.iter().zip(shares) {
                    let share = measure.as_ref().ok();
                    let number = |of: Option<f64>| of.map_or_else(String::new, |of| of.to_string());
                    let reason = measure.as_ref().err().map(ToString::to_string);
                    let [quantity, attribute, domain, minus] = what.map(str::to_owned);
                    let [corpus, coded] = counts.clone();
                    rows.push([
                        class.to_owned(),
                        quantity,
                        attribute,
                        domain,
                        minus,
                        info.name.to_owned(),
                        number(share.map(|share| share.value)),
                        number(share.map(|share| share.se)),
                        number(share.map(|share| share.interval.low)),
                        number(share.map(|share| share.interval.high)),
                        corpus,
                        coded,
                        reason.unwrap_or_default(),
                    ]);
                }
            };
            let overall = &target.overall;
            let counts = [overall.corpus.to_string(), overall.coded.to_string()];
            push(["share", "", "", ""], &overall.shares, counts);
            for breakdown in &target.by {
                let attribute = &breakdown.attribute;
                for (domain, cell) in &breakdown.cells {
                    let counts = [cell.corpus.to_string(), cell.coded.to_string()];
                    push(["share", attribute, domain, ""], &cell.shares, counts);
                }
                for of in &breakdown.differences {
                    let what = ["difference", attribute, &of.a, &of.b];
                    push(what, &of.shares, Default::default());
                }
            }
        }
        rows
    }
}
