//! Rows to features.

use super::super::codebook::CodebookConfig;
use super::super::profile::tests::table;
use super::super::settings::Settings;
use super::*;

const SETTINGS: &str = "[column.health]\nkind = \"ordered\"\nlevels = [\"bad\", \"fair\", \"good\"]\n\
                        [column.income]\nkind = \"number\"\n";

fn spec() -> FeatureSpec {
    let table = table(&[
        ("income", "1.5 N _ 2 1.5 -9"),
        ("race", "b N a b _ b"),
        ("health", "good bad N fair bad good"),
        ("works", "yes no yes no yes _"),
    ]);
    let config = CodebookConfig {
        gaps: "N,-9,iap".parse().unwrap(),
        settings: Settings::parse("", SETTINGS).unwrap(),
        ..CodebookConfig::default()
    };
    let codebook = Codebook::of(&table, &config).unwrap();
    FeatureSpec::of(&codebook, &Selection::default()).unwrap()
}

fn numbers(frame: &Frame, name: &str) -> Vec<String> {
    let column = frame
        .columns()
        .iter()
        .find(|column| column.name == name)
        .unwrap();
    match &column.values {
        Values::Numbers(values) => values.iter().map(ToString::to_string).collect(),
        Values::Levels { codes, levels } => codes
            .iter()
            .map(|&code| levels.get(code as usize).cloned().unwrap_or_default())
            .collect(),
    }
}

#[test]
fn rows_become_numbers_ranks_and_levels_with_gap_codes_apart() {
    let spec = spec();
    // In another order, with a further column.
    let new = table(&[
        ("works", "no yes _"),
        ("other", "x y z"),
        ("race", "N a b"),
        ("health", "fair N good"),
        ("income", "-9.0 N 7"),
    ]);
    let (frame, problems) = spec.frame(&new).unwrap();
    assert!(problems.is_empty(), "{problems:?}");
    let names: Vec<_> = frame
        .columns()
        .iter()
        .map(|column| (column.name.clone(), column.source.clone()))
        .collect();
    assert_eq!(names, spec.columns());
    let of = |name| numbers(&frame, name);
    assert_eq!(of("income"), ["NaN", "NaN", "7"]);
    assert_eq!(of("income: N"), ["0", "1", "0"]);
    assert_eq!(of("income: -9"), ["1", "0", "0"]);
    assert_eq!(of("race"), ["N", "a", "b"]);
    assert_eq!(of("health"), ["1", "NaN", "2"]);
    assert_eq!(of("health: N"), ["0", "1", "0"]);
    assert_eq!(of("works"), ["0", "1", "NaN"]);
}

#[test]
fn absent_columns_are_gaps_in_all_rows_of_tables_that_have_them_too() {
    let (whole, mut spec) = (spec(), spec());
    let columns = ["works", "race"].map(str::to_owned);
    assert_eq!(spec.missing(&columns), ["income", "health"]);
    spec.absent = vec!["income".into(), "health".into(), "race".into()];
    assert!(spec.missing(&columns).is_empty());
    let new = table(&[("works", "no yes _"), ("race", "N a b")]);
    assert!(whole.frame(&new).is_err());
    let (frame, problems) = spec.frame(&new).unwrap();
    assert!(problems.is_empty(), "{problems:?}");
    let of = |name| numbers(&frame, name);
    assert_eq!(of("income"), ["NaN"; 3]);
    assert_eq!(of("income: N"), ["0"; 3]);
    assert_eq!(of("health"), ["NaN"; 3]);
    assert_eq!(of("race"), [""; 3]);
    assert_eq!(of("works"), ["0", "1", "NaN"]);
    let names = frame.columns().iter().map(|column| column.name.clone());
    let expected = whole.columns().into_iter().map(|(name, _)| name);
    assert!(names.eq(expected), "the source's model takes the frame");
    // Older files have no such list.
    let stored = serde_json::to_value(&whole).unwrap();
    assert!(stored.get("absent").is_none());
    assert_eq!(
        serde_json::from_value::<FeatureSpec>(stored).unwrap(),
        whole
    );
}

#[test]
fn values_that_the_training_did_not_have_are_told_by_row() {
    let new = table(&[
        ("income", "1e300 much iap"),
        ("race", "c iap b"),
        ("health", "great good iap"),
        ("works", "yes yes maybe"),
    ]);
    let (frame, problems) = spec().frame(&new).unwrap();
    let told: Vec<_> = problems
        .iter()
        .map(|problem| (problem.row, problem.column.as_str(), problem.problem))
        .collect();
    assert_eq!(
        told,
        [
            (0, "income", Problem::TooLarge),
            (0, "race", Problem::UnseenLevel),
            (0, "health", Problem::UnseenLevel),
            (1, "income", Problem::NotNumber),
            (1, "race", Problem::UnseenGap),
            (2, "income", Problem::UnseenGap),
            (2, "health", Problem::UnseenGap),
            (2, "works", Problem::UnseenLevel),
        ]
    );
    assert_eq!(
        problems[1].to_string(),
        "`race` is `c`, a level that the training rows do not have; allowed: `b`, `a`, the gap code `N`, or an empty value"
    );
    assert_eq!(
        problems[3].to_string(),
        "`income` is `much`, which is not a number; allowed: a number, one of the gap codes `N`, `-9`, or an empty value"
    );
    assert_eq!(numbers(&frame, "race"), ["", "", "b"]);
    assert_eq!(numbers(&frame, "income"), ["NaN", "NaN", "NaN"]);
}

#[test]
fn columns_that_are_missing_are_named_all_at_once() {
    let error = spec()
        .frame(&table(&[("race", "a"), ("works", "yes")]))
        .unwrap_err();
    assert_eq!(
        error.to_string(),
        "no column `income`, `health`, which the classifier was trained with; the columns are: race, works"
    );
}

#[test]
fn levels_that_a_program_wrote_in_another_way_are_known() {
    let codes = table(&[("code", "1 2 1 3 2 1")]);
    let config = CodebookConfig::default();
    let codebook = Codebook::of(&codes, &config).unwrap();
    let spec = FeatureSpec::of(&codebook, &Selection::default()).unwrap();
    let (frame, problems) = spec.frame(&table(&[("code", "2.0 1.0 4")])).unwrap();
    assert_eq!(numbers(&frame, "code"), ["2", "1", ""]);
    assert_eq!(problems.len(), 1);
}

#[test]
fn a_spec_is_read_back() {
    let text = serde_json::to_string(&spec()).unwrap();
    assert_eq!(serde_json::from_str::<FeatureSpec>(&text).unwrap(), spec());
}
