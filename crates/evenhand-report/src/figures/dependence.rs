//! Partial dependence: numbers as a line over their distribution, levels as dots, and both by group.

use super::{NONE, Numbers, percent};
use crate::audit::Estimate;
use crate::format;
use crate::plot::{self, Axis, Curve};
use crate::stats::Interval;
use crate::uses::{Dependence, DependencePoint, PointValue};

/// More panels than this are not compared by eye; the numbers have all groups.
const MOST: usize = 8;

pub struct ShownDependence {
    pub column: String,
    pub sentences: Vec<String>,
    /// A line over the distribution; empty of a category.
    pub line: String,
    pub groups: Vec<GroupLine>,
    /// Levels and gap codes; `None` of a number without any.
    pub levels: Option<Levels>,
    pub numbers: Numbers,
}

/// The line of a group.
pub struct GroupLine {
    pub name: String,
    pub svg: String,
}

/// Levels as dots with intervals.
pub struct Levels {
    pub rows: Vec<LevelRow>,
    pub scale: String,
    /// The distance of two grid lines, in per cent of the width.
    pub step: String,
}

pub struct LevelRow {
    pub level: String,
    pub svg: String,
    pub value: String,
}

impl ShownDependence {
    pub fn new(of: &Dependence, class: &str) -> Self {
        let y = probabilities(of);
        let line = line(of, |point| point.mean);
        let x = Axis::spanning(
            line.iter().map(|(x, _)| *x),
            (f64::NEG_INFINITY, f64::INFINITY),
            1e-6,
        );
        let drawn = line.len() > 1;
        Self {
            column: of.column.clone(),
            sentences: sentences(of, class),
            line: match drawn {
                true => everyone(of, &line, [&x, &y], class),
                false => String::new(),
            },
            groups: match drawn {
                true => groups(of, &line, [&x, &y], class),
                false => Vec::new(),
            },
            levels: levels(of, &y, drawn),
            numbers: numbers(of, class),
        }
    }
}

/// The scale of all means and of everyone's band.
fn probabilities(of: &Dependence) -> Axis {
    let values = of.points.iter().flat_map(|point| {
        let ends = [point.low, point.mean, point.high];
        ends.into_iter().chain(point.by_group.iter().copied())
    });
    Axis::covering(values, (0.0, 1.0))
}

/// The numbers among the points, with what is drawn of them.
fn line(of: &Dependence, value: impl Fn(&DependencePoint) -> f64) -> Vec<(f64, f64)> {
    let points = of.points.iter().filter_map(|point| match point.at {
        PointValue::Number(x) => Some((x, value(point))),
        PointValue::Level(_) => None,
    });
    points.collect()
}

fn everyone(of: &Dependence, line: &[(f64, f64)], axes: [&Axis; 2], class: &str) -> String {
    let band = of.points.iter().take(line.len());
    let band: Vec<(f64, f64)> = band.map(|point| (point.low, point.high)).collect();
    let label = format!("Mean probability of {class} by {}", of.column);
    let curve = Curve {
        line,
        band: &band,
        bins: &of.bins,
    };
    plot::dependence(curve, axes, &label)
}

fn groups(
    of: &Dependence,
    everyone: &[(f64, f64)],
    axes: [&Axis; 2],
    class: &str,
) -> Vec<GroupLine> {
    let drawn = of.groups.iter().take(MOST).enumerate();
    let group = |(at, name): (usize, &String)| GroupLine {
        name: name.clone(),
        svg: plot::dependence_of_group(
            &line(of, |point| point.by_group[at]),
            everyone,
            axes,
            &format!("Mean probability of {class} by {}: {name}", of.column),
        ),
    };
    let found = drawn.map(group);
    found.filter(|group| !group.svg.is_empty()).collect()
}

/// Dots of all points that are not on the line.
fn levels(of: &Dependence, y: &Axis, has_line: bool) -> Option<Levels> {
    let is_dot = |point: &&DependencePoint| !has_line || matches!(point.at, PointValue::Level(_));
    let row = |point: &DependencePoint| LevelRow {
        level: name(&point.at),
        svg: plot::interval(y, Some(estimate(point)), None, "within"),
        value: format::estimate(estimate(point)),
    };
    let rows: Vec<LevelRow> = of.points.iter().filter(is_dot).map(row).collect();
    (!rows.is_empty()).then(|| Levels {
        rows,
        scale: plot::scale(y),
        step: format!("{:.3}", y.step_percent()),
    })
}

fn estimate(point: &DependencePoint) -> Estimate {
    Estimate {
        value: point.mean,
        interval: Interval {
            low: point.low,
            high: point.high,
        },
    }
}

/// A number as short as float32 has it, or the level.
fn name(at: &PointValue) -> String {
    match at {
        PointValue::Number(number) => (*number as f32).to_string(),
        PointValue::Level(level) => level.clone(),
    }
}

/// Where the probability is highest and lowest, and for which groups it moves most and least.
fn sentences(of: &Dependence, class: &str) -> Vec<String> {
    let Some([least, most]) = ends(of, |point| point.mean) else {
        return Vec::new();
    };
    let said = |point: &DependencePoint| {
        format!(
            "{} with {} = {}",
            format::percent(point.mean),
            of.column,
            name(&point.at)
        )
    };
    let mut sentences = vec![format!(
        "The mean probability of {class} is lowest, {}, and highest, {}.",
        said(least),
        said(most)
    )];
    let groups = of.groups.iter().enumerate();
    let mut moves: Vec<(&String, f64)> = groups
        .filter_map(|(at, group)| {
            let [least, most] = ends(of, |point| point.by_group[at])?;
            Some((group, most.by_group[at] - least.by_group[at]))
        })
        .collect();
    moves.sort_by(|a, b| b.1.total_cmp(&a.1));
    if let [(first, widest), .., (last, narrowest)] = &moves[..] {
        sentences.push(format!(
            "From lowest to highest it moves by {} points for everyone, by {} for {first} and by {} for {last}.",
            format::tenths(most.mean - least.mean),
            format::tenths(*widest),
            format::tenths(*narrowest)
        ));
    }
    sentences
}

/// The points where something is least and most, of those where it is known.
fn ends(of: &Dependence, value: impl Fn(&DependencePoint) -> f64) -> Option<[&DependencePoint; 2]> {
    let known = of.points.iter().filter(|point| value(point).is_finite());
    let order = |a: &&DependencePoint, b: &&DependencePoint| value(a).total_cmp(&value(b));
    Some([known.clone().min_by(order)?, known.max_by(order)?])
}

fn numbers(of: &Dependence, class: &str) -> Numbers {
    let columns = [of.column.as_str(), "Share of rows", "Mean", "80% of rows"].into_iter();
    let columns: Vec<&str> = columns
        .chain(of.groups.iter().map(String::as_str))
        .collect();
    let caption = format!("Mean probability of {class} by {}", of.column);
    let mut numbers = Numbers::new(caption, &columns);
    for point in &of.points {
        let share = point.share.map_or_else(|| NONE.to_owned(), format::percent);
        let between = format::range(estimate(point).interval);
        let own = [share, format::percent(point.mean), between].into_iter();
        let by_group = point.by_group.iter();
        let by_group = by_group.map(|mean| percent(mean.is_finite().then_some(*mean)));
        numbers.push(&name(&point.at), own.chain(by_group).collect());
    }
    numbers
}
