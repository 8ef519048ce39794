//! Tables that have one mistake each, and none.

use super::super::codebook::CodebookConfig;
use super::super::profile::tests::table;
use super::super::selection::Selection;
use super::super::settings::Settings;
use super::*;

const ROWS: u64 = 400;

/// A fixed number below another that looks drawn.
fn drawn(row: u64, seed: u64, below: u64) -> u64 {
    let mixed = (row + 1 + seed * 1_000_003).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    ((mixed ^ (mixed >> 29)).wrapping_mul(0xbf58_476d_1ce4_e5b9) >> 33) % below
}

fn column(value: impl Fn(u64) -> String) -> String {
    (0..ROWS).map(value).collect::<Vec<_>>().join(" ")
}

fn label(row: u64) -> u64 {
    drawn(row, 1, 2)
}

/// Findings of a sound table with one more column.
fn found_with(name: &str, values: &str, roles: Roles, settings: &str) -> Vec<ColumnFinding> {
    let sound = [
        (
            "care",
            column(|row| ["no", "yes"][label(row) as usize].into()),
        ),
        ("age", column(|row| (18 + drawn(row, 2, 70)).to_string())),
        (
            "race",
            column(|row| ["a", "b", "c"][drawn(row, 3, 3) as usize].into()),
        ),
        (
            "gains",
            column(|row| {
                [0, drawn(row, 4, 5_000)][usize::from(drawn(row, 5, 10) == 0)].to_string()
            }),
        ),
    ];
    let mut columns: Vec<(&str, &str)> = sound
        .iter()
        .map(|(name, values)| (*name, values.as_str()))
        .collect();
    columns.push((name, values));
    let table = table(&columns);
    let config = CodebookConfig {
        roles: Roles {
            label: Some("care".into()),
            ..roles
        },
        settings: Settings::parse("columns.toml", settings).unwrap(),
        ..CodebookConfig::default()
    };
    let codebook = Codebook::of(&table, &config).unwrap();
    let spec = FeatureSpec::of(&codebook, &Selection::default()).unwrap();
    findings(&table, &codebook, &config.roles, &spec).unwrap()
}

fn kinds(name: &str, values: &str) -> Vec<ColumnFindingKind> {
    let found = found_with(name, values, Roles::default(), "");
    found.iter().map(|finding| finding.kind).collect()
}

#[test]
fn each_mistake_is_found_and_nothing_else() {
    use ColumnFindingKind as Kind;
    let weight = |row| format!("{:.3}", 0.2 + drawn(row, 6, 3_000) as f64 / 1_000.0);
    let income = |row| 1_000 * (20 + drawn(row, 7, 60));
    let cases = [
        (
            "x",
            column(|row| drawn(row, 8, 5).to_string()),
            vec![Kind::UnsureKind],
        ),
        ("x", column(|row| income(row).to_string()), vec![]),
        (
            "x",
            column(|row| [income(row), 0][usize::from(drawn(row, 9, 8) == 0)].to_string()),
            vec![Kind::GapsAsZeros],
        ),
        (
            "x",
            column(|row| {
                ["999".into(), drawn(row, 10, 90).to_string()][usize::from(drawn(row, 9, 9) > 0)]
                    .clone()
            }),
            vec![Kind::SuspectedGapCode],
        ),
        (
            "x",
            column(|row| {
                ["-9".into(), drawn(row, 10, 90).to_string()][usize::from(drawn(row, 9, 9) > 0)]
                    .clone()
            }),
            vec![Kind::SuspectedGapCode],
        ),
        (
            "x",
            column(|row| {
                ["N".into(), drawn(row, 10, 90).to_string()][usize::from(drawn(row, 9, 9) > 0)]
                    .clone()
            }),
            vec![Kind::FoundGapCodes],
        ),
        ("survey_weight", column(weight), vec![Kind::WeightFeature]),
        (
            "body_weight",
            column(|row| (50 + drawn(row, 6, 50)).to_string()),
            vec![],
        ),
        (
            "x",
            column(|row| ["p", "q"][label(row) as usize].into()),
            vec![Kind::Leak],
        ),
        (
            "x",
            column(|row| (100 * label(row) + drawn(row, 11, 100)).to_string()),
            vec![Kind::Leak],
        ),
        (
            "x",
            column(|row| (80 * label(row) + drawn(row, 11, 100)).to_string()),
            vec![],
        ),
        // Nearly all rows have a gap: the few others tell nothing.
        (
            "x",
            column(|row| {
                let few = row.is_multiple_of(33);
                if few {
                    (200 * label(row) + row).to_string()
                } else {
                    "_".into()
                }
            }),
            vec![],
        ),
        (
            "x",
            column(|row| ["x", "y", "z"][drawn(row, 3, 3) as usize].into()),
            vec![Kind::CopiedColumn],
        ),
        (
            "x",
            column(|row| format!("p{}", row / 40)),
            vec![Kind::OrderedRows],
        ),
        ("x", column(|row| format!("p{row}")), vec![]),
    ];
    for (name, values, expected) in cases {
        assert_eq!(kinds(name, &values), expected, "{name}: {}", &values[..60]);
    }
}

