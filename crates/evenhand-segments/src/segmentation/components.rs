//! Components of scaled rows, as many as are asked for.

use super::options::Options;
use crate::error::SegmentError;
use crate::pca::{
    Components, MOST_EXACT, Parallel, ParallelParams, Pca, RandomisedParams, exact, parallel,
    randomised,
};
use evenhand_stats::stats::kmeans::Points;

/// Components that a search for a share of variance in a wide table begins with.
const FIRST: usize = 16;

/// The components that are kept, and what chance alone explains.
pub fn fit(points: Points, options: &Options) -> Result<(Pca, Option<Parallel>), SegmentError> {
    let (rows, dims) = (points.len(), points.dims());
    options.components.check(rows, dims)?;
    if dims > MOST_EXACT {
        return Ok((wide(points, options), None));
    }
    let all = exact(points);
    let chance = parallel(points, &all.variances, &ParallelParams::new(options.seed));
    let most = dims.min(rows - 1);
    let number = options.components.number(&all, Some(&chance));
    Ok((all.keep(number.unwrap_or(most).min(most)), Some(chance)))
}

/// Leading components, twice as many again until they are enough.
fn wide(points: Points, options: &Options) -> Pca {
    let most = points.dims().min(points.len() - 1);
    let mut count = match options.components {
        Components::Number(number) => number,
        _ => FIRST.min(most),
    };
    loop {
        let found = randomised(points, &RandomisedParams::new(count, options.seed));
        match options.components.number(&found, None) {
            Some(number) => return found.keep(number),
            None if count == most => return found,
            None => count = (2 * count).min(most),
        }
    }
}
