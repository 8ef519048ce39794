//! Errors one by one: the most confident mistakes, kinds of rows that fail, labels that may be
//! wrong, what other thresholds would do, and what leaving rows to people would.

use super::content::ErrorAnalysis;
use super::figures::{COLUMNS, Gallery, Picture, Policy, ShownAbstention, Trade};
use super::format;
use super::maps::ShownMaps;
use crate::audit::{Estimate, Examination, Mistake, Slice, Suspect, Thresholds, Tradeoff};
use crate::record::{Classes, Unit};
use crate::stats::Interval;
use std::collections::BTreeSet;

/// As many of each are shown; all pictures together stay within some 40.
const MISTAKES: usize = 20;
const SUSPECTS: usize = 8;
const SLICES: usize = 3;
const EXAMPLES: usize = 4;

/// A slice whose corrected p-value is below this stands out.
const ALPHA: f64 = 0.05;

/// As many groups describe a slice.
const DESCRIBED_BY: usize = 3;

/// The rows that a report shows one by one, each once.
pub fn pictured_rows(examination: &Examination) -> Vec<usize> {
    let slices = standing_out(examination).flat_map(|slice| slice.examples.iter().take(EXAMPLES));
    let mut rows: Vec<usize> = mistakes(examination)
        .map(|mistake| mistake.row)
        .chain(suspects(examination).map(|suspect| suspect.row))
        .chain(slices.copied())
        .collect();
    rows.sort_unstable();
    rows.dedup();
    rows
}

fn mistakes(examination: &Examination) -> impl Iterator<Item = &Mistake> {
    examination.mistakes.iter().flatten().take(MISTAKES)
}

/// Beside those that are shown as mistakes already.
fn suspects(examination: &Examination) -> impl Iterator<Item = &Suspect> {
    let shown: BTreeSet<usize> = mistakes(examination).map(|mistake| mistake.row).collect();
    let errors = examination.label_errors.iter();
    let suspects = errors.flat_map(|errors| &errors.suspects);
    suspects
        .filter(move |suspect| !shown.contains(&suspect.row))
        .take(SUSPECTS)
}

fn standing_out(examination: &Examination) -> impl Iterator<Item = &Slice> {
    let slices = examination.slices.iter().flatten();
    slices
        .filter(|slice| slice.p_holm < ALPHA && slice.gap.value > 0.0)
        .take(SLICES)
}

pub struct ShownErrors {
    pub source: &'static str,
    pub about_images: Option<String>,
    pub mistakes: Option<Gallery>,
    /// `None` where nothing was looked for.
    pub slices: Option<Slices>,
    pub suspects: Option<Suspects>,
    pub trades: Vec<Trade>,
    /// `None` without probabilities.
    pub abstention: Option<ShownAbstention>,
    pub maps: Vec<ShownMaps>,
}

/// Kinds of rows.
pub struct Slices {
    pub tested: usize,
    pub found: Vec<ShownSlice>,
}

pub struct ShownSlice {
    /// Sentences about its accuracy and about the groups that are frequent in it.
    pub sentences: Vec<String>,
    pub gallery: Option<Gallery>,
}

pub struct Suspects {
    pub total: String,
    pub gallery: Option<Gallery>,
}

impl ShownErrors {
    pub fn new(error_analysis: &ErrorAnalysis, classes: &Classes, unit: Unit) -> Self {
        let ErrorAnalysis {
            source,
            examination,
            rows: _,
            about_images,
            maps,
        } = error_analysis;
        let mistakes = mistakes(examination).filter_map(|mistake| {
            let face = error_analysis.rows.get(&mistake.row)?;
            let sure = format!("{} sure", format::percent(mistake.confidence));
            Some(Picture::of_row(face, classes, sure))
        });
        let suspects = examination.label_errors.as_ref().map(|errors| {
            let shown = suspects(examination).filter_map(|suspect| {
                let face = error_analysis.rows.get(&suspect.row)?;
                let doubt = format!(
                    "the label has a probability of {}",
                    format::percent(suspect.self_confidence)
                );
                Some(Picture::of_row(face, classes, doubt))
            });
            Suspects {
                total: format::counted(errors.suspects.len() as u64, "label"),
                gallery: Gallery::new(
                    unit,
                    "Labels to look at again, least likely first; those of the mistakes above are left out.",
                    &COLUMNS,
                    shown.collect(),
                ),
            }
        });
        Self {
            source: source.name(unit),
            about_images: about_images.clone(),
            mistakes: Gallery::new(
                unit,
                "The mistakes that the classifier was surest of.",
                &COLUMNS,
                mistakes.collect(),
            ),
            slices: examination.slices.as_ref().map(|slices| Slices {
                tested: slices.len(),
                found: standing_out(examination)
                    .map(|slice| shown_slice(slice, error_analysis, classes, unit))
                    .collect(),
            }),
            suspects,
            trades: (examination.tradeoffs.iter())
                .filter_map(|tradeoff| trade(tradeoff, unit))
                .collect(),
            abstention: (examination.abstention.as_ref())
                .map(|abstention| ShownAbstention::new(abstention, unit)),
            maps: maps
                .as_ref()
                .map_or_else(Vec::new, |maps| ShownMaps::of(maps, classes)),
        }
    }
}

