use super::*;
use crate::dataset::{Layout, load};
use crate::record::MISSING;
use ::tar::{Builder, EntryType, Header};
use std::fs;
use tempfile::TempDir;

fn write(members: &[(&str, &[u8])]) -> Vec<u8> {
    let mut builder = Builder::new(Vec::new());
    for (name, bytes) in members {
        let mut header = Header::new_gnu();
        header.set_size(bytes.len() as u64);
        header.set_mode(0o644);
        builder.append_data(&mut header, name, *bytes).unwrap();
    }
    builder.into_inner().unwrap()
}

fn folder(shards: &[(&str, Vec<u8>)]) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, bytes) in shards {
        fs::write(folder.path().join(name), bytes).unwrap();
    }
    folder
}

#[test]
fn every_image_of_every_shard_is_a_row_with_what_its_sample_says() {
    let first: [(&str, &[u8]); 8] = [
        ("a/1.x.cls", b"0\n"),
        ("a/1.jpg", b"one"),
        ("a/1.json", br#"{"race": "Black", "box": [1]}"#),
        ("a/2.JPG", b"two"),
        ("a/2.seg.png", b"two's mask"),
        ("a/2.txt", b" a face "),
        ("a/notes.md", b"no image"),
        ("._3.jpg", b"left by macOS"),
    ];
    let second: [(&str, &[u8]); 1] = [("./3.jpg", b"three")];
    let folder = folder(&[("s-0.tar", write(&first)), ("s-1.tar", write(&second))]);
    let glob = folder.path().join("s-*.tar");
    let inputs = open(&glob, None).unwrap();
    assert_eq!(inputs.attributes(), ["x", "race", "txt"]);
    let records: Vec<Record> = inputs.map(Result::unwrap).collect();
    let reader = reader();
    let found: Vec<(String, String, String)> = records
        .iter()
        .map(|record| {
            let bytes = reader.read(&record.image).unwrap();
            let short = folder.path().join("").display().to_string();
            assert_eq!(record.path, record.image.to_string());
            let path = record.path.strip_prefix(&short).unwrap().to_owned();
            let bytes = String::from_utf8(bytes).unwrap();
            (path, bytes, record.attributes.join(" "))
        })
        .collect();
    let row = |path: &str, bytes: &str, attributes: [&str; 3]| {
        (path.to_owned(), bytes.to_owned(), attributes.join(" "))
    };
    let expected = [
        row("s-0.tar/a/1.jpg", "one", ["0", "Black", MISSING]),
        row("s-0.tar/a/2.JPG", "two", [MISSING, MISSING, "a face"]),
        row(
            "s-0.tar/a/2.seg.png",
            "two's mask",
            [MISSING, MISSING, "a face"],
        ),
        row("s-1.tar/3.jpg", "three", [MISSING; 3]),
    ];
    assert_eq!(found, expected);
}

#[test]
fn long_archives_long_names_and_archives_strung_together_are_read_whole() {
    let name = |i: usize| format!("{}/{i:05}.jpg", "deep".repeat(40));
    let names: Vec<String> = (0..1500).map(name).collect();
    let member = |name: &String| (name.clone(), name.clone().into_bytes());
    let members: Vec<(String, Vec<u8>)> = names.iter().map(member).collect();
    let members: Vec<(&str, &[u8])> = members.iter().map(|(n, b)| (&n[..], &b[..])).collect();
    let bytes = [write(&members[..700]), write(&members[700..])].concat();
    let folder = folder(&[("long.tar", bytes)]);
    let records = records(&folder.path().join("long.tar"));
    assert_eq!(records.len(), 1500);
    let reader = reader();
    for at in [1499, 3, 700, 699, 511, 512] {
        let bytes = reader.read(&records[at].image).unwrap();
        assert_eq!(bytes, names[at].as_bytes());
    }
}

#[test]
fn a_shard_is_a_dataset_with_labels() {
    let members: [(&str, &[u8]); 6] = [
        ("1.cls", b"no"),
        ("1.jpg", b"."),
        ("2.cls", b"yes"),
        ("2.jpg", b".."),
        ("3.cls", b""),
        ("3.jpg", b"..."),
    ];
    let shards = folder(&[("0.tar", write(&members)), ("1.tar", write(&members[..4]))]);
    let layout = Layout {
        label: Some("cls".to_owned()),
        ..Layout::default()
    };
    let one = load(&shards.path().join("0.tar"), &layout).unwrap();
    assert_eq!(one.classes.names(), ["no", "yes"]);
    let labels: Vec<_> = one.records.iter().map(|record| record.label).collect();
    assert_eq!(labels, [Some(0), Some(1), None]);
    let both = load(&shards.path().join("*.tar"), &layout).unwrap();
    assert_eq!(both.records.len(), 5);
}

#[test]
fn an_archive_that_is_broken_off_is_refused_before_anything_is_done() {
    let whole = write(&[("1.jpg", &[7; 2000]), ("2.jpg", &[8; 2000])]);
    let folder = folder(&[("torn.tar", whole[..4000].to_vec())]);
    let torn = folder.path().join("torn.tar");
    let (error, hint) = refused(&torn, None);
    assert!(
        error.ends_with("torn.tar/2.jpg: the archive is broken off: 1072 bytes are missing"),
        "{error}"
    );
    assert!(hint.contains("fetch or pack it again"), "{hint}");

    fs::write(&torn, &whole).unwrap();
    let records = records(&torn);
    fs::write(&torn, &whole[..4000]).unwrap();
    let found: Vec<Status> = records
        .iter()
        .map(|record| status(reader().read(&record.image)))
        .collect();
    assert_eq!(found, [Status::Ok, Status::Unreadable]);
    fs::remove_file(&torn).unwrap();
    assert_eq!(status(reader().read(&records[0].image)), Status::Missing);
}

#[test]
fn what_is_compressed_or_no_archive_is_named() {
    let folder = folder(&[
        ("a.tar.gz", b"whatever".to_vec()),
        ("b.tar", b"\x1F\x8B\x08 a gzip of the wrong name".to_vec()),
        ("c.tar", vec![b'x'; 2048]),
        ("e.tar", write(&[("1.jpg", b"."), ("1.json", b"[1, 2]")])),
        ("f.tar", write(&[("1.jpg", b"."), ("1.cls", b"\xFF")])),
    ]);
    let cases = [
        ("a.tar.gz", "a.tar.gz: compressed", "gunzip"),
        ("b.tar", "b.tar: compressed", "gunzip"),
        ("c.tar", "c.tar: not a tar file", "again"),
        ("e.tar", "e.tar/1.json: not a JSON object", "again"),
        ("f.tar", "f.tar/1.cls: not UTF-8 text", "again"),
    ];
    for (name, problem, step) in cases {
        let (error, hint) = refused(&folder.path().join(name), None);
        assert!(error.contains(problem), "{error}");
        assert!(hint.contains(step), "{hint}");
    }
}

#[test]
fn a_link_is_a_row_that_says_what_to_do_about_it() {
    let mut links = Builder::new(write(&[("0.jpg", b"zero")])[..1024].to_vec());
    for (kind, name) in [(EntryType::Link, "1.jpg"), (EntryType::Symlink, "2.jpg")] {
        let mut header = Header::new_gnu();
        header.set_entry_type(kind);
        header.set_size(0);
        links.append_link(&mut header, name, "0.jpg").unwrap();
    }
    let folder = folder(&[("a.tar", links.into_inner().unwrap())]);
    let records = records(&folder.path().join("a.tar"));
    let found: Vec<_> = records.iter().map(|r| reader().read(&r.image)).collect();
    assert_eq!(found[0].as_ref().unwrap(), b"zero");
    let reasons = [
        "a hard link to `0.jpg` in the archive, ",
        "a link to `0.jpg`, not an image; ",
    ];
    for (found, reason) in found[1..].iter().zip(reasons) {
        let bad = found.as_ref().unwrap_err();
        assert_eq!(bad.status, Status::Unreadable);
        assert!(bad.reason.starts_with(reason), "{}", bad.reason);
    }
}

fn attributes(members: &[(&str, &[u8])]) -> (Vec<String>, Vec<String>, Vec<String>) {
    let folder = folder(&[("a.tar", write(members))]);
    let mut inputs = open(&folder.path().join("a.tar"), None).unwrap();
    let columns = inputs.attributes().to_vec();
    let rows = inputs
        .by_ref()
        .map(|record| record.unwrap().attributes.join(" "));
    let rows: Vec<String> = rows.collect();
    let notes = inputs.notes().iter().map(ToString::to_string).collect();
    (columns, rows, notes)
}

#[test]
fn names_with_dots_are_cut_at_the_last_where_texts_belong_to_one_image_each() {
    let (columns, rows, notes) = attributes(&[
        ("IMG.2021.1.png", b"1"),
        ("IMG.2021.1.cls", b"yes"),
        ("IMG.2021.2.cls", b"no"),
        ("IMG.2021.2.seen.txt", b"often"),
        ("IMG.2021.2.png", b"2"),
    ]);
    assert_eq!(columns, ["cls", "seen"]);
    assert_eq!(rows, [format!("yes {MISSING}"), "no often".to_owned()]);
    assert!(notes.is_empty(), "{notes:?}");
    let (columns, rows, notes) = attributes(&[
        ("1.left.png", b"l"),
        ("1.right.png", b"r"),
        ("1.cls", b"yes"),
    ]);
    assert_eq!(
        (&columns[..], &rows[..]),
        (
            &["cls".to_owned()][..],
            &["yes".to_owned(), "yes".to_owned()][..]
        )
    );
    let note = "1 sample with several images of one extension, which share their attributes; the first is `1`";
    assert!(notes[0].to_string().ends_with(note), "{notes:?}");
}

#[test]
fn texts_without_an_image_are_noted_and_attributes_of_single_samples_refused() {
    let (columns, rows, notes) = attributes(&[
        ("1.png", b"1"),
        ("2.png", b"2"),
        ("2.cls", b"no"),
        ("1.cls", b"yes"),
    ]);
    assert_eq!(columns, ["cls"]);
    assert_eq!(rows, [MISSING, "no"]);
    assert!(
        notes[0].to_string().contains("1 text member left out"),
        "{notes:?}"
    );
    assert!(
        notes[0].to_string().ends_with("the first is `1.cls`"),
        "{notes:?}"
    );
    let objects: Vec<(String, String)> = (0..1001)
        .map(|i| (format!("{i}.json"), format!("{{\"key {i}\": 1}}")))
        .collect();
    let images: Vec<String> = (0..1001).map(|i| format!("{i}.png")).collect();
    let members = objects
        .iter()
        .zip(&images)
        .flat_map(|((name, text), image)| [(&name[..], text.as_bytes()), (&image[..], &b"."[..])]);
    let members: Vec<(&str, &[u8])> = members.collect();
    let folder = folder(&[("a.tar", write(&members))]);
    let (error, _) = refused(&folder.path().join("a.tar"), None);
    assert!(
        error.contains("more than 1000 attributes, such as `key 1000`"),
        "{error}"
    );
}

#[test]
fn a_member_beyond_the_limit_is_not_read() {
    let folder = folder(&[("a.tar", write(&[("1.jpg", &[0; 100])]))]);
    let records = records(&folder.path().join("a.tar"));
    let limits = Limits {
        max_bytes: 99,
        ..Limits::default()
    };
    let found = ImageReader::new(limits).read(&records[0].image);
    assert_eq!(status(found), Status::TooLarge);
}

#[test]
fn images_are_found_again_by_what_outputs_call_them() {
    let members: [(&str, &[u8]); 3] = [("a/1.jpg", b"1"), ("2.jpg", b"2"), ("3.jpg", b"3")];
    let folder = folder(&[("s.tar", write(&members)), ("t.tar", write(&members[1..]))]);
    let record = |shard: &str, at: usize| records(&folder.path().join(shard)).swap_remove(at);
    let known = [record("s.tar", 2), record("t.tar", 0), record("s.tar", 0)];
    let mut paths: Vec<_> = known
        .iter()
        .map(|record| record.path.clone().into())
        .collect();
    let gone = folder.path().join("s.tar/4.jpg");
    paths.extend([gone.clone(), folder.path().join("photo.jpg")]);
    let found = locate(paths);
    for (record, found) in known.iter().zip(&found) {
        assert_eq!(record.image, *found);
    }
    assert_eq!(status(reader().read(&found[3])), Status::Missing);
    assert_eq!(status(reader().read(&found[4])), Status::Missing);
}
