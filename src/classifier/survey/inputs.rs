//! Inputs of a classifier of columns: one a feature, named as its column.
//!
//! A number is a float32 `[N, 1]`, NaN where there is none; gap codes of a number are float32 `[N, 1]` inputs of their own
//! (`income: N`, 1 where it stands). Any other feature is a string `[N, 1]`, in the spelling of the training.

use super::ops::label_encoder;
use crate::backbone::graph::build;
use crate::backbone::onnx::data_type::STRING;
use crate::backbone::onnx::{NodeProto, ValueInfoProto};
use crate::learners::columns::{Feature, FeatureSpec, Kind};

/// Inputs, and the nodes that make float32 columns `[N, 1]` of them.
pub struct Inputs {
    pub inputs: Vec<ValueInfoProto>,
    pub nodes: Vec<NodeProto>,
    /// The tensor of each column of the frame; levels of a category are their codes, and gaps NaN.
    pub columns: Vec<String>,
}

impl Inputs {
    pub fn new(spec: &FeatureSpec) -> Self {
        let mut inputs = Self {
            inputs: Vec::new(),
            nodes: Vec::new(),
            columns: Vec::new(),
        };
        for feature in &spec.features {
            match feature.kind {
                Kind::Number => inputs.number(feature),
                _ => inputs.text(feature),
            }
        }
        inputs
    }

    fn number(&mut self, feature: &Feature) {
        let gaps = feature
            .gaps
            .iter()
            .map(|gap| format!("{}: {gap}", feature.name));
        for name in [feature.name.clone()].into_iter().chain(gaps) {
            let shape = [build::BATCH, build::Dim::Fixed(1)];
            self.inputs.push(build::value(&name, build::FLOAT, &shape));
            self.columns.push(name);
        }
    }

    fn text(&mut self, feature: &Feature) {
        let Feature {
            name, levels, gaps, ..
        } = feature;
        let shape = [build::BATCH, build::Dim::Fixed(1)];
        self.inputs.push(build::value(name, STRING, &shape));
        let codes = |count: usize| (0..count).map(|code| code as f32).collect();
        if feature.is_category() {
            let known = levels.iter().chain(gaps);
            self.encode(name, known, codes(levels.len() + gaps.len()), f32::NAN);
            return;
        }
        self.encode(name, levels.iter(), codes(levels.len()), f32::NAN);
        for gap in gaps {
            self.encode(name, [gap].into_iter(), vec![1.0], 0.0);
        }
    }

    fn encode<'a>(
        &mut self,
        input: &str,
        texts: impl Iterator<Item = &'a String>,
        numbers: Vec<f32>,
        other: f32,
    ) {
        let output = format!("evenhand.column.{}", self.columns.len());
        self.nodes
            .push(label_encoder(input, &output, texts, numbers, other));
        self.columns.push(output);
    }
}
