//! Computes what does not depend on the image: shapes made of constants, copies of weights. Exporters
//! leave such nodes where they merge equal weights (`Identity`) or lack an operator (`Mod`).

mod compute;
mod moves;
mod value;

use super::read;
use crate::onnx::ModelProto;
use std::collections::{HashMap, HashSet};
use value::{Known, MOST};

/// Turns nodes that read only constants into initializers: integers, and floats that are only copied,
/// moved or cast to float32. Quantised weights stay as they are.
pub fn fold_constants(model: &mut ModelProto) {
    let graph = &mut model.graph;
    let outputs: HashSet<String> = graph.output.iter().map(|info| info.name.clone()).collect();
    let stored = graph.initializer.iter();
    let mut known: HashMap<String, Known> = stored
        .filter_map(|tensor| Some((tensor.name.clone(), Known::read(tensor)?)))
        .collect();
    let mut folded = Vec::new();
    graph.node.retain(|node| {
        let [output] = &node.output[..] else {
            return true;
        };
        if outputs.contains(output) || !read::is_standard(node) {
            return true;
        }
        let inputs = node.input.iter().filter(|name| !name.is_empty());
        let inputs: Option<Vec<&Known>> = inputs.map(|name| known.get(name)).collect();
        let Some(inputs) = inputs.filter(|inputs| !inputs.is_empty()) else {
            return true;
        };
        let most = inputs.iter().map(|input| input.len()).max().unwrap_or(0);
        let result = compute::compute(node, &inputs);
        let fits = |result: &Known| {
            result.len() <= most.max(MOST) && result.dims.len() <= super::MOST_AXES
        };
        let Some(result) = result.filter(fits) else {
            return true;
        };
        folded.push(result.write(output));
        known.insert(output.clone(), result);
        false
    });
    if folded.is_empty() {
        return;
    }
    graph.initializer.append(&mut folded);
    super::prune(model);
}

#[cfg(test)]
mod tests;
