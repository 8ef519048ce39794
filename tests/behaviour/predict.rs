use crate::world::{World, printed, rows};
use std::collections::BTreeMap;
use std::fs;

/// A PNG whose header promises 30,000 x 30,000 pixels.
fn enormous_png() -> Vec<u8> {
    let mut bytes = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR".to_vec();
    bytes.extend(30_000_u32.to_be_bytes());
    bytes.extend(30_000_u32.to_be_bytes());
    bytes.extend([8, 2, 0, 0, 0]);
    bytes.extend([0xE9, 0x45, 0x6F, 0xED]);
    bytes.extend(b"\0\0\0\x10IDAT");
    bytes.extend([0; 20]);
    bytes
}

#[test]
fn every_file_has_one_row_with_what_became_of_it() {
    let world = World::with_faces(40);
    world.train("run").assert().success();
    let fixtures = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/pillow");
    fs::create_dir(world.path("odd")).unwrap();
    for name in ["cmyk.jpg", "grey16.png", "animated.gif"] {
        fs::copy(format!("{fixtures}/{name}"), world.path("odd").join(name)).unwrap();
    }
    world.write("odd/empty.jpg", "");
    world.write("odd/text.jpg", "this is no image");
    world.write("odd/enormous.png", enormous_png());
    fs::copy(
        format!("{fixtures}/rotated.jpg"),
        world.path("odd/phone.jfif"),
    )
    .unwrap();
    world.write("odd/phone.HEIC", b"\0\0\0\x18ftypheic\0\0\0\0mif1heic....");
    world.write("odd/notes.xmp", "no image");

    let predict = world
        .evenhand("predict")
        .args([
            "run", "odd", "gone.jpg", "--engine", "burn", "--out", "p.csv",
        ])
        .output()
        .unwrap();
    assert!(predict.status.success(), "{}", printed(&predict));
    let told = printed(&predict);
    assert!(
        told.contains("1 missing, 3 unreadable, 1 too-large"),
        "{told}"
    );
    let left_out = "odd: 1 file not of an image type left out (1 `.xmp`)";
    assert!(told.contains(left_out), "{told}");
    let found: BTreeMap<String, String> = rows(&world.path("p.csv"))
        .into_iter()
        .map(|row| {
            assert_eq!(row["status"] == "ok", !row["predicted"].is_empty());
            assert_eq!(row["status"] == "ok", row["error"].is_empty());
            (row["path"].clone(), row["status"].clone())
        })
        .collect();
    let expected = [
        ("gone.jpg", "missing"),
        ("odd/animated.gif", "ok"),
        ("odd/cmyk.jpg", "ok"),
        ("odd/empty.jpg", "unreadable"),
        ("odd/enormous.png", "too-large"),
        ("odd/grey16.png", "ok"),
        ("odd/phone.HEIC", "unreadable"),
        ("odd/phone.jfif", "ok"),
        ("odd/text.jpg", "unreadable"),
    ];
    assert_eq!(
        found,
        expected
            .map(|(path, status)| (path.to_owned(), status.to_owned()))
            .into()
    );
}

#[test]
fn predictions_go_to_standard_output_with_the_attributes_of_a_csv() {
    let world = World::with_faces(40);
    world.train("run").assert().success();
    let predict = world
        .evenhand("predict")
        .args(["run", "--engine", "burn", "--quiet"])
        .arg(&world.table)
        .output()
        .unwrap();
    assert!(predict.status.success(), "{}", printed(&predict));
    assert!(predict.stderr.is_empty(), "{}", printed(&predict));
    let path = world.write("out.csv", &predict.stdout);
    let (predicted, faces) = (rows(&path), rows(&world.table));
    assert_eq!(predicted.len(), faces.len());
    for (row, face) in predicted.iter().zip(&faces) {
        assert_eq!(
            (&row["path"], &row["skin_tone"]),
            (&face["file"], &face["skin_tone"])
        );
    }
}

#[cfg(unix)]
#[test]
fn names_that_are_not_utf8_stay_apart_and_are_found_by_the_next_command() {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt;
    let world = World::with_faces(40);
    world.train("run").assert().success();
    fs::create_dir(world.path("names")).unwrap();
    for (number, name) in [&b"Zo\xEA.png"[..], b"Zo\xEB.png", b"Zo\xEF.png"]
        .iter()
        .enumerate()
    {
        let face = &rows(&world.table)[number]["file"];
        let from = world.table.parent().unwrap().join(face);
        let to = world.path("names").join(OsStr::from_bytes(name));
        if fs::copy(from, to).is_err() {
            return; // the file system takes Unicode only
        }
    }
    let paths = |input: &str, out: &str| -> Vec<(String, String)> {
        let mut predict = world.evenhand("predict");
        predict.args(["run", input, "--engine", "burn", "--out", out]);
        predict.assert().success();
        let rows = rows(&world.path(out)).into_iter();
        rows.map(|row| (row["path"].clone(), row["status"].clone()))
            .collect()
    };
    let expected =
        ["\\xEA", "\\xEB", "\\xEF"].map(|byte| (format!("names/Zo{byte}.png"), "ok".to_owned()));
    assert_eq!(paths("names", "first.csv"), expected);
    assert_eq!(paths("first.csv", "again.csv"), expected);
}

#[test]
fn an_existing_file_is_kept_unless_force_is_given() {
    let world = World::with_faces(40);
    world.train("run").assert().success();
    world.write("p.csv", "mine");
    let predict = || {
        let mut predict = world.evenhand("predict");
        predict.args(["run", "data/faces", "--engine", "burn", "--out", "p.csv"]);
        predict
    };
    predict().assert().code(1);
    assert_eq!(fs::read(world.path("p.csv")).unwrap(), b"mine");
    predict().arg("--force").assert().success();
    assert_eq!(rows(&world.path("p.csv")).len(), 40);
}
