//! A classifier of a survey's columns is one ONNX file too: what its columns are, a model, and a card.

mod inputs;
mod linear;
mod ops;
mod trees;

use super::{ClassifierError, PROBABILITIES, decide};
use crate::abstain::Confidences;
use crate::backbone::graph::{self, build, read};
use crate::backbone::onnx::{ModelProto, NodeProto, OperatorSetIdProto, TensorProto};
use crate::learners::columns::FeatureSpec;
use crate::learners::learner::{Learner, Model};
use crate::learners::logistic::Logistic;
use crate::learners::tree::model::{Link, TreeEnsemble};
use crate::record::{Classes, Scores};
use inputs::Inputs;
use serde::{Deserialize, Serialize};
use std::path::Path;

/// The key of the card among the file's `metadata_props`.
const CARD: &str = "evenhand.survey";
/// Sums of leaves, before the base is added.
const LEAVES: &str = "evenhand.leaves";
/// Columns of the frame, `[N, columns]`.
const FRAME: &str = "evenhand.frame";
const MARGINS: &str = "evenhand.margins";
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
    /// The configuration of the training, as TOML.
    pub config: String,
    /// As in `metrics.json`.
    pub metrics: serde_json::Value,
    /// Held-out rows by confidence, for promises about errors.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub confidences: Option<Confidences>,
}

/// What the graph does not hold of a model.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Stored {
    Logistic(Logistic),
    Trees {
        learner: Learner,
        link: Link,
        base: Vec<f32>,
    },
}

/// The metadata as it is written.
#[derive(Serialize, Deserialize)]
struct Metadata {
    card: SurveyCard,
    model: Stored,
}

/// Trained classifier of a survey's columns.
#[derive(Debug, Clone, PartialEq)]
pub struct SurveyClassifier {
    pub model: Model,
    pub card: SurveyCard,
    pub classes: Classes,
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
        let (more, initializers) = match &self.model {
            Model::Logistic(model) => linear::nodes(model, &columns, MARGINS),
            Model::Trees(_, trees) => ensemble_nodes(trees, &columns),
        };
        nodes.extend(more);
        let link = match &self.model {
            Model::Logistic(_) if self.classes.len() == 2 => Link::Logistic,
            Model::Logistic(_) => Link::Softmax,
            Model::Trees(_, trees) => trees.link,
        };
        let (more, constants) = probabilities(link, self.classes.len());
        nodes.extend(more);
        let mut model = ModelProto {
            ir_version: IR_VERSION,
            producer_name: "evenhand".to_owned(),
            producer_version: env!("CARGO_PKG_VERSION").to_owned(),
            opset_import: [("", OPSET), (ops::DOMAIN, ops::VERSION)]
                .map(|(domain, version)| OperatorSetIdProto {
                    domain: domain.to_owned(),
                    version,
                })
                .to_vec(),
            ..Default::default()
        };
        let shape = [build::BATCH, build::Dim::Fixed(self.classes.len())];
        model.graph.name = "evenhand".to_owned();
        model.graph.input = inputs;
        model.graph.node = nodes;
        model.graph.initializer = [initializers, constants].concat();
        model.graph.output = vec![build::value(PROBABILITIES, build::FLOAT, &shape)];
        graph::set_metadata(&mut model, CARD, &self.metadata());
        model
    }

    fn metadata(&self) -> String {
        let model = match &self.model {
            Model::Logistic(model) => Stored::Logistic(model.clone()),
            Model::Trees(learner, trees) => Stored::Trees {
                learner: *learner,
                link: trees.link,
                base: trees.base.clone(),
            },
        };
        let card = self.card.clone();
        serde_json::to_string(&Metadata { card, model }).expect("a card is strings and numbers")
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
        } = serde_json::from_str(text).map_err(|error| damaged(error.to_string()))?;
        let classes = Classes::new(card.classes.clone())
            .ok_or_else(|| damaged("its class names are not distinct".into()))?;
        let found = match stored {
            Stored::Logistic(model) => Some(Model::Logistic(model)),
            Stored::Trees {
                learner,
                link,
                base,
            } => {
                let mut nodes = model.graph.node.iter();
                let node = nodes.find(|node| node.op_type == "TreeEnsemble");
                let columns = card.features.columns().len();
                let trees = node.and_then(|node| trees::trees(node, columns, base.len()));
                trees.map(|trees| Model::Trees(learner, TreeEnsemble { trees, base, link }))
            }
        };
        let classifier = Self {
            model: found.ok_or_else(|| damaged("its trees are not complete".into()))?,
            card,
            classes,
        };
        // What the file computes elsewhere is what it computes here.
        match classifier.to_model().graph.node == model.graph.node {
            true => Ok(classifier),
            false => Err(damaged("its graph is not that of its card".into())),
        }
    }

    /// Predicted class and scores from the probabilities of one row, `[classes]`.
    pub fn decide(&self, probabilities: &[f32]) -> Scores {
        decide(probabilities, self.card.threshold)
    }
}

/// From the columns of the frame to margins.
fn ensemble_nodes(trees: &TreeEnsemble, columns: &[String]) -> (Vec<NodeProto>, Vec<TensorProto>) {
    let base = "evenhand.base";
    let columns: Vec<&str> = columns.iter().map(String::as_str).collect();
    let nodes = vec![
        build::node("Concat", &columns, FRAME, [build::int("axis", 1)]),
        trees::node(&trees.trees, trees.outputs(), FRAME, LEAVES),
        build::node("Add", &[LEAVES, base], MARGINS, []),
    ];
    let base = build::f32s(base, &[1, trees.outputs()], &trees.base);
    (nodes, vec![base])
}

/// From margins to probabilities of all classes.
fn probabilities(link: Link, classes: usize) -> (Vec<NodeProto>, Vec<TensorProto>) {
    let axis = || [build::int("axis", 1)];
    let (second, first, one, zero) = ("evenhand.second", "evenhand.first", "evenhand.one", "evenhand.zero");
    let positive = match link {
        Link::Softmax => return (vec![build::node("Softmax", &[MARGINS], PROBABILITIES, axis())], Vec::new()),
        Link::Identity if classes > 2 => {
            let sum = "evenhand.sum";
            let nodes = vec![
                build::node("ReduceSum", &[MARGINS, one], sum, [build::int("keepdims", 1)]),
                build::node("Div", &[MARGINS, sum], PROBABILITIES, []),
            ];
            return (nodes, vec![build::i64s(one, &[1], &[1])]);
        }
        Link::Logistic => build::node("Sigmoid", &[MARGINS], second, []),
        Link::Identity => build::node("Clip", &[MARGINS, zero, one], second, []),
    };
    let nodes = vec![
        positive,
        build::node("Sub", &[one, second], first, []),
        build::node("Concat", &[first, second], PROBABILITIES, axis()),
    ];
    let mut constants = vec![build::f32s(one, &[], &[1.0])];
    if link == Link::Identity {
        constants.push(build::f32s(zero, &[], &[0.0]));
    }
    (nodes, constants)
}
