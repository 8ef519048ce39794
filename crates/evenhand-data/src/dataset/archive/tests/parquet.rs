use super::*;
use crate::dataset::{Layout, load};
use crate::record::{Location, MISSING};
use ::parquet::basic::Compression;
use ::parquet::data_type::{ByteArray, ByteArrayType, DoubleType, Int64Type};
use ::parquet::file::metadata::KeyValue;
use ::parquet::file::properties::WriterProperties;
use ::parquet::file::writer::{SerializedFileWriter, SerializedRowGroupWriter};
use ::parquet::schema::parser::parse_message_type;
use std::fs::{self, File};
use std::path::PathBuf;
use std::sync::Arc;
use std::thread;
use tempfile::TempDir;

/// As Hugging Face writes images, with a code and a number beside them.
const SCHEMA: &str = "message schema {
    optional group image { optional binary bytes; optional binary path (UTF8); }
    optional int64 label;
    optional double age;
    optional group faces (LIST) { repeated group list { optional int64 element; } }
}";
const NAMES: &str = r#"{"info": {"features": {"label": {"names": ["no", "yes"]}}}}"#;

type Writer = SerializedFileWriter<File>;
type Group<'a> = SerializedRowGroupWriter<'a, File>;

fn writer(path: &Path, schema: &str, compression: Compression) -> Writer {
    let names = KeyValue::new("huggingface".to_owned(), NAMES.to_owned());
    let properties = WriterProperties::builder()
        .set_compression(compression)
        .set_key_value_metadata(Some(vec![names]))
        .set_data_page_row_count_limit(50)
        .set_write_batch_size(10)
        .build();
    let schema = Arc::new(parse_message_type(schema).unwrap());
    SerializedFileWriter::new(File::create(path).unwrap(), schema, Arc::new(properties)).unwrap()
}

/// The next column: its values, how defined each row is, and in which list it is.
fn bytes(group: &mut Group, values: Vec<Vec<u8>>, defined: &[i16]) {
    let mut column = group.next_column().unwrap().unwrap();
    let values: Vec<ByteArray> = values.into_iter().map(ByteArray::from).collect();
    let typed = column.typed::<ByteArrayType>();
    typed.write_batch(&values, Some(defined), None).unwrap();
    column.close().unwrap();
}

/// Every tenth row has no image; the labels go through no, yes and -1.
fn image(row: u64) -> Option<Vec<u8>> {
    (row % 10 != 9).then(|| format!("image {row} ").repeat(20).into_bytes())
}

fn faces(rows: u64, group: u64, compression: Compression) -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("faces.parquet");
    let mut writer = writer(&path, SCHEMA, compression);
    for first in (0..rows).step_by(group as usize) {
        let rows: Vec<u64> = (first..rows.min(first + group)).collect();
        let all = |level: i16| vec![level; rows.len()];
        let mut group = writer.next_row_group().unwrap();
        let images: Vec<Option<Vec<u8>>> = rows.iter().map(|&row| image(row)).collect();
        let defined: Vec<i16> = images.iter().map(|i| 1 + i16::from(i.is_some())).collect();
        bytes(&mut group, images.into_iter().flatten().collect(), &defined);
        let paths = rows.iter().map(|row| format!("{row}.jpg").into_bytes());
        bytes(&mut group, paths.collect(), &all(2));
        let mut column = group.next_column().unwrap().unwrap();
        let labels: Vec<i64> = rows.iter().map(|row| (row % 3) as i64).collect();
        let labels: Vec<i64> = labels
            .iter()
            .map(|&l| if l == 2 { -1 } else { l })
            .collect();
        let typed = column.typed::<Int64Type>();
        typed.write_batch(&labels, Some(&all(1)), None).unwrap();
        column.close().unwrap();
        let mut column = group.next_column().unwrap().unwrap();
        let ages: Vec<f64> = rows.iter().map(|&row| row as f64 / 2.0).collect();
        let nan = |age: &f64| if *age == 1.0 { f64::NAN } else { *age };
        let ages: Vec<f64> = ages.iter().map(nan).collect();
        let typed = column.typed::<DoubleType>();
        typed.write_batch(&ages, Some(&all(1)), None).unwrap();
        column.close().unwrap();
        let mut column = group.next_column().unwrap().unwrap();
        let typed = column.typed::<Int64Type>();
        typed
            .write_batch(&[], Some(&all(0)), Some(&all(0)))
            .unwrap();
        column.close().unwrap();
        group.close().unwrap();
    }
    writer.close().unwrap();
    (folder, path)
}

