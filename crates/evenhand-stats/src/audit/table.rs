//! Table to audit: label, prediction and groups of every person.

mod coding;

use coding::{Coder, ColumnCoder, UnitCoder};

use super::design::{Design, Sampling};
use crate::groups::{self, Group, GroupError};
use crate::record::{Classes, Fold, MISSING, Prediction, Predictions, Scores};

/// More groups of one kind than this are a mistake, such as a column that names each row.
const MOST_GROUPS: usize = 2_000;

/// Each value of a control column is an audit of its own.
const MOST_LEVELS: usize = 100;

/// One person.
#[derive(Debug, Clone, PartialEq)]
pub struct Row<'a> {
    /// Class indices; of two classes, 1 is the positive one.
    pub label: usize,
    pub predicted: usize,
    /// The probability of the positive one of two classes, where it is known.
    pub score: Option<f64>,
    /// In the order of the table's columns; empty where missing.
    pub attributes: Vec<&'a str>,
}

/// Labels, predictions and groups, a row a person.
#[derive(Debug, Clone, PartialEq)]
pub struct Table {
    pub(super) classes: Classes,
    pub(super) labels: Vec<usize>,
    pub(super) predicted: Vec<usize>,
    /// `None` unless every row has one.
    pub(super) scores: Option<Vec<f64>>,
    pub(super) groupings: Vec<Members>,
    pub(super) control: Option<Members>,
    pub(super) sampling: Sampling,
    /// By `sampling`.
    pub(super) units: Units,
}

/// Which rows are drawn together, or in each other's place.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Units {
    Rows,
    /// The stratum of every row.
    Strata(Vec<u32>),
    /// The cluster of every row.
    Clusters(Vec<u32>),
}

/// Who belongs to which group of one grouping.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Members {
    pub name: String,
    /// In natural order.
    pub values: Vec<String>,
    /// An index into `values` for every row.
    pub of: Vec<u32>,
}

impl Table {
    /// Takes the columns that rows have, and what is asked of them.
    ///
    /// # Errors
    ///
    /// The design names a column that is not there, or groups by one that is missing in every row;
    /// or there are more than 2,000 groups of one kind, or more than 100 values of the control.
    ///
    /// # Panics
    ///
    /// When a row's label or prediction is not the index of a class, its score is not from 0 to 1,
    /// or its attributes are not one a column.
    pub fn new<'a>(
        classes: &Classes,
        columns: &[String],
        design: &Design,
        rows: impl IntoIterator<Item = Row<'a>>,
    ) -> Result<Self, GroupError> {
        let mut builder = Builder::new(classes, columns, design)?;
        for row in rows {
            builder.push(row);
        }
        builder.finish()
    }

    /// The rows that have a label and a prediction and come from a fold that `keep` keeps.
    ///
    /// # Errors
    ///
    /// As [`Table::new`].
    pub fn from_predictions(
        predictions: &Predictions,
        design: &Design,
        keep: impl Fn(Fold) -> bool,
    ) -> Result<Self, GroupError> {
        let binary = predictions.classes.positive().is_some();
        let rows = judged(predictions, keep).map(|(_, row, label, scores)| Row {
            label,
            predicted: scores.predicted,
            score: binary.then(|| scores.written(1)),
            attributes: row.attributes.iter().map(String::as_str).collect(),
        });
        Self::new(&predictions.classes, &predictions.attributes, design, rows)
    }

    /// Which of the predictions' rows [`Table::from_predictions`] takes, in their order.
    pub fn rows_of(predictions: &Predictions, keep: impl Fn(Fold) -> bool) -> Vec<usize> {
        judged(predictions, keep).map(|(at, ..)| at).collect()
    }

    pub fn len(&self) -> usize {
        self.labels.len()
    }

    pub fn is_empty(&self) -> bool {
        self.labels.is_empty()
    }
}

