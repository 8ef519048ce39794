//! What a trial may look like. Candidates are drawn at random: where few of the settings matter, as
//! here, random draws try more values of those than a grid does (Bergstra and Bengio 2012).

use crate::head::{Balance, HeadParams};
use rand::rngs::ChaCha8Rng;
use rand::seq::IndexedRandom;
use rand::{RngExt, SeedableRng};

const HIDDEN: [usize; 5] = [0, 32, 64, 128, 256];
const EPOCHS: [usize; 4] = [3, 5, 8, 12];
const DROPOUT: [f64; 2] = [0.0, 0.7];
const INPUT_DROPOUT: [f64; 2] = [0.0, 0.7];
/// Drawn on a logarithmic scale, as is the learning rate.
const WEIGHT_DECAY: [f64; 2] = [0.005, 0.5];
const LEARNING_RATE: [f64; 2] = [2e-4, 3e-3];

/// Settings that are tried together.
#[derive(Debug, Clone, PartialEq)]
pub struct Candidate {
    /// From 0, which is the settings that the search began with.
    pub number: usize,
    /// Views of an image.
    pub views: usize,
    pub balance: Balance,
    pub head: HeadParams,
}

/// Where candidates are drawn from.
#[derive(Debug, Clone, PartialEq)]
pub struct Space {
    /// The first candidate, and the source of what is not drawn.
    pub start: Candidate,
    pub views: Vec<usize>,
    pub balances: Vec<Balance>,
    pub seed: u64,
}

impl Space {
    /// The candidate of a number. It depends on nothing else but the seed, so that a longer search
    /// begins with the candidates of a shorter one.
    pub fn candidate(&self, number: usize) -> Candidate {
        if number == 0 {
            return self.start.clone();
        }
        let mut rng = ChaCha8Rng::seed_from_u64(self.seed);
        rng.set_stream(number as u64);
        let hidden = pick(&HIDDEN, &mut rng);
        let head = HeadParams {
            hidden,
            dropout: rounded(rng.random_range(DROPOUT[0]..DROPOUT[1])),
            input_dropout: rounded(rng.random_range(INPUT_DROPOUT[0]..INPUT_DROPOUT[1])),
            weight_decay: log_uniform(WEIGHT_DECAY, &mut rng),
            learning_rate: log_uniform(LEARNING_RATE, &mut rng),
            epochs: pick(&EPOCHS, &mut rng),
            ..self.start.head.clone()
        };
        Candidate {
            number,
            views: pick(&self.views, &mut rng),
            balance: pick(&self.balances, &mut rng),
            head,
        }
    }
}

fn pick<T: Copy>(values: &[T], rng: &mut ChaCha8Rng) -> T {
    *values.choose(rng).expect("there is something to choose")
}

fn log_uniform([low, high]: [f64; 2], rng: &mut ChaCha8Rng) -> f64 {
    rounded(rng.random_range(low.ln()..high.ln()).exp())
}

/// Two significant digits, which a person can read and the search does not miss.
fn rounded(value: f64) -> f64 {
    let text = format!("{value:.1e}");
    text.parse().expect("it was a number before it was written")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn space(seed: u64) -> Space {
        Space {
            start: Candidate {
                number: 0,
                views: 1,
                balance: Balance::None,
                head: HeadParams::default(),
            },
            views: vec![1, 2],
            balances: vec![Balance::None, Balance::Label],
            seed,
        }
    }

    #[test]
    fn candidates_follow_from_seed_and_number_alone() {
        let all = |seed| {
            (0..40)
                .map(|at| space(seed).candidate(at))
                .collect::<Vec<_>>()
        };
        assert_eq!(all(1), all(1));
        assert_eq!(all(1)[0], all(2)[0]);
        assert!((1..40).all(|at| all(1)[at].head != all(2)[at].head));
        assert!((1..40).all(|at| all(1)[at].head != all(1)[at - 1].head));
    }

    #[test]
    fn candidates_can_be_trained_and_use_the_whole_space() {
        let drawn: Vec<Candidate> = (0..200).map(|at| space(7).candidate(at)).collect();
        for candidate in &drawn {
            assert!(candidate.head.clone().check().is_ok(), "{candidate:?}");
        }
        for hidden in HIDDEN {
            assert!(
                drawn
                    .iter()
                    .any(|candidate| candidate.head.hidden == hidden)
            );
        }
        for views in [1, 2] {
            assert!(drawn.iter().any(|candidate| candidate.views == views));
        }
        let slow = drawn
            .iter()
            .filter(|candidate| candidate.head.learning_rate < 7.7e-4);
        // The middle of a logarithmic scale: as many above as below.
        assert!((70..130).contains(&slow.count()));
    }
}
