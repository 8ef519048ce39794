//! A classifier of a survey's columns is one ONNX file too: what its columns are, a model, and a card.

mod inputs;
mod linear;
mod ops;
mod trees;
mod writer;

use super::{ClassifierError, PROBABILITIES, decide};
use crate::abstain::Confidences;
use crate::backbone::graph::{self, build};
use crate::backbone::onnx::{ModelProto, NodeProto, OperatorSetIdProto};
use crate::learners::columns::FeatureSpec;
use crate::learners::learner::{Learner, Model};
use crate::learners::logistic::Logistic;
use crate::learners::tree::model::{Link, TreeEnsemble};
use crate::record::{Classes, Scores};
use inputs::Inputs;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::path::Path;
use writer::Writer;

/// The key of the card among the file's `metadata_props`.
const CARD: &str = "evenhand.survey";
/// Of the default operator set.
const OPSET: i64 = 21;
const IR_VERSION: i64 = 10;

/// Card of a classifier of columns: JSON in the file's metadata.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SurveyCard {
    /// Version of evenhand that wrote the file.
    pub evenhand: String,
    /// The column that was learned.
    pub label: String,
    /// In the order of the probabilities; of two, the second is the positive class.
    pub classes: Vec<String>,
    /// Threshold: of two classes, the positive one is predicted from this probability up.
    pub threshold: f32,
    /// Columns that the classifier takes.
    pub features: FeatureSpec,
    /// By how much the log loss of held-out rows rose without each column; empty in older files.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub importance: BTreeMap<String, f64>,
    /// The configuration of the training, as TOML.
    pub config: String,
    /// As in `metrics.json`.
    pub metrics: serde_json::Value,
    /// Held-out rows by confidence, for promises about errors.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub confidences: Option<Confidences>,
}

impl SurveyCard {
    /// The share of some columns in the importance of all; where none is known, in their number.
    pub fn importance_of(&self, columns: &[String]) -> f64 {
        let of = |column: &String| self.importance.get(column).map_or(0.0, |of| of.max(0.0));
        let all = self.importance.keys().map(of).sum::<f64>();
        match all > 0.0 {
            true => columns.iter().map(of).sum::<f64>() / all,
            false => columns.len() as f64 / self.features.features.len() as f64,
        }
    }
}

/// A model but for its trees, which are in the graph.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Stored {
    Logistic(Logistic),
    Trees {
        learner: Learner,
        link: Link,
        base: Vec<f32>,
    },
    Sum(Box<Stored>, Box<Stored>),
    Recalibrated(Box<Stored>, Logistic),
}

impl Stored {
    fn of(model: &Model) -> Self {
        let boxed = |model: &Model| Box::new(Self::of(model));
        match model {
            Model::Logistic(model) => Self::Logistic(model.clone()),
            Model::Trees(learner, trees) => Self::Trees {
                learner: *learner,
                link: trees.link,
                base: trees.base.clone(),
            },
            Model::Sum(model, correction) => Self::Sum(boxed(model), boxed(correction)),
            Model::Recalibrated(model, correction) => {
                Self::Recalibrated(boxed(model), correction.clone())
            }
        }
    }

    /// The model with the trees of these nodes, in their order; `None` where they are not complete.
    fn with_trees<'a>(
        self,
        nodes: &mut impl Iterator<Item = &'a NodeProto>,
        columns: usize,
    ) -> Option<Model> {
        Some(match self {
            Self::Logistic(model) => Model::Logistic(model),
            Self::Trees {
                learner,
                link,
                base,
            } => {
                let trees = trees::trees(nodes.next()?, columns, base.len())?;
                Model::Trees(learner, TreeEnsemble { trees, base, link })
            }
            Self::Sum(model, correction) => {
                let model = model.with_trees(nodes, columns)?;
                let correction = correction.with_trees(nodes, columns)?;
                Model::Sum(Box::new(model), Box::new(correction))
            }
            Self::Recalibrated(model, correction) => {
                let model = model.with_trees(nodes, columns)?;
                Model::Recalibrated(Box::new(model), correction)
            }
        })
    }
}

/// The metadata as it is written.
#[derive(Serialize, Deserialize)]
struct Metadata {
    card: SurveyCard,
    model: Stored,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    linear: Option<Logistic>,
}

/// Trained classifier of a survey's columns.
#[derive(Debug, Clone, PartialEq)]
pub struct SurveyClassifier {
    pub model: Model,
    /// A logistic regression on the same rows, where the model is another one: coefficients that those of another
    /// population can be drawn to.
    pub linear: Option<Logistic>,
    pub card: SurveyCard,
    pub classes: Classes,
}

