//! Groups of items on which coders agree less, or err more, than on all other items.

use super::agreement::MOST_PAIRED;
use super::codes::{Code, Codes, Item};
use super::consensus::Majority;
use super::kappa::agreement;
use super::measure::{FEWEST, Measure, NotEstimable};
use super::weights::Weights;
use crate::stats::contingency::fisher;
use crate::stats::counts::{Counts, EffectiveCounts};
use crate::stats::difference::{newcombe, square_and_add};
use crate::stats::multiple::holm;
use crate::stats::proportion::{wilson, wilson_of};
use crate::stats::{Interval, Level, two_sided_p_of_t};

/// A share among the items of a group, held against that among all other items.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct GroupGap {
    pub of_group: Measure,
    /// The group less the others.
    pub difference: Measure,
    /// P-value of the test that there is no difference, corrected for all such comparisons of a grouping (Holm 1979).
    pub p: Option<f64>,
}

/// How coders agree and err in a group, beside all other items.
#[derive(Debug, Clone, PartialEq)]
pub struct GroupComparison {
    /// Percent agreement, with Wilson's interval of as many items as tell as much, and Student's test.
    pub agreement: GroupGap,
    /// Of each coder and label; empty of more than [`MOST_PAIRED`] coders.
    pub sensitivities: Vec<Sensitivity>,
}

/// How often a coder gives a label to items that most of the other coders give it to, the coder's own code left out:
/// of two labels, the sensitivity for one is the specificity for the other. Wilson's and Newcombe's intervals, and
/// Fisher's exact test.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Sensitivity {
    pub coder: usize,
    pub label: usize,
    pub gap: GroupGap,
}

/// One for each group, which together have all items. Agreement is one family of tests, sensitivities are another.
pub(super) fn compare(codes: &Codes, groups: &[Vec<&Item>], level: Level) -> Vec<GroupComparison> {
    let shares = groups.iter().map(|items| {
        let twice = items.iter().filter(|item| item.codes.len() > 1);
        Moments::of(twice.map(|item| agreement(&item.codes, &Weights::Identity)))
    });
    let shares: Vec<Moments> = shares.collect();
    let all = shares
        .iter()
        .fold(Moments::default(), |all, of| all.plus(of, 1.0));
    let counts: Vec<Vec<Counts>> = groups.iter().map(|items| counts(codes, items)).collect();
    let mut found: Vec<GroupComparison> = (shares.iter().zip(&counts))
        .map(|(own, cells)| GroupComparison {
            agreement: of_means(own, &all.plus(own, -1.0), level),
            sensitivities: sensitivities(codes, cells, &counts, level),
        })
        .collect();
    // Of two groups, each is all that the other is compared with.
    let tested = if groups.len() == 2 { 1 } else { groups.len() };
    correct(found[..tested].iter_mut().map(|of| &mut of.agreement));
    let each = found[..tested]
        .iter_mut()
        .flat_map(|of| &mut of.sensitivities);
    correct(each.map(|of| &mut of.gap));
    if let [first, second] = &mut found[..] {
        second.agreement.p = first.agreement.p;
        let pairs = second.sensitivities.iter_mut().zip(&first.sensitivities);
        pairs.for_each(|(to, of)| to.gap.p = of.gap.p);
    }
    found
}

fn correct<'a>(gaps: impl Iterator<Item = &'a mut GroupGap>) {
    let mut tested: Vec<&mut f64> = gaps.filter_map(|gap| gap.p.as_mut()).collect();
    let corrected = holm(&tested.iter().map(|p| **p).collect::<Vec<_>>());
    tested
        .iter_mut()
        .zip(corrected)
        .for_each(|(to, p)| **to = p);
}

/// Number, sum and sum of squares.
#[derive(Debug, Clone, Copy, Default)]
struct Moments([f64; 3]);

impl Moments {
    fn of(values: impl Iterator<Item = f64>) -> Self {
        values.fold(Self::default(), |all, value| {
            all.plus(&Self([1.0, value, value * value]), 1.0)
        })
    }

    fn plus(&self, other: &Self, factor: f64) -> Self {
        let Self([n, sum, squares]) = self;
        let [more, plus, square] = other.0.map(|of| factor * of);
        Self([n + more, sum + plus, squares + square])
    }

    fn n(&self) -> usize {
        self.0[0].round() as usize
    }

    fn mean(&self) -> f64 {
        self.0[1] / self.0[0]
    }

