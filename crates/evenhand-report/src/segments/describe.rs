//! Segments in words, and each as a block.

use super::{LeftOut, SegmentsPage};
use crate::format;
use crate::plot;
use evenhand_segments::Segments;
use evenhand_segments::profile::{Difference, Profile};
use evenhand_segments::scale::Scaling;

/// Columns of a block.
const MOST_DIFFERENCES: usize = 8;
/// Names of rows that are left out.
const MOST_NAMES: usize = 10;

/// One segment.
pub struct SegmentBlock<'a> {
    pub anchor: String,
    pub title: String,
    pub swatch: String,
    /// Its share of all rows beside that of the largest, and the same in words.
    pub bar: String,
    pub size: String,
    pub sentence: &'a str,
    pub differences: Vec<ShownDifference<'a>>,
    pub typical: Vec<&'a str>,
    /// Names with margins.
    pub borderline: Vec<(&'a str, String)>,
}

pub struct ShownDifference<'a> {
    pub column: &'a str,
    pub is_used: bool,
    pub mean: String,
    pub elsewhere: String,
    pub standardised: String,
    pub p: String,
}

impl<'a> SegmentBlock<'a> {
    /// All segments, the largest first.
    pub fn of(page: &SegmentsPage<'a>) -> Vec<Self> {
        let profiles = &page.segments.profiles;
        let shares = profiles.iter().map(|profile| profile.weight_share);
        let most = shares.fold(0.0, f64::max);
        let blocks = profiles.iter();
        blocks
            .map(|profile| Self::new(page, profile, most))
            .collect()
    }

    fn new(page: &SegmentsPage<'a>, profile: &'a Profile, most: f64) -> Self {
        let assignments = &page.segments.assignments;
        let name = |row: usize| page.names[row].as_str();
        let margin = |row: &usize| format::percent(assignments.row(*row).margin);
        let members = &profile.members;
        Self {
            anchor: format!("segment-{}", profile.segment + 1),
            title: format!("Segment {}", profile.segment + 1),
            swatch: plot::swatch(profile.segment),
            bar: plot::share_bar(profile.weight_share / most),
            size: size(page, profile),
            sentence: &profile.sentence,
            differences: strongest(&profile.differences),
            typical: members.typical.iter().map(|row| name(*row)).collect(),
            borderline: members
                .borderline
                .iter()
                .map(|row| (name(*row), margin(row)))
                .collect(),
        }
    }
}

/// `915 (28.4%)`, of the rows; the share of weights only where rows have weights.
fn size(page: &SegmentsPage, profile: &Profile) -> String {
    let share = format::percent(profile.weight_share);
    let weight = if page.source.weights.is_some() {
        " by weight"
    } else {
        ""
    };
    format!(
        "{} ({share}{weight})",
        format::thousands(profile.rows as u64)
    )
}

/// The columns with the largest differences that are more than chance.
fn strongest(differences: &[Difference]) -> Vec<ShownDifference<'_>> {
    let mut found: Vec<&Difference> = differences.iter().filter(|d| d.is_significant()).collect();
    found.sort_by(|a, b| b.standardised.abs().total_cmp(&a.standardised.abs()));
    found.truncate(MOST_DIFFERENCES);
    let shown = found.into_iter().map(|difference| ShownDifference {
        column: &difference.column,
        is_used: difference.is_used,
        mean: format::rounded(difference.mean),
        elsewhere: format::rounded(difference.elsewhere),
        standardised: format::signed_tenths(difference.standardised),
        p: difference.p_holm.map_or_else(String::new, p),
    });
    shown.collect()
}

/// `0.012`, `< 0.001`: below a head that says what it is.
fn p(p: f64) -> String {
    let text = format::p(p);
    text.trim_start_matches("p ")
        .trim_start_matches("= ")
        .to_owned()
}

/// What was made of what, in a sentence.
pub fn lede(page: &SegmentsPage) -> String {
    let model = &page.segments.model;
    format!(
        "{} with {} were divided into {} by {}, which have {} of all variance.",
        format::counted(page.segments.assignments.len() as u64, "row"),
        format::counted(model.columns.len() as u64, "column"),
        format::counted(model.segments() as u64, "segment"),
        format::counted(model.components() as u64, "principal component"),
        format::percent(page.segments.explained())
    )
}

/// Rows that have no segment, in a sentence.
pub fn left_out(left_out: &LeftOut) -> String {
    let rows = format::counted(left_out.rows, "row");
    let reason = &left_out.reason;
    match left_out.names.is_empty() {
        true => format!("{rows}: {reason}."),
        false => {
            let names = format::listed(left_out.names.iter().cloned(), MOST_NAMES);
            format!("{rows}: {reason} ({names}).")
        }
    }
}

/// Names and values.
pub fn facts(page: &SegmentsPage) -> Vec<(&'static str, String)> {
    let SegmentsPage {
        segments, source, ..
    } = page;
    let model = &segments.model;
    let used = segments.assignments.len() as u64;
    let left_out: u64 = source.left_out.iter().map(|left_out| left_out.rows).sum();
    let columns = format!(
        "{}: {}",
        model.columns.len(),
        format::listed(model.columns.iter().cloned(), 40)
    );
    let mut facts = vec![
        ("File", source.file.clone()),
        ("Rows read", format::thousands(source.rows)),
        ("Rows in segments", format::thousands(used)),
        ("Rows left out", format::thousands(left_out)),
        ("Columns", columns),
        ("Scaling", scaling(model.scale.scaling).to_owned()),
        ("Components", components(segments)),
        ("Segments", model.segments().to_string()),
        ("K-means", segments.restarts_sentence()),
        ("Inertia", format::rounded(segments.inertia)),
        ("Seed", model.seed.to_string()),
    ];
    if let Some(weights) = &source.weights {
        facts.insert(4, ("Weights of rows", weights.clone()));
    }
    facts
}

fn scaling(scaling: Scaling) -> &'static str {
    match scaling {
        Scaling::MinMax => "each column from 0, its smallest value, to 1, its largest",
        Scaling::Standard => "each column to mean 0 and standard deviation 1",
        Scaling::None => "none: columns as they are",
    }
}

fn components(segments: &Segments) -> String {
    let rotated = match segments.model.rotation {
        Some(_) => ", rotated by varimax",
        None => "",
    };
    format!(
        "{}, {} of all variance{rotated}",
        segments.model.components(),
        format::percent(segments.explained())
    )
}
