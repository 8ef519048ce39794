//! A fitted segmentation.

use crate::error::SegmentError;
use crate::names::{Axes, Name};
use crate::pca::{Pca, Rotation};
use crate::scale::Scale;
use serde::{Deserialize, Serialize};

/// What puts rows into segments: everything that was fitted.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Segmentation {
    pub columns: Vec<String>,
    pub scale: Scale,
    /// The components that are kept.
    pub pca: Pca,
    pub rotation: Option<Rotation>,
    pub names: Vec<Name>,
    /// Centres of the segments in unrotated scores: [segments, components].
    pub centroids: Vec<f64>,
    /// Rows that each segment was made of.
    pub sizes: Vec<usize>,
    pub seed: u64,
}

impl Segmentation {
    /// The number of segments.
    pub fn segments(&self) -> usize {
        self.sizes.len()
    }

    /// The number of components.
    pub fn components(&self) -> usize {
        self.pca.components()
    }

    /// Loadings of the components as they are described, rotated or not: [components, columns].
    pub fn loadings(&self) -> Vec<f64> {
        let of = |component| match &self.rotation {
            Some(rotation) => rotation.loadings(component),
            None => self.pca.loadings(component),
        };
        (0..self.components()).flat_map(of).copied().collect()
    }

    /// The name of a component, from 0: as given, or `component 1`.
    pub fn component_name(&self, component: usize) -> String {
        let mut names = self.names.iter();
        let name = names.find(|name| name.component == component);
        name.map_or_else(
            || format!("component {}", component + 1),
            |name| name.name.clone(),
        )
    }

    /// Binds a name to a component, from 0, in place of the one it had.
    ///
    /// # Errors
    /// When there is no such component.
    pub fn name(&mut self, component: usize, name: String) -> Result<(), SegmentError> {
        let loadings = self.loadings();
        let name = Name::bind(name, component, &Axes::new(&self.columns, &loadings))?;
        self.names.retain(|other| other.component != component);
        self.names.push(name);
        self.names.sort_by_key(|name| name.component);
        Ok(())
    }

    /// Takes over names that components of another fit were given, such as last year's.
    ///
    /// # Errors
    /// When the loadings that a name was given to are not those of its component here. Nothing is taken over then.
    pub fn take_names(&mut self, names: &[Name]) -> Result<(), SegmentError> {
        let loadings = self.loadings();
        let axes = Axes::new(&self.columns, &loadings);
        names.iter().try_for_each(|name| name.check(&axes))?;
        for name in names {
            self.name(name.component, name.name.clone())?;
        }
        Ok(())
    }

    /// Whether all names still belong to the loadings they were given to.
    ///
    /// # Errors
    /// When one does not: the model was changed.
    pub fn check_names(&self) -> Result<(), SegmentError> {
        let loadings = self.loadings();
        let axes = Axes::new(&self.columns, &loadings);
        self.names.iter().try_for_each(|name| name.check(&axes))
    }

    /// The scores of centroids as components are described, rotated or not: [segments, components].
    pub fn described_centroids(&self) -> Vec<f64> {
        match &self.rotation {
            Some(rotation) => rotation.scores(&self.centroids),
            None => self.centroids.clone(),
        }
    }
}
