use super::*;
use rand::rngs::Xoshiro256PlusPlus;
use rand::{RngExt, SeedableRng};

type Rows = Vec<(f64, bool)>;

/// Loss of the rule, by the definition; `None` where it is undefined.
fn loss(rows: &Rows, rule: Rule, threshold: f64) -> Option<f64> {
    let count = |wanted: fn(bool, bool) -> bool| {
        let is_wanted = |&&(score, label): &&(f64, bool)| wanted(label, score >= threshold);
        rows.iter().filter(is_wanted).count() as f64
    };
    let (tp, fp) = (count(|y, p| y && p), count(|y, p| !y && p));
    let (fn_, tn) = (count(|y, p| y && !p), count(|y, p| !y && !p));
    let loss = match rule {
        Rule::MaxAccuracy => -(tp + tn) / rows.len() as f64,
        Rule::MaxBalanced => -(tp / (tp + fn_) + tn / (fp + tn)) / 2.0,
        Rule::EqualError => (fp / (fp + tn) - fn_ / (tp + fn_)).abs(),
        Rule::SelectionRate(target) => ((tp + fp) / rows.len() as f64 - target).abs(),
        Rule::Tpr(target) => (tp / (tp + fn_) - target).abs(),
    };
    (!loss.is_nan()).then_some(loss)
}

fn false_positives(rows: &Rows, threshold: f64) -> usize {
    let is_false_positive = |&&(score, label): &&(f64, bool)| !label && score >= threshold;
    rows.iter().filter(is_false_positive).count()
}

/// Every threshold that may be chosen.
fn candidates(rows: &Rows) -> Vec<f64> {
    let mut scores: Vec<f64> = rows.iter().map(|&(score, _)| score).collect();
    scores.sort_by(f64::total_cmp);
    scores.dedup();
    let mut found = vec![0.0];
    found.extend(scores.windows(2).map(|pair| (pair[0] + pair[1]) / 2.0));
    found.extend(scores.last().filter(|&&highest| highest < 1.0).map(|_| 1.0));
    found
}

fn brute_force(rows: &Rows, rule: Rule) -> Option<f64> {
    if rows.is_empty() {
        return None;
    }
    let nano = |loss: f64| (loss * 1e9).round() as i64;
    let mut best: Option<((i64, usize, f64), f64)> = None;
    for threshold in candidates(rows).into_iter().rev() {
        let rank = (
            nano(loss(rows, rule, threshold)?),
            false_positives(rows, threshold),
            (threshold - 0.5).abs(),
        );
        if best.is_none_or(|(least, _)| rank < least) {
            best = Some((rank, threshold));
        }
    }
    best.map(|(_, threshold)| threshold)
}

fn tables(seed: u64) -> impl Iterator<Item = Rows> {
    let mut rng = Xoshiro256PlusPlus::seed_from_u64(seed);
    (0..400).map(move |_| {
        let n = rng.random_range(0..14);
        let steps = rng.random_range(1..12);
        let row = |_| {
            let score = f64::from(rng.random_range(0..=steps)) / f64::from(steps);
            (score, rng.random::<f64>() < 0.2 + 0.6 * score)
        };
        (0..n).map(row).collect()
    })
}

const RULES: [Rule; 10] = [
    Rule::MaxAccuracy,
    Rule::MaxBalanced,
    Rule::EqualError,
    Rule::SelectionRate(0.0),
    Rule::SelectionRate(0.3),
    Rule::SelectionRate(0.5),
    Rule::SelectionRate(1.0),
    Rule::Tpr(0.0),
    Rule::Tpr(0.5),
    Rule::Tpr(0.9),
];

#[test]
fn the_choice_is_that_of_brute_force() {
    for rows in tables(1) {
        let scores = Scores::new(rows.iter().copied());
        for rule in RULES {
            let found = choose(&scores, rule);
            assert_eq!(found, brute_force(&rows, rule), "{rule:?} of {rows:?}");
        }
    }
}

