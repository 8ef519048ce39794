use super::toy::{ROWS, Toy, assert_near, exact, part};
use super::*;
use crate::frame::{Column, Values};
use rand::rngs::Xoshiro256PlusPlus;
use rand::{RngExt, SeedableRng};

fn fit(examples: &Examples, rows: &[usize], penalty: f64) -> Logistic {
    let mut path = Logistic::fit_path(examples, rows, &[penalty], &exact()).unwrap();
    path.remove(0)
}

fn of_output(model: &Logistic, output: usize) -> Vec<f64> {
    let width = model.encoder.width();
    let slopes = &model.coefficients[output * width..(output + 1) * width];
    let intercept = [model.intercepts[output]];
    intercept.iter().chain(slopes).copied().collect()
}

#[test]
fn two_classes_match_scikit_learn_along_a_path() {
    // LogisticRegression(C=C, tol=1e-14, solver="newton-cholesky").fit(Z, y, sample_weight=w), C = 10 and 0.1
    let toy = Toy::new();
    let params = LogisticParams::default();
    let path = Logistic::fit_path(&toy.examples(), &toy.rows, &[0.1, 10.0], &params).unwrap();
    let expected = [
        [
            -0.33457704613228206,
            2.0491142032300163,
            1.6510651332938258,
            0.09977622404351502,
        ],
        [
            -0.23016449795971824,
            1.2280526805661938,
            0.9802288611709093,
            0.05196478210711728,
        ],
    ];
    for (model, expected) in path.iter().zip(expected) {
        assert_near(of_output(model, 0), &expected, 1e-9);
        assert!(model.ending.converged && !model.ending.separated);
    }
}

#[test]
fn three_classes_match_scikit_learn() {
    // LogisticRegression(C=0.1, tol=1e-14, solver="newton-cg").fit(Z, y3, sample_weight=w), intercepts less their mean;
    // its coefficients differ from those of lbfgs by 2e-8.
    let toy = Toy::new();
    let model = fit(&toy.examples3(), &toy.rows, 10.0);
    let mean = model.intercepts.iter().sum::<f64>() / 3.0;
    let expected = [
        [
            0.11261862735338773,
            -0.33119558244503056,
            -0.9254334051977554,
            0.05783200057802202,
        ],
        [
            -0.12719959049119622,
            -0.7615675864343311,
            0.8901433078094672,
            -0.05778327538666794,
        ],
        [
            0.014580963137808501,
            1.092763168879362,
            0.035290097388288186,
            -4.872519135425366e-05,
        ],
    ];
    for (output, expected) in expected.iter().enumerate() {
        let mut found = of_output(&model, output);
        found[0] -= mean;
        assert_near(found, expected, 1e-7);
    }
}

#[test]
fn coefficients_of_columns_as_they_are_match_statsmodels() {
    // GLM(y, [1, X], Binomial(), freq_weights=w).fit(tol=1e-15)
    let toy = Toy::new();
    let (intercepts, slopes) = fit(&toy.examples(), &toy.rows, 0.0).unstandardised();
    let expected = [
        -3.9504883612673543,
        0.7187314542119901,
        1.4435861163392185,
        0.3528090925713911,
    ];
    assert_near(intercepts.into_iter().chain(slopes), &expected, 1e-9);
}

#[test]
fn a_model_is_added_to_margins_and_drawn_to_another_model() {
    // numpy: Newton on sum(w * loss) + penalty / 2 * sum((b - centre)**2) until a step is below 1e-15
    let toy = Toy::new();
    let Values::Numbers(b) = &toy.frame.columns()[1].values else {
        panic!("numbers");
    };
    let margins: Vec<f64> = b.iter().map(|b| 0.5 * f64::from(*b)).collect();
    let examples = Examples {
        margins: Some(&margins),
        ..toy.examples()
    };
    let added = fit(&examples, &toy.rows, 2.0);
    let expected = [
        -0.27603795858807195,
        1.7682591843605255,
        0.8708283361320773,
        0.08319222927304976,
    ];
    assert_near(of_output(&added, 0), &expected, 1e-9);
    let alone = added.margins(&toy.frame, &[7])[0] + margins[7];
    let p = added.probabilities(&toy.frame, &[7], Some(&margins));
    assert!((f64::from(p[1]) - 1.0 / (1.0 + (-alone).exp())).abs() < 1e-7);

    let mut source = fit(&toy.examples(), &toy.rows, 1.0);
    source.coefficients = vec![1.0, -1.0, 0.5];
    let near = |penalty| {
        let examples = toy.examples();
        let path = source.fit_path_towards(&examples, &toy.rows, &[penalty], Stop::default());
        path.unwrap().remove(0)
    };
    let expected = [
        -0.2672163266739269,
        1.6044440288202408,
        1.0893387925095268,
        0.1311226334458226,
    ];
    assert_near(of_output(&near(5.0), 0), &expected, 1e-9);
    assert_near(near(1e9).coefficients, &source.coefficients, 1e-5);
    let other = source.fit_path_towards(&toy.examples3(), &toy.rows, &[1.0], Stop::default());
    assert!(matches!(
        other,
        Err(LearnerError::OtherClasses {
            found: 2,
            expected: 3
        })
    ));
}

