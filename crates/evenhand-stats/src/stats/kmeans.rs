//! K-means: rows into clusters of the nearest centre.
//!
//! Our own, because `linfa-clustering` 0.8 reports the counts of another restart than the one whose
//! centres it returns, and has neither weights nor the number of optima.

mod centres;
mod exchange;
mod first;
mod lloyd;
mod points;
mod restarts;

pub use centres::nearest;
pub use points::Points;
pub use restarts::Restarts;

/// How clusters are looked for.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Params {
    pub clusters: usize,
    pub starts: Starts,
    /// The most rounds of one start, which ends before when no row changes its cluster.
    pub iterations: usize,
    /// A start also ends when the squared distances that the centres move sum to at most this share of the mean
    /// variance of the columns. 0 waits until no row changes its cluster. The best start always goes on until then.
    pub tolerance: f64,
    pub seed: u64,
}

/// From how many first centres the search starts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Starts {
    Exactly(usize),
    /// Until the best optimum has been found twice. At least some, because an optimum that is merely frequent is found
    /// twice among few.
    UntilTwice {
        least: usize,
        most: usize,
    },
}

impl Params {
    /// Settings for so many rows: starts until the best optimum has been found twice, each to its end. Tables above
    /// 100,000 rows end their starts at scikit-learn's tolerance, 0.0001, and have fewer of them.
    pub fn for_rows(rows: usize, clusters: usize, seed: u64) -> Self {
        let most = (10_000_000 / rows.max(1)).clamp(10, 1_000);
        let least = (most / 5).max(10);
        Self {
            clusters,
            starts: Starts::UntilTwice { least, most },
            iterations: 1_000,
            tolerance: if rows > 100_000 { 1e-4 } else { 0.0 },
            seed,
        }
    }
}

/// Clusters, the one with the largest weight first, and how well they fit the rows they come from.
#[derive(Debug, Clone, PartialEq)]
pub struct KMeans {
    /// [clusters, dims], row by row.
    pub centres: Vec<f64>,
    pub dims: usize,
    /// Rows of each cluster. 0 only where fewer rows differ than there are clusters, or where the
    /// iterations ran out.
    pub counts: Vec<usize>,
    /// Sum of the weights of each cluster's rows.
    pub weights: Vec<f64>,
    /// The sum over rows of the squared distance to the nearest centre, times the row's weight.
    pub inertia: f64,
    pub restarts: Restarts,
}

/// The cluster of a row.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Nearest {
    /// Of centres equally near, the first.
    pub cluster: usize,
    /// Distance to its centre, squared.
    pub squared: f64,
    /// Distance to the next centre, squared; infinite of one cluster.
    pub second_squared: f64,
}

impl Nearest {
    /// Before any centre was looked at.
    const NONE: Self = Self {
        cluster: 0,
        squared: f64::INFINITY,
        second_squared: f64::INFINITY,
    };
}

/// Why rows have no clusters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum KMeansError {
    #[error("no clusters are asked for: at least 1 is needed")]
    NoClusters,
    #[error("{rows} rows are too few for {clusters} clusters")]
    TooFewRows { rows: usize, clusters: usize },
    #[error("row {row} has a value that is no finite number")]
    NotFinite { row: usize },
    #[error("row {row} has a weight that is not above 0")]
    Weight { row: usize },
}

impl KMeans {
    /// Finds clusters of `points`. The same seed gives the same clusters on any number of threads.
    ///
    /// A cluster that loses all its rows starts again from the row that is farthest from its centre.
    ///
    /// # Formula
    ///
    /// Lloyd, S. P. (1982), IEEE Trans. Inf. Theory 28, 129-137, from first centres as Arthur, D. and
    /// Vassilvitskii, S. (2007), SODA, 1027-1035: each is a row, drawn with a probability in
    /// proportion to its weight times its squared distance to the nearest one drawn before. Of `2 + ln(clusters)`
    /// such draws the one that leaves the least inertia is taken, as in scikit-learn. Of more than 5,000 rows, first
    /// centres are drawn among 5,000.
    ///
    /// A row is looked at again only when centres have moved by more than it is nearer to its own than to the next
    /// (Hamerly, G. (2010), SDM, 130-140); clusters are those that Lloyd's algorithm finds.
    ///
    /// # Errors
    ///
    /// Without clusters, with fewer rows than clusters, with values that are not finite, and with weights that are not
    /// above 0.
    ///
    /// # Panics
    ///
    /// Without starts or iterations.
    pub fn fit(points: Points, params: &Params) -> Result<Self, KMeansError> {
        points.check(params.clusters)?;
        let (best, restarts) = restarts::search(points, params);
        Ok(Self::largest_first(points.dims(), best, restarts))
    }

    fn largest_first(dims: usize, found: lloyd::Optimum, restarts: Restarts) -> Self {
        let mut order: Vec<usize> = (0..found.counts.len()).collect();
        // Clusters of one size stand in the order of their centres, whatever start found them.
        let centre = |at: usize| &found.centres[at * dims..(at + 1) * dims];
        order.sort_by(|&a, &b| {
            let by_centre = || centre(a).partial_cmp(centre(b));
            let by_size = found.weights[b].total_cmp(&found.weights[a]);
            by_size.then_with(|| by_centre().unwrap_or(std::cmp::Ordering::Equal))
        });
        Self {
            centres: order.iter().flat_map(|&at| centre(at)).copied().collect(),
            dims,
            counts: order.iter().map(|&at| found.counts[at]).collect(),
            weights: order.iter().map(|&at| found.weights[at]).collect(),
            inertia: found.inertia,
            restarts,
        }
    }

    pub fn clusters(&self) -> usize {
        self.counts.len()
    }

    /// The nearest centre of each of `rows`, [rows, dims].
    ///
    /// # Panics
    ///
    /// When `rows` is not of whole rows.
    pub fn nearest(&self, rows: &[f64]) -> Vec<Nearest> {
        nearest(&self.centres, self.dims, rows)
    }

    /// The cluster of each row, [rows, dims]: of centres equally near, the first.
    ///
    /// # Panics
    ///
    /// When `rows` is not of whole rows.
    pub fn assign(&self, rows: &[f64]) -> Vec<usize> {
        let nearest = self.nearest(rows);
        nearest.into_iter().map(|nearest| nearest.cluster).collect()
    }
}

#[cfg(test)]
mod tests;
