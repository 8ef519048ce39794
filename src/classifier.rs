//! A classifier is one ONNX file: preprocessing, backbone, head, and in its metadata all that is
//! needed to use it. Whoever has the file needs neither evenhand nor the images it was trained on.

pub mod layers;
pub mod survey;
mod views;

use crate::abstain::Confidences;
use crate::backbone::graph::{self, GraphError, OUTPUT, Prepared, build};
use crate::backbone::onnx::{ModelProto, NodeProto, TensorProto, data_type};
use crate::backbone::spec::SIDES;
use crate::dataset::preprocess::Geometry;
use crate::drift::Reference;
use crate::head::Head;
use crate::hint::{Hint, Message};
use crate::record::{Classes, Scores};
use layers::LOGITS;
use serde::{Deserialize, Serialize};
use std::path::Path;

/// The name of the output: float32 `[N, classes]`, in the order of [`Card::classes`].
pub const PROBABILITIES: &str = "probabilities";
/// The key of the card among the file's `metadata_props`.
const CARD: &str = "evenhand";

/// Card of a classifier: JSON in the file's metadata.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Card {
    /// Version of evenhand that wrote the file.
    pub evenhand: String,
    /// The column that was learned. Its values are what coders perceived.
    pub label: String,
    /// In the order of the probabilities; of two, the second is the positive class.
    pub classes: Vec<String>,
    /// Threshold: of two classes, the positive one is predicted from this probability up.
    pub threshold: f32,
    /// How an image is made to fit the input.
    pub geometry: Geometry,
    /// Images are turned upright by their EXIF orientation before they are resized.
    pub exif_orientation: bool,
    pub backbone: String,
    /// BLAKE3 of the prepared backbone, in hex.
    pub backbone_digest: String,
    /// The configuration of the training, as TOML.
    pub config: String,
    /// As in `metrics.json`.
    pub metrics: serde_json::Value,
    /// Reference distribution of the training images; classifiers of evenhand's first days have none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reference: Option<Reference>,
    /// Held-out rows by confidence, for promises about errors; classifiers of earlier versions have none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub confidences: Option<Confidences>,
}

/// Trained classifier: backbone, head and card.
#[derive(Debug, Clone)]
pub struct Classifier {
    pub prepared: Prepared,
    pub head: Head,
    pub card: Card,
    pub classes: Classes,
}

#[derive(Debug, thiserror::Error)]
pub enum ClassifierError {
    #[error(transparent)]
    Graph(#[from] GraphError),
    #[error("`{path}` is an ONNX model, but not a classifier that evenhand trained")]
    NotAClassifier { path: String },
    #[error("`{path}` is damaged: {what}")]
    Damaged { path: String, what: String },
}

impl Hint for ClassifierError {
    fn hint(&self) -> Option<Message> {
        match self {
            Self::Graph(error) => error.hint(),
            Self::NotAClassifier { .. } => {
                Some("training with it as {backbone} makes a classifier of it".into())
            }
            Self::Damaged { .. } => Some("copy the file again, or repeat the training".into()),
        }
    }
}

impl Classifier {
    /// The bytes of `classifier.onnx`.
    ///
    /// # Errors
    /// Those of [`graph::serialise`].
    pub fn to_bytes(&self) -> Result<Vec<u8>, ClassifierError> {
        Ok(graph::serialise(&self.to_model())?)
    }

    /// The classifier as one model: input [`graph::INPUT`], output [`PROBABILITIES`], for as many images as
    /// the backbone takes.
    fn to_model(&self) -> ModelProto {
        let mut model = self.prepared.model.clone();
        let (nodes, initializers) = head_nodes(&self.head);
        let batch = self.prepared.fixed_batch();
        let batch = batch.map_or(build::BATCH, build::Dim::Fixed);
        let shape = [batch, build::Dim::Fixed(self.head.classes)];
        let output = build::value(PROBABILITIES, build::FLOAT, &shape);
        graph::append(&mut model, nodes, initializers, vec![output]);
        let card = serde_json::to_string(&self.card).expect("a card is strings and numbers");
        graph::set_metadata(&mut model, CARD, &card);
        model
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
        let shown = || origin.to_owned();
        let damaged = |what: String| ClassifierError::Damaged {
            path: shown(),
            what,
        };
        let card = graph::metadata(model, CARD)
            .ok_or_else(|| ClassifierError::NotAClassifier { path: shown() })?;
        let card: Card = serde_json::from_str(card).map_err(|error| damaged(error.to_string()))?;
        let classes = Classes::new(card.classes.clone())
            .ok_or_else(|| damaged("its class names are not distinct".into()))?;
        if card
            .confidences
            .as_ref()
            .is_some_and(|of| !of.is_complete())
        {
            return Err(damaged("its table of confidences is not complete".into()));
        }
        let (front, back) = graph::split_at(model, OUTPUT)?;
        let prepared = Prepared::new(front)?;
        check_image(&card.geometry, &prepared).map_err(damaged)?;
        if prepared.digest != card.backbone_digest {
            return Err(damaged(
                "the backbone is not the one it was trained with".into(),
            ));
        }
        let head = layers::read(&back, prepared.dim(), classes.len())
            .ok_or_else(|| damaged("its head is not complete".into()))?;
        Ok(Self {
            prepared,
            head,
            card,
            classes,
        })
    }

