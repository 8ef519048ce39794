//! Classes: which values of the label column there are, and which of two is the positive one.

use super::DatasetError;
use crate::hint::Message;
use crate::record::Classes;
use evenhand_stats::text::quoted;
use evenhand_table::{same_value, spellings};
use std::collections::BTreeSet;

/// Fewer classes than this may be numbers, or different in each row.
const MANY: usize = 20;

/// The classes of a label column.
pub(super) struct Chosen {
    pub(super) classes: Classes,
    pub(super) notes: Vec<String>,
    pub(super) warnings: Vec<Message>,
}

/// The classes in sorted order, but the positive one last of two, and what to say about them.
///
/// # Errors
/// No labels, one class only, numbers or names that are no classes, or a positive class that is none or would be one
/// of many.
pub(super) fn choose<'a>(
    column: &str,
    values: impl Iterator<Item = &'a str> + Clone,
    positive: Option<&str>,
) -> Result<Chosen, DatasetError> {
    let rows = values.clone().count();
    let names: BTreeSet<&str> = values.clone().collect();
    let mut names: Vec<String> = names.into_iter().map(str::to_owned).collect();
    let mut warnings = Vec::from_iter(spellings(column, None, values));
    warnings.extend(quantity(column, &names, rows)?);
    let mut notes = Vec::new();
    let column = column.to_owned();
    match (names.as_slice(), positive) {
        ([], _) => return Err(DatasetError::NoLabels { column }),
        ([class], _) => {
            return Err(DatasetError::OneClass {
                column,
                class: class.clone(),
            });
        }
        (_, Some(positive)) if !names.iter().any(|name| same_value(name, positive)) => {
            return Err(DatasetError::UnknownPositive {
                column,
                positive: positive.to_owned(),
                values: quoted(&names),
            });
        }
        ([_, _], Some(positive)) => names.sort_by_key(|name| same_value(name, positive)),
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
    Ok(Chosen {
        classes,
        notes,
        warnings,
    })
}

/// A warning about labels that are many numbers.
///
/// # Errors
/// Hardly two rows have one label, so that there is nothing to learn of a class.
fn quantity(column: &str, names: &[String], rows: usize) -> Result<Option<Message>, DatasetError> {
    let number = |name: &String| {
        let number = name.replacen(',', ".", 1).parse::<f64>();
        number.ok().filter(|number| number.is_finite())
    };
    let different = names.len();
    if different <= MANY {
        return Ok(None);
    }
    let numbers: Option<Vec<f64>> = names.iter().map(number).collect();
    match numbers {
        None if different == rows => Err(DatasetError::AllDifferent {
            column: column.to_owned(),
            rows,
        }),
        None => Ok(None),
        Some(_) if 10 * different > 9 * rows => Err(DatasetError::Quantity {
            column: column.to_owned(),
            different,
            rows,
        }),
        Some(numbers) => {
            let is_whole = numbers.iter().all(|number| number.fract() == 0.0);
            let all = if is_whole { "whole numbers" } else { "numbers" };
            Ok(Some(Message::new(
                "{}: {} classes, all {}: a quantity such as an age is learned as ranges; {bands} '{}={}' makes them",
                &[&column, &different, &all, &column, &fifths(numbers)],
            )))
        }
    }
}

/// Lower ends of five bands of about as many different numbers.
fn fifths(mut numbers: Vec<f64>) -> String {
    numbers.sort_by(f64::total_cmp);
    let end = |band: usize| numbers[band * numbers.len() / 5].floor();
    let mut ends: Vec<f64> = (0..5).map(end).collect();
    ends.dedup();
    let ends = ends.iter().map(f64::to_string);
    ends.collect::<Vec<_>>().join(",")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hint::Hint;

    fn chosen(labels: &[&str], positive: Option<&str>) -> (Classes, Vec<String>, Vec<String>) {
        let Chosen {
            classes,
            notes,
            warnings,
        } = choose("sex", labels.iter().copied(), positive).unwrap();
        (
            classes,
            notes,
            warnings.iter().map(Message::to_string).collect(),
        )
    }

    #[test]
    fn the_positive_class_is_the_second_of_two() {
        let labels = ["Male", "Female", "Male"];
        let (classes, notes, _) = chosen(&labels, None);
        assert_eq!(classes.names(), ["Female", "Male"]);
        assert_eq!(
            notes,
            ["sex: `Male` is the positive class, the last in sorted order"]
        );
        let (classes, notes, warnings) = chosen(&labels, Some("Female"));
        assert_eq!(classes.names(), ["Male", "Female"]);
        assert_eq!(classes.positive(), Some(1));
        assert!(notes.is_empty() && warnings.is_empty());
        let (classes, ..) = chosen(&["0", "1"], Some("0.0"));
        assert_eq!(classes.names(), ["1", "0"]);
    }

    #[test]
    fn more_than_two_classes_are_sorted_and_none_is_positive() {
        let labels = ["c", "a", "b"];
        let (classes, notes, _) = chosen(&labels, None);
        assert_eq!(classes.names(), ["a", "b", "c"]);
        assert!(notes.is_empty());
        let error = choose("kind", labels.into_iter(), Some("a")).err().unwrap();
        assert!(matches!(error, DatasetError::PositiveOfMany { .. }));
    }

    #[test]
    fn labels_that_make_no_classifier_are_refused() {
        let choose = |labels: &[&'static str], positive| {
            let chosen = choose("sex", labels.iter().copied(), positive);
            chosen.err().unwrap().to_string()
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
    fn many_numbers_are_warned_about_and_refused_where_hardly_two_rows_share_one() {
        let ages = |n: usize, times: usize| -> Vec<String> {
            let ages = (0..n).flat_map(|age| std::iter::repeat_n(age, times));
            ages.map(|age| age.to_string()).collect()
        };
        let choose = |labels: &[String]| choose("age", labels.iter().map(String::as_str), None);
        let warnings = |labels: &[String]| choose(labels).unwrap().warnings;
        let warned = warnings(&ages(89, 2));
        assert_eq!(
            warned[0].to_string(),
            "age: 89 classes, all whole numbers: a quantity such as an age is learned as ranges; \
             `bands` 'age=0,17,35,53,71' makes them"
        );
        assert!(warnings(&ages(20, 2)).is_empty());
        let halves: Vec<String> = ages(30, 2).iter().map(|age| format!("{age}.5")).collect();
        assert!(
            warnings(&halves)[0]
                .to_string()
                .contains("30 classes, all numbers:")
        );
        let error = choose(&ages(160, 1)).err().unwrap();
        assert_eq!(
            error.to_string(),
            "`age` has 160 different numbers in 160 labelled rows: a quantity, and no classes"
        );
        let hint = error.hint().unwrap().to_string();
        assert!(hint.contains("`bands` 'age=FROM,FROM,...'"), "{hint}");
        let names: Vec<String> = ages(160, 1).iter().map(|age| format!("p{age}")).collect();
        let error = choose(&names).err().unwrap().to_string();
        assert!(
            error.contains("another value in each of 160 labelled rows"),
            "{error}"
        );
        assert!(choose(&names[..20]).is_ok());
    }

    #[test]
    fn spellings_are_warned_about() {
        let (classes, _, warnings) = chosen(&["male", "Male", "f"], None);
        assert_eq!(classes.len(), 3);
        assert_eq!(
            warnings,
            [
                "sex: `Male` (1) and `male` (1) are taken as different; are they spellings of one? \
              `map` 'male=Male' makes them one"
            ]
        );
    }
}
