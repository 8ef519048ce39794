//! A logistic regression as nodes: numbers times coefficients, for each category the number that its level adds, and an
//! intercept.

use super::ops::{self, floats, label_encoder};
use crate::backbone::graph::build;
use crate::backbone::onnx::{NodeProto, TensorProto};
use crate::learners::encode::{EncodedColumn, Encoding};
use crate::learners::logistic::Logistic;

/// Nodes and initializers.
type Parts = (Vec<NodeProto>, Vec<TensorProto>);

/// The nodes from the tensors of the frame's columns, float32 `[N, 1]`, to `margins` `[N, outputs]`. Levels of
/// categories are read from the inputs that bear the names of their columns.
pub fn nodes(model: &Logistic, columns: &[String], margins: &str) -> Parts {
    let mut writer = Writer {
        model,
        prefix: margins,
        nodes: Vec::new(),
        initializers: Vec::new(),
    };
    let mut terms = Vec::from_iter(writer.numbers(columns));
    for encoded in &model.encoder.columns {
        terms.extend(writer.category(encoded));
    }
    writer.sum(&terms, margins);
    (writer.nodes, writer.initializers)
}

struct Writer<'a> {
    model: &'a Logistic,
    /// Of the names of tensors.
    prefix: &'a str,
    nodes: Vec<NodeProto>,
    initializers: Vec<TensorProto>,
}

