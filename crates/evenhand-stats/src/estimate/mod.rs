//! How common a class is among all those a classifier judged. Counting its answers counts its errors
//! too; a few rows that people coded say how many those are. Five answers stand side by side, since
//! each assumes something else: see [`METHODS`].

mod adjusted;
mod bounds;
mod cell;
mod data;
mod design;
mod differences;
mod effective;
mod emq;
mod json;
mod linear;
mod matrix;
mod methods;
mod powered;
mod sample;
mod shift;
mod tidy;
mod warnings;
mod words;

#[cfg(test)]
mod coverage;
#[cfg(test)]
mod domain_tests;
#[cfg(test)]
mod simulation;
#[cfg(test)]
mod tests;

pub use bounds::Missing;
pub use data::{Attribute, Coded, EstimateInputs, Rows};
pub use design::{CodedDesign, Design};
pub use methods::{METHODS, Method, MethodInfo};
pub use sample::{Allocation, Drawn, SampleError, SampleParams, Stratum, allocate, draw};
pub use shift::{Shift, Test};
pub use tidy::COLUMNS;

pub(crate) use matrix::inverse;
pub(crate) use warnings::{FEW_CLUSTERS, few_errors};

use crate::record::Classes;
use crate::stats::{Interval, Level};
use cell::PartEstimates;
use data::Part;

/// Attributes with more domains than this get no differences between pairs of them.
pub const MOST_COMPARED: usize = 20;

/// How sure the numbers are to be.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Params {
    pub level: Level,
    /// From fewer coded rows, of a domain or of a class, nothing is estimated.
    pub min_n: u64,
}

/// A share, or a difference of two.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Share {
    pub value: f64,
    /// The standard error.
    pub se: f64,
    pub interval: Interval,
}

pub type Measure = Result<Share, NotEstimable>;

/// Why a share cannot be told.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum NotEstimable {
    #[error("{n} coded rows")]
    FewCoded { n: u64 },
    #[error("{n} coded rows are `{class}`: code more, {needed} are needed")]
    FewOfClass { class: String, n: u64, needed: u64 },
    #[error(
        "true- and false-positive rates ({:.1} %, {:.1} %) are too close to correct the share",
        100.0 * hits, 100.0 * false_alarms
    )]
    NoBetterThanChance { hits: f64, false_alarms: f64 },
    #[error("the classifier does not tell the classes apart")]
    Indistinct,
    #[error("corrected it would be {:.1} %: the error rates do not fit the corpus", 100.0 * .0)]
    Impossible(f64),
    #[error("{n} coded rows: code more, {needed} are needed to calibrate probabilities")]
    FewToCalibrate { n: u64, needed: u64 },
    #[error("not all rows have probabilities")]
    NoScores,
    #[error("probabilities part the coded rows of both classes: too few errors to calibrate them")]
    Separated,
    #[error("no row is left uncoded")]
    NothingUncoded,
    #[error("the coded rows are of one cluster")]
    OneCluster,
    #[error("the coded rows do not have this column")]
    NoDomains,
    #[error("no row of the corpus")]
    NoRows,
}

/// The shares of a class in the corpus, or in a domain of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Cell {
    /// Rows of the corpus.
    pub corpus: u64,
    /// Coded rows like them.
    pub coded: u64,
    /// Rows of the corpus without a prediction, of which no method knows anything.
    pub missing: u64,
    /// How much PPI++ relies on the classifier, from 0 to 1.
    pub lambda: Option<f64>,
    /// In the order of [`METHODS`].
    pub shares: Vec<Measure>,
}

impl Cell {
    pub fn share(&self, method: Method) -> &Measure {
        &self.shares[method as usize]
    }

    /// Worst-case bounds of the share if rows without a prediction count as well, around the method's interval; `None`
    /// without such rows or without a share. See [`Missing`].
    pub fn bounds(&self, method: Method) -> Option<Interval> {
        let share = self.share(method).as_ref().ok()?;
        bounds::worst_case(share.interval, self.corpus, self.missing)
    }
}

/// How far the share of one domain is above that of another.
#[derive(Debug, Clone, PartialEq)]
pub struct Difference {
    pub a: String,
    pub b: String,
    /// In the order of [`METHODS`].
    pub shares: Vec<Measure>,
}

/// The shares of a class by an attribute.
#[derive(Debug, Clone, PartialEq)]
pub struct Breakdown {
    pub attribute: String,
    pub cells: Vec<(String, Cell)>,
    /// Differences of all pairs; none of more than [`MOST_COMPARED`] domains.
    pub differences: Vec<Difference>,
}

/// Estimates of one class's share.
#[derive(Debug, Clone, PartialEq)]
pub struct Target {
    /// Index into the classes.
    pub class: usize,
    pub overall: Cell,
    pub by: Vec<Breakdown>,
}

