use super::*;

fn columns() -> Columns {
    Columns {
        names: ["path", "error", "probability_no", "probability_yes", "race"]
            .map(String::from)
            .to_vec(),
        probabilities: 2..4,
    }
}

fn row(fields: [&str; 5]) -> StringRecord {
    StringRecord::from(fields.to_vec())
}

fn toy() -> Vec<StringRecord> {
    vec![
        row(["a, \"b\"\t.jpg", "", "0.250000", "0.750000", "Black"]),
        row(["ü\n.jpg", "it is\\ gone", "", "", "(missing)"]),
        row(["c.jpg", "", "1.000000", "0.000000", "0.5"]),
    ]
}

fn written(format: Format, rows: impl Iterator<Item = StringRecord>) -> Vec<u8> {
    let mut writer = RowWriter::new(Vec::new(), format, &columns()).unwrap();
    rows.for_each(|row| writer.write(&row).unwrap());
    writer.finish().unwrap()
}

fn read(bytes: &[u8], format: Format) -> io::Result<Vec<StringRecord>> {
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), bytes).unwrap();
    rows(file.path(), format, &columns())?.collect()
}

#[test]
fn every_format_gives_back_what_was_written() {
    for (_, format) in EXTENSIONS {
        let bytes = written(format, toy().into_iter());
        assert_eq!(read(&bytes, format).unwrap(), toy(), "{format:?}");
        assert_eq!(
            read(&written(format, std::iter::empty()), format)
                .unwrap()
                .len(),
            0
        );
    }
}

#[test]
fn json_lines_have_numbers_and_nulls() {
    let text = String::from_utf8(written(Format::JsonLines, toy().into_iter().skip(1))).unwrap();
    assert_eq!(
        text,
        "{\"path\":\"ü\\n.jpg\",\"error\":\"it is\\\\ gone\",\"probability_no\":null,\
         \"probability_yes\":null,\"race\":\"(missing)\"}\n\
         {\"path\":\"c.jpg\",\"error\":null,\"probability_no\":1.000000,\"probability_yes\":0.000000,\
         \"race\":\"0.5\"}\n"
    );
}

#[test]
fn parquet_of_many_row_groups_keeps_the_order() {
    let rows = |count: usize| {
        (0..count).map(|at| row([&format!("{at}.jpg"), "", "0.500000", "0.500000", "x"]))
    };
    let count = 2 * parquet::GROUP + 1;
    let found = read(&written(Format::Parquet, rows(count)), Format::Parquet).unwrap();
    assert!(found.into_iter().eq(rows(count)));
}

#[test]
fn a_table_with_other_columns_is_refused() {
    for (_, format) in EXTENSIONS {
        let other = Columns {
            names: ["path", "x"].map(String::from).to_vec(),
            probabilities: 1..2,
        };
        let mut writer = RowWriter::new(Vec::new(), format, &other).unwrap();
        writer.write(&StringRecord::from(vec!["a", "0.1"])).unwrap();
        assert!(
            read(&writer.finish().unwrap(), format).is_err(),
            "{format:?}"
        );
    }
}

#[test]
fn extensions_name_formats_whatever_their_case() {
    assert_eq!(Format::of("a/b.CSV".as_ref()), Some(Format::Csv));
    assert_eq!(Format::of("b.c.ndjson".as_ref()), Some(Format::JsonLines));
    for none in ["a.xlsx", "csv", "a."] {
        assert_eq!(Format::of(none.as_ref()), None, "{none}");
    }
}
