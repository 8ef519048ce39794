//! How often intervals hold the truth, for codes drawn from populations that are known. `cargo test
//! --release coders::simulation -- --ignored --nocapture` prints the tables of docs/guide/coders.md.

use super::agreement::Frame;
use super::tests::resampling;
use super::*;
use rand::rngs::ChaCha8Rng;
use rand::{RngExt, SeedableRng};
use rayon::prelude::*;

const DRAWS: u64 = 1_000;
/// Items of a draw that stands for the population.
const POPULATION: usize = 200_000;

/// Codes of so many items by three coders, each of whom leaves out a tenth.
fn codes(
    items: usize,
    labels: usize,
    mut code: impl FnMut(&mut ChaCha8Rng) -> [usize; 3],
    seed: u64,
) -> Codes {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let items = (0..items).map(|item| {
        let labels = code(&mut rng).into_iter().enumerate();
        let codes = labels.map(|(coder, label)| Code { coder, label });
        Item {
            name: item.to_string(),
            codes: codes.filter(|_| !rng.random_bool(0.1)).collect(),
            attributes: Vec::new(),
        }
    });
    Codes {
        items: items.collect(),
        labels: (0..labels).map(|label| label.to_string()).collect(),
        coders: ["a", "b", "c"].map(String::from).to_vec(),
        columns: Vec::new(),
    }
}

/// Five age bands; a coder is off by one in 15 % to either side.
fn ages(rng: &mut ChaCha8Rng) -> [usize; 3] {
    let truth = rng.random_range(0..5_usize);
    [0; 3].map(|_| match rng.random::<f64>() {
        u if u < 0.15 => truth.saturating_sub(1),
        u if u < 0.30 => (truth + 1).min(4),
        _ => truth,
    })
}

/// A label that a tenth of the items have; coders miss a quarter of it and err in 3 % of the others.
fn rare(rng: &mut ChaCha8Rng) -> [usize; 3] {
    let has = rng.random_bool(0.1);
    [0; 3].map(|_| usize::from(rng.random_bool(if has { 0.75 } else { 0.03 })))
}

/// The coefficients of a draw.
fn coefficients(codes: &Codes, scale: &Scale, replicates: usize) -> Vec<(&'static str, Measure)> {
    let resampling = resampling(replicates);
    let frame = Frame {
        labels: codes.labels.len(),
        choices: codes.labels.len(),
        active: &codes.active(),
        scale,
        resampling: &resampling,
    };
    let items: Vec<&Item> = codes.items.iter().collect();
    let Agreement {
        alpha,
        fleiss,
        ac1,
        ac2,
        pairs,
        ..
    } = Agreement::of(&items, frame);
    let mut all = vec![
        ("alpha", alpha),
        ("Fleiss' kappa", fleiss),
        ("AC1", ac1),
        ("kappa", pairs[0].kappa),
    ];
    if let (Some(ac2), Some(kappa)) = (ac2, pairs[0].weighted) {
        all.extend([
            ("AC2, linear", ac2.linear),
            ("AC2, quadratic", ac2.quadratic),
            ("kappa, linear", kappa.linear),
            ("kappa, quadratic", kappa.quadratic),
        ]);
    }
    all
}

/// The share of draws with an interval, and of these the share that hold the truth.
fn held(draws: &[Measure], truth: f64) -> String {
    let intervals = draws.iter().filter_map(|measure| measure.interval.ok());
    let (n, held) = intervals.fold((0, 0), |(n, held), interval| {
        (n + 1, held + usize::from(interval.contains(truth)))
    });
    let percent = |a: usize, b: usize| 100.0 * a as f64 / b as f64;
    format!(
        "{:5.1} % of {:5.1} %",
        percent(held, n),
        percent(n, draws.len())
    )
}

#[test]
#[ignore = "three minutes on two cores: prints the coverage of coefficients of agreement"]
fn coverage_of_coefficients() {
    let cases = [
        (
            "five age bands",
            5,
            Scale::Ordinal,
            ages as fn(&mut ChaCha8Rng) -> [usize; 3],
        ),
        ("a rare label", 2, Scale::Nominal, rare),
    ];
    for (name, labels, scale, code) in cases {
        let truth = coefficients(&codes(POPULATION, labels, code, 0), &scale, 1);
        for items in [30, 100, 300] {
            let draws: Vec<Vec<(&str, Measure)>> = (1..=DRAWS)
                .into_par_iter()
                .map(|seed| coefficients(&codes(items, labels, code, seed), &scale, 500))
                .collect();
            for (at, (coefficient, truth)) in truth.iter().enumerate() {
                let of: Vec<Measure> = draws.iter().map(|draw| draw[at].1).collect();
                let truth = truth.value.unwrap();
                eprintln!(
                    "{name}, {items} items, {coefficient} {truth:.3}: {}",
                    held(&of, truth)
                );
            }
        }
    }
}

/// Three coders who are right in 90 %, and a machine that is right in so many, of two labels.
fn judged(items: usize, machine: f64, seed: u64) -> (Codes, Vec<usize>) {
    let mut answers = Vec::new();
    let code = |rng: &mut ChaCha8Rng| {
        let truth = usize::from(rng.random_bool(0.3));
        let mut given = |right: f64| {
            if rng.random_bool(right) {
                truth
            } else {
                1 - truth
            }
        };
        answers.push(given(machine));
        [0; 3].map(|_| given(0.9))
    };
    let codes = codes(items, 2, code, seed);
    (codes, answers)
}

