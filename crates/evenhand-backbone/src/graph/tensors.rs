//! All tensors that a model stores: weights, constants of nodes, in graphs inside of nodes and in functions too.

use super::GraphError;
use crate::onnx::{AttributeProto, GraphProto, ModelProto, SparseTensorProto, TensorProto};

/// Visits each of them until one is an error.
pub(super) fn each_tensor(
    model: &mut ModelProto,
    mut visit: impl FnMut(&mut TensorProto) -> Result<(), GraphError>,
) -> Result<(), GraphError> {
    let mut graphs = vec![&mut model.graph];
    let mut attributes: Vec<&mut AttributeProto> = Vec::new();
    for function in &mut model.functions {
        attributes.extend(&mut function.attribute_proto);
        attributes.extend(
            function
                .node
                .iter_mut()
                .flat_map(|node| &mut node.attribute),
        );
    }
    loop {
        while let Some(attribute) = attributes.pop() {
            let AttributeProto {
                t,
                tensors,
                sparse_tensor,
                sparse_tensors,
                g,
                graphs: more,
                ..
            } = attribute;
            let dense = t.as_deref_mut().into_iter().chain(tensors);
            let sparse = sparse_tensor
                .as_deref_mut()
                .into_iter()
                .chain(sparse_tensors);
            dense
                .chain(sparse.flat_map(parts))
                .try_for_each(&mut visit)?;
            graphs.extend(g.as_deref_mut().into_iter().chain(more));
        }
        let Some(graph) = graphs.pop() else {
            return Ok(());
        };
        let GraphProto {
            initializer,
            sparse_initializer,
            node,
            ..
        } = graph;
        let sparse = sparse_initializer.iter_mut().flat_map(parts);
        initializer
            .iter_mut()
            .chain(sparse)
            .try_for_each(&mut visit)?;
        attributes.extend(node.iter_mut().flat_map(|node| &mut node.attribute));
    }
}

/// The values of a sparse tensor, and where they are.
fn parts(sparse: &mut SparseTensorProto) -> impl Iterator<Item = &mut TensorProto> {
    let SparseTensorProto {
        values, indices, ..
    } = sparse;
    values.iter_mut().chain(indices)
}
