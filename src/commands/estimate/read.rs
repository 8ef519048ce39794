//! A corpus and the labels it is held against, put together row by row.

use super::EstimateCommandError;
use super::config::Config;
use super::labels::Labels;
use super::placed::{Clusters, Placed};
use crate::commands::corpus::{Coding, CorpusError, CorpusLines, crossed};
use evenhand::dataset::TextRow;
use evenhand::estimate::{Attribute, Coded, Material, Rows};
use evenhand::groups::Group;
use evenhand::record::Classes;
use std::collections::{BTreeMap, HashMap};

/// What was read, and what is to be said of it.
pub(super) struct Found {
    pub material: Material,
    /// Rows of the corpus without a prediction, by the reason.
    pub without: BTreeMap<String, u64>,
    /// Labelled rows that are not in the corpus, or have no prediction.
    pub absent: usize,
    pub labels: Labels,
    pub notes: Vec<String>,
}

/// Reads both files.
///
/// # Errors
/// Whatever is wrong with either, or that they do not belong together.
pub(super) fn read(config: &Config) -> Result<Found, EstimateCommandError> {
    let mut lines = CorpusLines::open(&config.predictions)?;
    let mut notes: Vec<String> = lines.note().into_iter().collect();
    let labels = Labels::read(config)?;
    notes.extend(labels.notes.iter().cloned());
    let mut reading = Reading::new(config, &lines, &labels)?;
    while let Some(row) = lines.next()? {
        reading.add(&lines, &row)?;
    }
    let without = lines.without.clone();
    let outside = labels.has_predictions();
    let material = reading.finish(&lines)?;
    let (labelled, used) = (labels.labelled().count(), material.coded.len());
    if used == 0 {
        let first = labels.labelled().next().map(|item| &labels.item(item).name);
        return Err(EstimateCommandError::NoneInCorpus {
            validation: config.validation.clone(),
            corpus: config.predictions.clone(),
            example: first.cloned().unwrap_or_default(),
        });
    }
    if outside {
        notes.push(format!(
            "{}: labels stand beside predictions of their own",
            config.validation.display()
        ));
    }
    Ok(Found {
        material,
        without,
        absent: labelled - used,
        labels,
        notes,
    })
}

struct Reading<'a> {
    config: &'a Config,
    labels: &'a Labels,
    /// By path, the labelled items.
    items: HashMap<&'a str, usize>,
    /// Of each labelled item, the row of the corpus.
    rows: HashMap<usize, u32>,
    targets: Option<Vec<usize>>,
    predicted: Coding,
    scores: Vec<f32>,
    /// Columns and values of each attribute.
    domains: Vec<(&'a Group, Vec<usize>, Coding)>,
    cluster_at: Option<usize>,
    clusters: Clusters,
    is_coded: Vec<bool>,
}

impl<'a> Reading<'a> {
    fn new(
        config: &'a Config,
        lines: &CorpusLines,
        labels: &'a Labels,
    ) -> Result<Self, EstimateCommandError> {
        let item = |at: usize| (labels.item(at).name.as_str(), at);
        let domains = config.by.iter().map(|group| {
            let places = lines.places(group)?;
            Ok((group, places, Coding::default()))
        });
        let cluster_at = config.cluster.as_ref().map(|name| {
            let column = lines.columns().iter().position(|column| column == name);
            column.ok_or_else(|| EstimateCommandError::NoCluster {
                path: config.predictions.clone(),
                column: name.clone(),
            })
        });
        let targets = (lines.classes.as_ref()).map(|classes| targets(config, classes));
        Ok(Self {
            items: labels.labelled().map(item).collect(),
            rows: HashMap::new(),
            targets: targets.transpose()?,
            predicted: Coding::default(),
            scores: Vec::new(),
            domains: domains.collect::<Result<_, CorpusError>>()?,
            cluster_at: cluster_at.transpose()?,
            clusters: Clusters::default(),
            is_coded: Vec::new(),
            config,
            labels,
        })
    }

