//! One-hot indicators of levels: which have one of their own, and which are pooled.

/// Training rows of each level.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Counts {
    pub of_level: Vec<usize>,
    /// Rows without a level.
    pub gaps: usize,
}

impl Counts {
    pub fn of(slots: impl Iterator<Item = usize>, levels: usize) -> Self {
        let mut of_level = vec![0; levels + 1];
        slots.for_each(|slot| of_level[slot] += 1);
        let gaps = of_level.pop().unwrap_or(0);
        Self { of_level, gaps }
    }

    /// Levels that training rows have.
    pub fn seen(&self) -> usize {
        self.of_level.iter().filter(|&&rows| rows > 0).count()
    }

    /// Levels that have fewer rows, but some.
    pub fn rare(&self, min_rows: usize) -> Vec<usize> {
        let levels = 0..self.of_level.len();
        let is_rare = |&level: &usize| (1..min_rows).contains(&self.of_level[level]);
        levels.filter(is_rare).collect()
    }
}
