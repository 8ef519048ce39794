use super::*;
use crate::stats::proportion::wilson_of;
use rand::rngs::ChaCha8Rng;
use rand::{RngExt, SeedableRng};

fn effect_of(clusters: &[(u64, u64)]) -> f64 {
    design_effect(clusters.iter().map(|&(hits, n)| Counts { hits, n }))
}

pub(super) fn of_clusters(clusters: &[(u64, u64)]) -> ClusterSums {
    let clusters = clusters.iter();
    ClusterSums::of(clusters.map(|&(hits, n)| (Counts { hits, n }.into(), 1)))
}

#[test]
fn design_effects_match_numpy() {
    // x, n = hits and rows; m = len(n); p = x.sum() / n.sum(); r = x - n * p
    // m / (m - 1) * (r**2).sum() / n.sum()**2 / (p * (1 - p) / n.sum())
    let cases: [(&[(u64, u64)], f64); 4] = [
        (&[(2, 2), (0, 2), (2, 2), (2, 2), (0, 2)], 2.5),
        (&[(3, 4), (0, 6), (5, 5), (1, 9)], 5.385185185185184),
        (
            &[(0, 1), (1, 1), (1, 3), (7, 10), (2, 2), (0, 4)],
            2.1142857142857148,
        ),
        (&[(300, 400), (10, 500), (50, 60)], 365.0833333333333),
    ];
    for (clusters, expected) in cases {
        let found = effect_of(clusters);
        assert!(
            (found / expected - 1.0).abs() < 1e-12,
            "{clusters:?}: {found}"
        );
    }
}

#[test]
fn errors_to_one_side_in_each_cluster_have_an_effect_that_the_error_rate_does_not_show() {
    // 40 people of 10 photographs, each judged wrongly on 5: of women and of men to another side.
    let person = |at: u64| Paired {
        both: 5 * (at % 2),
        first: 5 * (1 - at % 2),
        second: 5 * (at % 2),
        neither: 5 * (1 - at % 2),
    };
    let found = DesignEffect::of_difference((0..40).map(person));
    // d = 0: 40 / 39 · 40 · 25 / (400 · 0.5)
    assert!((found.value - 40.0 / 39.0 * 5.0).abs() < 1e-12, "{found:?}");
    assert_eq!(found.degrees, Some(39.0));
    let rates = (0..40).map(|_| Counts { hits: 5, n: 10 });
    assert_eq!(DesignEffect::new(rates).value, 1.0);
    let alone = (0..40).map(|at| Paired {
        neither: 0,
        second: 0,
        ..person(2 * at)
    });
    assert!(DesignEffect::of_difference(alone.take(1)).value > 1.0);
    assert_eq!(
        DesignEffect::of_difference(std::iter::empty()),
        DesignEffect::NONE
    );
}

#[test]
fn rows_that_stand_twice_count_once() {
    let doubled: Vec<(u64, u64)> = (0..100).map(|i| (2 * u64::from(i < 30), 2)).collect();
    let effect = effect_of(&doubled);
    // 2m / (m - 1)
    assert!((effect - 200.0 / 99.0).abs() < 1e-12, "{effect}");
    let left = deflate(Counts { hits: 60, n: 200 }, effect);
    assert!((left.n - 99.0).abs() < 1e-9, "{left:?}");
    assert!((left.rate() - 0.3).abs() < 1e-12, "{left:?}");
}

#[test]
fn where_nothing_is_clustered_or_rows_are_less_alike_than_strangers_the_effect_is_1() {
    let cases: [&[(u64, u64)]; 3] = [&[], &[(1, 1), (0, 1), (1, 1)], &[(3, 5), (3, 4), (2, 4)]];
    for clusters in cases {
        assert_eq!(effect_of(clusters), 1.0, "{clusters:?}");
    }
}

