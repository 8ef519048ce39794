//! Rows of a corpus, put together one by one: a few bytes are kept of each.

use super::clusters::Clusters;
use crate::coding::Coding;
use crate::crossing::Crossing;
use evenhand_stats::groups::Group;
use std::collections::HashMap;

/// A row of the corpus, coded.
#[derive(Debug, Clone, Default)]
pub(super) struct CorpusRow {
    pub class: u32,
    /// For each target.
    pub scores: Vec<f32>,
    /// For each attribute.
    pub domains: Vec<u32>,
    pub cluster: u32,
    /// The item of the coded table.
    pub item: Option<usize>,
    /// What the row stands for.
    pub weight: f64,
    /// For each variable of the margins.
    pub categories: Vec<u32>,
}

/// Columns of the corpus.
#[derive(Debug)]
pub(super) struct CorpusRows<'a> {
    pub predicted: Coding,
    pub scores: Vec<f32>,
    pub domains: Vec<(&'a Group, Crossing)>,
    pub has_clusters: bool,
    pub clusters: Clusters,
    pub is_coded: Vec<bool>,
    /// Of each labelled item, the row of the corpus.
    pub items: HashMap<usize, u32>,
    /// For each attribute, rows without a prediction by the code of their domain.
    pub missing: Vec<HashMap<u32, u64>>,
}

impl<'a> CorpusRows<'a> {
    pub fn new(groups: &'a [Group], has_clusters: bool) -> Self {
        let domains = groups.iter();
        let domains = domains.map(|group| (group, Crossing::new(group.attributes())));
        Self {
            predicted: Coding::default(),
            scores: Vec::new(),
            domains: domains.collect(),
            has_clusters,
            clusters: Clusters::default(),
            is_coded: Vec::new(),
            items: HashMap::new(),
            missing: vec![HashMap::new(); groups.len()],
        }
    }

    /// The codes of a row's domains, of which it has these values.
    pub fn code_domains<'b, V: Iterator<Item = &'b str>>(
        &mut self,
        values: impl Iterator<Item = V>,
        codes: &mut Vec<u32>,
    ) {
        codes.clear();
        for ((_, crossing), values) in self.domains.iter_mut().zip(values) {
            codes.push(crossing.code(&Crossing::text(values)));
        }
    }

    /// Adds a row, with the labelled item that it is.
    pub fn push(&mut self, row: &CorpusRow, labelled: Option<usize>) {
        self.predicted.of.push(row.class);
        self.scores.extend(&row.scores);
        for ((_, crossing), &code) in self.domains.iter_mut().zip(&row.domains) {
            crossing.push_code(code);
        }
        if self.has_clusters {
            self.clusters.of.push(row.cluster);
        }
        if let Some(item) = labelled {
            self.items.insert(item, self.is_coded.len() as u32);
        }
        self.is_coded.push(labelled.is_some());
    }

    /// Counts a row without a prediction in these domains.
    pub fn miss(&mut self, domains: &[u32]) {
        for (missing, &code) in self.missing.iter_mut().zip(domains) {
            *missing.entry(code).or_default() += 1;
        }
    }
}
