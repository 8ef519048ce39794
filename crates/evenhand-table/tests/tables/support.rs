//! One table in every format, and what tests ask of a table.

pub use arrow_array::{
    ArrayRef, BinaryArray, BooleanArray, Date32Array, DictionaryArray, Float64Array, Int64Array,
    RecordBatch, StringArray, TimestampMicrosecondArray, types::Int32Type,
};
pub use evenhand_stats::hint::Hint;
pub use evenhand_table::{MissingValues, ReadOptions, Table, TableError, TableReader};
pub use rust_xlsxwriter::{ExcelDateTime, Format, Formula, Workbook};
pub use std::fs::File;
pub use std::path::{Path, PathBuf};
pub use std::sync::Arc;
pub use tempfile::TempDir;

/// A folder with one file.
pub struct Case {
    pub folder: TempDir,
    pub path: PathBuf,
}

impl Case {
    pub fn new(name: &str, bytes: impl AsRef<[u8]>) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(name);
        std::fs::write(&path, bytes).unwrap();
        Self { folder, path }
    }

    pub fn read(&self) -> Result<Table, TableError> {
        Table::read(&self.path, &ReadOptions::default())
    }

    /// An error without the folder's name, and its hint.
    pub fn error(&self) -> (String, Option<String>) {
        without_folder(&self.read().unwrap_err(), self.folder.path())
    }
}

pub fn without_folder(error: &TableError, folder: &Path) -> (String, Option<String>) {
    let folder = format!("{}/", folder.display());
    let hint = error
        .hint()
        .map(|hint| hint.written(|name| format!("--{name}")));
    (error.to_string().replace(&folder, ""), hint)
}

pub fn texts(table: &Table, name: &str) -> Vec<String> {
    let text = table.text(table.column(name).unwrap());
    text.iter()
        .map(|value| value.unwrap_or("-").to_owned())
        .collect()
}

pub fn notes(table: &Table) -> Vec<String> {
    let notes = table.notes().into_iter();
    notes
        .map(|note| note.written(|name| format!("--{name}")))
        .collect()
}

/// The table that all formats hold.
pub const CSV: &str = "file,race,n,p,ok,day\n\
                   1.jpg,\"A, or so\",3,0.25,True,2026-09-03\n\
                   2.jpg,NA,,1e-05,False,\n\
                   3.jpg,Zoë,20,,True,2026-01-31\n";

pub fn batch() -> RecordBatch {
    let race: DictionaryArray<Int32Type> = [Some("A, or so"), Some("NA"), Some(" Zoë ")]
        .into_iter()
        .collect();
    let days = [Some(20_699), None, Some(20_484)];
    let columns: [(&str, ArrayRef); 7] = [
        (
            "file",
            Arc::new(StringArray::from(vec!["1.jpg", "2.jpg", "3.jpg"])),
        ),
        ("race", Arc::new(race)),
        (
            "n",
            Arc::new(Int64Array::from(vec![Some(3), None, Some(20)])),
        ),
        (
            "p",
            Arc::new(Float64Array::from(vec![
                Some(0.25),
                Some(1e-5),
                Some(f64::NAN),
            ])),
        ),
        (
            "image",
            Arc::new(BinaryArray::from(vec![&b"\xFF\xD8"[..]; 3])),
        ),
        ("ok", Arc::new(BooleanArray::from(vec![true, false, true]))),
        ("day", Arc::new(Date32Array::from(days.to_vec()))),
    ];
    RecordBatch::try_from_iter(columns).unwrap()
}

pub fn parquet_bytes(batch: &RecordBatch) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut writer =
        parquet::arrow::ArrowWriter::try_new(&mut bytes, batch.schema(), None).unwrap();
    writer.write(batch).unwrap();
    writer.close().unwrap();
    bytes
}

pub fn arrow_bytes(batch: &RecordBatch) -> Vec<u8> {
    let mut writer = arrow_ipc::writer::FileWriter::try_new(Vec::new(), &batch.schema()).unwrap();
    writer.write(batch).unwrap();
    writer.into_inner().unwrap()
}

pub fn stream_bytes(batch: &RecordBatch) -> Vec<u8> {
    let mut writer = arrow_ipc::writer::StreamWriter::try_new(Vec::new(), &batch.schema()).unwrap();
    writer.write(batch).unwrap();
    writer.into_inner().unwrap()
}

pub fn workbook_bytes() -> Vec<u8> {
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet();
    let date = Format::new().set_num_format("yyyy-mm-dd");
    for (column, name) in ["file", "race", "n", "p", "ok", "day"]
        .into_iter()
        .enumerate()
    {
        sheet.write(0, column as u16, name).unwrap();
    }
    let races = ["A, or so", "NA", " Zoë "];
    for (row, race) in races.into_iter().enumerate() {
        let at = row as u32 + 1;
        sheet.write(at, 0, format!("{at}.jpg")).unwrap();
        sheet.write(at, 1, race).unwrap();
        sheet.write(at, 4, row != 1).unwrap();
    }
    sheet.write(1, 2, 3.0).unwrap().write(3, 2, 20).unwrap();
    sheet.write(1, 3, 0.25).unwrap().write(2, 3, 1e-5).unwrap();
    for (row, month, day) in [(1, 9, 3), (3, 1, 31)] {
        let day = ExcelDateTime::from_ymd(2026, month, day).unwrap();
        sheet.write_with_format(row, 5, &day, &date).unwrap();
    }
    // A cell that has a format only makes the sheet larger than its table.
    sheet.write_blank(9, 8, &date).unwrap();
    workbook.save_to_buffer().unwrap()
}

pub fn json_lines() -> &'static str {
    r#"{"file": "1.jpg", "race": "A, or so", "n": 3, "p": 0.25, "ok": true}

{"file": "2.jpg", "race": "NA", "n": null, "ok": false, "p": 1e-05}
{"file": "3.jpg", "day": "2026-01-31", "race": " Zoë ", "n": 20, "ok": true}
"#
}
