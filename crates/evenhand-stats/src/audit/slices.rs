//! Kinds of pictures that a classifier fails, where nobody thought of a column for them: clusters of
//! features, found on one half of the rows and tested on the other.

use super::estimate::share_interval;
use super::sampling::{effective, part};
use super::table::Table;
use super::{CheckedParams, Estimate, Measure, NotEstimable};
use crate::features::Features;
use crate::stats::contingency::fisher;
use crate::stats::difference::newcombe;
use crate::stats::kmeans::{self, KMeans, KMeansError, Points, Starts};
use crate::stats::multiple::holm;
use crate::stats::resample::mix;
use half::f16;
use rayon::prelude::*;
use std::collections::HashSet;

/// Rows to find and test slices with; more change little and take long.
const MOST_ROWS: usize = 20_000;

/// Columns that features are folded into before distances are taken.
const SKETCH: usize = 128;

/// Rows that a slice should have on average in each half, and how many slices there are at most.
const ROWS_A_SLICE: usize = 50;
const MOST_SLICES: usize = 25;

const STARTS: usize = 3;
const ITERATIONS: usize = 50;

/// Examples of a slice.
const EXAMPLES: usize = 6;

/// The features of a table's rows.
#[derive(Debug, Clone, Copy)]
pub struct FeatureRows<'a> {
    pub features: &'a Features,
    /// For each row of the table, its row among the features.
    pub of: &'a [usize],
}

impl FeatureRows<'_> {
    fn row(&self, row: usize) -> &[f16] {
        self.features.row(self.of[row])
    }
}

/// Rows whose features are alike, of the half that slices are tested on.
#[derive(Debug, Clone, PartialEq)]
pub struct Slice {
    pub accuracy: Measure,
    /// Accuracy of all other rows of that half less that of the slice, with Newcombe's interval.
    pub gap: Estimate,
    /// P-value of Fisher's exact test against these, corrected for the number of slices (Holm).
    pub p_holm: f64,
    /// The groups that it has more of than other rows have, by how much more.
    pub more_of: Vec<MoreOf>,
    /// Some wrongly judged rows, those nearest the middle of the slice first.
    pub examples: Vec<usize>,
}

/// A group that a slice has more of.
#[derive(Debug, Clone, PartialEq)]
pub struct MoreOf {
    pub grouping: String,
    pub group: String,
    /// The group's share of the slice, and of all other rows.
    pub share: f64,
    pub elsewhere: f64,
}

/// The slices that are large enough, the worst first; none where rows are too few to be divided.
///
/// Features are standardised and folded into 128 columns with random signs, which keeps distances
/// on average (Weinberger, K. et al. (2009), ICML, 1113-1120). Of more than 20,000 rows, a random
/// part is taken. Rows of one cluster stay in one half.
///
/// # Errors
///
/// Features that are not finite.
///
/// # Panics
///
/// When there is not a row of features for every row of the table.
pub fn slices(
    table: &Table,
    features: FeatureRows,
    params: &CheckedParams,
) -> Result<Vec<Slice>, KMeansError> {
    assert_eq!(features.of.len(), table.len(), "features of every row");
    let (found_on, tested_on) = halves(table, params.seed);
    for &row in found_on.iter().chain(&tested_on) {
        if features.row(row).iter().any(|value| !value.is_finite()) {
            return Err(KMeansError::NotFinite { row });
        }
    }
    let wanted = (found_on.len() / ROWS_A_SLICE).min(MOST_SLICES);
    if wanted < 2 || tested_on.is_empty() {
        return Ok(Vec::new());
    }
    let sketch = Sketch::new(features, &found_on, params.seed);
    let points = sketch.rows(features, &found_on);
    let how = kmeans::Params {
        clusters: wanted,
        starts: Starts::Exactly(STARTS),
        iterations: ITERATIONS,
        tolerance: 0.0,
        seed: params.seed,
    };
    let clusters = KMeans::fit(Points::new(&points, SKETCH), &how)?;
    let nearest = clusters.nearest(&sketch.rows(features, &tested_on));
    let mut members = vec![Vec::new(); wanted];
    for (&row, nearest) in tested_on.iter().zip(&nearest) {
        members[nearest.cluster].push((nearest.squared, row));
    }
    let mut slices: Vec<(f64, Slice)> = members
        .iter_mut()
        .filter(|members| params.enough(members.len() as u64))
        .filter_map(|members| {
            members.sort_by(|(a, _), (b, _)| a.total_cmp(b));
            let rows: Vec<usize> = members.iter().map(|(_, row)| *row).collect();
            slice(table, &rows, &tested_on, params)
        })
        .collect();
    let p: Vec<f64> = slices.iter().map(|(p, _)| *p).collect();
    for ((_, slice), p_holm) in slices.iter_mut().zip(holm(&p)) {
        slice.p_holm = p_holm;
    }
    slices.sort_by(|(_, a), (_, b)| b.gap.value.total_cmp(&a.gap.value));
    Ok(slices.into_iter().map(|(_, slice)| slice).collect())
}

