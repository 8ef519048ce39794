//! A file of codes, long or wide, becomes [`Codes`].
//!
//! Long: a row for each code, with the columns item, `coder` and `label`. Wide: a row for each item,
//! with a column for each coder. All other columns describe the item.

mod error;
mod settings;

pub use error::CodesFileError;
pub(super) use settings::{check_certain, resampling, scale_of};

use evenhand::coders::{Codes, Entry};
use evenhand::dataset::TextTable;
use std::path::Path;

/// What may name the item, the first of them that there is.
pub(super) const ITEM: [&str; 5] = ["path", "file", "image", "item", "id"];
/// The column of coders makes a table long.
const CODER: &str = "coder";
const LABEL: &str = "label";

/// Where a file of codes has what.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct CodeColumns {
    /// By default `path`, `file`, `image`, `item` or `id`.
    pub item: Option<String>,
    /// The column of labels of a long table, or of a table of one coder; by default `label`.
    pub label: Option<String>,
    /// The coders' columns of a wide table; by default all that start with `coder`.
    pub coders: Vec<String>,
    /// All labels from the lowest to the highest; empty for natural order.
    pub order: Vec<String>,
}

/// The codes of a file, and what is to be said of how they were read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CodesFile {
    /// The column that names the items.
    pub item: String,
    pub codes: Codes,
    pub notes: Vec<String>,
}

/// How the codes stand in a table.
enum Form {
    Long { coder: usize, label: usize },
    Wide { coders: Vec<usize> },
}

/// Reads a file of codes.
///
/// # Errors
/// The file is no table, lacks a column, or contradicts itself.
pub fn read(path: &Path, columns: &CodeColumns) -> Result<CodesFile, CodesFileError> {
    let mut table = TextTable::read(path)?;
    let form = Form::find(&table, columns)?;
    let mut held = match &form {
        Form::Long { coder, label } => vec![*coder, *label],
        Form::Wide { coders } => coders.clone(),
    };
    let item = match &columns.item {
        Some(name) => table.column(name)?,
        None => table.first_column(&ITEM).ok_or_else(|| {
            let (path, columns) = (path.to_owned(), table.columns.clone());
            CodesFileError::NoItem { path, columns }
        })?,
    };
    if held.contains(&item) {
        let (path, column) = (path.to_owned(), table.columns[item].clone());
        return Err(CodesFileError::ItemIsCode { path, column });
    }
    let labels = match &form {
        Form::Long { label, .. } => &[*label][..],
        Form::Wide { coders } => coders,
    };
    table.restore(labels);
    held.push(item);
    let described: Vec<usize> = (0..table.columns.len())
        .filter(|at| !held.contains(at))
        .collect();
    for &column in &described {
        table.restore(&[column]);
    }
    let names = described.iter().map(|&at| table.columns[at].clone());
    let entries = entries(&table, &form, item, &described);
    let failed = |reason| CodesFileError::of(path, reason);
    let mut codes = Codes::collect(names.collect(), entries).map_err(failed)?;
    if !columns.order.is_empty() {
        codes.order(&columns.order).map_err(failed)?;
    }
    Ok(CodesFile {
        item: table.columns[item].clone(),
        codes,
        notes: table.notes,
    })
}

impl Form {
    fn find(table: &TextTable, columns: &CodeColumns) -> Result<Self, CodesFileError> {
        let CodeColumns {
            item: _,
            label,
            coders,
            order: _,
        } = columns;
        if !coders.is_empty() {
            let coders = coders.iter().map(|name| table.column(name));
            let coders = coders.collect::<Result<_, _>>()?;
            return Ok(Self::Wide { coders });
        }
        if let Ok(coder) = table.column(CODER) {
            let label = table.column(label.as_deref().unwrap_or(LABEL))?;
            return Ok(Self::Long { coder, label });
        }
        if let Some(label) = label {
            let coders = vec![table.column(label)?];
            return Ok(Self::Wide { coders });
        }
        let found = (0..table.columns.len()).filter(|&at| table.columns[at].starts_with(CODER));
        let coders: Vec<usize> = match found.collect::<Vec<_>>() {
            none if none.is_empty() => table.first_column(&[LABEL]).into_iter().collect(),
            found => found,
        };
        if coders.is_empty() {
            let (path, columns) = (table.path.clone(), table.columns.clone());
            return Err(CodesFileError::NoCodes { path, columns });
        }
        Ok(Self::Wide { coders })
    }
}

fn entries<'a>(
    table: &'a TextTable,
    form: &'a Form,
    item: usize,
    described: &'a [usize],
) -> impl Iterator<Item = Entry<'a>> {
    table.rows.iter().flat_map(move |row| {
        let cells: Vec<(&str, usize)> = match form {
            Form::Long { coder, label } => vec![(row.values[*coder].as_str(), *label)],
            Form::Wide { coders } => coders
                .iter()
                .map(|&at| (table.columns[at].as_str(), at))
                .collect(),
        };
        cells.into_iter().map(move |(coder, label)| Entry {
            line: row.line,
            item: &row.values[item],
            coder,
            label: &row.values[label],
            attributes: described
                .iter()
                .map(|&at| row.values[at].as_str())
                .collect(),
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use evenhand::coders::Code;

    fn of(text: &str, columns: &CodeColumns) -> Result<CodesFile, CodesFileError> {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), text).unwrap();
        read(file.path(), columns)
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
        assert!(wide.notes[0].contains("semicolons"));
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
        let file = of(text, &CodeColumns::default()).unwrap();
        assert_eq!(file.codes.labels, ["0-2", "3-9", "10-19"]);
        assert!(file.notes[0].contains("restored"), "{:?}", file.notes);
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
