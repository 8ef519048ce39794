//! Columns that look like persons, whose images must stay together, or like sources, which a classifier can
//! learn instead of the label.

use super::finding::{Finding, Kind, Severity};
use crate::dataset::Dataset;
use crate::hint::Message;
use crate::jobs::config::TrainConfig;
use crate::record::MISSING;
use std::collections::BTreeMap;

const PERSONS: [&str; 16] = [
    "person",
    "persons",
    "personid",
    "subject",
    "subjectid",
    "identity",
    "participant",
    "patient",
    "speaker",
    "actor",
    "celebrity",
    "celeb",
    "individual",
    "userid",
    "user",
    "who",
];
const SOURCES: [&str; 15] = [
    "source",
    "dataset",
    "site",
    "camera",
    "scanner",
    "device",
    "origin",
    "batch",
    "website",
    "domain",
    "album",
    "hospital",
    "lab",
    "platform",
    "collection",
];

/// Images that a person has on average, where nothing but numbers speaks for a column of persons.
const IMAGES_EACH: f64 = 2.0;
/// Share of rows that have the label of most rows with their value: people keep theirs.
const PURE: f64 = 0.95;
/// A column that goes with the label so far is worth a look.
const STRONG: f64 = 0.6;
/// The same, where its name says that it is a source.
const NOTABLE: f64 = 0.3;
/// Sources are few.
const MOST_SOURCES: usize = 50;

/// Findings about columns that are used for nothing.
pub(super) fn findings(dataset: &Dataset, config: &TrainConfig) -> Vec<Finding> {
    let layout = &config.data.layout;
    let used = [&layout.person, &layout.split];
    let is_used = |name: &String| {
        *name == dataset.label || used.iter().any(|used| used.as_ref() == Some(name))
    };
    let columns = dataset.attributes.iter().enumerate();
    let columns = columns.filter(|(_, name)| !is_used(name));
    let found = columns.filter_map(|(at, name)| {
        let column = Column::new(dataset, at)?;
        let is_reported = layout
            .groups
            .iter()
            .any(|group| group.split('*').any(|part| part.trim() == name));
        match &layout.person {
            None if column.may_be_persons(name) => Some(persons(name, &column)),
            _ if is_reported => None,
            _ => source(name, &column),
        }
    });
    found.collect()
}

fn persons(name: &str, column: &Column) -> Finding {
    let text = format!(
        "{name}: {} values in {} rows look like persons: images of one person stand on both sides of the splits, \
         so that accuracy looks better than it is",
        column.values(),
        column.rows
    );
    Finding::new(Severity::Warning, Kind::PersonColumn, Message::plain(text))
        .with_step(Message::new("if so, add {person} {}", &[&name]))
}

fn source(name: &str, column: &Column) -> Option<Finding> {
    let is_named = is_one_of(name, &SOURCES);
    let association = column.association();
    let is_few = (2..=MOST_SOURCES).contains(&column.values());
    // A column with a value for each label is the label in other words.
    let is_label = column.values() == column.labels() && association > 0.99;
    if !is_few || is_label {
        return None;
    }
    let severity = match (is_named, association) {
        (true, association) if association >= NOTABLE => Severity::Warning,
        (true, _) => Severity::Note,
        (false, association) if association >= STRONG => Severity::Warning,
        (false, _) => return None,
    };
    let text = match severity {
        Severity::Note => format!(
            "{name}: its {} values look like sources of images",
            column.values()
        ),
        _ => format!(
            "{name}: the label goes with its {} values (Cramér's V {association:.2}): a classifier can learn to tell \
             them instead",
            column.values()
        ),
    };
    let step = Message::new("report by it: {groups} {}", &[&name]);
    Some(Finding::new(severity, Kind::SourceColumn, Message::plain(text)).with_step(step))
}

/// Whether a name is, or has between its underscores, one of some words.
fn is_one_of(name: &str, words: &[&str]) -> bool {
    let name = name.to_lowercase();
    let mut parts = name.split(|c: char| !c.is_alphanumeric());
    words.contains(&name.replace(['_', '-', ' '], "").as_str())
        || parts.any(|part| words.contains(&part))
}

/// Rows of each label by the values of a column.
struct Column {
    /// By value and label.
    counts: BTreeMap<String, BTreeMap<usize, usize>>,
    /// By label.
    labels: BTreeMap<usize, usize>,
    rows: usize,
    is_numeric: bool,
}

impl Column {
    /// `None` where no row has a value.
    fn new(dataset: &Dataset, at: usize) -> Option<Self> {
        let mut column = Self {
            counts: BTreeMap::new(),
            labels: BTreeMap::new(),
            rows: 0,
            is_numeric: true,
        };
        for record in &dataset.records {
            let value = &record.attributes[at];
            let Some(label) = record.label.filter(|_| value != MISSING) else {
                continue;
            };
            let of_value = column.counts.entry(value.clone()).or_default();
            *of_value.entry(label).or_default() += 1;
            *column.labels.entry(label).or_default() += 1;
            column.rows += 1;
            column.is_numeric &= value.parse::<f64>().is_ok();
        }
        (column.rows > 0).then_some(column)
    }

    fn values(&self) -> usize {
        self.counts.len()
    }

