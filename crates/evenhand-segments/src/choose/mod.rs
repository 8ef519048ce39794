//! The number of segments: silhouette, gap statistic and stability, side by side.

mod fits;
mod gap;
mod rand_index;
mod silhouette;
mod stability;

pub use gap::{Gap, gaps, one_error_rule};
pub use rand_index::adjusted_rand;
pub use silhouette::silhouettes;
pub use stability::{Stability, stability};

use crate::error::SegmentError;
use evenhand_stats::stats::kmeans::{KMeansError, Points};
use evenhand_stats::text::list;
use rand::rngs::ChaCha8Rng;
use rand::{RngExt, SeedableRng};
use serde::{Deserialize, Serialize};
use std::ops::RangeInclusive;

/// Segments whose bootstrap samples agree by at least this are called stable (Hennig 2007: from 0.75 on a pattern, from 0.85 on
/// a stable one).
pub const STABLE: f64 = 0.8;

/// How much less stable than the most stable number a recommended one may be.
const LESS_STABLE: f64 = 0.1;

/// Rows that are compared pair by pair; of larger tables, a sample is.
const MOST_ROWS: usize = 5_000;

/// How numbers of segments are compared.
#[derive(Debug, Clone, PartialEq)]
pub struct ChooseParams {
    pub segments: RangeInclusive<usize>,
    /// Pairs of bootstrap samples.
    pub pairs: usize,
    /// Reference tables of the gap statistic.
    pub tables: usize,
    pub seed: u64,
}

impl ChooseParams {
    pub fn new(segments: RangeInclusive<usize>, seed: u64) -> Self {
        Self {
            segments,
            pairs: 20,
            tables: 20,
            seed,
        }
    }
}

/// What speaks for a number of segments.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Candidate {
    pub segments: usize,
    pub inertia: f64,
    pub silhouette: f64,
    pub stability: Stability,
}

impl Candidate {
    pub fn is_stable(&self) -> bool {
        self.stability.mean >= STABLE
    }
}

/// Numbers of segments side by side.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Choice {
    pub candidates: Vec<Candidate>,
    /// The largest number that is stable, and less so than the most stable one by at most 0.1; where none is stable, the most
    /// stable one. A segment too many divides one that is there and leaves the others as they are: it loses some stability.
    pub recommended: usize,
    /// The number with the largest silhouette.
    pub silhouette: usize,
    /// Of one segment and all numbers up to the one after the last candidate, where there are as many rows.
    pub gaps: Vec<Gap>,
    /// The number that the gap statistic's rule of one standard error takes, if any: 1 where rows fall into no segments.
    pub gap: Option<usize>,
    /// Rows that were compared, of all.
    pub sampled: usize,
    pub rows: usize,
}

/// Compares numbers of segments of rows: the scores of their components. Of more than 5,000 rows, a random sample is compared.
///
/// # Errors
/// When fewer than 2 segments are asked for, or more than there are rows.
pub fn choose(points: Points, params: &ChooseParams) -> Result<Choice, SegmentError> {
    let (first, last) = (*params.segments.start(), *params.segments.end());
    if first < 2 || last < first {
        return Err(SegmentError::TooFewSegments(first.min(last)));
    }
    let sample = sample(points, params.seed);
    let (values, weights) = &sample;
    let points_of_sample = Points::new(values, points.dims()).weighted(weights.as_deref());
    let too_few = |_: KMeansError| SegmentError::TooFewRows {
        rows: points.len(),
        segments: last,
    };
    let candidates = compare(points_of_sample, params).map_err(too_few)?;
    let compared = 1..=(last + 1).min(points_of_sample.len());
    let gaps = gaps(points_of_sample, compared, params.tables, params.seed).map_err(too_few)?;
    let best = |value: &dyn Fn(&Candidate) -> f64| {
        let candidates = candidates.iter();
        let better = |a: &&Candidate, b: &&Candidate| value(a).total_cmp(&value(b));
        candidates
            .max_by(better)
            .map_or(first, |best| best.segments)
    };
    let most_stable = best(&|candidate| candidate.stability.mean);
    let means = candidates.iter().map(|candidate| candidate.stability.mean);
    let highest = means.fold(0.0, f64::max);
    let mut largest_first = candidates.iter().rev();
    let stable = largest_first.find(|c| c.is_stable() && c.stability.mean >= highest - LESS_STABLE);
    Ok(Choice {
        recommended: stable.map_or(most_stable, |stable| stable.segments),
        silhouette: best(&|candidate| candidate.silhouette),
        gap: one_error_rule(&gaps),
        gaps,
        sampled: points_of_sample.len(),
        rows: points.len(),
        candidates,
    })
}

