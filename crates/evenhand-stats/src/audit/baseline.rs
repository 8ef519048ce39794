//! The classifier beside one that always gives the same answer. Where one class is rare, a high accuracy
//! may be no more than that.

use super::sampling::Sampled;
use super::{Audit, CheckedParams, Estimate};
use crate::hint::Message;
use crate::metric::Confusion;
use crate::stats::clustered::DesignEffect;
use crate::stats::paired::{Paired, newcombe_paired};
use crate::text::counted;

/// Of as many classes, labels are uneven where the rarest has less than this part of an equal share.
const UNEVEN: f64 = 0.6;

/// A class is hardly ever predicted where it has fewer predictions than this part of its labels.
const HARDLY: f64 = 0.25;

/// The answer that is most often right when it is always given.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Baseline {
    pub class: usize,
    /// The share of rows with this label.
    pub accuracy: f64,
    /// Accuracy of the classifier less that, on the same rows.
    pub gain: Estimate,
}

/// A class that the classifier seldom gives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HardlyPredicted {
    pub class: usize,
    pub labelled: u64,
    pub predicted: u64,
}

impl Baseline {
    /// `None` of no rows. `everyone` are the rows of `confusion`.
    pub(super) fn new(
        everyone: &Sampled,
        confusion: &Confusion,
        params: &CheckedParams,
    ) -> Option<Self> {
        let classes = 0..confusion.classes();
        let class = classes
            .rev()
            .max_by_key(|&class| confusion.labelled(class))?;
        let pairs = beside(confusion, class);
        let effect = everyone.difference_effect(|part| beside(part, class));
        let divisor = effect.unwrap_or(DesignEffect::NONE).divisor(params.level);
        Some(Self {
            class,
            accuracy: confusion.labelled(class) as f64 / confusion.n() as f64,
            gain: Estimate {
                value: pairs.difference(),
                interval: newcombe_paired(pairs.deflated(divisor), params.level)?,
            },
        })
    }
}

impl Audit {
    /// True if one class is so rare that accuracy says little of it.
    pub fn is_uneven(&self) -> bool {
        let confusion = &self.overall.confusion;
        let classes = confusion.classes();
        let rarest = (0..classes).map(|class| confusion.labelled(class)).min();
        let equal = confusion.n() as f64 / classes as f64;
        rarest.is_some_and(|rarest| (rarest as f64) < UNEVEN * equal)
    }

    /// A warning for each class that is hardly ever predicted.
    pub fn imbalance_warnings(&self) -> Vec<Message> {
        let warning = |one: HardlyPredicted| {
            let class = self.classes.name(one.class);
            let [predicted, labelled] = [one.predicted, one.labelled].map(|n| counted(n, "row"));
            let missed = format!(
                "`{class}` is hardly ever predicted: for {predicted}, where {labelled} have the label. \
                 Accuracy does not show that"
            );
            Message::new(
                "{}; training with {balance} label counts all classes alike",
                &[&missed],
            )
        };
        self.hardly_predicted().into_iter().map(warning).collect()
    }

    /// The classes with enough labels to tell that hardly any row is predicted to be of them.
    pub fn hardly_predicted(&self) -> Vec<HardlyPredicted> {
        let confusion = &self.overall.confusion;
        let found = (0..confusion.classes()).map(|class| HardlyPredicted {
            class,
            labelled: confusion.labelled(class),
            predicted: confusion.predicted(class),
        });
        let is_hardly = |one: &HardlyPredicted| {
            self.params.enough(one.labelled)
                && (one.predicted as f64) < HARDLY * one.labelled as f64
        };
        found.filter(is_hardly).collect()
    }
}

/// Rows by whether the classifier is right, and whether always answering `class` is.
fn beside(confusion: &Confusion, class: usize) -> Paired {
    let both = confusion.at(class, class);
    let first = confusion.correct() - both;
    let second = confusion.labelled(class) - both;
    Paired {
        both,
        first,
        second,
        neither: confusion.n() - both - first - second,
    }
}

#[cfg(test)]
mod tests {
    use crate::audit::Params;
    use crate::audit::toy::audited;

    #[test]
    fn a_useless_classifier_of_a_rare_class_is_no_better_than_always_no() {
        // 74 positives of 2,000, of which 2 are found.
        let counts = [("x", [2, 1, 72, 1925])];
        let audit = audited("g", &counts, Params::default());
        let baseline = audit.baseline.unwrap();
        assert_eq!((baseline.class, baseline.accuracy), (0, 0.963));
        assert!((baseline.gain.value - 0.0005).abs() < 1e-12, "{baseline:?}");
        assert!(baseline.gain.interval.contains(0.0));
        assert!(audit.is_uneven());
        let found = audit.hardly_predicted();
        assert_eq!(found.len(), 1);
        assert_eq!(
            (found[0].class, found[0].labelled, found[0].predicted),
            (1, 74, 3)
        );
        assert_eq!(
            audit.beside_baseline().unwrap(),
            "Always answering “no” would be right for 96.3%. The classifier’s accuracy differs from that \
             by 0.1 points (−0.2 to 0.3): it is not shown to be right more often."
        );
    }

    #[test]
    fn even_classes_that_are_told_apart_raise_no_alarm() {
        let audit = audited("g", &[("x", [450, 50, 50, 450])], Params::default());
        assert!(!audit.is_uneven() && audit.hardly_predicted().is_empty());
        let baseline = audit.baseline.unwrap();
        assert_eq!(baseline.accuracy, 0.5);
        assert!(baseline.gain.interval.low > 0.35, "{baseline:?}");
    }
}
