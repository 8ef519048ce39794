//! Shares of labels, corrected for the coders' own errors.

use super::agreement::{Agreement, MOST_PAIRED};
use super::codes::{Codes, Item};
use super::latent::{Case, Latent, Rest, Sizes};
use super::measure::{
    FEWEST, Jackknife, Measure, NotEstimable, Resampling, resampled_or_jackknifed,
};
use std::collections::HashMap;

/// Gold items of each label that every coder must have coded, where nothing else tells of errors.
const GOLD: usize = 5;

/// Standard errors between the shares of two groups, at least, where nothing else tells of errors:
/// groups that are alike tell nothing.
const APART: f64 = 4.0;

const REST: Rest = Rest {
    tolerance: 1e-13,
    most_iterations: 20_000,
};

/// A resample starts from the whole, and needs fewer digits.
const REST_OF_RESAMPLES: Rest = Rest {
    tolerance: 1e-9,
    most_iterations: 500,
};

/// Shares of labels among the coded items, but for gold items.
#[derive(Debug, Clone, PartialEq)]
pub struct CorrectedShares {
    pub basis: Basis,
    /// Coded items whose true label is known.
    pub gold: usize,
    /// One a label, in the order of the labels.
    pub overall: Vec<LabelShare>,
    /// In each group, with the errors that coders make in all of them.
    pub groups: Vec<(String, Vec<LabelShare>)>,
    /// `[coder][label]`: how often each coder gives a label to items that truly have it; empty of more than
    /// [`MOST_PAIRED`] coders.
    pub sensitivities: Vec<Vec<Measure>>,
}

/// What the coders' errors are known from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Basis {
    /// Items whose true label is known.
    Gold,
    /// Three coders who agree beyond chance: Dawid and Skene's model.
    ThreeCoders,
    /// Two coders, and groups with different shares: Hui and Walter's model.
    TwoCodersAndGroups,
}

