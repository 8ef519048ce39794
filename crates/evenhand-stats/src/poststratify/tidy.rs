//! Shares by cells of a census as rows of one number each, for those who plot them elsewhere.

use super::{Group, METHODS, Poststratified};

/// The columns that [`Poststratified::tidy`] fills.
pub const COLUMNS: [&str; 13] = [
    "class",
    "quantity",
    "grouping",
    "group",
    "method",
    "value",
    "se",
    "low",
    "high",
    "population",
    "rows",
    "hits",
    "reason",
];

impl Poststratified {
    /// Rows in the order of [`COLUMNS`]: everyone, groups, then cells. What does not exist is empty.
    pub fn tidy(&self) -> Vec<[String; COLUMNS.len()]> {
        let mut rows = Vec::new();
        for target in &self.targets {
            let mut push = |what: [&str; 3], group: &Group| {
                rows.extend(rows_of(&target.class, what, group));
            };
            push(["share", "", ""], &target.overall);
            for (grouping, groups) in self.cells.groupings.iter().zip(&target.by) {
                for (name, group) in grouping.groups.iter().zip(groups) {
                    push(["share", &grouping.name, name], group);
                }
            }
            for (name, cell) in self.cells.names.iter().zip(&target.cells) {
                push(["cell", "", name], cell);
            }
        }
        rows
    }
}

fn rows_of<'a>(
    class: &'a str,
    what: [&'a str; 3],
    group: &'a Group,
) -> impl Iterator<Item = [String; COLUMNS.len()]> + 'a {
    METHODS.iter().zip(&group.shares).map(move |(info, share)| {
        let found = share.as_ref().ok();
        let number = |of: Option<f64>| of.map_or_else(String::new, |of| of.to_string());
        let reason = share.as_ref().err().map(ToString::to_string);
        let [quantity, grouping, name] = what.map(str::to_owned);
        [
            class.to_owned(),
            quantity,
            grouping,
            name,
            info.name.to_owned(),
            number(found.map(|share| share.value)),
            number(found.map(|share| share.se)),
            number(found.map(|share| share.interval.low)),
            number(found.map(|share| share.interval.high)),
            group.population.to_string(),
            group.rows.to_string(),
            group.hits.to_string(),
            reason.unwrap_or_default(),
        ]
    })
}
