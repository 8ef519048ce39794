//! Kind of a column, found from its values and its name; the reason is kept as a sentence.

use super::codes;
use super::names;
use super::profile::Profile;
use super::scales;
use evenhand_stats::text::{counted, plain, quoted, thousands};
use serde::{Deserialize, Serialize};

/// Rows below which nothing is said about values that are all different.
const ENOUGH: u64 = 20;

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// A quantity.
    Number,
    /// Names.
    Category,
    /// Levels from low to high.
    Ordered,
    /// Yes or no.
    YesNo,
    /// Digits that are labels: zip codes, codes of industries, `1` for married.
    Code,
    /// A name of the row. No feature: it is never there again.
    Identifier,
    /// One value. No feature.
    Constant,
    /// One value within each value of the source or place. No feature: it stands for the place.
    ConstantWithin,
    /// A date. No feature as it is.
    Date,
    /// Text of many words, or names of which hardly one is there twice. No feature.
    Text,
}

impl Kind {
    pub const ALL: [Self; 10] = [
        Self::Number,
        Self::Category,
        Self::Ordered,
        Self::YesNo,
        Self::Code,
        Self::Identifier,
        Self::Constant,
        Self::ConstantWithin,
        Self::Date,
        Self::Text,
    ];

    /// As in JSON and in settings.
    pub fn name(self) -> &'static str {
        match self {
            Self::Number => "number",
            Self::Category => "category",
            Self::Ordered => "ordered",
            Self::YesNo => "yes-no",
            Self::Code => "code",
            Self::Identifier => "identifier",
            Self::Constant => "constant",
            Self::ConstantWithin => "constant-within",
            Self::Date => "date",
            Self::Text => "text",
        }
    }

    /// As in a sentence.
    pub fn words(self) -> &'static str {
        match self {
            Self::Number => "number",
            Self::Category => "category",
            Self::Ordered => "ordered category",
            Self::YesNo => "yes or no",
            Self::Code => "code",
            Self::Identifier => "identifier",
            Self::Constant => "constant",
            Self::ConstantWithin => "constant within source",
            Self::Date => "date",
            Self::Text => "free text",
        }
    }

    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }

    /// Whether a column of this kind can be a feature.
    pub fn is_feature(self) -> bool {
        matches!(self, Self::Number) || self.has_levels()
    }

    /// Whether values are levels from low to high.
    pub fn has_order(self) -> bool {
        matches!(self, Self::Ordered | Self::YesNo)
    }

    /// Whether values are levels.
    pub fn has_levels(self) -> bool {
        matches!(
            self,
            Self::Category | Self::Ordered | Self::YesNo | Self::Code
        )
    }
}

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
                "one value besides its gap codes",
            ));
        }
        _ => return None,
    };
    Some(Found::sure(Kind::Constant, text))
}

fn date(profile: &Profile) -> Option<Found> {
    let is_date = profile.values.iter().all(|value| is_date(&value.text));
    let example = &profile.values[0].text;
    is_date.then(|| Found::sure(Kind::Date, format!("dates such as `{example}`: a column of the year, or of days since an event, can be a feature")))
}

