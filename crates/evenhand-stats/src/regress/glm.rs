//! Weighted estimating equations of linear and logistic regression, solved by Newton's method.

use super::design::Design;
use super::{Family, NotEstimable};
use crate::estimate::{Rows, inverse};
use rayon::prelude::*;

/// Rows that one thread sums up at a time. Sums are added in the order of the rows, whoever made them.
const CHUNK: usize = 4096;
/// Newton's method is done after a few steps, or never.
const MOST_STEPS: usize = 30;
/// So often a step that leads away from the solution is halved.
const MOST_HALVINGS: usize = 12;
/// A step this small, in standard units, is rounding.
const DONE: f64 = 1e-10;

/// Rows, with what takes the place of their class.
#[derive(Debug, Clone)]
pub(super) struct Block<'a> {
    pub design: &'a Design,
    pub rows: &'a Rows,
    pub at: &'a [u32],
    /// One a row: a class as 0 or 1, or a probability.
    pub class: Vec<f64>,
    /// One a row; empty where all are 1.
    pub weights: &'a [f64],
    pub family: Family,
}

impl Block<'_> {
    pub fn len(&self) -> usize {
        self.at.len()
    }

    pub fn weight(&self, at: usize) -> f64 {
        self.weights.get(at).copied().unwrap_or(1.0)
    }

    /// Works out a row of the design matrix, and gives the residual and the slope of the mean.
    pub fn residual(&self, at: usize, theta: &[f64], x: &mut [f64]) -> (f64, f64) {
        let (row, class) = (self.at[at], self.class[at]);
        self.design.fill(self.rows, row, class, x);
        let linear = x.iter().zip(theta).map(|(x, theta)| x * theta).sum();
        let (mean, slope) = self.family.mean(linear);
        (self.design.outcome(self.rows, row, class) - mean, slope)
    }

    /// Adds `factor` times the rows of a chunk to score and information.
    fn add(&self, chunk: std::ops::Range<usize>, factor: f64, theta: &[f64], sums: &mut Sums) {
        let mut x = vec![0.0; theta.len()];
        for at in chunk {
            let (residual, slope) = self.residual(at, theta, &mut x);
            let weight = factor * self.weight(at);
            for (i, &xi) in x.iter().enumerate().filter(|(_, x)| **x != 0.0) {
                sums.score[i] += weight * residual * xi;
                let scaled = weight * slope * xi;
                let pairs = sums.information[i].iter_mut().zip(&x);
                pairs.for_each(|(sum, xj)| *sum += scaled * xj);
            }
        }
    }
}

/// Score `Σ w x (y - μ)` and information `Σ w μ' x xᵀ`.
#[derive(Debug, Clone)]
struct Sums {
    score: Vec<f64>,
    information: Vec<Vec<f64>>,
}

impl Sums {
    fn zero(columns: usize) -> Self {
        Self {
            score: vec![0.0; columns],
            information: vec![vec![0.0; columns]; columns],
        }
    }

    fn of(parts: &[(&Block, f64)], theta: &[f64]) -> Self {
        let mut all = Self::zero(theta.len());
        for &(block, factor) in parts {
            let starts: Vec<usize> = (0..block.len()).step_by(CHUNK).collect();
            let sums = starts.into_par_iter().map(|start| {
                let mut sums = Self::zero(theta.len());
                let end = block.len().min(start + CHUNK);
                block.add(start..end, factor, theta, &mut sums);
                sums
            });
            sums.collect::<Vec<_>>()
                .iter()
                .for_each(|sums| all.plus(sums));
        }
        all
    }

    fn plus(&mut self, other: &Self) {
        let add = |to: &mut [f64], of: &[f64]| to.iter_mut().zip(of).for_each(|(to, of)| *to += of);
        add(&mut self.score, &other.score);
        for (to, of) in self.information.iter_mut().zip(&other.information) {
            add(to, of);
        }
    }

    /// The inverse of the information, with each column in units of its own size.
    fn inverse(&self) -> Option<Vec<Vec<f64>>> {
        let sizes: Vec<f64> = (0..self.score.len()).map(|i| self.size(i)).collect();
        if sizes.iter().any(|size| size.is_nan() || *size <= 0.0) {
            return None;
        }
        let scaled = self.information.iter().zip(&sizes).map(|(row, size)| {
            let row = row.iter().zip(&sizes);
            row.map(|(value, other)| value / (size * other)).collect()
        });
        let mut found = inverse(&scaled.collect::<Vec<_>>())?;
        for (row, size) in found.iter_mut().zip(&sizes) {
            let row = row.iter_mut().zip(&sizes);
            row.for_each(|(value, other)| *value /= size * other);
        }
        Some(found)
    }

