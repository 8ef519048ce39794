//! A corpus with its coded rows, put together chunk by chunk: a few bytes are kept of each row.

use super::clusters::Clusters;
use super::coded_rows::CodedRows;
use super::{CodedItems, EstimateError, EstimateOptions};
use crate::coding::Coding;
use crate::crossing::{Crossing, distinct};
use crate::predictions::{PredictionError, PredictionSource, PredictionTable};
use evenhand_stats::estimate::{Attribute, Coded, EstimateInputs, Rows};
use evenhand_stats::groups::Group;
use evenhand_stats::hint::Message;
use evenhand_stats::record::Classes;
use evenhand_table::{Number, TextColumn, schema};
use std::collections::{BTreeMap, HashMap};

/// A corpus and its coded rows.
pub(crate) struct Material {
    pub inputs: EstimateInputs,
    /// For each coded row the row of the corpus; `None` of rows that have predictions of their own.
    pub of_corpus: Option<Vec<u32>>,
    /// Coded items by label that is no class.
    pub unknown: BTreeMap<String, usize>,
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
    /// By path, the labelled items.
    items: HashMap<&'a str, usize>,
    /// Of each labelled item, the row of the corpus.
    rows: HashMap<usize, u32>,
    predicted: Coding,
    scores: Vec<f32>,
    /// Columns and values of each attribute.
    domains: Vec<(&'a Group, Vec<usize>, Crossing)>,
    cluster_at: Option<usize>,
    clusters: Clusters,
    is_coded: Vec<bool>,
    /// Numbers of rows without a prediction, by the reason.
    pub without: BTreeMap<String, u64>,
}

impl<'a> CorpusReader<'a> {
    /// `first` has the columns of all chunks.
    pub fn new(
        source: &'a PredictionSource,
        first: &PredictionTable,
        coded: &'a CodedItems,
        options: &'a EstimateOptions,
    ) -> Result<Self, EstimateError> {
        let item = |at: usize| (coded.item(at).name.as_str(), at);
        let domains = options.groups.iter().map(|group| {
            let columns = group.attributes().iter();
            let columns = columns.map(|name| first.position(name, "groups"));
            let columns = columns.collect::<Result<_, PredictionError>>()?;
            Ok((group, columns, Crossing::new(group.attributes())))
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
            items: coded.labelled().map(item).collect(),
            rows: HashMap::new(),
            targets: targets.transpose()?,
            classes,
            image_at: first.names(&schema::IMAGE)?,
            predicted: Coding::default(),
            scores: Vec::new(),
            domains: domains.collect::<Result<_, PredictionError>>()?,
            cluster_at: cluster_at.transpose()?,
            clusters: Clusters::default(),
            is_coded: Vec::new(),
            without: BTreeMap::new(),
            source,
            options,
            coded,
        })
    }