/// Rows to find slices on and rows to test them on.
fn halves(table: &Table, seed: u64) -> (Vec<usize>, Vec<usize>) {
    let mut rows: Vec<usize> = (0..table.len()).collect();
    if rows.len() > MOST_ROWS {
        rows.sort_by_key(|&row| mix(seed, row as u64));
        rows.truncate(MOST_ROWS);
        rows.sort_unstable();
    }
    rows.into_iter()
        .partition(|&row| part(table, row, 2, seed) == 0)
}

/// With its uncorrected p-value; `None` where there are no other rows.
fn slice(
    table: &Table,
    rows: &[usize],
    tested_on: &[usize],
    params: &CheckedParams,
) -> Option<(f64, Slice)> {
    let is_right = |row: usize| table.labels[row] == table.predicted[row];
    let others = without(tested_on, rows);
    let here = effective(table, rows.iter().copied(), is_right);
    let there = effective(table, others.iter().copied(), is_right);
    let gap = Estimate {
        value: there.rate() - here.rate(),
        interval: newcombe(there, here, params.level)?,
    };
    let estimate = share_interval(here, params).map(|interval| Estimate {
        value: here.rate(),
        interval,
    });
    let wrong = rows.iter().copied().filter(|&row| !is_right(row));
    let slice = Slice {
        accuracy: Measure {
            n: rows.len() as u64,
            estimate: estimate.ok_or(NotEstimable::Undefined),
        },
        gap,
        p_holm: 1.0,
        more_of: more_of(table, rows, &others, params),
        examples: wrong.take(EXAMPLES).collect(),
    };
    Some((fisher(here.rounded(), there.rounded()), slice))
}

fn without(all: &[usize], rows: &[usize]) -> Vec<usize> {
    let rows: HashSet<usize> = rows.iter().copied().collect();
    all.iter()
        .copied()
        .filter(|row| !rows.contains(row))
        .collect()
}

/// Groups that are significantly more frequent in the slice, corrected for their number.
fn more_of(table: &Table, rows: &[usize], others: &[usize], params: &CheckedParams) -> Vec<MoreOf> {
    let mut found = Vec::new();
    for members in &table.groupings {
        for (at, group) in members.values.iter().enumerate() {
            let is_member = |row: usize| members.of[row] as usize == at;
            let here = effective(table, rows.iter().copied(), is_member);
            if here.hits == 0.0 {
                continue;
            }
            let elsewhere = effective(table, others.iter().copied(), is_member);
            if here.rate() > elsewhere.rate() {
                let more = MoreOf {
                    grouping: members.name.clone(),
                    group: group.clone(),
                    share: here.rate(),
                    elsewhere: elsewhere.rate(),
                };
                found.push((fisher(here.rounded(), elsewhere.rounded()), more));
            }
        }
    }
    let p: Vec<f64> = found.iter().map(|(p, _)| *p).collect();
    let alpha = 1.0 - params.level.value();
    let mut more: Vec<MoreOf> = found
        .into_iter()
        .zip(holm(&p))
        .filter(|(_, p)| *p < alpha)
        .map(|((_, more), _)| more)
        .collect();
    let excess = |more: &MoreOf| more.share - more.elsewhere;
    more.sort_by(|a, b| excess(b).total_cmp(&excess(a)));
    more
}

/// Standardises features and folds them into few columns.
struct Sketch {
    mean: Vec<f32>,
    /// 1 by the standard deviation, 0 of a constant column; with a random sign.
    scale: Vec<f32>,
    column: Vec<usize>,
}

