//! An audit as rows of one number each, for those who plot it elsewhere.

use super::{Audit, Cell, Measure};
use std::borrow::Cow;

/// One metric of one group.
#[derive(Debug, Clone, PartialEq)]
pub struct TidyRow<'a> {
    /// The attribute, or several crossed; `overall` for everyone.
    pub grouping: &'a str,
    /// Empty for everyone.
    pub group: &'a str,
    /// Name of the metric; of one of several classes, as in `recall(Black)`.
    pub metric: Cow<'a, str>,
    pub measure: &'a Measure,
}

/// The columns that [`TidyRow::fields`] fill.
pub const COLUMNS: [&str; 9] = [
    "grouping",
    "group",
    "metric",
    "value",
    "low",
    "high",
    "n",
    "estimable",
    "reason",
];

impl TidyRow<'_> {
    /// In the order of [`COLUMNS`]; numbers that do not exist are empty.
    pub fn fields(&self) -> [String; COLUMNS.len()] {
        let Self {
            grouping,
            group,
            ref metric,
            measure,
        } = *self;
        let estimate = measure.estimate.ok();
        let number = |value: Option<f64>| value.map_or_else(String::new, |value| value.to_string());
        let reason = measure.estimate.err().map(|reason| reason.to_string());
        [
            grouping.to_owned(),
            group.to_owned(),
            metric.to_string(),
            number(estimate.map(|estimate| estimate.value)),
            number(estimate.map(|estimate| estimate.interval.low)),
            number(estimate.map(|estimate| estimate.interval.high)),
            measure.n.to_string(),
            measure.estimate.is_ok().to_string(),
            reason.unwrap_or_default(),
        ]
    }
}

impl Audit {
    /// Everyone first, then every group of every grouping.
    pub fn tidy(&self) -> impl Iterator<Item = TidyRow<'_>> {
        let groups = self.groupings.iter().flat_map(|grouping| {
            let cells = grouping.cells.iter();
            cells.map(|(group, cell)| (grouping.name.as_str(), group.as_str(), cell))
        });
        std::iter::once(("overall", "", &self.overall))
            .chain(groups)
            .flat_map(|(grouping, group, cell)| {
                self.measures(cell).map(move |(metric, measure)| TidyRow {
                    grouping,
                    group,
                    metric,
                    measure,
                })
            })
    }

    /// Those of all classes, then those of each.
    fn measures<'a>(&'a self, cell: &'a Cell) -> impl Iterator<Item = (Cow<'a, str>, &'a Measure)> {
        let by_class = self.classes.names().iter().zip(&cell.by_class);
        let of_class = by_class.flat_map(|(class, measures)| {
            let named = move |name: &str| Cow::Owned(format!("{name}({class})"));
            measures
                .iter()
                .map(move |(name, measure)| (named(name), measure))
        });
        let measures = cell.measures.iter();
        measures
            .map(|(name, measure)| (Cow::Borrowed(*name), measure))
            .chain(of_class)
    }
}

#[cfg(test)]
mod tests {
    use crate::audit::Params;
    use crate::audit::toy::audited;

    #[test]
    fn every_metric_of_every_group_has_a_row_estimable_or_not() {
        let counts = [("x", [20, 1, 2, 30]), ("y", [0, 0, 0, 12])];
        let audit = audited("g", &counts, Params::default());
        let rows: Vec<_> = audit.tidy().map(|row| row.fields()).collect();
        assert_eq!(rows.len(), 3 * audit.overall.measures.len());
        let find = |group: &str, metric: &str| {
            let mut rows = rows.iter();
            rows.find(|row| row[1] == group && row[2] == metric)
                .unwrap()
        };
        assert_eq!(find("", "accuracy")[0], "overall");
        assert_eq!(
            find("y", "accuracy")[3..],
            ["1", "0.7575059933447591", "1", "12", "true", ""]
        );
        assert_eq!(
            find("y", "tpr")[3..],
            ["", "", "", "0", "false", "no positives"]
        );
    }
}
