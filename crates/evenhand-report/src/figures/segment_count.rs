//! The number of segments: three measures side by side.

use super::Numbers;
use crate::format;
use crate::plot::{self, ByCount, Count, Series};
use crate::stats::Interval;
use evenhand_segments::choose::{Choice, STABLE};

pub struct SegmentCount {
    pub charts: Vec<CountChart>,
    pub numbers: Numbers,
}

pub struct CountChart {
    pub title: &'static str,
    pub sentence: String,
    pub svg: String,
}

/// A measure by the number of segments.
struct Measure {
    title: &'static str,
    sentence: String,
    values: Vec<(usize, f64, Option<Interval>)>,
    threshold: Option<f64>,
    tick: fn(f64, f64) -> String,
    say: fn(f64) -> String,
}

impl SegmentCount {
    pub fn new(choice: &Choice, taken: usize) -> Self {
        let measures = [stability(choice), silhouette(choice), gap(choice)];
        Self {
            charts: measures
                .iter()
                .map(|measure| measure.chart(taken))
                .collect(),
            numbers: numbers(choice),
        }
    }
}

impl Measure {
    fn chart(&self, taken: usize) -> CountChart {
        let told = self.values.iter();
        let told = told.map(|(segments, value, _)| format!("{segments}: {}", (self.say)(*value)));
        let label = format!(
            "{} by the number of segments: {}.",
            self.title,
            told.collect::<Vec<_>>().join(", ")
        );
        let counts = self
            .values
            .iter()
            .map(|&(segments, value, interval)| Count {
                count: segments as u32,
                value,
                interval,
                is_full: segments == taken,
            });
        let found = Series {
            class: "found",
            counts: counts.collect(),
        };
        CountChart {
            title: self.title,
            sentence: self.sentence.clone(),
            svg: plot::by_count(&ByCount {
                label: &label,
                x_title: "number of segments",
                series: &[found],
                threshold: self.threshold,
                taken: Some(taken as u32),
                tick: self.tick,
            }),
        }
    }
}

fn stability(choice: &Choice) -> Measure {
    let candidates = choice.candidates.iter();
    let values = candidates.map(|candidate| {
        let stability = candidate.stability;
        let tenth = Interval {
            low: stability.tenth,
            high: stability.mean,
        };
        (candidate.segments, stability.mean, Some(tenth))
    });
    let pairs = choice
        .candidates
        .first()
        .map_or(0, |first| first.stability.pairs);
    Measure {
        title: "Stability",
        sentence: format!(
            "How far the segments of two samples of the rows agree, beyond chance (adjusted Rand index, mean of {}). The bar goes down to the value that a tenth of the pairs are below. Dashed: stable from {} on.",
            format::counted(pairs as u64, "pair"),
            format::percent(STABLE)
        ),
        values: values.collect(),
        threshold: Some(STABLE),
        tick: plot::percent_tick,
        say: format::percent,
    }
}

fn silhouette(choice: &Choice) -> Measure {
    let candidates = choice.candidates.iter();
    let values = candidates.map(|candidate| (candidate.segments, candidate.silhouette, None));
    Measure {
        title: "Silhouette",
        sentence: format!(
            "How much nearer rows are to their own segment than to the next one: at most 1, and 0 where a row is as near to both. It is largest with {}.",
            choice.silhouette
        ),
        values: values.collect(),
        threshold: None,
        tick: plot::number_tick,
        say: format::number,
    }
}

fn gap(choice: &Choice) -> Measure {
    let values = choice.gaps.iter().map(|gap| {
        let error = Interval {
            low: gap.gap - gap.error,
            high: gap.gap + gap.error,
        };
        (gap.segments, gap.gap, Some(error))
    });
    let taken = match choice.gap {
        Some(1) => "it takes 1: no segments".to_owned(),
        Some(segments) => format!("it takes {segments}"),
        None => "it takes none of these".to_owned(),
    };
    Measure {
        title: "Gap",
        sentence: format!(
            "How much more compact segments are than those of rows without structure, with one standard error. The rule takes the first number that the next one does not beat by more than its error: {taken}."
        ),
        values: values.collect(),
        threshold: None,
        tick: plot::number_tick,
        say: format::number,
    }
}

fn numbers(choice: &Choice) -> Numbers {
    let mut numbers = Numbers::new(
        "Measures by the number of segments".to_owned(),
        &[
            "Segments",
            "Stability",
            "A tenth below",
            "Silhouette",
            "Gap",
            "Standard error",
            "Inertia",
        ],
    );
    for candidate in &choice.candidates {
        let gap = choice.gap_of(candidate.segments);
        let of_gap = |value: fn(&evenhand_segments::choose::Gap) -> f64| {
            gap.map_or_else(|| super::NONE.to_owned(), |gap| format::number(value(gap)))
        };
        numbers.push(
            &candidate.segments.to_string(),
            vec![
                format::percent(candidate.stability.mean),
                format::percent(candidate.stability.tenth),
                format::number(candidate.silhouette),
                of_gap(|gap| gap.gap),
                of_gap(|gap| gap.error),
                format::rounded(candidate.inertia),
            ],
        );
    }
    numbers
}
