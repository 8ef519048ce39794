use super::super::toy::{DIM, params, separable};
use super::*;
use crate::features::Features;
use crate::head::{Balance, sample_weights};
use half::f16;

const ROWS: usize = 120;

fn run(
    examples: &Examples,
    train: &[usize],
    params: &CheckedHeadParams,
) -> Result<Fitted, HeadError> {
    let validation: Vec<usize> = (100..ROWS).collect();
    fit(
        examples,
        train,
        Stop::Validation(&validation),
        params,
        &Device::cpu(),
        &mut |_| (),
    )
}

/// All rows, each with its label and its weight.
fn examples<'a>(
    features: &'a Features,
    labels: &'a [usize],
    classes: usize,
    weights: &'a [f32],
) -> Examples<'a> {
    Examples {
        features,
        views: 1,
        labels,
        classes,
        weights,
        strata: &[0; 1000][..features.rows()],
        oversample: false,
    }
}

fn rows() -> Vec<usize> {
    (0..100).collect()
}

#[test]
fn it_learns_what_can_be_learned_with_and_without_a_hidden_layer() {
    for (classes, hidden) in [(2, 8), (2, 0), (3, 8), (3, 0)] {
        let (features, labels) = separable(ROWS, classes, 1);
        let weights = [1.0; ROWS];
        let examples = examples(&features, &labels, classes, &weights);
        let params = params(|params| params.hidden = hidden);
        let mut heard = Vec::new();
        let fitted = fit(
            &examples,
            &rows(),
            Stop::Validation(&[100, 101, 102, 103]),
            &params,
            &Device::cpu(),
            &mut |e| heard.push(*e),
        );
        let fitted = fitted.unwrap();
        let (fresh, truth) = separable(300, classes, 2);
        let all: Vec<usize> = (0..300).collect();
        let probabilities = fitted
            .head
            .probabilities(&fresh, &all, &Device::cpu())
            .unwrap();
        let right = probabilities
            .chunks(classes)
            .zip(&truth)
            .filter(|(row, label)| row[**label] > 0.5);
        assert!(right.count() > 290, "{classes} classes, {hidden} hidden");
        assert_eq!(heard, fitted.curve);
        assert!(fitted.curve[0].train_loss > fitted.curve[fitted.curve.len() - 1].train_loss);
    }
}

#[test]
fn the_seed_decides_every_byte_even_beside_another_training() {
    let (features, labels) = separable(ROWS, 2, 1);
    let weights = [1.0; ROWS];
    let examples = examples(&features, &labels, 2, &weights);
    let (one, two) = (params(|_| ()), params(|params| params.seed = 6));
    let alone = run(&examples, &rows(), &one).unwrap();
    let (beside, other) = std::thread::scope(|scope| {
        let beside = scope.spawn(|| run(&examples, &rows(), &one).unwrap());
        let other = scope.spawn(|| run(&examples, &rows(), &two).unwrap());
        (beside.join().unwrap(), other.join().unwrap())
    });
    assert_eq!(alone, beside);
    assert_ne!(alone.head, other.head);
}

#[test]
fn a_row_of_weight_zero_might_as_well_not_be_there() {
    let (mut features, mut labels) = separable(ROWS, 2, 1);
    features.push(&[f16::from_f32(900.0); DIM]);
    labels.push(1);
    let mut weights = vec![1.0; ROWS + 1];
    weights[ROWS] = 0.0;
    let examples = examples(&features, &labels, 2, &weights);
    let without = run(&examples, &rows(), &params(|_| ())).unwrap();
    let with = run(&examples, &[rows(), vec![ROWS]].concat(), &params(|_| ())).unwrap();
    assert_eq!(without, with);
}

#[test]
fn probabilities_follow_the_weights_where_labels_contradict_each_other() {
    let mut features = Features::new(1);
    for row in 0..200_usize {
        features.push(&[f16::from_f32(if row < 100 { -1.0 } else { 1.0 })]);
    }
    // On both sides half the labels are 1; on the right they count three times as much.
    let labels: Vec<usize> = (0..200).map(|row| row % 2).collect();
    let weights: Vec<f32> = (0..200)
        .map(|row| if row > 100 && row % 2 == 1 { 1.5 } else { 0.5 })
        .collect();
    let examples = examples(&features, &labels, 2, &weights);
    let all: Vec<usize> = (0..200).collect();
    let params = params(|params| {
        (params.hidden, params.input_dropout, params.weight_decay) = (0, 0.0, 0.0);
        (params.min_steps, params.patience) = (400, 1000);
    });
    let fitted = fit(
        &examples,
        &all,
        Stop::Validation(&all),
        &params,
        &Device::cpu(),
        &mut |_| (),
    )
    .unwrap();
    let probabilities = fitted
        .head
        .probabilities(&features, &[0, 199], &Device::cpu())
        .unwrap();
    assert!((probabilities[1] - 0.5).abs() < 0.02, "{probabilities:?}");
    assert!((probabilities[3] - 0.75).abs() < 0.02, "{probabilities:?}");
}

#[test]
fn without_validation_rows_it_trains_as_long_as_it_is_told() {
    let (features, labels) = separable(ROWS, 2, 1);
    let weights = [1.0; ROWS];
    let examples = examples(&features, &labels, 2, &weights);
    let params = params(|params| params.patience = 1000);
    let train = |stop| {
        fit(
            &examples,
            &rows(),
            stop,
            &params,
            &Device::cpu(),
            &mut |_| (),
        )
    };
    let all: Vec<usize> = (100..ROWS).collect();
    let stopped = train(Stop::Validation(&all)).unwrap();
    let told = train(Stop::After(stopped.best_epoch)).unwrap();
    assert_eq!(told.head, stopped.head);
    assert_eq!(told.curve.len(), stopped.best_epoch);
    assert!(told.curve.iter().all(|epoch| epoch.validation.is_none()));
}