    /// Takes the rows of a chunk that have a prediction.
    pub fn add(&mut self, chunk: &PredictionTable) -> Result<(), EstimateError> {
        let table = chunk.table();
        let (predicted, images) = (chunk.predicted(), table.text(self.image_at));
        let scores = self.columns_of_targets(chunk)?;
        let groups: Vec<Vec<TextColumn>> = (self.domains.iter())
            .map(|(_, columns, _)| columns.iter().map(|&at| table.text(at)).collect())
            .collect();
        let clusters = self.cluster_at.map(|at| table.text(at));
        for row in 0..table.rows() {
            let class = match predicted.get(row) {
                Ok(class) => class,
                Err(reason) => {
                    *self.without.entry(reason.to_owned()).or_default() += 1;
                    continue;
                }
            };
            self.check_class(chunk, row, class)?;
            for (at, numbers) in &scores {
                let score = probability(chunk, *at, row, numbers)?;
                self.scores.push(score);
            }
            self.predicted.push(class);
            for ((_, _, crossing), columns) in self.domains.iter_mut().zip(&groups) {
                crossing.push(columns.iter().map(|of| of.get(row).unwrap_or_default()));
            }
            if let Some(clusters) = &clusters {
                self.clusters.push(clusters.get(row).unwrap_or_default());
            }
            self.match_item(chunk, row, images.get(row).unwrap_or_default())?;
        }
        Ok(())
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

    fn match_item(
        &mut self,
        chunk: &PredictionTable,
        row: usize,
        image: &str,
    ) -> Result<(), EstimateError> {
        let item = self.items.get(image);
        if let Some(&item) = item {
            let at = self.is_coded.len() as u32;
            if self.rows.insert(item, at).is_some() {
                return Err(EstimateError::TwiceInCorpus {
                    place: chunk.table().place(row),
                    image: image.to_owned(),
                });
            }
        }
        self.is_coded.push(item.is_some());
        Ok(())
    }

    /// Everything that shares are estimated from, with as many coded rows as were found.
    pub fn finish(mut self) -> Result<Material, EstimateError> {
        let classes = self.all_classes()?;
        let targets = match self.targets.take() {
            Some(targets) => targets,
            None => targets(self.options, &classes)?,
        };
        let labels = self.coded.classes(&classes)?;
        let mut corpus = Rows {
            predicted: self.class_indices(&classes),
            scores: std::mem::take(&mut self.scores),
            ..Rows::default()
        };
        let mut found = match self.coded.has_predictions() {
            true => CodedRows::beside(self.coded, &classes)?,
            false => CodedRows::within(&self.rows),
        };
        found.retain(|item| labels.of(self.coded, item).is_some());
        let mut coded = found.predictions(self.coded, &classes, &targets, &corpus)?;
        let (attributes, notes) = self.attributes(&found, &mut corpus, &mut coded);
        self.put_clusters(&found, &mut corpus, &mut coded)?;
        let items = &found.items;
        let label = |&item: &usize| {
            let class = labels.of(self.coded, item);
            class.expect("coded rows have a class") as u16
        };
        let inputs = EstimateInputs {
            classes,
            targets,
            attributes,
            corpus,
            is_coded: self.is_coded,
            coded: Coded {
                labels: items.iter().map(label).collect(),
                weights: self.coded.weights(items)?,
                strata: self.coded.strata(items),
                rows: coded,
            },
            clusters: self.clusters.next as usize,
        };
        Ok(Material {
            inputs,
            of_corpus: found.rows,
            unknown: labels.unknown,
            notes,
        })
    }

    fn class_indices(&self, classes: &Classes) -> Vec<u16> {
        let names = self.predicted.names().into_iter();
        let class = |name| classes.index(name).expect("predictions are classes") as u16;
        let class_of: Vec<u16> = names.map(class).collect();
        let predicted = self.predicted.of.iter();
        predicted.map(|&code| class_of[code as usize]).collect()
    }

    fn attributes(
        &mut self,
        found: &CodedRows,
        corpus: &mut Rows,
        coded: &mut Rows,
    ) -> (Vec<Attribute>, Vec<Message>) {
        let (mut attributes, mut notes) = (Vec::new(), Vec::new());
        for (group, _, mut crossing) in std::mem::take(&mut self.domains) {
            let of_coded = found.domains(self.coded, group.attributes(), crossing.of());
            let of_coded = of_coded.map(|values| values.code(|value| crossing.code(value)));
            let crossed = crossing.finish(&self.source.prefix());
            let (domains, rank) = crossed.sorted();
            let ranked = |of: &[u32]| of.iter().map(|&code| rank[code as usize]).collect();
            corpus.domains.push(ranked(&crossed.of));
            notes.extend(crossed.notes);
            coded.domains.push(ranked(&of_coded.unwrap_or_default()));
            attributes.push(Attribute {
                name: group.name(),
                domains,
            });
        }
        (attributes, distinct(notes))
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
        let values = found.clusters(self.coded, column, &self.clusters.of);
        let values = values.ok_or_else(|| EstimateError::NoCluster {
            table: self.coded.table.prefix(),
            column: column.clone(),
        })?;
        coded.clusters = values.code(|value| self.clusters.code(value));
        corpus.clusters = std::mem::take(&mut self.clusters.of);
        Ok(())
    }

    /// Those that have a column of probabilities, or else those that are predicted.
    fn all_classes(&self) -> Result<Classes, PredictionError> {
        let table = self.source.prefix();
        if self.is_coded.is_empty() {
            return Err(PredictionError::NoRows { table });
        }
        if let Some(classes) = &self.classes {
            return Ok(classes.clone());
        }
        let (names, _) = self.predicted.sorted();
        let class = names[0].clone();
        Classes::new(names).ok_or(PredictionError::OneClass { table, class })
    }
}

/// A number from 0 to 1.
///
/// # Errors
/// It is none.
pub(crate) fn probability(
    chunk: &PredictionTable,
    column: usize,
    row: usize,
    numbers: &[Number],
) -> Result<f32, PredictionError> {
    match numbers[row] {
        Number::Value(value) if (0.0..=1.0).contains(&value) => Ok(value as f32),
        _ => Err(chunk.bad_value(row, column, "a number from 0 to 1")),
    }
}

/// The classes whose shares are estimated.
fn targets(options: &EstimateOptions, classes: &Classes) -> Result<Vec<usize>, PredictionError> {
    match &options.class {
        None => Ok((0..classes.len()).collect()),
        Some(name) => match classes.index(name) {
            Some(class) => Ok(vec![class]),
            None => Err(PredictionError::UnknownClass {
                class: name.clone(),
                classes: classes.names().to_vec(),
            }),
        },
    }
}
