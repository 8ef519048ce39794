//! Classes: which values of the label column there are, and which of two is the positive one.

use super::DatasetError;
use crate::hint::Message;
use crate::record::Classes;
use evenhand_stats::text::quoted;
use std::collections::{BTreeMap, BTreeSet};

/// More classes than this that are all numbers look like a target of regression.
const MANY: usize = 20;

/// The classes in sorted order, but the positive one last of two, and what to say about them.
///
/// # Errors
/// No labels, one class only, or a positive class that is none or would be one of many.
pub(super) fn choose<'a>(
    column: &str,
    values: impl Iterator<Item = &'a str>,
    positive: Option<&str>,
) -> Result<(Classes, Vec<String>), DatasetError> {
    let mut names: Vec<String> = values
        .collect::<BTreeSet<_>>()
        .into_iter()
        .map(str::to_owned)
        .collect();
    let mut notes = Vec::from_iter(spellings(column, names.iter().map(String::as_str)));
    notes.extend(regression(column, &names));
    let column = column.to_owned();
    match (names.as_slice(), positive) {
        ([], _) => return Err(DatasetError::NoLabels { column }),
        ([class], _) => {
            return Err(DatasetError::OneClass {
                column,
                class: class.clone(),
            });
        }
        (_, Some(positive)) if !names.iter().any(|name| name == positive) => {
            return Err(DatasetError::UnknownPositive {
                column,
                positive: positive.to_owned(),
                values: quoted(&names),
            });
        }
        ([_, _], Some(positive)) => names.sort_by_key(|name| name == positive),
        ([_, last], None) => {
            notes.push(format!(
                "{column}: `{last}` is the positive class, the last in sorted order"
            ));
        }
        (_, Some(_)) => {
            return Err(DatasetError::PositiveOfMany {
                column,
                values: quoted(&names),
            });
        }
        (_, None) => {}
    }
    let classes = Classes::new(names).ok_or(DatasetError::NoLabels { column })?;
    Ok((classes, notes))
}

/// A warning about labels that are all different numbers.
fn regression(column: &str, names: &[String]) -> Option<String> {
    let is_number = |name: &String| {
        let number = name.replacen(',', ".", 1).parse::<f64>();
        number.is_ok_and(f64::is_finite)
    };
    (names.len() > MANY && names.iter().all(is_number)).then(|| {
        let note = Message::new(
            "{}: {} different numbers, each a class of its own, look like a target of regression; \
             {bands} makes ranges of them",
            &[&column, &names.len()],
        );
        note.to_string()
    })
}

/// A warning about values that differ only by case.
pub(super) fn spellings<'a>(column: &str, values: impl Iterator<Item = &'a str>) -> Option<String> {
    let mut by_lowercase: BTreeMap<String, BTreeSet<&str>> = BTreeMap::new();
    for value in values {
        by_lowercase
            .entry(value.to_lowercase())
            .or_default()
            .insert(value);
    }
    let variants: Vec<String> = by_lowercase
        .values()
        .filter(|set| set.len() > 1)
        .map(quoted)
        .collect();
    (!variants.is_empty()).then(|| {
        format!(
            "{column}: {} differ only by case and count as different values",
            variants.join("; ")
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_positive_class_is_the_second_of_two() {
        let labels = ["Male", "Female", "Male"];
        let (classes, notes) = choose("sex", labels.into_iter(), None).unwrap();
        assert_eq!(classes.names(), ["Female", "Male"]);
        assert_eq!(
            notes,
            ["sex: `Male` is the positive class, the last in sorted order"]
        );
        let (classes, notes) = choose("sex", labels.into_iter(), Some("Female")).unwrap();
        assert_eq!(classes.names(), ["Male", "Female"]);
        assert_eq!(classes.positive(), Some(1));
        assert!(notes.is_empty());
    }

    #[test]
    fn more_than_two_classes_are_sorted_and_none_is_positive() {
        let labels = ["c", "a", "b"];
        let (classes, notes) = choose("kind", labels.into_iter(), None).unwrap();
        assert_eq!(classes.names(), ["a", "b", "c"]);
        assert!(notes.is_empty());
        let error = choose("kind", labels.into_iter(), Some("a")).unwrap_err();
        assert!(matches!(error, DatasetError::PositiveOfMany { .. }));
    }

    #[test]
    fn labels_that_make_no_classifier_are_refused() {
        let choose = |labels: &[&'static str], positive| {
            choose("sex", labels.iter().copied(), positive)
                .unwrap_err()
                .to_string()
        };
        assert_eq!(
            choose(&["f", "f"], None),
            "the label column `sex` has one class only, `f`"
        );
        assert_eq!(
            choose(&["f", "m"], Some("w")),
            "`w` is no value of `sex`; its values are `f`, `m`"
        );
        assert_eq!(choose(&[], None), "the label column `sex` is empty");
    }

    #[test]
    fn many_numbers_look_like_a_target_of_regression() {
        let notes = |n: usize, last: &str| {
            let mut labels: Vec<String> = (0..n).map(|label| format!("{label}.5")).collect();
            labels.push(last.to_owned());
            choose("age", labels.iter().map(String::as_str), None)
                .unwrap()
                .1
        };
        let expected = "age: 21 different numbers, each a class of its own, look like a target of regression; \
                        `bands` makes ranges of them";
        assert_eq!(notes(20, "7"), [expected]);
        assert!(notes(19, "7").is_empty());
        assert!(notes(20, "old").is_empty());
    }

    #[test]
    fn spellings_that_differ_by_case_are_warned_about() {
        let (classes, notes) = choose("sex", ["male", "Male", "f"].into_iter(), None).unwrap();
        assert_eq!(classes.len(), 3);
        assert_eq!(
            notes,
            ["sex: `Male`, `male` differ only by case and count as different values"]
        );
    }
}