impl Basis {
    pub fn name(self) -> &'static str {
        match self {
            Self::Gold => "gold",
            Self::ThreeCoders => "three_coders",
            Self::TwoCodersAndGroups => "two_coders_and_groups",
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LabelShare {
    /// Mean over items of the share of an item's codes.
    pub coded: Measure,
    pub corrected: Measure,
}

/// Items as the model takes them.
pub(super) struct Populations<'a> {
    /// Names of the groups; one without a name where nothing divides the items.
    pub names: Vec<String>,
    /// Coded items with their group, and the true label where it is known.
    pub items: Vec<(&'a Item, usize, Option<usize>)>,
}

impl CorrectedShares {
    /// Maximum likelihood of the model in `latent.rs`. Intervals of what it estimates are from leaving out each item in
    /// turn, those of shares of codes from resamples of the items.
    ///
    /// At 95 % they held the true share in 93 to 97 % of 1,000 draws of 400 items by three coders, by coders with 60 gold
    /// items, and by two coders in groups with shares of 10 and 60 %; in groups of 20 and 40 %, which are alike enough to be
    /// refused in two thirds of draws, in 89 % of the others. Before, by the bootstrap, the first two were 91 to 93 %
    /// (docs/guide/coders.md).
    ///
    /// # Errors
    /// Nothing tells how coders err.
    pub(super) fn of(
        codes: &Codes,
        populations: &Populations,
        agreement: &Agreement,
        resampling: &Resampling,
    ) -> Result<Self, NotEstimable> {
        if codes.used_labels().len() < 2 {
            return Err(NotEstimable::OneLabel);
        }
        let basis = populations.basis(codes, agreement);
        let basis = basis.ok_or(NotEstimable::NotIdentified)?;
        let model = Model::new(codes, populations);
        let fit = Latent::fit(&model.cases, model.sizes, REST);
        let ones = vec![1; populations.items.len()];
        let values = model.statistics(&ones, &fit);
        let mut counts = model.counts();
        let shares = counts.len();
        counts.extend(model.cases_of_coders(codes));
        let values = counts.into_iter().zip(values);
        let values = values.map(|(n, value)| match n {
            0 => (n, Err(NotEstimable::TooFew)),
            _ => (n, Ok(value)),
        });
        let scale = |at: usize| (at >= shares || at % 2 == 1).then_some(Jackknife::Share);
        let measures =
            resampled_or_jackknifed(values.collect(), ones.len(), resampling, scale, |weights| {
                let cases = model.weighted(weights);
                let fit = fit.again(&cases, model.sizes, REST_OF_RESAMPLES);
                model.statistics(weights, &fit)
            });
        let labels = codes.labels.len();
        let (shares, sensitivities) = measures.split_at(shares);
        let pairs = shares.chunks_exact(2).map(|pair| LabelShare {
            coded: pair[0],
            corrected: pair[1],
        });
        let all: Vec<LabelShare> = pairs.collect();
        let mut parts = all.chunks_exact(labels).map(<[LabelShare]>::to_vec);
        let overall = parts.next().unwrap_or_default();
        let names = populations.names.iter().filter(|name| !name.is_empty());
        let is_gold = |item: &&(&Item, usize, Option<usize>)| item.2.is_some();
        Ok(Self {
            basis,
            gold: populations.items.iter().filter(is_gold).count(),
            overall,
            groups: names.cloned().zip(parts).collect(),
            sensitivities: sensitivities
                .chunks_exact(labels)
                .map(<[Measure]>::to_vec)
                .collect(),
        })
    }
}

impl Populations<'_> {
    /// What tells how coders err, if anything does.
    fn basis(&self, codes: &Codes, agreement: &Agreement) -> Option<Basis> {
        if self.has_gold(codes) {
            return Some(Basis::Gold);
        }
        let beyond_chance =
            |measure: &Measure| measure.interval.is_ok_and(|interval| interval.low > 0.0);
        let active = codes.active();
        let thrice = self.items.iter().filter(|(item, ..)| item.codes.len() > 2);
        let thrice = thrice.count() >= FEWEST;
        if active.len() > MOST_PAIRED {
            return (thrice && beyond_chance(&agreement.alpha)).then_some(Basis::ThreeCoders);
        }
        let pairs = agreement.pairs.iter();
        let agree: Vec<[usize; 2]> = pairs
            .filter(|pair| beyond_chance(&pair.kappa))
            .map(|pair| pair.coders)
            .collect();
        let both = |a: usize, b: usize| agree.contains(&[a.min(b), a.max(b)]);
        let mut thirds = agree
            .iter()
            .flat_map(|&[a, b]| active.iter().map(move |&c| [a, b, c]));
        if thrice && thirds.any(|[a, b, c]| both(a, c) && both(b, c)) {
            return Some(Basis::ThreeCoders);
        }
        (!agree.is_empty() && self.differ(codes)).then_some(Basis::TwoCodersAndGroups)
    }

    /// Whether every coder coded gold items of every label, and tells each from the others.
    fn has_gold(&self, codes: &Codes) -> bool {
        let labels = codes.labels.len();
        let mut counts = vec![vec![vec![0_usize; labels]; labels]; codes.coders.len()];
        for (item, _, truth) in &self.items {
            for (truth, code) in truth
                .iter()
                .flat_map(|truth| item.codes.iter().map(move |code| (truth, code)))
            {
                counts[code.coder][*truth][code.label] += 1;
            }
        }
        let (used, coders) = (codes.used_labels(), codes.active());
        let knows = |coder: &usize| used.iter().all(|&label| tells(&counts[*coder], label));
        !coders.is_empty() && coders.iter().all(knows)
    }

    /// Whether the shares of codes differ clearly between two groups.
    fn differ(&self, codes: &Codes) -> bool {
        let groups = self.names.len();
        (0..codes.labels.len()).any(|label| {
            let mut sums = vec![[0.0_f64; 3]; groups];
            for (item, group, _) in self.items.iter().filter(|(.., truth)| truth.is_none()) {
                let share = share(item, label);
                let sum = &mut sums[*group];
                *sum = [sum[0] + 1.0, sum[1] + share, sum[2] + share * share];
            }
            let means: Vec<[f64; 2]> = (sums.iter().filter(|[n, ..]| *n > 1.0))
                .map(|[n, sum, squares]| {
                    let mean = sum / n;
                    [mean, (squares / n - mean * mean) / (n - 1.0)]
                })
                .collect();
            let apart = |a: &[f64; 2], b: &[f64; 2]| {
                let se = (a[1] + b[1]).sqrt();
                se > 0.0 && (a[0] - b[0]).abs() >= APART * se
            };
            means.iter().any(|a| means.iter().any(|b| apart(a, b)))
        })
    }
}

/// Whether a coder gives a label clearly more often to gold items that have it than to others, by two
/// standard errors; `counts` are of true and given labels.
fn tells(counts: &[Vec<usize>], label: usize) -> bool {
    let rate = |is_own: bool| {
        let rows = counts.iter().enumerate();
        let rows = rows.filter(|(truth, _)| (*truth == label) == is_own);
        let [n, given] = rows.fold([0, 0], |[n, given], (_, row)| {
            [n + row.iter().sum::<usize>(), given + row[label]]
        });
        (n >= GOLD).then(|| {
            let share = given as f64 / n as f64;
            [share, share * (1.0 - share) / n as f64]
        })
    };
    let (Some([own, variance]), Some([others, more])) = (rate(true), rate(false)) else {
        return false;
    };
    own - others > 2.0 * (variance + more).sqrt()
}

/// Items with the same codes together.
struct Model<'a> {
    populations: &'a Populations<'a>,
    cases: Vec<Case>,
    /// For each item its case.
    case_of: Vec<usize>,
    sizes: Sizes,
}

