//! How strongly a cell of a heat map is coloured.

/// Distances up to this, five percentage points, never get the full colour: noise would look like
/// fire.
const LEAST: f64 = 0.05;

/// From 0, a value like everyone's, to 1, the farthest of all. The style sheet makes a colour of it
/// that text is still read on. 0 where a number is missing.
pub fn shade(value: f64, overall: f64, farthest: f64) -> f64 {
    let share = (value - overall).abs() / farthest.max(LEAST);
    if share.is_finite() {
        share.min(1.0)
    } else {
        0.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_farthest_cell_has_the_full_colour_and_near_ones_little() {
        for (value, farthest, expected) in [
            (0.9, 0.2, 0.0),
            (0.8, 0.2, 0.5),
            (1.0, 0.2, 0.5),
            (0.7, 0.2, 1.0),
            (0.5, 0.2, 1.0),
            (0.89, 0.01, 0.2),
            (f64::NAN, 0.2, 0.0),
        ] {
            let found = shade(value, 0.9, farthest);
            assert!((found - expected).abs() < 1e-9, "{value}: {found}");
        }
    }
}
