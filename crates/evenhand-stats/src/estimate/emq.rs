//! EMQ: the share of a class that makes the probabilities of the corpus likeliest, if only the mix of
//! classes is another one than among the coded rows.
//!
//! Saerens, M., Latinne, P. and Decaestecker, C. (2002), Neural Computation 14, 21-41, section 2.2;
//! with probabilities calibrated on the coded rows, as Alexandari, A., Kundaje, A. and Shrikumar, A.
//! (2020), ICML, 222-232, recommend.

use super::NotEstimable;
use super::data::Part;
use super::linear::{Linear, mean};
use crate::metric::calibration::{Line, Sums, line, logit, sigmoid};

/// So many times `min_n` coded rows are needed. With fewer the interval misses the share more often than it says: 8.9 % of
/// 30 rows, 6.4 % of 40.
const CALIBRATED_BY: u64 = 4;
/// No share is nearer to 0 or 1.
const SMALLEST: f64 = 1e-9;
/// Newton's steps; it needs about six.
const STEPS: usize = 100;

/// Probabilities of a class that were calibrated on coded rows: `logit q = intercept + slope · logit p`.
struct Calibrated {
    line: Line,
    /// The share of the class among the coded rows, which `q` is calibrated for.
    prior: f64,
    /// What coded rows weigh together.
    weight: f64,
    sums: Sums,
}

/// Means over rows of the corpus at some share.
#[derive(Debug, Clone, Copy, Default)]
struct Score {
    /// The derivative of the log likelihood of a row by the share.
    gradient: f64,
    /// Its square, which is the negative second derivative.
    curve: f64,
    /// The derivative of the gradient by the intercept, and by the slope.
    by_line: [f64; 2],
}

/// The share of a target among the rows that are not coded, by EMQ, and how far each row moves it.
///
/// # Formula
///
/// With `π` the share of coded rows and `q` the calibrated probability of a row, the share `θ` is the fixed point of
///
/// ```text
/// θ = mean of θ·r / (θ·r + 1 - θ),   r = q / (1 - q) · (1 - π) / π
/// ```
///
/// which the authors find by expectation and maximisation. It maximises the likelihood of a mixture, is found here by
/// Newton's method, and is linearised: coded rows move the two numbers of the calibration and `π`.
///
/// # Errors
/// There are no probabilities, too few coded rows, fewer than `min_n` of the class or of others, or the probabilities
/// cannot be calibrated.
pub(super) fn emq(part: &Part, target: usize, min_n: u64) -> Result<Linear, NotEstimable> {
    let inputs = part.inputs;
    if !inputs.has_scores() {
        return Err(NotEstimable::NoScores);
    }
    let model = Calibrated::fit(part, target, min_n)?;
    let weights = part.uncoded.iter().map(|&row| inputs.corpus.weight(row));
    let total: f64 = weights.sum();
    let of_corpus = |&row: &u32| {
        let logit = logit(part.score(target, row));
        (logit, inputs.corpus.weight(row) / total)
    };
    let logits: Vec<(f64, f64)> = part.uncoded.iter().map(of_corpus).collect();
    let share = model.likeliest(&logits);
    let found = model.score(share, &logits);
    let gradient = |row: u32| {
        let logit = logit(part.score(target, row));
        (model.posterior(share, logit) - share) / (share * (1.0 - share))
    };
    let moved = mean(inputs, part.uncoded, |row| gradient(row) / found.curve);
    let (_, corpus) = moved.ok_or(NotEstimable::NothingUncoded)?;
    let mut coded = vec![0.0; inputs.coded.len()];
    for &row in part.coded {
        let [intercept, slope] = model.moves(part, target, row);
        let by = found.by_line[0] * intercept + found.by_line[1] * slope;
        coded[row as usize] = by / found.curve;
    }
    Ok(Linear {
        value: share,
        coded,
        corpus,
    })
}

impl Calibrated {
    fn fit(part: &Part, target: usize, min_n: u64) -> Result<Self, NotEstimable> {
        let inputs = part.inputs;
        let row = |&row: &u32| {
            let is_class = inputs.coded.is(row, inputs.targets[target]);
            let logit = logit(part.coded_score(target, row));
            (logit, is_class, inputs.weight(row))
        };
        let rows = part.coded.iter().map(row);
        let (n, needed) = (part.coded.len() as u64, CALIBRATED_BY * min_n);
        if n < needed {
            return Err(NotEstimable::FewToCalibrate { n, needed });
        }
        let needed = min_n.max(1);
        for is_class in [true, false] {
            let n = rows.clone().filter(|of| of.1 == is_class).count() as u64;
            if n < needed {
                let class = name(part, target, is_class);
                return Err(NotEstimable::FewOfClass { class, n, needed });
            }
        }
        let line = line(rows.clone()).ok_or(NotEstimable::Separated)?;
        if line.slope <= 0.0 {
            return Err(NotEstimable::Indistinct);
        }
        let weight: f64 = rows.clone().map(|of| of.2).sum();
        let of_class = rows.clone().filter(|of| of.1).map(|of| of.2);
        Ok(Self {
            line,
            prior: of_class.sum::<f64>() / weight,
            weight,
            sums: Sums::at(line, rows),
        })
    }

    /// The probability of a row, if the share of the class is this one.
    fn posterior(&self, share: f64, logit_of_score: f64) -> f64 {
        let calibrated = self.line.intercept + self.line.slope * logit_of_score;
        let odds = |share: f64| (share / (1.0 - share)).ln();
        sigmoid(calibrated - odds(self.prior) + odds(share))
    }

