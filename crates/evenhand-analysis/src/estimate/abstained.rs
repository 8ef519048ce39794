//! Rows that the classifier leaves to people: they have probabilities, and no prediction.

use crate::predictions::{PredictionError, PredictionTable};
use evenhand_table::{Number, TextColumn, schema};

/// The abstained rows of a chunk.
pub(super) struct Abstained<'a> {
    chunk: &'a PredictionTable,
    marks: TextColumn,
    /// The probabilities of each class.
    numbers: Vec<Vec<Number>>,
}

impl<'a> Abstained<'a> {
    /// `None` where the table has no mark of abstained rows, or no probabilities.
    pub fn of(chunk: &'a PredictionTable) -> Result<Option<Self>, PredictionError> {
        let at = chunk.table().first_column(&[schema::ABSTAINED]);
        let Some(at) = at.filter(|_| chunk.classes().is_some()) else {
            return Ok(None);
        };
        let columns = chunk.probabilities().iter();
        let numbers = columns.map(|(_, at)| chunk.numbers(*at));
        Ok(Some(Self {
            chunk,
            marks: chunk.table().text(at),
            numbers: numbers.collect::<Result<_, _>>()?,
        }))
    }

    /// The class with the highest probability of an abstained row; `None` of another row.
    pub fn likeliest(&self, row: usize) -> Option<&'a str> {
        self.marks.get(row).filter(|mark| *mark == "yes")?;
        let value = |numbers: &Vec<Number>| match numbers[row] {
            Number::Value(value) => Some(value),
            _ => None,
        };
        let values: Vec<f64> = self.numbers.iter().map(value).collect::<Option<_>>()?;
        let classes = self.chunk.probabilities().iter().zip(values);
        let (class, _) = classes.max_by(|(_, a), (_, b)| a.total_cmp(b))?;
        Some(&class.0)
    }
}