fn compare(points: Points, params: &ChooseParams) -> Result<Vec<Candidate>, KMeansError> {
    let seed = params.seed;
    let fits = params
        .segments
        .clone()
        .map(|count| fits::careful(points, count, seed));
    let fits = fits.collect::<Result<Vec<_>, _>>()?;
    let divisions: Vec<Vec<usize>> = fits.iter().map(|fit| fit.assign(points.values())).collect();
    let silhouettes = silhouettes(points, &divisions);
    let each = fits.iter().zip(silhouettes);
    each.map(|(fit, silhouette)| {
        Ok(Candidate {
            segments: fit.clusters(),
            inertia: fit.inertia,
            silhouette,
            stability: stability(points, fit.clusters(), params.pairs, seed)?,
        })
    })
    .collect()
}

/// All rows, or a random sample of many, in their order.
fn sample(points: Points, seed: u64) -> (Vec<f64>, Option<Vec<f64>>) {
    let rows: Vec<usize> = match points.len() {
        few @ ..=MOST_ROWS => (0..few).collect(),
        many => {
            // Vitter, J. S. (1985), ACM Trans. Math. Softw. 11, 37-57, algorithm R.
            let mut rng = ChaCha8Rng::seed_from_u64(seed);
            let mut taken: Vec<usize> = (0..MOST_ROWS).collect();
            for row in MOST_ROWS..many {
                let place = rng.random_range(0..=row);
                if place < MOST_ROWS {
                    taken[place] = row;
                }
            }
            taken.sort_unstable();
            taken
        }
    };
    let values = rows.iter().flat_map(|&row| points.row(row)).copied();
    let weights = points
        .weights()
        .map(|_| rows.iter().map(|&row| points.weight(row)).collect());
    (values.collect(), weights)
}

impl Choice {
    /// The gap of a number of segments.
    pub fn gap_of(&self, segments: usize) -> Option<&Gap> {
        self.gaps.iter().find(|gap| gap.segments == segments)
    }

    pub fn of(&self, segments: usize) -> Option<&Candidate> {
        let mut candidates = self.candidates.iter();
        candidates.find(|candidate| candidate.segments == segments)
    }

    /// Whether this number of segments is stable, in a sentence, and which is if it is not.
    pub fn sentence(&self, segments: usize) -> Option<String> {
        let found = self.of(segments)?;
        let agree = percent(found.stability.mean);
        let measured = format!("two samples agree by {agree} beyond chance (adjusted Rand index)");
        if found.is_stable() {
            return Some(format!("{segments} segments are stable: {measured}."));
        }
        let recommended = self.of(self.recommended).filter(|other| other.is_stable());
        let instead = match recommended {
            Some(other) => format!("{} are ({})", other.segments, percent(other.stability.mean)),
            None => "no number that was tried is".to_owned(),
        };
        Some(format!(
            "{segments} segments are not stable: {measured}; {instead}."
        ))
    }

