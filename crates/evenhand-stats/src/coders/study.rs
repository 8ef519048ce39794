//! All that codes say: agreement overall and by group, each coder, and a verdict for each item.

use super::agreement::{Agreement, Frame};
use super::alpha::Scale;
use super::codes::{Codes, Item};
use super::consensus::Majority;
use super::dawid_skene::DawidSkene;
use super::error::CodesError;
use super::group_gaps::{GroupComparison, compare};
use super::gwet::choices;
use super::individual::Individual;
use super::measure::{NotEstimable, Resampling};
use super::shares::{CorrectedShares, Populations};
use crate::groups::Group;
use crate::record::natural;
use std::collections::BTreeMap;

/// More groups of one kind than this are a mistake, such as a column that names each item.
const MOST_GROUPS: usize = 200;

/// Parameters of a study of coders.
#[derive(Debug, Clone, PartialEq)]
pub struct Params {
    pub scale: Scale,
    /// Attributes, or several crossed, each as places in [`Codes::columns`].
    pub groups: Vec<Vec<usize>>,
    /// The attribute that holds true labels, empty where they are not known.
    pub gold: Option<usize>,
    /// An item whose majority has a posterior below this is to be adjudicated.
    pub certain: f64,
    pub resampling: Resampling,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Study {
    pub scale: Scale,
    pub resampling: Resampling,
    pub certain: f64,
    pub overall: Agreement,
    pub groupings: Vec<Grouping>,
    /// One a coder, also of those who coded nothing.
    pub coders: Vec<Individual>,
    pub dawid_skene: Result<DawidSkene, NotEstimable>,
    /// Shares corrected for the coders' errors; by the first grouping.
    pub shares: Result<CorrectedShares, NotEstimable>,
    /// One an item.
    pub verdicts: Vec<Verdict>,
}

/// Agreement within each value of an attribute, or of several crossed.
#[derive(Debug, Clone, PartialEq)]
pub struct Grouping {
    pub name: String,
    pub cells: Vec<(String, Agreement)>,
    /// For each cell, how it differs from all others.
    pub comparisons: Vec<GroupComparison>,
}

/// Consensus label of an item.
#[derive(Debug, Clone, PartialEq)]
pub struct Verdict {
    pub majority: Majority,
    pub adjudicate: Option<Doubt>,
}

/// Why somebody should look at an item again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Doubt {
    Tie,
    /// By Dawid and Skene's posterior the majority may be wrong.
    Uncertain,
}

impl Doubt {
    pub fn name(self) -> &'static str {
        match self {
            Self::Tie => "tie",
            Self::Uncertain => "uncertain",
        }
    }
}

impl Study {
    /// # Errors
    /// There are too many groups of one kind, or a true label is no code.
    pub fn of(codes: &Codes, params: &Params) -> Result<Self, CodesError> {
        let active = codes.active();
        let frame = Frame {
            labels: codes.labels.len(),
            choices: choices(&codes.items, codes.labels.len(), &params.scale),
            active: &active,
            scale: &params.scale,
            resampling: &params.resampling,
        };
        let all: Vec<&Item> = codes.items.iter().collect();
        let groupings = params.groups.iter();
        let groupings = groupings.map(|columns| grouping(codes, columns, frame));
        let groupings = groupings.collect::<Result<_, _>>()?;
        let dawid_skene = DawidSkene::fit(codes);
        let fit = dawid_skene.as_ref().ok();
        let items = codes.items.iter().enumerate();
        let verdicts = items.map(|(at, item)| {
            let posterior = fit.and_then(|fit| fit.posterior[at].as_deref());
            verdict(codes.majority(item), posterior, params.certain)
        });
        let coders = 0..codes.coders.len();
        let overall = Agreement::of(&all, frame);
        let populations = populations(codes, params)?;
        Ok(Self {
            shares: CorrectedShares::of(codes, &populations, &overall, &params.resampling),
            scale: params.scale.clone(),
            resampling: params.resampling,
            certain: params.certain,
            overall,
            groupings,
            coders: coders
                .map(|coder| Individual::of(codes, coder, &params.resampling))
                .collect(),
            verdicts: verdicts.collect(),
            dawid_skene,
        })
    }
}

fn verdict(majority: Majority, posterior: Option<&[f64]>, certain: f64) -> Verdict {
    let adjudicate = match (majority.coders, majority.label) {
        (0, _) => None,
        (_, None) => Some(Doubt::Tie),
        (_, Some(label)) => posterior
            .filter(|posterior| posterior[label] < certain)
            .map(|_| Doubt::Uncertain),
    };
    Verdict {
        majority,
        adjudicate,
    }
}

/// Coded items by the first grouping, with the true labels that are known.
fn populations<'a>(codes: &'a Codes, params: &Params) -> Result<Populations<'a>, CodesError> {
    let columns = params.groups.first().map_or(&[][..], Vec::as_slice);
    let coded = codes.items.iter().filter(|item| !item.codes.is_empty());
    let mut items = Vec::new();
    let mut names = Vec::new();
    for item in coded {
        let truth = params
            .gold
            .and_then(|at| Some((at, nonempty(&item.attributes[at])?)));
        let truth = truth.map(|(at, value)| {
            let place = codes.labels.iter().position(|label| label == value);
            place.ok_or_else(|| CodesError::UnknownGold {
                column: codes.columns[at].clone(),
                item: item.name.clone(),
                value: value.to_owned(),
            })
        });
        let truth = truth.transpose()?;
        let values = columns.iter().map(|&at| item.attributes[at].as_str());
        let name = if columns.is_empty() {
            String::new()
        } else {
            Group::value(values)
        };
        let known = names.iter().position(|one| *one == name);
        let group = known.unwrap_or_else(|| {
            names.push(name);
            names.len() - 1
        });
        items.push((item, group, truth));
    }
    Ok(Populations { names, items })
}

fn nonempty(text: &str) -> Option<&str> {
    (!text.is_empty()).then_some(text)
}

fn grouping(codes: &Codes, columns: &[usize], frame: Frame) -> Result<Grouping, CodesError> {
    let names: Vec<&str> = columns
        .iter()
        .map(|&at| codes.columns[at].as_str())
        .collect();
    let name = names.join("*");
    let mut groups: BTreeMap<String, Vec<&Item>> = BTreeMap::new();
    for item in &codes.items {
        let values = columns.iter().map(|&at| item.attributes[at].as_str());
        groups.entry(Group::value(values)).or_default().push(item);
    }
    if groups.len() > MOST_GROUPS {
        return Err(CodesError::TooManyGroups {
            grouping: name,
            groups: groups.len(),
            most: MOST_GROUPS,
        });
    }
    let mut groups: Vec<(String, Vec<&Item>)> = groups.into_iter().collect();
    groups.sort_by(|(a, _), (b, _)| natural(a).cmp(&natural(b)));
    let (values, items): (Vec<String>, Vec<Vec<&Item>>) = groups.into_iter().unzip();
    let cells = items.iter().map(|items| Agreement::of(items, frame));
    Ok(Grouping {
        name,
        cells: values.into_iter().zip(cells).collect(),
        comparisons: compare(codes, &items, frame.resampling.level),
    })
}