    fn size(&self, column: usize) -> f64 {
        self.information[column][column].abs().sqrt()
    }

    /// How far the score is from zero, in standard units.
    fn distance(&self) -> f64 {
        let squares = self
            .score
            .iter()
            .enumerate()
            .map(|(i, score)| (score / self.size(i)).powi(2));
        squares.sum::<f64>().sqrt()
    }
}

/// Coefficients that solve the equations, with the inverse of the information there.
#[derive(Debug, Clone)]
pub(super) struct Solution {
    pub theta: Vec<f64>,
    pub inverse: Vec<Vec<f64>>,
}

/// Solves `Σ factor · w x (y - μ(x θ)) = 0` over the rows of several blocks, from a start.
///
/// Factors may be negative. A step after which the score is farther from zero is halved.
///
/// # Errors
/// The information is singular, or no finite coefficients solve the equations.
pub(super) fn solve(parts: &[(&Block, f64)], start: &[f64]) -> Result<Solution, NotEstimable> {
    let design = parts[0].0.design;
    let rows: f64 = parts
        .iter()
        .map(|(block, factor)| factor.abs() * block.len() as f64)
        .sum();
    let mut theta = start.to_vec();
    let mut sums = Sums::of(parts, &theta);
    for _ in 0..MOST_STEPS {
        let Some(inverse) = sums.inverse() else {
            return Err(singular(&sums, design, theta == start));
        };
        let product = |row: &Vec<f64>| row.iter().zip(&sums.score).map(|(a, b)| a * b).sum::<f64>();
        let step: Vec<f64> = inverse.iter().map(product).collect();
        let standard = |i: usize, of: f64| of.abs() * sums.size(i) / rows.sqrt();
        let is_small =
            |(i, step): (usize, &f64)| standard(i, *step) < DONE * (1.0 + standard(i, theta[i]));
        let is_done = step.iter().enumerate().all(is_small);
        let distance = sums.distance();
        let mut share = 1.0;
        for _ in 0..MOST_HALVINGS {
            let moved = theta
                .iter()
                .zip(&step)
                .map(|(theta, step)| theta + share * step);
            let moved: Vec<f64> = moved.collect();
            let next = Sums::of(parts, &moved);
            let closer = next.distance() <= distance || is_done;
            if closer || share < 1e-3 {
                (theta, sums) = (moved, next);
                break;
            }
            share /= 2.0;
        }
        if is_done {
            let inverse = sums
                .inverse()
                .ok_or_else(|| singular(&sums, design, false))?;
            return Ok(Solution { theta, inverse });
        }
    }
    Err(NotEstimable::NoSolution {
        column: largest(design, &theta),
    })
}

/// Why the information has no inverse: columns that depend on each other, or probabilities of 0 and 1.
fn singular(sums: &Sums, design: &Design, at_start: bool) -> NotEstimable {
    let column = match dependent(sums) {
        Some(column) => design.names()[column].clone(),
        None => design.names()[0].clone(),
    };
    match at_start {
        true => NotEstimable::Dependent { column },
        false => NotEstimable::NoSolution { column },
    }
}

/// The column with the largest coefficient but the intercept.
fn largest(design: &Design, theta: &[f64]) -> String {
    let size = |&i: &usize| theta[i].abs();
    let columns = 1..theta.len();
    let found = columns
        .max_by(|a, b| size(a).total_cmp(&size(b)))
        .unwrap_or(0);
    design.names()[found].clone()
}

/// The first column that follows from those before it, by Cholesky's decomposition.
fn dependent(sums: &Sums) -> Option<usize> {
    let k = sums.score.len();
    let mut lower = vec![vec![0.0; k]; k];
    for i in 0..k {
        for j in 0..=i {
            let size = sums.size(i) * sums.size(j);
            let shared: f64 = (0..j).map(|at| lower[i][at] * lower[j][at]).sum();
            let left = sums.information[i][j] / size - shared;
            if i == j {
                if left.is_nan() || left <= 1e-9 {
                    return Some(i);
                }
                lower[i][i] = left.sqrt();
            } else {
                lower[i][j] = left / lower[j][j];
            }
        }
    }
    None
}
