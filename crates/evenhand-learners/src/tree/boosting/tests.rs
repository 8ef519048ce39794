use super::*;
use crate::frame::{Frame, NO_LEVEL, Values};
use crate::tree::model::Test;
use crate::tree::toy::{Toy, on_threads};

fn after(rounds: usize, toy: &Toy, params: &Params) -> TreeEnsemble {
    let fitted = fit(&toy.examples(), &toy.rows(), Stop::After(rounds), params);
    fitted.expect("several classes").model
}

fn auc_of_new_rows(model: &TreeEnsemble, classes: usize) -> f64 {
    let new = Toy::draw(4000, classes, 99);
    new.auc(&model.probabilities(&new.frame, &new.rows()))
}

#[test]
fn gaps_and_levels_and_numbers_are_learned_from() {
    let model = after(60, &Toy::draw(4000, 2, 1), &Params::default());
    // The labels' own probabilities have 0.806 on these rows.
    let auc = auc_of_new_rows(&model, 2);
    assert!(auc > 0.79, "{auc}");
    let columns: Vec<u32> = model
        .trees
        .iter()
        .map(|tree| tree.nodes[0].column)
        .collect();
    for column in [0, 1, 3] {
        assert!(
            columns.contains(&column),
            "no tree begins with column {column}"
        );
    }
}

#[test]
fn permuted_labels_give_chance() {
    let mut toy = Toy::draw(4000, 2, 1);
    toy.permute_labels(2);
    let model = after(30, &toy, &Params::default());
    let mut new = Toy::draw(4000, 2, 99);
    new.permute_labels(3);
    let auc = new.auc(&model.probabilities(&new.frame, &new.rows()));
    // Three standard errors of an AUC of .5 on 2,000 rows of each label.
    assert!((auc - 0.5).abs() < 0.028, "{auc}");
}

#[test]
fn probabilities_of_more_classes_sum_to_one_and_tell_them_apart() {
    let model = after(30, &Toy::draw(4000, 4, 1), &Params::default());
    let new = Toy::draw(2000, 4, 99);
    let probabilities = model.probabilities(&new.frame, &new.rows());
    for row in probabilities.chunks_exact(4) {
        assert!((row.iter().sum::<f64>() - 1.0).abs() < 1e-12);
    }
    let auc = new.auc(&probabilities);
    assert!(auc > 0.8, "{auc}");
    let mean = probabilities.iter().step_by(4).sum::<f64>() / 2000.0;
    let share = new.labels.iter().filter(|label| **label == 0).count() as f64 / 2000.0;
    assert!((mean - share).abs() < 0.03, "{mean} for a share of {share}");
}

#[test]
fn the_same_bytes_on_one_thread_and_four() {
    let toy = Toy::draw(20_000, 3, 1);
    let model = |threads| on_threads(threads, || after(5, &toy, &Params::default()));
    let bytes = |threads| serde_json::to_string(&model(threads)).expect("JSON");
    assert!(bytes(1) == bytes(4));
}

#[test]
fn a_model_is_the_same_after_json() {
    let model = after(5, &Toy::draw(1000, 2, 1), &Params::default());
    let json = serde_json::to_string(&model).expect("JSON");
    assert_eq!(
        serde_json::from_str::<TreeEnsemble>(&json).expect("a model"),
        model
    );
}

#[test]
fn damaged_models_are_refused() {
    let toy = Toy::draw(1000, 2, 1);
    let model = after(5, &toy, &Params::default());
    assert!(model.fits(&toy.frame));
    let mut short = model.clone();
    short.trees[1].values.pop();
    let mut other_kind = toy.frame.columns().to_vec();
    other_kind.swap(0, 3);
    assert!(!short.fits(&toy.frame) && !model.fits(&Frame::new(other_kind)));
    let mut json = serde_json::to_value(&model).expect("JSON");
    json["trees"][0]["nodes"]["left"][1] = 0.into();
    let error = serde_json::from_value::<TreeEnsemble>(json).expect_err("a circle");
    assert!(error.to_string().contains("do not fit together"), "{error}");
}

#[test]
fn a_weight_of_two_is_a_row_that_is_there_twice() {
    let mut weighted = Toy::draw(2000, 2, 1);
    weighted.round_numbers();
    let twice = |row: &usize| row.is_multiple_of(3);
    let repeated = weighted
        .rows()
        .into_iter()
        .flat_map(|row| vec![row; 1 + usize::from(twice(&row))]);
    let repeated: Vec<usize> = repeated.collect();
    let params = Params {
        min_rows: 1,
        min_hessian: 1.0,
        ..Params::default()
    };
    let of_repeated = fit(&weighted.examples(), &repeated, Stop::After(20), &params);
    for row in weighted.rows() {
        weighted.weights[row] = if twice(&row) { 2.0 } else { 1.0 };
    }
    let of_weighted = after(20, &weighted, &params);
    let of_repeated = of_repeated.expect("two classes").model;
    let rows = weighted.rows();
    let margins = |model: &TreeEnsemble| model.margins(&weighted.frame, &rows);
    for (a, b) in margins(&of_weighted).into_iter().zip(margins(&of_repeated)) {
        assert!((a - b).abs() < 1e-4, "{a} {b}");
    }
}