    /// `logits` are those of scores, with the weights of their rows, which sum to 1.
    fn score(&self, share: f64, logits: &[(f64, f64)]) -> Score {
        let mut score = Score::default();
        let spread = share * (1.0 - share);
        for &(logit, weight) in logits {
            let posterior = self.posterior(share, logit);
            let gradient = (posterior - share) / spread;
            let by_intercept = posterior * (1.0 - posterior) / spread;
            score.gradient += weight * gradient;
            score.curve += weight * gradient * gradient;
            score.by_line[0] += weight * by_intercept;
            score.by_line[1] += weight * by_intercept * logit;
        }
        score
    }

    /// The likelihood is concave in the share: Newton's steps within a bracket, which is halved where a step leaves it.
    fn likeliest(&self, logits: &[(f64, f64)]) -> f64 {
        let (mut low, mut high) = (SMALLEST, 1.0 - SMALLEST);
        let mut share = self.prior.clamp(low, high);
        for _ in 0..STEPS {
            let Score {
                gradient, curve, ..
            } = self.score(share, logits);
            match gradient > 0.0 {
                true => low = share,
                false => high = share,
            }
            let step = share + gradient / curve;
            let next = match low < step && step < high {
                true => step,
                false => f64::midpoint(low, high),
            };
            let moved = (next - share).abs();
            share = next;
            if moved < 1e-14 {
                break;
            }
        }
        share
    }

    /// How far a coded row moves the intercept, less the log odds of the prior, and the slope.
    fn moves(&self, part: &Part, target: usize, row: u32) -> [f64; 2] {
        let inputs = part.inputs;
        let (x, weight) = (logit(part.coded_score(target, row)), inputs.weight(row));
        let is_class = f64::from(u8::from(inputs.coded.is(row, inputs.targets[target])));
        let rest = weight * (is_class - self.line.probability(x));
        let of_row = Sums {
            gradient: [rest, rest * x],
            ..self.sums
        };
        let [intercept, slope] = of_row.step();
        let spread = self.prior * (1.0 - self.prior);
        let odds = weight * (is_class - self.prior) / (self.weight * spread);
        [intercept - odds, slope]
    }
}

/// The class of a target, or what stands for all others.
fn name(part: &Part, target: usize, is_class: bool) -> String {
    let inputs = part.inputs;
    let class = inputs.targets[target];
    match (is_class, inputs.classes.len()) {
        (true, _) => inputs.classes.name(class).to_owned(),
        (false, 2) => inputs.classes.name(1 - class).to_owned(),
        (false, _) => format!("not {}", inputs.classes.name(class)),
    }
}

#[cfg(test)]
mod tests {
    use crate::estimate::tests::{outside, params, reason};
    use crate::estimate::{EstimateInputs, Measure, Method, estimate};

    /// 60 coded rows and 200 of the corpus, whose scores say more of the one label than of the other.
    fn scored() -> EstimateInputs {
        let score = |at: usize, of: usize| (1 + (7 * at) % of) as f32 / (of + 1) as f32;
        let coded: Vec<f32> = (0..60).map(|at| score(at, 19)).collect();
        let corpus: Vec<f32> = (0..200).map(|at| score(at, 31).powi(2)).collect();
        let is_class = |(at, score): (usize, &f32)| {
            u16::from(f64::from(*score) > [0.3, 0.7, 0.45, 0.55, 0.2][at % 5])
        };
        let labels: Vec<u16> = coded.iter().enumerate().map(is_class).collect();
        let predicted = |of: &[f32]| of.iter().map(|&score| u16::from(score >= 0.5)).collect();
        let (answers, of_corpus): (Vec<u16>, Vec<u16>) = (predicted(&coded), predicted(&corpus));
        let mut inputs = outside(&labels, &answers, &of_corpus, &["no", "yes"]);
        inputs.corpus.scores = corpus;
        inputs.coded.rows.scores = coded;
        inputs
    }

    fn close(found: f64, expected: f64) {
        assert!((found - expected).abs() < 1e-7, "{found}, not {expected}");
    }

    fn share(inputs: &EstimateInputs) -> Measure {
        let found = estimate(inputs, params());
        found.targets[0].overall.share(Method::Emq).clone()
    }

    #[test]
    fn shares_match_quapy() {
        // quapy.method.aggregative.EMQ.EM([1 - pi, pi], np.c_[1 - q, q], epsilon=1e-15), q and pi by numpy: a logistic
        // regression on logit(score), weighted; se from its derivatives by each row's weight (central differences)
        let found = share(&scored()).unwrap();
        close(found.value, 0.24354937218510883);
        close(found.se, 0.05905388943178424);
        let mut weighted = scored();
        weighted.coded.weights = (0..60).map(|at| 1.0 + f64::from(at % 3)).collect();
        let found = share(&weighted).unwrap();
        close(found.value, 0.21044453955432435);
        close(found.se, 0.06830830257766408);
    }

    #[test]
    fn probabilities_that_cannot_be_calibrated_say_so() {
        let mut inputs = scored();
        inputs.corpus.scores = Vec::new();
        assert_eq!(reason(share(&inputs)), "not all rows have probabilities");
        let mut inputs = scored();
        let coded = &mut inputs.coded;
        let parted = coded
            .rows
            .scores
            .iter()
            .map(|&score| u16::from(score > 0.5));
        coded.labels = parted.collect();
        assert_eq!(
            reason(share(&inputs)),
            "probabilities part the coded rows of both classes: too few errors to calibrate them"
        );
        let mut inputs = scored();
        inputs.coded.labels.iter_mut().for_each(|of| *of = 1 - *of);
        assert_eq!(
            reason(share(&inputs)),
            "the classifier does not tell the classes apart"
        );
    }
}
