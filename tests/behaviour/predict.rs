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

    let predict = world
        .evenhand("predict")
        .args([
            "run", "odd", "gone.jpg", "--engine", "burn", "--out", "p.csv",
        ])
        .output()
        .unwrap();
    assert!(predict.status.success(), "{}", printed(&predict));
    assert!(
        printed(&predict).contains("1 missing, 2 unreadable, 1 too-large"),
        "{}",
        printed(&predict)
    );
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
