//! Tables in chunks.

use crate::support::*;

#[test]
fn chunks_are_the_whole_table_with_the_same_lines() {
    let mut text = "file,p\n".to_owned();
    for row in 0..20_000 {
        text.push_str(&format!(
            "{row}.jpg,{}\n",
            if row % 1000 == 0 { "NA" } else { " 1 " }
        ));
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
        assert_eq!(
            said,
            whole
                .notes()
                .iter()
                .map(ToString::to_string)
                .collect::<Vec<_>>()
        );
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
    let chunks: Vec<_> = TableReader::open(&case.path, &ReadOptions::default())
        .unwrap()
        .collect();
    let (error, _) = without_folder(chunks[1].as_ref().unwrap_err(), case.folder.path());
    assert_eq!(
        error,
        "faces.csv:15002: a quote opens here and is never closed"
    );
    assert_eq!(chunks.len(), 2);
}

#[test]
fn readers_and_tables_can_go_to_other_threads() {
    fn is_send<T: Send>() {}
    is_send::<TableReader>();
    is_send::<Table>();
    is_send::<TableError>();
}