#[test]
#[ignore = "a minute on two cores: prints the coverage of the human ceiling"]
fn coverage_of_the_ceiling() {
    for machine in [0.9, 0.85, 0.6] {
        let of = |items: usize, seed: u64, replicates: usize| {
            let (codes, answers) = judged(items, machine, seed);
            Ceiling::of(&codes, &answers, &resampling(replicates))
        };
        let differences = |found: &Ceiling| [found.one, found.others].map(|side| side.difference);
        let truth = differences(&of(POPULATION, 0, 1)).map(|one| one.value.unwrap());
        for items in [30, 100, 300] {
            let draws: Vec<Ceiling> = (1..=DRAWS)
                .into_par_iter()
                .map(|seed| of(items, seed, 500))
                .collect();
            let columns = [0, 1].map(|at| {
                let column: Vec<Measure> = draws.iter().map(|draw| differences(draw)[at]).collect();
                held(&column, truth[at])
            });
            let claims = draws.iter().filter(|draw| {
                let sentences = draw.sentences();
                sentences
                    .iter()
                    .any(|one| one.ends_with("what people reach."))
            });
            eprintln!(
                "right in {machine}, {items} items: one {:.3} {}, others {:.3} {}; claims in {}",
                truth[0],
                columns[0],
                truth[1],
                columns[1],
                claims.count(),
            );
        }
    }
}

/// Codes of items by coders of this sensitivity and false-positive rate, in two groups with these shares;
/// the first so many have a true label, half of them each.
fn erring(coders: usize, rates: [f64; 2], shares: [f64; 2], gold: usize, seed: u64) -> Codes {
    const ITEMS: usize = 400;
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let items = (0..ITEMS + gold).map(|at| {
        let group = at % 2;
        let known = at < gold;
        let truth = rng.random_bool(if known { 0.5 } else { shares[group] });
        let codes = (0..coders).map(|coder| {
            let label = usize::from(rng.random_bool(rates[usize::from(!truth)]));
            Code { coder, label }
        });
        let text = usize::from(truth).to_string();
        Item {
            name: at.to_string(),
            codes: codes.collect(),
            attributes: vec![group.to_string(), if known { text } else { String::new() }],
        }
    });
    Codes {
        items: items.collect(),
        labels: ["0", "1"].map(String::from).to_vec(),
        coders: ["a", "b", "c"][..coders]
            .iter()
            .map(ToString::to_string)
            .collect(),
        columns: ["group", "gold"].map(String::from).to_vec(),
    }
}

#[test]
#[ignore = "minutes: prints the coverage of shares corrected for coders' errors"]
fn coverage_of_corrected_shares() {
    let cases = [
        ("three coders", 3, [0.8, 0.1], [0.1, 0.1], 0, false),
        (
            "two coders, 60 gold items",
            2,
            [0.8, 0.1],
            [0.2, 0.2],
            60,
            false,
        ),
        (
            "one coder, 60 gold items",
            1,
            [0.8, 0.1],
            [0.2, 0.2],
            60,
            false,
        ),
        (
            "two coders, groups of 10 and 60 %",
            2,
            [0.8, 0.1],
            [0.1, 0.6],
            0,
            true,
        ),
        (
            "two coders, groups of 20 and 40 %",
            2,
            [0.8, 0.1],
            [0.2, 0.4],
            0,
            true,
        ),
        (
            "three coders at chance",
            3,
            [0.3, 0.3],
            [0.2, 0.2],
            0,
            false,
        ),
        (
            "two coders, groups alike",
            2,
            [0.8, 0.1],
            [0.2, 0.2],
            0,
            true,
        ),
    ];
    for (name, coders, rates, shares, gold, by_group) in cases {
        let draws = (1..=DRAWS).into_par_iter().map(|seed| {
            let params = Params {
                scale: Scale::Nominal,
                groups: if by_group { vec![vec![0]] } else { Vec::new() },
                gold: Some(1),
                certain: 0.9,
                resampling: resampling(300),
            };
            let codes = erring(coders, rates, shares, gold, seed);
            Study::of(&codes, &params).unwrap().shares
        });
        let draws: Vec<Result<CorrectedShares, NotEstimable>> = draws.collect();
        let found: Vec<LabelShare> = draws.iter().flatten().map(|one| one.overall[1]).collect();
        let of_coder = |label: usize, truth: f64| {
            let measures = draws
                .iter()
                .flatten()
                .map(|one| one.sensitivities[0][label]);
            held(&measures.collect::<Vec<_>>(), truth)
        };
        let of_groups = [0, 1].map(|group| {
            let groups = draws
                .iter()
                .flatten()
                .filter_map(|one| one.groups.get(group));
            let measures = groups.map(|(_, shares)| shares[1].corrected);
            held(&measures.collect::<Vec<_>>(), shares[group])
        });
        let truth = shares.iter().sum::<f64>() / 2.0;
        let [coded, corrected] = [
            |one: &LabelShare| one.coded,
            |one: &LabelShare| one.corrected,
        ]
        .map(|of| {
            let measures: Vec<Measure> = found.iter().map(of).collect();
            let sum: f64 = measures.iter().map(|one| one.value.unwrap()).sum();
            format!("{:.3} {}", sum / found.len() as f64, held(&measures, truth))
        });
        let refused = draws.len() - found.len();
        eprintln!("{name}, {truth}: coded {coded}, corrected {corrected}; refused {refused}");
        let [sensitivity, specificity] = [of_coder(1, rates[0]), of_coder(0, 1.0 - rates[1])];
        eprintln!(
            "{name}: sensitivity {sensitivity}, specificity {specificity}, groups {of_groups:?}"
        );
    }
}
