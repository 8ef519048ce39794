//! Starts from different first centres, until the best optimum is found again.

use super::exchange::exchange;
use super::first::first_centres;
use super::lloyd::{self, End, Optimum};
use super::{Params, Points, Starts};
use rand::SeedableRng;
use rand::rngs::ChaCha8Rng;
use rayon::prelude::*;

/// Inertias that differ by less, relatively, are of one optimum.
const SAME: f64 = 1e-6;

/// Starts that run side by side on tables of at most so many rows. On larger ones, rows do.
const TOGETHER: usize = 16;
const SMALL: usize = 50_000;

/// The starts that a search needed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Restarts {
    pub starts: usize,
    /// Different optima that they ended in, told apart by their inertia.
    pub optima: usize,
    /// Starts that ended in the best one.
    pub best_found: usize,
}

/// The best optimum, and how often it was found.
///
/// Starts have random numbers of their own and are judged in their order, so that running some of them side by side
/// changes nothing.
pub(super) fn search(points: Points, params: &Params) -> (Optimum, Restarts) {
    let (least, most) = match params.starts {
        Starts::Exactly(starts) => (usize::MAX, starts),
        Starts::UntilTwice { least, most } => (least, most),
    };
    assert!(most > 0 && params.iterations > 0, "no starts");
    let end = End {
        iterations: params.iterations,
        moved: params.tolerance * points.mean_variance(),
    };
    let start = |start: usize| {
        let mut rng = ChaCha8Rng::seed_from_u64(params.seed);
        rng.set_stream(start as u64);
        let first = first_centres(points, params.clusters, &mut rng);
        let found = lloyd::search(points, first, end);
        match points.len() {
            ..=SMALL => exchange(points, found),
            _ => found,
        }
    };
    let together = if points.len() <= SMALL { TOGETHER } else { 1 };
    let same = SAME.max(params.tolerance);
    let mut found = Found::default();
    'starts: for batch in (0..most).step_by(together) {
        let batch = batch..(batch + together).min(most);
        let optima: Vec<Optimum> = batch.into_par_iter().map(start).collect();
        for optimum in optima {
            found.add(optimum);
            if found.inertias.len() >= least && found.best_found(same) >= 2 {
                break 'starts;
            }
        }
    }
    let restarts = found.restarts(same);
    let best = found.best.expect("at least one start");
    let to_the_end = End { moved: 0.0, ..end };
    match end.moved > 0.0 {
        true => (lloyd::search(points, best.centres, to_the_end), restarts),
        false => (best, restarts),
    }
}

#[derive(Default)]
struct Found {
    inertias: Vec<f64>,
    best: Option<Optimum>,
}

impl Found {
    fn add(&mut self, optimum: Optimum) {
        self.inertias.push(optimum.inertia);
        let is_better = |best: &Optimum| optimum.inertia < best.inertia;
        if self.best.as_ref().is_none_or(is_better) {
            self.best = Some(optimum);
        }
    }

    fn best_found(&self, same: f64) -> usize {
        let best = self.best.as_ref().map_or(0.0, |best| best.inertia);
        let near = |inertia: &&f64| **inertia <= best * (1.0 + same);
        self.inertias.iter().filter(near).count()
    }

    fn restarts(&self, same: f64) -> Restarts {
        let mut sorted = self.inertias.clone();
        sorted.sort_by(f64::total_cmp);
        let apart = |pair: &&[f64]| pair[1] > pair[0] * (1.0 + same);
        Restarts {
            starts: sorted.len(),
            optima: 1 + sorted.windows(2).filter(apart).count(),
            best_found: self.best_found(same),
        }
    }
}
