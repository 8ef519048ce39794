//! Missing values, columns and types.

use crate::support::*;

#[test]
fn missing_values_of_ones_own_replace_the_usual_ones() {
    let numbers = Int64Array::from(vec![1, 99, 3]);
    let words = StringArray::from(vec!["NA", "", "99"]);
    let columns: [(&str, ArrayRef); 2] = [("n", Arc::new(numbers)), ("word", Arc::new(words))];
    let parquet = parquet_bytes(&RecordBatch::try_from_iter(columns).unwrap());
    let read = |name: &str, bytes: &[u8], missing: &[&str]| {
        let case = Case::new(name, bytes);
        let missing = MissingValues::only(missing.iter().copied());
        let table = Table::read(
            &case.path,
            &ReadOptions {
                missing,
                ..ReadOptions::default()
            },
        )
        .unwrap();
        (texts(&table, "n"), texts(&table, "word"))
    };
    for (name, bytes) in [
        ("t.csv", &b"n,word\n1,NA\n99,\n3,99\n"[..]),
        ("t.parquet", &parquet),
    ] {
        let (n, word) = read(name, bytes, &[""]);
        assert_eq!(
            (n.join(" "), word.join(" ")),
            ("1 99 3".into(), "NA - 99".into()),
            "{name}"
        );
        let (n, word) = read(name, bytes, &["99"]);
        assert_eq!(
            (n.join(" "), word.join(" ")),
            ("1 - 3".into(), "NA - -".into()),
            "{name}"
        );
    }
}

#[test]
fn an_unknown_column_lists_the_known_ones_and_guesses() {
    let case = Case::new("faces.parquet", parquet_bytes(&batch()));
    let table = case.read().unwrap();
    let (error, hint) = without_folder(&table.column("rcae").unwrap_err(), case.folder.path());
    assert_eq!(
        error,
        "faces.parquet: no column `rcae`; the columns are: file, race, n, p, ok, day"
    );
    assert_eq!(hint.as_deref(), Some("did you mean `race`?"));
    assert_eq!(table.first_column(&["label", "race", "file"]), Some(1));
    assert_eq!(table.first_column(&["label"]), None);
    let (error, _) = without_folder(&table.column("image").unwrap_err(), case.folder.path());
    assert_eq!(
        error,
        "faces.parquet: `image` holds bytes, not text or numbers"
    );
    assert!(
        notes(&table)[0].ends_with("1 column without text or numbers left out: `image` (bytes)")
    );
}

#[test]
fn instants_are_iso_and_in_utc_where_they_have_a_zone() {
    let instants = vec![Some(0), Some(1_500_000), None];
    let plain = TimestampMicrosecondArray::from(instants.clone());
    let zoned = TimestampMicrosecondArray::from(instants).with_timezone("Europe/Berlin");
    let columns: [(&str, ArrayRef); 2] = [("plain", Arc::new(plain)), ("zoned", Arc::new(zoned))];
    let table = Case::new(
        "t.parquet",
        parquet_bytes(&RecordBatch::try_from_iter(columns).unwrap()),
    );
    let table = table.read().unwrap();
    assert_eq!(
        texts(&table, "plain"),
        ["1970-01-01", "1970-01-01T00:00:01.500", "-"]
    );
    assert_eq!(
        texts(&table, "zoned"),
        ["1970-01-01T00:00:00Z", "1970-01-01T00:00:01.500Z", "-"]
    );
}

#[test]
fn columns_from_memory_have_one_length_and_different_names() {
    let column = |name: &str, rows: usize| (name.to_owned(), vec![Some("NA".to_owned()); rows]);
    let table = Table::from_columns(vec![column("a", 2), column("", 2)]).unwrap();
    assert_eq!(table.columns(), ["a", "column 2"]);
    assert_eq!(texts(&table, "a"), ["NA", "NA"]);
    assert_eq!((table.place(1), table.path()), ("row 2".to_owned(), None));
    let error = |columns| Table::from_columns(columns).unwrap_err().to_string();
    assert_eq!(
        error(vec![column("a", 2), column("b", 1)]),
        "column `b` has 1 value, the first column 2"
    );
    assert_eq!(
        error(vec![column("a", 1), column("a", 1)]),
        "the column `a` occurs twice"
    );
    let table = Table::from_batch(batch()).unwrap();
    assert_eq!(texts(&table, "race"), ["A, or so", "NA", "Zoë"]);
    assert_eq!(table.batch().num_columns(), 6);
}