    /// Predicted class and scores from the probabilities of one image, `[classes]`.
    pub fn decide(&self, probabilities: &[f32]) -> Scores {
        decide(probabilities, self.card.threshold)
    }
}

/// Checks that images are resized to what the graph takes.
fn check_image(geometry: &Geometry, prepared: &Prepared) -> Result<(), String> {
    let Prepared { height, width, .. } = *prepared;
    if (geometry.height, geometry.width) != (height, width) {
        let Geometry {
            height: h,
            width: w,
            ..
        } = geometry;
        return Err(format!(
            "its card is for images of {h}x{w}, and its graph takes {height}x{width}"
        ));
    }
    match SIDES.contains(&height) && SIDES.contains(&width) {
        true => Ok(()),
        false => Err(format!(
            "it takes images of {height}x{width}; sides from {} to {} are allowed",
            SIDES.start(),
            SIDES.end()
        )),
    }
}

/// The decision: of two classes the second from `threshold` up, of more the most probable one.
pub fn decide(probabilities: &[f32], threshold: f32) -> Scores {
    let predicted = match probabilities {
        [_, positive] => usize::from(*positive >= threshold),
        _ => most_probable(probabilities),
    };
    Scores {
        predicted,
        probabilities: probabilities.to_vec(),
    }
}

fn most_probable(probabilities: &[f32]) -> usize {
    let better = |best, at| {
        if probabilities[at] > probabilities[best] {
            at
        } else {
            best
        }
    };
    (0..probabilities.len()).fold(0, better)
}

/// The nodes of a head on the tensor [`OUTPUT`]. Features pass through half precision first, as
/// they do on their way through the feature store, so that the file says what evenhand says.
fn head_nodes(head: &Head) -> (Vec<NodeProto>, Vec<TensorProto>) {
    let (stored, features) = ("evenhand.stored", "evenhand.features");
    let to = |element: i64| [build::int("to", element)];
    let mut nodes = vec![
        build::node("Cast", &[OUTPUT], stored, to(data_type::FLOAT16.into())),
        build::node("Cast", &[stored], features, to(build::FLOAT.into())),
    ];
    let mut initializers = Vec::new();
    let mut write = |(more, constants): (Vec<NodeProto>, Vec<TensorProto>)| {
        nodes.extend(more);
        initializers.extend(constants);
    };
    let has_views = head.views > 1;
    let (rows, probabilities) = match has_views {
        true => ("evenhand.apart", "evenhand.of_views"),
        false => (features, PROBABILITIES),
    };
    if has_views {
        write(views::apart(head, features, rows));
    }
    write(layers::logits(head, rows, &[]));
    write(decisions(head, probabilities));
    if has_views {
        write(views::mean(head, probabilities, PROBABILITIES));
    }
    (nodes, initializers)
}

/// From [`LOGITS`] to probabilities.
fn decisions(head: &Head, probabilities: &str) -> (Vec<NodeProto>, Vec<TensorProto>) {
    let (mut nodes, mut initializers) = (Vec::new(), Vec::new());
    if head.classes == 2 {
        let (negative, positive) = ("evenhand.negative", "evenhand.positive");
        initializers.push(build::f32s("evenhand.one", &[1], &[1.0]));
        nodes.push(build::node("Sigmoid", &[LOGITS], positive, []));
        nodes.push(build::node(
            "Sub",
            &["evenhand.one", positive],
            negative,
            [],
        ));
        let (both, axis) = ([negative, positive], [build::int("axis", 1)]);
        nodes.push(build::node("Concat", &both, probabilities, axis));
    } else {
        let axis = [build::int("axis", 1)];
        nodes.push(build::node("Softmax", &[LOGITS], probabilities, axis));
    }
    (nodes, initializers)
}