/// Standard normal columns and labels that depend on the first ones.
fn wide(rows: usize, columns: usize, classes: usize) -> (Frame, Vec<usize>) {
    let mut rng = Xoshiro256PlusPlus::seed_from_u64(5);
    // The sum of 12 uniform numbers is nearly normal.
    let mut normal = || (0..12).map(|_| rng.random::<f64>()).sum::<f64>() - 6.0;
    let columns: Vec<Vec<f32>> = (0..columns)
        .map(|_| (0..rows).map(|_| normal() as f32).collect())
        .collect();
    let label = |row: usize| {
        let score: f64 = columns[..5].iter().map(|of| f64::from(of[row])).sum();
        let position = (score + 2.0 * normal()) / 6.0 + 0.5;
        (position.clamp(0.0, 0.999) * classes as f64) as usize
    };
    let labels = (0..rows).map(label).collect();
    let named = columns.into_iter().enumerate();
    let named = named.map(|(at, of)| Column::new(format!("x{at}"), Values::Numbers(of)));
    (Frame::new(named.collect()), labels)
}

/// The slope of the penalised loss, of which none is left at the solution.
fn largest_slope(model: &Logistic, examples: &Examples, rows: &[usize]) -> f64 {
    let design = model.encoder.design(examples.frame, rows);
    let problem = problem(examples, rows, &design);
    let slopes = problem.slopes(&model.theta(problem.stride()));
    let width = design.width;
    let of = |output: usize, column: usize| {
        let slope = slopes.gradient[output * problem.stride() + column + 1];
        slope + model.penalty * model.coefficients[output * width + column]
    };
    let all = (0..problem.outputs).flat_map(|output| (0..width).map(move |at| (output, at)));
    all.map(|(output, at)| of(output, at).abs())
        .fold(0.0, f64::max)
}

#[test]
fn wide_designs_reach_the_minimum() {
    for classes in [2, 4] {
        let (frame, labels) = wide(600, 150, classes);
        let weights = vec![1.0; 600];
        let examples = Examples {
            frame: &frame,
            labels: &labels,
            classes,
            weights: &weights,
            margins: None,
        };
        let rows: Vec<usize> = (0..600).collect();
        for model in Logistic::fit_path(&examples, &rows, &[100.0, 10.0, 1.0], &exact()).unwrap() {
            let slope = largest_slope(&model, &examples, &rows);
            assert!(slope < 1e-5, "{classes} {}: {slope}", model.penalty);
            assert!(model.ending.converged, "{:?}", model.ending);
        }
    }
}

#[test]
fn many_rows_start_from_a_part_of_them() {
    let rows: Vec<usize> = (0..120_000).collect();
    let (frame, mut labels) = wide(rows.len(), 6, 2);
    let weights: Vec<f64> = rows.iter().map(|row| 0.5 + part(*row, 7, 8)).collect();
    for most_steps in [5, 30] {
        let examples = Examples {
            frame: &frame,
            labels: &labels,
            classes: 2,
            weights: &weights,
            margins: None,
        };
        let model = fit(&examples, &rows, 1.0);
        assert!(
            model.ending.converged && model.ending.steps <= most_steps,
            "{:?}",
            model.ending
        );
        assert!(largest_slope(&model, &examples, &rows) < 1e-4);
        // A class of few rows, and of none in the part that is looked at first.
        labels = rows
            .iter()
            .map(|row| usize::from(row % 4_000 == 1))
            .collect();
    }
}

#[test]
fn threads_do_not_change_a_byte() {
    let (frame, labels) = wide(5000, 70, 3);
    let weights: Vec<f64> = (0..5000).map(|row| 0.5 + part(row, 7, 11)).collect();
    let rows: Vec<usize> = (0..5000).collect();
    let on = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads);
        let examples = Examples {
            frame: &frame,
            labels: &labels,
            classes: 3,
            weights: &weights,
            margins: None,
        };
        let pool = pool.build().unwrap();
        pool.install(|| fit(&examples, &rows, 3.0))
    };
    assert_eq!(on(1), on(3));
}

