//! Loadings of components, with the names of their columns.

/// Components as names see them: loadings by column.
#[derive(Debug, Clone, Copy)]
pub struct Axes<'a> {
    columns: &'a [String],
    loadings: &'a [f64],
}

impl<'a> Axes<'a> {
    /// `loadings` are [components, columns].
    ///
    /// # Panics
    /// When they are no whole components.
    pub fn new(columns: &'a [String], loadings: &'a [f64]) -> Self {
        assert!(
            loadings.len().is_multiple_of(columns.len()),
            "one loading a column"
        );
        Self { columns, loadings }
    }

    /// The number of components.
    pub fn len(&self) -> usize {
        self.loadings.len() / self.columns.len()
    }

    pub fn is_empty(&self) -> bool {
        self.loadings.is_empty()
    }

    pub fn columns(&self) -> &'a [String] {
        self.columns
    }

    /// Loadings of a component, one a column.
    pub fn loadings(&self, component: usize) -> &'a [f64] {
        let width = self.columns.len();
        &self.loadings[component * width..(component + 1) * width]
    }

    /// The columns with the largest absolute loadings of a component, the largest first.
    pub fn largest(&self, component: usize, count: usize) -> Vec<(&'a str, f64)> {
        let loadings = self.loadings(component).iter().copied();
        let names = self.columns.iter().map(String::as_str);
        let mut pairs: Vec<(&str, f64)> = names.zip(loadings).collect();
        pairs.sort_by(|a, b| b.1.abs().total_cmp(&a.1.abs()));
        pairs.truncate(count);
        pairs
    }
}
