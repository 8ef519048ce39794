//! Criteria: what a split is judged by, from sums over the rows on its sides.

/// What a split gains, from sums of whole numbers over rows. Sums lie in histograms as words, so many a bin.
pub(super) trait Criterion: Sync {
    /// Sums over rows.
    type Sums: Clone;

    /// The words of a bin.
    fn words(&self) -> usize;

    /// Sums over no rows.
    fn nothing(&self) -> Self::Sums;

    fn add(&self, sums: &mut Self::Sums, bin: &[i64]);

    fn rows(&self, sums: &Self::Sums) -> usize;

    /// The rows of a bin.
    fn rows_of(&self, bin: &[i64]) -> usize;

    /// The weight of rows, by which gaps go to the heavier side where no training row has one.
    fn weight(&self, sums: &Self::Sums) -> f64;

    /// The fewest rows of a side.
    fn least_rows(&self) -> usize;

    /// What is gained when the rows of `left` leave the others of `all`; `None` where it is not allowed.
    fn gain(&self, left: &Self::Sums, all: &Self::Sums) -> Option<f64>;

    /// The place of a level among others: sides are looked for among the first and the last of this order.
    fn order(&self, bin: &[i64], all: &Self::Sums) -> f64;

    /// The fewest rows of a level that is put on a side by its own rows.
    fn least_level_rows(&self) -> usize;

    /// This criterion for a split of levels into sets, of which many are tried.
    fn for_levels(&self) -> Self;
}

/// Codes of the left side of a split.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Sides {
    UpTo { bin: u8, missing_left: bool },
    Among(Box<[bool; 256]>),
}

/// The best split of one column.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Candidate {
    pub(super) gain: f64,
    pub(super) sides: Sides,
}
