use super::*;
use crate::codes::CodeColumns;
use crate::testing::{Folder, lines};
use evenhand_stats::groups;
use evenhand_stats::poststratify::Method;
use evenhand_table::ReadOptions;

const CENSUS: &str =
    "born,gender,region,n\n1,F,a,100\n1,F,b,50\n1,M,a,150\n2,F,a,200\n2,M,a,\"500\"\n";

const ROWS: &str = "id,label,born,gender\n1,yes,1.0,F\n2,no,1,F\n3,yes,1,M\n4,no,1,M\n5,no,1,M\n6,yes,2,F\n7,no,2,F\n\
                    8,,2,F\n9,yes,,F\n";

fn of(
    rows: &str,
    census: &str,
    options: &PoststratifyOptions,
) -> Result<PoststratifyResult, String> {
    let folder = Folder::new();
    let read = ReadOptions::default();
    let (rows, census) = (
        folder.write("rows.csv", rows),
        folder.write("census.csv", census),
    );
    let label = options.label.as_deref();
    open(
        (&rows, &census),
        &CodeColumns::default(),
        label,
        None,
        &read,
    )
    .and_then(|(coded, census)| poststratify(&coded, &census, options))
    .map_err(|error| folder.told(error))
}

fn options(groups: &str) -> PoststratifyOptions {
    PoststratifyOptions {
        class: Some("yes".to_owned()),
        groups: groups::parse(groups).unwrap(),
        ..PoststratifyOptions::default()
    }
}

#[test]
fn rows_find_their_cells() {
    let result = of(ROWS, CENSUS, &options("born,gender")).unwrap();
    let cells = &result.shares.cells;
    assert_eq!(cells.names, ["1*F", "1*M", "2*F", "2*M"]);
    assert_eq!(cells.counts, [150.0, 150.0, 200.0, 500.0]);
    assert_eq!(cells.rows, [2, 3, 2, 0]);
    assert_eq!(cells.groupings[1].of, [0, 1, 0, 1]);
    let target = &result.shares.targets[0];
    assert_eq!((target.class.as_str(), target.overall.hits), ("yes", 3));
    // (150 · 1/2 + 150 · 1/3) / 300
    let share = target.by[0][0].share(Method::Plain).unwrap();
    assert!((share.value - 125.0 / 300.0).abs() < 1e-12, "{share:?}");
    assert!(lines(&result.notes).contains("5 rows are added up to 4 cells of born, gender"));
    let told = lines(&result.warnings());
    for part in [
        "1 row left out: no label",
        "1 row left out: no value of `born`",
        "1 of 4 cells in the census, with 50.0% of the population, have no row (2*M)",
    ] {
        assert!(told.contains(part), "{told}");
    }
    assert_eq!(result.to_json()["left_out"]["born"], 1);
}

#[test]
fn a_column_of_answers_is_not_taken_for_one_of_several_coders() {
    let rows = "id,works,rents,born\n1,yes,no,1\n2,no,no,1\n3,yes,yes,2\n4,yes,yes,2\n";
    for (label, hits) in [("works", 3), ("rents", 2)] {
        let options = PoststratifyOptions {
            label: Some(label.to_owned()),
            ..options("born")
        };
        let found = of(rows, CENSUS, &options).unwrap();
        assert_eq!(found.shares.targets[0].overall.hits, hits, "{label}");
    }
}

#[test]
fn crossed_columns_are_a_grouping_and_every_label_a_class() {
    let all = PoststratifyOptions {
        class: None,
        ..options("born,born*gender")
    };
    let result = of(ROWS, CENSUS, &all).unwrap();
    assert_eq!(
        result.shares.cells.groupings[1].groups,
        ["1*F", "1*M", "2*F", "2*M"]
    );
    let classes = result.shares.targets.iter();
    let classes: Vec<&str> = classes.map(|target| target.class.as_str()).collect();
    assert_eq!(classes, ["no", "yes"]);
}

#[test]
fn tables_that_do_not_fit_say_what_to_change() {
    let census = CENSUS.replace("2,F,a,200\n", "");
    for (rows, census, groups, class, told) in [
        (
            ROWS,
            census.as_str(),
            "born,gender",
            "yes",
            "rows.csv: 2 rows are in no cell of census.csv; born*gender: `2*F` (2)",
        ),
        (
            ROWS,
            CENSUS,
            "born,sex",
            "yes",
            "census.csv: no column `sex`",
        ),
        (
            ROWS,
            CENSUS,
            "region",
            "yes",
            "rows.csv: no column `region`",
        ),
        (
            ROWS,
            CENSUS,
            "born",
            "maybe",
            "no label is `maybe`; the labels are `no`, `yes`",
        ),
        (ROWS, CENSUS, "", "yes", "name the columns of the census"),
        (
            ROWS,
            "born,n\n1,many\n",
            "born",
            "yes",
            "census.csv:2: `n` is `many`, not a number from 0",
        ),
        (
            ROWS,
            "born,n\n1,0\n2,0\n",
            "born",
            "yes",
            "census.csv: all counts are 0",
        ),
        (
            ROWS,
            "born,people\n1,5\n",
            "born",
            "yes",
            "no column of counts; the columns are born, people",
        ),
    ] {
        let options = PoststratifyOptions {
            class: Some(class.to_owned()),
            ..options(groups)
        };
        let error = of(rows, census, &options).unwrap_err();
        assert!(error.contains(told), "{error}, not {told}");
    }
}
