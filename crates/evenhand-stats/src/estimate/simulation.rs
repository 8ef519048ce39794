//! How often intervals hold the truth, by method: corpora are drawn from a population whose share is
//! known, with a classifier that errs more on one group, and some of their rows are coded. `cargo
//! test --release simulation -- --nocapture` prints the tables of docs/guide/estimate.md.

use super::*;
use crate::stats::Level;
use rand::rngs::ChaCha8Rng;
use rand::{RngExt, SeedableRng};

const DRAWS: u64 = 1_000;
const CORPUS: usize = 4_000;
const CODED: u64 = 400;

/// A group: how large it is, the share of the class in it, and where scores of the class and of the
/// others lie (a standard deviation is 1, and 0 divides the answers).
struct Group {
    size: f64,
    share: f64,
    scores: [f64; 2],
}

/// The classifier takes 5 % of the one group's others for the class and misses 8 % of it; of the
/// other group it is 20 % and 30 %.
const GROUPS: [Group; 2] = [
    Group {
        size: 0.7,
        share: 0.40,
        scores: [-1.645, 1.405],
    },
    Group {
        size: 0.3,
        share: 0.30,
        scores: [-0.842, 0.524],
    },
];

const TRUTH: f64 = 0.7 * 0.40 + 0.3 * 0.30;

fn normal(rng: &mut ChaCha8Rng) -> f64 {
    let (u, v): (f64, f64) = (1.0 - rng.random::<f64>(), rng.random());
    (-2.0 * u.ln()).sqrt() * (std::f64::consts::TAU * v).cos()
}

/// A row: group, label, score.
pub(super) type Person = (u32, u16, f32);

fn person(rng: &mut ChaCha8Rng) -> Person {
    person_of(rng, [GROUPS[0].share, GROUPS[1].share])
}

/// A row of a population with these shares of the class in both groups.
pub(super) fn person_of(rng: &mut ChaCha8Rng, shares: [f64; 2]) -> Person {
    let group = usize::from(!rng.random_bool(GROUPS[0].size));
    let label = usize::from(rng.random_bool(shares[group]));
    let z = GROUPS[group].scores[label] + normal(rng);
    let score = 1.0 / (1.0 + (-2.0 * z).exp());
    (group as u32, label as u16, score as f32)
}

/// How rows are drawn and in what they hang together.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Design {
    /// Each row as likely as any other.
    Simple,
    /// As many of each group and third of scores.
    Stratified,
    /// Rows of a source are mostly of one label, and sources are coded whole.
    Clustered,
}

/// Predictions for people.
pub(super) fn judged(people: &[Person], clusters: Vec<u32>) -> Rows {
    Rows {
        predicted: (people.iter())
            .map(|(_, _, score)| u16::from(*score >= 0.5))
            .collect(),
        scores: people.iter().map(|(_, _, score)| *score).collect(),
        domains: vec![people.iter().map(|(group, _, _)| *group).collect()],
        clusters,
        ..Rows::default()
    }
}

/// Coded rows that are none of the corpus: half of them of the class, each judged as such rows are
/// there.
fn coded_elsewhere(seed: u64) -> EstimateInputs {
    let mut inputs = inputs(Design::Simple, seed);
    let mut rng = ChaCha8Rng::seed_from_u64(seed + DRAWS);
    let mut other = |label: u16| loop {
        let found = person(&mut rng);
        if found.1 == label {
            return found;
        }
    };
    let people: Vec<Person> = (0..CODED).map(|row| other((row % 2) as u16)).collect();
    inputs.is_coded.fill(false);
    inputs.coded = Coded {
        labels: people.iter().map(|(_, label, _)| *label).collect(),
        rows: judged(&people, Vec::new()),
        ..Coded::default()
    };
    inputs
}

