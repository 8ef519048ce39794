//! Detection of the kind of a column from its values and its name; the reason is kept as a sentence.

use super::codes;
use super::dates;
use super::kind::Kind;
use super::names;
use super::profile::Profile;
use super::scales;
use evenhand_stats::text::{counted, plain, quoted, thousands};

/// Rows below which nothing is said about values that are all different.
const ENOUGH: u64 = 20;

/// A kind that was found.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Found {
    pub kind: Kind,
    pub why: String,
    /// Whether another kind is about as likely, which a person should decide.
    pub is_unsure: bool,
    /// The levels in their order, of an ordered category; `no` and `yes` of yes or no.
    pub order: Option<Vec<String>>,
}

impl Found {
    fn sure(kind: Kind, why: impl Into<String>) -> Self {
        Self {
            kind,
            why: why.into(),
            is_unsure: false,
            order: None,
        }
    }

    fn unsure(kind: Kind, why: impl Into<String>) -> Self {
        Self {
            is_unsure: true,
            ..Self::sure(kind, why)
        }
    }
}

/// Finds the kind of a column.
pub(super) fn find(profile: &Profile) -> Found {
    constant(profile)
        .or_else(|| date(profile))
        .or_else(|| identifier(profile))
        .or_else(|| yes_no(profile))
        .unwrap_or_else(|| match profile.is_numeric() {
            true => numeric(profile),
            false => textual(profile),
        })
}

fn constant(profile: &Profile) -> Option<Found> {
    let text = match &profile.values[..] {
        [] if profile.gaps.is_empty() => "no row has a value".to_owned(),
        [] if profile.gaps.len() == 1 => "no row has a value that is no gap code".to_owned(),
        [one] if profile.gaps.is_empty() => match profile.missing {
            0 => format!("`{}` in every row", one.text),
            missing => format!(
                "`{}` or empty ({}): does an empty one mean no?",
                one.text,
                counted(missing, "row")
            ),
        },
        [] | [_] => {
            return Some(Found::sure(
                Kind::Category,
                "one value or none besides its gap codes",
            ));
        }
        _ => return None,
    };
    Some(Found::sure(Kind::Constant, text))
}

fn date(profile: &Profile) -> Option<Found> {
    let is_date = profile
        .values
        .iter()
        .all(|value| dates::is_date(&value.text));
    let example = &profile.values[0].text;
    is_date.then(|| Found::sure(Kind::Date, format!("dates such as `{example}`: a column of the year, or of days since an event, can be a feature")))
}

fn identifier(profile: &Profile) -> Option<Found> {
    let (answered, distinct) = (profile.answered(), profile.values.len() as u64);
    if answered < ENOUGH || distinct * 100 < answered * 99 || has_fraction(profile) {
        return None;
    }
    let all = format!(
        "{} in {}",
        counted(distinct, "different value"),
        counted(answered, "row")
    );
    match profile.is_numeric() {
        true if is_padded(profile) => Some(Found::sure(
            Kind::Identifier,
            format!("{all}, with leading zeros"),
        )),
        true if names::quantity_word(&profile.name).is_some() => None,
        true if profile.is_monotone && codes::are_regular(&profile.numbers()) => Some(Found::sure(
            Kind::Identifier,
            format!("{all}, one after the other"),
        )),
        true => {
            let word = names::identifier_word(&profile.name)?;
            Some(Found::sure(
                Kind::Identifier,
                format!("{all}, and its name has `{word}`"),
            ))
        }
        false if words_each(profile) < 4.0 => Some(Found::sure(Kind::Identifier, all)),
        false => Some(Found::sure(
            Kind::Text,
            format!(
                "{all}, of {} words on average",
                plain(words_each(profile).round())
            ),
        )),
    }
}

fn words_each(profile: &Profile) -> f64 {
    let words = profile
        .values
        .iter()
        .map(|value| value.text.split_whitespace().count());
    words.sum::<usize>() as f64 / profile.values.len() as f64
}

fn has_fraction(profile: &Profile) -> bool {
    profile.is_numeric()
        && profile
            .values
            .iter()
            .any(|value| value.number.is_some_and(|number| number.fract() != 0.0))
}

/// Whether a number has zeros in front, as codes of a fixed width have.
fn is_padded(profile: &Profile) -> bool {
    let is_padded = |text: &str| {
        text.len() > 1 && text.starts_with('0') && text.bytes().all(|byte| byte.is_ascii_digit())
    };
    profile.values.iter().any(|value| is_padded(&value.text))
}

const NO: [&str; 9] = [
    "no", "n", "false", "f", "0", "nein", "falsch", "non", "faux",
];
const YES: [&str; 11] = [
    "yes", "y", "true", "t", "1", "ja", "j", "wahr", "oui", "si", "sí",
];

