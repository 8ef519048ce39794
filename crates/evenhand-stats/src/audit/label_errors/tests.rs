use super::*;

/// Draws from 0 to 1 by Knuth's congruential generator, which Python repeats:
///
/// ```text
/// s = (s * 6364136223846793005 + 1442695040888963407) % 2**64; draw = (s >> 11) / 2**53
/// ```
fn draws(mut state: u64) -> impl FnMut() -> f64 {
    move || {
        state = state
            .wrapping_mul(6364136223846793005)
            .wrapping_add(1442695040888963407);
        (state >> 11) as f64 / (1u64 << 53) as f64
    }
}

/// 60 rows of the classes in turn, a fifth of them under the label of the next class. A class has a
/// draw, 0.6 more if it is the right one, and `lean` more if it is the first.
fn sample(classes: usize, seed: u64, lean: f64) -> (Vec<usize>, Vec<f64>) {
    let mut draw = draws(seed);
    let (mut labels, mut probabilities) = (Vec::new(), Vec::new());
    for row in 0..60 {
        let right = row % classes;
        let parts: Vec<f64> = (0..classes)
            .map(|class| {
                let right = if class == right { 0.6 } else { 0.0 };
                draw() + right + if class == 0 { lean } else { 0.0 }
            })
            .collect();
        let sum: f64 = parts.iter().sum();
        probabilities.extend(parts.iter().map(|part| part / sum));
        labels.push((right + usize::from(draw() < 0.2)) % classes);
    }
    (labels, probabilities)
}

struct Expected {
    classes: usize,
    seed: u64,
    lean: f64,
    suspects: &'static [usize],
    joint: &'static [u64],
    /// Self-confidence and margin of the first and the last suspect.
    ends: [(f64, f64); 2],
}

/// cleanlab 2.9: `find_label_issues(labels, p, filter_by="confident_learning",
/// return_indices_ranked_by="self_confidence")`, `compute_confident_joint(labels, p,
/// calibrate=False)`, `2 * get_label_quality_scores(labels, p, method="normalized_margin") - 1`.
/// In the last, rows 1 and 44 reach two thresholds and not that of their likeliest class, and three
/// rows off the diagonal are likeliest of their label.
const CLEANLAB: [Expected; 4] = [
    Expected {
        classes: 2,
        seed: 1,
        lean: 0.0,
        suspects: &[27, 12, 50, 17, 53, 47, 33],
        joint: &[18, 5, 2, 14],
        ends: [
            (0.08669504301670711, -0.8266099139665859),
            (0.2813528775724024, -0.4372942448551953),
        ],
    },
    Expected {
        classes: 2,
        seed: 2,
        lean: 0.7,
        suspects: &[16, 8, 28, 20, 24, 29, 31, 9],
        joint: &[16, 7, 5, 20],
        ends: [
            (0.004430861463896067, -0.9911382770722079),
            (0.486100622087041, -0.027798755825917842),
        ],
    },
    Expected {
        classes: 3,
        seed: 1,
        lean: 0.0,
        suspects: &[46, 36, 14, 1, 20, 35, 22],
        joint: &[8, 0, 3, 1, 12, 0, 0, 3, 11],
        ends: [
            (0.008098343949590647, -0.5173907051213453),
            (0.3554706528791586, -0.2435933998740295),
        ],
    },
    Expected {
        classes: 3,
        seed: 4,
        lean: 1.2,
        suspects: &[46, 43, 10, 42, 27, 12, 31, 37, 20, 54, 13, 44, 1],
        joint: &[12, 1, 2, 6, 8, 1, 4, 2, 10],
        ends: [
            (0.00337611486269483, -0.5574161967615389),
            (0.31271204558592525, -0.080703145554333),
        ],
    },
];

