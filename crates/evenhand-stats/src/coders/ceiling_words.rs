//! The human ceiling in words: a table, and what the data say of it.

use super::ceiling::{Ceiling, SideBySide};
use super::measure::Measure;
use crate::stats::Interval;
use crate::text::{TextTable, ascii_tenths};

impl Ceiling {
    /// The machine and people side by side: on average, then with each coder.
    pub fn table(&self, coders: &[String]) -> TextTable {
        let beside = |name: String, side: &SideBySide| {
            let SideBySide {
                machine,
                people,
                difference,
            } = side;
            let n = machine.n.to_string();
            [name, n, machine.share(), people.share(), points(difference)]
        };
        let part_of_it = "- each is a part of it".to_owned();
        let mut rows = vec![
            beside("one coder, on average".to_owned(), &self.one),
            beside("the majority of the other coders".to_owned(), &self.others),
            [
                "the majority of all coders".to_owned(),
                self.all.n.to_string(),
                self.all.share(),
                part_of_it,
                String::new(),
            ],
        ];
        for one in &self.coders {
            let name = &coders[one.coder];
            rows.push(beside(
                format!("{name} (people: the others)"),
                &one.with_coder,
            ));
            let majority = format!("majority without {name} (people: {name})");
            rows.push(beside(majority, &one.with_others));
        }
        let header = [
            "the same code as",
            "items",
            "the classifier",
            "people",
            "points",
        ];
        TextTable::new(header, rows)
    }

    /// What the data say: of single coders, and of majorities.
    pub fn sentences(&self) -> Vec<String> {
        let with = [
            (&self.one, "one coder", "one coder with another"),
            (
                &self.others,
                "the majority of an item's other coders",
                "a coder with the same majority",
            ),
        ];
        let with = with.into_iter();
        with.filter_map(|(side, machine, people)| side.sentence(machine, people))
            .collect()
    }
}

impl SideBySide {
    /// `None` where there is nobody to compare with.
    fn sentence(&self, machine: &str, people: &str) -> Option<String> {
        let difference = self.difference.value.ok()?;
        let verdict = match self.difference.interval {
            Ok(interval) if interval.high < 0.0 => format!(
                "It is {} below what people reach.",
                apart(-difference, -interval.high, -interval.low)
            ),
            Ok(interval) if interval.low > 0.0 => format!(
                "It is {} above what people reach.",
                apart(difference, interval.low, interval.high)
            ),
            Ok(_) => format!(
                "A difference is not shown: {}, in points.",
                points(&self.difference)
            ),
            Err(reason) => format!("Whether they differ cannot be said: {reason}."),
        };
        Some(format!(
            "The classifier agrees with {machine} in {}, {people} in {}. {verdict}",
            self.machine.share(),
            self.people.share()
        ))
    }
}

/// `2.1 points (0.3-4.0)`.
fn apart(value: f64, low: f64, high: f64) -> String {
    let [value, low, high] = [value, low, high].map(ascii_tenths);
    format!("{value} points ({low}-{high})")
}

/// `-1.9 (-4.0 to 0.2)`.
fn points(difference: &Measure) -> String {
    match (difference.value, difference.interval) {
        (Ok(value), Ok(Interval { low, high })) => {
            let [value, low, high] = [value, low, high].map(ascii_tenths);
            format!("{value} ({low} to {high})")
        }
        (Ok(value), Err(reason)) => format!("{} ({reason})", ascii_tenths(value)),
        (Err(_), _) => "-".to_owned(),
    }
}
