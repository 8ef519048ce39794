//! One table from every format.

use crate::support::*;

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
        assert_eq!(
            table.columns(),
            ["file", "race", "n", "p", "ok", "day"],
            "{name}"
        );
        assert_eq!(texts(&table, "file"), ["1.jpg", "2.jpg", "3.jpg"], "{name}");
        assert_eq!(texts(&table, "race"), ["A, or so", "-", "Zoë"], "{name}");
        assert_eq!(texts(&table, "n"), ["3", "-", "20"], "{name}");
        assert_eq!(texts(&table, "p"), ["0.25", "1e-05", "-"], "{name}");
        assert_eq!(texts(&table, "ok"), ["True", "False", "True"], "{name}");
        assert_eq!(
            texts(&table, "day"),
            ["2026-09-03", "-", "2026-01-31"],
            "{name}"
        );
        assert_eq!(
            table.numbers(2).unwrap(),
            [Some(3.0), None, Some(20.0)],
            "{name}"
        );
        assert_eq!(
            table.numbers(3).unwrap(),
            [Some(0.25), Some(1e-5), None],
            "{name}"
        );
        assert_eq!(table.trimmed(), 1, "{name}");
        let note = notes(&table)
            .into_iter()
            .find(|note| note.contains("missing"))
            .unwrap();
        assert!(
            note.ends_with(
                "1 value `NA` in `race` is missing; --missing '' takes such values literally"
            ),
            "{note}"
        );
    }
}

#[test]
fn a_file_that_is_not_what_its_name_says_is_read_or_refused() {
    let table = Case::new("faces.csv", workbook_bytes()).read().unwrap();
    assert!(
        notes(&table)[0]
            .ends_with("faces.csv: read as a workbook, which it is in spite of its name")
    );
    for (name, bytes, message) in [
        (
            "faces.xls",
            &b"a\tb\n1\t2\n"[..],
            "faces.xls: can't be read as a workbook",
        ),
        (
            "faces.parquet",
            b"a,b\n1,2\n",
            "faces.parquet: can't be read as Parquet",
        ),
        (
            "faces.arrow",
            b"a,b\n1,2\n",
            "faces.arrow: can't be read as Arrow",
        ),
        ("faces.csv.gz", b"\x1F\x8B\x08", "faces.csv.gz: compressed"),
        (
            "faces.feather",
            b"FEA1\0\0",
            "faces.feather: Feather of version 1",
        ),
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
    assert!(
        read(folder.path())
            .to_string()
            .ends_with("a table is read from a plain file, and this is a folder")
    );
    assert!(
        read(Path::new("/dev/null"))
            .to_string()
            .ends_with("this is a device")
    );
    assert!(
        read(&folder.path().join("none.csv"))
            .to_string()
            .ends_with("none.csv: there is no such file")
    );
    let fifo = folder.path().join("list.csv");
    let made = std::process::Command::new("mkfifo").arg(&fifo).status();
    if made.is_ok_and(|status| status.success()) {
        assert!(read(&fifo).to_string().ends_with("this is a pipe"));
    }
    assert!(File::open(folder.path()).is_ok());
}
