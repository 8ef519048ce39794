//! Columns of public data, where `EVENHAND_CENSUS` names the folder of the census tables.

use super::*;
use crate::frame::Values;
use evenhand_table::{ReadOptions, Table};
use std::path::PathBuf;

/// A table of the folder; `None`, and a line that says so, without one.
fn census(name: &str) -> Option<Table> {
    match std::env::var_os("EVENHAND_CENSUS") {
        Some(folder) => {
            Some(Table::read(&PathBuf::from(folder).join(name), &ReadOptions::default()).unwrap())
        }
        None => {
            eprintln!("left out: EVENHAND_CENSUS names no folder of census tables");
            None
        }
    }
}

fn config(gaps: &str, label: &str) -> CodebookConfig {
    CodebookConfig {
        gaps: gaps.parse().unwrap(),
        roles: Roles {
            label: Some(label.into()),
            ..Roles::default()
        },
        ..CodebookConfig::default()
    }
}

/// The columns of each finding by its kind.
fn found(table: &Table, config: &CodebookConfig) -> Vec<(&'static str, String)> {
    let codebook = Codebook::of(table, config).unwrap();
    let spec = FeatureSpec::of(&codebook, &Selection::default()).unwrap();
    let found = findings(table, &codebook, &config.roles, &spec).unwrap();
    let found = found
        .iter()
        .map(|finding| (finding.kind.name(), finding.columns.join(" ")));
    found.collect()
}

/// A column's name, and its value of a row.
type Column<'a> = (&'a str, &'a dyn Fn(usize) -> Option<String>);

/// The same columns with other values of some.
fn with(table: &Table, changed: &[Column]) -> Table {
    let columns = table.columns().iter().enumerate().map(|(at, name)| {
        let text = table.text(at);
        let change = changed.iter().find(|(column, _)| column == name);
        let value = |row| match change {
            Some((_, value)) => value(row),
            None => text.get(row).map(str::to_owned),
        };
        (name.clone(), (0..table.rows()).map(value).collect())
    });
    Table::from_columns(columns.collect()).unwrap()
}

#[test]
fn adult_has_few_findings_and_its_test_file_is_read_by_the_training_s_features() {
    let (Some(train), Some(test)) = (census("adult.data"), census("adult.test")) else {
        return;
    };
    let config = config("?", "income");
    assert_eq!(
        found(&train, &config),
        [
            ("weight-feature", "fnlwgt".to_owned()),
            ("suspected-gap-code", "capital-gain".to_owned()),
            ("copied-column", "education education-num".to_owned()),
        ]
    );
    let codebook = Codebook::of(&train, &config).unwrap();
    let spec = FeatureSpec::of(&codebook, &"all,!fnlwgt".parse().unwrap()).unwrap();
    let label = LabelSpec::of(&train, "income", None, &["?"]).unwrap();
    assert_eq!(label.classes, ["<=50K", ">50K"]);
    let (frame, problems) = spec.frame(&test).unwrap();
    assert_eq!((frame.rows(), frame.columns().len()), (16_281, 13));
    assert!(problems.is_empty(), "{problems:?}");
    let (labels, problems) = label.labels(&test).unwrap();
    assert!(problems.is_empty());
    assert_eq!(
        labels.iter().filter(|label| **label == Some(1)).count(),
        3_846
    );
}

#[test]
fn a_survey_of_persons_is_taken_for_what_its_dictionary_says() {
    let Some(table) = census("nist_acs_national2018.csv") else {
        return;
    };
    let config = config("N", "OWN_RENT");
    let codebook = Codebook::of(&table, &config).unwrap();
    let of = |kind| {
        let columns = codebook.columns.iter().filter(|column| column.kind == kind);
        columns
            .map(|column| column.name.as_str())
            .collect::<Vec<_>>()
            .join(" ")
    };
    assert_eq!(
        of(Kind::Number),
        "AGEP NOC NPF DENSITY PINCP PINCP_DECILE POVPIP PWGTP WGTP"
    );
    assert_eq!(
        of(Kind::Code),
        "PUMA SEX MSP HISP RAC1P HOUSING_TYPE OWN_RENT INDP INDP_CAT EDU DVET DREM DPHY DEYE DEAR"
    );
    assert_eq!(
        found(&table, &config),
        [
            ("weight-feature", "PWGTP".to_owned()),
            ("weight-feature", "WGTP".to_owned()),
            ("ordered-rows", "PUMA".to_owned()),
            ("constant-of-place", "DENSITY".to_owned()),
            ("unsure-kind", "MSP HISP RAC1P NOC NPF EDU DVET".to_owned()),
        ]
    );
}

