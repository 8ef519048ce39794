//! One table from every format, dialect and encoding.

use arrow_array::{
    ArrayRef, BinaryArray, BooleanArray, Date32Array, DictionaryArray, Float64Array, Int64Array,
    RecordBatch, StringArray, TimestampMicrosecondArray, types::Int32Type,
};
use evenhand_stats::hint::Hint;
use evenhand_table::{MissingValues, ReadOptions, Table, TableError, TableReader};
use rust_xlsxwriter::{ExcelDateTime, Format, Formula, Workbook};
use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tempfile::TempDir;

/// A folder with one file.
struct Case {
    folder: TempDir,
    path: PathBuf,
}

impl Case {
    fn new(name: &str, bytes: impl AsRef<[u8]>) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(name);
        std::fs::write(&path, bytes).unwrap();
        Self { folder, path }
    }

    fn read(&self) -> Result<Table, TableError> {
        Table::read(&self.path, &ReadOptions::default())
    }

    /// An error without the folder's name, and its hint.
    fn error(&self) -> (String, Option<String>) {
        without_folder(&self.read().unwrap_err(), self.folder.path())
    }
}

fn without_folder(error: &TableError, folder: &Path) -> (String, Option<String>) {
    let folder = format!("{}/", folder.display());
    let hint = error.hint().map(|hint| hint.written(|name| format!("--{name}")));
    (error.to_string().replace(&folder, ""), hint)
}

fn texts(table: &Table, name: &str) -> Vec<String> {
    let text = table.text(table.column(name).unwrap());
    text.iter().map(|value| value.unwrap_or("-").to_owned()).collect()
}

fn notes(table: &Table) -> Vec<String> {
    let notes = table.notes().into_iter();
    notes.map(|note| note.written(|name| format!("--{name}"))).collect()
}

/// The table that all formats hold.
const CSV: &str = "file,race,n,p,ok,day\n\
                   1.jpg,\"A, or so\",3,0.25,True,2026-09-03\n\
                   2.jpg,NA,,1e-05,False,\n\
                   3.jpg,Zoë,20,,True,2026-01-31\n";

fn batch() -> RecordBatch {
    let race: DictionaryArray<Int32Type> = [Some("A, or so"), Some("NA"), Some(" Zoë ")].into_iter().collect();
    let days = [Some(20_699), None, Some(20_484)];
    let columns: [(&str, ArrayRef); 7] = [
        ("file", Arc::new(StringArray::from(vec!["1.jpg", "2.jpg", "3.jpg"]))),
        ("race", Arc::new(race)),
        ("n", Arc::new(Int64Array::from(vec![Some(3), None, Some(20)]))),
        ("p", Arc::new(Float64Array::from(vec![Some(0.25), Some(1e-5), Some(f64::NAN)]))),
        ("image", Arc::new(BinaryArray::from(vec![&b"\xFF\xD8"[..]; 3]))),
        ("ok", Arc::new(BooleanArray::from(vec![true, false, true]))),
        ("day", Arc::new(Date32Array::from(days.to_vec()))),
    ];
    RecordBatch::try_from_iter(columns).unwrap()
}

fn parquet_bytes(batch: &RecordBatch) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut writer = parquet::arrow::ArrowWriter::try_new(&mut bytes, batch.schema(), None).unwrap();
    writer.write(batch).unwrap();
    writer.close().unwrap();
    bytes
}

fn arrow_bytes(batch: &RecordBatch) -> Vec<u8> {
    let mut writer = arrow_ipc::writer::FileWriter::try_new(Vec::new(), &batch.schema()).unwrap();
    writer.write(batch).unwrap();
    writer.into_inner().unwrap()
}

fn stream_bytes(batch: &RecordBatch) -> Vec<u8> {
    let mut writer = arrow_ipc::writer::StreamWriter::try_new(Vec::new(), &batch.schema()).unwrap();
    writer.write(batch).unwrap();
    writer.into_inner().unwrap()
}

