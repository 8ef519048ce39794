//! The column of labels: its classes, and the class of each row.

use super::error::ColumnsError;
use super::gaps::code_of;
use super::levels::Levels;
use super::problem::{Problem, RowProblem};
use crate::frame::NO_LEVEL;
use evenhand_stats::record::natural;
use evenhand_stats::text::quoted;
use evenhand_table::{Counts, Repairs, Table, same_value};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use std::sync::Arc;

/// The label that a classifier was trained with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LabelSpec {
    pub column: String,
    /// In natural order; of two the positive one is the second.
    pub classes: Vec<String>,
    /// Gap codes: rows that have one have no label.
    pub gaps: Vec<String>,
}

impl LabelSpec {
    /// The classes of a column: its values without gap codes. Of two, `positive` or the last in natural order is the
    /// positive one.
    ///
    /// # Errors
    /// No such column, fewer than two classes, or `positive` is none of them.
    pub fn of(
        table: &Table,
        column: &str,
        positive: Option<&str>,
        gaps: &[&str],
    ) -> Result<Self, ColumnsError> {
        let text = table.text(table.column(column)?);
        let mut counts = Counts::new();
        let labels = text.iter().flatten();
        for label in labels.filter(|label| code_of(label, gaps).is_none()) {
            *counts.entry(label).or_default() += 1;
        }
        let repairs = Repairs::find(column, &counts, &[]);
        let classes: BTreeSet<&str> = counts.keys().map(|label| repairs.of(label)).collect();
        let mut classes: Vec<String> = classes.into_iter().map(str::to_owned).collect();
        classes.sort_by(|a, b| natural(a).cmp(&natural(b)));
        if classes.len() < 2 {
            return Err(ColumnsError::OneClass {
                column: column.to_owned(),
                found: classes.pop().unwrap_or_default(),
            });
        }
        if let Some(positive) = positive {
            let Some(at) = classes.iter().position(|class| same_value(class, positive)) else {
                return Err(ColumnsError::UnknownClass {
                    column: column.to_owned(),
                    positive: positive.to_owned(),
                    known: classes,
                });
            };
            if classes.len() == 2 && at == 0 {
                classes.swap(0, 1);
            }
        }
        Ok(Self {
            column: column.to_owned(),
            classes,
            gaps: gaps.iter().map(|gap| (*gap).to_owned()).collect(),
        })
    }

    /// The class of each row, `None` for a missing value and a gap code, and the labels that are no class.
    ///
    /// # Errors
    /// No such column.
    pub fn labels(
        &self,
        table: &Table,
    ) -> Result<(Vec<Option<usize>>, Vec<RowProblem>), ColumnsError> {
        let text = table.text(table.column(&self.column)?);
        let coded = Levels::new(&self.column, self.classes.iter().map(String::as_str)).of(&text);
        let allowed: Arc<str> = format!("{}, or an empty value", quoted(&self.classes)).into();
        let unseen = coded
            .unseen
            .iter()
            .filter_map(|&row| Some((row, text.get(row)?)));
        let unseen = unseen.filter(|(_, label)| code_of(label, &self.gaps).is_none());
        let problems = unseen.map(|(row, label)| RowProblem {
            row,
            column: self.column.clone(),
            value: label.to_owned(),
            problem: Problem::UnseenLevel,
            allowed: allowed.clone(),
        });
        let problems = problems.collect();
        let class = |code| (code != NO_LEVEL).then_some(code as usize);
        Ok((coded.codes.into_iter().map(class).collect(), problems))
    }
}

#[cfg(test)]
mod tests {
    use super::super::profile::tests::table;
    use super::*;

    #[test]
    fn classes_are_in_natural_order_and_the_positive_one_is_the_second_of_two() {
        let labels = table(&[
            ("y", "10 9 N 10 _ 2"),
            ("x", "yes no yes no _ yes"),
            ("z", "a a a N N _"),
        ]);
        let of = |column, positive| LabelSpec::of(&labels, column, positive, &["N"]);
        assert_eq!(of("y", None).unwrap().classes, ["2", "9", "10"]);
        assert_eq!(of("x", None).unwrap().classes, ["no", "yes"]);
        assert_eq!(of("x", Some("no")).unwrap().classes, ["yes", "no"]);
        assert_eq!(
            of("z", None).unwrap_err().to_string(),
            "the label `z` has one value, `a`; at least two are needed"
        );
        assert_eq!(
            of("x", Some("maybe")).unwrap_err().to_string(),
            "the label `x` has no value `maybe`; its values are `no`, `yes`"
        );
    }

    #[test]
    fn labels_of_a_test_file_that_end_in_a_dot_are_known() {
        let train = table(&[("income", "<=50K >50K <=50K")]);
        let spec = LabelSpec::of(&train, "income", None, &["N"]).unwrap();
        let test = table(&[("income", ">50K. <=50K. _ >50K N none")]);
        let (labels, problems) = spec.labels(&test).unwrap();
        assert_eq!(labels, [Some(1), Some(0), None, Some(1), None, None]);
        assert_eq!(problems.len(), 1);
        assert_eq!((problems[0].row, problems[0].value.as_str()), (5, "none"));
    }
}
