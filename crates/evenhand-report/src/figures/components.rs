//! Principal components: a scree plot, and loadings as bars.

use super::Numbers;
use super::importance::Bar;
use crate::format;
use crate::plot::{self, Axis, ByCount, Count, Series};
use evenhand_segments::Segments;
use evenhand_segments::names::Axes;

/// Components of a scree plot; later ones are hardly above 0.
const MOST_SCREE: usize = 20;
/// Bars of a component.
const MOST_BARS: usize = 12;
/// Loadings of a component in the numbers: wide tables have thousands.
const MOST_NUMBERS: usize = 256;

pub struct Scree {
    pub svg: String,
    pub sentence: String,
    pub numbers: Numbers,
}

impl Scree {
    pub fn new(segments: &Segments) -> Self {
        let kept = segments.model.components();
        let total = segments.model.pca.total_variance;
        let own = counts(segments.scree.iter().copied(), kept);
        let chance = segments.parallel.as_ref();
        let chance: Vec<f64> = chance
            .map(|parallel| {
                parallel
                    .quantiles
                    .iter()
                    .map(|variance| variance / total)
                    .collect()
            })
            .unwrap_or_default();
        let told = own.iter().take(kept);
        let told =
            told.map(|one| format!("component {} {}", one.count, format::percent(one.value)));
        let label = format!(
            "Share of all variance by component: {}.",
            format::listed(told, MOST_SCREE)
        );
        let series = [
            Series {
                class: "chance",
                counts: counts(chance.iter().copied(), kept),
            },
            Series {
                class: "found",
                counts: own,
            },
        ];
        Self {
            svg: plot::by_count(&ByCount {
                label: &label,
                x_title: "component",
                series: &series,
                threshold: None,
                taken: None,
                tick: plot::percent_tick,
            }),
            sentence: sentence(segments),
            numbers: numbers(segments, &chance),
        }
    }
}

fn counts(values: impl Iterator<Item = f64>, kept: usize) -> Vec<Count> {
    let counts = (1..).zip(values.take(MOST_SCREE));
    counts
        .map(|(count, value)| Count {
            count,
            value,
            interval: None,
            is_full: count as usize <= kept,
        })
        .collect()
}

fn sentence(segments: &Segments) -> String {
    let kept = segments.model.components();
    let drawn = match segments.scree.len() {
        few @ ..=MOST_SCREE => few,
        _ => MOST_SCREE,
    };
    let mut sentence = format!(
        "Share of all variance of the first {}; full: the {kept} that are used, {} together.",
        format::counted(drawn as u64, "component"),
        format::percent(segments.explained())
    );
    if let Some(parallel) = &segments.parallel {
        sentence += &format!(
            " Dashed: what chance alone gives, the {}% quantile of {} tables whose columns were shuffled (parallel analysis). {} above it.",
            (100.0 * parallel.quantile).round(),
            format::thousands(parallel.tables as u64),
            match parallel.keep {
                0 => "No component is".to_owned(),
                1 => "The first component is".to_owned(),
                keep => format!("The first {keep} components are"),
            }
        );
    }
    sentence
}

fn numbers(segments: &Segments, chance: &[f64]) -> Numbers {
    let mut numbers = Numbers::new(
        "Share of all variance by component, before any rotation".to_owned(),
        &["Component", "Share", "Together", "By chance"],
    );
    let mut together = 0.0;
    for (at, share) in segments.scree.iter().enumerate() {
        together += share;
        let chance = chance.get(at).copied();
        let cells = vec![
            format::percent(*share),
            format::percent(together),
            super::percent(chance),
        ];
        numbers.push(&(at + 1).to_string(), cells);
    }
    numbers
}

/// `Component 2: Deprivation`, or without a name `Component 2`, of a component from 0.
pub fn component_title(name: &str, component: usize) -> String {
    let number = format!("Component {}", component + 1);
    match name.eq_ignore_ascii_case(&number) {
        true => number,
        false => format!("{number}: {name}"),
    }
}

/// The loadings of one component.
pub struct Loadings {
    pub title: String,
    pub explained: String,
    pub suggested: String,
    /// The largest first.
    pub bars: Vec<Bar>,
    pub scale: String,
    pub step: String,
    /// Loadings that the numbers have beside those drawn.
    pub left_out: usize,
    pub numbers: Numbers,
}

impl Loadings {
    /// One for each component, all on the same scale.
    pub fn of(segments: &Segments) -> Vec<Self> {
        let loadings = segments.model.loadings();
        let axes = Axes::new(&segments.model.columns, &loadings);
        let limits = (f64::NEG_INFINITY, f64::INFINITY);
        let axis = Axis::spanning(loadings.iter().copied().chain([0.0]), limits, 0.1);
        let components = 0..segments.components.len();
        components
            .map(|component| Self::new(segments, component, &axes, &axis))
            .collect()
    }

    fn new(segments: &Segments, component: usize, axes: &Axes, axis: &Axis) -> Self {
        let described = &segments.components[component];
        let sorted = axes.largest(component, axes.columns().len());
        let bars = sorted.iter().take(MOST_BARS).map(|(column, loading)| Bar {
            column: (*column).to_owned(),
            svg: plot::plain_bar(axis, *loading),
            value: format::number(*loading),
        });
        let which = match sorted.len() {
            ..=MOST_NUMBERS => "All loadings".to_owned(),
            _ => format!("The {MOST_NUMBERS} largest loadings"),
        };
        let mut numbers = Numbers::new(
            format!("{which} of component {}", component + 1),
            &["Column", "Loading"],
        );
        for (column, loading) in sorted.iter().take(MOST_NUMBERS) {
            numbers.push(column, vec![format::number(*loading)]);
        }
        Self {
            title: component_title(&described.name, component),
            explained: format::percent(described.explained),
            suggested: described.suggested.clone(),
            bars: bars.collect(),
            scale: plot::number_scale(axis),
            step: format!("{:.3}", axis.step_percent()),
            left_out: sorted.len().min(MOST_NUMBERS).saturating_sub(MOST_BARS),
            numbers,
        }
    }
}
