//! Fits of k-means that are compared with each other, not kept.

use evenhand_stats::stats::kmeans::{KMeans, KMeansError, Params, Points, Starts};

/// Few starts: a measure is a mean over many fits.
const STARTS: usize = 3;
/// More where one fit stands alone beside many.
const OWN_STARTS: usize = 20;

/// Segments of a resample.
pub fn quick(points: Points, segments: usize, seed: u64) -> Result<KMeans, KMeansError> {
    fit(points, segments, STARTS, seed)
}

/// Segments of the rows themselves.
pub fn careful(points: Points, segments: usize, seed: u64) -> Result<KMeans, KMeansError> {
    fit(points, segments, OWN_STARTS, seed)
}

fn fit(points: Points, segments: usize, starts: usize, seed: u64) -> Result<KMeans, KMeansError> {
    let params = Params {
        starts: Starts::Exactly(starts),
        ..Params::for_rows(points.len(), segments, seed)
    };
    KMeans::fit(points, &params)
}
