//! Surveys: tables of people, whose rows have columns and no image.

use super::load::from_table;
use super::row::Row;
use super::table::Table;
use super::{Dataset, DatasetError, Layout};
use crate::record::Location;
use evenhand_table::TextColumn;
use std::path::Path;

impl Dataset {
    /// The rows of a survey that is read: all columns are attributes, and rows are named by the column `id`, or by
    /// where they stand in their file.
    ///
    /// # Errors
    /// As of [`load`](super::load()).
    pub fn of_survey(
        survey: &evenhand_table::Table,
        id: Option<&str>,
        layout: &Layout,
    ) -> Result<Self, DatasetError> {
        let path = survey.path().unwrap_or(Path::new(""));
        from_table(path, layout, rows(survey, id)?)
    }

    /// Adds the rows of another survey as the test part, as [`with_test`](Self::with_test) does.
    ///
    /// # Errors
    /// As there.
    pub fn with_test_survey(
        self,
        survey: &evenhand_table::Table,
        id: Option<&str>,
        layout: &Layout,
    ) -> Result<Self, DatasetError> {
        let path = survey.path().unwrap_or(Path::new(""));
        self.with_test_table(rows(survey, id)?, path, layout)
    }
}

/// The table as rows of text.
fn rows(survey: &evenhand_table::Table, id: Option<&str>) -> Result<Table, DatasetError> {
    let path = survey.path().unwrap_or(Path::new(""));
    let mut table = Table::new(path, survey.columns().to_vec());
    table.notes = survey.notes();
    let id = id.map(|id| table.column(id)).transpose()?;
    let texts: Vec<TextColumn> = (0..table.columns.len())
        .map(|column| survey.text(column))
        .collect();
    for row in 0..survey.rows() {
        let text = |column: &TextColumn| column.get(row).unwrap_or_default().to_owned();
        let own = id.map(|id| text(&texts[id])).filter(|id| !id.is_empty());
        table.rows.push(Row {
            place: survey.place(row),
            path: own.unwrap_or_else(|| survey.row_name(row)),
            image: Location::NoImage,
            values: texts.iter().map(text).collect(),
        });
    }
    match table.rows.is_empty() {
        true => Err(DatasetError::NoRows {
            path: path.to_owned(),
        }),
        false => Ok(table),
    }
}

#[cfg(test)]
mod tests {
    use super::super::load::tests::{by, csv};
    use super::*;
    use crate::record::Part;

    fn read(text: &str) -> evenhand_table::Table {
        let (_folder, path) = csv(text);
        evenhand_table::Table::read(&path, &Layout::default().read_options()).unwrap()
    }

    #[test]
    fn every_column_is_an_attribute_and_rows_have_a_name_and_no_image() {
        let survey = read("who,care,age\na7,yes,31\n,no,40\nb2,,50\n");
        let dataset = Dataset::of_survey(&survey, Some("who"), &by("care")).unwrap();
        let names: Vec<&str> = dataset.records.iter().map(|r| r.path.as_str()).collect();
        assert_eq!(names, ["a7", "line 3", "b2"]);
        assert_eq!(dataset.attributes, ["who", "care", "age"]);
        assert_eq!(dataset.classes.names(), ["no", "yes"]);
        assert_eq!(dataset.records[2].label, None);
        let images = dataset.records.iter().map(|record| &record.image);
        assert!(images.into_iter().all(|image| *image == Location::NoImage));

        let error = Dataset::of_survey(&survey, Some("name"), &by("care")).unwrap_err();
        assert!(error.to_string().contains("no column `name`"), "{error}");
    }

    #[test]
    fn a_second_survey_is_the_test_part() {
        let train = read("care,age\nyes,31\nno,40\n");
        let test = read("age,care\n50,yes\n");
        let dataset = Dataset::of_survey(&train, None, &by("care")).unwrap();
        let both = dataset.with_test_survey(&test, None, &by("care")).unwrap();
        let parts: Vec<Option<Part>> = both.records.iter().map(|record| record.part).collect();
        assert_eq!(parts, [Part::Train, Part::Train, Part::Test].map(Some));
        assert_eq!(both.records[2].attributes, ["yes", "50"]);
    }
}