impl<'a> Model<'a> {
    fn new(codes: &Codes, populations: &'a Populations) -> Self {
        let mut places = HashMap::new();
        let mut cases: Vec<Case> = Vec::new();
        let case_of = populations.items.iter().map(|&(item, population, truth)| {
            let key: Vec<(usize, usize)> = item
                .codes
                .iter()
                .map(|code| (code.coder, code.label))
                .collect();
            let place = *places
                .entry((key, population, truth))
                .or_insert(cases.len());
            if place == cases.len() {
                cases.push(Case {
                    codes: item.codes.clone(),
                    population,
                    truth,
                    times: 0.0,
                });
            }
            cases[place].times += 1.0;
            place
        });
        Self {
            case_of: case_of.collect(),
            cases,
            sizes: Sizes {
                labels: codes.labels.len(),
                coders: codes.coders.len(),
                populations: populations.names.len(),
            },
            populations,
        }
    }

    fn weighted(&self, weights: &[u32]) -> Vec<Case> {
        let mut cases = self.cases.clone();
        cases.iter_mut().for_each(|case| case.times = 0.0);
        for (&case, &weight) in self.case_of.iter().zip(weights) {
            cases[case].times += f64::from(weight);
        }
        cases
    }

    /// How many items of all, and of each group, have no gold label.
    fn sizes_of(&self, weights: &[u32]) -> Vec<f64> {
        let mut sizes = vec![0.0; self.sizes.populations];
        let items = self.populations.items.iter().zip(weights);
        for ((_, group, _), &weight) in items.filter(|((.., truth), _)| truth.is_none()) {
            sizes[*group] += f64::from(weight);
        }
        sizes
    }

    /// The number of items of each statistic.
    fn counts(&self) -> Vec<usize> {
        let sizes = self.sizes_of(&vec![1; self.case_of.len()]);
        let all: f64 = sizes.iter().sum();
        let counts = std::iter::once(all).chain(sizes);
        let twice = 2 * self.sizes.labels;
        counts.flat_map(|n| vec![n as usize; twice]).collect()
    }

    /// The number of items of each sensitivity: none of a label that nobody uses.
    fn cases_of_coders(&self, codes: &Codes) -> Vec<usize> {
        let used = codes.used_labels();
        let rows = codes.workload().into_iter().take(self.coders_told());
        let cells = rows.flat_map(|n| vec![n; self.sizes.labels]).enumerate();
        let is_used = |at: usize| used.contains(&(at % self.sizes.labels));
        cells
            .map(|(at, n)| if is_used(at) { n } else { 0 })
            .collect()
    }

    /// A crowd gets no table of sensitivities.
    fn coders_told(&self) -> usize {
        match self.sizes.coders {
            few if few <= MOST_PAIRED => few,
            _ => 0,
        }
    }

    /// For everyone, then for each group, of each label the share as coded and corrected; then of each coder and label
    /// the sensitivity.
    fn statistics(&self, weights: &[u32], fit: &Latent) -> Vec<f64> {
        let sizes = self.sizes_of(weights);
        let labels = self.sizes.labels;
        let mut coded = vec![vec![0.0; labels]; sizes.len()];
        let items = self.populations.items.iter().zip(weights);
        for ((item, group, _), &weight) in items.filter(|((.., truth), _)| truth.is_none()) {
            for code in &item.codes {
                coded[*group][code.label] += f64::from(weight) / item.codes.len() as f64;
            }
        }
        let all: f64 = sizes.iter().sum();
        let everyone = (0..labels).flat_map(|label| {
            let corrected = sizes
                .iter()
                .zip(&fit.shares)
                .map(|(n, shares)| n * shares[label]);
            let coded = coded.iter().map(|coded| coded[label]);
            [coded.sum::<f64>() / all, corrected.sum::<f64>() / all]
        });
        let groups = (0..sizes.len()).flat_map(|group| {
            let (coded, corrected) = (&coded[group], &fit.shares[group]);
            let n = sizes[group];
            // Not a number for a group that a resample has nobody of.
            let there = if n > 0.0 { 1.0 } else { f64::NAN };
            (0..labels).flat_map(move |at| [coded[at] / n, there * corrected[at]])
        });
        let told = fit.confusion.iter().take(self.coders_told());
        let sensitivities = told.flat_map(|rows| {
            let rows = rows.iter().enumerate();
            rows.map(|(label, row)| row[label])
        });
        everyone.chain(groups).chain(sensitivities).collect()
    }
}

/// The share of an item's codes that are a label.
fn share(item: &Item, label: usize) -> f64 {
    let own = item.codes.iter().filter(|code| code.label == label);
    own.count() as f64 / item.codes.len() as f64
}
