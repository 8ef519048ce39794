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
/// How many of the candidates keep the blocks that the search began with: those were chosen with care,
/// and most subsets know less.
const KEPT: f64 = 0.5;

/// Settings that are tried together.
#[derive(Debug, Clone, PartialEq)]
pub struct Candidate {
    /// From 0, which is the settings that the search began with.
    pub number: usize,
    /// Views of an image.
    pub views: usize,
    pub balance: Balance,
    pub head: HeadParams,
    /// For every tap the block of features that is used, where one is.
    pub blocks: Vec<Option<usize>>,
}

/// Search space of candidates.
#[derive(Debug, Clone, PartialEq)]
pub struct Space {
    /// The first candidate, and the source of what is not drawn.
    pub start: Candidate,
    pub views: Vec<usize>,
    pub balances: Vec<Balance>,
    /// For every tap the blocks of features that there are of it; empty where nobody chooses.
    pub poolings: Vec<Vec<usize>>,
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
            blocks: self.blocks(&mut rng),
        }
    }

    /// One block of every tap or none, and at least one in all.
    fn blocks(&self, rng: &mut ChaCha8Rng) -> Vec<Option<usize>> {
        if self.poolings.is_empty() || rng.random_bool(KEPT) {
            return self.start.blocks.clone();
        }
        let mut draw = || -> Vec<Option<usize>> {
            let taps = self.poolings.iter();
            let drawn = taps.map(|blocks| {
                let at = rng.random_range(0..=blocks.len());
                blocks.get(at).copied()
            });
            drawn.collect()
        };
        loop {
            let blocks = draw();
            if blocks.iter().any(Option::is_some) {
                return blocks;
            }
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
                blocks: vec![Some(0), Some(3), Some(5)],
            },
            views: vec![1, 2],
            balances: vec![Balance::None, Balance::Label],
            poolings: vec![vec![0, 1, 2], vec![3, 4], vec![5]],
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

    #[test]
    fn half_of_the_candidates_keep_their_blocks_and_the_others_use_all_there_are() {
        let space = space(3);
        let drawn: Vec<Candidate> = (1..1001).map(|at| space.candidate(at)).collect();
        let kept = drawn
            .iter()
            .filter(|candidate| candidate.blocks == space.start.blocks);
        // 500, and one in 23 of the others: 4 x 3 x 2 draws, of which one has nothing.
        assert!((470..575).contains(&kept.count()));
        for (tap, blocks) in space.poolings.iter().enumerate() {
            let of = |block: Option<usize>| {
                let with = |candidate: &&Candidate| candidate.blocks[tap] == block;
                drawn.iter().filter(with).count()
            };
            assert!(blocks.iter().all(|&block| of(Some(block)) > 50));
            assert!(of(None) > 50);
            assert_eq!(
                of(None) + blocks.iter().map(|&block| of(Some(block))).sum::<usize>(),
                1000
            );
        }
        let is_some = |candidate: &Candidate| candidate.blocks.iter().any(Option::is_some);
        assert!(drawn.iter().all(is_some));
    }

    #[test]
    fn what_else_is_drawn_does_not_depend_on_the_blocks() {
        let chosen = Space {
            poolings: Vec::new(),
            ..space(3)
        };
        for number in 0..50 {
            let candidate = chosen.candidate(number);
            assert_eq!(candidate.blocks, chosen.start.blocks);
            let free = space(3).candidate(number);
            assert_eq!(
                candidate,
                Candidate {
                    blocks: candidate.blocks.clone(),
                    ..free
                }
            );
        }
    }
}