    /// What the measures say about the number of segments, in a sentence.
    pub fn summary(&self) -> String {
        let stable = self
            .candidates
            .iter()
            .filter(|candidate| candidate.is_stable());
        let stable: Vec<String> = stable.map(|c| c.segments.to_string()).collect();
        let stable = match stable.is_empty() {
            true => "no number of segments is".to_owned(),
            false => format!("{} segments are", list(&stable, "and")),
        };
        let gap = match self.gap {
            Some(1) => "by the gap statistic there are no segments".to_owned(),
            Some(segments) => format!("the gap statistic takes {segments}"),
            None => "the gap statistic takes none of them".to_owned(),
        };
        format!(
            "{} stable; the silhouette is largest with {}; {gap}.",
            capitalised(&stable),
            self.silhouette
        )
    }
}

fn percent(share: f64) -> String {
    format!("{:.0} %", 100.0 * share)
}

fn capitalised(text: &str) -> String {
    let mut letters = text.chars();
    let first = letters.next().into_iter().flat_map(char::to_uppercase);
    first.chain(letters).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn clouds(rows: usize) -> Vec<f64> {
        let mut rng = ChaCha8Rng::seed_from_u64(3);
        let cloud = |row: usize| [[0.0, 0.0], [8.0, 0.0], [0.0, 8.0], [8.0, 9.0]][row % 4];
        (0..rows)
            .flat_map(|row| cloud(row).map(|corner| corner + rng.random::<f64>()))
            .collect()
    }

    #[test]
    fn four_clouds_are_found_by_all_three_measures() {
        let values = clouds(160);
        let params = ChooseParams {
            pairs: 10,
            tables: 8,
            ..ChooseParams::new(2..=6, 1)
        };
        let choice = choose(Points::new(&values, 2), &params).unwrap();
        assert_eq!(
            (choice.recommended, choice.silhouette, choice.gap),
            (4, 4, Some(4))
        );
        let sentence = choice.sentence(6).unwrap();
        assert!(
            sentence.starts_with("6 segments are not stable: two samples agree by"),
            "{sentence}"
        );
        assert!(sentence.ends_with("; 4 are (100 %)."), "{sentence}");
        assert!(
            choice
                .sentence(4)
                .unwrap()
                .starts_with("4 segments are stable")
        );
        assert_eq!(choice.sentence(9), None);
        assert!(
            choice
                .summary()
                .ends_with("the silhouette is largest with 4; the gap statistic takes 4.")
        );
    }

    #[test]
    fn rows_without_segments_are_told() {
        let mut rng = ChaCha8Rng::seed_from_u64(9);
        let values: Vec<f64> = (0..600).map(|_| rng.random::<f64>()).collect();
        let params = ChooseParams {
            pairs: 5,
            ..ChooseParams::new(2..=4, 1)
        };
        let choice = choose(Points::new(&values, 3), &params).unwrap();
        assert_eq!(choice.gap, Some(1), "{:?}", choice.gaps);
        assert_eq!(choice.gaps.len(), 5);
        assert!(
            choice
                .summary()
                .ends_with("by the gap statistic there are no segments.")
        );
    }

    #[test]
    fn large_tables_are_sampled() {
        let values = clouds(6_000);
        let (sampled, weights) = sample(Points::new(&values, 2), 1);
        assert_eq!((sampled.len(), weights), (2 * MOST_ROWS, None));
        // In their order, none twice.
        let place = |row: &[f64]| values.chunks(2).position(|other| other == row).unwrap();
        let places: Vec<usize> = sampled.chunks(2).step_by(500).map(place).collect();
        assert!(places.is_sorted_by(|a, b| a < b), "{places:?}");
    }

    #[test]
    fn one_segment_and_more_than_rows_are_refused() {
        let values = clouds(8);
        let refused =
            |range| choose(Points::new(&values, 2), &ChooseParams::new(range, 1)).unwrap_err();
        assert_eq!(refused(1..=3), SegmentError::TooFewSegments(1));
        let error = refused(2..=9);
        assert!(
            matches!(error, SegmentError::TooFewRows { rows: 8, .. }),
            "{error}"
        );
    }
}