fn yes_no(profile: &Profile) -> Option<Found> {
    let [a, b] = &profile.values[..] else {
        return None;
    };
    let is = |words: &[&str], value: &super::profile::Value| {
        let text = value.text.to_lowercase();
        let text = text.strip_suffix(".0").unwrap_or(&text);
        words.contains(&text)
    };
    let (no, yes) = match (is(&NO, a) && is(&YES, b), is(&YES, a) && is(&NO, b)) {
        (true, _) => (a, b),
        (_, true) => (b, a),
        _ => return None,
    };
    let found = Found::sure(
        Kind::YesNo,
        format!("`{}` is yes and `{}` no", yes.text, no.text),
    );
    Some(Found {
        order: Some(vec![no.text.clone(), yes.text.clone()]),
        ..found
    })
}

/// Kind of a column of numbers.
fn numeric(profile: &Profile) -> Found {
    let numbers = profile.numbers();
    let (least, most) = (plain(numbers[0].0), plain(numbers[numbers.len() - 1].0));
    let range = format!(
        "{} from {least} to {most}",
        counted(numbers.len() as u64, "different number")
    );
    if has_fraction(profile) {
        return Found::sure(Kind::Number, format!("{range}, with fractions"));
    }
    if is_padded(profile) {
        return Found::sure(Kind::Code, format!("{range}, with leading zeros"));
    }
    let quantity =
        names::quantity_word(&profile.name).or_else(|| names::weight_word(&profile.name));
    // Of a name with words of both, such as `age_group`, the values decide.
    match (names::code_word(&profile.name), quantity) {
        (Some(word), None) => {
            return Found::sure(Kind::Code, format!("{range}, and its name has `{word}`"));
        }
        (None, Some(word)) => {
            return Found::sure(Kind::Number, format!("{range}, and its name has `{word}`"));
        }
        _ => {}
    }
    if codes::are_rounded(&numbers) {
        return Found::sure(Kind::Number, format!("{range}, all multiples of 100"));
    }
    if codes::are_few(&numbers) {
        return match codes::fall_off(&numbers) {
            true => Found::unsure(
                Kind::Number,
                format!("{range}, whose rows fall off as those of a count do"),
            ),
            false => Found {
                // Two labels are the same, whatever they are taken for.
                is_unsure: numbers.len() > 2,
                ..Found::sure(Kind::Code, format!("only {range}, which may be labels"))
            },
        };
    }
    match numbers.len() > codes::FEW && codes::look_like_labels(&numbers) {
        true => Found::unsure(
            Kind::Code,
            format!(
                "{range}, with irregular holes, and rows unrelated to those of their neighbours, as codes have"
            ),
        ),
        false => Found::sure(Kind::Number, range),
    }
}

/// Kind of a column of texts.
fn textual(profile: &Profile) -> Found {
    let levels: Vec<&str> = profile
        .values
        .iter()
        .map(|value| value.text.as_str())
        .collect();
    let (answered, distinct) = (profile.answered(), levels.len() as u64);
    if let Some((order, how)) = scales::ordered(&levels) {
        let why = format!("{how} from `{}` to `{}`", order[0], order[order.len() - 1]);
        return Found {
            order: Some(order),
            ..Found::sure(Kind::Ordered, why)
        };
    }
    if answered >= ENOUGH && distinct * 2 > answered {
        return Found::sure(
            Kind::Text,
            format!(
                "{} in {}: hardly one is there twice",
                counted(distinct, "different text"),
                counted(answered, "row")
            ),
        );
    }
    let numeric: Vec<&super::profile::Value> = profile
        .values
        .iter()
        .filter(|value| value.number.is_some())
        .collect();
    let in_numbers: u64 = numeric.iter().map(|value| value.rows).sum();
    if in_numbers * 2 > answered && numeric.len() > codes::FEW {
        let others = profile.values.iter().filter(|value| value.number.is_none());
        let why = format!(
            "{} of {} are numbers, the others not, such as {}",
            thousands(in_numbers),
            counted(answered, "value"),
            quoted(others.take(3).map(|value| &value.text))
        );
        return Found::unsure(Kind::Category, why);
    }
    let is_code = levels
        .iter()
        .all(|level| !level.contains(char::is_alphabetic));
    match is_code {
        true => Found::sure(
            Kind::Code,
            format!(
                "{} of digits and signs",
                counted(distinct, "different value")
            ),
        ),
        false => Found::sure(Kind::Category, counted(distinct, "different text")),
    }
}

#[cfg(test)]
mod tests;