#[test]
fn a_constant_of_places_is_found_and_is_none_of_the_features_where_the_place_is_named() {
    let density = column(|row| format!("{}.5", drawn(row / 20, 12, 9_000)));
    let place = column(|row| format!("p{}", row / 20));
    let both = table(&[("county", &place), ("density", &density)]);
    let found = |roles: Roles| {
        let config = CodebookConfig {
            roles,
            ..CodebookConfig::default()
        };
        let codebook = Codebook::of(&both, &config).unwrap();
        let spec = FeatureSpec::of(&codebook, &Selection::default());
        let found = spec.map(|spec| findings(&both, &codebook, &config.roles, &spec).unwrap());
        (codebook.column("density").unwrap().kind.name(), found)
    };
    let (kind, warned) = found(Roles::default());
    let warned: Vec<String> = warned
        .unwrap()
        .iter()
        .map(|finding| finding.text.to_string())
        .collect();
    assert_eq!(kind, "number");
    assert!(
        warned[0].starts_with("rows are in order of `county` (runs of 20 rows"),
        "{warned:?}"
    );
    assert!(
        warned[1].starts_with("`density` has one value within each value of `county`"),
        "{warned:?}"
    );
    let (kind, left) = found(Roles {
        source: Some("county".into()),
        ..Roles::default()
    });
    assert_eq!(kind, "constant-within");
    assert!(
        left.unwrap_err()
            .to_string()
            .contains("`density` (constant within source: ")
    );
}

#[test]
fn kinds_that_settings_give_against_the_values_are_told() {
    let settings = |kind: &str| format!("[column.x]\nkind = \"{kind}\"\n");
    let codes = column(|row| format!("0{}", 1_000 + drawn(row, 13, 30)));
    let found = found_with("x", &codes, Roles::default(), &settings("number"));
    assert_eq!(found.len(), 1);
    assert_eq!(
        found[0].text.to_string(),
        "`x` is a number as its settings say; from its values it would be code: 30 different numbers from 1000 to 1029, \
         with leading zeros: sums and distances of labels mean nothing"
    );
    assert!(found_with("x", &codes, Roles::default(), &settings("code")).is_empty());
    let names = column(|row| format!("p{row}"));
    let found = found_with("x", &names, Roles::default(), &settings("category"));
    assert_eq!(found[0].kind, ColumnFindingKind::IdentifierFeature);
}

#[test]
fn rows_in_order_of_the_label_are_a_warning_and_a_weight_with_its_role_is_none() {
    let sorted = column(|row| ["no", "yes"][usize::from(row > 150)].into());
    let weight = column(|row| format!("{:.3}", 0.2 + drawn(row, 6, 3_000) as f64 / 1_000.0));
    let table = table(&[
        ("care", &sorted),
        ("weight", &weight),
        ("age", &column(|row| drawn(row, 2, 70).to_string())),
    ]);
    let config = CodebookConfig {
        roles: Roles {
            label: Some("care".into()),
            weights: Some("weight".into()),
            ..Roles::default()
        },
        ..CodebookConfig::default()
    };
    let codebook = Codebook::of(&table, &config).unwrap();
    let spec = FeatureSpec::of(&codebook, &Selection::default()).unwrap();
    let found = findings(&table, &codebook, &config.roles, &spec).unwrap();
    let found: Vec<_> = found
        .iter()
        .map(|finding| (finding.kind, finding.severity))
        .collect();
    assert_eq!(found, [(ColumnFindingKind::OrderedRows, Severity::Warning)]);
}
