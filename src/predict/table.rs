//! Predictions as rows of text: one for every input row, whatever became of it.

use crate::record::MISSING;
use crate::record::{Classes, DECIMALS, Prediction, Status};
use csv::StringRecord;
use evenhand_table::schema::{ABSTAINED, FIXED, LABEL, probability_column};
use serde::{Deserialize, Serialize};
use std::io::Write;
use std::ops::Range;

pub(super) const PATH: usize = 0;
pub(super) const STATUS: usize = 2;
pub(super) const ERROR: usize = 3;
pub(super) const PREDICTED: usize = 6;

/// The columns of a table of predictions.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Columns {
    #[serde(rename = "columns")]
    pub names: Vec<String>,
    /// Which of them are probabilities: numbers, where all others are text.
    pub probabilities: Range<usize>,
}

impl Columns {
    /// An attribute that has the name of another of our columns is prefixed by `data_`.
    fn new<'a>(classes: &Classes, attributes: impl Iterator<Item = &'a String>) -> Self {
        let mut names: Vec<String> = FIXED.map(String::from).to_vec();
        names.extend(classes.names().iter().map(|name| probability_column(name)));
        for name in attributes {
            names.push(match names.contains(name) {
                true => set_apart(name),
                false => name.clone(),
            });
        }
        Self {
            names,
            probabilities: FIXED.len()..FIXED.len() + classes.len(),
        }
    }

    /// The same with a column after `predicted` that says whether a row is left to humans.
    pub(super) fn with_abstained(&self) -> Self {
        let mut names = self.names.clone();
        for name in names.iter_mut().filter(|name| *name == ABSTAINED) {
            *name = set_apart(name);
        }
        names.insert(PREDICTED + 1, ABSTAINED.to_owned());
        let Range { start, end } = self.probabilities;
        Self {
            names,
            probabilities: start + 1..end + 1,
        }
    }
}

fn set_apart(name: &str) -> String {
    format!("data_{name}")
}

/// Makes rows of predictions.
#[derive(Debug, Clone)]
pub struct Table {
    pub columns: Columns,
    classes: Classes,
    /// Positions of the attributes that are written.
    attributes: Vec<usize>,
    /// The position of the attribute that is written as the label.
    label: Option<usize>,
}

impl Table {
    /// `label` is the attribute that labels are from. Where it is called `label`, it stands in our column of that
    /// name, also if its value is no class.
    pub fn new(classes: &Classes, attributes: &[String], label: &str) -> Self {
        let mut names = attributes.iter();
        let own = names.position(|name| name == LABEL && name == label);
        let written: Vec<usize> = (0..attributes.len())
            .filter(|&at| own != Some(at))
            .collect();
        Self {
            columns: Columns::new(classes, written.iter().map(|&at| &attributes[at])),
            classes: classes.clone(),
            attributes: written,
            label: own,
        }
    }

    /// Probabilities have six decimals; a row without a prediction has none.
    pub fn row(&self, prediction: &Prediction) -> StringRecord {
        let class_name = |class: usize| self.classes.name(class);
        let (status, reason, predicted) = match &prediction.outcome {
            Ok(scores) => (Status::Ok, "", class_name(scores.predicted)),
            Err(bad) => (bad.status, bad.reason.as_str(), ""),
        };
        let mut row = StringRecord::new();
        row.push_field(&prediction.path);
        row.push_field(prediction.blake3.as_deref().unwrap_or_default());
        row.push_field(status.name());
        row.push_field(reason);
        let own = self.label.map(|at| prediction.attributes[at].as_str());
        let own = own.filter(|label| *label != MISSING);
        row.push_field(prediction.label.map(class_name).or(own).unwrap_or_default());
        row.push_field(&prediction.fold.to_string());
        row.push_field(predicted);
        match &prediction.outcome {
            Ok(scores) => {
                for p in &scores.probabilities {
                    row.push_field(&format!("{p:.DECIMALS$}"));
                }
            }
            Err(_) => (0..self.classes.len()).for_each(|_| row.push_field("")),
        }
        for &at in &self.attributes {
            row.push_field(&prediction.attributes[at]);
        }
        row
    }
}

