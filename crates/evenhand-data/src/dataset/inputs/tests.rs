use super::*;
use std::fs;

fn folder() -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap();
    fs::create_dir(dir.path().join("deep")).unwrap();
    for name in ["b.jpg", "deep/a.PNG", "text.md", ".hidden.jpg"] {
        fs::write(dir.path().join(name), "").unwrap();
    }
    fs::write(
        dir.path().join("one.csv"),
        "path,age\nb.jpg,31\ngone.jpg,\n",
    )
    .unwrap();
    fs::write(dir.path().join("two.csv"), "sex;file\r\nf;deep/a.PNG\r\n").unwrap();
    dir
}

fn args(dir: &tempfile::TempDir, names: &[&str]) -> Vec<String> {
    names
        .iter()
        .map(|name| dir.path().join(name).to_str().unwrap().to_owned())
        .collect()
}

#[test]
fn everything_that_was_named_is_a_record() {
    let dir = folder();
    let names = ["", "text.md", "gone.jpg", "*.jp*", "one.csv", "two.csv"];
    let inputs = inputs(&args(&dir, &names), None).unwrap();
    assert_eq!(inputs.attributes(), ["age", "sex"]);
    let records: Vec<Record> = inputs.map(|record| record.unwrap()).collect();
    let rows: Vec<_> = records
        .iter()
        .map(|r| {
            let Location::File(file) = &r.image else {
                panic!("{}", r.image);
            };
            let file = file.strip_prefix(dir.path()).unwrap().to_str().unwrap();
            (file, r.attributes[0].as_str(), r.attributes[1].as_str())
        })
        .collect();
    let expected = [
        ("b.jpg", MISSING, MISSING),
        ("deep/a.PNG", MISSING, MISSING),
        ("text.md", MISSING, MISSING),
        ("gone.jpg", MISSING, MISSING),
        ("b.jpg", MISSING, MISSING),
        ("b.jpg", "31", MISSING),
        ("gone.jpg", MISSING, MISSING),
        ("deep/a.PNG", MISSING, "f"),
    ];
    assert_eq!(rows, expected);
    assert_eq!(records[5].path, "b.jpg", "as the CSV has it");
}

#[test]
fn files_that_are_no_images_are_counted_after_the_images_and_in_the_error_of_none() {
    let dir = folder();
    let mut inputs = inputs(&args(&dir, &[""]), None).unwrap();
    assert_eq!(inputs.by_ref().count(), 2);
    let note = "3 files not of an image type left out (2 `.csv`, 1 `.md`)";
    assert!(
        inputs.notes()[0].to_string().ends_with(note),
        "{:?}",
        inputs.notes()
    );
    for image in ["b.jpg", "deep/a.PNG"] {
        fs::remove_file(dir.path().join(image)).unwrap();
    }
    let mut none = super::inputs(&args(&dir, &[""]), None).unwrap();
    let error = none.next().unwrap().unwrap_err().to_string();
    assert!(
        error.contains("there are no images") && error.contains(note),
        "{error}"
    );
}

#[test]
fn an_argument_that_leads_nowhere_is_an_error() {
    let dir = folder();
    for name in ["nowhere", "gone.csv", "*.gif"] {
        let error = inputs(&args(&dir, &[name]), None).err().unwrap();
        assert!(
            matches!(error, DatasetError::NotFound { .. }),
            "{name}: {error}"
        );
    }
    let error = inputs(&args(&dir, &["one.csv"]), Some("photo"))
        .err()
        .unwrap();
    assert!(matches!(error, DatasetError::NoSuchColumn { .. }));
    let empty = tempfile::tempdir().unwrap();
    let mut none = inputs(&args(&empty, &[""]), None).unwrap();
    assert!(matches!(
        none.next(),
        Some(Err(DatasetError::NoRows { .. }))
    ));
    assert!(none.next().is_none());
}

#[test]
fn a_list_that_cannot_be_read_does_not_end_the_stream() {
    let dir = folder();
    fs::write(
        dir.path().join("torn.csv"),
        "file,age\n1.jpg,2\n3.jpg\n4.jpg,5\n",
    )
    .unwrap();
    let items: Vec<bool> = inputs(&args(&dir, &["torn.csv", "b.jpg"]), None)
        .unwrap()
        .map(|item| item.is_ok())
        .collect();
    assert_eq!(items, [false, true]);
}

fn all(args: &[String], options: &ListOptions) -> Vec<(String, PathBuf)> {
    let inputs = inputs_with(args, options).unwrap();
    let records = inputs.map(|record| match record.unwrap() {
        Record {
            path,
            image: Location::File(file),
            ..
        } => (path, file),
        other => panic!("{other:?}"),
    });
    records.collect()
}

#[test]
fn a_list_may_be_lines_of_paths() {
    let dir = folder();
    for (name, text) in [
        ("list.txt", "b.jpg\ndeep/a.PNG\n"),
        ("list.lst", "\u{feff}b.jpg\r\n\r\ndeep/a.PNG\r\n"),
        ("list.csv", "b.jpg\ndeep/a.PNG"),
        ("header.txt", "file\nb.jpg\ndeep/a.PNG\n"),
    ] {
        fs::write(dir.path().join(name), text).unwrap();
        let found = all(&args(&dir, &[name]), &ListOptions::default());
        let expected = ["b.jpg", "deep/a.PNG"];
        let expected = expected.map(|path| (path.to_owned(), dir.path().join(path)));
        assert_eq!(found, expected, "{name}");
    }
    fs::write(dir.path().join("commas.txt"), "a, \"b\"; c.jpg\nb.jpg\n").unwrap();
    let found = all(&args(&dir, &["commas.txt"]), &ListOptions::default());
    assert_eq!(found[0].0, "a, \"b\"; c.jpg");
    assert_eq!(found.len(), 2);
}