    fn add(&mut self, lines: &CorpusLines, row: &TextRow) -> Result<(), EstimateCommandError> {
        if let (Some(classes), Some(targets)) = (&lines.classes, &self.targets) {
            lines.class(row, classes)?;
            for &class in targets {
                self.scores.push(lines.probability(row, class)?);
            }
        }
        self.predicted.push(lines.predicted(row));
        for (_, places, coding) in &mut self.domains {
            coding.push(&crossed(places.iter().map(|&at| row.values[at].as_str())));
        }
        if let Some(at) = self.cluster_at {
            self.clusters.push(&row.values[at]);
        }
        let image = lines.image(row);
        let item = self.items.get(image);
        if let Some(&item) = item {
            let at = self.is_coded.len() as u32;
            if self.rows.insert(item, at).is_some() {
                return Err(EstimateCommandError::TwiceInCorpus {
                    path: self.config.predictions.clone(),
                    image: image.to_owned(),
                });
            }
        }
        self.is_coded.push(item.is_some());
        Ok(())
    }

    /// The material, which has as many coded rows as were found.
    fn finish(mut self, lines: &CorpusLines) -> Result<Material, EstimateCommandError> {
        let classes = self.classes(lines)?;
        let targets = match self.targets.take() {
            Some(targets) => targets,
            None => targets(self.config, &classes)?,
        };
        let label_of = self.labels.classes(&classes)?;
        let names = self.predicted.names();
        let class_of: Vec<u16> = names
            .into_iter()
            .map(|name| classes.index(name).expect("predictions are classes") as u16)
            .collect();
        let predicted = self.predicted.of.iter();
        let mut corpus = Rows {
            predicted: predicted.map(|&code| class_of[code as usize]).collect(),
            scores: self.scores,
            ..Rows::default()
        };
        let placed = match self.labels.has_predictions() {
            true => Placed::beside(self.labels, &classes)?,
            false => Placed::within(&self.rows),
        };
        let mut coded = placed.judged(self.labels, &classes, &targets, &corpus)?;
        let mut attributes = Vec::new();
        for (group, _, mut coding) in self.domains {
            let of_coded = placed.values(self.labels, group.attributes(), &coding.of);
            let of_coded = of_coded.map(|values| values.code(|value| coding.code(value)));
            let (domains, rank) = coding.sorted();
            let ranked = |of: &[u32]| of.iter().map(|&code| rank[code as usize]).collect();
            corpus.domains.push(ranked(&coding.of));
            coded.domains.push(ranked(&of_coded.unwrap_or_default()));
            attributes.push(Attribute {
                name: group.name(),
                domains,
            });
        }
        if let Some(column) = &self.config.cluster {
            let column = std::slice::from_ref(column);
            let values = placed.values(self.labels, column, &self.clusters.of);
            let values = values.ok_or_else(|| EstimateCommandError::NoCluster {
                path: self.config.validation.clone(),
                column: column[0].clone(),
            })?;
            coded.clusters = values.code(|value| self.clusters.code(value));
            corpus.clusters = std::mem::take(&mut self.clusters.of);
        }
        let items = &placed.items;
        let label = |&item: &usize| {
            let label = self.labels.majority[item].expect("a placed item has a label");
            label_of[label].expect("a label that is used is a class") as u16
        };
        Ok(Material {
            classes,
            targets,
            attributes,
            corpus,
            is_coded: self.is_coded,
            coded: Coded {
                labels: items.iter().map(label).collect(),
                weights: self.labels.weights(items)?,
                strata: self.labels.strata(items),
                rows: coded,
            },
            clusters: self.clusters.next as usize,
        })
    }

    /// Those that have a column of probabilities, or else those that are predicted.
    fn classes(&self, lines: &CorpusLines) -> Result<Classes, CorpusError> {
        let path = self.config.predictions.clone();
        if self.is_coded.is_empty() {
            return Err(CorpusError::NoRows { path });
        }
        if let Some(classes) = &lines.classes {
            return Ok(classes.clone());
        }
        let (names, _) = self.predicted.sorted();
        let first = names[0].clone();
        Classes::new(names).ok_or(CorpusError::OneClass { path, class: first })
    }
}

/// The classes whose shares are asked for.
fn targets(config: &Config, classes: &Classes) -> Result<Vec<usize>, CorpusError> {
    match &config.class {
        None => Ok((0..classes.len()).collect()),
        Some(name) => match classes.index(name) {
            Some(class) => Ok(vec![class]),
            None => Err(CorpusError::UnknownClass {
                class: name.clone(),
                classes: classes.names().to_vec(),
            }),
        },
    }
}
