//! Folds batch normalisation into the convolution before it: one pass over the tensor less.

use super::Names;
use super::build::f32s;
use super::read::{self, Index};
use crate::onnx::{ModelProto, NodeProto, TensorProto};

/// Folds every `Conv` → `BatchNormalization` pair whose numbers are all known and whose tensor in
/// between nobody else reads. The result keeps the name of the normalised tensor.
///
/// W' = W s, b' = (b - mean) s + bias with s = scale / sqrt(var + epsilon), computed in float64.
pub fn fold_batch_norms(model: &mut ModelProto) {
    let mut names = Names::of(model);
    let index = Index::new(&model.graph);
    let folds: Vec<Fold> = (0..model.graph.node.len())
        .filter_map(|at| fold(model, &index, at))
        .collect();
    drop(index);
    if folds.is_empty() {
        return;
    }
    let graph = &mut model.graph;
    for Fold {
        conv,
        norm,
        mut weight,
        mut bias,
    } in folds
    {
        let output = std::mem::take(&mut graph.node[norm].output[0]);
        graph.node[norm].op_type.clear();
        weight.name = names.fresh(&format!("{}/folded", weight.name));
        bias.name = names.fresh(&format!("{output}/bias"));
        let node = &mut graph.node[conv];
        node.input.truncate(1);
        node.input.extend([weight.name.clone(), bias.name.clone()]);
        node.output = vec![output];
        graph.initializer.extend([weight, bias]);
    }
    graph.node.retain(|node| !node.op_type.is_empty());
    super::prune(model);
}

struct Fold {
    conv: usize,
    norm: usize,
    weight: TensorProto,
    bias: TensorProto,
}

fn fold(model: &ModelProto, index: &Index, norm: usize) -> Option<Fold> {
    let node = &model.graph.node[norm];
    if node.op_type != "BatchNormalization" || !inference(node) {
        return None;
    }
    let [input, parameters @ ..] = &node.input[..] else {
        return None;
    };
    let conv = index.producer(input)?;
    let producer = &model.graph.node[conv];
    if producer.op_type != "Conv" || index.consumers(input).len() != 1 || index.is_output(input) {
        return None;
    }
    let floats = |name: &String| index.initializer(name).and_then(read::f32_values);
    let weight = index.initializer(producer.input.get(1)?)?;
    let values = read::f32_values(weight)?;
    let channels = usize::try_from(*weight.dims.first()?)
        .ok()
        .filter(|&channels| channels > 0)?;
    let parameters: Vec<Vec<f32>> = parameters.iter().map(floats).collect::<Option<_>>()?;
    let [scale, shift, mean, variance] = &parameters[..] else {
        return None;
    };
    let bias = match producer.input.get(2).filter(|name| !name.is_empty()) {
        Some(name) => floats(name)?,
        None => vec![0.0; channels],
    };
    let all = [scale, shift, mean, variance, &bias];
    if all.iter().any(|values| values.len() != channels) || values.len() % channels != 0 {
        return None;
    }
    let epsilon = f64::from(read::float(node, "epsilon", 1e-5));
    let factor = |c: usize| f64::from(scale[c]) / (f64::from(variance[c]) + epsilon).sqrt();
    let filter = values.len() / channels;
    let folded: Vec<f32> = values
        .iter()
        .enumerate()
        .map(|(at, &value)| (f64::from(value) * factor(at / filter)) as f32)
        .collect();
    let shifted: Vec<f32> = (0..channels)
        .map(|c| {
            ((f64::from(bias[c]) - f64::from(mean[c])) * factor(c) + f64::from(shift[c])) as f32
        })
        .collect();
    let dims: Vec<usize> = weight.dims.iter().map(|&dim| dim as usize).collect();
    Some(Fold {
        conv,
        norm,
        weight: f32s(&weight.name, &dims, &folded),
        bias: f32s("", &[channels], &shifted),
    })
}

fn inference(norm: &NodeProto) -> bool {
    let extra = norm.output.iter().skip(1).any(|name| !name.is_empty());
    !extra && read::int(norm, "training_mode", 0) == 0 && read::int(norm, "spatial", 1) == 1
}

#[cfg(test)]
mod tests {
    use super::super::{cut, samples};
    use super::*;

    #[test]
    fn a_folded_pair_computes_the_same() {
        let mut model = samples::small_cnn();
        fold_batch_norms(&mut model);
        assert!(
            model
                .graph
                .node
                .iter()
                .all(|node| node.op_type != "BatchNormalization")
        );
        let index = Index::new(&model.graph);
        let conv = index.maker("bn").unwrap();
        assert_eq!(conv.op_type, "Conv");
        let values = |at: usize| read::f32_values(index.initializer(&conv.input[at]).unwrap());
        // Filter 0 sums the channels with weight 1, scale 2, variance 4: factor 1, mean 1, bias 0.5.
        // Filter 1 has weight 2, scale 1, variance 0.25: factor 2, mean 3, bias 0.
        let weight = values(1).unwrap();
        let bias = values(2).unwrap();
        assert!(
            weight[..3].iter().all(|w| (w - 1.0).abs() < 1e-4),
            "{weight:?}"
        );
        assert!(
            weight[3..].iter().all(|w| (w - 4.0).abs() < 1e-3),
            "{weight:?}"
        );
        assert!(
            (bias[0] + 0.5).abs() < 1e-4 && (bias[1] + 6.0).abs() < 1e-3,
            "{bias:?}"
        );
    }

    #[test]
    fn a_convolution_that_others_read_keeps_its_own_output() {
        let mut model = cut(&samples::small_cnn(), &["bn", "conv"]).unwrap();
        let before = model.clone();
        fold_batch_norms(&mut model);
        assert_eq!(model, before);
    }
}
