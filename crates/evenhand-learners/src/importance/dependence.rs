//! Partial dependence: what a model says on average where one column of the data has a given value.

use crate::frame::{Column, Frame, NO_LEVEL, Values};

/// Points of a grid over numbers, unless there are fewer values.
const POINTS: usize = 20;
/// Levels of a grid over a category: those of the most rows.
const LEVELS: usize = 20;
/// Bins of the distribution of numbers.
const BINS: usize = 20;

/// A value that a column of the data is set to.
#[derive(Debug, Clone, PartialEq)]
pub enum GridPoint {
    Number(f32),
    /// A level of a category, or a gap code.
    Level(String),
    Missing,
}

/// What a model says at the points of a grid.
#[derive(Debug, Clone, PartialEq)]
pub struct Dependence {
    /// The column of the data.
    pub source: String,
    /// Quantiles of numbers, then their gap codes; or the levels of the most rows. Missing values come last.
    pub points: Vec<DependencePoint>,
    /// The rows that have a number, in bins of equal width from the least to the largest: shares of the weight of all
    /// rows. Empty of a category.
    pub bins: Vec<f64>,
}

/// What a model says of rows whose column was set to one value.
#[derive(Debug, Clone, PartialEq)]
pub struct DependencePoint {
    pub at: GridPoint,
    /// Share of the weight of the rows that have this value; `None` of a number, see [`Dependence::bins`].
    pub share: Option<f64>,
    /// The probability of the class by row: individual conditional expectation (Goldstein, A., Kapelner, A., Bleich, J.
    /// and Pitkin, E. (2015), J. Comput. Graph. Stat. 24, 44-65).
    pub individual: Vec<f32>,
}

impl DependencePoint {
    /// The mean, with one weight a row; 0 leaves a row out. NaN without a row.
    pub fn mean(&self, weights: &[f64]) -> f64 {
        let rows = self.individual.iter().zip(weights);
        let sum: f64 = rows.map(|(p, weight)| f64::from(*p) * weight).sum();
        sum / weights.iter().sum::<f64>()
    }

    /// The least probability that rows of at least this share of the weight do not exceed. NaN without a row.
    pub fn quantile(&self, share: f64, weights: &[f64]) -> f64 {
        let mut rows: Vec<(f32, f64)> = self
            .individual
            .iter()
            .copied()
            .zip(weights.iter().copied())
            .collect();
        rows.retain(|(_, weight)| *weight > 0.0);
        rows.sort_unstable_by(|a, b| a.0.total_cmp(&b.0));
        let enough = share * rows.iter().map(|(_, weight)| weight).sum::<f64>();
        let mut below = 0.0;
        for (p, weight) in &rows {
            below += weight;
            if below >= enough {
                return f64::from(*p);
            }
        }
        rows.last().map_or(f64::NAN, |(p, _)| f64::from(*p))
    }
}

/// Partial dependence of the probability of a class on a column of the data, all other columns as they are (Friedman,
/// J. H. (2001), Ann. Stat. 29, 1189-1232, section 8.2). All columns of the frame that were made from it are set
/// together: a number leaves no gap code. `weights` has one number for each of `rows`; `predict` gives probabilities,
/// `[rows, classes]`.
///
/// It says what the model does, not what would happen: rows are made that may not exist, where columns hang together.
pub fn partial_dependence(
    (frame, rows): (&Frame, &[usize]),
    weights: &[f64],
    source: &str,
    class: usize,
    predict: impl Fn(&Frame, &[usize]) -> Vec<f32>,
) -> Dependence {
    let columns = frame.columns().iter();
    let columns: Vec<&Column> = columns.filter(|column| column.source == source).collect();
    let grid = Grid {
        columns: &columns,
        rows,
        weights,
    };
    let mut set = frame.clone();
    let point = |setting: Setting| {
        let mut cells = setting.cells.into_iter();
        set.replace(source, |at| {
            let cell = cells.next().expect("a cell for each column");
            cell.in_all_rows(&frame.columns()[at].values)
        });
        let probabilities = predict(&set, rows);
        let classes = probabilities.len() / rows.len().max(1);
        let of_rows = probabilities.chunks_exact(classes.max(1));
        DependencePoint {
            at: setting.at,
            share: setting.share,
            individual: of_rows.map(|of| of[class]).collect(),
        }
    };
    Dependence {
        source: source.to_owned(),
        points: grid.settings().into_iter().map(point).collect(),
        bins: grid.bins(),
    }
}

/// One value of a column of the frame.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Cell {
    Number(f32),
    Code(u32),
}

impl Cell {
    /// A column like this one with the same value in all rows.
    fn in_all_rows(self, values: &Values) -> Values {
        match (values, self) {
            (Values::Numbers(numbers), Self::Number(number)) => {
                Values::Numbers(vec![number; numbers.len()])
            }
            (Values::Levels { codes, levels }, Self::Code(code)) => Values::Levels {
                codes: vec![code; codes.len()],
                levels: levels.clone(),
            },
            _ => unreachable!("a cell is of the column's kind"),
        }
    }
}

