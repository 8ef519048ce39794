//! Number ranges that a spreadsheet took for dates: a cell typed as `3-9` comes back as `9-Mar`, `03-Sep` or
//! `03. Sep`, one typed as `10-19` as `Oct-19`, `Okt 19` or `out/19`, and both as real dates from a workbook.
//!
//! A value is put back only where the rest of its column shows that it holds ranges, so that real dates are left
//! alone. Of the two readings, day-month and month-day, a range has the one that ascends.

use crate::months::month;
use std::collections::{BTreeMap, BTreeSet};

/// Words before or after the one number of an open range.
const OPEN: [&str; 15] = [
    "<",
    ">",
    "<=",
    ">=",
    "≤",
    "≥",
    "+",
    "more than",
    "less than",
    "over",
    "under",
    "and over",
    "and under",
    "or more",
    "or older",
];

/// Dates among the values of an attribute, and the ranges that they were before a spreadsheet changed them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DateRanges {
    ranges: BTreeMap<String, String>,
    /// Dates that may have been several ranges.
    pub(crate) unclear: BTreeMap<String, Vec<String>>,
}

/// Two ends, both within the range.
type Range = (u32, u32);

impl DateRanges {
    /// `None` unless most of the distinct values that are no dates are ranges, at least one of them with two ends.
    pub fn find<'a>(values: impl IntoIterator<Item = &'a str>) -> Option<Self> {
        let distinct: BTreeSet<&str> = values.into_iter().collect();
        let (dates, others): (Vec<&str>, Vec<&str>) = distinct
            .into_iter()
            .partition(|value| !readings(value).is_empty());
        let closed: Vec<Range> = others
            .iter()
            .filter_map(|value| closed_range(value))
            .collect();
        let open = others.iter().filter(|value| is_open_range(value)).count();
        let whole_dates = dates.iter().filter(|date| iso_date(date).is_some()).count();
        let shown = closed.len() + open;
        if closed.is_empty() || 2 * shown <= others.len() || whole_dates > shown {
            return None;
        }
        let mut found = Self {
            ranges: BTreeMap::new(),
            unclear: BTreeMap::new(),
        };
        for date in dates {
            let fitting = fitting(readings(date), &closed);
            let mut texts = fitting.iter().map(|(low, high)| format!("{low}-{high}"));
            match (texts.next(), texts.next()) {
                (Some(range), None) => drop(found.ranges.insert(date.to_owned(), range)),
                (first, second) => {
                    let readings = first.into_iter().chain(second).collect();
                    found.unclear.insert(date.to_owned(), readings);
                }
            }
        }
        Some(found)
    }

    /// The range that a date was; `None` for other values and for a date that may have been several.
    pub fn range(&self, value: &str) -> Option<&str> {
        self.ranges.get(value).map(String::as_str)
    }
}

/// Of several readings those that overlap no other range of the column; all of them if each does.
fn fitting(readings: Vec<Range>, known: &[Range]) -> Vec<Range> {
    let fits = |(low, high): &Range| {
        let apart = |(from, to): &Range| high <= from || to <= low;
        known.contains(&(*low, *high)) || known.iter().all(apart)
    };
    let fitting: Vec<Range> = readings.iter().copied().filter(fits).collect();
    if readings.len() > 1 && !fitting.is_empty() {
        fitting
    } else {
        readings
    }
}

/// The ranges that a value may have been: `3-9` for `03-Sep`, `Sep-03`, `03. Sep` and `2026-09-03`, `10-19` for
/// `Oct-19`, `Okt 19` and `2019-10-01`. None for a value that is no date.
fn readings(value: &str) -> Vec<Range> {
    if let Some((year, month, day)) = iso_date(value) {
        // A second number of 13 and more is taken for a year, the first day of the month for its date.
        let month_and_year = (day == 1 && year % 100 > 12).then_some((month, year % 100));
        let day_and_month = (day != month).then_some((day.min(month), day.max(month)));
        return month_and_year.into_iter().chain(day_and_month).collect();
    }
    let parts: Vec<&str> = value
        .split(['-', '.', ' ', '/'])
        .filter(|part| !part.is_empty())
        .collect();
    let [left, right] = parts[..] else {
        return Vec::new();
    };
    let (month, number) = match (month(left), month(right)) {
        (Some(month), None) => (month, number(right)),
        (None, Some(month)) => (month, number(left)),
        _ => return Vec::new(),
    };
    let range = number.filter(|number| *number != month);
    range
        .map(|number| (month.min(number), month.max(number)))
        .into_iter()
        .collect()
}

/// Year, month and day of `2026-11-29`, at midnight or without a time.
fn iso_date(value: &str) -> Option<(u32, u32, u32)> {
    let date = ["T00:00:00", " 00:00:00"]
        .iter()
        .find_map(|midnight| value.strip_suffix(midnight));
    let mut parts = date.unwrap_or(value).split('-');
    let mut part = |digits: usize| {
        let part = parts.next()?;
        let is_number = part.len() == digits && part.bytes().all(|byte| byte.is_ascii_digit());
        is_number.then(|| part.parse::<u32>().ok())?
    };
    let (year, month, day) = (part(4)?, part(2)?, part(2)?);
    let is_date = parts.next().is_none() && (1..=12).contains(&month) && (1..=31).contains(&day);
    is_date.then_some((year, month, day))
}

