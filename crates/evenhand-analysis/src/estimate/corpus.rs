//! A corpus with its coded rows, put together chunk by chunk.

use super::abstained::Abstained;
use super::classes::targets;
use super::coded::ClassOfLabel;
use super::coded_rows::CodedRows;
use super::design::{SampleUse, Sampled};
use super::row_weights::RowWeights;
use super::rows::{CorpusRow, CorpusRows};
use super::{CodedItems, EstimateError, EstimateOptions};
use crate::crossing::distinct;
use crate::predictions::{PredictionError, PredictionSource, PredictionTable};
use evenhand_stats::estimate::{Attribute, Coded, EstimateInputs, Missing, Rows};
use evenhand_stats::hint::Message;
use evenhand_stats::record::Classes;
use evenhand_table::{Number, TextColumn, schema};
use std::collections::{BTreeMap, HashMap, HashSet};

/// Coded rows among the abstained ones, from which on these count: a stratum of fewer has no variance.
const LEAST_ABSTAINED: usize = 2;
/// Why abstained rows do not count.
const ABSTAINED: &str = "abstained, and not coded by people";

/// A corpus and its coded rows.
pub(crate) struct Material {
    pub inputs: EstimateInputs,
    /// For each coded row the row of the corpus; `None` of rows that have predictions of their own.
    pub of_corpus: Option<Vec<u32>>,
    /// Coded items by label that is no class.
    pub unknown: BTreeMap<String, usize>,
    /// Numbers of rows without a prediction, by the reason.
    pub without: BTreeMap<String, u64>,
    pub sample: SampleUse,
    /// What was put right.
    pub notes: Vec<Message>,
}

pub(super) struct CorpusReader<'a> {
    source: &'a PredictionSource,
    coded: &'a CodedItems,
    options: &'a EstimateOptions,
    /// By the columns of probabilities, where there are at least two.
    classes: Option<Classes>,
    targets: Option<Vec<usize>>,
    image_at: usize,
    /// By path, the items of the coded table.
    items: HashMap<&'a str, usize>,
    /// Labelled items that were found.
    seen: HashSet<usize>,
    /// Items that are rows of the corpus.
    within: HashSet<usize>,
    rows: CorpusRows<'a>,
    weights: RowWeights<'a>,
    /// The columns of each attribute.
    columns: Vec<Vec<usize>>,
    cluster_at: Option<usize>,
    /// Rows that the classifier abstained from.
    abstained: Vec<CorpusRow>,
    /// Numbers of rows without a prediction, by the reason.
    without: BTreeMap<String, u64>,
}

impl<'a> CorpusReader<'a> {
    /// `first` has the columns of all chunks.
    pub fn new(
        source: &'a PredictionSource,
        first: &PredictionTable,
        coded: &'a CodedItems,
        options: &'a EstimateOptions,
    ) -> Result<Self, EstimateError> {
        let items = 0..coded.majority.len();
        let columns = options.groups.iter().map(|group| {
            let columns = group.attributes().iter();
            let columns = columns.map(|name| first.position(name, "groups"));
            columns.collect()
        });
        let cluster_at = options.cluster.as_ref().map(|name| {
            let column = first.table().first_column(&[name.as_str()]);
            column.ok_or_else(|| EstimateError::NoCluster {
                table: source.prefix(),
                column: name.clone(),
            })
        });
        let classes = first.classes();
        let targets = classes.as_ref().map(|classes| targets(options, classes));
        Ok(Self {
            items: items.map(|at| (coded.item(at).name.as_str(), at)).collect(),
            seen: HashSet::new(),
            within: HashSet::new(),
            targets: targets.transpose()?,
            classes,
            image_at: first.names(&schema::IMAGE)?,
            weights: RowWeights::new(first, &source.prefix(), options)?,
            rows: CorpusRows::new(&options.groups, options.cluster.is_some()),
            columns: columns.collect::<Result<_, PredictionError>>()?,
            cluster_at: cluster_at.transpose()?,
            abstained: Vec::new(),
            without: BTreeMap::new(),
            source,
            options,
            coded,
        })
    }