/// A point of the grid, and what it means for each column of the frame.
struct Setting {
    at: GridPoint,
    share: Option<f64>,
    cells: Vec<Cell>,
}

/// A column of the data in some rows: the first of its columns of the frame has its values, the others are 1 where a gap
/// code stands.
struct Grid<'a> {
    columns: &'a [&'a Column],
    rows: &'a [usize],
    weights: &'a [f64],
}

impl Grid<'_> {
    fn settings(&self) -> Vec<Setting> {
        match self.columns.first().map(|column| &column.values) {
            None => Vec::new(),
            Some(Values::Numbers(numbers)) => self.of_numbers(numbers),
            Some(Values::Levels { codes, levels }) => self.of_levels(codes, levels),
        }
    }

    /// The share of the weight of the rows for which something holds; `None` if there is no such row.
    fn share(&self, holds: impl Fn(usize) -> bool) -> Option<f64> {
        let rows = self.rows.iter().zip(self.weights);
        let held = rows.filter(|(row, _)| holds(**row));
        let (count, sum) = held.fold((0, 0.0), |(n, sum), (_, weight)| (n + 1, sum + weight));
        (count > 0).then(|| sum / self.weights.iter().sum::<f64>())
    }

    fn of_numbers(&self, numbers: &[f32]) -> Vec<Setting> {
        // A number and, in its place, each gap code.
        let cells = |number: f32, code: Option<usize>| {
            let others = 1..self.columns.len();
            let others = others.map(|at| Cell::Number(f32::from(u8::from(code == Some(at)))));
            [Cell::Number(number)].into_iter().chain(others).collect()
        };
        let quantiles = self.quantiles(numbers).into_iter().map(|number| Setting {
            at: GridPoint::Number(number),
            share: None,
            cells: cells(number, None),
        });
        let stands = |at: usize, row: usize| matches!(&self.columns[at].values, Values::Numbers(of) if of[row] == 1.0);
        let codes = (1..self.columns.len()).filter_map(|at| {
            Some(Setting {
                share: Some(self.share(|row| stands(at, row))?),
                at: GridPoint::Level(self.code(at)),
                cells: cells(f32::NAN, Some(at)),
            })
        });
        let has_code = |row| (1..self.columns.len()).any(|at| stands(at, row));
        let missing = self.share(|row| !numbers[row].is_finite() && !has_code(row));
        let missing = missing.map(|share| Setting {
            at: GridPoint::Missing,
            share: Some(share),
            cells: cells(f32::NAN, None),
        });
        quantiles.chain(codes).chain(missing).collect()
    }

    /// The gap code that a column of the frame is about: `N` of `income: N`.
    fn code(&self, at: usize) -> String {
        let name = &self.columns[at].name;
        let code = name.strip_prefix(&self.columns[at].source);
        let code = code.and_then(|rest| rest.strip_prefix(": "));
        code.unwrap_or(name).to_owned()
    }

    fn of_levels(&self, codes: &[u32], levels: &[String]) -> Vec<Setting> {
        let setting = |(code, at): (u32, GridPoint)| {
            Some(Setting {
                share: Some(self.share(|row| codes[row] == code)?),
                at,
                cells: vec![Cell::Code(code)],
            })
        };
        let known = (0..).zip(levels);
        let known = known.map(|(code, level)| (code, GridPoint::Level(level.clone())));
        let mut known: Vec<Setting> = known.filter_map(setting).collect();
        let missing = setting((NO_LEVEL, GridPoint::Missing));
        known.sort_by(|a, b| b.share.unwrap_or(0.0).total_cmp(&a.share.unwrap_or(0.0)));
        known.truncate(LEVELS);
        known.into_iter().chain(missing).collect()
    }

    /// The numbers of the rows, in order.
    fn known(&self, numbers: &[f32]) -> Vec<f32> {
        let known = self.rows.iter().map(|&row| numbers[row]);
        let mut known: Vec<f32> = known.filter(|number| number.is_finite()).collect();
        known.sort_unstable_by(f32::total_cmp);
        known
    }

    fn quantiles(&self, numbers: &[f32]) -> Vec<f32> {
        let known = self.known(numbers);
        let Some(last) = known.len().checked_sub(1) else {
            return Vec::new();
        };
        let quantiles = (0..POINTS).map(|point| known[point * last / (POINTS - 1)]);
        let mut points: Vec<f32> = quantiles.collect();
        points.dedup();
        points
    }

    fn bins(&self) -> Vec<f64> {
        let Some(Values::Numbers(numbers)) = self.columns.first().map(|column| &column.values)
        else {
            return Vec::new();
        };
        let known = self.known(numbers);
        let (Some(&low), Some(&high)) = (known.first(), known.last()) else {
            return Vec::new();
        };
        let [low, high] = [low, high].map(f64::from);
        let (mut bins, all) = (vec![0.0; BINS], self.weights.iter().sum::<f64>());
        for (&row, weight) in self.rows.iter().zip(self.weights) {
            if numbers[row].is_finite() {
                let bin = BINS as f64 * (f64::from(numbers[row]) - low) / (high - low);
                bins[(bin as usize).min(BINS - 1)] += weight / all;
            }
        }
        bins
    }
}
