//! Predictions as a CSV table: one row for every input row, whatever became of it.

use crate::record::{Classes, DECIMALS, Prediction, Status};
use std::io::Write;

/// The columns before the probabilities.
const FIXED: [&str; 7] = [
    "path",
    "sha",
    "status",
    "error",
    "label",
    "fold",
    "predicted",
];
const PROBABILITY: &str = "probability_";

/// Writes predictions row by row.
pub struct PredictionWriter<W: Write> {
    csv: csv::Writer<W>,
    classes: Classes,
    /// Positions of the attributes that are written.
    attributes: Vec<usize>,
}

impl<W: Write> PredictionWriter<W> {
    /// Starts the table with its header. An attribute that is called `label` repeats the label and
    /// is left out; one that has the name of another of our columns is prefixed by `data_`.
    ///
    /// # Errors
    /// Those of the writer.
    pub fn new(out: W, classes: &Classes, attributes: &[String]) -> csv::Result<Self> {
        let mut csv = csv::Writer::from_writer(out);
        let mut header: Vec<String> = FIXED.map(String::from).to_vec();
        header.extend(
            classes
                .names()
                .iter()
                .map(|name| format!("{PROBABILITY}{name}")),
        );
        let written: Vec<usize> = (0..attributes.len())
            .filter(|&at| attributes[at] != "label")
            .collect();
        for &at in &written {
            let name = &attributes[at];
            let taken = header.contains(name);
            header.push(if taken {
                format!("data_{name}")
            } else {
                name.clone()
            });
        }
        csv.write_record(&header)?;
        Ok(Self {
            csv,
            classes: classes.clone(),
            attributes: written,
        })
    }

    /// Writes one row. Probabilities have six decimals; a row without a prediction has none.
    ///
    /// # Errors
    /// Those of the writer.
    pub fn write(&mut self, row: &Prediction) -> csv::Result<()> {
        let class_name = |class: usize| self.classes.name(class).to_owned();
        let (status, reason, predicted) = match &row.outcome {
            Ok(scores) => (Status::Ok, "", class_name(scores.predicted)),
            Err(bad) => (bad.status, bad.reason.as_str(), String::new()),
        };
        let mut fields = vec![
            row.path.clone(),
            row.sha.clone().unwrap_or_default(),
            status.to_string(),
            reason.to_owned(),
            row.label.map(class_name).unwrap_or_default(),
            row.fold.to_string(),
            predicted,
        ];
        match &row.outcome {
            Ok(scores) => fields.extend(
                scores
                    .probabilities
                    .iter()
                    .map(|p| format!("{p:.DECIMALS$}")),
            ),
            Err(_) => fields.extend(vec![String::new(); self.classes.len()]),
        }
        fields.extend(self.attributes.iter().map(|&at| row.attributes[at].clone()));
        self.csv.write_record(&fields)
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
            sha: Some("ab12".into()),
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
        let mut writer = PredictionWriter::new(Vec::new(), &classes, &attributes).unwrap();
        writer
            .write(&row(Ok(Scores {
                predicted: 1,
                probabilities: vec![0.25, 0.75],
            })))
            .unwrap();
        let bad = BadImage {
            status: Status::Unreadable,
            reason: "the file is empty".into(),
        };
        writer.write(&row(Err(bad))).unwrap();
        assert_eq!(
            String::from_utf8(writer.finish().unwrap()).unwrap(),
            "path,sha,status,error,label,fold,predicted,probability_no,probability_yes,race,data_status\n\
             \"a, b.jpg\",ab12,ok,,no,3,yes,0.250000,0.750000,Black,x\n\
             \"a, b.jpg\",ab12,unreadable,the file is empty,no,3,,,,Black,x\n"
        );
    }
}
