use super::*;
use crate::stats::Level;

fn classes() -> [String; 2] {
    ["no", "yes"].map(String::from)
}

/// A distance that is neither near nor far for 9,999 rows.
const MIDDLE: f32 = 5_000.0;

/// `rows` with distances 1, 2, ... and probabilities spread evenly.
fn reference(rows: usize) -> Reference {
    let distances = (1..=rows).map(|at| at as f32).collect();
    let probabilities: Vec<f64> = (0..rows)
        .flat_map(|at| {
            let yes = (at as f64 + 0.5) / rows as f64;
            [1.0 - yes, yes]
        })
        .collect();
    Reference::new(distances, &classes(), &probabilities).unwrap()
}

fn verdict(reference: &Reference, rows: impl Iterator<Item = (f32, f64)>) -> Drift {
    let mut tally = Tally::default();
    rows.for_each(|(distance, yes)| tally.add(reference, distance, &[1.0 - yes, yes]));
    Drift::new(reference, &tally, Level::new(0.95).unwrap()).unwrap()
}

#[test]
fn one_image_in_a_hundred_is_beyond_and_of_few_none() {
    let many = reference(9_999);
    assert_eq!((many.distance, many.beyond), (9_900.0, 99));
    assert_eq!(many.expected_beyond(), 0.01);
    let few = reference(30);
    assert_eq!((few.distance, few.beyond), (30.0, 0));
    assert_eq!(few.expected_beyond(), 1.0 / 31.0);
    assert_eq!(Reference::new(Vec::new(), &classes(), &[]), None);
}

#[test]
fn images_like_those_of_the_training_give_no_alarm_and_others_do() {
    let reference = reference(9_999);
    let spread = |at: usize| (at as f64 + 0.5) / 500.0;
    let alike = verdict(
        &reference,
        (0..500).map(|at| (20.0 * at as f32, spread(at))),
    );
    assert_eq!(alike.warnings(), [""; 0]);
    assert_eq!(alike.far.beyond, 4);
    assert_eq!(alike.near.as_ref().unwrap().beyond, 5);

    let far = verdict(&reference, (0..500).map(|at| (1e6, spread(at))));
    assert!(far.is_unlike());
    assert_eq!(far.warnings().len(), 1, "{:?}", far.warnings());
    assert_eq!(far.to_json()["distance"]["alarm"], true);

    let moved = verdict(
        &reference,
        (0..500).map(|at| (MIDDLE, 0.5 + 0.5 * spread(at))),
    );
    assert!(!moved.is_unlike());
    assert!(
        moved.warnings()[0].contains("`yes`"),
        "{:?}",
        moved.warnings()
    );
    assert!(moved.scores[0].psi > 0.25);
}

#[test]
fn images_of_noise_are_too_near_to_be_like_those_of_the_training() {
    let reference = reference(9_999);
    let spread = |at: usize| (at as f64 + 0.5) / 500.0;
    let noise = verdict(&reference, (0..500).map(|at| (1.0, spread(at))));
    assert!(!noise.far.is_alarming() && noise.is_unlike());
    assert!(
        noise.warnings()[0].contains("nearer"),
        "{:?}",
        noise.warnings()
    );
    let json = noise.to_json();
    assert_eq!(json["distance"]["alarm"], true);
    assert_eq!(json["distance"]["near"]["beyond"], 500);
}

#[test]
fn classifiers_that_have_not_kept_the_near_distance_are_judged_by_the_far_one() {
    let mut old = serde_json::to_value(reference(9_999)).unwrap();
    old.as_object_mut().unwrap().remove("near");
    let old: Reference = serde_json::from_value(old).unwrap();
    let found = verdict(
        &old,
        (0..500).map(|at| (1.0, (f64::from(at) + 0.5) / 500.0)),
    );
    assert_eq!(found.near, None);
    assert!(!found.is_unlike());
    assert!(found.to_json()["distance"]["near"].is_null());
}

#[test]
fn a_shift_is_never_less_likely_to_be_noticed_in_more_images() {
    // 47 % of the training's probabilities are from one half up, and 70 % of these.
    let share = |n: usize, share: f64| {
        (0..n).map(move |at| {
            let at = (at as f64 + 0.5) / n as f64;
            match at < share {
                true => (MIDDLE, 0.5 + 0.5 * at / share),
                false => (MIDDLE, 0.5 * (at - share) / (1.0 - share)),
            }
        })
    };
    let training: Vec<f64> = (share(10_000, 0.47))
        .flat_map(|(_, yes)| [1.0 - yes, yes])
        .collect();
    let distances = (1..=10_000).map(|at| at as f32).collect();
    let reference = Reference::new(distances, &classes(), &training).unwrap();
    for images in [100, 1_000, 5_000] {
        let found = verdict(&reference, share(images, 0.70));
        assert!(found.scores[0].is_alarming(), "{images}: {found:?}");
        let detectable = found.scores[0].detectable.unwrap();
        assert!((0.15..0.27).contains(&detectable), "{images}: {detectable}");
        let same = verdict(&reference, share(images, 0.47));
        assert!(same.warnings().is_empty(), "{images}: {same:?}");
    }
}

#[test]
fn a_classifier_that_is_surer_of_the_same_shares_gives_no_alarm_and_one_that_is_less_does() {
    let reference = reference(9_999);
    let sharpened = |by: f64| {
        let rows = (0..500).map(move |at| {
            let yes = (f64::from(at) + 0.5) / 500.0;
            (MIDDLE, 1.0 / (1.0 + ((1.0 - yes) / yes).powf(by)))
        });
        verdict(&reference, rows)
    };
    let surer = sharpened(4.0);
    assert!(surer.scores[0].psi > 0.25, "{surer:?}");
    assert_eq!(surer.warnings(), [""; 0]);
    let doubtful = sharpened(0.25);
    assert!(doubtful.scores[0].psi > 0.25, "{doubtful:?}");
    assert_eq!(doubtful.warnings().len(), 1);
}

#[test]
fn a_handful_of_images_gives_no_alarm_by_chance() {
    let reference = reference(9_999);
    let one = verdict(&reference, [(1e6, 0.9)].into_iter());
    assert!(
        one.is_unlike(),
        "one image so far away would be a chance of 1 %"
    );
    let three = verdict(
        &reference,
        [(MIDDLE, 0.9), (MIDDLE, 0.8), (MIDDLE, 0.99)].into_iter(),
    );
    assert!(three.scores[0].psi > 0.25, "{three:?}");
    assert_eq!(three.warnings(), [""; 0]);
}

#[test]
fn tallies_of_parts_add_up() {
    let reference = reference(9_999);
    let row = |at: u32| (at as f32 * 100.0, f64::from(at) / 200.0);
    let mut whole = Tally::default();
    let mut parts = [Tally::default(), Tally::default()];
    for at in 0..200 {
        let (distance, yes) = row(at);
        whole.add(&reference, distance, &[1.0 - yes, yes]);
        parts[at as usize % 2].add(&reference, distance, &[1.0 - yes, yes]);
    }
    let mut sum = Tally::default();
    parts.iter().for_each(|part| sum.merge(part));
    assert_eq!(sum, whole);
    assert_eq!(whole.scores[0].iter().sum::<u64>(), 200);
}

#[test]
fn probabilities_at_the_ends_have_bins() {
    assert_eq!(bin(0.0), 0);
    assert_eq!(bin(1.0), BINS - 1);
    assert_eq!(bin(0.5), BINS / 2);
}
