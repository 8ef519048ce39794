//! Clusters whose rows lie in two groups, such as a person with photographs in both: the rates of the groups hang
//! together, and their difference varies less, or more, than that of strangers.

use super::{ClusterSums, ClusterTotal};

/// Sums over the clusters that lie in two groups.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct SharedSums {
    clusters: u64,
    /// Of products of rows, or the total, of the first and of the second group.
    rows_rows: i128,
    rows_total: i128,
    total_rows: i128,
    total_total: i128,
}

impl SharedSums {
    /// Adds so many clusters of which these are the parts in the two groups, neither of them empty.
    pub fn add(&mut self, first: ClusterTotal, second: ClusterTotal, times: u64) {
        let [a, b] = [first, second].map(|part| [i128::from(part.rows), i128::from(part.total)]);
        if a[0] == 0 || b[0] == 0 {
            return;
        }
        self.clusters += times;
        let times = i128::from(times);
        self.rows_rows += times * a[0] * b[0];
        self.rows_total += times * a[0] * b[1];
        self.total_rows += times * a[1] * b[0];
        self.total_total += times * a[1] * b[1];
    }

    /// Correlation of the means of two groups, of whose clusters these are the sums; 0 where no cluster lies in both.
    ///
    /// A positive one is drawn towards 0 as if two of these clusters showed none: of few clusters it would be trusted too
    /// much to narrow the interval of a difference.
    ///
    /// # Formula
    ///
    /// To first order, a cluster moves the mean `a` of the first group by `(a_i - n_i·a) / n`, with `a_i` the total of
    /// its `n_i` rows in it, and likewise the mean `b` of the second. Over the `s` clusters in both of `m` in either,
    ///
    /// ```text
    /// r = m / (m - 1) · Σ (a_i - n_i·a)(b_i - k_i·b) / (n k) / sqrt(var(a) var(b))
    /// ```
    ///
    /// with the variances of [`DesignEffect`](super::DesignEffect); and `r s / (s + 2)` where `r` is positive.
    pub fn correlation(&self, first: &ClusterSums, second: &ClusterSums) -> f64 {
        let variances = [first, second].map(ClusterSums::variance);
        if self.clusters == 0 || variances.iter().any(|variance| *variance <= 0.0) {
            return 0.0;
        }
        let [a, b] = [first, second].map(ClusterSums::mean);
        let products =
            self.total_total as f64 - b * self.total_rows as f64 - a * self.rows_total as f64
                + a * b * self.rows_rows as f64;
        let shared = self.clusters as f64;
        let either = (first.clusters + second.clusters) as f64 - shared;
        let few = either / (either - 1.0).max(1.0);
        let covariance = few * products / (first.rows as f64 * second.rows as f64);
        let correlation = covariance / (variances[0] * variances[1]).sqrt();
        match correlation > 0.0 {
            true => correlation.min(1.0) * shared / (shared + 2.0),
            false => correlation.max(-1.0),
        }
    }
}

/// Variance of a difference, as a multiple of what it would be of independent estimates with the same standard
/// errors: `1 - 2 r a b / (a² + b²)`.
pub fn variance_ratio(correlation: f64, [a, b]: [f64; 2]) -> f64 {
    let independent = a * a + b * b;
    match independent > 0.0 {
        true => 1.0 - 2.0 * correlation * a * b / independent,
        false => 1.0,
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::of_clusters;
    use super::*;
    use crate::stats::counts::Counts;

    fn total((hits, n): (u64, u64)) -> ClusterTotal {
        Counts { hits, n }.into()
    }

    fn correlation(first: &[(u64, u64)], second: &[(u64, u64)]) -> f64 {
        let mut shared = SharedSums::default();
        for (a, b) in first.iter().zip(second) {
            shared.add(total(*a), total(*b), 1);
        }
        let [a, b] = [first, second].map(of_clusters);
        shared.correlation(&a, &b)
    }

    #[test]
    fn correlations_match_numpy() {
        // a, n, b, k = (numpy.array(v) for v in ...), by cluster; m = 6; s = ((n > 0) & (k > 0)).sum()
        // u = (a - n * a.sum() / n.sum()) / n.sum(); v = (b - k * b.sum() / k.sum()) / k.sum()
        // va, vb = ((n > 0).sum() / ((n > 0).sum() - 1) * (u**2).sum(), likewise), at least p (1 - p) / n
        // r = m / (m - 1) * (u * v).sum() / numpy.sqrt(va * vb); r * s / (s + 2) if r > 0 else r
        let first = [(3, 3), (0, 4), (5, 5), (1, 2), (0, 0), (4, 6)];
        let second = [(2, 2), (1, 5), (4, 4), (0, 0), (3, 4), (1, 3)];
        let found = correlation(&first, &second);
        assert!((found - 0.5904255607112003).abs() < 1e-12, "{found}");
        let turned = second.map(|(hits, n)| (n - hits, n));
        let found = correlation(&first, &turned);
        assert!((found + 0.8856383410668005).abs() < 1e-12, "{found}");
    }

    #[test]
    fn groups_without_a_common_cluster_do_not_correlate() {
        let first = [(3, 3), (0, 4), (0, 0), (0, 0)];
        let second = [(0, 0), (0, 0), (4, 4), (0, 3)];
        assert_eq!(correlation(&first, &second), 0.0);
        // Nor do those of which one has no variance.
        assert_eq!(correlation(&[(3, 3), (4, 4)], &[(1, 3), (3, 4)]), 0.0);
    }

    #[test]
    fn the_difference_of_what_moves_together_hardly_varies() {
        assert_eq!(variance_ratio(0.0, [0.1, 0.3]), 1.0);
        assert_eq!(variance_ratio(1.0, [0.2, 0.2]), 0.0);
        assert_eq!(variance_ratio(-1.0, [0.2, 0.2]), 2.0);
        assert_eq!(variance_ratio(0.5, [0.0, 0.0]), 1.0);
    }
}
