//! Coded rows that a share needs, alone and with a classifier's help.

use super::Clusters;
use crate::audit;
use crate::stats::Level;
use crate::stats::counts::EffectiveCounts;
use crate::stats::sample_size::{is_narrow, least_from};

/// A share that is to be known.
#[derive(Debug, Clone)]
pub struct ShareParams {
    /// As it is expected, more than 0 and less than 1.
    pub share: f64,
    /// Half widths of its interval, each above 0.
    pub within: Vec<f64>,
    /// Level of the interval.
    pub level: Level,
    pub clusters: Clusters,
    pub classifier: Option<Classifier>,
    /// Rows of the corpus; `None` for so many more than are coded that their number does not matter.
    pub corpus: Option<u64>,
}

/// Coded rows for one half width.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ShareNeed {
    pub within: f64,
    /// By the coded rows alone; `None` where the corpus has fewer.
    pub coded: Option<u64>,
    /// By PPI++; `None` without a classifier, and where the corpus has fewer.
    pub assisted: Option<u64>,
}

/// Scores that a classifier gives to rows of a class and to the others.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Classifier {
    of_class: Moments,
    of_others: Moments,
}

#[derive(Debug, Clone, Copy, PartialEq)]
struct Moments {
    mean: f64,
    variance: f64,
}

impl Classifier {
    /// Predicted classes with a true and a false positive rate.
    pub fn of_rates(tpr: f64, fpr: f64) -> Self {
        let rate = |rate: f64| Moments {
            mean: rate,
            variance: rate * (1.0 - rate),
        };
        Self {
            of_class: rate(tpr),
            of_others: rate(fpr),
        }
    }

    /// From rows of a pilot: whether each is of the class, and its score. `None` without rows of both kinds.
    pub fn of_scores(rows: &[(bool, f64)]) -> Option<Self> {
        let of = |class: bool| {
            let scores = || {
                rows.iter()
                    .filter(move |row| row.0 == class)
                    .map(|row| row.1)
            };
            let n = scores().count() as f64;
            let mean = scores().sum::<f64>() / n;
            let squares: f64 = scores().map(|score| (score - mean).powi(2)).sum();
            (n > 0.0).then(|| Moments {
                mean,
                variance: squares / n,
            })
        };
        Some(Self {
            of_class: of(true)?,
            of_others: of(false)?,
        })
    }

    /// Squared correlation of scores and labels in a corpus with this share of the class: the part of the variance of
    /// the share that the classifier takes away, where hardly any rows are coded. Rows of a class have scores as in the
    /// pilot, however common the class is.
    pub fn explained(&self, share: f64) -> f64 {
        let label = share * (1.0 - share);
        let apart = self.of_class.mean - self.of_others.mean;
        let within = share * self.of_class.variance + (1.0 - share) * self.of_others.variance;
        let variance = within + label * apart * apart;
        match variance > 0.0 {
            true => label * apart * apart / variance,
            false => 0.0,
        }
    }

    /// True if scores of the class are no higher than others: λ of PPI++ is then 0.
    pub fn is_useless(&self) -> bool {
        self.of_class.mean <= self.of_others.mean
    }
}

impl ShareParams {
    /// Coded rows until half the interval's width is as asked, if the share is as expected.
    ///
    /// # Formula
    ///
    /// Wilson's interval of `n` rows, of clusters of as many rows as tell as much. By PPI++ the variance is
    ///
    /// ```text
    /// p(1 - p) / n · (1 - r² / (1 + n/N))
    /// ```
    ///
    /// with the correlation `r` of labels and scores, `n` coded and `N` other rows and the best λ (Angelopoulos, A. N.,
    /// Duchi, J. C. and Zrnic, T. (2023), arXiv:2311.01453). From it follows Wilson's interval of `estimate`, in which λ
    /// takes a degree of freedom.
    pub fn needs(&self) -> Vec<ShareNeed> {
        let alone = |n: u64| self.clusters.effective(n as f64, self.level);
        let r2 = self.classifier.filter(|of| !of.is_useless());
        let r2 = r2.map_or(0.0, |of| of.explained(self.share));
        let need = |&within: &f64| ShareNeed {
            within,
            coded: self.least(within, alone),
            assisted: (self.classifier)
                .and_then(|_| self.least(within, |n| self.effective(n as f64, r2))),
        };
        self.within.iter().map(need).collect()
    }

    /// The least number of rows of which `effective` ones make an interval that is narrow enough.
    fn least(&self, within: f64, effective: impl Fn(u64) -> f64) -> Option<u64> {
        let most = self.corpus.unwrap_or(u64::MAX);
        let is_enough = |n: u64| {
            let counts = EffectiveCounts::of_rate(self.share, effective(n));
            n >= most || is_narrow(counts, within, self.level)
        };
        let found = least_from(audit::Params::MIN_N, is_enough);
        (found < most).then_some(found)
    }