fn inputs(design: Design, seed: u64) -> EstimateInputs {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let mut people: Vec<Person> = Vec::with_capacity(CORPUS);
    let mut clusters = Vec::new();
    while people.len() < CORPUS {
        if design != Design::Clustered {
            people.push(person(&mut rng));
            continue;
        }
        let typical = person(&mut rng);
        let source = clusters.last().map_or(0, |last| last + 1);
        for _ in 0..rng.random_range(1..=9) {
            let alike = rng.random_bool(0.5);
            let other = person(&mut rng);
            people.push(if alike { typical } else { other });
            clusters.push(source);
        }
    }
    let n = people.len();
    let sources = clusters.last().map_or(0, |last| *last as usize + 1);
    let stratum_of: Vec<u32> = match design {
        Design::Stratified => {
            let third = |score: f32| u32::from(score > 0.2) + u32::from(score > 0.8);
            people
                .iter()
                .map(|(group, _, score)| 3 * group + third(*score))
                .collect()
        }
        Design::Simple => vec![0; n],
        Design::Clustered => clusters.clone(),
    };
    let drawn: Vec<Drawn> = match design {
        Design::Clustered => {
            let sources_drawn = draw(&vec![0; sources], &[sources as u64 / 10], seed);
            let mut is_drawn = vec![false; sources];
            sources_drawn
                .iter()
                .for_each(|of| is_drawn[of.row as usize] = true);
            let rows = (0..n as u32).filter(|&row| is_drawn[clusters[row as usize] as usize]);
            rows.map(|row| Drawn {
                row,
                stratum: 0,
                inclusion_probability: 0.1,
            })
            .collect()
        }
        _ => {
            let count = stratum_of.iter().max().map_or(0, |last| *last as usize + 1);
            let mut strata = vec![
                Stratum {
                    rows: 0,
                    spread: 0.5
                };
                count
            ];
            stratum_of
                .iter()
                .for_each(|of| strata[*of as usize].rows += 1);
            let params = SampleParams {
                n: CODED,
                allocation: Allocation::Equal,
                minimum: 2,
                seed,
            };
            draw(&stratum_of, &allocate(&strata, &params).unwrap(), seed)
        }
    };
    let coded: Vec<u32> = drawn.iter().map(|of| of.row).collect();
    let of_coded: Vec<Person> = coded.iter().map(|&row| people[row as usize]).collect();
    let cluster = |&row: &u32| clusters.get(row as usize).copied();
    let coded_clusters = coded.iter().filter_map(cluster).collect();
    let mut is_coded = vec![false; n];
    coded.iter().for_each(|&row| is_coded[row as usize] = true);
    let stratified = design == Design::Stratified;
    let of_drawn = drawn.iter().filter(|_| stratified);
    EstimateInputs {
        classes: Classes::new(vec!["no".to_owned(), "yes".to_owned()]).unwrap(),
        targets: vec![1],
        attributes: vec![Attribute {
            name: "group".to_owned(),
            domains: vec!["a".to_owned(), "b".to_owned()],
        }],
        corpus: judged(&people, clusters.clone()),
        is_coded,
        coded: Coded {
            labels: of_coded.iter().map(|(_, label, _)| *label).collect(),
            weights: of_drawn
                .clone()
                .map(|of| 1.0 / of.inclusion_probability)
                .collect(),
            strata: of_drawn.map(|of| of.stratum).collect(),
            rows: judged(&of_coded, coded_clusters),
        },
        missing: Missing::default(),
        clusters: sources,
        finite: false,
    }
}

/// Bias, width and coverage over many draws.
#[derive(Debug, Clone, Copy, Default)]
struct Score {
    bias: f64,
    width: f64,
    held: f64,
}

impl Score {
    fn add(&mut self, share: &Share, truth: f64) {
        self.bias += (share.value - truth) / DRAWS as f64;
        self.width += (share.interval.high - share.interval.low) / DRAWS as f64;
        self.held += f64::from(u8::from(share.interval.contains(truth))) / DRAWS as f64;
    }
}

/// In the order of [`METHODS`].
fn scores(
    drawn: impl Fn(u64) -> EstimateInputs,
    min_n: u64,
    truth: f64,
    of: fn(&Estimates) -> &[Measure],
) -> Vec<Score> {
    let params = Params {
        level: Level::new(0.95).unwrap(),
        min_n,
    };
    let mut scores = vec![Score::default(); METHODS.len()];
    for seed in 0..DRAWS {
        let estimates = estimate(&drawn(seed), params);
        for (score, share) in scores.iter_mut().zip(of(&estimates)) {
            score.add(share.as_ref().unwrap(), truth);
        }
    }
    scores
}

pub(super) fn overall(estimates: &Estimates) -> &[Measure] {
    &estimates.targets[0].overall.shares
}

pub(super) fn of_small_group(estimates: &Estimates) -> &[Measure] {
    &estimates.targets[0].by[0].cells[1].1.shares
}

pub(super) fn difference(estimates: &Estimates) -> &[Measure] {
    &estimates.targets[0].by[0].differences[0].shares
}

fn print(what: &str, scores: &[Score]) {
    for (info, score) in METHODS.iter().zip(scores) {
        eprintln!(
            "| {what} | {} | {:+.1} | {:.1} | {:.1} % |",
            info.title,
            100.0 * score.bias,
            100.0 * score.width,
            100.0 * score.held
        );
    }
}

