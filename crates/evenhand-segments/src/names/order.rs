//! Whether names fit the components in the order in which they were given.

use super::Axes;
use super::words::{same_stem, words};
use serde::Serialize;

/// How much better the words of names must match the loadings in reverse than as given.
const CLEARLY: f64 = 1.25;
/// The same for any other order, of which there are many.
const ANY_ORDER: f64 = 1.5;
/// All orders of so many names are looked at.
const MOST_ORDERED: usize = 8;

/// What the words of names say about their order. Matches are means over names, from 0 to 1: see [`order_of_names`].
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Order {
    /// No other order fits clearly better.
    Fits { given: f64 },
    /// The first name fits the last component, and so on.
    Reversed { given: f64, reversed: f64 },
    /// Names fit other components: for each name, the component from 0.
    Other {
        given: f64,
        best: f64,
        components: Vec<usize>,
    },
    /// Fewer than two names have a word that a column's name has, too.
    Unknown,
}

/// Matches the words of `names`, the first given to the first component, with the names of columns that load on each.
///
/// The match of a name with a component is the mean, over those of its words that occur in names of columns, of the root mean
/// square of these columns' loadings. Words are alike when they begin alike: `Commuters` and `MeanCommute`. The order is
/// reversed where the reversed order's mean match is at least 1.25 times that of the order given; another order is
/// reported from 1.5 times on. Words are all that is looked at: a name that avoids the words of columns says nothing.
///
/// A list of components in ascending order of variance, as some libraries give it, is the usual reason for a reversal.
///
/// # Panics
/// When there are more names than components.
pub fn order_of_names(names: &[String], axes: &Axes) -> Order {
    assert!(names.len() <= axes.len(), "a component for each name");
    let columns: Vec<Vec<String>> = axes.columns().iter().map(|name| words(name)).collect();
    let matches: Vec<Vec<f64>> = names
        .iter()
        .map(|name| matches(&words(name), &columns, axes))
        .collect();
    let told = matches.iter().filter(|row| row.iter().any(|m| *m > 0.0));
    if told.count() < 2 {
        return Order::Unknown;
    }
    let count = names.len();
    let mean = |order: &[usize]| {
        let pairs = matches.iter().zip(order);
        pairs.map(|(row, &component)| row[component]).sum::<f64>() / count as f64
    };
    let as_given: Vec<usize> = (0..count).collect();
    let backwards: Vec<usize> = (0..count).rev().collect();
    let (given, reversed) = (mean(&as_given), mean(&backwards));
    let (best, components) = match count {
        ..=MOST_ORDERED => best_order(&as_given, &mean),
        _ => (given, as_given),
    };
    if reversed >= CLEARLY * given && best < ANY_ORDER * reversed {
        Order::Reversed { given, reversed }
    } else if best >= ANY_ORDER * given {
        Order::Other {
            given,
            best,
            components,
        }
    } else {
        Order::Fits { given }
    }
}

/// How well the words of a name match each component.
fn matches(name: &[String], columns: &[Vec<String>], axes: &Axes) -> Vec<f64> {
    let spoken_of = |word: &String| -> Vec<usize> {
        let speaks = |column: &Vec<String>| column.iter().any(|other| same_stem(word, other));
        (0..columns.len())
            .filter(|&at| speaks(&columns[at]))
            .collect()
    };
    let spoken_of = name.iter().map(spoken_of);
    let spoken_of: Vec<Vec<usize>> = spoken_of.filter(|columns| !columns.is_empty()).collect();
    let of_component = |component: usize| {
        let loadings = axes.loadings(component);
        let of_word = |columns: &Vec<usize>| {
            let squares: f64 = columns.iter().map(|&at| loadings[at].powi(2)).sum();
            (squares / columns.len() as f64).sqrt()
        };
        let sum: f64 = spoken_of.iter().map(of_word).sum();
        sum / spoken_of.len().max(1) as f64
    };
    (0..axes.len()).map(of_component).collect()
}

/// The order with the best match, and that match.
fn best_order(first: &[usize], mean: &impl Fn(&[usize]) -> f64) -> (f64, Vec<usize>) {
    let mut order = first.to_vec();
    let mut best = (mean(first), first.to_vec());
    // Heap, B. R. (1963), The Computer Journal 6, 293-298.
    let mut counters = vec![0; order.len()];
    let mut at = 1;
    while at < order.len() {
        if counters[at] < at {
            let other = if at % 2 == 0 { 0 } else { counters[at] };
            order.swap(other, at);
            let match_of = mean(&order);
            if match_of > best.0 {
                best = (match_of, order.clone());
            }
            counters[at] += 1;
            at = 1;
        } else {
            counters[at] = 0;
            at += 1;
        }
    }
    best
}

impl Order {
    /// What is wrong with the order, in a sentence; `None` where nothing is known to be.
    pub fn sentence(&self, names: &[String]) -> Option<String> {
        match self {
            Self::Fits { .. } | Self::Unknown => None,
            Self::Reversed { given, reversed } => Some(format!(
                "The names fit the components in reverse: their words match the loadings by {reversed:.2} in reverse and by \
                 {given:.2} in the order given. `{}` fits component {}, not component 1. Some programs list components \
                 from the smallest variance to the largest.",
                names.first().map_or("", String::as_str),
                names.len(),
            )),
            Self::Other {
                given,
                best,
                components,
            } => {
                let moved = components.iter().enumerate().filter(|(at, to)| at != *to);
                let moved = moved.map(|(at, to)| format!("`{}` component {}", names[at], to + 1));
                let moved: Vec<String> = moved.collect();
                Some(format!(
                    "The names fit the components in another order: their words match the loadings by {best:.2} then and by \
                     {given:.2} in the order given. {} would fit.",
                    evenhand_stats::text::list(&moved, "and"),
                ))
            }
        }
    }
}
