//! Standard normal numbers.

use rand::RngExt;
use rand::rngs::ChaCha8Rng;
use std::f64::consts::TAU;

/// A standard normal number (Box and Muller 1958, Ann. Math. Stat. 29, 610-611).
pub(super) fn normal(rng: &mut ChaCha8Rng) -> f64 {
    let (u, v): (f64, f64) = (1.0 - rng.random::<f64>(), rng.random());
    (-2.0 * u.ln()).sqrt() * (TAU * v).cos()
}
