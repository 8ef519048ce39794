//! Where the kernels' gradients are recorded on Burn's tape.

use super::convolution::{Convolution, InputGradients};
use super::{Kernels, clamp, convolve_back};
use burn::backend::autodiff::NodeId;
use burn::backend::autodiff::checkpoint::base::Checkpointer;
use burn::backend::autodiff::checkpoint::strategy::CheckpointStrategy;
use burn::backend::autodiff::grads::Gradients;
use burn::backend::autodiff::ops::{Backward, Ops, OpsKind, unary};
use burn::backend::flex::FlexTensor;
use burn::backend::tensor::FloatTensor;
use burn::backend::{Autodiff, Flex};

#[derive(Debug)]
struct ConvolveBack;

impl Backward<Flex, 3> for ConvolveBack {
    type State = (NodeId, NodeId, Convolution);

    fn backward(
        self,
        ops: Ops<Self::State, 3>,
        gradients: &mut Gradients,
        checkpointer: &mut Checkpointer,
    ) {
        let [of_input, of_weight, of_bias] = ops.parents;
        let (input, weight, convolution) = ops.state;
        let gradient = gradients.consume::<Flex>(&ops.node);
        let input = checkpointer.retrieve_node_output::<FlexTensor>(input);
        let weight = checkpointer.retrieve_node_output::<FlexTensor>(weight);
        let wants_input = of_input.is_some();
        let InputGradients {
            input,
            weight,
            bias,
        } = convolve_back(&input, &weight, &gradient, convolution, wants_input);
        if let (Some(node), Some(input)) = (of_input, input) {
            gradients.register::<Flex>(node.id, input);
        }
        for (node, gradient) in [(of_weight, weight), (of_bias, bias)] {
            if let Some(node) = node {
                gradients.register::<Flex>(node.id, gradient);
            }
        }
    }
}

#[derive(Debug)]
struct ClampBack;

impl Backward<Flex, 1> for ClampBack {
    type State = (FlexTensor, f32, f32);

    fn backward(
        self,
        ops: Ops<Self::State, 1>,
        gradients: &mut Gradients,
        _checkpointer: &mut Checkpointer,
    ) {
        let (output, low, high) = ops.state;
        unary::<Flex, _>(ops.parents, ops.node, gradients, |gradient| {
            clamp::backward(&output, gradient, low, high)
        });
    }
}

impl<C: CheckpointStrategy> Kernels for Autodiff<Flex, C> {
    fn convolve(
        input: FloatTensor<Self>,
        weight: FloatTensor<Self>,
        bias: FloatTensor<Self>,
        convolution: Convolution,
    ) -> FloatTensor<Self> {
        let nodes = [input.node(), weight.node(), bias.node()];
        match ConvolveBack.prepare::<C>(nodes).compute_bound().stateful() {
            OpsKind::Tracked(mut tape) => {
                let state = (
                    tape.checkpoint(&input),
                    tape.checkpoint(&weight),
                    convolution,
                );
                let [input, weight, bias] = [input, weight, bias].map(|each| each.into_primitive());
                let output = Flex::convolve(input, weight, bias, convolution);
                tape.finish(state, output)
            }
            OpsKind::UnTracked(tape) => {
                let [input, weight, bias] = [input, weight, bias].map(|each| each.into_primitive());
                tape.finish(Flex::convolve(input, weight, bias, convolution))
            }
        }
    }

    fn clamp(input: FloatTensor<Self>, low: f32, high: f32) -> FloatTensor<Self> {
        let nodes = [input.node()];
        let output = Flex::clamp(input.into_primitive(), low, high);
        match ClampBack.prepare::<C>(nodes).compute_bound().stateful() {
            OpsKind::Tracked(tape) => tape.finish((output.clone(), low, high), output),
            OpsKind::UnTracked(tape) => tape.finish(output),
        }
    }
}
