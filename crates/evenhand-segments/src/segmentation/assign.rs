//! Rows in segments.

use super::model::Segmentation;
use crate::error::SegmentError;
use crate::profile::margin;
use crate::rows::Rows;
use evenhand_stats::stats::kmeans::{Nearest, nearest};
use std::collections::BTreeMap;

/// The segments of rows, with what is known of each row.
#[derive(Debug, Clone, PartialEq)]
pub struct Assignments {
    /// The nearest centroid of each row.
    pub nearest: Vec<Nearest>,
    /// As components are described, rotated or not: [rows, components].
    pub scores: Vec<f64>,
    components: usize,
    /// Columns, by number, in which rows lie outside the range of those that the segments were made of.
    out_of_range: BTreeMap<usize, Vec<usize>>,
}

/// The segment of a row.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Assignment<'a> {
    /// From 0, the largest first.
    pub segment: usize,
    /// One score for each component.
    pub scores: &'a [f64],
    /// Distance to the centroid in unrotated scores.
    pub distance: f64,
    /// How much nearer the centroid is than the next one: [`margin`].
    pub margin: f64,
    /// Columns in which the row lies outside the range of those that the segments were made of.
    pub out_of_range: &'a [usize],
}

impl Segmentation {
    /// The segments of rows, old or new. Columns are found by their names; others are ignored.
    ///
    /// # Errors
    /// When a column is missing.
    pub fn assign(&self, rows: &Rows) -> Result<Assignments, SegmentError> {
        let rows = rows.select(&self.columns)?;
        let scores = self.pca.scores(&self.scale.apply(rows.values()));
        Ok(Assignments::new(self, &rows, scores))
    }
}

impl Assignments {
    /// Of rows with the columns of the model, in its order, and their scores before rotation.
    pub(super) fn new(model: &Segmentation, rows: &Rows, unrotated: Vec<f64>) -> Self {
        let outside = (0..rows.len()).filter_map(|row| {
            let columns = model.scale.out_of_range(rows.row(row));
            (!columns.is_empty()).then_some((row, columns))
        });
        Self {
            nearest: nearest(&model.centroids, model.components(), &unrotated),
            components: model.components(),
            out_of_range: outside.collect(),
            scores: match &model.rotation {
                Some(rotation) => rotation.scores(&unrotated),
                None => unrotated,
            },
        }
    }

    /// The number of rows.
    pub fn len(&self) -> usize {
        self.nearest.len()
    }

    pub fn is_empty(&self) -> bool {
        self.nearest.is_empty()
    }

    pub fn row(&self, row: usize) -> Assignment<'_> {
        let nearest = &self.nearest[row];
        Assignment {
            segment: nearest.cluster,
            scores: &self.scores[row * self.components..(row + 1) * self.components],
            distance: nearest.squared.sqrt(),
            margin: margin(nearest),
            out_of_range: self.out_of_range.get(&row).map_or(&[], Vec::as_slice),
        }
    }

    pub fn iter(&self) -> impl Iterator<Item = Assignment<'_>> {
        (0..self.len()).map(|row| self.row(row))
    }

    /// The segment of each row, from 0.
    pub fn segments(&self) -> Vec<usize> {
        self.nearest.iter().map(|nearest| nearest.cluster).collect()
    }

    /// The number of rows that lie outside the range in some column.
    pub fn rows_out_of_range(&self) -> usize {
        self.out_of_range.len()
    }

    /// Rows of this table that are in another segment than in `before`: pairs of rows, here and there, that are the same unit.
    pub fn movers(&self, before: &Self, pairs: &[(usize, usize)]) -> Vec<(usize, usize)> {
        let moved = |&&(here, there): &&(usize, usize)| {
            self.nearest[here].cluster != before.nearest[there].cluster
        };
        pairs.iter().filter(moved).copied().collect()
    }
}
