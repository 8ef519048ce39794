//! Raking: weights that make the shares of several variables those of a known population.

#[cfg(test)]
mod coverage;

use super::survey::sums;

/// Rounds of the adjustment. It usually needs fewer than twenty.
const ROUNDS: usize = 1_000;
/// Shares that are as near as this to the known ones are the same.
const NEAR: f64 = 1e-10;
/// Shares of a variable may sum to 1 but for so much: they are written with few digits.
const ROUNDING: f64 = 0.005;
/// The known shares of a variable.
#[derive(Debug, Clone, PartialEq)]
pub struct Margin {
    pub variable: String,
    /// Names of its categories.
    pub categories: Vec<String>,
    /// For each category, its share of the population.
    pub shares: Vec<f64>,
    /// The category of each row.
    pub of: Vec<u32>,
}

/// Why rows cannot be weighted to margins.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum RakingError {
    #[error("no row has `{variable}` = `{category}`, which is {:.1} % of the population", 100.0 * share)]
    Empty {
        variable: String,
        category: String,
        share: f64,
    },
    #[error("{rows} rows have `{variable}` = `{category}`, whose share in the population is 0")]
    Impossible {
        variable: String,
        category: String,
        rows: u64,
    },
    #[error("the shares of `{variable}` sum to {sum:.4}, not to 1")]
    Sum { variable: String, sum: f64 },
    #[error("no weights meet all margins: after {ROUNDS} rounds `{variable}` is still {:.2} points off", 100.0 * off)]
    NoConvergence { variable: String, off: f64 },
}

/// The weights nearest to these by which each margin has its known shares. Their sum stays the same.
///
/// # Formula
///
/// Iterative proportional fitting: Deming, W. E. and Stephan, F. F. (1940), Ann. Math. Stat. 11, 427-444. In turn for each
/// margin, the weights of a category are multiplied by its known share over its share now.
///
/// # Errors
/// A category has no rows, or rows and no share; shares do not sum to 1; no weights meet all margins.
pub fn rake(weights: &[f64], margins: &[Margin]) -> Result<Vec<f64>, RakingError> {
    let targets: Vec<Vec<f64>> = (margins.iter())
        .map(known_shares)
        .collect::<Result<_, _>>()?;
    let mut raked = weights.to_vec();
    let total: f64 = weights.iter().sum();
    let mut worst = (0, f64::INFINITY);
    for _ in 0..ROUNDS {
        worst = (0, 0.0);
        for (at, (margin, targets)) in margins.iter().zip(&targets).enumerate() {
            let now = sums(&raked, &margin.of, targets.len());
            let factors = now.iter().zip(targets);
            let off = factors
                .clone()
                .map(|(now, share)| (now / total - share).abs());
            let off = off.fold(0.0, f64::max);
            if off > worst.1 {
                worst = (at, off);
            }
            let factors = factors.map(|(now, share)| match *now > 0.0 {
                true => share * total / now,
                false => 1.0,
            });
            let factors: Vec<f64> = factors.collect();
            for (weight, &category) in raked.iter_mut().zip(&margin.of) {
                *weight *= factors[category as usize];
            }
        }
        if worst.1 < NEAR {
            return Ok(raked);
        }
    }
    Err(RakingError::NoConvergence {
        variable: margins[worst.0].variable.clone(),
        off: worst.1,
    })
}

