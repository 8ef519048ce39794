//! A model as nodes, from the columns of a frame to probabilities.

use super::{linear, trees};
use crate::backbone::graph::build;
use crate::backbone::onnx::{NodeProto, TensorProto};
use crate::classifier::PROBABILITIES;
use crate::learners::learner::Model;
use crate::learners::logistic::Logistic;
use crate::learners::tree::model::{Link, TreeEnsemble};

/// Probabilities are kept this far from 0 and 1 before their log-odds are taken, as [`Model::margins`] does.
const LEAST: f32 = 1e-6;

/// Nodes of a model while they are written. Tensors of each part of a model have a name of their own.
pub struct Writer<'a> {
    /// The tensors of the frame's columns, float32 `[N, 1]`.
    columns: &'a [String],
    classes: usize,
    parts: usize,
    pub nodes: Vec<NodeProto>,
    pub initializers: Vec<TensorProto>,
}

impl<'a> Writer<'a> {
    pub fn new(columns: &'a [String], classes: usize) -> Self {
        Self {
            columns,
            classes,
            parts: 0,
            nodes: Vec::new(),
            initializers: Vec::new(),
        }
    }

    /// The nodes from the columns to [`PROBABILITIES`].
    pub fn model(&mut self, model: &Model) {
        let link = match model {
            Model::Trees(_, trees) => trees.link,
            _ if self.classes == 2 => Link::Logistic,
            _ => Link::Softmax,
        };
        let margins = match model {
            // Already probabilities: their log-odds would lose digits.
            Model::Trees(_, trees) => self.leaves(trees),
            model => self.margins(model),
        };
        self.probabilities(&margins, link);
    }

    /// The tensor of a model's margins, `[N, outputs]`.
    fn margins(&mut self, model: &Model) -> String {
        match model {
            Model::Logistic(model) => {
                let columns = self.columns.to_vec();
                self.logistic(model, &columns)
            }
            Model::Trees(_, trees) if trees.link == Link::Identity => {
                let leaves = self.leaves(trees);
                self.log_odds(&leaves)
            }
            Model::Trees(_, trees) => self.leaves(trees),
            Model::Sum(model, correction) => {
                let [model, correction] = [model, correction].map(|part| self.margins(part));
                self.sum(&model, &correction)
            }
            Model::Recalibrated(model, correction) => {
                let margins = self.margins(model);
                let columns = self.apart(&margins, correction.intercepts.len());
                let correction = self.logistic(correction, &columns);
                self.sum(&margins, &correction)
            }
        }
    }

    /// A name for a tensor that no other part has.
    fn name(&mut self, of: &str) -> String {
        self.parts += 1;
        format!("evenhand.{}.{of}", self.parts)
    }

    fn logistic(&mut self, model: &Logistic, columns: &[String]) -> String {
        let margins = self.name("margins");
        let (nodes, initializers) = linear::nodes(model, columns, &margins);
        self.nodes.extend(nodes);
        self.initializers.extend(initializers);
        margins
    }

    /// Sums of leaves and the base.
    fn leaves(&mut self, trees: &TreeEnsemble) -> String {
        let [frame, leaves, base, margins] =
            ["frame", "leaves", "base", "margins"].map(|name| self.name(name));
        let columns: Vec<&str> = self.columns.iter().map(String::as_str).collect();
        let axis = [build::int("axis", 1)];
        self.nodes.extend([
            build::node("Concat", &columns, &frame, axis),
            trees::node(&trees.trees, trees.outputs(), &frame, &leaves),
            build::node("Add", &[&leaves, &base], &margins, []),
        ]);
        let shape = [1, trees.outputs()];
        self.initializers
            .push(build::f32s(&base, &shape, &trees.base));
        margins
    }

    fn sum(&mut self, one: &str, other: &str) -> String {
        let sum = self.name("sum");
        self.nodes.push(build::node("Add", &[one, other], &sum, []));
        sum
    }

    /// The columns of margins, `[N, 1]` each.
    fn apart(&mut self, margins: &str, outputs: usize) -> Vec<String> {
        let names: Vec<String> = (0..outputs).map(|_| self.name("margin")).collect();
        for (output, name) in names.iter().enumerate() {
            let place = self.name("place");
            self.initializers
                .push(build::i64s(&place, &[1], &[output as i64]));
            let axis = [build::int("axis", 1)];
            self.nodes
                .push(build::node("Gather", &[margins, &place], name, axis));
        }
        names
    }

    /// Log-odds of the second class of two, from its probability; logarithms of the probabilities of more.
    fn log_odds(&mut self, probabilities: &str) -> String {
        let [least, most, clipped, log] =
            ["least", "most", "clipped", "log"].map(|name| self.name(name));
        self.initializers.push(build::f32s(&least, &[], &[LEAST]));
        self.initializers
            .push(build::f32s(&most, &[], &[1.0 - LEAST]));
        let bounds = [probabilities, &least, &most];
        self.nodes.push(build::node("Clip", &bounds, &clipped, []));
        self.nodes.push(build::node("Log", &[&clipped], &log, []));
        if self.classes > 2 {
            return log;
        }
        let [one, rest, log_rest, odds] =
            ["one", "rest", "log_rest", "odds"].map(|name| self.name(name));
        self.initializers.push(build::f32s(&one, &[], &[1.0]));
        self.nodes.extend([
            build::node("Sub", &[&one, &clipped], &rest, []),
            build::node("Log", &[&rest], &log_rest, []),
            build::node("Sub", &[&log, &log_rest], &odds, []),
        ]);
        odds
    }

    /// From margins to probabilities of all classes.
    fn probabilities(&mut self, margins: &str, link: Link) {
        let axis = || [build::int("axis", 1)];
        let [one, zero, second, first, sum] =
            ["one", "zero", "second", "first", "sum"].map(|name| self.name(name));
        match link {
            Link::Softmax => {
                let node = build::node("Softmax", &[margins], PROBABILITIES, axis());
                return self.nodes.push(node);
            }
            Link::Identity if self.classes > 2 => {
                self.initializers.push(build::i64s(&one, &[1], &[1]));
                let kept = [build::int("keepdims", 1)];
                self.nodes.extend([
                    build::node("ReduceSum", &[margins, &one], &sum, kept),
                    build::node("Div", &[margins, &sum], PROBABILITIES, []),
                ]);
                return;
            }
            Link::Logistic => self
                .nodes
                .push(build::node("Sigmoid", &[margins], &second, [])),
            Link::Identity => {
                self.initializers.push(build::f32s(&zero, &[], &[0.0]));
                let bounds = [margins, &zero, &one];
                self.nodes.push(build::node("Clip", &bounds, &second, []));
            }
        }
        self.initializers.push(build::f32s(&one, &[], &[1.0]));
        self.nodes.extend([
            build::node("Sub", &[&one, &second], &first, []),
            build::node("Concat", &[&first, &second], PROBABILITIES, axis()),
        ]);
    }
}
