//! How far scores must be stretched or shifted to be probabilities: a logistic regression of the
//! label on the logit of the score.

/// Scores this close to 0 and 1 are taken for as close as this: half a unit of the last decimal that
/// predictions are written with, so that a 1 is what was rounded to it and not certainty.
/// scikit-learn does the same with the precision of the number.
pub const CLIP: f64 = 5e-7;

/// Newton's steps; it needs about six.
const STEPS: usize = 100;

/// A row: the logit of its score, whether its label is positive, its weight.
pub type Row = (f64, bool, f64);

/// `logit P(positive) = intercept + slope · logit(score)`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Line {
    pub intercept: f64,
    pub slope: f64,
}

impl Line {
    /// Scores that are probabilities already.
    pub const IDENTITY: Self = Self {
        intercept: 0.0,
        slope: 1.0,
    };

    pub fn probability(self, logit: f64) -> f64 {
        sigmoid(self.intercept + self.slope * logit)
    }
}

/// `ln(score / (1 - score))` of the clipped score.
pub fn logit(score: f64) -> f64 {
    let score = score.clamp(CLIP, 1.0 - CLIP);
    (score / (1.0 - score)).ln()
}

/// The line of greatest likelihood. Its slope is the calibration slope: below 1 where scores are
/// too extreme. Cox (1958), Biometrika 45, 562-565.
///
/// `None` where there is no such line: labels of one class only, or a score that parts them.
pub fn line(rows: impl Iterator<Item = Row> + Clone) -> Option<Line> {
    let [positive, negative] = ranges(rows.clone());
    let overlap = positive.low < negative.high && negative.low < positive.high;
    overlap.then(|| newton(rows, Free::Both))?
}