    /// Sum of the squared distances to the mean.
    fn distances(&self) -> f64 {
        (self.0[2] - self.0[0] * self.mean().powi(2)).max(0.0)
    }

    /// Wilson's interval of as many items of 0 or 1 as tell as much.
    fn interval(&self, level: Level) -> Option<Interval> {
        let [n, ..] = self.0;
        let mean = self.mean().clamp(0.0, 1.0);
        let variance = self.distances() / (n - 1.0) / n;
        let alike = match variance > 0.0 {
            true => mean * (1.0 - mean) / variance,
            false => n,
        };
        wilson_of(EffectiveCounts::of_rate(mean, alike), level)
    }
}

fn of_means(own: &Moments, rest: &Moments, level: Level) -> GroupGap {
    if own.n() == 0 {
        return GroupGap::none(NotEstimable::NoItemTwice);
    }
    let mean = own.mean();
    let of_group = measured(own.n(), mean, own.interval(level));
    if own.n().min(rest.n()) < FEWEST {
        return GroupGap::alone(of_group);
    }
    let means = [mean, rest.mean()];
    let intervals = own.interval(level).zip(rest.interval(level));
    let interval = intervals.map(|(a, b)| square_and_add(means, [a, b], 0.0));
    let degrees = own.0[0] + rest.0[0] - 2.0;
    let pooled = (own.distances() + rest.distances()) / degrees;
    let se = (pooled * (1.0 / own.0[0] + 1.0 / rest.0[0])).sqrt();
    let difference = means[0] - means[1];
    GroupGap {
        of_group,
        difference: Measure::with(own.n(), difference, interval),
        p: Some(match se > 0.0 {
            true => two_sided_p_of_t(difference / se, degrees).min(1.0),
            false => 1.0,
        }),
    }
}

fn sensitivities(
    codes: &Codes,
    own: &[Counts],
    groups: &[Vec<Counts>],
    level: Level,
) -> Vec<Sensitivity> {
    let labels = codes.labels.len();
    let of = |(at, &own): (usize, &Counts)| {
        let all = groups
            .iter()
            .fold(Counts { hits: 0, n: 0 }, |all, group| Counts {
                hits: all.hits + group[at].hits,
                n: all.n + group[at].n,
            });
        Sensitivity {
            coder: at / labels,
            label: at % labels,
            gap: of_counts(own, all.without(own), level),
        }
    };
    own.iter().enumerate().map(of).collect()
}

fn of_counts(own: Counts, rest: Counts, level: Level) -> GroupGap {
    let n = own.n as usize;
    if n == 0 {
        return GroupGap::none(NotEstimable::NoOthers);
    }
    let of_group = measured(n, own.rate(), wilson(own.hits, own.n, level));
    if own.n.min(rest.n) < FEWEST as u64 {
        return GroupGap::alone(of_group);
    }
    GroupGap {
        of_group,
        difference: Measure::with(n, own.rate() - rest.rate(), newcombe(own, rest, level)),
        p: Some(fisher(own, rest).min(1.0)),
    }
}

fn measured(n: usize, value: f64, interval: Option<Interval>) -> Measure {
    Measure::with(n, value, interval.filter(|_| n >= FEWEST))
}

impl GroupGap {
    fn none(reason: NotEstimable) -> Self {
        let none = Measure::none(0, reason);
        Self {
            of_group: none,
            difference: none,
            p: None,
        }
    }

    /// Of a group that is too small to be compared, or that has everybody but a few.
    fn alone(of_group: Measure) -> Self {
        Self {
            of_group,
            difference: Measure::none(of_group.n, NotEstimable::TooFew),
            p: None,
        }
    }
}

/// `[coder][label]`, flat: how many items most others give the label, and to how many of these the coder gives it.
fn counts(codes: &Codes, items: &[&Item]) -> Vec<Counts> {
    let labels = codes.labels.len();
    if codes.active().len() > MOST_PAIRED {
        return Vec::new();
    }
    let mut counts = vec![Counts { hits: 0, n: 0 }; codes.coders.len() * labels];
    for item in items {
        for own in &item.codes {
            let others = item
                .codes
                .iter()
                .filter(|code: &&Code| code.coder != own.coder);
            if let Some(label) = Majority::of(others, labels).label {
                let cell = &mut counts[own.coder * labels + label];
                cell.n += 1;
                cell.hits += u64::from(own.label == label);
            }
        }
    }
    counts
}