fn number(text: &str) -> Option<u32> {
    (text.len() <= 3 && text.bytes().all(|b| b.is_ascii_digit())).then(|| text.parse().ok())?
}

fn closed_range(value: &str) -> Option<Range> {
    let value = value.trim_matches(['(', ')', '[', ']']);
    let ends = value.split_once(['-', '–', ',']);
    let (low, high) = ends.or_else(|| value.split_once(" to "))?;
    let (low, high) = (number(low.trim())?, number(high.trim())?);
    (low < high).then_some((low, high))
}

fn is_open_range(value: &str) -> bool {
    let words: String = value.chars().filter(|c| !c.is_ascii_digit()).collect();
    let digits: String = value.chars().filter(char::is_ascii_digit).collect();
    number(&digits).is_some() && OPEN.contains(&words.trim().to_lowercase().as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_date_is_the_range_that_ascends() {
        let cases: [(&str, &[Range]); 36] = [
            ("03-Sep", &[(3, 9)]),
            ("3-Sep", &[(3, 9)]),
            ("Sep-03", &[(3, 9)]),
            ("9-Mar", &[(3, 9)]),
            ("Oct-19", &[(10, 19)]),
            ("19-Oct", &[(10, 19)]),
            ("1-Feb", &[(1, 2)]),
            ("10-DEC", &[(10, 12)]),
            ("Jan-2", &[(1, 2)]),
            ("12-Oct", &[(10, 12)]),
            ("03. Sep", &[(3, 9)]),
            ("09. Mrz", &[(3, 9)]),
            ("9. Mär", &[(3, 9)]),
            ("Okt 19", &[(10, 19)]),
            ("Dez 15", &[(12, 15)]),
            ("3. September", &[(3, 9)]),
            ("03-sept", &[(3, 9)]),
            ("3-sept.", &[(3, 9)]),
            ("févr.-05", &[(2, 5)]),
            ("août-19", &[(8, 19)]),
            ("09-mars", &[(3, 9)]),
            ("05-ene", &[(1, 5)]),
            ("dic-15", &[(12, 15)]),
            ("03-set", &[(3, 9)]),
            ("ott-19", &[(10, 19)]),
            ("6-mei", &[(5, 6)]),
            ("out/19", &[(10, 19)]),
            ("2026-09-03", &[(3, 9)]),
            ("2026-03-09T00:00:00", &[(3, 9)]),
            ("2019-10-01", &[(10, 19), (1, 10)]),
            ("3-Mar", &[]),
            ("20-29", &[]),
            ("Mar-Sep", &[]),
            ("03-Sep-2020", &[]),
            ("sepia-3", &[]),
            ("2026-09-03T12:00:00", &[]),
        ];
        for (date, ranges) in cases {
            assert_eq!(readings(date), ranges, "{date}");
        }
    }

    #[test]
    fn only_a_column_of_ranges_is_restored() {
        let fairface = [
            "0-2",
            "03-Sep",
            "20-29",
            "Oct-19",
            "more than 70",
            "unknown",
        ];
        let ranges = DateRanges::find(fairface).unwrap();
        assert_eq!(ranges.range("03-Sep"), Some("3-9"));
        assert_eq!(ranges.range("Oct-19"), Some("10-19"));
        assert_eq!(ranges.ranges.len(), 2);
        for open in ["70+", ">=70", "< 5", "70 and over", "over 65"] {
            assert!(
                DateRanges::find(["(3, 9)", "20 to 29", "Oct-19", open]).is_some(),
                "{open}"
            );
        }
        for dates in [
            &["03-Sep", "04-Sep", "12-Oct"][..],
            &["03-Sep", "3", "20", "70+"],
            &["03-Sep", "20-29", "late", "early"],
            &["2026-09-03", "2026-09-04", "2026-09-05", "1-2"],
        ] {
            assert!(
                DateRanges::find(dates.iter().copied()).is_none(),
                "{dates:?}"
            );
        }
    }

    #[test]
    fn a_real_date_is_the_range_that_overlaps_no_other() {
        let ranges =
            DateRanges::find(["0-2", "2026-09-03", "2019-10-01", "20-29", "30-39"]).unwrap();
        assert_eq!(ranges.range("2026-09-03"), Some("3-9"));
        assert_eq!(ranges.range("2019-10-01"), Some("10-19"));
        let ages = DateRanges::find(["2026-02-01", "3-9", "10-19", "20-29"]).unwrap();
        assert_eq!(ages.range("2026-02-01"), Some("1-2"));
        let both = DateRanges::find(["2026-02-01", "30-39"]).unwrap();
        assert_eq!(both.range("2026-02-01"), None);
        assert_eq!(both.unclear["2026-02-01"], ["2-26", "1-2"]);
    }
}