/// All shares asked for, and whether the coded rows look like the corpus.
#[derive(Debug, Clone, PartialEq)]
pub struct Estimates {
    pub classes: Classes,
    pub params: Params,
    pub corpus: u64,
    pub coded: u64,
    /// Coded rows that are rows of the corpus as well.
    pub within: u64,
    /// True if PPI++ worked on probabilities; else on predicted classes.
    pub from_scores: bool,
    /// True if coded rows count by how likely they were to be drawn.
    pub weighted: bool,
    /// True if shares are of exactly these rows.
    pub finite: bool,
    pub clusters: Option<Clusters>,
    pub targets: Vec<Target>,
    pub shift: Shift,
    /// Warnings, in sentences.
    pub warnings: Vec<String>,
}

impl Estimates {
    /// The methods that the tables for people show: all, and EMQ where there are probabilities.
    pub fn shown_methods(&self) -> impl Iterator<Item = &'static MethodInfo> {
        let methods = METHODS.iter();
        methods.filter(|info| self.from_scores || info.method != Method::Emq)
    }
}

/// How many clusters there are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Clusters {
    pub all: u64,
    /// With coded rows in them.
    pub coded: u64,
}

/// Estimates the shares of all targets, overall and by attribute.
pub fn estimate(inputs: &EstimateInputs, params: Params) -> Estimates {
    let rows: Vec<u32> = (0..inputs.corpus.len() as u32).collect();
    let uncoded = inputs.uncoded(&rows);
    let coded: Vec<u32> = (0..inputs.coded.len() as u32).collect();
    let whole = Part {
        inputs,
        all: &rows,
        uncoded: &uncoded,
        coded: &coded,
    };
    let overall = PartEstimates::new(inputs, &whole, params);
    let missing = &inputs.missing;
    let mut targets: Vec<Target> = (inputs.targets.iter())
        .zip(overall.cells(missing.all, params))
        .map(|(&class, overall)| Target {
            class,
            overall,
            by: Vec::new(),
        })
        .collect();
    for (at, attribute) in inputs.attributes.iter().enumerate() {
        let domains = by_domain(&inputs.corpus.domains[at], attribute.domains.len());
        let coded = match inputs.coded.rows.domains[at].as_slice() {
            [] => None,
            of => Some(by_domain(of, attribute.domains.len())),
        };
        let measured: Vec<PartEstimates> = (domains.iter().enumerate())
            .map(|(domain, all)| {
                let coded = coded.as_ref().map(|coded| coded[domain].as_slice());
                domain_measures(inputs, all, coded, params)
            })
            .collect();
        let differences = differences::of(&measured, &attribute.domains, params);
        let cells = measured.iter().enumerate();
        let cells: Vec<Vec<Cell>> = cells
            .map(|(domain, of)| of.cells(missing.of_domain(at, domain), params))
            .collect();
        for ((place, target), differences) in targets.iter_mut().enumerate().zip(differences) {
            let cells = cells.iter().map(|cells| cells[place].clone());
            target.by.push(Breakdown {
                attribute: attribute.name.clone(),
                cells: attribute.domains.iter().cloned().zip(cells).collect(),
                differences,
            });
        }
    }
    let mut estimates = Estimates {
        classes: inputs.classes.clone(),
        params,
        corpus: inputs.corpus.len() as u64,
        coded: inputs.coded.len() as u64,
        within: inputs.is_coded.iter().filter(|is| **is).count() as u64,
        from_scores: inputs.has_scores(),
        weighted: !inputs.coded.weights.is_empty(),
        finite: inputs.finite,
        clusters: inputs.count_clusters(),
        targets,
        shift: Shift::new(inputs),
        warnings: Vec::new(),
    };
    estimates.warnings = warnings::of(&estimates, inputs);
    estimates
}

/// Measures of one domain, of whose rows `all` are of the corpus; `coded` is `None` where coded rows do
/// not have the attribute.
fn domain_measures<'a>(
    inputs: &'a EstimateInputs,
    all: &[u32],
    coded: Option<&[u32]>,
    params: Params,
) -> PartEstimates<'a> {
    let uncoded = inputs.uncoded(all);
    let part = Part {
        inputs,
        all,
        uncoded: &uncoded,
        coded: coded.unwrap_or_default(),
    };
    let found = PartEstimates::new(inputs, &part, params);
    match coded {
        Some(_) => found,
        None => found.without_domains(),
    }
}

/// The rows of each domain.
fn by_domain(of: &[u32], domains: usize) -> Vec<Vec<u32>> {
    let mut rows = vec![Vec::new(); domains];
    for (row, &domain) in (0u32..).zip(of) {
        rows[domain as usize].push(row);
    }
    rows
}