    /// Independent coded rows that tell as much as `n` with the classifier.
    fn effective(&self, n: f64, r2: f64) -> f64 {
        let others = self.corpus.map_or(f64::INFINITY, |all| all as f64 - n);
        // A perfect classifier leaves nothing over, and rows are then as good as without number.
        let left_over = (1.0 - r2 / (1.0 + n / others)).max(f64::EPSILON);
        let pieces = self.clusters.count(n);
        let left = (pieces - 2.0).max(1.0);
        let few = left / pieces * (self.level.z() / self.level.t(left)).powi(2);
        n / self.clusters.effect / left_over * few
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Of labels and predictions with a share of 12 %, a true positive rate of 85 % and a false positive rate of 5 %.
    const R2: f64 = 0.5420422828911727;

    fn params(share: f64, within: f64) -> ShareParams {
        ShareParams {
            share,
            within: vec![within],
            level: Level::new(0.95).unwrap(),
            clusters: Clusters::NONE,
            classifier: None,
            corpus: None,
        }
    }

    #[test]
    fn coded_rows_alone_are_as_many_as_statsmodels_needs() {
        // The least n for which low, high = proportion_confint(share * n, n, 0.05, "wilson") has
        // (high - low) / 2 <= within.
        let cases = [
            (0.12, 0.02, 1_016),
            (0.5, 0.05, 381),
            (0.03, 0.01, 1_143),
            (0.12, 0.005, 16_228),
        ];
        for (share, within, n) in cases {
            assert_eq!(params(share, within).needs()[0].coded, Some(n), "{share}");
        }
    }

    #[test]
    fn a_classifier_explains_as_much_as_it_correlates() {
        // np.corrcoef(label, predicted)[0, 1]**2 of 1,000 rows: 102 hits, 18 misses, 44 false alarms; of scores
        // label [1, 1, 1, 0, 0], score [0.9, 0.6, 0.8, 0.3, 0.5].
        let by_rates = Classifier::of_rates(0.85, 0.05).explained(0.12);
        assert!((by_rates - R2).abs() < 1e-12, "{by_rates}");
        let rows = [0.9, 0.6, 0.8].map(|score| (true, score));
        let others = [0.3, 0.5].map(|score| (false, score));
        let found = Classifier::of_scores(&[&rows[..], &others].concat()).unwrap();
        let by_scores = found.explained(0.6);
        assert!(
            (by_scores - 0.7076023391812868).abs() < 1e-12,
            "{by_scores}"
        );
    }

    #[test]
    fn ppi_needs_as_many_rows_as_its_variance_says() {
        // The least n for which Wilson's interval at n / (1 - r2 / (1 + n / (N - n))) * (n - 2) / n * (z / t)**2 is as
        // narrow, with z = norm.ppf(0.975), t = scipy.stats.t.ppf(0.975, n - 2) and r2 of above.
        for (corpus, n) in [(None, 470), (Some(2_000), 648)] {
            let params = ShareParams {
                classifier: Some(Classifier::of_rates(0.85, 0.05)),
                corpus,
                ..params(0.12, 0.02)
            };
            assert_eq!(params.needs()[0].assisted, Some(n));
        }
    }

    #[test]
    fn a_perfect_classifier_still_needs_rows_that_show_it_and_a_useless_one_none_fewer() {
        let with = |tpr, fpr| ShareParams {
            classifier: Some(Classifier::of_rates(tpr, fpr)),
            ..params(0.12, 0.02)
        };
        let perfect = with(1.0, 0.0).needs()[0];
        assert_eq!(perfect.assisted, Some(audit::Params::MIN_N));
        let useless = with(0.3, 0.4).needs()[0];
        assert!(useless.assisted >= useless.coded, "{useless:?}");
        assert!(Classifier::of_scores(&[(true, 0.4)]).is_none());
    }

    #[test]
    fn clusters_need_more_rows_and_a_small_corpus_may_not_have_them() {
        let of = |clusters, corpus| ShareParams {
            clusters,
            corpus,
            ..params(0.12, 0.02)
        };
        let single = of(Clusters::NONE, None).needs()[0].coded.unwrap() as f64;
        let clustered = of(Clusters::new(5.0, 0.1), None).needs()[0].coded.unwrap() as f64;
        assert!((1.40..1.42).contains(&(clustered / single)), "{clustered}");
        assert_eq!(of(Clusters::NONE, Some(500)).needs()[0].coded, None);
    }
}
