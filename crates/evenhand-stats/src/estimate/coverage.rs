//! How often intervals hold the truth where little is coded: part of a sample, few rows, a rare class, a thin domain,
//! abstained rows. `cargo test --release coverage_where -- --ignored --nocapture` prints the table of
//! docs/guide/estimate.md.

use super::simulation::{Person, difference, judged, of_small_group, overall, person_of};
use super::*;
use crate::stats::Level;
use rand::SeedableRng;
use rand::rngs::ChaCha8Rng;

const DRAWS: u64 = 1_000;
const CORPUS: usize = 4_000;
/// Shares of the class in both groups.
const USUAL: [f64; 2] = [0.40, 0.30];
const RARE: [f64; 2] = [0.02, 0.02];
/// 70 % of rows are of the first group.
const FIRST: f64 = 0.7;

fn overall_share(shares: [f64; 2]) -> f64 {
    FIRST * shares[0] + (1.0 - FIRST) * shares[1]
}

/// A corpus with its truth.
struct World {
    people: Vec<Person>,
    seed: u64,
}

impl World {
    fn new(shares: [f64; 2], seed: u64) -> Self {
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        let people = (0..CORPUS).map(|_| person_of(&mut rng, shares)).collect();
        Self { people, seed }
    }

    /// Some rows by chance, in random order.
    fn simple(&self, n: u64) -> Vec<Drawn> {
        draw(&vec![0; self.people.len()], &[n], self.seed)
    }

    /// As many rows of each group and fifteenth of the score.
    fn stratified(&self, n: u64) -> Vec<Drawn> {
        let bin = |score: f32| ((score * 15.0) as u32).min(14);
        let stratum = |(group, _, score): &Person| 15 * group + bin(*score);
        let of: Vec<u32> = self.people.iter().map(stratum).collect();
        let mut strata = vec![
            Stratum {
                rows: 0,
                spread: 0.5
            };
            30
        ];
        of.iter().for_each(|&at| strata[at as usize].rows += 1);
        let params = SampleParams {
            n,
            allocation: Allocation::Equal,
            minimum: 2,
            seed: self.seed,
        };
        draw(&of, &allocate(&strata, &params).unwrap(), self.seed)
    }

    fn coded(&self, drawn: &[Drawn]) -> EstimateInputs {
        let people: Vec<Person> = drawn
            .iter()
            .map(|of| self.people[of.row as usize])
            .collect();
        let mut is_coded = vec![false; self.people.len()];
        drawn.iter().for_each(|of| is_coded[of.row as usize] = true);
        EstimateInputs {
            classes: Classes::new(vec!["no".to_owned(), "yes".to_owned()]).unwrap(),
            targets: vec![1],
            attributes: vec![Attribute {
                name: "group".to_owned(),
                domains: vec!["a".to_owned(), "b".to_owned()],
            }],
            corpus: judged(&self.people, Vec::new()),
            is_coded,
            coded: Coded {
                labels: people.iter().map(|(_, label, _)| *label).collect(),
                rows: judged(&people, Vec::new()),
                ..Coded::default()
            },
            missing: Missing::default(),
            clusters: 0,
            finite: false,
        }
    }

    fn coded_by_design(&self, drawn: &[Drawn], is_coded: &[bool]) -> EstimateInputs {
        let design = Design {
            weights: (drawn.iter())
                .map(|of| 1.0 / of.inclusion_probability)
                .collect(),
            strata: drawn.iter().map(|of| of.stratum).collect(),
            sizes: Vec::new(),
            is_coded: is_coded.to_vec(),
            corpus: self.people.len() as f64,
        };
        let kept = drawn.iter().zip(is_coded).filter(|(_, is)| **is);
        let mut inputs = self.coded(&kept.map(|(of, _)| *of).collect::<Vec<_>>());
        let found = design.of_coded();
        inputs.coded.weights = found.weights;
        inputs.coded.strata = found.strata;
        inputs
    }
}

fn first_hundred(seed: u64) -> EstimateInputs {
    let world = World::new(USUAL, seed);
    let drawn = world.stratified(400);
    world.coded_by_design(&drawn, &(0..400).map(|at| at < 100).collect::<Vec<_>>())
}

/// Coders are tied on every third row that the classifier is not sure of.
fn without_ties(seed: u64) -> EstimateInputs {
    let world = World::new(USUAL, seed);
    let drawn = world.stratified(200);
    let is_coded = drawn.iter().enumerate().map(|(at, of)| {
        let (_, _, score) = world.people[of.row as usize];
        !(0.1..0.9).contains(&score) || at % 3 > 0
    });
    world.coded_by_design(&drawn, &is_coded.collect::<Vec<_>>())
}

fn few_rows(seed: u64) -> EstimateInputs {
    let world = World::new(USUAL, seed);
    world.coded(&world.simple(30))
}

fn rare_class(seed: u64) -> EstimateInputs {
    let world = World::new(RARE, seed);
    world.coded(&world.simple(200))
}

