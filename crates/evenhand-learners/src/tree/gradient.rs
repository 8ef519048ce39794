//! Gradients of a loss by margins, as whole numbers, and what a split of them gains.
//!
//! Sums of whole numbers are exact: they do not depend on the order of rows or the number of threads, and a
//! child's histogram is its parent's less its sibling's.

use super::criterion::Criterion;

/// What is added to the second derivative of both sides of a set of levels (`cat_l2` of LightGBM).
const LEVELS_L2: f64 = 10.0;
/// What is added to the second derivative of a level before levels are put in order (`cat_smooth`).
const LEVELS_SMOOTHING: f64 = 10.0;
/// The fewest rows of a level that is put on a side by its own gradients.
const LEAST_LEVEL_ROWS: usize = 10;
/// A gain below this is rounding.
const LEAST_GAIN: f64 = 1e-9;

/// First and second derivative of the loss of a row, in the units of [`Units`].
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Packed {
    pub(super) first: i32,
    pub(super) second: u32,
}

/// Units of whole numbers.
#[derive(Debug, Clone, Copy)]
pub(super) struct Units {
    first: f64,
    second: f64,
    /// One row is `1 << shift` in a sum, above the sum of second derivatives.
    shift: u32,
}

impl Units {
    /// Units in which derivatives up to these have no more than 31 bits, and sums over `rows` 63.
    pub(super) fn new(rows: usize, most_first: f64, most_second: f64) -> Self {
        let bits = usize::BITS - rows.leading_zeros();
        let shift = 63 - bits;
        let precision = (shift - bits).min(31);
        Self {
            first: most_first / f64::from(i32::MAX),
            second: most_second / ((1_u64 << precision) - 1) as f64,
            shift,
        }
    }

    /// Derivatives of a row, rounded up or down by the row's number, so that errors do not add up.
    pub(super) fn pack(&self, row: usize, first: f64, second: f64) -> Packed {
        // Multiples of the golden ratio fill 0 to 1 evenly.
        let threshold = f64::from((row as u32).wrapping_mul(2_654_435_769)) / 2_f64.powi(32);
        let above = f64::from(i32::MAX);
        Packed {
            first: ((first / self.first + above + threshold) as i64 - i64::from(i32::MAX)) as i32,
            second: (second / self.second + threshold) as u32,
        }
    }

    /// What one row counts as in the second word of a sum.
    pub(super) fn one(&self) -> i64 {
        1 << self.shift
    }
}

/// Sums over rows: of first derivatives, and of rows above second derivatives.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Sums {
    first: i64,
    second: i64,
}

impl Sums {
    /// Sums over the rows that are not among `others`.
    pub(super) fn without(&self, others: &Self) -> Self {
        Self {
            first: self.first - others.first,
            second: self.second - others.second,
        }
    }
}

/// The bounds that monotone columns above a node leave to its values.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Limits {
    pub(super) low: f64,
    pub(super) high: f64,
}

impl Limits {
    pub(super) const NONE: Self = Self {
        low: f64::NEG_INFINITY,
        high: f64::INFINITY,
    };
}

/// The gain of Newton steps.
///
/// # Formula
///
/// With sums `G` and `H` of first and second derivatives, the value of a leaf is `-G / (H + l2)`, and a split gains
/// `G²/(H + l2)` of both sides less that of all: Chen, T. and Guestrin, C. (2016), KDD, 785-794, eq. 7. Under bounds
/// of monotone columns a side is worth `-2 G v - (H + l2) v²` with the allowed value `v` that is nearest.
#[derive(Debug, Clone, Copy)]
pub(super) struct Newton {
    pub(super) units: Units,
    pub(super) l2: f64,
    pub(super) least_rows: usize,
    pub(super) least_second: f64,
    pub(super) limits: Limits,
    /// 1 where values may only grow with the column, -1 where they may only fall, 0 for any.
    pub(super) direction: i8,
    pub(super) levels_l2: f64,
}

impl Newton {
    fn first(&self, sums: &Sums) -> f64 {
        sums.first as f64 * self.units.first
    }

    fn second(&self, sums: &Sums) -> f64 {
        (sums.second & (self.units.one() - 1)) as f64 * self.units.second
    }

