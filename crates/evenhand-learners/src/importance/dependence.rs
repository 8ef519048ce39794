//! Partial dependence: what a model says on average where one column has a given value.

use crate::frame::{Frame, NO_LEVEL, Values};

/// Points of a grid over numbers, unless there are fewer values.
const POINTS: usize = 20;

/// A value that a column is set to.
#[derive(Debug, Clone, PartialEq)]
pub enum GridPoint {
    Number(f32),
    /// A level with its code.
    Level(u32, String),
}

/// What a model says at the points of a grid.
#[derive(Debug, Clone, PartialEq)]
pub struct Dependence {
    /// The column of the frame.
    pub column: String,
    pub grid: Vec<GridPoint>,
    /// By point, the weighted mean probability of the class.
    pub mean: Vec<f64>,
    /// By group, the same of the rows of the group; NaN of a group without rows.
    pub by_group: Vec<Vec<f64>>,
    /// By row that was asked for, the probability by point: individual conditional expectation (Goldstein, A., Kapelner,
    /// A., Bleich, J. and Pitkin, E. (2015), J. Comput. Graph. Stat. 24, 44-65).
    pub individual: Vec<Vec<f32>>,
}

/// Rows that a dependence is about.
#[derive(Debug, Clone, Copy)]
pub struct DependenceRows<'a> {
    pub frame: &'a Frame,
    pub rows: &'a [usize],
    /// By row of the frame.
    pub weights: &'a [f64],
    /// By row of the frame; empty for none.
    pub groups: &'a [u32],
    /// As many of the first rows are told one by one.
    pub individuals: usize,
}

/// Partial dependence of the probability of a class on a column of the frame, all other columns as they are (Friedman,
/// J. H. (2001), Ann. Stat. 29, 1189-1232, section 8.2). Numbers have the quantiles of their values as a grid, levels all
/// that occur.
///
/// It says what the model does, not what would happen: rows are made that may not exist, where columns hang together.
pub fn partial_dependence(
    of: DependenceRows,
    column: usize,
    class: usize,
    predict: impl Fn(&Frame, &[usize]) -> Vec<f32>,
) -> Dependence {
    let values = &of.frame.columns()[column].values;
    let grid = grid(values, of.rows);
    let groups = of.groups.iter().max().map_or(0, |last| *last as usize + 1);
    let mut found = Dependence {
        column: of.frame.columns()[column].name.clone(),
        mean: Vec::with_capacity(grid.len()),
        by_group: vec![Vec::with_capacity(grid.len()); groups],
        individual: vec![Vec::with_capacity(grid.len()); of.individuals.min(of.rows.len())],
        grid,
    };
    let mut set = of.frame.clone();
    for point in &found.grid {
        set.set(column, at_point(values, point));
        let probabilities = predict(&set, of.rows);
        let classes = probabilities.len() / of.rows.len();
        // Weighted sums and weights, of all and by group.
        let mut sums = vec![[0.0; 2]; groups + 1];
        for (&row, p) in of.rows.iter().zip(probabilities.chunks_exact(classes)) {
            let own = of.groups.get(row).map(|group| *group as usize + 1);
            for at in [Some(0), own].into_iter().flatten() {
                sums[at][0] += of.weights[row] * f64::from(p[class]);
                sums[at][1] += of.weights[row];
            }
        }
        let mut means = sums.into_iter().map(|[sum, weight]| sum / weight);
        found.mean.extend(means.next());
        let into = found.by_group.iter_mut().zip(means);
        into.for_each(|(into, mean)| into.push(mean));
        let into = found.individual.iter_mut();
        into.zip(probabilities.chunks_exact(classes))
            .for_each(|(into, p)| into.push(p[class]));
    }
    found
}

/// The points that a column is set to: of numbers quantiles, without gaps.
fn grid(values: &Values, rows: &[usize]) -> Vec<GridPoint> {
    match values {
        Values::Numbers(numbers) => {
            let known = rows.iter().map(|&row| numbers[row]);
            let mut known: Vec<f32> = known.filter(|number| number.is_finite()).collect();
            known.sort_unstable_by(f32::total_cmp);
            let last = known.len().saturating_sub(1);
            let quantile = |point: usize| known[point * last / (POINTS - 1)];
            let mut points: Vec<f32> = match known.is_empty() {
                true => Vec::new(),
                false => (0..POINTS).map(quantile).collect(),
            };
            points.dedup();
            points.into_iter().map(GridPoint::Number).collect()
        }
        Values::Levels { codes, levels } => {
            let mut occurs = vec![false; levels.len()];
            for code in rows.iter().map(|&row| codes[row]) {
                if code != NO_LEVEL {
                    occurs[code as usize] = true;
                }
            }
            let levels = (0..).zip(levels.iter()).zip(occurs);
            let levels = levels.filter(|(_, occurs)| *occurs);
            levels
                .map(|((code, level), _)| GridPoint::Level(code, level.clone()))
                .collect()
        }
    }
}

/// A column that has one value in all rows.
fn at_point(values: &Values, point: &GridPoint) -> Values {
    match (values, point) {
        (Values::Numbers(numbers), GridPoint::Number(number)) => {
            Values::Numbers(vec![*number; numbers.len()])
        }
        (Values::Levels { codes, levels }, GridPoint::Level(code, _)) => Values::Levels {
            codes: vec![*code; codes.len()],
            levels: levels.clone(),
        },
        _ => unreachable!("a point is of the column's kind"),
    }
}