#[track_caller]
fn holds(score: Score, range: std::ops::RangeInclusive<f64>) {
    assert!(range.contains(&score.held), "{score:?}");
    assert!(score.bias.abs() < 0.005, "{score:?}");
}

#[test]
fn corrected_intervals_hold_the_truth_and_naive_ones_do_not() {
    let found = scores(|seed| inputs(Design::Simple, seed), 10, TRUTH, overall);
    print("everyone", &found);
    holds(found[Method::Powered as usize], 0.93..=0.97);
    holds(found[Method::Coded as usize], 0.93..=0.97);
    holds(found[Method::Adjusted as usize], 0.93..=0.98);
    assert!(found[Method::Naive as usize].held < 0.7, "{found:?}");
    assert!(found[Method::Powered as usize].width < 0.8 * found[Method::Coded as usize].width);
}

#[test]
fn corrected_intervals_of_stratified_samples_hold_the_truth() {
    let found = scores(|seed| inputs(Design::Stratified, seed), 10, TRUTH, overall);
    print("stratified sample", &found);
    holds(found[Method::Powered as usize], 0.93..=0.97);
    holds(found[Method::Adjusted as usize], 0.93..=0.98);
}

#[test]
fn corrected_intervals_of_clusters_hold_the_truth() {
    let found = scores(|seed| inputs(Design::Clustered, seed), 10, TRUTH, overall);
    print("clusters", &found);
    holds(found[Method::Powered as usize], 0.925..=0.97);
    holds(found[Method::Adjusted as usize], 0.925..=0.98);
}

#[test]
fn rows_that_were_not_drawn_from_the_corpus_are_for_the_adjusted_count_and_emq() {
    let found = scores(coded_elsewhere, 10, TRUTH, overall);
    print("coded elsewhere", &found);
    holds(found[Method::Adjusted as usize], 0.93..=0.98);
    holds(found[Method::Emq as usize], 0.93..=0.97);
    assert!(found[Method::Powered as usize].held < 0.5, "{found:?}");
}

#[test]
fn domains_and_their_differences_hold_the_truth_where_error_rates_are_their_own() {
    let truth = GROUPS[1].share;
    let own = scores(
        |seed| inputs(Design::Simple, seed),
        10,
        truth,
        of_small_group,
    );
    print("small group, own rates", &own);
    holds(own[Method::Powered as usize], 0.93..=0.97);
    holds(own[Method::Adjusted as usize], 0.93..=0.98);
    let apart = scores(
        |seed| inputs(Design::Simple, seed),
        10,
        GROUPS[0].share - truth,
        difference,
    );
    print("difference", &apart);
    holds(apart[Method::Powered as usize], 0.93..=0.97);
    holds(apart[Method::Adjusted as usize], 0.93..=0.98);
}

/// A small corpus of which a third is coded, and the share among exactly its rows.
fn third_coded(seed: u64, finite: bool) -> (EstimateInputs, f64) {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let people: Vec<Person> = (0..600).map(|_| person(&mut rng)).collect();
    let (coded, _) = people.split_at(200);
    let hits = people.iter().filter(|(_, label, _)| *label == 1).count();
    let inputs = EstimateInputs {
        corpus: judged(&people, Vec::new()),
        is_coded: (0..people.len()).map(|row| row < coded.len()).collect(),
        coded: Coded {
            labels: coded.iter().map(|(_, label, _)| *label).collect(),
            rows: judged(coded, Vec::new()),
            ..Coded::default()
        },
        finite,
        ..inputs(Design::Simple, seed)
    };
    (inputs, hits as f64 / people.len() as f64)
}

#[test]
fn shares_of_exactly_these_rows_are_known_better_the_more_of_them_are_coded() {
    let params = Params {
        level: Level::new(0.95).unwrap(),
        min_n: 10,
    };
    let mut found = [[Score::default(); METHODS.len()]; 2];
    for seed in 0..DRAWS {
        for (finite, scores) in [false, true].into_iter().zip(&mut found) {
            let (inputs, truth) = third_coded(seed, finite);
            let estimates = estimate(&inputs, params);
            for (score, share) in scores.iter_mut().zip(overall(&estimates)) {
                score.add(share.as_ref().unwrap(), truth);
            }
        }
    }
    let [of_population, of_these] = found;
    print("of the population", &of_population);
    print("of exactly these rows", &of_these);
    for method in [Method::Coded, Method::Adjusted, Method::Powered] {
        holds(of_these[method as usize], 0.93..=0.97);
        assert!(of_population[method as usize].held > 0.97);
        assert!(of_these[method as usize].width < 0.9 * of_population[method as usize].width);
    }
}
