//! What a table has that the training did not, and the other way round.

use super::features::{Feature, FeatureSpec};
use super::kind::Kind;
use super::levels::Levels;
use super::profile::{GapCount, LevelCount, Profile, Value};
use super::roles::Roles;
use evenhand_stats::text::{counted, listed};
use evenhand_table::Table;
use serde::{Deserialize, Serialize};
use std::fmt;

/// Levels that a sentence names.
const SHOWN: usize = 8;

/// A column that differs between the training and a table.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Difference {
    pub column: String,
    #[serde(flatten)]
    pub change: Change,
}

/// How a column differs.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "change", rename_all = "kebab-case")]
pub enum Change {
    /// The training table does not have it.
    New,
    /// The table does not have it, and it is a feature.
    Gone,
    /// Levels, gap codes among them, that the training rows do not have.
    UnseenLevels { levels: Vec<LevelCount> },
    /// Levels of the training that no row of the table has.
    AbsentLevels { levels: Vec<String> },
    /// Texts in a column of numbers.
    NotNumbers { values: Vec<LevelCount> },
}

impl FeatureSpec {
    /// How a table differs from the training's: columns by name, then their levels. Columns that have a role are passed
    /// over.
    pub fn differences(&self, table: &Table, roles: &Roles) -> Vec<Difference> {
        let position = |name: &String| table.columns().iter().position(|column| column == name);
        let of_feature = |feature: &Feature| {
            let changes = match position(&feature.name) {
                None => vec![Change::Gone],
                Some(column) => changes(feature, table, column),
            };
            let of = |change| Difference {
                column: feature.name.clone(),
                change,
            };
            changes.into_iter().map(of).collect::<Vec<_>>()
        };
        let is_known = |name: &String| {
            let mut left_out = self.left_out.iter();
            left_out.any(|left_out| left_out.column == *name) || self.feature(name).is_some()
        };
        let new = table.columns().iter();
        let new = new.filter(|name| roles.of(name).is_none() && !is_known(name));
        let new = new.map(|name| Difference {
            column: name.clone(),
            change: Change::New,
        });
        self.features
            .iter()
            .flat_map(of_feature)
            .chain(new)
            .collect()
    }
}

fn changes(feature: &Feature, table: &Table, column: usize) -> Vec<Change> {
    let codes: Vec<&str> = feature
        .gaps
        .iter()
        .chain(&feature.other_gaps)
        .map(String::as_str)
        .collect();
    let profile = Profile::new(table, column, &codes);
    let is_new = |gap: &&GapCount| !feature.gaps.contains(&gap.code);
    let gaps = profile.gaps.iter().filter(is_new).map(|gap| LevelCount {
        level: gap.code.clone(),
        rows: gap.rows,
    });
    let mut unseen: Vec<LevelCount> = gaps.collect();
    let (mut absent, mut texts) = (Vec::new(), Vec::new());
    if feature.kind == Kind::Number {
        texts.extend(
            profile
                .values
                .iter()
                .filter(|value| value.number.is_none())
                .map(Value::count),
        );
    } else {
        let levels = Levels::new(&feature.name, feature.levels.iter().map(String::as_str));
        let matched = levels.matched(profile.values.iter().map(|value| value.text.as_str()));
        let values = profile.values.iter().zip(&matched);
        unseen.extend(
            values
                .filter(|(_, level)| level.is_none())
                .map(|(value, _)| value.count()),
        );
        absent.extend(
            feature
                .levels
                .iter()
                .filter(|level| !matched.contains(&Some(level)))
                .cloned(),
        );
    }
    [
        (!unseen.is_empty()).then_some(Change::UnseenLevels { levels: unseen }),
        (!texts.is_empty()).then_some(Change::NotNumbers { values: texts }),
        (!absent.is_empty()).then_some(Change::AbsentLevels { levels: absent }),
    ]
    .into_iter()
    .flatten()
    .collect()
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let column = &self.column;
        let counts = |levels: &[LevelCount]| {
            let told = levels
                .iter()
                .map(|level| format!("`{}` ({})", level.level, counted(level.rows, "row")));
            listed(told, SHOWN)
        };
        match &self.change {
            Change::New => write!(f, "`{column}` is new: the training did not have it"),
            Change::Gone => write!(f, "`{column}` is missing: the training had it"),
            Change::UnseenLevels { levels } => write!(
                f,
                "`{column}` has what the training did not have: {}",
                counts(levels)
            ),
            Change::NotNumbers { values } => write!(
                f,
                "`{column}` has values that are no numbers: {}",
                counts(values)
            ),
            Change::AbsentLevels { levels } => {
                let told = levels.iter().map(|level| format!("`{level}`"));
                write!(
                    f,
                    "`{column}` lacks levels of the training: {}",
                    listed(told, SHOWN)
                )
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::codebook::{Codebook, CodebookConfig};
    use super::super::profile::tests::table;
    use super::super::selection::Selection;
    use super::*;

    #[test]
    fn new_gone_and_other_levels_are_told() {
        let train = table(&[
            ("race", "a b a N"),
            ("income", "1.5 2 3 4"),
            ("code", "1 2 3 1"),
            ("y", "n y n y"),
        ]);
        let config = CodebookConfig {
            gaps: "N,-9".parse().unwrap(),
            roles: Roles {
                label: Some("y".into()),
                ..Roles::default()
            },
            ..CodebookConfig::default()
        };
        let codebook = Codebook::of(&train, &config).unwrap();
        let spec = FeatureSpec::of(&codebook, &"all,!code".parse::<Selection>().unwrap()).unwrap();
        let new = table(&[
            ("race", "a c c -9"),
            ("age", "1 2 3 4"),
            ("code", "1 2 9 1"),
            ("y", "n y n y"),
        ]);
        let told = |table: &Table| {
            let differences = spec.differences(table, &config.roles);
            differences
                .iter()
                .map(ToString::to_string)
                .collect::<Vec<_>>()
        };
        assert_eq!(
            told(&new),
            [
                "`race` has what the training did not have: `-9` (1 row), `c` (2 rows)",
                "`race` lacks levels of the training: `b`",
                "`income` is missing: the training had it",
                "`age` is new: the training did not have it",
            ]
        );
        assert!(told(&train).is_empty());
        let words = table(&[
            ("race", "a b a N"),
            ("income", "1.5 much N 4"),
            ("y", "n y n y"),
        ]);
        assert_eq!(
            told(&words),
            [
                "`income` has what the training did not have: `N` (1 row)",
                "`income` has values that are no numbers: `much` (1 row)",
            ]
        );
        let json = serde_json::to_value(&spec.differences(&new, &config.roles)[2]).unwrap();
        assert_eq!(
            json,
            serde_json::json!({"column": "income", "change": "gone"})
        );
    }
}
