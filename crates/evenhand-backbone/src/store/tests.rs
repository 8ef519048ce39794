use super::*;
use crate::hint::Hint;
use safetensors::SafeTensors;

fn keys(range: std::ops::Range<u16>) -> Vec<Key> {
    range.map(|i| key(&i.to_le_bytes())).collect()
}

/// `[range, 3]`
fn values(range: std::ops::Range<u16>) -> Vec<f16> {
    range
        .flat_map(|i| [0.25, 0.5, 0.75].map(|part| f16::from_f32(f32::from(i) + part)))
        .collect()
}

fn append(store: &mut Store, range: std::ops::Range<u16>) {
    store.append(&keys(range.clone()), &values(range)).unwrap();
}

fn check(store: &mut Store, range: std::ops::Range<u16>) {
    for i in range {
        assert_eq!(store.get(&key(&i.to_le_bytes())), Some(values(i..i + 1)));
    }
}

fn segments(store: &Store) -> Vec<PathBuf> {
    let entries = fs::read_dir(store.folder()).unwrap();
    let mut paths: Vec<_> = entries.map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    paths
}

#[test]
fn what_was_appended_is_there_after_opening_again_and_for_nobody_else() {
    let root = tempfile::tempdir().unwrap();
    let mut store = Store::open(root.path(), "one").unwrap();
    assert!(store.is_empty());
    append(&mut store, 0..5);
    check(&mut store, 0..5);
    append(&mut store, 5..7);
    let mut again = Store::open(root.path(), "one").unwrap();
    assert_eq!(again.len(), 7);
    check(&mut again, 0..7);
    assert_eq!(again.get(&key(b"other")), None);
    assert!(Store::open(root.path(), "two").unwrap().is_empty());
    assert!(again.take_damaged().is_empty());
}

#[test]
fn a_segment_is_plain_safetensors() {
    let root = tempfile::tempdir().unwrap();
    let mut store = Store::open(root.path(), "d").unwrap();
    append(&mut store, 3..5);
    let bytes = fs::read(&segments(&store)[0]).unwrap();
    let file = SafeTensors::deserialize(&bytes).unwrap();
    let features = file.tensor("features").unwrap();
    assert_eq!(features.shape(), [2, 3]);
    assert_eq!(tensors::from_bytes(features.data()), values(3..5));
    assert_eq!(
        file.tensor("keys").unwrap().data(),
        keys(3..5).as_flattened()
    );
}

#[test]
fn two_stores_on_one_folder_do_not_disturb_each_other() {
    let root = tempfile::tempdir().unwrap();
    std::thread::scope(|scope| {
        for offset in [0, 30, 0] {
            let root = root.path();
            scope.spawn(move || {
                let mut store = Store::open(root, "d").unwrap();
                for start in (offset..offset + 100).step_by(10) {
                    append(&mut store, start..start + 10);
                    check(&mut store, offset..start + 10);
                }
            });
        }
    });
    let mut store = Store::open(root.path(), "d").unwrap();
    assert_eq!(store.len(), 130);
    check(&mut store, 0..130);
    assert_eq!(store.take_damaged(), []);
    // The same features make the same file.
    assert_eq!(segments(&store).len(), 13);
}

#[test]
fn any_flipped_byte_or_cut_is_found_and_only_that_segment_is_lost() {
    let root = tempfile::tempdir().unwrap();
    let mut store = Store::open(root.path(), "d").unwrap();
    append(&mut store, 0..2);
    let path = segments(&store).remove(0);
    append(&mut store, 2..4);
    let sound = fs::read(&path).unwrap();
    let damaged = path.with_added_extension(DAMAGED);

    let flips = (0..sound.len()).map(|at| {
        let mut bytes = sound.clone();
        bytes[at] ^= 0x11;
        bytes
    });
    let cuts = [0, 4, 100, sound.len() - 1].map(|length| sound[..length].to_vec());
    for bytes in flips.chain(cuts).chain([[&sound[..], &[0]].concat()]) {
        fs::write(&path, bytes).unwrap();
        let mut store = Store::open(root.path(), "d").unwrap();
        check(&mut store, 2..4);
        for (i, expected) in [(0, values(0..1)), (1, values(1..2))] {
            // Blanks after the header mean nothing; all else must not go unnoticed.
            let got = store.get(&keys(i..i + 1)[0]);
            assert!(got.is_none() || got == Some(expected));
        }
        // A key that was hit is nobody's, so only the other shows the damage.
        let found = store.take_damaged();
        assert_eq!(found.len(), usize::from(damaged.exists()));
        if damaged.exists() {
            assert_eq!(found[0].moved.as_deref(), Some(&*damaged));
            assert!(!path.exists());
            fs::remove_file(&damaged).unwrap();
        }
    }
    fs::write(&path, &sound).unwrap();
    check(&mut Store::open(root.path(), "d").unwrap(), 0..4);
}