fn shown_slice(
    slice: &Slice,
    error_analysis: &ErrorAnalysis,
    classes: &Classes,
    unit: Unit,
) -> ShownSlice {
    let right = match slice.accuracy.estimate {
        Ok(estimate) => format::estimate(estimate),
        Err(reason) => reason.to_string(),
    };
    let mut sentences = vec![format!(
        "Right for {right} of {} {}: {} percentage points {} less than for all others ({}, corrected for the number of kinds).",
        format::thousands(slice.accuracy.n),
        unit.many(),
        format::tenths(slice.gap.value),
        format::range(slice.gap.interval),
        format::p(slice.p_holm),
    )];
    let more: Vec<String> = slice
        .more_of
        .iter()
        .take(DESCRIBED_BY)
        .map(|more| {
            format!(
                "{} ({}; {} of these, {} of the others)",
                format::group(&more.grouping, &more.group),
                format::crossed(&more.grouping),
                format::percent(more.share),
                format::percent(more.elsewhere)
            )
        })
        .collect();
    sentences.push(match more.is_empty() {
        true => format!(
            "None of the groups is more frequent among them than elsewhere: look at the {}.",
            unit.many()
        ),
        false => format!(
            "More frequent among them than elsewhere: {}.",
            format::list(&more, "and")
        ),
    });
    let examples = slice.examples.iter().take(EXAMPLES);
    let examples = examples.filter_map(|row| error_analysis.rows.get(row));
    let examples = examples.map(|face| Picture::of_row(face, classes, String::new()));
    ShownSlice {
        sentences,
        gallery: Gallery::new(
            unit,
            "Mistakes among them, the most typical first.",
            &COLUMNS,
            examples.collect(),
        ),
    }
}

fn trade(tradeoff: &Tradeoff, unit: Unit) -> Option<Trade> {
    let policies = tradeoff.policies.iter();
    let policies = policies.map(|policy| {
        let gaps = policy.gaps.iter().map(|(name, gap)| {
            let gap = gap.map(|gap| Estimate {
                value: gap.gap,
                interval: Interval {
                    low: gap.low,
                    high: gap.high,
                },
            });
            (*name, gap)
        });
        Policy {
            title: policy.title.to_owned(),
            is_given: policy.thresholds == Thresholds::AsGiven,
            accuracy: policy.accuracy.estimate.ok(),
            gaps: gaps.collect(),
            thresholds: thresholds(&policy.thresholds, &tradeoff.grouping, unit),
        }
    });
    Trade::new(&tradeoff.grouping, &policies.collect::<Vec<_>>())
}

/// By group, or one for all under an empty name.
fn thresholds(thresholds: &Thresholds, grouping: &str, unit: Unit) -> Vec<(String, String)> {
    let threshold = |at: Option<f64>| {
        at.map_or_else(
            || format!("too few {}", unit.many()),
            |at| format!("{at:.3}"),
        )
    };
    match thresholds {
        Thresholds::AsGiven => Vec::new(),
        Thresholds::Common(at) => vec![(String::new(), threshold(*at))],
        Thresholds::ByGroup(by_group) => {
            let set = by_group
                .iter()
                .map(|(group, at)| (format::group(grouping, group), threshold(*at)));
            set.collect()
        }
    }
}