#[test]
fn monotone_columns_hold_everywhere() {
    let mut toy = Toy::draw(3000, 2, 1);
    // A label that falls and rises with the first number, and falls with the second.
    let value = |toy: &Toy, column: usize, row: usize| match &toy.frame.columns()[column].values {
        Values::Numbers(values) => values[row],
        Values::Levels { .. } => f32::NAN,
    };
    for row in toy.rows() {
        let bend = (value(&toy, 0, row) - 0.3).abs() + value(&toy, 2, row) / 3.0;
        toy.labels[row] = usize::from(bend > 0.35);
    }
    let monotone = [
        ("first", Direction::Increasing),
        ("noise", Direction::Decreasing),
    ];
    let monotone = monotone.map(|(name, direction)| (name.to_string(), direction));
    let params = Params {
        monotone: monotone.into(),
        ..Params::default()
    };
    let (bound, free) = (
        after(40, &toy, &params),
        after(40, &toy, &Params::default()),
    );
    let grid: Vec<f32> = (0..200).map(|step| step as f32 / 199.0).collect();
    let falls = |model: &TreeEnsemble, moved: usize| {
        let mut falls = 0;
        for row in 0..50 {
            let mut columns = toy.frame.columns().to_vec();
            for column in &mut columns {
                column.values = match &column.values {
                    Values::Numbers(values) => Values::Numbers(vec![values[row]; 200]),
                    Values::Levels { codes, levels } => Values::Levels {
                        codes: vec![codes[row]; 200],
                        levels: levels.clone(),
                    },
                };
            }
            columns[moved].values = Values::Numbers(grid.clone());
            let margins = model.margins(&Frame::new(columns), &(0..200).collect::<Vec<_>>());
            falls += margins.windows(2).filter(|pair| pair[1] < pair[0]).count();
        }
        falls
    };
    let rises = |model: &TreeEnsemble, moved: usize| {
        let mut negative = model.clone();
        let values = negative.trees.iter_mut().flat_map(|tree| &mut tree.values);
        values.for_each(|value| *value = -*value);
        negative.base[0] *= -1.0;
        falls(&negative, moved)
    };
    assert_eq!((falls(&bound, 0), rises(&bound, 2)), (0, 0));
    assert!(
        falls(&free, 0) > 0 && rises(&free, 2) > 0,
        "the test cannot fail"
    );
}

#[test]
fn early_stopping_keeps_the_rounds_of_least_loss() {
    let toy = Toy::draw(1200, 2, 1);
    let (learned, held_out) = (0..800).partition::<Vec<usize>, _>(|row| row % 3 != 0);
    let params = Params {
        patience: 10,
        ..Params::default()
    };
    let stop = Stop::Validation(&held_out);
    let fitted = fit(&toy.examples(), &learned, stop, &params).expect("two classes");
    let least = fitted.curve.iter().copied().fold(f64::INFINITY, f64::min);
    assert_eq!(fitted.curve[fitted.rounds], least);
    assert_eq!(fitted.curve.len(), fitted.rounds + 11);
    assert_eq!(fitted.model.trees.len(), fitted.rounds);
    let probabilities = fitted.model.probabilities(&toy.frame, &held_out);
    let losses = probabilities.chunks_exact(2).zip(&held_out);
    let losses = losses.map(|(row, &at)| -row[toy.labels[at]].ln());
    let mean = losses.sum::<f64>() / held_out.len() as f64;
    assert!((mean - least).abs() < 1e-6);
    let again = fit(
        &toy.examples(),
        &learned,
        Stop::After(fitted.rounds),
        &params,
    );
    assert_eq!(again.expect("two classes").model, fitted.model);
}

#[test]
fn trees_are_added_to_given_margins() {
    let toy = Toy::draw(3000, 2, 1);
    let source = after(20, &toy, &Params::default());
    let rows = toy.rows();
    let of_source = source.margins(&toy.frame, &rows);
    let margins: Vec<f64> = of_source.iter().map(|&margin| f64::from(margin)).collect();
    let examples = Examples {
        margins: Some(&margins),
        ..toy.examples()
    };
    let more = fit(&examples, &rows, Stop::After(20), &Params::default());
    let more = more.expect("two classes").model.margins(&toy.frame, &rows);
    let at_once = after(40, &toy, &Params::default()).margins(&toy.frame, &rows);
    for ((start, added), both) in of_source.iter().zip(more).zip(at_once) {
        assert!((start + added - both).abs() < 1e-4);
    }
}

#[test]
fn unseen_levels_go_where_gaps_go() {
    let toy = Toy::draw(3000, 2, 1);
    let model = after(20, &toy, &Params::default());
    let mut sets = model.trees.iter().flat_map(|tree| &tree.nodes);
    assert!(sets.any(|node| matches!(&node.test, Test::Among(set) if set.levels().count() > 1)));
    let rows: Vec<usize> = vec![0];
    let with = |code: u32| {
        let mut columns = toy.frame.columns().to_vec();
        if let Values::Levels { codes, .. } = &mut columns[3].values {
            codes.fill(code);
        }
        model.margins(&Frame::new(columns), &rows)[0]
    };
    assert!(with(1) != with(2));
    assert!(with(NO_LEVEL).is_finite());
}

#[test]
fn one_label_is_told() {
    let mut toy = Toy::draw(100, 2, 1);
    toy.labels.fill(1);
    let error = fit(
        &toy.examples(),
        &toy.rows(),
        Stop::After(1),
        &Params::default(),
    );
    assert!(matches!(
        error,
        Err(LearnerError::OneClass {
            class: 1,
            rows: 100
        })
    ));
}

#[test]
fn a_monotone_column_must_be_one_of_numbers() {
    let toy = Toy::draw(100, 2, 1);
    for (name, reason) in [("nobody", "no such column"), ("level", "a category")] {
        let monotone = [(name.to_string(), Direction::Increasing)].into();
        let params = Params {
            monotone,
            ..Params::default()
        };
        let error = fit(&toy.examples(), &toy.rows(), Stop::After(1), &params);
        let text = error.expect_err("it is refused").to_string();
        assert!(text.contains(name) && text.contains(reason), "{text}");
    }
}