#[test]
fn a_segment_of_another_backbone_or_length_of_row_is_not_used() {
    let root = tempfile::tempdir().unwrap();
    let mut store = Store::open(root.path(), "d").unwrap();
    append(&mut store, 0..2);
    let error = store.append(&keys(2..3), &values(0..2)).unwrap_err();
    assert!(matches!(
        error,
        StoreError::Dim {
            stored: 3,
            made: 6,
            ..
        }
    ));

    let other = Store::open(root.path(), "e").unwrap();
    let path = segments(&store).remove(0);
    fs::copy(&path, other.folder().join(path.file_name().unwrap())).unwrap();
    let mut other = Store::open(root.path(), "e").unwrap();
    assert!(other.is_empty());
    assert!(
        other.take_damaged()[0]
            .to_string()
            .contains("another backbone")
    );
}

#[test]
fn a_folder_that_cannot_be_written_is_an_error_that_leaves_nothing() {
    let root = tempfile::tempdir().unwrap();
    let mut store = Store::open(root.path(), "d").unwrap();
    fs::remove_dir(store.folder()).unwrap();
    let error = store.append(&keys(0..1), &values(0..1)).unwrap_err();
    assert!(error.to_string().contains("features cannot be written"));
    assert!(error.hint().unwrap().to_string().contains("`store`"));
    assert!(store.is_empty());

    fs::write(root.path().join("file"), "").unwrap();
    let error = Store::open(&root.path().join("file"), "d").unwrap_err();
    assert!(matches!(error, StoreError::Open { .. }));
}

#[test]
fn only_old_temporary_files_are_swept_away() {
    let root = tempfile::tempdir().unwrap();
    let folder = Store::open(root.path(), "d").unwrap().folder().to_owned();
    for (name, age) in [
        (".evenhand-old.tmp", 2),
        (".evenhand-new.tmp", 0),
        (".mine.tmp", 2),
        ("old.txt", 2),
    ] {
        let file = File::create(folder.join(name)).unwrap();
        let time = std::time::SystemTime::now() - ABANDONED * age;
        file.set_modified(time).unwrap();
    }
    let store = Store::open(root.path(), "d").unwrap();
    let left: Vec<_> = segments(&store)
        .into_iter()
        .map(|path| path.file_name().unwrap().to_owned())
        .collect();
    assert_eq!(left, [".evenhand-new.tmp", ".mine.tmp", "old.txt"]);
}

#[test]
fn the_digest_tells_backbones_and_resize_rules_apart() {
    use crate::dataset::preprocess::{Filter, Fit};
    let geometry = Geometry {
        width: 224,
        height: 224,
        fit: Fit::Squash,
        filter: Filter::Bilinear,
    };
    let digests = [
        digest("a", geometry),
        digest("b", geometry),
        digest(
            "a",
            Geometry {
                width: 192,
                ..geometry
            },
        ),
        digest(
            "a",
            Geometry {
                fit: Fit::Pad,
                ..geometry
            },
        ),
        digest(
            "a",
            Geometry {
                filter: Filter::Bicubic,
                ..geometry
            },
        ),
    ];
    for (i, one) in digests.iter().enumerate() {
        assert!(!digests[..i].contains(one));
    }
}