    pub(super) fn sums(&self, rows: &[Packed]) -> Sums {
        let first = rows.iter().map(|row| i64::from(row.first)).sum();
        let second: i64 = rows.iter().map(|row| i64::from(row.second)).sum();
        Sums {
            first,
            second: second + rows.len() as i64 * self.units.one(),
        }
    }

    /// The value of a leaf.
    pub(super) fn value(&self, sums: &Sums) -> f64 {
        let value = -self.first(sums) / (self.second(sums) + self.l2);
        value.clamp(self.limits.low, self.limits.high)
    }

    /// The limits of the two sides of a split whose column is monotone, by the values the sides have.
    pub(super) fn limits_of_sides(&self, left: &Sums, right: &Sums) -> [Limits; 2] {
        let middle = f64::midpoint(self.value(left), self.value(right));
        let (low, high) = (self.limits.low, self.limits.high);
        let below = Limits { low, high: middle };
        let above = Limits { low: middle, high };
        match self.direction {
            0 => [self.limits; 2],
            1.. => [below, above],
            _ => [above, below],
        }
    }

    fn is_free(&self) -> bool {
        self.direction == 0 && self.limits == Limits::NONE
    }

    fn free_gain(&self, sides: [(f64, f64); 2], all: (f64, f64)) -> f64 {
        let l2 = self.l2 + self.levels_l2;
        let worth = |(first, second): (f64, f64), l2: f64| first * first / (second + l2);
        worth(sides[0], l2) + worth(sides[1], l2) - worth(all, self.l2)
    }

    fn bounded_gain(&self, sides: [(f64, f64); 2], all: (f64, f64)) -> Option<f64> {
        let l2 = self.l2 + self.levels_l2;
        let worth = |(first, second): (f64, f64), l2: f64| {
            let value = (-first / (second + l2)).clamp(self.limits.low, self.limits.high);
            let worth = -2.0 * first * value - (second + l2) * value * value;
            (worth, value)
        };
        let (left, right) = (worth(sides[0], l2), worth(sides[1], l2));
        let is_allowed = match self.direction {
            0 => true,
            1.. => left.1 <= right.1,
            _ => left.1 >= right.1,
        };
        is_allowed.then(|| left.0 + right.0 - worth(all, self.l2).0)
    }
}

impl Criterion for Newton {
    type Sums = Sums;

    fn words(&self) -> usize {
        2
    }

    fn nothing(&self) -> Sums {
        Sums::default()
    }

    fn add(&self, sums: &mut Sums, bin: &[i64]) {
        sums.first += bin[0];
        sums.second += bin[1];
    }

    fn rows(&self, sums: &Sums) -> usize {
        (sums.second >> self.units.shift) as usize
    }

    fn rows_of(&self, bin: &[i64]) -> usize {
        (bin[1] >> self.units.shift) as usize
    }

    fn weight(&self, sums: &Sums) -> f64 {
        self.second(sums)
    }

    fn least_rows(&self) -> usize {
        self.least_rows
    }

    fn gain(&self, left: &Sums, all: &Sums) -> Option<f64> {
        let right = all.without(left);
        let least = self.least_rows;
        if self.rows(left) < least || self.rows(&right) < least {
            return None;
        }
        let derivatives = |sums: &Sums| (self.first(sums), self.second(sums));
        let sides = [derivatives(left), derivatives(&right)];
        if sides.iter().any(|side| side.1 < self.least_second) {
            return None;
        }
        let gain = match self.is_free() {
            true => self.free_gain(sides, derivatives(all)),
            false => self.bounded_gain(sides, derivatives(all))?,
        };
        (gain > LEAST_GAIN).then_some(gain)
    }

    fn order(&self, bin: &[i64], _: &Sums) -> f64 {
        let mut sums = Sums::default();
        self.add(&mut sums, bin);
        self.first(&sums) / (self.second(&sums) + LEVELS_SMOOTHING)
    }

    fn least_level_rows(&self) -> usize {
        LEAST_LEVEL_ROWS.min(self.least_rows)
    }

    fn for_levels(&self) -> Self {
        Self {
            levels_l2: LEVELS_L2,
            ..*self
        }
    }
}