impl Sketch {
    fn new(features: FeatureRows, rows: &[usize], seed: u64) -> Self {
        let dim = features.features.dim();
        let (mut mean, mut squares) = (vec![0.0f32; dim], vec![0.0f32; dim]);
        // Welford (1962), Technometrics 4, 419-420.
        for (n, &row) in (1..).zip(rows) {
            for ((mean, squares), value) in mean.iter_mut().zip(&mut squares).zip(features.row(row))
            {
                let away = value.to_f32() - *mean;
                *mean += away / n as f32;
                *squares += away * (value.to_f32() - *mean);
            }
        }
        let scale = squares.iter().zip(0..).map(|(squares, at)| {
            let sign = if mix(seed, at) & 1 == 0 { 1.0 } else { -1.0 };
            let deviation = (squares / rows.len() as f32).sqrt();
            if deviation > 0.0 {
                sign / deviation
            } else {
                0.0
            }
        });
        Self {
            scale: scale.collect(),
            mean,
            column: (0..dim as u64)
                .map(|at| (mix(seed, at) >> 1) as usize % SKETCH)
                .collect(),
        }
    }

    /// `[rows, SKETCH]`, row-major.
    fn rows(&self, features: FeatureRows, rows: &[usize]) -> Vec<f64> {
        let mut points = vec![0.0; rows.len() * SKETCH];
        let into = points.par_chunks_mut(SKETCH).zip(rows.par_iter());
        into.for_each(|(point, &row)| {
            let of_column = self.mean.iter().zip(&self.scale).zip(&self.column);
            for (value, ((mean, scale), &column)) in features.row(row).iter().zip(of_column) {
                point[column] += f64::from((value.to_f32() - mean) * scale);
            }
        });
        points
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::audit::toy::two;
    use crate::audit::{Design, Params, Row};

    /// Two in five pictures are of a kind that is mostly judged wrongly, and four in five of these
    /// were taken at night; of the others one in ten was, and one in ten is judged wrongly.
    fn planted(rows: usize, kind_shows: f32) -> (Table, Features) {
        let chance = |row: usize, of: u64| (mix(of, row as u64) >> 11) as f64 / (1u64 << 53) as f64;
        let mut features = Features::new(40);
        let rows = (0..rows).map(|row| {
            let odd = chance(row, 1) < 0.4;
            let night = chance(row, 2) < if odd { 0.8 } else { 0.1 };
            let wrong = chance(row, 3) < if odd { 0.6 } else { 0.1 };
            let noise = (0..40).map(|at| {
                let shift = if odd && at < 20 { kind_shows } else { 0.0 };
                f16::from_f32(chance(row, 10 + at) as f32 + shift)
            });
            features.push(&noise.collect::<Vec<_>>());
            Row {
                label: 1,
                predicted: usize::from(!wrong),
                score: None,
                attributes: vec![if night { "night" } else { "day" }],
            }
        });
        let design = Design::of(crate::groups::parse("light").unwrap());
        let table = Table::new(&two(), &["light".to_owned()], &design, rows).unwrap();
        (table, features)
    }

    fn all(features: &Features) -> FeatureRows<'_> {
        static ROWS: [usize; 1000] = {
            let mut rows = [0; 1000];
            let mut at = 0;
            while at < 1000 {
                rows[at] = at;
                at += 1;
            }
            rows
        };
        let of = &ROWS[..features.rows()];
        FeatureRows { features, of }
    }

    #[test]
    fn a_kind_of_picture_that_fails_is_found_and_described() {
        let (table, features) = planted(1000, 3.0);
        let params = Params::default().check().unwrap();
        let slices = slices(&table, all(&features), &params).unwrap();
        let worst = &slices[0];
        assert!(
            worst.p_holm < 0.01 && worst.gap.interval.low > 0.1,
            "{worst:?}"
        );
        assert_eq!(worst.more_of[0].group, "night", "{worst:?}");
        assert!(!worst.examples.is_empty());
        assert!(worst.examples.iter().all(|&row| table.predicted[row] == 0));
        let n: u64 = slices.iter().map(|slice| slice.accuracy.n).sum();
        assert!((400..600).contains(&n), "tested on the other half: {n}");
    }

    #[test]
    fn pictures_that_are_all_of_one_kind_have_no_slice_that_stands_out() {
        let (mut table, features) = planted(1000, 0.0);
        table.predicted = (0..1000)
            .map(|row| usize::from(!mix(5, row).is_multiple_of(5)))
            .collect();
        let params = Params::default().check().unwrap();
        let slices = slices(&table, all(&features), &params).unwrap();
        assert!(slices.len() > 3);
        assert!(slices.iter().all(|slice| slice.p_holm > 0.01), "{slices:?}");
    }

    #[test]
    fn too_few_rows_are_not_divided() {
        let (table, features) = planted(120, 3.0);
        let params = Params::default().check().unwrap();
        assert_eq!(slices(&table, all(&features), &params).unwrap(), []);
    }
}