#[test]
fn no_other_threshold_up_to_1_does_better() {
    for rows in tables(2) {
        let scores = Scores::new(rows.iter().copied());
        for rule in RULES {
            let Some(found) = choose(&scores, rule) else {
                continue;
            };
            let least = loss(&rows, rule, found).unwrap();
            let others = rows
                .iter()
                .flat_map(|&(score, _)| [score, score.next_up().min(1.0)])
                .chain([0.0, 1.0]);
            for other in others {
                let other_loss = loss(&rows, rule, other).unwrap();
                assert!(
                    least <= other_loss + 1e-12,
                    "{rule:?} of {rows:?}: {found}, not {other}"
                );
            }
        }
    }
}

/// Scores with their labels.
fn scores<const N: usize>(rows: [(f64, u8); N]) -> Scores {
    Scores::new(rows.map(|(score, label)| (score, label == 1)))
}

#[test]
fn thresholds_lie_midway_between_neighbours() {
    let parted = scores([(0.125, 0), (0.25, 0), (0.75, 1), (1.0, 1)]);
    for (rule, expected) in [
        (Rule::MaxAccuracy, 0.5),
        (Rule::MaxBalanced, 0.5),
        (Rule::EqualError, 0.5),
        (Rule::SelectionRate(0.5), 0.5),
        (Rule::SelectionRate(0.25), 0.875),
        (Rule::SelectionRate(1.0), 0.0),
        (Rule::Tpr(1.0), 0.5),
        (Rule::Tpr(0.5), 0.875),
    ] {
        assert_eq!(choose(&parted, rule), Some(expected), "{rule:?}");
    }
}

#[test]
fn nobody_is_positive_from_1_on_unless_a_score_is_1() {
    let nobody = Rule::SelectionRate(0.0);
    assert_eq!(choose(&scores([(0.2, 0), (0.9, 1)]), nobody), Some(1.0));
    let some = scores([(0.2, 0), (1.0, 1)]);
    assert_eq!(choose(&some, nobody), Some(0.6));
    assert_eq!(choose(&scores([(1.0, 0), (1.0, 0)]), nobody), Some(0.0));
    let negative = scores([(0.2, 0), (0.9, 0)]);
    assert_eq!(choose(&negative, Rule::MaxAccuracy), Some(1.0));
    let positive = scores([(0.2, 1), (0.9, 1)]);
    assert_eq!(choose(&positive, Rule::MaxAccuracy), Some(0.0));
}

#[test]
fn ties_go_to_fewer_false_positives_then_towards_one_half() {
    // Nobody, the first and the first three: half are right each time.
    let rows = scores([(0.8, 1), (0.6, 0), (0.4, 1), (0.2, 0)]);
    assert_eq!(choose(&rows, Rule::MaxAccuracy), Some(0.7));
    // Three or four of seven positives are equally far from half.
    let positives = scores([0.9, 0.8, 0.7, 0.65, 0.3, 0.2, 0.1].map(|score| (score, 1)));
    assert_eq!(choose(&positives, Rule::Tpr(0.5)), Some(0.475));
    // 14 or 15 of 50, which 0.29 * 50 as floats denies.
    let many = (0..50).map(|row| (f64::from(row) / 64.0, row % 2 == 0));
    let half = f64::from(35 + 36) / 128.0;
    let found = choose(&Scores::new(many), Rule::SelectionRate(0.29));
    assert_eq!(found, Some(half));
}

#[test]
fn neighbours_without_a_number_between_are_parted() {
    let low: f64 = 0.3;
    for low in [low, low.next_up()] {
        let high = low.next_up();
        let rows = scores([(low, 0), (high, 1)]);
        assert_eq!(choose(&rows, Rule::MaxAccuracy), Some(high));
    }
}

#[test]
fn an_absent_label_leaves_some_rules_without_a_threshold() {
    for (rows, defined) in [
        (scores([(0.5, 0)]), [true, false, false, true, false]),
        (scores([(0.5, 1)]), [true, false, false, true, true]),
        (scores([]), [false; 5]),
    ] {
        let rules = [
            Rule::MaxAccuracy,
            Rule::MaxBalanced,
            Rule::EqualError,
            Rule::SelectionRate(0.5),
            Rule::Tpr(0.5),
        ];
        let found = rules.map(|rule| choose(&rows, rule).is_some());
        assert_eq!(found, defined, "{rows:?}");
    }
}

#[test]
#[should_panic(expected = "a share of 95")]
fn a_share_is_no_percentage() {
    choose(&scores([(0.5, 0)]), Rule::SelectionRate(95.0));
}
