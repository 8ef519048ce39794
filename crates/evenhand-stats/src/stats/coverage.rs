//! How often intervals hold the truth: computed, not simulated, by summing over all outcomes.

use super::Level;
use super::counts::Counts;
use super::difference::newcombe;
use super::proportion::wilson;
use statrs::distribution::{Binomial, Discrete};

/// Outcomes of `n` people with their probabilities, as far as these matter.
fn outcomes(n: u64, p: f64) -> Vec<(u64, f64)> {
    let distribution = Binomial::new(p, n).unwrap();
    let likely = |&(_, probability): &(u64, f64)| probability > 1e-9;
    let outcome = |hits| (hits, distribution.pmf(hits));
    (0..=n).map(outcome).filter(likely).collect()
}

/// The mean over truths, and the lowest with its truth.
fn summary(cells: &[(String, f64)]) -> (f64, &(String, f64)) {
    let mean = cells.iter().map(|(_, share)| share).sum::<f64>() / cells.len() as f64;
    let lowest = cells.iter().min_by(|a, b| a.1.total_cmp(&b.1)).unwrap();
    (mean, lowest)
}

fn level() -> Level {
    Level::new(0.95).unwrap()
}

#[test]
fn wilson_holds_the_truth_as_often_as_it_says_on_average() {
    for n in [20, 50, 200, 2000] {
        let cells: Vec<(String, f64)> = (1..50)
            .map(|step| {
                let p = f64::from(step) / 50.0;
                let held = |(hits, probability): (u64, f64)| {
                    let interval = wilson(hits, n, level()).unwrap();
                    f64::from(interval.contains(p)) * probability
                };
                (
                    format!("{p:.2}"),
                    outcomes(n, p).into_iter().map(held).sum(),
                )
            })
            .collect();
        let (mean, (p, lowest)) = summary(&cells);
        eprintln!("Wilson, n = {n}: mean {mean:.4}, lowest {lowest:.4} at {p}");
        assert!((0.94..=0.96).contains(&mean), "n = {n}: {mean}");
        assert!(*lowest > 0.85, "n = {n}, p = {p}: {lowest}");
    }
}

#[test]
fn newcombe_holds_the_truth_as_often_as_it_says_on_average() {
    const SHARES: [f64; 7] = [0.02, 0.1, 0.3, 0.5, 0.7, 0.9, 0.98];
    for n in [20, 50, 200, 2000] {
        let mut cells = Vec::new();
        for p in SHARES {
            for q in SHARES {
                let (left, right) = (outcomes(n, p), outcomes(n, q));
                let mut held = 0.0;
                for &(a, chance_a) in &left {
                    for &(b, chance_b) in &right {
                        let counts = |hits| Counts { hits, n };
                        let interval = newcombe(counts(a), counts(b), level()).unwrap();
                        held += f64::from(interval.contains(p - q)) * chance_a * chance_b;
                    }
                }
                cells.push((format!("{p:.2} and {q:.2}"), held));
            }
        }
        let (mean, (pair, lowest)) = summary(&cells);
        eprintln!("Newcombe, n = {n} each: mean {mean:.4}, lowest {lowest:.4} at {pair}");
        assert!((0.94..=0.96).contains(&mean), "n = {n}: {mean}");
        assert!(*lowest > 0.85, "n = {n}, {pair}: {lowest}");
    }
}