#[test]
fn codes_of_industries_look_like_labels_whatever_their_column_is_called() {
    let Some(table) = census("nist_acs_tx2018.csv") else {
        return;
    };
    let text = table.text(table.column("INDP").unwrap());
    let values = text.iter().map(|value| value.map(str::to_owned)).collect();
    let table = Table::from_columns(vec![("work".to_owned(), values)]).unwrap();
    let config = CodebookConfig {
        gaps: "N".parse().unwrap(),
        ..CodebookConfig::default()
    };
    assert_eq!(
        Codebook::of(&table, &config).unwrap().columns[0].kind,
        Kind::Code
    );
}

#[test]
fn counties_are_numbers_in_order_of_states() {
    for (name, id) in [
        ("acs2015_county_data.csv", "CensusId"),
        ("acs2017_county_data.csv", "CountyId"),
    ] {
        let Some(table) = census(name) else { return };
        let codebook = Codebook::of(&table, &CodebookConfig::default()).unwrap();
        let kind = |name| codebook.column(name).unwrap().kind;
        assert_eq!(
            (kind(id), kind("County"), kind("State")),
            (Kind::Identifier, Kind::Text, Kind::Category)
        );
        let numbers = codebook
            .columns
            .iter()
            .filter(|column| column.kind == Kind::Number);
        assert_eq!(numbers.count(), 34);
        let none = CodebookConfig::default();
        assert_eq!(found(&table, &none), [("ordered-rows", "State".to_owned())]);
    }
}

#[test]
fn the_mistakes_of_the_alliance_are_each_found_in_a_survey_that_has_them() {
    let Some(table) = census("nist_acs_ma2018.csv") else {
        return;
    };
    let text = |name| table.text(table.column(name).unwrap());
    let income = text("PINCP");
    // A tenth of the ages filled with 0, the label's copy, and an identifier that settings make a category.
    let filled = |row: usize| {
        Some(if row.is_multiple_of(10) {
            "0".to_owned()
        } else {
            (20 + row * 7 % 60).to_string()
        })
    };
    let rich = |row: usize| {
        let income: f64 = income.get(row)?.parse().ok()?;
        Some(if income > 40_000.0 { "yes" } else { "no" }.to_owned())
    };
    let rows = |row: usize| Some(format!("p{row}"));
    let table = with(
        &table,
        &[("AGEP", &filled), ("DEYE", &rich), ("DEAR", &rows)],
    );
    let settings = "[column.DEAR]\nkind = \"category\"\n[column.INDP]\nkind = \"number\"\n";
    let config = CodebookConfig {
        settings: Settings::parse("columns.toml", settings).unwrap(),
        ..config("N", "DEYE")
    };
    assert_eq!(
        found(&table, &config),
        [
            ("leak", "PINCP".to_owned()),
            ("gaps-as-zeros", "AGEP".to_owned()),
            ("gaps-as-zeros", "WGTP".to_owned()),
            ("code-as-number", "INDP".to_owned()),
            ("identifier-feature", "DEAR".to_owned()),
            ("weight-feature", "PWGTP".to_owned()),
            ("weight-feature", "WGTP".to_owned()),
            ("constant-of-place", "DENSITY".to_owned()),
            (
                "unsure-kind",
                "MSP HISP RAC1P NOC NPF OWN_RENT EDU DVET".to_owned()
            ),
        ]
    );
}

#[test]
fn a_frame_of_another_year_tells_levels_that_are_new() {
    let (Some(old), Some(new)) = (census("nist_acs_tx2018.csv"), census("nist_acs_tx2019.csv"))
    else {
        return;
    };
    let codebook = Codebook::of(&old, &config("N", "OWN_RENT")).unwrap();
    let spec = FeatureSpec::of(&codebook, &Selection::default()).unwrap();
    let (frame, problems) = spec.frame(&new).unwrap();
    let unseen = problems
        .iter()
        .all(|problem| problem.problem == Problem::UnseenLevel);
    assert!(unseen && !problems.is_empty());
    let names: Vec<String> = frame
        .columns()
        .iter()
        .map(|column| column.name.clone())
        .collect();
    assert!(names.contains(&"PINCP: N".to_owned()) && !names.contains(&"SEX: N".to_owned()));
    let gaps = frame
        .columns()
        .iter()
        .find(|column| column.name == "PINCP: N")
        .unwrap();
    let Values::Numbers(gaps) = &gaps.values else {
        panic!("numbers")
    };
    assert_eq!(gaps.iter().sum::<f32>(), 1_682.0);
}
