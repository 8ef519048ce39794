use super::*;
use std::path::Path;

fn config(codes: &Path) -> Config {
    Config {
        codes: codes.to_owned(),
        columns: CodeColumns::default(),
        scale: ScaleChoice::Nominal,
        by: Vec::new(),
        certain: 0.9,
        resampling: resampling(&AuditParams::default()).unwrap(),
        outputs: Outputs::default(),
    }
}

/// What is printed of a file of codes.
fn printed(text: &str, change: impl Fn(&mut Config)) -> Result<String, String> {
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), text).unwrap();
    let mut config = config(file.path());
    change(&mut config);
    let (mut out, mut notes) = (Vec::new(), Vec::new());
    run(&config, &mut out, &mut notes).map_err(|failure| failure.to_string())?;
    Ok(String::from_utf8(out).unwrap())
}

fn holds(text: &str, words: &[&str]) {
    for word in words {
        assert!(text.contains(word), "no `{word}` in: {text}");
    }
}

#[test]
fn what_codes_cannot_say_is_said_with_the_reason() {
    let wide = "item,coder_a,coder_b,coder_c\n1,F,F,\n2,F,M,\n3,M,,\n4,,,\n";
    let text = printed(wide, |_| {}).unwrap();
    holds(
        &text,
        &[
            "4 items, 2 coders, 5 codes",
            "`coder_c` coded nothing and takes no part",
            "1 item coded once",
            "1 item coded by nobody",
            "fewer than 10 items",
            "1 tie, and",
        ],
    );
    let one_class = "item,coder_a,coder_b\n1,F,F\n2,F,F\n";
    holds(
        &printed(one_class, |_| {}).unwrap(),
        &["every code is `F`", "- only one label is used"],
    );
    let one_coder = "item,label\n1,F\n2,M\n";
    holds(
        &printed(one_coder, |_| {}).unwrap(),
        &[
            "- no item is coded by two",
            "no estimate by Dawid and Skene",
        ],
    );
    let spelt = "item,coder_a,coder_b\n1,F,f\n2,F,F\n";
    holds(&printed(spelt, |_| {}).unwrap(), &["spellings of one"]);
    let drawn = "item,inclusion_probability,coder_a\n1,0.5,F\n2,0.1,M\n";
    holds(&printed(drawn, |_| {}).unwrap(), &["unequal probabilities"]);
}

#[test]
fn a_scale_needs_what_it_measures_by() {
    let words = "item,coder_a,coder_b\n1,low,low\n2,high,low\n";
    let scale = |scale| move |config: &mut Config| config.scale = scale;
    let error = printed(words, scale(ScaleChoice::Ordinal)).unwrap_err();
    holds(&error, &["high, low have no known order", "--order"]);
    let error = printed(words, scale(ScaleChoice::Interval)).unwrap_err();
    holds(&error, &["not all numbers", "--scale"]);
    let ordered = |config: &mut Config| {
        config.scale = ScaleChoice::Ordinal;
        config.columns.order = ["low", "middle", "high"].map(String::from).to_vec();
    };
    holds(
        &printed(words, ordered).unwrap(),
        &["alpha, ordinal", "Labels: low, middle, high"],
    );
    let numbers = "item,coder_a,coder_b\n1,1,2\n2,10,10\n";
    holds(
        &printed(numbers, scale(ScaleChoice::Ordinal)).unwrap(),
        &["Labels: 1, 2, 10"],
    );
}

#[test]
fn a_group_that_is_no_column_is_answered_with_those_there_are() {
    let error = printed("item,race,coder_a\n1,x,F\n", |config| {
        config.by = groups::parse("rcae").unwrap();
    });
    holds(&error.unwrap_err(), &["rcae", "race"]);
}

#[test]
fn the_codes_are_never_replaced() {
    let folder = tempfile::tempdir().unwrap();
    let codes = folder.path().join("consensus.csv");
    std::fs::write(&codes, "item,coder_a\n1,F\n").unwrap();
    let mut config = config(&codes);
    config.outputs.folder = Some(folder.path().to_owned());
    let error = run(&config, &mut Vec::new(), &mut Vec::new()).unwrap_err();
    holds(&error.to_string(), &["is read, and would be replaced"]);
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
}

#[test]
fn the_folder_holds_a_verdict_for_every_item_and_the_doubtful_ones_once_more() {
    let folder = tempfile::tempdir().unwrap();
    let codes = folder.path().join("codes.csv");
    let text = "path,race,codes,coder_a,coder_b,coder_c\n1.jpg,x,k,F,F,M\n2.jpg,y,k,M,F,\n3.jpg,,k,M,M,M\n4.jpg,x,k,,,\n";
    std::fs::write(&codes, text).unwrap();
    let mut config = config(&codes);
    config.certain = 0.0;
    config.outputs.folder = Some(folder.path().join("out"));
    run(&config, &mut Vec::new(), &mut Vec::new()).unwrap();
    let read = |name: &str| std::fs::read_to_string(folder.path().join("out").join(name)).unwrap();
    let consensus = read("consensus.csv");
    let header = "path,majority,share,codes,agreement,dawid_skene,posterior_F,posterior_M,adjudicate,reason,race,data_codes";
    assert_eq!(consensus.lines().next(), Some(header));
    assert_eq!(consensus.lines().count(), 5);
    holds(
        &consensus,
        &[
            "1.jpg,F,0.6666666666666666,3,split,",
            "4.jpg,,,0,uncoded,,,,no,,x,k",
        ],
    );
    let adjudicate = read("adjudicate.csv");
    assert_eq!(adjudicate.lines().count(), 2);
    holds(&adjudicate, &["2.jpg,,tie,coder_a: M; coder_b: F,"]);
    let json: serde_json::Value = serde_json::from_str(&read("agreement.json")).unwrap();
    assert_eq!(json["adjudicate"][0]["item"], "2.jpg");
    assert_eq!(json["per_coder"]["coder_c"]["against_others"]["F"]["M"], 1);
    assert!(json["overall"]["krippendorff_alpha"].is_number());
    assert_eq!(
        json["overall"]["not_estimable"]["krippendorff_alpha_low"],
        "fewer than 10 items"
    );
    holds(
        &read("agreement.csv"),
        &["overall,,cohen_kappa,coder_a coder_b,"],
    );
    assert_eq!(read("confusion.csv").lines().count(), 1 + 3 * 4);
}
