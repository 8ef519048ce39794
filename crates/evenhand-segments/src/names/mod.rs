//! Names of components, bound to their loadings.

mod axes;
mod order;
mod words;

pub use axes::Axes;
pub use order::{Order, order_of_names};

use crate::error::SegmentError;
use crate::linalg::cosine;
use serde::{Deserialize, Serialize};

/// Loadings whose cosine is at least this are of the same component: another machine's rounding and a few new rows leave it
/// above, another component is far below.
pub const SAME: f64 = 0.99;

/// Loadings of less than this share of the largest one are not part of a suggested name.
const NOTABLE: f64 = 0.5;
/// The most columns of a suggested name.
const SUGGESTED: usize = 3;

/// A name of a component, with the loadings that it was given to.
///
/// The loadings themselves are the fingerprint: no rounding makes two machines differ, and where they have changed, it can
/// be told which component they are now.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Name {
    pub name: String,
    /// From 0.
    pub component: usize,
    pub columns: Vec<String>,
    pub loadings: Vec<f64>,
}

impl Name {
    /// Gives a name to a component, from 0, as it is now.
    ///
    /// # Errors
    /// When there is no such component.
    pub fn bind(name: String, component: usize, axes: &Axes) -> Result<Self, SegmentError> {
        if component >= axes.len() {
            return Err(SegmentError::NamedComponent {
                component: component.saturating_add(1),
                components: axes.len(),
            });
        }
        Ok(Self {
            name,
            component,
            columns: axes.columns().to_vec(),
            loadings: axes.loadings(component).to_vec(),
        })
    }

    /// Whether the component of this number is still the one that was named.
    ///
    /// # Errors
    /// When there are other columns, or when the cosine of the loadings is below [`SAME`]. The error says which component
    /// has the named loadings now.
    pub fn check(&self, axes: &Axes) -> Result<(), SegmentError> {
        let own = self.in_order_of(axes.columns())?;
        let cosine_with = |component: usize| cosine(&own, axes.loadings(component));
        let now = match self.component < axes.len() {
            true => cosine_with(self.component),
            false => 0.0,
        };
        if now >= SAME {
            return Ok(());
        }
        let all = (0..axes.len()).map(|component| (component, cosine_with(component)));
        let nearer = |best: (usize, f64), other: (usize, f64)| {
            if other.1.abs() > best.1.abs() {
                other
            } else {
                best
            }
        };
        let nearest = all.fold((self.component, 0.0), nearer);
        Err(SegmentError::NameMoved {
            name: self.name.clone(),
            component: self.component,
            cosine: now,
            nearest,
            fits: nearest.1.abs() >= SAME,
        })
    }

    fn in_order_of(&self, columns: &[String]) -> Result<Vec<f64>, SegmentError> {
        let lacks = |own: &[String], other: &[String]| -> Vec<String> {
            own.iter()
                .filter(|name| !other.contains(name))
                .cloned()
                .collect()
        };
        let mut apart = lacks(&self.columns, columns);
        apart.extend(lacks(columns, &self.columns));
        if !apart.is_empty() {
            return Err(SegmentError::NameColumns {
                name: self.name.clone(),
                columns: apart,
            });
        }
        let place = |name: &String| self.columns.iter().position(|other| other == name);
        let places = columns.iter().filter_map(place);
        Ok(places.map(|at| self.loadings[at]).collect())
    }
}

/// A name made of the columns with the largest loadings: `White, less Hispanic and ChildPoverty`.
pub fn suggested(axes: &Axes, component: usize) -> String {
    let largest = axes.largest(component, SUGGESTED);
    let least = largest.first().map_or(0.0, |first| first.1.abs() * NOTABLE);
    let part = |is_above: bool| -> Vec<String> {
        let notable = largest.iter().filter(|(_, loading)| loading.abs() >= least);
        let signed = notable.filter(|(_, loading)| (*loading > 0.0) == is_above);
        signed.map(|(column, _)| (*column).to_owned()).collect()
    };
    let (more, less) = (part(true), part(false));
    let list = |columns: &[String]| evenhand_stats::text::list(columns, "and");
    match less.is_empty() {
        true => list(&more),
        false => format!("{}, less {}", list(&more), list(&less)),
    }
}

#[cfg(test)]
mod tests;