#[test]
fn separable_classes_stay_finite_and_are_told() {
    let x: Vec<f32> = (0..40).map(|row| row as f32).collect();
    let frame = Frame::new(vec![Column::new("x", Values::Numbers(x))]);
    let labels: Vec<usize> = (0..40).map(|row| usize::from(row >= 20)).collect();
    let examples = Examples {
        frame: &frame,
        labels: &labels,
        classes: 2,
        weights: &[1.0; 40],
        margins: None,
    };
    let rows: Vec<usize> = (0..40).collect();
    for penalty in [1e-4, 0.0] {
        let model = fit(&examples, &rows, penalty);
        assert!(model.ending.separated, "{:?}", model.ending);
        assert!(model.coefficients[0].is_finite() && model.coefficients[0] > 3.0);
    }
}

#[test]
fn shuffled_labels_give_chance() {
    let (frame, labels) = wide(2000, 20, 2);
    let shuffled: Vec<usize> = (0..2000)
        .map(|row| labels[(row * 787 + 13) % 2000])
        .collect();
    let examples = Examples {
        frame: &frame,
        labels: &shuffled,
        classes: 2,
        weights: &[1.0; 2000],
        margins: None,
    };
    let (train, held_out): (Vec<usize>, Vec<usize>) = (0..2000).partition(|row| row % 2 == 0);
    let model = fit(&examples, &train, 1.0);
    let p = model.probabilities(&frame, &held_out, None);
    let right = held_out.iter().zip(p.chunks_exact(2));
    let right = right.filter(|(row, p)| usize::from(p[1] > 0.5) == shuffled[**row]);
    let accuracy = right.count() as f64 / 1000.0;
    // Three standard errors.
    assert!((accuracy - 0.5).abs() < 0.048, "{accuracy}");
}

#[test]
fn a_model_comes_back_from_json_and_penalties_are_checked() {
    let toy = Toy::new();
    let model = fit(&toy.examples(), &toy.rows, 1.0);
    let text = serde_json::to_string(&model).unwrap();
    let back: Logistic = serde_json::from_str(&text).unwrap();
    let of = |model: &Logistic| model.probabilities(&toy.frame, &toy.rows, None);
    assert_eq!(of(&back), of(&model));
    assert_eq!(of(&model).len(), 2 * ROWS);
    let params = LogisticParams::default();
    let refused = Logistic::fit_path(&toy.examples(), &toy.rows, &[-1.0], &params);
    assert!(matches!(refused, Err(LearnerError::Penalty(_))));
    assert_near(penalties(100.0, 1.0, 3), &[100.0, 10.0, 1.0], 1e-12);
}

#[test]
fn a_random_code_of_many_levels_does_no_harm() {
    // By in-fold means a random code of 2,000 levels has a log loss of 1.18 in held-out rows, with 0.69 by the constant.
    let mut rng = Xoshiro256PlusPlus::seed_from_u64(11);
    let codes: Vec<u32> = (0..8000).map(|_| rng.random_range(0..2000)).collect();
    let labels: Vec<usize> = (0..8000).map(|_| rng.random_range(0..2)).collect();
    let levels: Vec<String> = (0..2000).map(|level| level.to_string()).collect();
    let levels = levels.into();
    let noise = (0..8000).map(|_| rng.random::<f32>()).collect();
    let frame = Frame::new(vec![
        Column::new("code", Values::Levels { codes, levels }),
        Column::new("noise", Values::Numbers(noise)),
    ]);
    let examples = Examples {
        frame: &frame,
        labels: &labels,
        classes: 2,
        weights: &[1.0; 8000],
        margins: None,
    };
    let (train, held_out): (Vec<usize>, Vec<usize>) = (0..8000).partition(|row| *row < 4000);
    let model = fit(&examples, &train, 1e-3);
    let p = model.probabilities(&frame, &held_out, None);
    let share = train.iter().map(|&row| labels[row]).sum::<usize>() as f64 / 4000.0;
    let (mut loss, mut constant) = (0.0, 0.0);
    for (row, p) in held_out.iter().zip(p.chunks_exact(2)) {
        let label = labels[*row];
        loss -= f64::from(p[label]).ln() / 4000.0;
        constant -= [1.0 - share, share][label].ln() / 4000.0;
    }
    assert!((loss - constant).abs() < 0.01, "{loss} {constant}");
}