fn workbook_bytes() -> Vec<u8> {
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet();
    let date = Format::new().set_num_format("yyyy-mm-dd");
    for (column, name) in ["file", "race", "n", "p", "ok", "day"].into_iter().enumerate() {
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

fn json_lines() -> &'static str {
    r#"{"file": "1.jpg", "race": "A, or so", "n": 3, "p": 0.25, "ok": true}

{"file": "2.jpg", "race": "NA", "n": null, "ok": false, "p": 1e-05}
{"file": "3.jpg", "day": "2026-01-31", "race": " Zoë ", "n": 20, "ok": true}
"#
}

#[test]
fn the_same_table_is_read_from_every_format() {
    let zoe_in_spaces = CSV.replace("Zoë", " Zoë ");
    let json = json_lines().replacen("true}", "true, \"day\": \"2026-09-03\"}", 1);
    let cases = [
        ("faces.csv", zoe_in_spaces.clone().into_bytes()),
        ("faces", zoe_in_spaces.into_bytes()),
        ("faces.JSONL", json.clone().into_bytes()),
        ("faces.ndjson", json.clone().into_bytes()),
        ("faces", json.into_bytes()),
        ("faces.parquet", parquet_bytes(&batch())),
        ("faces.csv", parquet_bytes(&batch())),
        ("faces.arrow", arrow_bytes(&batch())),
        ("faces.Feather", arrow_bytes(&batch())),
        ("faces.ipc", stream_bytes(&batch())),
        ("faces", stream_bytes(&batch())),
        ("faces.xlsx", workbook_bytes()),
        ("faces.dat", workbook_bytes()),
    ];
    for (name, bytes) in cases {
        let table = Case::new(name, bytes).read().unwrap();
        assert_eq!(table.columns(), ["file", "race", "n", "p", "ok", "day"], "{name}");
        assert_eq!(texts(&table, "file"), ["1.jpg", "2.jpg", "3.jpg"], "{name}");
        assert_eq!(texts(&table, "race"), ["A, or so", "-", "Zoë"], "{name}");
        assert_eq!(texts(&table, "n"), ["3", "-", "20"], "{name}");
        assert_eq!(texts(&table, "p"), ["0.25", "1e-05", "-"], "{name}");
        assert_eq!(texts(&table, "ok"), ["True", "False", "True"], "{name}");
        assert_eq!(texts(&table, "day"), ["2026-09-03", "-", "2026-01-31"], "{name}");
        assert_eq!(table.numbers(2).unwrap(), [Some(3.0), None, Some(20.0)], "{name}");
        assert_eq!(table.numbers(3).unwrap(), [Some(0.25), Some(1e-5), None], "{name}");
        assert_eq!(table.trimmed(), 1, "{name}");
        let note = notes(&table).into_iter().find(|note| note.contains("missing")).unwrap();
        assert!(note.ends_with("1 value `NA` in `race` is missing; --missing '' takes such values literally"), "{note}");
    }
}

#[test]
fn the_same_table_is_read_from_every_dialect_and_encoding() {
    let semicolons = CSV.replace("\"A, or so\"", "A~ or so").replace(',', ";").replace('~', ",");
    let tabs = semicolons.replace(';', "\t");
    let utf16: Vec<u8> = format!("\u{FEFF}{CSV}").encode_utf16().flat_map(u16::to_le_bytes).collect();
    let latin1: Vec<u8> = CSV.chars().map(|letter| letter as u8).collect();
    let cases = [
        CSV.as_bytes().to_vec(),
        CSV.trim_end().as_bytes().to_vec(),
        format!("\u{FEFF}{}", CSV.replace('\n', "\r\n")).into_bytes(),
        CSV.replace('\n', "\r").into_bytes(),
        format!("{CSV}\n,,,,,\n\n").into_bytes(),
        semicolons.clone().into_bytes(),
        format!("sep=;\r\n{}", semicolons.replace('\n', "\r\n")).into_bytes(),
        tabs.clone().into_bytes(),
        tabs.replace('\t', "|").into_bytes(),
        utf16,
        latin1,
    ];
    for bytes in cases {
        let table = Case::new("faces.csv", &bytes).read().unwrap();
        let dialect = String::from_utf8_lossy(&bytes);
        assert_eq!(table.columns(), ["file", "race", "n", "p", "ok", "day"], "{dialect}");
        assert_eq!(texts(&table, "race"), ["A, or so", "-", "Zoë"], "{dialect}");
        assert_eq!(texts(&table, "day"), ["2026-09-03", "-", "2026-01-31"], "{dialect}");
        assert_eq!(table.numbers(3).unwrap(), [Some(0.25), Some(1e-5), None], "{dialect}");
        assert_eq!(table.trimmed(), 0, "{dialect}");
        let sep = u64::from(dialect.starts_with("sep="));
        assert_eq!([0, 1, 2].map(|row| table.line(row) - sep), [2, 3, 4], "{dialect}");
    }
}

#[test]
fn lines_are_counted_as_an_editor_counts_them() {
    let text = "file,a\n1,x\n\n2,\"two\nlines\"\n,\n3,y\n4,z";
    for ends in ["\n", "\r\n", "\r"] {
        for before in ["", "sep=,\n", "\n\n"] {
            let text = format!("{before}{text}").replace('\n', ends);
            let table = Case::new("faces.csv", &text).read().unwrap();
            let added = before.matches('\n').count() as u64;
            let lines: Vec<u64> = (0..4).map(|row| table.line(row) - added).collect();
            assert_eq!(lines, [2, 4, 7, 8], "{text:?}");
            assert!(table.place(0).ends_with(&format!("faces.csv:{}", 2 + added)));
            let note = notes(&table).pop().unwrap();
            assert!(note.contains(&format!(":{}: 1 value has several lines, the first in `a`", 4 + added)), "{note}");
        }
    }
    let json = Case::new("faces.jsonl", json_lines()).read().unwrap();
    assert_eq!([0, 1, 2].map(|row| json.line(row)), [1, 3, 4]);
    let parquet = Case::new("faces.parquet", parquet_bytes(&batch())).read().unwrap();
    assert!(parquet.place(2).ends_with("faces.parquet, row 3"));
    let sheet = Case::new("faces.xlsx", workbook_bytes()).read().unwrap();
    assert!(sheet.place(2).ends_with("faces.xlsx, row 4"));
}

#[test]
fn decimal_commas_are_numbers_where_commas_separate_nothing() {
    let case = Case::new("faces.csv", "id;p\n1;0,75\n2;1\n3;-1,5\n");
    let table = case.read().unwrap();
    assert_eq!(notes(&table).len(), 1);
    let numbers = [Some(0.75), Some(1.0), Some(-1.5)];
    assert_eq!(table.numbers(1).unwrap(), numbers);
    assert_eq!(table.numbers(1).unwrap(), numbers);
    assert!(notes(&table)[0].ends_with("faces.csv: read as 2 columns separated by semicolons"));
    assert!(notes(&table)[1].ends_with("faces.csv: the comma in `0,75` of `p` is a decimal sign"));
    assert_eq!(notes(&table).len(), 2);

    let mixed = Case::new("faces.csv", "id;p\n1;0,75\n2;1.234\n").read().unwrap();
    let error = mixed.numbers(1).unwrap_err().to_string();
    assert!(error.contains("faces.csv:3: `p` is `1.234`, and `0,75` in another row"), "{error}");
    let quoted = Case::new("faces.csv", "id,p\n1,\"0,75\"\n").read().unwrap();
    let error = quoted.numbers(1).unwrap_err();
    assert!(error.to_string().contains("faces.csv:2: `p` is `0,75`"), "{error}");
    assert!(error.hint().unwrap().to_string().contains("decimal point"));
}

#[test]
fn a_table_that_is_none_names_the_line_and_the_next_step() {
    for (text, message, next) in [
        ("a,b\n1,2\n1\n", "faces.csv:3: 1 value in a table of 2 columns", "quote values"),
        ("a,b\n1,2,\n", "faces.csv:2: 3 values in a table of 2 columns", "delimiter at the end"),
        ("a,b,a\n1,2,3\n", "faces.csv: the column `a` occurs twice", "name of its own"),
        ("a,b\n1,2\n3,\"x\n4,5\n", "faces.csv:3: a quote opens here and is never closed", "close it"),
        ("a,b\r\n1,2\r\n\"3\r\ny\",\"x\r\n4,5\r\n", "faces.csv:4: a quote opens here and is never closed", "close"),
        ("a,b\r1,2\r3,\"x", "faces.csv:3: a quote opens here and is never closed", "close it"),
        ("sep=;\na;\"b\n1;2\n", "faces.csv:2: a quote opens here and is never closed", "close it"),
        ("a,b\n", "faces.csv: there are no rows in it", ""),
        ("\n \n", "faces.csv: there are no rows in it", ""),
        ("", "faces.csv: there are no rows in it", ""),
        ("\0\0\0\u{1}", "faces.csv: neither text nor another format of tables", "save the table"),
    ] {
        let (error, hint) = Case::new("faces.csv", text).error();
        assert_eq!(error, message);
        assert!(hint.unwrap_or_default().contains(next), "{message}");
    }
    let mixed = b"a,b\nZo\xC3\xAB,1\nZo\xEB,2\n";
    let (error, hint) = Case::new("faces.csv", mixed).error();
    assert_eq!(error, "faces.csv:3: not UTF-8 text, as the lines before it are");
    assert_eq!(hint.as_deref(), Some("save the table as `CSV UTF-8`"));
}

#[test]
fn json_lines_that_are_no_rows_name_the_line() {
    for (text, message) in [
        ("{\"a\": 1}\n{\"a\": [1]}\n", "faces.jsonl:2: `a` holds a JSON array, not text or a number"),
        ("{\"a\": {\"b\": 1}}\n", "faces.jsonl:1: `a` holds a JSON object, not text or a number"),
        ("{\"a\": 1}\n\n{\"a\": 1, \"a\": 2}\n", "faces.jsonl:3: the column `a` occurs twice"),
        ("[{\"a\": 1}]\n", "faces.jsonl: a JSON array; rows are read from objects, one on each line"),
        ("{\"a\": 1}\n{\"a\": 1\n", "faces.jsonl:2: not a JSON object of one row: EOF while parsing an object"),
        ("{\"a\": 1}\n7\n", "faces.jsonl:2: not a JSON object of one row: invalid type: integer `7`, expected an object"),
        ("\n\n", "faces.jsonl: there are no rows in it"),
    ] {
        assert_eq!(Case::new("faces.jsonl", text).error().0, message);
    }
}

#[test]
fn json_numbers_keep_their_digits_and_keys_their_escapes() {
    let case = Case::new("ids.jsonl", "{\"id\": 123456789012345678901, \"na\\u00efve\": \"x\\ny\", \"z\": 1.50}\n");
    let table = case.read().unwrap();
    assert_eq!(table.columns(), ["id", "naïve", "z"]);
    assert_eq!(texts(&table, "id"), ["123456789012345678901"]);
    assert_eq!(texts(&table, "naïve"), ["x\ny"]);
    assert_eq!(texts(&table, "z"), ["1.50"]);
}

#[test]
fn a_key_that_comes_too_late_is_an_error_in_chunks_and_a_column_of_a_whole_table() {
    let mut text = "{\"a\": 1}\n".repeat(10_000);
    text.push_str("{\"a\": 1, \"late\": 2}\n");
    let case = Case::new("faces.jsonl", text);
    assert_eq!(case.read().unwrap().columns(), ["a", "late"]);
    let reader = TableReader::open(&case.path, &ReadOptions::default()).unwrap();
    let chunks: Vec<_> = reader.collect();
    let (error, _) = without_folder(chunks[1].as_ref().unwrap_err(), case.folder.path());
    assert_eq!(
        error,
        "faces.jsonl:10001: the key `late` is in none of the 8,192 rows before that decide on the columns"
    );
    assert_eq!(chunks.len(), 2);
}

#[test]
fn chunks_are_the_whole_table_with_the_same_lines() {
    let mut text = "file,p\n".to_owned();
    for row in 0..20_000 {
        text.push_str(&format!("{row}.jpg,{}\n", if row % 1000 == 0 { "NA" } else { " 1 " }));
    }
    let numbers = Int64Array::from_iter_values(0..20_000);
    let batch = RecordBatch::try_from_iter([("p", Arc::new(numbers) as ArrayRef)]).unwrap();
    for (name, bytes, first) in [
        ("t.csv", text.into_bytes(), 2),
        ("t.parquet", parquet_bytes(&batch), 1),
        ("t.arrow", arrow_bytes(&batch), 1),
    ] {
        let case = Case::new(name, bytes);
        let whole = case.read().unwrap();
        let mut reader = TableReader::open(&case.path, &ReadOptions::default()).unwrap();
        assert_eq!(reader.columns(), whole.columns());
        let (p, mut row) = (reader.column("p").unwrap(), 0);
        for chunk in reader.by_ref() {
            let chunk = chunk.unwrap();
            assert!(chunk.rows() <= 8192, "{name}");
            for at in 0..chunk.rows() {
                assert_eq!(chunk.line(at), row + first);
                row += 1;
            }
            assert_eq!(chunk.text(p).len(), chunk.rows());
        }
        assert_eq!((row, whole.rows()), (20_000, 20_000), "{name}");
        assert_eq!(whole.line(19_999), 19_999 + first);
        let said: Vec<String> = reader.notes().iter().map(ToString::to_string).collect();
        assert_eq!(said, whole.notes().iter().map(ToString::to_string).collect::<Vec<_>>());
        assert_eq!(reader.trimmed(), whole.trimmed(), "{name}");
    }
}

#[test]
fn a_quote_that_is_never_closed_is_an_error_in_chunks_too() {
    let mut text = "file,race\n".to_owned();
    for row in 0..20_000 {
        text.push_str(if row == 15_000 { "x,\"A\n" } else { "x,A\n" });
    }
    let case = Case::new("faces.csv", text);
    let chunks: Vec<_> = TableReader::open(&case.path, &ReadOptions::default()).unwrap().collect();
    let (error, _) = without_folder(chunks[1].as_ref().unwrap_err(), case.folder.path());
    assert_eq!(error, "faces.csv:15002: a quote opens here and is never closed");
    assert_eq!(chunks.len(), 2);
}

#[test]
fn missing_values_of_ones_own_replace_the_usual_ones() {
    let numbers = Int64Array::from(vec![1, 99, 3]);
    let words = StringArray::from(vec!["NA", "", "99"]);
    let columns: [(&str, ArrayRef); 2] = [("n", Arc::new(numbers)), ("word", Arc::new(words))];
    let parquet = parquet_bytes(&RecordBatch::try_from_iter(columns).unwrap());
    let read = |name: &str, bytes: &[u8], missing: &[&str]| {
        let case = Case::new(name, bytes);
        let missing = MissingValues::only(missing.iter().copied());
        let table = Table::read(&case.path, &ReadOptions { missing, sheet: None }).unwrap();
        (texts(&table, "n"), texts(&table, "word"))
    };
    for (name, bytes) in [("t.csv", &b"n,word\n1,NA\n99,\n3,99\n"[..]), ("t.parquet", &parquet)] {
        let (n, word) = read(name, bytes, &[""]);
        assert_eq!((n.join(" "), word.join(" ")), ("1 99 3".into(), "NA - 99".into()), "{name}");
        let (n, word) = read(name, bytes, &["99"]);
        assert_eq!((n.join(" "), word.join(" ")), ("1 - 3".into(), "NA - -".into()), "{name}");
    }
}

#[test]
fn an_unknown_column_lists_the_known_ones_and_guesses() {
    let case = Case::new("faces.parquet", parquet_bytes(&batch()));
    let table = case.read().unwrap();
    let (error, hint) = without_folder(&table.column("rcae").unwrap_err(), case.folder.path());
    assert_eq!(error, "faces.parquet: no column `rcae`; the columns are: file, race, n, p, ok, day");
    assert_eq!(hint.as_deref(), Some("did you mean `race`?"));
    assert_eq!(table.first_column(&["label", "race", "file"]), Some(1));
    assert_eq!(table.first_column(&["label"]), None);
    let (error, _) = without_folder(&table.column("image").unwrap_err(), case.folder.path());
    assert_eq!(error, "faces.parquet: `image` holds bytes, not text or numbers");
    assert!(notes(&table)[0].ends_with("1 column without text or numbers left out: `image` (bytes)"));
}

#[test]
fn instants_are_iso_and_in_utc_where_they_have_a_zone() {
    let instants = vec![Some(0), Some(1_500_000), None];
    let plain = TimestampMicrosecondArray::from(instants.clone());
    let zoned = TimestampMicrosecondArray::from(instants).with_timezone("Europe/Berlin");
    let columns: [(&str, ArrayRef); 2] = [("plain", Arc::new(plain)), ("zoned", Arc::new(zoned))];
    let table = Case::new("t.parquet", parquet_bytes(&RecordBatch::try_from_iter(columns).unwrap()));
    let table = table.read().unwrap();
    assert_eq!(texts(&table, "plain"), ["1970-01-01", "1970-01-01T00:00:01.500", "-"]);
    assert_eq!(texts(&table, "zoned"), ["1970-01-01T00:00:00Z", "1970-01-01T00:00:01.500Z", "-"]);
}

fn two_sheets() -> Vec<u8> {
    let mut workbook = Workbook::new();
    let date = Format::new().set_num_format("d-mmm");
    let first = workbook.add_worksheet().set_name("codes").unwrap();
    for (column, name) in ["age", "", "n"].into_iter().enumerate() {
        first.write(2, column as u16, name).unwrap();
    }
    first.write(3, 0, "0-2").unwrap().write(4, 0, "20-29").unwrap();
    let day = ExcelDateTime::from_ymd(2026, 9, 3).unwrap();
    first.write_with_format(6, 0, &day, &date).unwrap();
    first.write(3, 1, "x").unwrap();
    let formula = Formula::new("=1/0").set_result("#DIV/0!");
    first.write_formula(3, 2, formula).unwrap().write(4, 2, 2.5).unwrap();
    let second = workbook.add_worksheet().set_name("more").unwrap();
    second.write(0, 0, "id").unwrap().write(1, 0, 7).unwrap();
    workbook.save_to_buffer().unwrap()
}

#[test]
fn sheets_are_read_by_name_with_the_row_numbers_of_the_sheet() {
    let case = Case::new("codes.xlsx", two_sheets());
    let mut table = case.read().unwrap();
    assert_eq!(table.columns(), ["age", "column 2", "n"]);
    assert_eq!([0, 1, 2].map(|row| table.line(row)), [4, 5, 7]);
    assert_eq!(texts(&table, "age"), ["0-2", "20-29", "2026-09-03"]);
    assert_eq!(table.numbers(2).unwrap(), [None, Some(2.5), None]);
    table.restore(&[0]);
    assert_eq!(texts(&table, "age"), ["0-2", "20-29", "3-9"]);
    let notes = notes(&table);
    assert!(notes[0].ends_with("read the first of 2 sheets, `codes`; --sheet names another"), "{notes:?}");
    assert!(notes.iter().any(|note| note.ends_with("1 formula error `#DIV/0!` in `n` is missing")), "{notes:?}");

    let sheet = |name: &str| ReadOptions {
        sheet: Some(name.to_owned()),
        ..ReadOptions::default()
    };
    let more = Table::read(&case.path, &sheet("more")).unwrap();
    assert_eq!(texts(&more, "id"), ["7"]);
    let error = Table::read(&case.path, &sheet("mor")).unwrap_err();
    let (error, hint) = without_folder(&error, case.folder.path());
    assert_eq!(error, "codes.xlsx: there is no sheet `mor`; the sheets are `codes`, `more`");
    assert_eq!(hint.as_deref(), Some("name one of them with --sheet"));
}

#[test]
fn a_file_that_is_not_what_its_name_says_is_read_or_refused() {
    let table = Case::new("faces.csv", workbook_bytes()).read().unwrap();
    assert!(notes(&table)[0].ends_with("faces.csv: read as a workbook, which it is in spite of its name"));
    for (name, bytes, message) in [
        ("faces.xls", &b"a\tb\n1\t2\n"[..], "faces.xls: can't be read as a workbook"),
        ("faces.parquet", b"a,b\n1,2\n", "faces.parquet: can't be read as Parquet"),
        ("faces.arrow", b"a,b\n1,2\n", "faces.arrow: can't be read as Arrow"),
        ("faces.csv.gz", b"\x1F\x8B\x08", "faces.csv.gz: compressed"),
        ("faces.feather", b"FEA1\0\0", "faces.feather: Feather of version 1"),
    ] {
        let (error, hint) = Case::new(name, bytes).error();
        assert!(error.starts_with(message), "{error}");
        assert!(hint.is_some(), "{error}");
    }
}

#[test]
fn what_is_no_plain_file_is_an_error_at_once() {
    let folder = tempfile::tempdir().unwrap();
    let read = |path: &Path| Table::read(path, &ReadOptions::default()).unwrap_err();
    assert!(read(folder.path()).to_string().ends_with("a table is read from a plain file, and this is a folder"));
    assert!(read(Path::new("/dev/null")).to_string().ends_with("this is a device"));
    assert!(read(&folder.path().join("none.csv")).to_string().ends_with("none.csv: there is no such file"));
    let fifo = folder.path().join("list.csv");
    let made = std::process::Command::new("mkfifo").arg(&fifo).status();
    if made.is_ok_and(|status| status.success()) {
        assert!(read(&fifo).to_string().ends_with("this is a pipe"));
    }
    assert!(File::open(folder.path()).is_ok());
}

#[test]
fn columns_from_memory_have_one_length_and_different_names() {
    let column = |name: &str, rows: usize| (name.to_owned(), vec![Some("NA".to_owned()); rows]);
    let table = Table::from_columns(vec![column("a", 2), column("", 2)]).unwrap();
    assert_eq!(table.columns(), ["a", "column 2"]);
    assert_eq!(texts(&table, "a"), ["NA", "NA"]);
    assert_eq!((table.place(1), table.path()), ("row 2".to_owned(), None));
    let error = |columns| Table::from_columns(columns).unwrap_err().to_string();
    assert_eq!(error(vec![column("a", 2), column("b", 1)]), "column `b` has 1 value, the first column 2");
    assert_eq!(error(vec![column("a", 1), column("a", 1)]), "the column `a` occurs twice");
    let table = Table::from_batch(batch()).unwrap();
    assert_eq!(texts(&table, "race"), ["A, or so", "NA", "Zoë"]);
    assert_eq!(table.batch().num_columns(), 6);
}
