//! How often shares that moved give an alarm, before and after: `cargo test --release drift::simulation --
//! --ignored --nocapture` prints the table of docs/decisions/drift.md.

use super::moved::ScoreDrift;
use super::{BINS, bin};
use rand::rngs::ChaCha8Rng;
use rand::{RngExt, SeedableRng};

const DRAWS: u32 = 1_000;
const TRAINING: usize = 2_000;

/// Probabilities of a classifier of 90 % accuracy, where so many images are positive.
fn counts(n: usize, share: f64, rng: &mut ChaCha8Rng) -> Vec<u64> {
    let mut counts = vec![0; BINS];
    for _ in 0..n {
        let (u, v): (f64, f64) = (1.0 - rng.random::<f64>(), rng.random());
        let normal = (-2.0 * u.ln()).sqrt() * (std::f64::consts::TAU * v).cos();
        let middle = if rng.random_bool(share) { 1.28 } else { -1.28 };
        counts[bin(1.0 / (1.0 + (-2.0 * (middle + normal)).exp()))] += 1;
    }
    counts
}

/// Alarms of before and after, and the shift that could have been seen.
fn alarms(images: usize, share: f64, draws: u32) -> [f64; 3] {
    let mut rng = ChaCha8Rng::seed_from_u64(1);
    let [mut before, mut after, mut detectable] = [0.0; 3];
    for _ in 0..draws {
        let training = counts(TRAINING, 0.47, &mut rng);
        let found = ScoreDrift::new("yes", &training, &counts(images, share, &mut rng)).unwrap();
        before += f64::from(u8::from(found.psi > 0.25 && found.test.p < 0.001));
        after += f64::from(u8::from(found.is_alarming()));
        detectable += found.detectable.unwrap_or(1.0);
    }
    [before, after, detectable].map(|sum| sum / f64::from(draws))
}

#[test]
#[ignore = "prints the table of docs/decisions/drift.md"]
fn alarms_by_images() {
    for images in [30, 100, 300, 1_000, 5_000] {
        for share in [0.47, 0.52, 0.57, 0.62, 0.70, 0.85] {
            let [before, after, detectable] = alarms(images, share, DRAWS);
            eprintln!(
                "| {images} | {:.0} % | {:.1} % | {:.1} % | {:.0} |",
                100.0 * share,
                100.0 * before,
                100.0 * after,
                100.0 * detectable
            );
        }
    }
}

#[test]
fn a_share_that_moved_gives_an_alarm_and_one_that_did_not_gives_none() {
    let [_, moved, _] = alarms(100, 0.70, 200);
    assert!(moved > 0.35, "{moved}");
    let [before, moved, _] = alarms(1_000, 0.70, 100);
    assert!(before < 0.2 && moved > 0.95, "{before} {moved}");
    let [_, still, _] = alarms(100, 0.47, 200);
    assert!(still <= 0.01, "{still}");
}