/// A table on the way, row by row.
struct Builder<'a> {
    table: Table,
    columns: &'a [String],
    design: &'a Design,
    /// The groupings, and the control behind them where there is one.
    groups: Vec<&'a Group>,
    /// The columns that make groups.
    group_columns: Vec<usize>,
    /// By group column, the values so far and the code of the row at hand.
    values: Vec<ColumnCoder>,
    codes: Vec<u32>,
    /// The group columns of each grouping.
    places: Vec<Vec<usize>>,
    coders: Vec<Coder>,
    unit_place: Option<usize>,
    units: UnitCoder,
}

impl<'a> Builder<'a> {
    fn new(
        classes: &Classes,
        columns: &'a [String],
        design: &'a Design,
    ) -> Result<Self, GroupError> {
        let groups: Vec<&Group> = design.groups.iter().chain(&design.control).collect();
        let mut group_columns: Vec<usize> = Vec::new();
        let mut places = Vec::with_capacity(groups.len());
        for group in &groups {
            let mut own = Vec::new();
            for column in group.columns(columns)? {
                let known = group_columns.iter().position(|&known| known == column);
                own.push(known.unwrap_or(group_columns.len()));
                if known.is_none() {
                    group_columns.push(column);
                }
            }
            places.push(own);
        }
        let unit_column = design.sampling.column();
        let unit_place = unit_column
            .map(|column| groups::column(column, columns))
            .transpose()?;
        let table = Table {
            classes: classes.clone(),
            labels: Vec::new(),
            predicted: Vec::new(),
            scores: (classes.len() == 2).then(Vec::new),
            groupings: Vec::new(),
            control: None,
            sampling: design.sampling.clone(),
            units: Units::Rows,
        };
        Ok(Self {
            table,
            columns,
            design,
            values: vec![ColumnCoder::default(); group_columns.len()],
            codes: vec![0; group_columns.len()],
            group_columns,
            coders: places
                .iter()
                .map(|places| Coder::new(places.len()))
                .collect(),
            places,
            groups,
            unit_place,
            units: UnitCoder::new(&design.sampling),
        })
    }

    fn push(&mut self, row: Row) {
        let Row {
            label,
            predicted,
            score,
            attributes,
        } = row;
        let table = &mut self.table;
        let classes = table.classes.len();
        assert!(
            label < classes && predicted < classes,
            "classes are indices"
        );
        assert_eq!(
            attributes.len(),
            self.columns.len(),
            "a row has one attribute a column"
        );
        table.labels.push(label);
        table.predicted.push(predicted);
        table.scores = table.scores.take().zip(score).map(|(mut scores, score)| {
            assert!((0.0..=1.0).contains(&score), "a score of {score}");
            scores.push(score);
            scores
        });
        if let Some(place) = self.unit_place {
            self.units.push(attributes[place]);
        }
        let columns = self.group_columns.iter().zip(&mut self.values);
        for ((&column, values), code) in columns.zip(&mut self.codes) {
            *code = values.code(match attributes[column] {
                "" => MISSING,
                value => value,
            });
        }
        for (places, coder) in self.places.iter().zip(&mut self.coders) {
            coder.push(places.iter().map(|&place| self.codes[place]));
        }
    }

    fn finish(self) -> Result<Table, GroupError> {
        let mut table = self.table;
        let mut values = self.group_columns.iter().zip(&self.values);
        if let Some((&absent, _)) = values.find(|(_, values)| !values.is_present())
            && !table.labels.is_empty()
        {
            return Err(GroupError::NoMembers {
                attribute: self.columns[absent].clone(),
            });
        }
        let groupings = self.groups.iter().zip(self.places).zip(self.coders);
        for (at, ((group, places), coder)) in groupings.enumerate() {
            let is_control = at == self.design.groups.len();
            let most = if is_control { MOST_LEVELS } else { MOST_GROUPS };
            if coder.groups() > most {
                return Err(GroupError::TooManyGroups {
                    grouping: group.name(),
                    groups: coder.groups(),
                    most,
                });
            }
            let columns = places.iter().map(|&place| &self.values[place]);
            let members = coder.finish(group.name(), &columns.collect::<Vec<_>>());
            if is_control {
                table.control = Some(members);
            } else {
                table.groupings.push(members);
            }
        }
        table.units = self.units.finish();
        Ok(table)
    }
}

