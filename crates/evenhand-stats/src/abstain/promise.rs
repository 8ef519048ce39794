//! Promises about errors among the rows that are kept, and the thresholds that keep them.

use super::Confidences;
use crate::record::MISSING;
use crate::stats::Level;
use crate::stats::conformal::{controlled, fewest, highest, selective};
use crate::stats::counts::Counts;
use serde::{Deserialize, Serialize};

/// Confidence of a promise.
pub const LEVEL: f64 = 0.95;

/// Risks that an audit gives thresholds for.
pub const RISKS: [f64; 4] = [0.01, 0.02, 0.05, 0.1];

/// With 95 % confidence, at most a share `risk` of the rows whose confidence reaches the threshold are
/// wrong; in every group, if there is a grouping.
///
/// It holds for new rows drawn like the held-out ones, and says nothing of others.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Promise {
    pub risk: f64,
    pub level: f64,
    /// The promise holds in every group of it.
    pub grouping: Option<String>,
    /// Rows are kept whose largest probability is at least this.
    pub threshold: f64,
    /// Held-out rows.
    pub rows: u64,
    /// Held-out rows that are kept.
    pub kept: u64,
    /// Errors among these.
    pub errors: u64,
    /// Upper bound of the error rate among rows that are kept, at the level; of the group where it is highest.
    pub error_high: f64,
}

/// Why nothing can be promised.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NoPromise {
    /// Fewer rows than would do without any error, of everyone or of a group.
    #[error(
        "{} held-out rows{}, and a promise needs at least {needed}",
        rows,
        of(group)
    )]
    TooFew {
        group: Option<String>,
        rows: u64,
        needed: u64,
    },
    #[error(
        "even the most certain of the held-out rows are wrong too often, or too few are that certain"
    )]
    TooManyErrors,
    /// No such grouping is kept.
    #[error("no grouping of that name among the held-out rows{}", listed(known))]
    UnknownGrouping { known: Vec<String> },
}

/// Threshold by which a row is kept and wrong with a chance of at most `risk`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Controlled {
    pub risk: f64,
    pub threshold: f64,
    pub kept: Counts,
}

/// Whom a promise is for: everyone, or one group of several.
struct Party {
    group: Option<String>,
    steps: Vec<Counts>,
}

impl Confidences {
    /// The lowest threshold that keeps the promise, with 95 % confidence: for everyone, or by one threshold in
    /// every group of a grouping. Formula: [`selective`].
    ///
    /// One threshold for all groups needs no group of new rows, and treats equal confidence alike. It is
    /// not enough to take the strictest of the groups' own: the error among kept rows may rise with
    /// the threshold. So every group is tested at every threshold.
    ///
    /// Simulated with 100 to 5,000 rows at risks of 5 and 10 %, a promise for all was broken in at most 4.2 % of
    /// 1,000 draws, and one for every group in at most 2.8 %. The confidence is about all draws: where a promise
    /// is hardly ever given, those that are given are lucky ones. Of a classifier that errs in 14 % of all rows, one
    /// was given in 34, 85, 100 and 100 % of the draws of 100, 300, 1,000 and 5,000 rows at a risk of 10 %, and in
    /// 4, 5, 71 and 100 % at 5 %. `docs/guide/predict.md` has the table.
    ///
    /// # Errors
    ///
    /// Why nothing can be promised.
    ///
    /// # Panics
    ///
    /// When the risk is not more than 0 and less than 1.
    pub fn promise(&self, risk: f64, grouping: Option<&str>) -> Result<Promise, NoPromise> {
        assert!(risk > 0.0 && risk < 1.0, "a risk of {risk}");
        let level = Level::new(LEVEL).expect("the level is a share");
        let parties = self.parties(grouping)?;
        let needed = fewest(risk, level);
        for Party { group, steps } in &parties {
            let rows = steps.last().map_or(0, |all| all.n);
            if rows < needed {
                let group = group.clone();
                return Err(NoPromise::TooFew {
                    group,
                    rows,
                    needed,
                });
            }
        }
        let steps: Vec<Vec<Counts>> = parties.into_iter().map(|party| party.steps).collect();
        let step = selective(&steps, risk, level).ok_or(NoPromise::TooManyErrors)?;
        let bounds = steps.iter().map(|steps| highest(steps[step], level));
        let all = self.steps();
        Ok(Promise {
            risk,
            level: LEVEL,
            grouping: grouping.map(str::to_owned),
            threshold: self.bins[step].from,
            rows: all.last().map_or(0, |all| all.n),
            kept: all[step].n,
            errors: all[step].hits,
            error_high: bounds.fold(0.0, f64::max),
        })
    }

    /// Steps of everyone, or of each group of a grouping.
    fn parties(&self, grouping: Option<&str>) -> Result<Vec<Party>, NoPromise> {
        let Some(name) = grouping else {
            return Ok(vec![Party {
                group: None,
                steps: self.steps(),
            }]);
        };
        let known = || self.groupings.iter().map(|known| known.grouping.clone());
        let mut groupings = self.groupings.iter();
        let found = groupings
            .find(|known| known.grouping == name)
            .ok_or_else(|| NoPromise::UnknownGrouping {
                known: known().collect(),
            })?;
        // Rows of a missing value are no group that anybody promises anything to.
        let groups = found.groups.iter().filter(|group| group.group != MISSING);
        Ok(groups
            .map(|bins| Party {
                group: Some(bins.group.clone()),
                steps: bins.steps(),
            })
            .collect())
    }

    /// The lowest threshold by which a row is kept and wrong with a chance of at most `risk`, on average.
    /// `None` if there is none. Formula: [`controlled`]. In the draws of [`promise`](Self::promise) the chance was
    /// 4.7 to 4.8 % for 5 %, and 9.3 to 9.7 % for 10 %.
    pub fn controlled(&self, risk: f64) -> Option<Controlled> {
        let steps = self.steps();
        let errors: Vec<u64> = steps.iter().map(|kept| kept.hits).collect();
        let step = controlled(&errors, steps.last()?.n, risk)?;
        Some(Controlled {
            risk,
            threshold: self.bins[step].from,
            kept: steps[step],
        })
    }
}

impl Promise {
    /// `with 95% confidence, at most 5% of the kept predictions are wrong`.
    pub fn sentence(&self) -> String {
        let whom = self.grouping.as_ref();
        let whom = whom.map_or_else(String::new, |name| format!(" in every group of {name}"));
        format!(
            "with {} confidence, at most {} of the kept predictions are wrong{whom}",
            percent(self.level),
            percent(self.risk)
        )
    }

    /// The same with the threshold, and with what it is based on.
    pub fn account(&self) -> String {
        format!(
            "{}, if images are like those of the training: images of a probability below {} are left to people. Of {} \
             held-out images {} would have been kept, {} of them wrong",
            self.sentence(),
            self.threshold,
            self.rows,
            self.kept,
            self.errors
        )
    }
}

/// `0.05` as `5%`, `0.025` as `2.5%`.
fn percent(share: f64) -> String {
    let rounded = (1000.0 * share).round() / 10.0;
    format!("{rounded}%")
}

fn of(group: &Option<String>) -> String {
    group
        .as_ref()
        .map_or_else(String::new, |group| format!(" of the group {group}"))
}

/// `: there is race, gender`.
fn listed(known: &[String]) -> String {
    match known {
        [] => ": there is none".to_owned(),
        known => format!(": there is {}", known.join(", ")),
    }
}