    /// Takes the rows of a chunk that have a prediction, and sets aside those that the classifier abstained from.
    pub fn add(&mut self, chunk: &PredictionTable) -> Result<(), EstimateError> {
        let table = chunk.table();
        let (predicted, images) = (chunk.predicted(), table.text(self.image_at));
        let abstained = Abstained::of(chunk)?;
        let scores = self.columns_of_targets(chunk)?;
        let groups: Vec<Vec<TextColumn>> = (self.columns.iter())
            .map(|columns| columns.iter().map(|&at| table.text(at)).collect())
            .collect();
        let clusters = self.cluster_at.map(|at| table.text(at));
        let weights = self.weights.of_chunk(chunk)?;
        let mut coded = CorpusRow::default();
        for row in 0..table.rows() {
            let values = groups.iter();
            let values = values.map(|of| of.iter().map(move |of| of.get(row).unwrap_or_default()));
            self.rows.code_domains(values, &mut coded.domains);
            let likeliest = || abstained.as_ref().and_then(|of| of.likeliest(row));
            let (class, is_left) = match (predicted.get(row), predicted.failed(row)) {
                (Ok(class), _) => (class, false),
                (Err(reason), failed) => match failed.map_or_else(likeliest, |_| None) {
                    Some(class) => (class, true),
                    None => {
                        *self.without.entry(reason.to_owned()).or_default() += 1;
                        self.rows.miss(&coded.domains);
                        continue;
                    }
                },
            };
            self.check_class(chunk, row, class)?;
            coded.class = self.rows.predicted.code(class);
            coded.scores.clear();
            for (at, numbers) in &scores {
                coded.scores.push(chunk.probability(*at, row, numbers)?);
            }
            if let Some(clusters) = &clusters {
                let cluster = clusters.get(row).unwrap_or_default();
                coded.cluster = self.rows.clusters.code(cluster);
            }
            coded.item = self.items.get(images.get(row).unwrap_or_default()).copied();
            self.check_item(chunk, row, coded.item)?;
            self.weights.read(chunk, &weights, row, &mut coded)?;
            match is_left {
                true => self.abstained.push(coded.clone()),
                false => self.take(&coded),
            }
        }
        Ok(())
    }

    fn take(&mut self, row: &CorpusRow) {
        self.within.extend(row.item);
        let coded = self.coded;
        let labelled = row.item.filter(|&item| coded.majority[item].is_some());
        self.rows.push(row, labelled);
        self.weights.push(row);
    }

    /// The numbers of each target, with their columns.
    fn columns_of_targets(
        &self,
        chunk: &PredictionTable,
    ) -> Result<Vec<(usize, Vec<Number>)>, PredictionError> {
        let targets = self.targets.iter().flatten();
        let columns = targets.map(|&class| {
            let (_, at) = chunk.probabilities()[class];
            Ok((at, chunk.numbers(at)?))
        });
        columns.collect()
    }

    /// # Errors
    /// The prediction is none of the classes that have a column of probabilities.
    fn check_class(
        &self,
        chunk: &PredictionTable,
        row: usize,
        class: &str,
    ) -> Result<(), PredictionError> {
        match &self.classes {
            Some(classes) if classes.index(class).is_none() => {
                let allowed = format!("one of {}", classes.names().join(", "));
                Err(chunk.bad_value(row, chunk.answer(), &allowed))
            }
            _ => Ok(()),
        }
    }

    /// # Errors
    /// A labelled item is a second row of the corpus.
    fn check_item(
        &mut self,
        chunk: &PredictionTable,
        row: usize,
        item: Option<usize>,
    ) -> Result<(), EstimateError> {
        let labelled = item.filter(|&item| self.coded.majority[item].is_some());
        match labelled {
            Some(item) if !self.seen.insert(item) => Err(EstimateError::TwiceInCorpus {
                place: chunk.table().place(row),
                image: self.coded.item(item).name.clone(),
            }),
            _ => Ok(()),
        }
    }

    /// Adds the rows that the classifier abstained from if people coded enough of them, and counts them as rows without a
    /// prediction if not. Gives how many were added, and the coded ones of them.
    fn put_abstained(&mut self, labels: &ClassOfLabel) -> (usize, HashSet<usize>) {
        let abstained = std::mem::take(&mut self.abstained);
        let items = abstained.iter().filter_map(|row| row.item);
        let coded: HashSet<usize> = items
            .filter(|&item| labels.of(self.coded, item).is_some())
            .collect();
        let needed = abstained.len().min(LEAST_ABSTAINED);
        if abstained.is_empty() || coded.len() < needed || self.coded.has_predictions() {
            for row in &abstained {
                self.rows.miss(&row.domains);
                *self.without.entry(ABSTAINED.to_owned()).or_default() += 1;
            }
            return (0, HashSet::new());
        }
        abstained.iter().for_each(|row| self.take(row));
        (abstained.len(), coded)
    }