#[test]
fn an_effect_that_cannot_be_told_is_taken_to_be_the_worst() {
    for (clusters, left) in [
        // One person is one piece of evidence.
        (&[(3, 10)][..], 1.0),
        (&[(3, 10), (0, 0)], 1.0),
        // Four people who are all judged rightly.
        (&[(5, 5), (5, 5), (5, 5), (5, 5)], 4.0),
        (&[(0, 4), (0, 2)], 36.0 / 20.0),
    ] {
        let n: u64 = clusters.iter().map(|(_, n)| n).sum();
        let found = deflate(Counts { hits: 0, n }, effect_of(clusters));
        assert!((found.n - left).abs() < 1e-12, "{clusters:?}: {found:?}");
    }
}

#[test]
fn empty_clusters_take_no_part() {
    assert_eq!(
        effect_of(&[(3, 4), (0, 0), (0, 6)]),
        effect_of(&[(3, 4), (0, 6)])
    );
}

const TRUTH: f64 = 0.3;

/// Rows of one person, of which two correlate by 0.36.
fn person(rng: &mut ChaCha8Rng) -> Counts {
    let n = rng.random_range(1..=10);
    let usual = rng.random_bool(TRUTH);
    let mut row = || match rng.random_bool(0.6) {
        true => usual,
        false => rng.random_bool(TRUTH),
    };
    let hits = (0..n).map(|_| u64::from(row())).sum();
    Counts { hits, n }
}

/// How often Wilson's interval holds the truth: on plain counts, deflated ones, effective ones.
fn coverage(people: usize, samples: u32) -> [f64; 3] {
    let level = Level::new(0.95).unwrap();
    let mut rng = ChaCha8Rng::seed_from_u64(1);
    let mut held = [0; 3];
    for _ in 0..samples {
        let people: Vec<Counts> = (0..people).map(|_| person(&mut rng)).collect();
        let all = Counts {
            hits: people.iter().map(|c| c.hits).sum(),
            n: people.iter().map(|c| c.n).sum(),
        };
        let effect = DesignEffect::new(people.into_iter());
        let deflated = deflate(all, effect.value);
        let counts = [all.into(), deflated, effect.effective(all, level)];
        for (held, counts) in held.iter_mut().zip(counts) {
            *held += u32::from(wilson_of(counts, level).unwrap().contains(TRUTH));
        }
    }
    held.map(|held| f64::from(held) / f64::from(samples))
}

#[test]
fn wilson_holds_the_truth_of_clustered_rows_only_on_effective_counts() {
    let [plain, _, effective] = coverage(80, 2_000);
    assert!(plain < 0.8, "{plain}");
    assert!((0.935..0.965).contains(&effective), "{effective}");
}

#[test]
fn few_clusters_are_held_as_often_as_many() {
    let [_, deflated, effective] = coverage(10, 2_000);
    assert!(deflated < 0.91, "{deflated}");
    assert!((0.93..0.97).contains(&effective), "{effective}");
}

#[test]
#[ignore = "prints a table of docs/decisions/statistics.md"]
fn coverage_by_the_number_of_clusters() {
    for people in [5, 10, 20, 40, 80] {
        let [plain, deflated, effective] = coverage(people, 4_000).map(|share| 100.0 * share);
        eprintln!("| {people} clusters | {plain:.1} % | {deflated:.1} % | {effective:.1} % |");
    }
}

#[test]
fn effective_counts_put_students_quantile_into_wilsons_interval() {
    let level = Level::new(0.95).unwrap();
    let clusters = [(3, 4), (0, 6), (5, 5), (1, 9)].map(|(hits, n)| Counts { hits, n });
    let effect = DesignEffect::new(clusters.into_iter());
    assert_eq!(effect.degrees, Some(576.0 / 158.0 - 1.0));
    let found = effect.effective(Counts { hits: 9, n: 24 }, level);
    // n / effect * (norm.ppf(.975) / t.ppf(.975, 576 / 158 - 1))**2
    assert!((found.n - 1.4486036634532635).abs() < 1e-9, "{found:?}");
    assert!((found.rate() - 0.375).abs() < 1e-12, "{found:?}");
    // Nothing was told by the clusters of a perfect rate.
    let perfect = [4, 6, 5].map(|n| Counts { hits: n, n });
    assert_eq!(DesignEffect::new(perfect.into_iter()).degrees, None);
}
