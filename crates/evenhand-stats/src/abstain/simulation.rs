//! How often a promise is broken, and what it keeps: `cargo test --release abstain::simulation -- --ignored
//! --nocapture` prints the table of docs/guide/predict.md.

use super::{Confidences, Grouping, HeldOut, NoPromise};
use rand::rngs::ChaCha8Rng;
use rand::{RngExt, SeedableRng};

const DRAWS: u32 = 1_000;

/// Classifier that is surer than it should be, of two groups.
struct Population {
    /// Share of the second group.
    share: f64,
    /// By group, how the logit of the confidence is damped to give that of being right.
    damped: [f64; 2],
}

/// Confidence at a quantile: logits are those of a normal distribution, folded.
fn logit(u: f64, v: f64) -> f64 {
    (2.5 + 1.5 * (-2.0 * (1.0 - u).ln()).sqrt() * (std::f64::consts::TAU * v).cos()).abs()
}

fn share(logit: f64) -> f64 {
    1.0 / (1.0 + (-logit).exp())
}

impl Population {
    fn draw(&self, n: usize, rng: &mut ChaCha8Rng) -> (Vec<HeldOut>, Vec<u32>) {
        let rows = (0..n).map(|_| {
            let is_second = rng.random_bool(self.share);
            let logit = logit(rng.random(), rng.random());
            let row = HeldOut {
                confidence: (share(logit) * 1e6).round() / 1e6,
                is_wrong: !rng.random_bool(share(self.damped[usize::from(is_second)] * logit)),
            };
            (row, u32::from(is_second))
        });
        rows.unzip()
    }

    /// By group, the true share of errors among rows from a threshold up, and the share of rows kept; on
    /// a grid of quantiles.
    fn truth(&self, threshold: f64) -> [(f64, f64); 2] {
        const GRID: usize = 200;
        let at = |step: usize| (step as f64 + 0.5) / GRID as f64;
        let logits = (0..GRID * GRID).map(|cell| logit(at(cell / GRID), at(cell % GRID)));
        let kept: Vec<f64> = logits.filter(|&logit| share(logit) >= threshold).collect();
        self.damped.map(|damped| {
            let errors: f64 = kept.iter().map(|logit| 1.0 - share(damped * logit)).sum();
            let of = kept.len() as f64;
            (errors / of, of / (GRID * GRID) as f64)
        })
    }

    fn mixed(&self, of: [f64; 2]) -> f64 {
        (1.0 - self.share) * of[0] + self.share * of[1]
    }
}

/// Results of many draws, as shares of them.
#[derive(Debug, Default)]
struct Results {
    promised: f64,
    broken: f64,
    kept: f64,
    /// Mean share of rows that are kept and wrong, by the threshold that controls it.
    controlled: f64,
}

fn results(of: &Population, n: usize, risk: f64, by_group: bool, draws: u32) -> Results {
    let mut rng = ChaCha8Rng::seed_from_u64(18);
    let values = ["x", "y"].map(String::from);
    let mut results = Results::default();
    for _ in 0..draws {
        let (rows, groups) = of.draw(n, &mut rng);
        let grouping = Grouping {
            name: "group",
            values: &values,
            of: &groups,
        };
        let found = Confidences::new(&rows, &[grouping]).unwrap();
        if let Some(controlled) = found.controlled(risk) {
            let truth = of.truth(controlled.threshold);
            results.controlled += of.mixed(truth.map(|(errors, kept)| errors * kept));
        }
        let promise = match found.promise(risk, by_group.then_some("group")) {
            Err(NoPromise::UnknownGrouping { .. }) => unreachable!("the group is known"),
            Err(_) => continue,
            Ok(promise) => promise,
        };
        let truth = of.truth(promise.threshold);
        // Both groups have the same confidences, so kept rows are mixed as all rows are.
        let errors = truth.map(|(errors, _)| errors);
        let highest = match by_group {
            true => errors[0].max(errors[1]),
            false => of.mixed(errors),
        };
        results.promised += 1.0;
        results.broken += f64::from(u8::from(highest > risk));
        results.kept += truth[0].1;
    }
    results.kept /= results.promised.max(1.0);
    for sum in [
        &mut results.promised,
        &mut results.broken,
        &mut results.controlled,
    ] {
        *sum /= f64::from(draws);
    }
    results
}

fn populations() -> [(&'static str, Population); 2] {
    let of = |damped| Population { share: 0.3, damped };
    [
        ("alike", of([0.9, 0.9])),
        ("one errs more often", of([0.9, 0.7])),
    ]
}

#[test]
#[ignore = "prints the table of docs/guide/predict.md"]
fn promises_by_rows() {
    for n in [100, 300, 1_000, 5_000] {
        for (name, of) in populations() {
            for by_group in [false, true] {
                for risk in [0.05, 0.1] {
                    let found = results(&of, n, risk, by_group, DRAWS);
                    let [promised, broken, kept, controlled] =
                        [found.promised, found.broken, found.kept, found.controlled]
                            .map(|share| 100.0 * share);
                    let whom = if by_group { "every group" } else { "all" };
                    eprintln!(
                        "| {n} | {name} | {whom} | {:.0} % | {promised:.0} % | {broken:.1} % | {kept:.0} % | {controlled:.1} % |",
                        100.0 * risk
                    );
                }
            }
        }
    }
}

#[test]
fn a_promise_is_given_and_hardly_ever_broken() {
    let [_, (_, apart)] = populations();
    let all = results(&apart, 1_000, 0.1, false, 200);
    assert!(all.promised > 0.95 && all.kept > 0.6, "{all:?}");
    // At most 5 % of draws, and three standard errors of 200.
    assert!(all.broken <= 0.096, "{all:?}");
    assert!(all.controlled <= 0.1 && all.controlled > 0.08, "{all:?}");
    let groups = results(&apart, 1_000, 0.1, true, 200);
    assert!(
        groups.broken <= 0.096 && groups.kept < all.kept,
        "{groups:?}"
    );
}