/// `2026-11-29`, `29.11.2026`, `11/29/2026`, with a time behind it or not.
fn is_date(text: &str) -> bool {
    let day = text.split(['T', ' ']).next().unwrap_or(text);
    let of = |sign: char| {
        let parts: Vec<&str> = day.split(sign).collect();
        let is_number =
            |part: &&str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
        let lengths: Vec<usize> = parts.iter().map(|part| part.len()).collect();
        let small = |part: &&str| {
            part.parse::<u32>()
                .is_ok_and(|value| (1..=31).contains(&value))
        };
        parts.iter().all(is_number)
            && match lengths[..] {
                [4, 1..=2, 1..=2] => parts[1..].iter().all(small),
                [1..=2, 1..=2, 4] => parts[..2].iter().all(small),
                _ => false,
            }
    };
    ['-', '.', '/'].into_iter().any(of)
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
        true if profile.is_monotone => Some(Found::sure(
            Kind::Identifier,
            format!("{all}, in ascending or descending order"),
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
    if let Some(word) = names::code_word(&profile.name) {
        return Found::sure(Kind::Code, format!("{range}, and its name has `{word}`"));
    }
    if let Some(word) =
        names::quantity_word(&profile.name).or_else(|| names::weight_word(&profile.name))
    {
        return Found::sure(Kind::Number, format!("{range}, and its name has `{word}`"));
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
mod tests {
    use super::super::profile::tests::table;
    use super::*;

    fn kind_of(name: &str, values: &str) -> Found {
        find(&Profile::with_found_gaps(&table(&[(name, values)]), 0, &[]))
    }

    fn row(value: impl Fn(usize) -> String) -> String {
        (0..60).map(value).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn kinds_are_found_from_values_and_names() {
        let cases = [
            ("x", row(|at| format!("{}.5", at % 7)), Kind::Number),
            ("x", row(|at| (at * 7 % 53).to_string()), Kind::Number),
            ("age", row(|at| (at % 5).to_string()), Kind::Number),
            (
                "x",
                row(|at| ["1", "5", "2", "1"][at % 4].into()),
                Kind::Code,
            ),
            ("x", row(|at| format!("0{}", 1000 + at % 30)), Kind::Code),
            (
                "home_zip",
                row(|at| (94_000 + at % 30).to_string()),
                Kind::Code,
            ),
            ("x", row(|at| format!("25-00{}", 503 + at % 3)), Kind::Code),
            ("x", row(|at| ["yes", "No"][at % 2].into()), Kind::YesNo),
            ("x", row(|at| ["1.0", "0.0"][at % 2].into()), Kind::YesNo),
            ("sex", row(|at| ["1", "2"][at % 2].into()), Kind::Code),
            (
                "x",
                row(|at| ["red", "blue"][at % 2].into()),
                Kind::Category,
            ),
            (
                "x",
                row(|at| ["18-24", "25-64", "65+"][at % 3].into()),
                Kind::Ordered,
            ),
            ("x", row(|at| (1000 + at).to_string()), Kind::Identifier),
            (
                "CensusId",
                row(|at| (1000 + at * 37 % 60).to_string()),
                Kind::Identifier,
            ),
            ("x", row(|at| format!("a{at}")), Kind::Identifier),
            ("x", row(|at| format!("a{}", at % 40)), Kind::Text),
            ("x", row(|_| "7".into()), Kind::Constant),
            ("x", row(|_| "_".into()), Kind::Constant),
            ("x", row(|at| ["x", "_"][at % 2].into()), Kind::Constant),
            ("x", row(|at| ["x", "?"][at % 2].into()), Kind::Category),
            (
                "x",
                row(|at| format!("2026-11-{}", 1 + at % 30)),
                Kind::Date,
            ),
        ];
        for (name, values, kind) in cases {
            let found = kind_of(name, &values);
            assert_eq!(found.kind, kind, "{name}: {values}: {}", found.why);
        }
    }

    #[test]
    fn what_another_kind_could_be_is_unsure_and_reasons_are_sentences() {
        let found = kind_of("x", &row(|at| ["1", "5", "2", "1"][at % 4].into()));
        assert!(found.is_unsure);
        assert_eq!(
            found.why,
            "only 3 different numbers from 1 to 5, which may be labels"
        );
        let found = kind_of("x", &row(|at| ["Y", "n"][at % 2].into()));
        assert_eq!(found.why, "`Y` is yes and `n` no");
        assert_eq!(found.order.unwrap(), ["n", "Y"]);
    }

    #[test]
    fn names_of_kinds_are_read_back() {
        for kind in Kind::ALL {
            assert_eq!(Kind::from_name(kind.name()), Some(kind));
            assert_eq!(serde_json::to_value(kind).unwrap(), kind.name());
        }
    }
}
