//! Bins: values of columns as codes of one byte.

use crate::frame::{Frame, NO_LEVEL, Values};
use rayon::prelude::*;
use std::collections::BTreeMap;

/// The code of gaps, of levels that are not binned, and of unseen levels.
pub(super) const MISSING: u8 = u8::MAX;
/// The most bins of a column, beside that of gaps.
const MOST: usize = 254;
/// Values that cuts are looked for in, at most about twice as many.
const SAMPLE: usize = 200_000;

/// What the codes of a column stand for.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Scale {
    /// The values below `cuts[code]` and not below the cut before it; what no cut is above has the last code.
    Numbers { cuts: Vec<f32> },
    /// The level of each code, the most frequent first, of a column of so many levels.
    Levels { levels: Vec<u32>, known: usize },
}

impl Scale {
    /// The number of codes, beside [`MISSING`].
    pub(super) fn bins(&self) -> usize {
        match self {
            Self::Numbers { cuts } => cuts.len() + 1,
            Self::Levels { levels, .. } => levels.len(),
        }
    }
}

/// The training rows of a frame in bins. Row `i` here is row `rows[i]` of the frame.
#[derive(Debug)]
pub(super) struct Bins {
    pub(super) rows: usize,
    pub(super) scales: Vec<Scale>,
    /// By column.
    pub(super) codes: Vec<Vec<u8>>,
}

impl Bins {
    pub(super) fn new(frame: &Frame, rows: &[usize]) -> Self {
        let columns = frame.columns().par_iter();
        let columns = columns.map(|column| match &column.values {
            Values::Numbers(values) => number_codes(values, rows),
            Values::Levels { codes, levels } => level_codes(codes, levels.len(), rows),
        });
        let (scales, codes) = columns.unzip();
        Self {
            rows: rows.len(),
            scales,
            codes,
        }
    }
}

fn number_codes(values: &[f32], rows: &[usize]) -> (Scale, Vec<u8>) {
    let step = (rows.len() / SAMPLE).max(1);
    let sample = rows.iter().step_by(step).map(|&row| values[row]);
    let cuts = cuts(sample.filter(|value| !value.is_nan()).collect());
    let code = |&row: &usize| match values[row] {
        value if value.is_nan() => MISSING,
        value => cuts.partition_point(|&cut| cut <= value) as u8,
    };
    let codes = rows.iter().map(code).collect();
    (Scale::Numbers { cuts }, codes)
}

/// Cuts between values, so that bins hold about equally many; a value that fills a bin has it to itself.
fn cuts(mut values: Vec<f32>) -> Vec<f32> {
    values.sort_unstable_by(f32::total_cmp);
    let runs: Vec<&[f32]> = values.chunk_by(|a, b| a == b).collect();
    let mut cuts = Vec::new();
    let mut left = values.len();
    let mut filled = 0;
    for pair in runs.windows(2) {
        filled += pair[0].len();
        let bins = MOST - cuts.len();
        let is_next_full = pair[1].len() * bins >= left;
        if runs.len() <= MOST || filled * bins >= left || (is_next_full && bins > 2) {
            cuts.push(between(pair[0][0], pair[1][0]));
            left -= filled;
            filled = 0;
        }
        if cuts.len() == MOST - 1 {
            break;
        }
    }
    cuts
}

/// A number above `low` and not above `high`: in the middle, where there is one.
fn between(low: f32, high: f32) -> f32 {
    let middle = low / 2.0 + high / 2.0;
    let inside = middle.is_finite() && middle > low && middle <= high;
    if inside { middle } else { high }.clamp(f32::MIN, f32::MAX)
}

fn level_codes(codes: &[u32], known: usize, rows: &[usize]) -> (Scale, Vec<u8>) {
    let mut counts = BTreeMap::<u32, usize>::new();
    for &row in rows {
        *counts.entry(codes[row]).or_default() += 1;
    }
    counts.remove(&NO_LEVEL);
    let mut levels: Vec<u32> = counts.keys().copied().collect();
    levels.sort_by_key(|level| std::cmp::Reverse(counts[level]));
    levels.truncate(MOST);
    let mut of_level = vec![MISSING; known];
    for (code, &level) in levels.iter().enumerate() {
        of_level[level as usize] = code as u8;
    }
    let code = |&row: &usize| of_level.get(codes[row] as usize).copied();
    let codes = rows
        .iter()
        .map(|row| code(row).unwrap_or(MISSING))
        .collect();
    (Scale::Levels { levels, known }, codes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::frame::Column;
    use std::sync::Arc;

    #[test]
    fn few_values_have_a_bin_each_and_gaps_their_own() {
        let column = Column::new("x", Values::Numbers(vec![3.0, f32::NAN, 1.0, 7.0, 3.0]));
        let bins = Bins::new(&Frame::new(vec![column]), &[0, 1, 2, 3, 4]);
        assert_eq!(
            bins.scales[0],
            Scale::Numbers {
                cuts: vec![2.0, 5.0]
            }
        );
        assert_eq!(bins.codes[0], [1, MISSING, 0, 2, 1]);
    }

    #[test]
    fn many_values_have_bins_of_about_equal_size() {
        let values: Vec<f32> = (0..10_000)
            .map(|row| {
                if row % 2 == 0 {
                    0.0
                } else {
                    (row as f32).sqrt()
                }
            })
            .collect();
        let rows: Vec<usize> = (0..values.len()).collect();
        let bins = Bins::new(
            &Frame::new(vec![Column::new("x", Values::Numbers(values))]),
            &rows,
        );
        let mut counts = [0; 256];
        bins.codes[0]
            .iter()
            .for_each(|&code| counts[usize::from(code)] += 1);
        assert_eq!(bins.scales[0].bins(), MOST);
        assert_eq!(
            counts[0], 5000,
            "the value of half of the rows has a bin to itself"
        );
        assert!(
            counts[1..MOST]
                .iter()
                .all(|count| (15..=25).contains(count)),
            "{counts:?}"
        );
    }

    #[test]
    fn neighbouring_and_infinite_values_are_told_apart_by_finite_cuts() {
        let next = 1.0_f32.next_up();
        assert_eq!(between(1.0, next), next);
        assert_eq!(between(1.0, f32::INFINITY), f32::MAX);
        assert_eq!(between(f32::NEG_INFINITY, 1.0), 1.0);
        assert_eq!(between(-3e38, 3e38), 0.0);
    }

    #[test]
    fn levels_beyond_the_most_frequent_are_gaps() {
        let names: Arc<[String]> = (0..300).map(|level| level.to_string()).collect();
        let mut level = vec![NO_LEVEL];
        level.extend((0..300).chain(0..254));
        let rows: Vec<usize> = (0..level.len()).collect();
        let column = Column::new(
            "x",
            Values::Levels {
                codes: level,
                levels: names,
            },
        );
        let bins = Bins::new(&Frame::new(vec![column]), &rows);
        let codes = &bins.codes[0];
        assert_eq!(
            (codes[0], codes[1], codes[254], codes[255]),
            (MISSING, 0, 253, MISSING)
        );
    }
}