/// Calibration-in-the-large: the intercept of greatest likelihood when the slope is held at 1.
/// Above 0 where scores are too low. Van Calster et al. (2016), J. Clin. Epidemiol. 74, 167-176;
/// (2019), BMC Medicine 17, 230. It is not the intercept of [`line()`].
///
/// `None` where labels are of one class only.
pub fn in_the_large(rows: impl Iterator<Item = Row> + Clone) -> Option<f64> {
    let [positive, negative] = ranges(rows.clone());
    if positive.is_empty() || negative.is_empty() {
        return None;
    }
    newton(rows, Free::Intercept).map(|line| line.intercept)
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Free {
    Both,
    Intercept,
}

/// Log likelihood, its gradient and its negative second derivatives, at a line.
#[derive(Debug, Clone, Copy, Default)]
pub struct Sums {
    pub log_likelihood: f64,
    pub gradient: [f64; 2],
    /// By intercept twice, by both, by slope twice.
    pub hessian: [f64; 3],
}

impl Sums {
    pub fn at(line: Line, rows: impl Iterator<Item = Row>) -> Self {
        let mut sums = Self::default();
        for (x, positive, weight) in rows {
            let t = line.intercept + line.slope * x;
            let away = if positive { -t } else { t };
            let small = (-t.abs()).exp();
            let p = if t < 0.0 { small } else { 1.0 } / (1.0 + small);
            let rest = weight * (f64::from(positive) - p);
            let curve = weight * p * (1.0 - p);
            sums.log_likelihood -= weight * (away.max(0.0) + small.ln_1p());
            sums.gradient[0] += rest;
            sums.gradient[1] += rest * x;
            sums.hessian[0] += curve;
            sums.hessian[1] += curve * x;
            sums.hessian[2] += curve * x * x;
        }
        sums
    }

    /// Newton's step for both: `H⁻¹ g`. Not finite where H cannot be inverted.
    pub fn step(&self) -> [f64; 2] {
        let ([g0, g1], [h00, h01, h11]) = (self.gradient, self.hessian);
        let determinant = h00 * h11 - h01 * h01;
        [
            (h11 * g0 - h01 * g1) / determinant,
            (h00 * g1 - h01 * g0) / determinant,
        ]
    }
}

/// The likelihood is concave, so a step that lowers it was too long and is halved.
fn newton(rows: impl Iterator<Item = Row> + Clone, free: Free) -> Option<Line> {
    let mut line = Line::IDENTITY;
    let mut sums = Sums::at(line, rows.clone());
    let total: f64 = rows.clone().map(|(.., weight)| weight).sum();
    for _ in 0..STEPS {
        let mut step = match free {
            Free::Both => sums.step(),
            Free::Intercept => [sums.gradient[0] / sums.hessian[0], 0.0],
        };
        let gain = sums.gradient[0] * step[0] + sums.gradient[1] * step[1];
        if !gain.is_finite() {
            return None;
        }
        let moved = |step: [f64; 2]| Line {
            intercept: line.intercept + step[0],
            slope: line.slope + step[1],
        };
        // Newton doubles the digits: the last step leaves an error of the order of this squared.
        if gain <= 1e-14 * total {
            return Some(moved(step));
        }
        let mut next = moved(step);
        let mut found = Sums::at(next, rows.clone());
        while found.log_likelihood < sums.log_likelihood {
            step = step.map(|value| value / 2.0);
            if moved(step) == line {
                return Some(line);
            }
            next = moved(step);
            found = Sums::at(next, rows.clone());
        }
        (line, sums) = (next, found);
    }
    None
}

pub fn sigmoid(t: f64) -> f64 {
    1.0 / (1.0 + (-t).exp())
}

/// The smallest and the largest logit of a class.
#[derive(Debug, Clone, Copy)]
struct Range {
    low: f64,
    high: f64,
}

impl Range {
    fn is_empty(self) -> bool {
        self.low > self.high
    }
}

/// Ranges of the positive rows, then of the negative.
fn ranges(rows: impl Iterator<Item = Row>) -> [Range; 2] {
    let empty = Range {
        low: f64::INFINITY,
        high: f64::NEG_INFINITY,
    };
    let mut ranges = [empty; 2];
    for (x, positive, _) in rows.filter(|&(.., weight)| weight > 0.0) {
        let range = &mut ranges[usize::from(!positive)];
        range.low = range.low.min(x);
        range.high = range.high.max(x);
    }
    ranges
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Score and label.
    const ROWS: [(f64, bool); 12] = [
        (0.05, false),
        (0.1, false),
        (0.2, true),
        (0.3, false),
        (0.35, false),
        (0.5, true),
        (0.55, false),
        (0.7, true),
        (0.8, true),
        (0.9, false),
        (0.95, true),
        (0.99, true),
    ];

    fn rows(rows: &[(f64, bool)]) -> impl Iterator<Item = Row> + Clone {
        rows.iter()
            .map(|&(score, positive)| (logit(score), positive, 1.0))
    }

    #[test]
    fn fits_match_statsmodels() {
        // GLM(label, [1, logit(score)], Binomial()) and GLM(label, 1, Binomial(), offset=logit(score))
        let found = line(rows(&ROWS)).unwrap();
        assert!(
            (found.intercept - -0.17113836931214987).abs() < 1e-9,
            "{found:?}"
        );
        assert!((found.slope - 0.6241988557564895).abs() < 1e-9, "{found:?}");
        let found = in_the_large(rows(&ROWS)).unwrap();
        assert!((found + 0.22362937843713437).abs() < 1e-9, "{found}");
    }

    #[test]
    fn a_far_start_is_reached_by_shorter_steps() {
        // Scores next to 0 and 1 that are wrong half of the time.
        let scores = [1e-9, 1e-9, 1e-8, 1e-8, 0.5, 1.0 - 1e-9, 1.0, 1.0 - 1e-8];
        let labels = [true, false, true, false, true, false, true, false];
        let data: Vec<_> = scores.into_iter().zip(labels).collect();
        let found = line(rows(&data)).unwrap();
        let sums = Sums::at(found, rows(&data));
        assert!(sums.gradient.iter().all(|g| g.abs() < 1e-6), "{sums:?}");
    }

    #[test]
    fn separated_labels_have_no_line() {
        let low_high = [(0.2, false), (0.4, false), (0.4, true), (0.9, true)];
        assert_eq!(line(rows(&low_high)), None);
        assert!(in_the_large(rows(&low_high)).is_some());
        assert_eq!(line(rows(&[(0.5, true), (0.5, false)])), None);
        assert_eq!(in_the_large(rows(&[(0.5, true), (0.6, true)])), None);
    }
}