    /// Everything that shares are estimated from, with as many coded rows as were found.
    pub fn finish(mut self) -> Result<Material, EstimateError> {
        let classes = self.all_classes()?;
        let targets = match self.targets.take() {
            Some(targets) => targets,
            None => targets(self.options, &classes)?,
        };
        let labels = self.coded.classes(&classes)?;
        let judged = self.rows.is_coded.len();
        let (left, abstained) = self.put_abstained(&labels);
        let mut corpus = Rows {
            predicted: self.class_indices(&classes),
            scores: std::mem::take(&mut self.rows.scores),
            ..Rows::default()
        };
        let mut found = match self.coded.has_predictions() {
            true => CodedRows::beside(self.coded, &classes)?,
            false => CodedRows::within(&self.rows.items),
        };
        found.retain(|item| labels.of(self.coded, item).is_some());
        let mut coded = found.predictions(self.coded, &classes, &targets, &corpus)?;
        let (attributes, missing, notes) = self.attributes(&found, &mut corpus, &mut coded);
        self.put_clusters(&found, &mut corpus, &mut coded)?;
        let weights = std::mem::take(&mut self.weights);
        corpus.weights = weights.finish(self.rows.is_coded.len())?;
        coded.weights = found.weights(self.coded, self.options, &corpus)?;
        let items = &found.items;
        let label = |&item: &usize| {
            let class = labels.of(self.coded, item);
            class.expect("coded rows have a class") as u16
        };
        let sampled = Sampled {
            coded: self.coded,
            used: items,
            within: &self.within,
            abstained,
            judged,
            left,
        };
        let (design, sample) = sampled.design()?;
        let inputs = EstimateInputs {
            classes,
            targets,
            attributes,
            corpus,
            is_coded: self.rows.is_coded,
            coded: Coded {
                labels: items.iter().map(label).collect(),
                weights: design.weights,
                strata: design.strata,
                rows: coded,
            },
            missing,
            clusters: self.rows.clusters.next as usize,
            finite: self.options.finite,
        };
        if inputs.finite {
            check_finite(&inputs)?;
        }
        Ok(Material {
            inputs,
            of_corpus: found.rows,
            unknown: labels.unknown,
            without: self.without,
            sample,
            notes,
        })
    }

    fn class_indices(&self, classes: &Classes) -> Vec<u16> {
        let predicted = &self.rows.predicted;
        let names = predicted.names().into_iter();
        let class = |name| classes.index(name).expect("predictions are classes") as u16;
        let class_of: Vec<u16> = names.map(class).collect();
        let predicted = predicted.of.iter();
        predicted.map(|&code| class_of[code as usize]).collect()
    }

    fn attributes(
        &mut self,
        found: &CodedRows,
        corpus: &mut Rows,
        coded: &mut Rows,
    ) -> (Vec<Attribute>, Missing, Vec<Message>) {
        let (mut attributes, mut notes) = (Vec::new(), Vec::new());
        let mut missing = Missing {
            all: self.without.values().sum(),
            by: Vec::new(),
        };
        let domains = std::mem::take(&mut self.rows.domains);
        for ((group, mut crossing), missed) in domains.into_iter().zip(&self.rows.missing) {
            let of_coded = found.domains(self.coded, group.attributes(), crossing.of());
            let of_coded = of_coded.map(|values| values.code(|value| crossing.code(value)));
            let crossed = crossing.finish(&self.source.prefix());
            let (domains, rank) = crossed.sorted();
            let ranked = |of: &[u32]| of.iter().map(|&code| rank[code as usize]).collect();
            corpus.domains.push(ranked(&crossed.of));
            notes.extend(crossed.notes);
            coded.domains.push(ranked(&of_coded.unwrap_or_default()));
            let mut counts = vec![0; domains.len()];
            for (&code, n) in missed {
                counts[rank[code as usize] as usize] += n;
            }
            missing.by.push(counts);
            attributes.push(Attribute {
                name: group.name(),
                domains,
            });
        }
        (attributes, missing, distinct(notes))
    }

    fn put_clusters(
        &mut self,
        found: &CodedRows,
        corpus: &mut Rows,
        coded: &mut Rows,
    ) -> Result<(), EstimateError> {
        let Some(column) = &self.options.cluster else {
            return Ok(());
        };
        let values = found.clusters(self.coded, column, &self.rows.clusters.of);
        let values = values.ok_or_else(|| EstimateError::NoCluster {
            table: self.coded.table.prefix(),
            column: column.clone(),
        })?;
        coded.clusters = values.code(|value| self.rows.clusters.code(value));
        corpus.clusters = std::mem::take(&mut self.rows.clusters.of);
        Ok(())
    }

    /// Those that have a column of probabilities, or else those that are predicted.
    fn all_classes(&self) -> Result<Classes, PredictionError> {
        let table = self.source.prefix();
        if self.rows.is_coded.is_empty() {
            return Err(PredictionError::NoRows { table });
        }
        if let Some(classes) = &self.classes {
            return Ok(classes.clone());
        }
        let (names, _) = self.rows.predicted.sorted();
        let class = names[0].clone();
        Classes::new(names).ok_or(PredictionError::OneClass { table, class })
    }
}

/// # Errors
/// Coded rows are from elsewhere, or came in clusters.
fn check_finite(inputs: &EstimateInputs) -> Result<(), EstimateError> {
    if inputs.clusters > 0 {
        return Err(EstimateError::FiniteOfClusters);
    }
    match inputs.is_coded.contains(&true) {
        true => Ok(()),
        false => Err(EstimateError::FiniteFromElsewhere),
    }
}