/// Writes predictions as CSV.
pub struct PredictionWriter<W: Write> {
    csv: csv::Writer<W>,
    table: Table,
}

impl<W: Write> PredictionWriter<W> {
    /// Starts the table with its header; `label` as of [`Table::new`].
    ///
    /// # Errors
    /// Those of the writer.
    pub fn new(out: W, classes: &Classes, attributes: &[String], label: &str) -> csv::Result<Self> {
        let table = Table::new(classes, attributes, label);
        let mut csv = csv::Writer::from_writer(out);
        csv.write_record(&table.columns.names)?;
        Ok(Self { csv, table })
    }

    /// Writes one row.
    ///
    /// # Errors
    /// Those of the writer.
    pub fn write(&mut self, row: &Prediction) -> csv::Result<()> {
        self.csv.write_record(&self.table.row(row))
    }

    /// Writes out what is buffered and gives the writer back.
    ///
    /// # Errors
    /// Those of the writer.
    pub fn finish(mut self) -> std::io::Result<W> {
        self.csv.flush()?;
        self.csv.into_inner().map_err(|error| error.into_error())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::{BadImage, Fold, Scores};

    fn row(outcome: Result<Scores, BadImage>) -> Prediction {
        Prediction {
            path: "a, b.jpg".into(),
            blake3: Some("ab12".into()),
            outcome,
            label: Some(0),
            fold: Fold::Out(3),
            attributes: vec!["no".into(), "Black".into(), "x".into()],
        }
    }

    #[test]
    fn every_row_has_every_column_whatever_became_of_it() {
        let classes = Classes::new(vec!["no".into(), "yes".into()]).unwrap();
        let attributes = ["label".into(), "race".into(), "status".into()];
        let written = |label: &str, rows: &[Prediction]| {
            let writer = PredictionWriter::new(Vec::new(), &classes, &attributes, label);
            let mut writer = writer.unwrap();
            rows.iter().for_each(|row| writer.write(row).unwrap());
            String::from_utf8(writer.finish().unwrap()).unwrap()
        };
        let good = row(Ok(Scores {
            predicted: 1,
            probabilities: vec![0.25, 0.75],
        }));
        let bad = row(Err(BadImage {
            status: Status::Unreadable,
            reason: "the file is empty".into(),
        }));
        assert_eq!(
            written("label", &[good.clone(), bad]),
            "path,blake3,status,error,label,fold,predicted,probability_no,probability_yes,race,data_status\n\
             \"a, b.jpg\",ab12,ok,,no,3,yes,0.250000,0.750000,Black,x\n\
             \"a, b.jpg\",ab12,unreadable,the file is empty,no,3,,,,Black,x\n"
        );
        // A label that is no class stays, a missing one is empty, and a column beside the label is set apart.
        let of = |label: &str| Prediction {
            label: None,
            attributes: vec![label.into(), "Black".into(), "x".into()],
            ..good.clone()
        };
        let other = written("label", &[of("unclear"), of("(missing)")]);
        assert!(
            other.contains(",unclear,3,") && other.contains(",ok,,,3,"),
            "{other}"
        );
        let apart = written("gender", &[of("unclear")]);
        assert!(
            apart.contains(",data_label,race,") && apart.contains(",unclear,Black,"),
            "{apart}"
        );
    }

    #[test]
    fn a_column_that_is_called_abstained_makes_room_for_ours() {
        let classes = Classes::new(vec!["no".into(), "yes".into()]).unwrap();
        let columns = Table::new(&classes, &["abstained".into()], "label").columns;
        assert_eq!(columns.probabilities, 7..9);
        let with = columns.with_abstained();
        assert_eq!(with.probabilities, 8..10);
        assert_eq!(with.names[6..8], ["predicted", "abstained"]);
        assert_eq!(with.names.last().unwrap(), "data_abstained");
    }
}
