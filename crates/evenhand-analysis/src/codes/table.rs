//! A table of codes in memory.

use super::columns::Form;
use super::{CodeColumns, CodeError};
use crate::words::{file_name, prefix, quoted, shown};
use evenhand_stats::coders::{Codes, CodesError, Entry};
use evenhand_stats::hint::{Message, SettingError};
use evenhand_table::{ReadOptions, Recode, Table, TextColumn, schema};
use std::path::{Path, PathBuf};

/// Codes, with the column that names the items.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CodeTable {
    /// `None` for codes from memory.
    pub path: Option<PathBuf>,
    /// The column that names the items.
    pub item: String,
    pub codes: Codes,
    /// As [`CodeColumns::order`].
    pub order: Vec<String>,
    /// The names of all columns of the table.
    pub columns: Vec<String>,
    /// What was decided while reading.
    pub notes: Vec<Message>,
}

impl CodeTable {
    /// Reads a file, in which formulas may be neutralised.
    ///
    /// # Errors
    /// The file is no table, lacks a column, or contradicts itself.
    pub fn read(
        path: &Path,
        columns: &CodeColumns,
        options: &ReadOptions,
    ) -> Result<Self, CodeError> {
        Self::from_table(Table::read(path, &options.filled_in())?, columns)
    }

    /// From a table.
    ///
    /// # Errors
    /// It lacks a column, or contradicts itself.
    pub fn from_table(mut table: Table, columns: &CodeColumns) -> Result<Self, CodeError> {
        let item = match &columns.item {
            Some(name) => Some(table.column(name)?),
            None => table.first_column(&schema::NAMES),
        };
        let form = Form::find(&table, columns, item)?;
        let item = item.ok_or_else(|| CodeError::NoItem {
            table: prefix(table.path()),
            columns: table.columns().to_vec(),
        })?;
        let mut held = form.columns();
        if held.contains(&item) {
            return Err(CodeError::ItemIsCode {
                table: prefix(table.path()),
                column: table.columns()[item].clone(),
            });
        }
        rename(&mut table, &form, &columns.map);
        table.put_right(form.labels(), &[]);
        held.push(item);
        let described = (0..table.columns().len()).filter(|at| !held.contains(at));
        let described: Vec<usize> = described.collect();
        for &column in &described {
            table.restore(&[column]);
        }
        let names = described.iter().map(|&at| table.columns()[at].clone());
        let failed = |reason| CodeError::Codes {
            table: prefix(table.path()),
            reason: Box::new(reason),
        };
        let cells = Cells::new(&table, &form, item, &described);
        let mut codes = Codes::collect(names.collect(), cells.entries()).map_err(failed)?;
        if !columns.order.is_empty() {
            codes.order(&columns.order).map_err(failed)?;
        }
        let mut notes = table.notes();
        if let Form::Alike { coders } = &form {
            let names = coders.iter().map(|&at| &table.columns()[at]);
            notes.push(Message::new(
                "{}the values of {} are alike, and taken for codes; {coders} names the columns of coders",
                &[&prefix(table.path()), &quoted(names)],
            ));
        }
        Ok(Self {
            path: table.path().map(Path::to_owned),
            item: table.columns()[item].clone(),
            codes,
            order: columns.order.clone(),
            columns: table.columns().to_vec(),
            notes,
        })
    }

    /// The name of the file.
    pub fn name(&self) -> String {
        file_name(self.path.as_deref(), "codes")
    }

    /// The file in a sentence.
    pub(crate) fn shown(&self) -> String {
        shown(self.path.as_deref(), "codes")
    }

    /// `codes.csv: ` in front of a message.
    pub(crate) fn prefix(&self) -> String {
        prefix(self.path.as_deref())
    }

    /// A setting names a column that does not describe the items.
    pub(crate) fn no_column(setting: &'static str, column: &str) -> SettingError {
        SettingError::new(setting, column, "no such column describes the items")
    }

    /// An error of the codes.
    pub(crate) fn failed(&self, reason: CodesError) -> CodeError {
        CodeError::Codes {
            table: self.prefix(),
            reason: Box::new(reason),
        }
    }
}

/// Gives values the names that the user gave them.
fn rename(table: &mut Table, form: &Form, map: &[Recode]) {
    for at in 0..table.columns().len() {
        let name = table.columns()[at].clone();
        let is_label = form.labels().contains(&at);
        for names in map.iter().filter(|names| names.is_for(&name, is_label)) {
            table.recode(at, names);
        }
    }
}

/// The cells of a table of codes as text.
struct Cells<'a> {
    table: &'a Table,
    item: TextColumn,
    /// The coders of a long table.
    coder: Option<TextColumn>,
    /// Each column of labels with its name.
    labels: Vec<(&'a str, TextColumn)>,
    described: Vec<TextColumn>,
}

impl<'a> Cells<'a> {
    fn new(table: &'a Table, form: &Form, item: usize, described: &[usize]) -> Self {
        let label = |&at: &usize| (table.columns()[at].as_str(), table.text(at));
        Self {
            item: table.text(item),
            coder: match form {
                Form::Long { coder, .. } => Some(table.text(*coder)),
                Form::Wide { .. } | Form::Alike { .. } => None,
            },
            labels: form.labels().iter().map(label).collect(),
            described: described.iter().map(|&at| table.text(at)).collect(),
            table,
        }
    }