/// The rows that have a label and an answer, with their place.
fn judged(
    predictions: &Predictions,
    keep: impl Fn(Fold) -> bool,
) -> impl Iterator<Item = (usize, &Prediction, usize, &Scores)> {
    let rows = predictions.rows.iter().enumerate();
    rows.filter(move |(_, row)| keep(row.fold))
        .filter_map(|(at, row)| Some((at, row, row.label?, row.outcome.as_ref().ok()?)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::audit::toy::two;
    use crate::record::{BadImage, Status};

    fn members(columns: &[&str], spec: &str, rows: &[&[&str]]) -> Result<Vec<Members>, GroupError> {
        let columns: Vec<String> = columns.iter().map(|name| name.to_string()).collect();
        let rows = rows.iter().map(|row| Row {
            label: 0,
            predicted: 0,
            score: None,
            attributes: row.to_vec(),
        });
        let design = Design::of(groups::parse(spec).unwrap());
        Table::new(&two(), &columns, &design, rows).map(|table| table.groupings)
    }

    #[test]
    fn values_are_crossed_and_sorted_as_people_sort() {
        let rows: [&[&str]; 4] = [&["10-19", "F"], &["3-9", "M"], &["", "F"], &["3-9", "F"]];
        let found = members(&["age", "sex"], "age*sex", &rows).unwrap();
        assert_eq!(found[0].name, "age*sex");
        assert_eq!(
            found[0].values,
            ["3-9*F", "3-9*M", "10-19*F", "(missing)*F"]
        );
        assert_eq!(found[0].of, [2, 1, 3, 0]);
    }

    #[test]
    fn crossed_values_that_hold_a_star_stay_apart() {
        let rows: [&[&str]; 2] = [&["a", "b*c"], &["a*b", "c"]];
        let found = members(&["g", "h"], "g*h,g", &rows).unwrap();
        assert_eq!(found[0].values, ["a*b\\*c", "a\\*b*c"]);
        assert_eq!(found[1].values, ["a", "a*b"]);
    }

    #[test]
    fn a_column_that_names_each_row_makes_no_groups() {
        let names: Vec<String> = (0..=MOST_GROUPS).map(|at| at.to_string()).collect();
        let rows: Vec<[&str; 1]> = names.iter().map(|name| [name.as_str()]).collect();
        let rows: Vec<&[&str]> = rows.iter().map(|row| row.as_slice()).collect();
        let error = members(&["id"], "id", &rows).unwrap_err().to_string();
        assert_eq!(error, "`id` makes 2001 groups; at most 2000 are audited");
        assert!(members(&["id"], "id", &rows[1..]).is_ok());
    }

    #[test]
    fn a_column_without_any_value_has_no_groups() {
        let error = members(&["age", "sex"], "sex,sex*age", &[&["", "F"], &["", "M"]]).unwrap_err();
        assert_eq!(
            error,
            GroupError::NoMembers {
                attribute: "age".to_owned()
            }
        );
    }

    #[test]
    fn rows_without_a_label_or_an_answer_take_no_part() {
        let row = |label, fold, predicted: Option<usize>| Prediction {
            path: String::new(),
            blake3: None,
            outcome: predicted
                .map(|predicted| Scores {
                    predicted,
                    probabilities: vec![0.5, 0.5],
                })
                .ok_or(BadImage {
                    status: Status::Unreadable,
                    reason: String::new(),
                }),
            label,
            fold,
            attributes: vec![],
        };
        let predictions = Predictions {
            classes: two(),
            attributes: vec![],
            rows: vec![
                row(Some(1), Fold::Out(0), Some(0)),
                row(None, Fold::Out(0), Some(0)),
                row(Some(1), Fold::Out(0), None),
                row(Some(1), Fold::Test, Some(1)),
            ],
        };
        let table =
            Table::from_predictions(&predictions, &Design::default(), |fold| fold != Fold::Test)
                .unwrap();
        assert_eq!((table.labels, table.predicted), (vec![1], vec![0]));
    }
}
