use super::super::toy::{params, separable};
use super::super::{CheckedHeadParams, Stop, fit};
use super::*;
use crate::features::Features;
use half::f16;
use rand::rngs::ChaCha8Rng;
use rand::{RngExt, SeedableRng};

const ROWS: usize = 120;
const BOTH: [Arrangement; 2] = [Arrangement::SideBySide, Arrangement::Stacked];

fn train(
    examples: &Examples,
    members: &[Member],
    arrangement: Arrangement,
) -> Vec<Result<Fitted, HeadError>> {
    train_many(
        examples,
        members,
        arrangement,
        &Device::cpu(),
        &mut |_, _| (),
    )
}

fn alone(examples: &Examples, member: &Member) -> Result<Fitted, HeadError> {
    let Member {
        train,
        stop,
        params,
    } = *member;
    fit(examples, train, stop, params, &Device::cpu(), &mut |_| ())
}

/// Parameters that differ in everything a step depends on.
fn various() -> Vec<CheckedHeadParams> {
    vec![
        params(|_| ()),
        params(|params| (params.seed, params.input_dropout, params.dropout) = (9, 0.0, 0.0)),
        params(|params| (params.batch_size, params.learning_rate) = (5, 0.003)),
        params(|params| params.hidden = 0),
        params(|params| (params.weight_decay, params.patience) = (0.5, 2)),
        params(|params| params.group_dro = Some(0.2)),
    ]
}

#[test]
fn a_member_of_a_stack_learns_what_it_learns_alone() {
    for classes in [2, 3] {
        let (features, labels) = separable(ROWS, classes, 1);
        let strata: Vec<usize> = (0..ROWS).map(|row| row % 3).collect();
        let weights: Vec<f32> = (0..ROWS).map(|row| 0.5 + (row % 3) as f32 / 2.0).collect();
        let examples = Examples {
            features: &features,
            views: 1,
            labels: &labels,
            classes,
            weights: &weights,
            strata: &strata,
            oversample: false,
        };
        let (params, all) = (various(), (0..ROWS).collect::<Vec<usize>>());
        let member = |(number, params)| Member {
            train: &all[..100 - 7 * number],
            stop: match number {
                1 => Stop::After(4),
                _ => Stop::Validation(&all[100..]),
            },
            params,
        };
        let members: Vec<Member> = params.iter().enumerate().map(member).collect();
        let together = train(&examples, &members, Arrangement::Stacked);
        for (number, (together, member)) in together.iter().zip(&members).enumerate() {
            let (together, alone) = (together.as_ref().unwrap(), alone(&examples, member));
            let alone = alone.unwrap();
            assert_eq!(together.curve.len(), alone.curve.len(), "member {number}");
            let probabilities = |fitted: &Fitted| {
                fitted
                    .head
                    .probabilities(&features, &all, &Device::cpu())
                    .unwrap()
            };
            let pairs = probabilities(together)
                .into_iter()
                .zip(probabilities(&alone));
            let gap = pairs.map(|(a, b)| (a - b).abs()).fold(0.0, f32::max);
            assert!(gap < 1e-3, "{classes} classes, member {number}: {gap}");
        }
        let lengths: Vec<usize> = together
            .iter()
            .map(|fitted| fitted.as_ref().unwrap().curve.len())
            .collect();
        assert!(lengths.iter().any(|length| *length != lengths[0]));
    }
}

#[test]
fn side_by_side_every_byte_is_what_it_is_alone_on_any_number_of_threads() {
    let (rows, dim) = (320, 4096);
    let mut rng = ChaCha8Rng::seed_from_u64(2);
    let mut features = Features::with_capacity(dim, rows);
    for _ in 0..rows {
        let row: Vec<f16> = (0..dim)
            .map(|_| f16::from_f32(rng.random_range(-1.0..1.0)))
            .collect();
        features.push(&row);
    }
    let labels: Vec<usize> = (0..rows).map(|row| row % 2).collect();
    let examples = Examples {
        features: &features,
        views: 1,
        labels: &labels,
        classes: 2,
        weights: &vec![1.0; rows],
        strata: &vec![0; rows],
        oversample: false,
    };
    // Products large enough to be shared among threads.
    let params: Vec<CheckedHeadParams> = (0..3)
        .map(|seed| {
            params(|params| (params.hidden, params.min_steps, params.seed) = (64, 10, seed))
        })
        .collect();
    let all: Vec<usize> = (0..rows).collect();
    let members: Vec<Member> = params
        .iter()
        .map(|params| Member {
            train: &all[..280],
            stop: Stop::Validation(&all[280..]),
            params,
        })
        .collect();
    let expected: Vec<_> = members
        .iter()
        .map(|member| alone(&examples, member))
        .collect();
    for threads in 1..=4 {
        let pool = ThreadPoolBuilder::new().num_threads(threads);
        let pool = pool.build().unwrap();
        let trained = pool.install(|| train(&examples, &members, Arrangement::SideBySide));
        assert!(trained == expected, "{threads} threads");
    }
}

#[test]
fn every_member_stops_by_its_own_rule_and_is_reported_under_its_number() {
    let (features, labels) = separable(ROWS, 2, 1);
    let labels: Vec<usize> = labels
        .into_iter()
        .enumerate()
        .map(|(row, label)| if row < 110 { label } else { 1 - label })
        .collect();
    let examples = Examples {
        features: &features,
        views: 1,
        labels: &labels,
        classes: 2,
        weights: &[1.0; ROWS],
        strata: &[0; ROWS],
        oversample: false,
    };
    let all: Vec<usize> = (0..ROWS).collect();
    let params = params(|params| (params.patience, params.min_steps) = (2, 300));
    let member = |stop| Member {
        train: &all[..100],
        stop,
        params: &params,
    };
    // The better the second learns, the worse it does on its validation rows.
    let members = [
        member(Stop::After(7)),
        member(Stop::Validation(&all[110..])),
        member(Stop::After(5)),
    ];
    for arrangement in BOTH {
        let mut heard = vec![Vec::new(); 3];
        let trained = train_many(
            &examples,
            &members,
            arrangement,
            &Device::cpu(),
            &mut |at, epoch| {
                heard[at].push(*epoch);
            },
        );
        let curves: Vec<_> = trained.into_iter().map(|t| t.unwrap().curve).collect();
        assert_eq!(curves.iter().map(Vec::len).collect::<Vec<_>>(), [7, 3, 5]);
        assert_eq!(heard, curves, "{arrangement:?}");
    }
}

#[test]
fn a_member_that_cannot_be_trained_leaves_the_others_alone() {
    let (features, labels) = separable(ROWS, 2, 1);
    let examples = Examples {
        features: &features,
        views: 1,
        labels: &labels,
        classes: 2,
        weights: &[1.0; ROWS],
        strata: &[0; ROWS],
        oversample: false,
    };
    let all: Vec<usize> = (0..ROWS).collect();
    let params = params(|_| ());
    let member = |train| Member {
        train,
        stop: Stop::After(3),
        params: &params,
    };
    let members = [member(&all[..80]), member(&[4]), member(&all[40..])];
    for arrangement in BOTH {
        let trained = train(&examples, &members, arrangement);
        assert_eq!(
            trained[1].as_ref().unwrap_err().to_string(),
            "1 training rows are too few; at least 2 are needed"
        );
        assert!(trained[0].is_ok() && trained[2].is_ok(), "{arrangement:?}");
        assert_ne!(trained[0], trained[2]);
        assert!(train(&examples, &[], arrangement).is_empty());
    }
}