    fn entries(&self) -> impl Iterator<Item = Entry<'_>> {
        (0..self.table.rows()).flat_map(move |row| {
            let described = self.described.iter();
            let attributes: Vec<&str> = described.map(|of| value(of, row)).collect();
            self.labels.iter().map(move |(column, label)| Entry {
                line: self.table.line(row),
                item: value(&self.item, row),
                coder: self
                    .coder
                    .as_ref()
                    .map_or(*column, |coder| value(coder, row)),
                label: value(label, row),
                attributes: attributes.clone(),
            })
        })
    }
}

fn value(column: &TextColumn, row: usize) -> &str {
    column.get(row).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::Folder;
    use evenhand_stats::coders::Code;

    fn of(text: &str, columns: &CodeColumns) -> Result<CodeTable, CodeError> {
        let folder = Folder::new();
        let path = folder.write("codes.csv", text);
        CodeTable::read(&path, columns, &ReadOptions::default())
    }

    #[test]
    fn long_and_wide_tables_hold_the_same_codes() {
        let long =
            "item,coder,label,race\n1,coder_a,F,x\n1,coder_b,M,x\n2,coder_a,,y\n2,coder_b,M,y\n";
        let wide = "race;item;coder_a;coder_b\nx;1;F;M\ny;2;;M\n";
        let [long, wide] = [long, wide].map(|text| of(text, &CodeColumns::default()).unwrap());
        assert_eq!(long.codes, wide.codes);
        assert_eq!(wide.codes.items[1].codes, [Code { coder: 1, label: 1 }]);
        assert_eq!(wide.codes.items[1].attributes, ["y"]);
        assert!(
            wide.notes[0].to_string().contains("semicolon"),
            "{:?}",
            wide.notes
        );
    }

    #[test]
    fn a_column_of_labels_is_one_coder() {
        let text = "path,gender,coder_1\na.jpg,F,x\n";
        let named = CodeColumns {
            label: Some("gender".to_owned()),
            ..CodeColumns::default()
        };
        let codes = of(text, &named).unwrap().codes;
        assert_eq!(
            (codes.coders, codes.columns),
            (vec!["gender".to_owned()], vec!["coder_1".to_owned()])
        );
        let codes = of("path,label\na.jpg,F\n", &CodeColumns::default())
            .unwrap()
            .codes;
        assert_eq!(codes.coders, ["label"]);
    }

    #[test]
    fn codes_that_a_spreadsheet_took_for_dates_are_restored() {
        let text = "id,coder1,coder2\n1,0-2,03-Sep\n2,Oct-19,10-19\n";
        let table = of(text, &CodeColumns::default()).unwrap();
        assert_eq!(table.codes.labels, ["0-2", "3-9", "10-19"]);
        let note = table.notes[0].to_string();
        assert!(note.contains("restored"), "{note}");
    }

    #[test]
    fn neutralised_cells_are_read_as_they_were() {
        let text = "'=id,coder_a,coder_b,'@land\n'=1+1,'+x,-3.5,'-y\n'b,+x,,z\n";
        let columns = CodeColumns {
            item: Some("=id".to_owned()),
            ..CodeColumns::default()
        };
        let codes = of(text, &columns).unwrap().codes;
        let names: Vec<&str> = codes.items.iter().map(|item| &item.name[..]).collect();
        assert_eq!(names, ["=1+1", "'b"]);
        assert_eq!(codes.labels, ["+x", "-3.5"]);
        assert_eq!(codes.columns, ["@land"]);
        assert_eq!(codes.items[0].attributes, ["-y"]);
    }

    #[test]
    fn codes_that_are_not_available_are_not_given() {
        let text = "item,coder_a,coder_b,race\n1,F,NA,x\n2,.,M,null\n3,N/A,NaN,y\n";
        let table = of(text, &CodeColumns::default()).unwrap();
        assert_eq!(table.codes.labels, ["F", "M"]);
        let coded: Vec<usize> = table
            .codes
            .items
            .iter()
            .map(|item| item.codes.len())
            .collect();
        assert_eq!(coded, [1, 1, 0]);
        assert_eq!(table.codes.items[1].attributes, [""]);
        assert_eq!(table.notes.len(), 1, "said once: {:?}", table.notes);
    }

    #[test]
    fn what_cannot_be_codes_says_what_is_missing() {
        let error = |text: &str| of(text, &CodeColumns::default()).unwrap_err().to_string();
        assert!(error("name,coder,label\na,x,F\n").contains("no column names the items"));
        assert!(error("item,race\na,x\n").contains("no column holds codes"));
        assert!(error("item,coder\na,x\n").contains("no column `label`"));
        let twice = error("item,coder,label\na,x,F\na,x,M\n");
        assert!(
            twice.ends_with("lines 2 and 3: `x` coded `a` as `F` and as `M`"),
            "{twice}"
        );
    }
}
