//! Images in tar and Parquet files are images like any others.

use crate::world::{Row, World, printed, rows};
use parquet::data_type::{ByteArray, ByteArrayType};
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::parser::parse_message_type;
use safetensors::SafeTensors;
use std::fs::{self, File};
use std::sync::Arc;

const SCHEMA: &str = "message faces { required binary photo; required binary smiling (UTF8); }";

/// The drawn faces: the image's bytes, and its row of the table.
fn faces(world: &World) -> Vec<(Vec<u8>, Row)> {
    let folder = world.table.parent().unwrap();
    let image = |row: &Row| fs::read(folder.join(&row["file"])).unwrap();
    let rows = rows(&world.table).into_iter();
    rows.map(|row| (image(&row), row)).collect()
}

fn write_tar(world: &World, name: &str, members: &[(String, Vec<u8>)]) {
    let mut builder = tar::Builder::new(File::create(world.path(name)).unwrap());
    for (name, bytes) in members {
        let mut header = tar::Header::new_gnu();
        header.set_size(bytes.len() as u64);
        builder.append_data(&mut header, name, &bytes[..]).unwrap();
    }
    builder.finish().unwrap();
}

fn write_parquet(world: &World, name: &str, columns: [Vec<Vec<u8>>; 2]) {
    let file = File::create(world.path(name)).unwrap();
    let schema = Arc::new(parse_message_type(SCHEMA).unwrap());
    let mut writer = SerializedFileWriter::new(file, schema, Default::default()).unwrap();
    let mut group = writer.next_row_group().unwrap();
    for values in columns {
        let values: Vec<ByteArray> = values.into_iter().map(ByteArray::from).collect();
        let mut column = group.next_column().unwrap().unwrap();
        let typed = column.typed::<ByteArrayType>();
        typed.write_batch(&values, None, None).unwrap();
        column.close().unwrap();
    }
    group.close().unwrap();
    writer.close().unwrap();
}

#[test]
fn features_do_not_depend_on_what_the_images_lie_in() {
    let world = World::with_faces(20);
    let faces = faces(&world);
    let member = |(image, row): &(Vec<u8>, Row)| (row["file"].clone(), image.clone());
    let members: Vec<_> = faces.iter().map(member).collect();
    write_tar(&world, "faces-0.tar", &members[..7]);
    write_tar(&world, "faces-1.tar", &members[7..]);
    let smiling = faces
        .iter()
        .map(|(_, row)| row["smiling"].clone().into_bytes());
    let images = faces.iter().map(|(image, _)| image.clone()).collect();
    write_parquet(&world, "faces.parquet", [images, smiling.collect()]);

    let features = |input: &str| {
        let out = world
            .evenhand("embed")
            .args([
                input,
                "--engine",
                "burn",
                "--no-store",
                "--verbose",
                "--force",
            ])
            .args(["--out", "out.safetensors", "--pixels", "p.safetensors"])
            .output()
            .unwrap();
        assert!(out.status.success(), "{}", printed(&out));
        assert!(
            printed(&out).contains("\nstages: read "),
            "{}",
            printed(&out)
        );
        let read = |name| {
            let bytes = fs::read(world.path(name)).unwrap();
            let file = SafeTensors::deserialize(&bytes).unwrap();
            let (_, tensor) = file.iter().next().unwrap();
            assert_eq!(tensor.shape()[0], 20);
            tensor.data().to_vec()
        };
        (read("out.safetensors"), read("p.safetensors"))
    };
    let files = features(world.table.to_str().unwrap());
    assert!(features("faces-*.tar") == files, "tar");
    assert!(features("faces.parquet") == files, "Parquet");
}

#[test]
fn a_classifier_is_trained_on_a_table_and_gives_every_member_of_an_archive_its_row() {
    let world = World::with_faces(40);
    let faces = faces(&world);
    let images = faces.iter().map(|(image, _)| image.clone()).collect();
    let labels = faces
        .iter()
        .map(|(_, row)| row["smiling"].clone().into_bytes());
    write_parquet(&world, "faces.parquet", [images, labels.collect()]);
    let mut train = world.evenhand("train");
    train.args(["faces.parquet", "--label", "smiling", "--engine", "burn"]);
    train.args(["--epochs", "4", "--hidden", "16", "--folds", "2"]);
    train.assert().success();
    let trained = rows(&world.path("run/predictions.csv"));
    assert_eq!(
        trained[39]["path"].rsplit('/').next(),
        Some("faces.parquet:39")
    );
    let mut audit = world.evenhand("audit");
    audit.args(["run/predictions.csv", "--out", "audit.html"]);
    audit.assert().success();
    for report in ["run/report.html", "audit.html"] {
        let report = fs::read_to_string(world.path(report)).unwrap();
        assert!(report.contains("data:image/jpeg;base64,"));
    }

    let members = [
        ("a.jpg", faces[0].0.clone()),
        ("a.json", br#"{"tone": "dark"}"#.to_vec()),
        ("b.jpg", b"no image".to_vec()),
        ("c.jpg", Vec::new()),
    ];
    let members = members.map(|(name, bytes)| (name.to_owned(), bytes));
    write_tar(&world, "new.tar", &members);
    let mut predict = world.evenhand("predict");
    predict.args(["run", "new.tar", "--engine", "burn", "--out", "p.csv"]);
    predict.assert().success();
    let found: Vec<[String; 3]> = rows(&world.path("p.csv"))
        .into_iter()
        .map(|row| ["path", "status", "tone"].map(|column| row[column].clone()))
        .collect();
    let expected = [
        ["new.tar/a.jpg", "ok", "dark"],
        ["new.tar/b.jpg", "unreadable", "(missing)"],
        ["new.tar/c.jpg", "unreadable", "(missing)"],
    ];
    assert_eq!(found, expected);
}

#[test]
fn an_archive_that_is_broken_off_stops_a_prediction_before_it_begins() {
    let world = World::with_faces(20);
    let members = [("a.jpg".to_owned(), vec![0; 5000])];
    write_tar(&world, "torn.tar", &members);
    let whole = fs::read(world.path("torn.tar")).unwrap();
    world.write("torn.tar", &whole[..3000]);
    let embed = world.evenhand("embed").arg("torn.tar").output().unwrap();
    assert_eq!(embed.status.code(), Some(1));
    let told = printed(&embed);
    assert!(
        told.contains("error: torn.tar/a.jpg: the archive is broken off"),
        "{told}"
    );
    assert!(told.lines().last().unwrap().starts_with("hint: "), "{told}");
    assert!(!world.path("features.safetensors").exists());
}