#[test]
fn standard_input_is_a_list_relative_to_the_working_directory() {
    let dir = folder();
    let file = dir.path().join("standard-input.txt");
    fs::write(&file, "b.jpg\nx/c.jpg\n").unwrap();
    let options = ListOptions {
        standard_input: Some(file),
        ..ListOptions::default()
    };
    let found = all(&["-".to_owned()], &options);
    assert_eq!(found[1], ("x/c.jpg".to_owned(), PathBuf::from("x/c.jpg")));
    let error = inputs(&["-".to_owned()], None).err().unwrap();
    assert!(matches!(error, DatasetError::NotFound { .. }), "{error}");
}

#[test]
fn files_are_found_below_a_root_and_with_an_ending() {
    let dir = folder();
    let list = "id,Photo\n1,ISIC_01\n2,deep\\ISIC_02.JPG\n3,/abs/x.png\n";
    fs::write(dir.path().join("ids.csv"), list).unwrap();
    for extension in [".jpg", "jpg"] {
        let options = ListOptions {
            image_root: Some("/data".into()),
            image_ext: Some(extension.to_owned()),
            ..ListOptions::default()
        };
        let found = all(&args(&dir, &["ids.csv"]), &options);
        let files: Vec<&str> = found
            .iter()
            .map(|(_, file)| file.to_str().unwrap())
            .collect();
        assert_eq!(
            files,
            ["/data/ISIC_01.jpg", "/data/deep/ISIC_02.JPG", "/abs/x.png"]
        );
        assert_eq!(found[0].0, "ISIC_01", "as the list has it");
    }
}

#[test]
fn an_image_column_of_a_usual_name_needs_no_naming() {
    let dir = folder();
    for name in [
        "image_path",
        "filename",
        "photo",
        "img",
        "Filename",
        "image",
    ] {
        fs::write(dir.path().join("list.csv"), format!("id,{name}\n1,b.jpg\n")).unwrap();
        let found = all(&args(&dir, &["list.csv"]), &ListOptions::default());
        assert_eq!(
            found,
            [("b.jpg".to_owned(), dir.path().join("b.jpg"))],
            "{name}"
        );
    }
    fs::write(dir.path().join("list.csv"), "photo,path\n1.jpg,2.jpg\n").unwrap();
    let found = all(&args(&dir, &["list.csv"]), &ListOptions::default());
    assert_eq!(found[0].0, "2.jpg");
}

/// Label and attributes of the records with labels.
fn labelled(args: &[String], map: &[&str]) -> (Vec<(Option<usize>, String)>, String) {
    let options = ListOptions {
        map: map.iter().map(|text| text.parse().unwrap()).collect(),
        ..ListOptions::default()
    };
    let classes = Classes::new(vec!["0".to_owned(), "1".to_owned()]).unwrap();
    let mut inputs = inputs_with(args, &options)
        .unwrap()
        .labelled(&classes)
        .unwrap();
    let rows = inputs.by_ref().map(|record| {
        let record = record.unwrap();
        (record.label, record.attributes.join(" "))
    });
    let rows = rows.collect();
    let notes: Vec<String> = inputs.notes().iter().map(Message::to_string).collect();
    (rows, notes.join("\n"))
}

#[test]
fn the_column_label_and_class_folders_are_labels() {
    let dir = folder();
    fs::write(
        dir.path().join("list.csv"),
        "path,label,age\n1.jpg,1.0,0-2\n2.jpg,0,03-Sep\n3.jpg,unclear,20-29\n4.jpg,,Oct-19\n",
    )
    .unwrap();
    let (rows, notes) = labelled(&args(&dir, &["list.csv"]), &[]);
    let expected = [
        (Some(1), "1 0-2"),
        (Some(0), "0 3-9"),
        (None, "unclear 20-29"),
        (None, "(missing) 10-19"),
    ];
    assert_eq!(rows, expected.map(|(label, text)| (label, text.to_owned())));
    for said in [
        "age: 2 values that a spreadsheet turned into dates restored (`03-Sep` → `3-9`, `Oct-19` → `10-19`)",
        "label: 1 value taken for the same number written in another way (`1.0` for `1`)",
        "label: `unclear` (1) in 1 row is no class of the classifier (0, 1)",
    ] {
        assert_eq!(notes.matches(said).count(), 1, "{notes}");
    }
    let (rows, notes) = labelled(&args(&dir, &["list.csv"]), &["unclear=1", "age:0-2=baby"]);
    assert_eq!(rows[0].1, "1 baby");
    assert_eq!(rows[2], (Some(1), "1 20-29".to_owned()));
    assert!(
        notes.contains("label: 1 value renamed, as asked (`unclear` → `1`)"),
        "{notes}"
    );

    for name in [
        "set/1/a.jpg",
        "set/0/deep/b.jpg",
        "set/other/c.jpg",
        "set/d.jpg",
    ] {
        let path = dir.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, "").unwrap();
    }
    let (rows, _) = labelled(&args(&dir, &["set"]), &[]);
    let labels: Vec<Option<usize>> = rows.iter().map(|(label, _)| *label).collect();
    assert_eq!(labels, [Some(0), Some(1), None, None]);
}

#[test]
fn new_names_for_a_column_that_is_not_there_are_an_error() {
    let dir = folder();
    let options = ListOptions {
        map: vec!["gendre:f=F".parse().unwrap()],
        ..ListOptions::default()
    };
    let classes = Classes::new(vec!["a".to_owned(), "b".to_owned()]).unwrap();
    let inputs = inputs_with(&args(&dir, &["two.csv"]), &options).unwrap();
    let error = inputs.labelled(&classes).err().unwrap();
    assert!(error.to_string().contains("no column `gendre`"), "{error}");
}
