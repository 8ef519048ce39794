//! Estimates as rows of one number each, for those who plot them elsewhere.

use super::{Cell, Estimates, METHODS, Measure};

/// The columns that [`Estimates::tidy`] fills.
pub const COLUMNS: [&str; 15] = [
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
    "bounds_low",
    "bounds_high",
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
            let mut push = |what: [&str; 4], shares: &[Measure], cell: Option<&Cell>| {
                for (info, measure) in METHODS.iter().zip(shares) {
                    let share = measure.as_ref().ok();
                    let bounds = cell.and_then(|cell| cell.bounds(info.method));
                    let count = |of: fn(&Cell) -> u64| {
                        cell.map_or_else(String::new, |cell| of(cell).to_string())
                    };
                    let number = |of: Option<f64>| of.map_or_else(String::new, |of| of.to_string());
                    let reason = measure.as_ref().err().map(ToString::to_string);
                    let [quantity, attribute, domain, minus] = what.map(str::to_owned);
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
                        number(bounds.map(|bounds| bounds.low)),
                        number(bounds.map(|bounds| bounds.high)),
                        count(|cell| cell.corpus),
                        count(|cell| cell.coded),
                        reason.unwrap_or_default(),
                    ]);
                }
            };
            let overall = &target.overall;
            push(["share", "", "", ""], &overall.shares, Some(overall));
            for breakdown in &target.by {
                let attribute = &breakdown.attribute;
                for (domain, cell) in &breakdown.cells {
                    push(["share", attribute, domain, ""], &cell.shares, Some(cell));
                }
                for of in &breakdown.differences {
                    let what = ["difference", attribute, &of.a, &of.b];
                    push(what, &of.shares, None);
                }
            }
        }
        rows
    }
}