#[test]
fn suspects_are_those_of_cleanlab() {
    for expected in CLEANLAB {
        let &Expected {
            classes,
            seed,
            lean,
            suspects,
            joint,
            ends,
        } = &expected;
        let (labels, probabilities) = sample(classes, seed, lean);
        let found = label_errors(&labels, &probabilities, classes);
        let rows: Vec<usize> = found.suspects.iter().map(|suspect| suspect.row).collect();
        assert_eq!(rows, suspects, "{classes} classes, seed {seed}");
        let cells = (0..classes).flat_map(|label| (0..classes).map(move |other| (label, other)));
        let counts: Vec<u64> = cells
            .map(|(label, suggested)| found.joint.at(label, suggested))
            .collect();
        assert_eq!(counts, joint, "{classes} classes, seed {seed}");
        let last = rows.len() - 1;
        for (at, (self_confidence, margin)) in [0, last].into_iter().zip(ends) {
            let suspect = found.suspects[at];
            assert!((suspect.self_confidence - self_confidence).abs() < 1e-14);
            assert!((suspect.margin - margin).abs() < 1e-14);
            assert_eq!(suspect.label, labels[suspect.row]);
            assert_ne!(suspect.label, suspect.suggested);
        }
    }
}

#[test]
fn an_obvious_error_is_found_and_nothing_else() {
    let labels = [0, 0, 0, 1, 1, 1];
    let second = [0.1, 0.2, 0.95, 0.9, 0.8, 0.7];
    let probabilities: Vec<f64> = second.into_iter().flat_map(|p| [1.0 - p, p]).collect();
    let found = label_errors(&labels, &probabilities, 2);
    let [suspect] = found.suspects[..] else {
        panic!("{found:?}")
    };
    assert_eq!((suspect.row, suspect.label, suspect.suggested), (2, 0, 1));
    assert!((suspect.self_confidence - 0.05).abs() < 1e-12);
    assert!((suspect.margin + 0.9).abs() < 1e-12);
    // Thresholds are 0.583 and 0.8: the last row is confidently of neither class.
    assert_eq!(found.joint.n(), 5);
    assert_eq!(found.joint.at(0, 1), 1);
}

#[test]
fn equal_suspects_go_by_margin_and_then_by_row() {
    let labels = [0, 0, 0, 0, 0, 1, 2];
    let probabilities = [
        [0.1, 0.45, 0.45],
        [0.1, 0.2, 0.7],
        [0.1, 0.7, 0.2],
        [0.9, 0.05, 0.05],
        [0.9, 0.05, 0.05],
        [0.3, 0.4, 0.3],
        [0.3, 0.3, 0.4],
    ];
    let found = label_errors(&labels, probabilities.as_flattened(), 3);
    let rows: Vec<_> = found
        .suspects
        .iter()
        .map(|s| (s.row, s.suggested))
        .collect();
    assert_eq!(rows, [(1, 2), (2, 1), (0, 1)]);
}

#[test]
fn a_class_that_labels_no_row_is_not_suggested() {
    // cleanlab: no issues, joint [[2, 0, 0], [0, 1, 0], [0, 0, 0]] but for the 1 that it puts in an
    // empty place of the diagonal.
    let labels = [0, 0, 1];
    let probabilities = [[0.3, 0.0, 0.7], [0.3, 0.0, 0.7], [0.1, 0.2, 0.7]];
    let found = label_errors(&labels, probabilities.as_flattened(), 3);
    assert_eq!(found.suspects, []);
    assert_eq!((found.joint.at(0, 0), found.joint.at(1, 1)), (2, 1));
    assert_eq!(found.joint.n(), 3);
}

#[test]
fn no_rows_no_suspects() {
    let found = label_errors(&[], &[], 2);
    assert_eq!((found.joint.n(), found.suspects.len()), (0, 0));
}

#[test]
#[should_panic(expected = "one probability a row and class")]
fn probabilities_must_be_complete() {
    label_errors(&[0, 1], &[0.5, 0.5, 0.5], 2);
}

#[test]
#[should_panic(expected = "label 2 of 2 classes")]
fn labels_must_be_classes() {
    label_errors(&[2], &[0.5, 0.5], 2);
}
