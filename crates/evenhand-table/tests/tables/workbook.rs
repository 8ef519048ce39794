//! Sheets of workbooks.

use crate::support::*;

fn two_sheets() -> Vec<u8> {
    let mut workbook = Workbook::new();
    let date = Format::new().set_num_format("d-mmm");
    let first = workbook.add_worksheet().set_name("codes").unwrap();
    for (column, name) in ["age", "", "n"].into_iter().enumerate() {
        first.write(2, column as u16, name).unwrap();
    }
    first
        .write(3, 0, "0-2")
        .unwrap()
        .write(4, 0, "20-29")
        .unwrap();
    let day = ExcelDateTime::from_ymd(2026, 9, 3).unwrap();
    first.write_with_format(6, 0, &day, &date).unwrap();
    first.write(3, 1, "x").unwrap();
    let formula = Formula::new("=1/0").set_result("#DIV/0!");
    first
        .write_formula(3, 2, formula)
        .unwrap()
        .write(4, 2, 2.5)
        .unwrap();
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
    assert!(
        notes[0].ends_with("read the first of 2 sheets, `codes`; --sheet names another"),
        "{notes:?}"
    );
    assert!(
        notes
            .iter()
            .any(|note| note.ends_with("1 formula error `#DIV/0!` in `n` is missing")),
        "{notes:?}"
    );

    let sheet = |name: &str| ReadOptions {
        sheet: Some(name.to_owned()),
        ..ReadOptions::default()
    };
    let more = Table::read(&case.path, &sheet("more")).unwrap();
    assert_eq!(texts(&more, "id"), ["7"]);
    let error = Table::read(&case.path, &sheet("mor")).unwrap_err();
    let (error, hint) = without_folder(&error, case.folder.path());
    assert_eq!(
        error,
        "codes.xlsx: there is no sheet `mor`; the sheets are `codes`, `more`"
    );
    assert_eq!(hint.as_deref(), Some("name one of them with --sheet"));
}

#[test]
fn a_sheet_of_a_text_file_is_left_aside_aloud() {
    let case = Case::new("faces.csv", "a\n1\n");
    let sheet = Some("codes".to_owned());
    let options = ReadOptions {
        sheet,
        ..ReadOptions::default()
    };
    let note = notes(&Table::read(&case.path, &options).unwrap())
        .pop()
        .unwrap();
    assert!(
        note.ends_with("faces.csv: --sheet `codes` is left aside: delimited text has no sheets"),
        "{note}"
    );
}
