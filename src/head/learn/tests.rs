use super::super::toy::{params, separable};
use super::*;
use crate::features::Features;
use half::f16;
use rand::rngs::ChaCha8Rng;
use rand::{RngExt, SeedableRng};

const ROWS: usize = 90;

fn learned(features: &Features, labels: &[usize], classes: usize, learner: HeadLearner) -> Learned {
    let rows: Vec<usize> = (0..labels.len()).collect();
    let fold: Vec<usize> = rows.iter().map(|row| (row / classes) % 3).collect();
    let validation: Vec<bool> = rows.iter().map(|row| row % 7 == 0).collect();
    let examples = Examples {
        features,
        views: 1,
        labels,
        classes,
        weights: &vec![1.0; labels.len()],
        strata: &vec![0; labels.len()],
        oversample: false,
    };
    let lesson = Lesson {
        folds: Folds {
            rows: &rows,
            fold: &fold,
            validation: &validation,
        },
        train: &rows,
        validation: &[],
    };
    let params = params(|params| params.learner = learner);
    learn(&examples, &lesson, &params, &Device::cpu(), &mut || ()).unwrap()
}

fn right(learned: &Learned, labels: &[usize], classes: usize) -> f64 {
    let rows = learned.out_of_fold.chunks(classes).zip(labels);
    let right = rows.filter(|(row, label)| row.iter().all(|p| *p <= row[**label]));
    right.count() as f64 / labels.len() as f64
}

#[test]
fn each_way_learns_what_can_be_learned() {
    let (features, labels) = separable(ROWS, 3, 4);
    for learner in [
        HeadLearner::Logistic,
        HeadLearner::Network,
        HeadLearner::Auto,
    ] {
        let found = learned(&features, &labels, 3, learner);
        assert!(right(&found, &labels, 3) > 0.9, "{learner}");
        let judged = found.head.probabilities(&features, &[0], &Device::cpu());
        assert!(judged.unwrap()[0] > 0.5, "{learner}");
        let tried = found.choice.losses.len();
        assert_eq!(tried, if learner == HeadLearner::Auto { 2 } else { 1 });
        assert_eq!(found.curves.is_empty(), found.choice.penalty.is_some());
    }
}

/// The label is whether two features have the same sign: no line can tell.
#[test]
fn auto_finds_the_network_where_a_line_is_not_enough() {
    let mut rng = ChaCha8Rng::seed_from_u64(3);
    let mut features = Features::new(2);
    let mut labels = Vec::new();
    for _ in 0..400 {
        let row: [f32; 2] = std::array::from_fn(|_| rng.random_range(-1.0..1.0));
        features.push(&row.map(f16::from_f32));
        labels.push(usize::from(row[0] * row[1] > 0.0));
    }
    let found = learned(&features, &labels, 2, HeadLearner::Auto);
    assert_eq!(found.choice.learner, HeadLearner::Network);
    assert!(
        found
            .choice
            .sentence()
            .unwrap()
            .starts_with("the head is a network")
    );
    let logistic = learned(&features, &labels, 2, HeadLearner::Logistic);
    assert!(right(&logistic, &labels, 2) < 0.6);
}

/// A choice that the judged rows had a say in would be right more often than by chance.
#[test]
fn labels_that_mean_nothing_are_not_learned() {
    let mut rng = ChaCha8Rng::seed_from_u64(9);
    let (mut sum, draws) = (0.0, 30);
    for _ in 0..draws {
        let mut features = Features::new(40);
        for _ in 0..60 {
            let row: [f32; 40] = std::array::from_fn(|_| rng.random_range(-1.0..1.0));
            features.push(&row.map(f16::from_f32));
        }
        let labels: Vec<usize> = (0..60).map(|_| rng.random_range(0..2)).collect();
        let found = learned(&features, &labels, 2, HeadLearner::Logistic);
        sum += right(&found, &labels, 2);
    }
    // 1,800 rows: a standard error of 1.2 points, of which 0.5 would be seen at three.
    let mean = sum / f64::from(draws);
    assert!((0.44..0.535).contains(&mean), "{mean}");
}