/// Whether two models compute the same, byte by byte.
fn same_graph(one: &ModelProto, other: &ModelProto) -> bool {
    let [one, other] = [one, other].map(|model| {
        let mut bare = ModelProto::default();
        bare.graph.node.clone_from(&model.graph.node);
        bare.graph.initializer.clone_from(&model.graph.initializer);
        graph::serialise(&bare).ok()
    });
    one.is_some() && one == other
}

impl SurveyClassifier {
    /// The bytes of `classifier.onnx`.
    ///
    /// # Errors
    /// Those of [`graph::serialise`].
    pub fn to_bytes(&self) -> Result<Vec<u8>, ClassifierError> {
        Ok(graph::serialise(&self.to_model())?)
    }

    /// The classifier as one model: an input for each column, output [`PROBABILITIES`].
    fn to_model(&self) -> ModelProto {
        let Inputs {
            inputs,
            mut nodes,
            columns,
        } = Inputs::new(&self.card.features);
        let mut writer = Writer::new(&columns, self.classes.len());
        writer.model(&self.model);
        nodes.extend(writer.nodes);
        let mut model = ModelProto {
            ir_version: IR_VERSION,
            producer_name: "evenhand".to_owned(),
            producer_version: env!("CARGO_PKG_VERSION").to_owned(),
            opset_import: [("", OPSET), (ops::DOMAIN, ops::VERSION)]
                .map(|(domain, version)| OperatorSetIdProto {
                    domain: domain.to_owned(),
                    version,
                    ..Default::default()
                })
                .to_vec(),
            ..Default::default()
        };
        let shape = [build::BATCH, build::Dim::Fixed(self.classes.len())];
        model.graph.name = "evenhand".to_owned();
        model.graph.input = inputs;
        model.graph.node = nodes;
        model.graph.initializer = writer.initializers;
        model.graph.output = vec![build::value(PROBABILITIES, build::FLOAT, &shape)];
        graph::set_metadata(&mut model, CARD, &self.metadata());
        model
    }

    fn metadata(&self) -> String {
        let metadata = Metadata {
            card: self.card.clone(),
            model: Stored::of(&self.model),
            linear: self.linear.clone(),
        };
        serde_json::to_string(&metadata).expect("a card is strings and numbers")
    }

    /// Whether a file is a classifier of columns rather than of images.
    ///
    /// # Errors
    /// Those of [`graph::load`].
    pub fn is_one(path: &Path) -> Result<bool, ClassifierError> {
        Ok(graph::metadata(&graph::load(path)?, CARD).is_some())
    }

    /// Reads a classifier from a file.
    ///
    /// # Errors
    /// Those of [`graph::load`]; [`ClassifierError::NotAClassifier`] for any other ONNX file.
    pub fn open(path: &Path) -> Result<Self, ClassifierError> {
        Self::from_model(&graph::load(path)?, &path.display().to_string())
    }

    /// Reads a classifier from the bytes of its file.
    ///
    /// # Errors
    /// As [`open`](Self::open).
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, ClassifierError> {
        let origin = "the classifier";
        Self::from_model(&graph::parse(bytes.to_vec(), origin)?, origin)
    }

    fn from_model(model: &ModelProto, origin: &str) -> Result<Self, ClassifierError> {
        let damaged = |what: String| ClassifierError::Damaged {
            path: origin.to_owned(),
            what,
        };
        let text = graph::metadata(model, CARD).ok_or_else(|| ClassifierError::NotAClassifier {
            path: origin.to_owned(),
        })?;
        let Metadata {
            card,
            model: stored,
            linear,
        } = serde_json::from_str(text).map_err(|error| damaged(error.to_string()))?;
        let classes = Classes::new(card.classes.clone())
            .ok_or_else(|| damaged("its class names are not distinct".into()))?;
        let nodes = model.graph.node.iter();
        let mut nodes = nodes.filter(|node| node.op_type == trees::OPERATOR);
        let found = stored.with_trees(&mut nodes, card.features.columns().len());
        let classifier = Self {
            model: found.ok_or_else(|| damaged("its trees are not complete".into()))?,
            linear,
            card,
            classes,
        };
        // Whoever runs the graph elsewhere gets what is computed here.
        match same_graph(&classifier.to_model(), model) {
            true => Ok(classifier),
            false => Err(damaged("its graph is not that of its card".into())),
        }
    }

    /// Predicted class and scores from the probabilities of one row, `[classes]`.
    pub fn decide(&self, probabilities: &[f32]) -> Scores {
        decide(probabilities, self.card.threshold)
    }
}