/// 200 rows, of which `n` are of the second group.
fn thin_domain(seed: u64, n: u64) -> EstimateInputs {
    let world = World::new(USUAL, seed);
    let mut left = [200 - n, n];
    let mut kept = world.simple(CORPUS as u64);
    kept.retain(|of| {
        let (group, ..) = world.people[of.row as usize];
        let left = &mut left[group as usize];
        let keeps = *left > 0;
        *left -= u64::from(keeps);
        keeps
    });
    world.coded(&kept)
}

/// How far from certain a row is that is left to people: about a quarter are.
const DOUBTFUL: std::ops::Range<f32> = 0.15..0.85;

/// The classifier abstains where it is not sure. All these rows are coded, and a sample of the others.
fn abstained(seed: u64) -> EstimateInputs {
    let world = World::new(USUAL, seed);
    let (left, judged): (Vec<u32>, Vec<u32>) =
        (0..CORPUS as u32).partition(|&row| DOUBTFUL.contains(&world.people[row as usize].2));
    let of_judged = draw(&vec![0; judged.len()], &[300], seed);
    let mut drawn: Vec<Drawn> = (of_judged.iter())
        .map(|of| Drawn {
            row: judged[of.row as usize],
            ..*of
        })
        .collect();
    drawn.extend(left.into_iter().map(|row| Drawn {
        row,
        stratum: 1,
        inclusion_probability: 1.0,
    }));
    world.coded_by_design(&drawn, &vec![true; drawn.len()])
}

/// Rows of the second group stand for four each.
fn of_survey(mut inputs: EstimateInputs) -> EstimateInputs {
    let weight = |group: &u32| [1.0, 4.0][*group as usize];
    for rows in [&mut inputs.corpus, &mut inputs.coded.rows] {
        rows.weights = rows.domains[0].iter().map(weight).collect();
    }
    inputs
}

fn survey_by_chance(seed: u64) -> EstimateInputs {
    let world = World::new(USUAL, seed);
    of_survey(world.coded(&world.simple(200)))
}

fn survey_by_strata(seed: u64) -> EstimateInputs {
    let world = World::new(USUAL, seed);
    let drawn = world.stratified(200);
    of_survey(world.coded_by_design(&drawn, &vec![true; drawn.len()]))
}

/// Coverage over many draws, with the share of draws in which there is an estimate.
#[derive(Debug, Clone, Copy, Default)]
struct Score {
    given: f64,
    held: f64,
    width: f64,
}

fn scores(
    inputs: impl Fn(u64) -> EstimateInputs,
    truth: f64,
    of: fn(&Estimates) -> &[Measure],
) -> [Score; METHODS.len()] {
    let params = Params {
        level: Level::new(0.95).unwrap(),
        min_n: 10,
    };
    let mut scores = [Score::default(); METHODS.len()];
    for seed in 0..DRAWS {
        let estimates = estimate(&inputs(seed), params);
        for (score, share) in scores.iter_mut().zip(of(&estimates)) {
            let Ok(share) = share else { continue };
            score.given += 1.0;
            score.held += f64::from(u8::from(share.interval.contains(truth)));
            score.width += share.interval.high - share.interval.low;
        }
    }
    scores.map(|of| Score {
        given: of.given / DRAWS as f64,
        held: of.held / of.given,
        width: of.width / of.given,
    })
}

fn print(what: &str, scores: [Score; METHODS.len()]) {
    for (info, score) in METHODS.iter().zip(scores).skip(1) {
        let [given, held, width] = [score.given, score.held, score.width].map(|of| 100.0 * of);
        if given == 0.0 {
            eprintln!("| {what} | {} | refused |", info.title);
            continue;
        }
        eprintln!(
            "| {what} | {} | {held:.1} % | {width:.1} | {given:.0} % |",
            info.title
        );
    }
}

#[test]
#[ignore = "prints the table of the guide"]
fn coverage_where_little_is_coded() {
    let usual = overall_share(USUAL);
    print(
        "the first 100 of 400 rows",
        scores(first_hundred, usual, overall),
    );
    print("ties left out", scores(without_ties, usual, overall));
    print("30 rows", scores(few_rows, usual, overall));
    print(
        "200 rows, 2 % of the class",
        scores(rare_class, 0.02, overall),
    );
    print(
        "difference of 2 % and 2 %",
        scores(rare_class, 0.0, difference),
    );
    print(
        "domain of 5 coded rows",
        scores(|seed| thin_domain(seed, 5), USUAL[1], of_small_group),
    );
    print(
        "domain of 20 coded rows",
        scores(|seed| thin_domain(seed, 20), USUAL[1], of_small_group),
    );
    print(
        "domain of 40 coded rows",
        scores(|seed| thin_domain(seed, 40), USUAL[1], of_small_group),
    );
    let weighted =
        (FIRST * USUAL[0] + 4.0 * (1.0 - FIRST) * USUAL[1]) / (FIRST + 4.0 * (1.0 - FIRST));
    print(
        "survey, 200 rows by chance",
        scores(survey_by_chance, weighted, overall),
    );
    print(
        "survey, 200 rows in 30 strata",
        scores(survey_by_strata, weighted, overall),
    );
    print("abstained", scores(abstained, usual, overall));
}
