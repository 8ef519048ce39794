//! JSON Lines.

use crate::support::*;

#[test]
fn json_lines_that_are_no_rows_name_the_line() {
    for (text, message) in [
        (
            "{\"a\": 1}\n{\"a\": [1]}\n",
            "faces.jsonl:2: `a` holds a JSON array, not text or a number",
        ),
        (
            "{\"a\": {\"b\": 1}}\n",
            "faces.jsonl:1: `a` holds a JSON object, not text or a number",
        ),
        (
            "{\"a\": 1}\n\n{\"a\": 1, \"a\": 2}\n",
            "faces.jsonl:3: the column `a` occurs twice",
        ),
        (
            "[{\"a\": 1}]\n",
            "faces.jsonl: a JSON array; rows are read from objects, one on each line",
        ),
        (
            "{\"a\": 1}\n{\"a\": 1\n",
            "faces.jsonl:2: not a JSON object of one row: EOF while parsing an object",
        ),
        (
            "{\"a\": 1}\n7\n",
            "faces.jsonl:2: not a JSON object of one row: invalid type: integer `7`, expected an object",
        ),
        ("\n\n", "faces.jsonl: there are no rows in it"),
    ] {
        assert_eq!(Case::new("faces.jsonl", text).error().0, message);
    }
}

#[test]
fn json_numbers_keep_their_digits_and_keys_their_escapes() {
    let case = Case::new(
        "ids.jsonl",
        "{\"id\": 123456789012345678901, \"na\\u00efve\": \"x\\ny\", \"z\": 1.50}\n",
    );
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
fn json_lines_may_end_with_carriage_returns_and_be_utf16() {
    let text = json_lines().replace('\n', "\r");
    let utf16: Vec<u8> = text.encode_utf16().flat_map(u16::to_be_bytes).collect();
    for bytes in [text.into_bytes(), utf16] {
        let table = Case::new("faces.jsonl", bytes).read().unwrap();
        assert_eq!([0, 1, 2].map(|row| table.line(row)), [1, 3, 4]);
        assert_eq!(texts(&table, "race"), ["A, or so", "-", "Zoë"]);
    }
}
