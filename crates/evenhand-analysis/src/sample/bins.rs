//! Bins of scores.

/// Bins of scores of about as many rows each: where a classifier is sure of most rows, bins of one
/// width would leave most of them empty.
pub(super) struct Bins {
    /// The highest score of each bin.
    ends: Vec<f32>,
}

impl Bins {
    pub fn new(scores: &[f32], bins: usize) -> Self {
        let mut sorted = scores.to_vec();
        sorted.sort_unstable_by(f32::total_cmp);
        let last = sorted.len() - 1;
        let mut ends: Vec<f32> = (1..=bins)
            .map(|bin| sorted[(bin * sorted.len() / bins).saturating_sub(1).min(last)])
            .collect();
        ends.dedup();
        Self { ends }
    }

    /// The bin of a score.
    pub fn bin(&self, score: f32) -> usize {
        let bin = self.ends.partition_point(|end| *end < score);
        bin.min(self.ends.len() - 1)
    }

    pub fn name(&self, bin: usize) -> String {
        let low = bin.checked_sub(1).map_or(0.0, |below| self.ends[below]);
        let high = self.ends[bin];
        format!("score {low:.3}-{high:.3}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bins_hold_as_many_rows_each_and_ties_stay_together() {
        let scores: Vec<f32> = (0..100).map(|i| i as f32 / 100.0).collect();
        let bins = Bins::new(&scores, 4);
        let name = |bins: &Bins, score| bins.name(bins.bin(score));
        let of_first = scores
            .iter()
            .filter(|&&score| name(&bins, score) == "score 0.000-0.240");
        assert_eq!(of_first.count(), 25);
        let tied = Bins::new(&[0.1, 0.1, 0.1, 0.1, 0.9], 5);
        assert_eq!(tied.ends, [0.1, 0.9]);
        assert_eq!(name(&tied, 0.9), "score 0.100-0.900");
    }
}