impl Writer<'_> {
    fn name(&self, of: &str) -> String {
        format!("{}.{of}", self.prefix)
    }

    fn outputs(&self) -> usize {
        self.model.intercepts.len()
    }

    /// The coefficient of a standardised column of the design matrix.
    fn coefficient(&self, output: usize, place: usize) -> f64 {
        self.model.coefficients[output * self.model.encoder.width() + place]
    }

    /// What a column of the design matrix with this value adds to an output.
    fn term(&self, output: usize, place: usize, value: f64) -> f64 {
        let column = &self.model.encoder.design_columns[place];
        self.coefficient(output, place) * (value - column.centre) / column.scale
    }

    /// Numbers, with the mean in place of a gap, and indicators of gaps. `None` where there are none.
    fn numbers(&mut self, columns: &[String]) -> Option<String> {
        let (mut numbers, mut means, mut places) = (Vec::new(), Vec::new(), Vec::new());
        let (mut indicators, mut gap_places) = (Vec::new(), Vec::new());
        for (encoded, tensor) in self.model.encoder.columns.iter().zip(columns) {
            let Encoding::Number { place, mean, gap } = &encoded.encoding else {
                continue;
            };
            if let Some(place) = *place {
                numbers.push(tensor.as_str());
                means.push(*mean);
                places.push(place);
            }
            if let Some(gap) = *gap {
                indicators.push(self.indicator(tensor));
                gap_places.push(gap);
            }
        }
        let scaled = (!numbers.is_empty()).then(|| self.scaled(&numbers, means, &places));
        let parts: Vec<&str> = scaled
            .iter()
            .chain(&indicators)
            .map(String::as_str)
            .collect();
        if parts.is_empty() {
            return None;
        }
        let axis = [build::int("axis", 1)];
        let [design, weights, product] = ["design", "weights", "numbers"].map(|of| self.name(of));
        self.nodes
            .push(build::node("Concat", &parts, &design, axis));
        places.extend(gap_places);
        let mut weight = Vec::with_capacity(places.len() * self.outputs());
        for &place in &places {
            weight.extend((0..self.outputs()).map(|output| self.coefficient(output, place) as f32));
        }
        let shape = [places.len(), self.outputs()];
        self.initializers
            .push(build::f32s(&weights, &shape, &weight));
        self.nodes
            .push(build::node("MatMul", &[&design, &weights], &product, []));
        Some(product)
    }

    /// Whether a column has a gap, as 0 or 1.
    fn indicator(&mut self, tensor: &str) -> String {
        let is_gap = self.name(&format!("{tensor}.is_gap"));
        let indicator = self.name(&format!("{tensor}.gap"));
        self.nodes
            .push(build::node("IsNaN", &[tensor], &is_gap, []));
        let to = [build::int("to", i64::from(build::FLOAT))];
        self.nodes
            .push(build::node("Cast", &[&is_gap], &indicator, to));
        indicator
    }

    /// Numbers without gaps, standardised.
    fn scaled(&mut self, numbers: &[&str], means: Vec<f32>, places: &[usize]) -> String {
        let [joined, imputed, scaled] = ["joined", "imputed", "scaled"].map(|of| self.name(of));
        let axis = [build::int("axis", 1)];
        self.nodes
            .push(build::node("Concat", numbers, &joined, axis));
        let gap = [
            floats("imputed_value_floats", means),
            ops::float("replaced_value_float", f32::NAN),
        ];
        self.nodes
            .push(ops::node("Imputer", &[&joined], &imputed, gap));
        let design = &self.model.encoder.design_columns;
        let of = |number: fn(f64, f64) -> f64| {
            let columns = places.iter().map(|&place| &design[place]);
            let numbers = columns.map(|column| number(column.centre, column.scale) as f32);
            numbers.collect::<Vec<f32>>()
        };
        let scale = [
            floats("offset", of(|centre, _| centre)),
            floats("scale", of(|_, scale| 1.0 / scale)),
        ];
        self.nodes
            .push(ops::node("Scaler", &[&imputed], &scaled, scale));
        scaled
    }

    /// What the level of a category adds to the outputs; `None` for a number.
    fn category(&mut self, encoded: &EncodedColumn) -> Option<String> {
        let (levels, added) = match &encoded.encoding {
            Encoding::Number { .. } => return None,
            Encoding::Levels {
                levels,
                places,
                gap,
            } => {
                let all: Vec<usize> = places.iter().chain([gap]).flatten().copied().collect();
                let of = |output: usize, own: Option<usize>| {
                    let mut distinct = all.clone();
                    distinct.sort_unstable();
                    distinct.dedup();
                    let terms = distinct.into_iter();
                    let value = |place| f64::from(u8::from(own == Some(place)));
                    terms
                        .map(|place| self.term(output, place, value(place)))
                        .sum()
                };
                (
                    levels,
                    self.by_output(places.iter().chain([gap]), |output, own| of(output, *own)),
                )
            }
            Encoding::Target {
                levels,
                first,
                values,
            } => {
                let of = |output: usize, values: &[f32]| {
                    let values = values.iter().enumerate();
                    let terms =
                        values.map(|(at, &value)| self.term(output, first + at, value.into()));
                    terms.sum()
                };
                (
                    levels,
                    self.by_output(values.iter(), |output, values| of(output, values)),
                )
            }
        };
        let mut names = Vec::with_capacity(added.len());
        for (output, mut added) in added.into_iter().enumerate() {
            let name = self.name(&format!("levels.{}.{output}", encoded.name));
            let gap = added.pop().unwrap_or_default();
            self.nodes.push(label_encoder(
                &encoded.name,
                &name,
                levels.iter(),
                added,
                gap,
            ));
            names.push(name);
        }
        let joined = self.name(&format!("levels.{}", encoded.name));
        let parts: Vec<&str> = names.iter().map(String::as_str).collect();
        let axis = [build::int("axis", 1)];
        self.nodes
            .push(build::node("Concat", &parts, &joined, axis));
        Some(joined)
    }

    /// For each output a number a level, with that of a gap at the end.
    fn by_output<T>(
        &self,
        levels: impl Iterator<Item = T> + Clone,
        of: impl Fn(usize, T) -> f64,
    ) -> Vec<Vec<f32>> {
        let of_output = |output| {
            levels
                .clone()
                .map(|level| of(output, level) as f32)
                .collect()
        };
        (0..self.outputs()).map(of_output).collect()
    }

    fn sum(&mut self, terms: &[String], margins: &str) {
        let intercepts: Vec<f32> = self.model.intercepts.iter().map(|&of| of as f32).collect();
        let shape = [1, intercepts.len()];
        let intercept = self.name("intercept");
        self.initializers
            .push(build::f32s(&intercept, &shape, &intercepts));
        let terms: Vec<&str> = terms
            .iter()
            .chain([&intercept])
            .map(String::as_str)
            .collect();
        self.nodes.push(build::node("Sum", &terms, margins, []));
    }
}