/// The shares of a margin, which sum to 1.
fn known_shares(margin: &Margin) -> Result<Vec<f64>, RakingError> {
    let sum: f64 = margin.shares.iter().sum();
    let variable = || margin.variable.clone();
    if (sum - 1.0).abs() > ROUNDING {
        return Err(RakingError::Sum {
            variable: variable(),
            sum,
        });
    }
    let mut rows = vec![0; margin.shares.len()];
    margin
        .of
        .iter()
        .for_each(|&category| rows[category as usize] += 1);
    for ((&rows, &share), category) in rows.iter().zip(&margin.shares).zip(&margin.categories) {
        let (variable, category) = (variable(), category.clone());
        match (rows, share > 0.0) {
            (0, true) => {
                return Err(RakingError::Empty {
                    variable,
                    category,
                    share,
                });
            }
            (1.., false) => {
                return Err(RakingError::Impossible {
                    variable,
                    category,
                    rows,
                });
            }
            _ => {}
        }
    }
    Ok(margin.shares.iter().map(|share| share / sum).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::survey::Survey;
    use crate::stats::survey::tests::{ROWS, numbers, weights};

    fn margin(variable: &str, shares: &[f64], of: impl Fn(u32) -> u32) -> Margin {
        Margin {
            variable: variable.to_owned(),
            categories: (0..shares.len()).map(|at| at.to_string()).collect(),
            shares: shares.to_vec(),
            of: (0..ROWS).map(of).collect(),
        }
    }

    fn margins() -> [Margin; 2] {
        let is_second = |row: u32| row.is_multiple_of(6) || row.is_multiple_of(7);
        [
            margin("a", &[0.2, 0.5, 0.3], |row| row % 3),
            margin("b", &[0.35, 0.65], |row| u32::from(is_second(row))),
        ]
    }

    #[test]
    fn raked_weights_match_ipfn_and_the_ratio_numpy() {
        // ipfn(frame, margins, [["a"], ["b"]], convergence_rate=1e-14, max_iteration=1000).iteration()
        let raked = rake(&weights(), &margins()).unwrap();
        let expected = [
            0.9814052497948715,
            2.0823593949950845,
            2.439856066952305,
            0.2676760581809597,
            2.7764791933267814,
            0.48797121339046085,
        ];
        for (found, expected) in raked.iter().zip(expected) {
            assert!((found - expected).abs() < 1e-6, "{found} {expected}");
        }
        assert!((raked.iter().sum::<f64>() - 180.0).abs() < 1e-9);
        // e = z / w; B = lstsq(X * sqrt(w), e * sqrt(w)) with all categories in X; se of w * (e - X @ B)
        let survey = Survey {
            weights: raked,
            margins: margins().map(|margin| margin.of).to_vec(),
            ..Survey::default()
        };
        let all: Vec<u32> = (0..ROWS).collect();
        let found = survey.ratio(&all, numbers).unwrap();
        assert!((found.value - 0.6958732512566328).abs() < 1e-6, "{found:?}");
        let se = survey.spread(&found.moves, &all).unwrap().se;
        assert!((se - 0.08204994613354016).abs() < 1e-6, "{se}");
    }

    #[test]
    fn a_margin_is_known_without_error() {
        let [a, b] = margins();
        let survey = Survey {
            weights: rake(&weights(), &[a.clone(), b.clone()]).unwrap(),
            margins: vec![a.of.clone(), b.of],
            ..Survey::default()
        };
        let all: Vec<u32> = (0..ROWS).collect();
        let share = survey
            .ratio(&all, |row| [f64::from(u8::from(a.of[row] == 1)), 1.0])
            .unwrap();
        assert!((share.value - 0.5).abs() < 1e-9);
        assert!(survey.spread(&share.moves, &all).unwrap().se < 1e-9);
    }

    #[test]
    fn margins_that_cannot_be_met_say_which() {
        let told = |margins: &[Margin]| rake(&weights(), margins).unwrap_err().to_string();
        let [a, _] = margins();
        assert_eq!(
            told(&[margin("b", &[0.4, 0.3, 0.3], |row| row % 2)]),
            "no row has `b` = `2`, which is 30.0 % of the population"
        );
        assert_eq!(
            told(&[margin("b", &[1.0, 0.0], |row| row % 2)]),
            "30 rows have `b` = `1`, whose share in the population is 0"
        );
        assert_eq!(
            told(&[margin("b", &[35.0, 65.0], |row| row % 2)]),
            "the shares of `b` sum to 100.0000, not to 1"
        );
        let same = margin("b", &[0.5, 0.25, 0.25], |row| row % 3);
        let told = told(&[a, same]);
        assert!(
            told.starts_with("no weights meet all margins: after 1000 rounds"),
            "{told}"
        );
    }
}
