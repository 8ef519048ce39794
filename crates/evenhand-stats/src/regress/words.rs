//! What a regression on predictions alone would have said, in words.

use super::{Coefficient, Method, Regression};
use crate::stats::Side;
use crate::text::counted;

/// How a coefficient of predictions alone misleads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Misled {
    /// Both leave out 0, on different sides.
    Sign,
    /// Only that of the predictions leaves out 0.
    Invented,
    /// Only the corrected one leaves out 0.
    Hidden,
    /// It lies outside of the corrected interval.
    Size,
}

impl Misled {
    /// `None` where the corrected interval holds what predictions alone say.
    fn of(naive: &Coefficient, corrected: &Coefficient) -> Option<Self> {
        let sides = [naive, corrected].map(|of| of.interval.side_of(0.0));
        if corrected.interval.contains(naive.value) {
            return None;
        }
        Some(match sides {
            [Some(a), Some(b)] if a != b => Self::Sign,
            [Some(_), None] => Self::Invented,
            [None, Some(_)] => Self::Hidden,
            _ => Self::Size,
        })
    }

    fn told(self, corrected: &Coefficient) -> String {
        let text = corrected.text();
        let side = match corrected.interval.side_of(0.0) {
            Some(Side::Above) => "above",
            _ => "below",
        };
        match self {
            Self::Sign => format!("corrected, it has the other sign: {text}"),
            Self::Invented => format!("corrected, it is not shown to differ from 0: {text}"),
            Self::Hidden => format!("corrected, it is {side} 0: {text}"),
            Self::Size => format!("corrected, it is {text}"),
        }
    }
}

impl Regression {
    /// Coefficients that predictions alone would have got wrong, by PPI++, a sentence each; then how many are left.
    /// Empty where either has no answer.
    pub fn misled(&self) -> Vec<String> {
        let (Ok(naive), Ok(corrected)) = (self.fit(Method::Naive), self.fit(Method::Powered))
        else {
            return Vec::new();
        };
        let both = self.names.iter().zip(naive.iter().zip(corrected));
        let wrong = both.filter_map(|(name, (naive, corrected))| {
            let told = Misled::of(naive, corrected)?.told(corrected);
            Some(format!(
                "`{name}`: predictions alone say {}; {told}.",
                naive.text()
            ))
        });
        let mut lines: Vec<String> = wrong.collect();
        let left = (self.names.len() - lines.len()) as u64;
        if left > 0 {
            let within = match left {
                1 => "is within its corrected interval",
                _ => "are within their corrected intervals",
            };
            let coefficients = counted(left, "coefficient");
            lines.push(format!("{coefficients} of the predictions {within}."));
        }
        lines
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::{Interval, Level};

    /// A coefficient with so much to each side of it.
    fn coefficient(value: f64, reach: f64) -> Coefficient {
        Coefficient {
            value,
            se: reach / 2.0,
            interval: Interval {
                low: value - reach,
                high: value + reach,
            },
            p: 0.5,
            lambda: None,
        }
    }

    #[test]
    fn predictions_are_held_against_the_corrected_coefficients() {
        let pairs = [
            ("sign", [(0.3, 0.1), (-0.4, 0.2)]),
            ("invented", [(0.5, 0.1), (0.1, 0.3)]),
            ("hidden", [(0.05, 0.1), (-0.5, 0.2)]),
            ("size", [(0.2, 0.1), (0.7, 0.2)]),
            ("right", [(0.2, 0.1), (0.3, 0.2)]),
        ];
        let [naive, corrected] = [0, 1].map(|at| {
            let fit = pairs.map(|(_, both)| coefficient(both[at].0, both[at].1));
            Ok(fit.to_vec())
        });
        let mut found = Regression {
            params: super::super::Params {
                family: super::super::Family::Linear,
                level: Level::new(0.95).unwrap(),
            },
            class: "F".to_owned(),
            names: pairs.map(|(name, ..)| name.to_owned()).to_vec(),
            fits: vec![naive, corrected.clone(), corrected.clone(), corrected],
            references: Vec::new(),
            corpus: 100,
            coded: 50,
            from_scores: false,
            weighted: false,
            clusters: None,
            warnings: Vec::new(),
        };
        assert_eq!(
            found.misled(),
            [
                "`sign`: predictions alone say 0.300 (0.200 to 0.400); corrected, it has the other sign: -0.40 (-0.60 to -0.20).",
                "`invented`: predictions alone say 0.500 (0.400 to 0.600); corrected, it is not shown to differ from 0: 0.10 (-0.20 to 0.40).",
                "`hidden`: predictions alone say 0.050 (-0.050 to 0.150); corrected, it is below 0: -0.50 (-0.70 to -0.30).",
                "`size`: predictions alone say 0.200 (0.100 to 0.300); corrected, it is 0.70 (0.50 to 0.90).",
                "1 coefficient of the predictions is within its corrected interval.",
            ]
        );
        found.fits[0] = Err(super::super::NotEstimable::OneCluster);
        assert!(found.misled().is_empty());
    }
}
