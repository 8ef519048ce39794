//! Options of plans. Rates, gaps and powers are in per cent and points, as people write them.

use crate::estimate::level;
use evenhand_stats::hint::SettingError;
use evenhand_stats::metric::Metric;
use evenhand_stats::plan::{Clusters, GapParams, planned_metric};

/// Options of a plan for gaps between groups.
#[derive(Debug, Clone, PartialEq)]
pub struct GapOptions {
    /// What groups are judged by: `accuracy`, `tpr` or `fpr`.
    pub metric: String,
    /// Gaps in percentage points; none for the usual ones, which are 2, 3, 5 and 10, and 5 with a pilot.
    pub gaps: Vec<f64>,
    /// Probabilities of finding a gap, in per cent.
    pub powers: Vec<f64>,
    /// Confidence level of the audit.
    pub level: f64,
    pub clusters: ClusterOptions,
}

impl Default for GapOptions {
    fn default() -> Self {
        Self {
            metric: "accuracy".to_owned(),
            gaps: Vec::new(),
            powers: vec![80.0, 90.0],
            level: 0.95,
            clusters: ClusterOptions::default(),
        }
    }
}

/// Options of a plan for a share.
#[derive(Debug, Clone, PartialEq)]
pub struct ShareOptions {
    /// The expected share in per cent; by default that of the pilot.
    pub share: Option<f64>,
    /// Half widths of the interval, in percentage points.
    pub within: Vec<f64>,
    /// The class of a pilot; by default the positive one.
    pub class: Option<String>,
    /// True and false positive rate of the classifier in per cent, where no pilot shows them.
    pub rates: Option<[f64; 2]>,
    /// Rows of the corpus; by default so many that their number does not matter.
    pub corpus: Option<u64>,
    /// Confidence level of the interval.
    pub level: f64,
    pub clusters: ClusterOptions,
}

impl Default for ShareOptions {
    fn default() -> Self {
        Self {
            share: None,
            within: vec![1.0, 2.0, 5.0],
            class: None,
            rates: None,
            corpus: None,
            level: 0.95,
            clusters: ClusterOptions::default(),
        }
    }
}

/// Rows that are not independent, such as photos of one person.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ClusterOptions {
    /// Rows of a cluster, 1 or more.
    pub size: f64,
    /// Intraclass correlation of right answers, or of the class, in a cluster: 0 to 1.
    pub icc: f64,
}

impl Default for ClusterOptions {
    fn default() -> Self {
        Self {
            size: 1.0,
            icc: 0.0,
        }
    }
}

impl ClusterOptions {
    pub(super) fn checked(self) -> Result<Clusters, SettingError> {
        checked(
            "cluster_size",
            self.size,
            self.size >= 1.0 && self.size.is_finite(),
            "a cluster has 1 row or more",
        )?;
        let is_correlation = (0.0..=1.0).contains(&self.icc);
        checked(
            "icc",
            self.icc,
            is_correlation,
            "a correlation within clusters is from 0 to 1",
        )?;
        Ok(Clusters::new(self.size, self.icc))
    }
}

impl GapOptions {
    /// With the `usual` gaps where none is asked for.
    pub(super) fn params(&self, usual: &[f64]) -> Result<GapParams, SettingError> {
        let metric = self.metric()?;
        for &gap in &self.gaps {
            checked(
                "gap",
                gap,
                gap > 0.0 && gap < 100.0,
                "a gap is more than 0 and less than 100 points",
            )?;
        }
        let allowed = "a power is more than 50 % and less than 100 %";
        if self.powers.is_empty() {
            return Err(SettingError::new("power", "is missing", allowed));
        }
        for &power in &self.powers {
            let is_power = power > 50.0 && power < 100.0;
            checked("power", power, is_power, allowed)
                .map_err(|error| error.with_hint("80 and 90 are usual"))?;
        }
        Ok(GapParams {
            metric,
            gaps: match self.gaps.as_slice() {
                [] => shares(usual),
                gaps => shares(gaps),
            },
            powers: shares(&self.powers),
            level: level(self.level)?,
            clusters: self.clusters.checked()?,
        })
    }

    fn metric(&self) -> Result<&'static Metric, SettingError> {
        let allowed = "groups are judged by accuracy, tpr or fpr";
        planned_metric(&self.metric)
            .ok_or_else(|| SettingError::new("metric", &self.metric, allowed))
    }
}

/// Groups of a grouping in which any can be compared.
pub(super) const FEWEST: u64 = 2;

/// Numbers of groups, as in `7,2`.
///
/// # Errors
/// Another text, as of a column when there is no pilot.
pub fn numbers_of_groups(texts: &[String]) -> Result<Vec<u64>, SettingError> {
    let number = |text: &String| {
        let groups = text.trim().parse().ok().filter(|groups| *groups >= FEWEST);
        groups.ok_or_else(|| {
            SettingError::new("groups", text, "without a pilot it is a number of groups, 2 or more")
                .with_hint("write 7, or 7,2 for two groupings that are judged together; for columns give a pilot first")
        })
    };
    texts.iter().map(number).collect()
}

/// # Errors
/// The value is not allowed.
pub(super) fn checked(
    setting: &'static str,
    value: f64,
    is_allowed: bool,
    allowed: &'static str,
) -> Result<(), SettingError> {
    match is_allowed {
        true => Ok(()),
        false => Err(SettingError::new(setting, value, allowed)),
    }
}

/// Per cent as shares.
pub(super) fn shares(percent: &[f64]) -> Vec<f64> {
    percent.iter().map(|percent| percent / 100.0).collect()
}