#[test]
fn rows_have_an_image_and_the_values_beside_it() {
    let (_folder, path) = faces(5, 2, Compression::SNAPPY);
    let inputs = open(&path, None).unwrap();
    assert_eq!(inputs.attributes(), ["image.path", "label", "age"]);
    let records: Vec<Record> = inputs.map(Result::unwrap).collect();
    let attributes: Vec<String> = records.iter().map(|r| r.attributes.join(" ")).collect();
    let expected = [
        "0.jpg no 0".to_owned(),
        "1.jpg yes 0.5".to_owned(),
        format!("2.jpg {MISSING} {MISSING}"),
        "3.jpg no 1.5".to_owned(),
        "4.jpg yes 2".to_owned(),
    ];
    assert_eq!(attributes, expected);
    assert!(records[4].path.ends_with("faces.parquet:4"));
    let found = locate(vec![PathBuf::from(&records[4].path), path.clone()]);
    assert_eq!(found, [records[4].image.clone(), Location::File(path)]);
}

#[test]
fn a_dataset_says_which_codes_it_named_and_which_columns_it_left_out() {
    let (_folder, path) = faces(6, 6, Compression::UNCOMPRESSED);
    let layout = Layout {
        label: Some("label".to_owned()),
        ..Layout::default()
    };
    let dataset = load(&path, &layout).unwrap();
    assert_eq!(dataset.classes.names(), ["no", "yes"]);
    let labels: Vec<_> = dataset.records.iter().map(|record| record.label).collect();
    let [no, yes] = [Some(0), Some(1)];
    assert_eq!(labels, [no, yes, None, no, yes, None]);
    assert!(
        dataset.notes[0]
            .to_string()
            .ends_with("`label` named as the file says")
    );
    assert!(dataset.notes[1].to_string().ends_with("left out: `faces`"));
}

/// Whatever the order that images are asked for in.
#[test]
fn every_row_gives_its_own_image_in_any_order_and_from_any_thread() {
    for compression in [
        Compression::UNCOMPRESSED,
        Compression::SNAPPY,
        Compression::GZIP(Default::default()),
        Compression::ZSTD(Default::default()),
        Compression::LZ4_RAW,
        Compression::BROTLI(Default::default()),
    ] {
        let (_folder, path) = faces(1000, 300, compression);
        let records = records(&path);
        assert_eq!(records.len(), 1000);
        let reader = reader();
        let check = |row: usize| {
            let found = reader.read(&records[row].image);
            match image(row as u64) {
                Some(bytes) => assert_eq!(found.unwrap(), bytes, "{row}"),
                None => assert_eq!(status(found), Status::Missing, "{row}"),
            }
        };
        (0..1000).for_each(check);
        (0..1000).map(|i| i * 389 % 1000).for_each(check);
        thread::scope(|scope| {
            for worker in 0..4 {
                scope.spawn(move || (worker..1000).step_by(4).for_each(check));
            }
        });
    }
}

#[test]
fn a_row_of_a_path_without_bytes_is_that_file() {
    let (folder, path) = faces(20, 20, Compression::SNAPPY);
    let records = records(&path);
    let bad = reader().read(&records[9].image).unwrap_err();
    assert_eq!(bad.status, Status::Missing);
    let reason = "the row has no bytes, and of its file `9.jpg`: there is no such file";
    assert_eq!(bad.reason, reason);
    fs::write(folder.path().join("9.jpg"), b"nine").unwrap();
    let reader = reader();
    assert_eq!(reader.read(&records[9].image).unwrap(), b"nine");
    assert_eq!(reader.read(&records[8].image).unwrap(), image(8).unwrap());
    assert_eq!(status(reader.read(&records[19].image)), Status::Missing);
}

#[test]
fn the_column_of_the_images_is_found_or_asked_for() {
    let folder = tempfile::tempdir().unwrap();
    let columns = |name: &str, columns: &str| {
        let path = folder.path().join(name);
        let schema = format!("message schema {{ {columns} }}");
        writer(&path, &schema, Compression::SNAPPY).close().unwrap();
        path
    };
    let text = "optional binary name (UTF8); optional int64 age;";
    let photo = columns("one.parquet", &format!("{text} required binary photo;"));
    assert_eq!(open(&photo, None).unwrap().attributes(), ["name", "age"]);
    let (error, _) = refused(&photo, Some("name"));
    assert!(error.contains("`name` holds no bytes"), "{error}");
    assert!(error.contains("`photo`"), "{error}");
    let (error, _) = refused(&photo, Some("phto"));
    assert!(error.contains("no column `phto`"), "{error}");

    let none = columns("none.parquet", text);
    let (error, _) = refused(&none, None);
    assert!(error.contains("no column holds images"), "{error}");
    assert!(error.ends_with("`name`, `age`"), "{error}");

    let two = "required binary front; required binary side;";
    let two = columns("two.parquet", two);
    let (error, hint) = refused(&two, None);
    assert!(error.contains("`front`, `side` may all"), "{error}");
    assert_eq!(hint, "name the image column with `image`");
    assert!(open(&two, Some("side")).is_ok());
    let image = columns("image.pq", "required binary mask; required binary image;");
    assert!(open(&image, None).is_ok());
}

