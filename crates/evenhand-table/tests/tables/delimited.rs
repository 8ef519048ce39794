//! Delimited text: dialects, encodings, lines and errors.

use crate::support::*;

#[test]
fn the_same_table_is_read_from_every_dialect_and_encoding() {
    let semicolons = CSV
        .replace("\"A, or so\"", "A~ or so")
        .replace(',', ";")
        .replace('~', ",");
    let tabs = semicolons.replace(';', "\t");
    let utf16: Vec<u8> = format!("\u{FEFF}{CSV}")
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
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
        assert_eq!(
            table.columns(),
            ["file", "race", "n", "p", "ok", "day"],
            "{dialect}"
        );
        assert_eq!(texts(&table, "race"), ["A, or so", "-", "Zoë"], "{dialect}");
        assert_eq!(
            texts(&table, "day"),
            ["2026-09-03", "-", "2026-01-31"],
            "{dialect}"
        );
        assert_eq!(
            table.numbers(3).unwrap(),
            [Some(0.25), Some(1e-5), None],
            "{dialect}"
        );
        assert_eq!(table.trimmed(), 0, "{dialect}");
        let sep = u64::from(dialect.starts_with("sep="));
        assert_eq!(
            [0, 1, 2].map(|row| table.line(row) - sep),
            [2, 3, 4],
            "{dialect}"
        );
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
            assert!(
                table
                    .place(0)
                    .ends_with(&format!("faces.csv:{}", 2 + added))
            );
            let note = notes(&table).pop().unwrap();
            assert!(
                note.contains(&format!(
                    ":{}: 1 value has several lines, the first in `a`",
                    4 + added
                )),
                "{note}"
            );
        }
    }
    let json = Case::new("faces.jsonl", json_lines()).read().unwrap();
    assert_eq!([0, 1, 2].map(|row| json.line(row)), [1, 3, 4]);
    let parquet = Case::new("faces.parquet", parquet_bytes(&batch()))
        .read()
        .unwrap();
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

    let mixed = Case::new("faces.csv", "id;p\n1;0,75\n2;1.234\n")
        .read()
        .unwrap();
    let error = mixed.numbers(1).unwrap_err().to_string();
    assert!(
        error.contains("faces.csv:3: `p` is `1.234`, and `0,75` in another row"),
        "{error}"
    );
    let quoted = Case::new("faces.csv", "id,p\n1,\"0,75\"\n").read().unwrap();
    let error = quoted.numbers(1).unwrap_err();
    assert!(
        error.to_string().contains("faces.csv:2: `p` is `0,75`"),
        "{error}"
    );
    assert!(error.hint().unwrap().to_string().contains("decimal point"));
}

#[test]
fn a_table_that_is_none_names_the_line_and_the_next_step() {
    for (text, message, next) in [
        (
            "a,b\n1,2\n1\n",
            "faces.csv:3: 1 value in a table of 2 columns",
            "quote values",
        ),
        (
            "a,b\n1,2,\n",
            "faces.csv:2: 3 values in a table of 2 columns",
            "delimiter at the end",
        ),
        (
            "a,b,a\n1,2,3\n",
            "faces.csv: the column `a` occurs twice",
            "name of its own",
        ),
        (
            "a,b\n1,2\n3,\"x\n4,5\n",
            "faces.csv:3: a quote opens here and is never closed",
            "close it",
        ),
        (
            "a,b\r\n1,2\r\n\"3\r\ny\",\"x\r\n4,5\r\n",
            "faces.csv:4: a quote opens here and is never closed",
            "close",
        ),
        (
            "a,b\r1,2\r3,\"x",
            "faces.csv:3: a quote opens here and is never closed",
            "close it",
        ),
        (
            "sep=;\na;\"b\n1;2\n",
            "faces.csv:2: a quote opens here and is never closed",
            "close it",
        ),
        ("a,b\n", "faces.csv: there are no rows in it", ""),
        ("\n \n", "faces.csv: there are no rows in it", ""),
        ("", "faces.csv: there are no rows in it", ""),
        (
            "\0\0\0\u{1}",
            "faces.csv: neither text nor another format of tables",
            "save the table",
        ),
    ] {
        let (error, hint) = Case::new("faces.csv", text).error();
        assert_eq!(error, message);
        assert!(hint.unwrap_or_default().contains(next), "{message}");
    }
    let mixed = b"a,b\nZo\xC3\xAB,1\nZo\xEB,2\n";
    let (error, hint) = Case::new("faces.csv", mixed).error();
    assert_eq!(
        error,
        "faces.csv:3: not UTF-8 text, as the lines before it are"
    );
    assert_eq!(hint.as_deref(), Some("save the table as `CSV UTF-8`"));
}

proptest::proptest! {
    #[test]
    fn what_the_csv_crate_writes_is_read_back_with_its_lines(
        rows in proptest::collection::vec(proptest::array::uniform3("[aé;,|\t\"\n ]{0,5}"), 1..20),
        delimiter in proptest::sample::select(vec![b',', b';', b'\t', b'|']),
        returns in proptest::bool::ANY,
    ) {
        let end = if returns { csv::Terminator::CRLF } else { csv::Terminator::Any(b'\n') };
        let mut writer = csv::WriterBuilder::new().delimiter(delimiter).terminator(end).from_writer(Vec::new());
        writer.write_record(["a", "b", "c"]).unwrap();
        let (mut line, mut expected) = (2, Vec::new());
        for row in &rows {
            writer.write_record(row).unwrap();
            if row.iter().any(|value| !value.trim().is_empty()) {
                expected.push((line, row.clone().map(|value| value.trim().to_owned())));
            }
            line += 1 + row.iter().map(|value| value.matches('\n').count() as u64).sum::<u64>();
        }
        let case = Case::new("faces.csv", writer.into_inner().unwrap());
        let missing = MissingValues::only([""]);
        match Table::read(&case.path, &ReadOptions { missing, ..ReadOptions::default() }) {
            Err(error) => {
                assert!(expected.is_empty(), "{error}");
            }
            Ok(table) => {
                let columns = [0, 1, 2].map(|column| table.text(column));
                let found = (0..table.rows()).map(|row| {
                    let values = columns.each_ref().map(|column| column.get(row).unwrap_or_default().to_owned());
                    (table.line(row), values)
                });
                assert_eq!(found.collect::<Vec<_>>(), expected);
            }
        }
    }
}