#[test]
fn validation_rows_choose_the_epoch_and_nothing_else() {
    let (features, labels) = separable(ROWS, 2, 1);
    let weights = [1.0; ROWS];
    let swapped: Vec<usize> = labels
        .iter()
        .enumerate()
        .map(|(row, label)| if row < 100 { *label } else { 1 - label })
        .collect();
    let examples = examples(&features, &labels, 2, &weights);
    let against = Examples {
        labels: &swapped,
        ..examples
    };
    let params = params(|params| (params.patience, params.min_steps) = (2, 300));
    let fitted = run(&examples, &rows(), &params).unwrap();
    let stopped = run(&against, &rows(), &params).unwrap();
    assert_eq!(
        (&fitted.head.mean, &fitted.head.scale),
        (&stopped.head.mean, &stopped.head.scale)
    );
    assert_eq!(fitted.curve[0].train_loss, stopped.curve[0].train_loss);
    // The better it learns, the worse it does on the swapped labels.
    assert_eq!((stopped.best_epoch, stopped.curve.len()), (1, 3));
    assert!(fitted.best_epoch > 1);
}

#[test]
fn what_cannot_be_learned_from_is_refused() {
    let (features, labels) = separable(ROWS, 2, 1);
    let weights = [1.0; ROWS];
    let examples = examples(&features, &labels, 2, &weights);
    let message = |examples: &Examples, train: &[usize]| {
        run(examples, train, &params(|_| ()))
            .unwrap_err()
            .to_string()
    };
    assert_eq!(
        message(&examples, &[4]),
        "1 training rows are too few; at least 2 are needed"
    );
    assert_eq!(
        message(&examples, &[0, 2, 4]),
        "all 3 training rows have the same label (class 0)"
    );
    let mut broken = Features::new(DIM);
    for row in 0..ROWS {
        let mut values = features.row(row).to_vec();
        values[3] = if row == 110 { f16::NAN } else { values[3] };
        broken.push(&values);
    }
    let broken = Examples {
        features: &broken,
        ..examples
    };
    let expected = "row 110 of the features has NaN in column 3; every value must be finite";
    assert_eq!(message(&broken, &rows()), expected);
}

#[test]
fn a_robust_loss_turns_to_the_stratum_that_the_mean_gives_up() {
    // Of the few rows of stratum 1 the label is the other way round, and nothing tells strata apart.
    let mut features = Features::new(1);
    for row in 0..ROWS {
        features.push(&[f16::from_f32(if row % 2 == 0 { -1.0 } else { 1.0 })]);
    }
    let strata: Vec<usize> = (0..ROWS).map(|row| usize::from(row % 8 < 2)).collect();
    let labels: Vec<usize> = (0..ROWS).map(|row| (row % 2) ^ strata[row]).collect();
    let examples = Examples {
        strata: &strata,
        ..examples(&features, &labels, 2, &[1.0; ROWS])
    };
    let fitted = |group_dro| {
        let params = params(|params| {
            (params.hidden, params.input_dropout, params.group_dro) = (0, 0.0, group_dro);
            (params.learning_rate, params.min_steps) = (0.1, 400);
        });
        let stop = Stop::After(1000);
        let fitted = fit(
            &examples,
            &rows(),
            stop,
            &params,
            &Device::cpu(),
            &mut |_| (),
        );
        let head = fitted.unwrap().head;
        let all: Vec<usize> = (0..ROWS).collect();
        let probabilities = head.probabilities(&features, &all, &Device::cpu()).unwrap();
        let lost = |stratum: usize| {
            let of = (0..ROWS).filter(|&row| strata[row] == stratum);
            let losses: Vec<f32> = of
                .map(|row| -probabilities[2 * row + labels[row]].ln())
                .collect();
            losses.iter().sum::<f32>() / losses.len() as f32
        };
        [lost(0), lost(1)]
    };
    let [mean, robust] = [fitted(None), fitted(Some(0.02))];
    // The mean of 3 to 1 is least at odds of 3, where the few lose ln 4; the worst loss at even odds.
    assert!((mean[1] - f32::ln(4.0)).abs() < 0.15, "{mean:?}");
    assert!(
        robust.iter().all(|loss| (loss - f32::ln(2.0)).abs() < 0.15),
        "{robust:?}"
    );
    assert_eq!(robust, fitted(Some(0.02)));
}

#[test]
fn oversampling_comes_near_to_weighing() {
    let mut features = Features::new(1);
    for row in 0..200_usize {
        features.push(&[f16::from_f32(if row.is_multiple_of(2) {
            -1.0
        } else {
            1.0
        })]);
    }
    // A tenth has label 1, and features say nothing: balanced, the answer is a half.
    let labels: Vec<usize> = (0..200).map(|row| usize::from(row % 20 < 2)).collect();
    let weights = sample_weights(Balance::Oversample, &labels, &[0; 200]);
    let params = params(|params| (params.hidden, params.min_steps) = (0, 800));
    let all: Vec<usize> = (0..200).collect();
    let positive = |oversample| {
        let examples = Examples {
            oversample,
            ..examples(&features, &labels, 2, &weights)
        };
        let stop = Stop::After(1000);
        let fitted = fit(&examples, &all, stop, &params, &Device::cpu(), &mut |_| ()).unwrap();
        let probabilities = fitted
            .head
            .probabilities(&features, &[0, 1], &Device::cpu());
        probabilities.unwrap()[1]
    };
    for oversample in [true, false] {
        let positive = positive(oversample);
        assert!((positive - 0.5).abs() < 0.1, "{oversample}: {positive}");
    }
}