    fn labels(&self) -> usize {
        self.labels.len()
    }

    /// By its name, or because many values have a few rows each of one label.
    fn may_be_persons(&self, name: &str) -> bool {
        let each = self.rows as f64 / self.values() as f64;
        if is_one_of(name, &PERSONS) {
            return self.values() > 2 && each > 1.2;
        }
        let many = self.values() >= 10 && self.values() * 50 >= self.rows;
        let most = self.labels.values().max().copied().unwrap_or(0) as f64 / self.rows as f64;
        many && each >= IMAGES_EACH && !self.is_numeric && self.purity() >= PURE && most < 0.9
    }

    /// The share of rows with the label of most rows of their value.
    fn purity(&self) -> f64 {
        let most = self
            .counts
            .values()
            .map(|labels| labels.values().max().copied().unwrap_or(0));
        most.sum::<usize>() as f64 / self.rows as f64
    }

    /// Cramér's V of the column and the label, corrected for the numbers of values and rows (Bergsma 2013); 0 where
    /// one of them has one value.
    fn association(&self) -> f64 {
        let (values, labels) = (self.values() as f64, self.labels() as f64);
        let rows = self.rows as f64;
        if self.values() < 2 || self.labels() < 2 || self.rows < 2 {
            return 0.0;
        }
        let mut squares = 0.0;
        for of_value in self.counts.values() {
            let n = of_value.values().sum::<usize>() as f64;
            for (label, &total) in &self.labels {
                let found = of_value.get(label).copied().unwrap_or(0) as f64;
                squares += found * found / (n * total as f64);
            }
        }
        let phi = (squares - 1.0 - (values - 1.0) * (labels - 1.0) / (rows - 1.0)).max(0.0);
        let corrected = |count: f64| count - (count - 1.0).powi(2) / (rows - 1.0);
        let least = (corrected(values) - 1.0).min(corrected(labels) - 1.0);
        match least > 0.0 {
            true => (phi / least).sqrt().min(1.0),
            false => 0.0,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::{Classes, Location, Record};

    fn dataset(columns: &[&str], row: impl Fn(usize) -> (usize, Vec<String>)) -> Dataset {
        let records = (0..400).map(|at| {
            let (label, mut attributes) = row(at);
            attributes.insert(0, ["f", "m"][label].to_owned());
            Record {
                path: format!("{at}.jpg"),
                image: Location::File(Default::default()),
                label: Some(label),
                person: None,
                part: None,
                attributes,
            }
        });
        let names = ["sex"].iter().chain(columns).map(|name| (*name).to_owned());
        Dataset {
            records: records.collect(),
            classes: Classes::new(vec!["f".into(), "m".into()]).unwrap(),
            label: "sex".into(),
            attributes: names.collect(),
            skipped: Vec::new(),
            notes: Vec::new(),
            warnings: Vec::new(),
        }
    }

    fn found(dataset: &Dataset, config: &TrainConfig) -> Vec<(Kind, Severity)> {
        let found = findings(dataset, config);
        found.iter().map(|one| (one.kind, one.severity)).collect()
    }

    #[test]
    fn persons_are_known_by_name_or_by_few_rows_of_one_label_each() {
        let config = TrainConfig::new("faces.csv");
        let people = |name: &str| dataset(&[name], |at| (at / 4 % 2, vec![format!("p{}", at / 4)]));
        let person = (Kind::PersonColumn, Severity::Warning);
        assert_eq!(found(&people("subject_id"), &config), [person]);
        assert_eq!(found(&people("x"), &config), [person]);
        let mut with_person = config.clone();
        with_person.data.layout.person = Some("subject_id".into());
        assert!(found(&people("subject_id"), &with_person).is_empty());
        let ages = dataset(&["age"], |at| (at % 2, vec![(at / 4).to_string()]));
        assert!(found(&ages, &config).is_empty());
        let names = dataset(&["title"], |at| (at % 2, vec![format!("image {at}")]));
        assert!(found(&names, &config).is_empty());
    }

    #[test]
    fn sources_are_known_by_name_or_by_going_with_the_label() {
        let config = TrainConfig::new("faces.csv");
        let site = |name: &str, goes: usize| {
            // Of 10 rows, `goes` have the site of their label.
            dataset(&[name], move |at| {
                let label = at % 2;
                let other = usize::from(at / 2 % 10 >= goes);
                (
                    label,
                    vec![format!("s{}", (label + other) % 2 * 2 + at / 100 % 2)],
                )
            })
        };
        let source = |severity| [(Kind::SourceColumn, severity)];
        assert_eq!(found(&site("camera", 5), &config), source(Severity::Note));
        assert_eq!(
            found(&site("camera", 8), &config),
            source(Severity::Warning)
        );
        assert_eq!(found(&site("x", 10), &config), source(Severity::Warning));
        assert!(found(&site("x", 5), &config).is_empty());
        let mut grouped = config.clone();
        grouped.data.layout.groups = vec!["x*sex".into()];
        assert!(found(&site("x", 10), &grouped).is_empty());
        let code = dataset(&["code"], |at| (at % 2, vec![(at % 2).to_string()]));
        assert!(found(&code, &config).is_empty(), "the label in other words");
    }
}