#[test]
fn a_file_without_images_is_a_table_of_paths() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("list.parquet");
    let schema = "message schema { optional binary file (UTF8); optional binary sex (UTF8); }";
    let mut writer = writer(&path, schema, Compression::SNAPPY);
    let mut group = writer.next_row_group().unwrap();
    let values = |values: [&str; 3]| values.map(|value| value.as_bytes().to_vec()).to_vec();
    bytes(&mut group, values(["1.jpg", "a/2.jpg", "3.jpg"]), &[1; 3]);
    bytes(&mut group, values(["f", "NA", "m"]), &[1; 3]);
    group.close().unwrap();
    writer.close().unwrap();
    let found = records(&path);
    let file = |name: &str| Location::File(folder.path().join(name));
    let images: Vec<Location> = found.iter().map(|record| record.image.clone()).collect();
    assert_eq!(images, [file("1.jpg"), file("a/2.jpg"), file("3.jpg")]);
    assert_eq!(found[1].attributes, [MISSING]);
    let layout = Layout {
        label: Some("file".to_owned()),
        image: Some("sex".to_owned()),
        ..Layout::default()
    };
    let dataset = load(&path, &layout).unwrap();
    assert_eq!(dataset.classes.len(), 3);
    assert_eq!(dataset.records[0].image, file("f"));
}

#[test]
fn what_is_no_parquet_file_or_encrypted_is_refused() {
    let (_folder, path) = faces(20, 20, Compression::SNAPPY);
    let whole = fs::read(&path).unwrap();
    fs::write(&path, b"file,label\n").unwrap();
    let (error, hint) = refused(&path, None);
    assert!(error.contains("cannot be read as Parquet"), "{error}");
    assert!(hint.contains("not encrypted"), "{hint}");
    fs::write(&path, &whole[..whole.len() - 4]).unwrap();
    assert!(refused(&path, None).0.contains("Parquet"));
    let footer = whole.len() - 4;
    fs::write(&path, [&whole[..footer], b"PARE"].concat()).unwrap();
    let (error, _) = refused(&path, None);
    assert!(error.contains("encrypt"), "{error}");
}

#[test]
fn a_damaged_page_costs_its_rows_and_no_others() {
    let (_folder, path) = faces(200, 100, Compression::SNAPPY);
    let records = records(&path);
    let mut bytes = fs::read(&path).unwrap();
    bytes[40..80].fill(0xFF);
    fs::write(&path, bytes).unwrap();
    let reader = reader();
    let found = |row: usize| reader.read(&records[row].image);
    let bad = found(3).unwrap_err();
    assert_eq!(bad.status, Status::Unreadable);
    assert!(
        bad.reason.contains("damaged Parquet file"),
        "{}",
        bad.reason
    );
    assert_eq!(found(150).unwrap(), image(150).unwrap());
}

#[test]
fn no_damaged_byte_is_more_than_an_error() {
    let (_folder, path) = faces(6, 3, Compression::UNCOMPRESSED);
    let whole = fs::read(&path).unwrap();
    for at in 0..whole.len() {
        let mut bytes = whole.clone();
        bytes[at] = [0x00, 0x7F, 0xFF][at % 3];
        fs::write(&path, bytes).unwrap();
        let Ok(listed) = open(&path, None) else {
            continue;
        };
        // Either outcome will do; a panic would not.
        let reader = reader();
        listed.map_while(Result::ok).for_each(|record| {
            let _ = reader.read(&record.image);
        });
    }
}

#[test]
fn a_row_that_is_not_there_or_a_column_of_numbers_is_a_bad_image() {
    let (_folder, path) = faces(10, 10, Compression::SNAPPY);
    let location = |column, row| Location::Row {
        table: path.as_path().into(),
        column,
        row,
    };
    let bad = reader().read(&location(0, 10)).unwrap_err();
    assert!(bad.reason.ends_with("there is no row 10"), "{}", bad.reason);
    assert_eq!(status(reader().read(&location(2, 0))), Status::Unreadable);
}

#[test]
fn what_python_wrote_is_read_as_python_shows_it() {
    let path = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../tests/fixtures/pyarrow/faces.parquet"
    );
    let inputs = open(Path::new(path), None).unwrap();
    let names = ["image.path", "gender", "race", "age", "seen", "taken"];
    assert_eq!(inputs.attributes(), names);
    let records: Vec<Record> = inputs.map(Result::unwrap).collect();
    let rows: Vec<String> = records.iter().map(|r| r.attributes.join(" ")).collect();
    let expected = [
        "0.jpg Male Black 31 true 2024-05-01",
        "1.jpg Female White - false 2024-05-02",
        "2.jpg Female Black 4.5 true 2024-05-03",
        "- - - - - 2024-05-04",
        "4.jpg Male White 60 true 2024-05-05",
    ];
    let shown = |row: String| row.replace(MISSING, "-");
    assert_eq!(rows.into_iter().map(shown).collect::<Vec<_>>(), expected);
    let reader = reader();
    let images = records.iter().map(|record| reader.read(&record.image).ok());
    let image = |row: usize| (row != 3).then(|| format!("image {row}").into_bytes());
    assert!(images.eq((0..5).map(image)));
}
