//! Members that train as one computation on stacked weights, `[members, inputs, outputs]`. On a CPU
//! a stack has one member; on a GPU, which a single head leaves idle, it has as many as there are.

use super::HeadError;
use super::adamw::{Parameter, failed, read};
use super::examples::Examples;
use super::member::{Batch, Trainee};
use super::model::Dense;
use super::network::{
    Layer, above, argmax, cross_entropy, likelihoods, logits, loss, outputs, targets,
};
use super::outcome::{Epoch, Fitted, Validation};
use super::robust::worst_loss;
use crate::features::Features;
use burn::tensor::{Device, Tensor, TensorData};

/// Members with layers of the same width, of which each leaves when it stops.
pub(super) struct Stack<'a> {
    examples: &'a Examples<'a>,
    device: &'a Device,
    /// In the order of the weights, each with the number that it is reported under.
    members: Vec<(usize, Trainee<'a>)>,
    /// Weight and bias of each layer.
    parameters: Vec<[Parameter; 2]>,
    /// Memory for the input of a step: to ask the system for it at every step took a tenth of the
    /// time.
    memory: Vec<f32>,
}

/// A member that has stopped, and what came of it.
pub(super) type Stopped = (usize, Result<Fitted, HeadError>);

impl<'a> Stack<'a> {
    pub fn new(
        examples: &'a Examples<'a>,
        members: Vec<(usize, Trainee<'a>)>,
        device: &'a Device,
    ) -> Self {
        let depth = members.first().map_or(0, |(_, first)| first.layers().len());
        let parameters = (0..depth).map(|depth| {
            let layers = || {
                members
                    .iter()
                    .map(move |(_, member)| &member.layers()[depth])
            };
            let Dense {
                inputs, outputs, ..
            } = members[0].1.layers()[depth];
            let weight = layers().flat_map(|layer| &layer.weight).copied().collect();
            let bias = layers().flat_map(|layer| &layer.bias).copied().collect();
            [
                Parameter::new(weight, [members.len(), inputs, outputs], true, device),
                Parameter::new(bias, [members.len(), 1, outputs], false, device),
            ]
        });
        Self {
            examples,
            device,
            parameters: parameters.collect(),
            members,
            memory: Vec::new(),
        }
    }

    pub fn is_empty(&self) -> bool {
        self.members.is_empty()
    }

    /// The members that have not stopped.
    pub fn numbers(&self) -> impl Iterator<Item = usize> {
        self.members.iter().map(|(number, _)| *number)
    }

    /// Trains until at least one member has come to the end of an epoch; gives those that stopped
    /// with it. `report` hears of every epoch.
    ///
    /// # Errors
    ///
    /// [`HeadError::Device`], which ends every member.
    pub fn advance(
        &mut self,
        report: &mut (dyn FnMut(usize, &Epoch) + Send),
    ) -> Result<Vec<Stopped>, HeadError> {
        let ended = loop {
            let losses = self.step()?;
            let ended: Vec<usize> = losses
                .into_iter()
                .zip(&mut self.members)
                .enumerate()
                .filter_map(|(place, (loss, (_, member)))| member.stepped(loss).then_some(place))
                .collect();
            if !ended.is_empty() {
                break ended;
            }
        };
        let mut stopped = Vec::new();
        for place in ended {
            let validation = self.validate(place)?;
            let (number, member) = &mut self.members[place];
            let layers = || dense_layers(&self.parameters, place);
            match member.end_epoch(validation, layers) {
                Ok(epoch) => {
                    report(*number, &epoch);
                    if member.is_done() {
                        stopped.push((place, None));
                    }
                }
                Err(error @ HeadError::Diverged { .. }) => stopped.push((place, Some(error))),
                Err(error) => return Err(error),
            }
        }
        Ok(self.dismiss(stopped))
    }

    /// One step of every member down its gradient; gives the sums of their rows' losses before it.
    fn step(&mut self) -> Result<Vec<f64>, HeadError> {
        let examples = self.examples;
        let classes = examples.classes;
        let hidden = self.members[0].1.layers()[0].outputs;
        let mut batches: Vec<Batch> = self
            .members
            .iter_mut()
            .map(|(_, member)| member.next())
            .collect();
        // Shorter batches are filled up with rows of weight 0.
        let rows = batches.iter().map(|batch| batch.rows.len()).max();
        let rows = rows.unwrap_or_default();
        let memory = std::mem::take(&mut self.memory);
        let input = input(&batches, rows, examples.features, memory);
        let targets = padded(&batches, rows, outputs(classes), |batch| {
            targets(batch.rows.iter().map(|&row| examples.label(row)), classes)
        });
        let masks = hidden_masks(&batches, rows, hidden);

        let input = Tensor::<3>::from_data(input, self.device);
        let device = self.device.clone().autodiff();
        let constant = |data: TensorData| Tensor::<3>::from_data(data, &device);
        let (first, others) = self.parameters.split_first_mut().ok_or_else(no_gradient)?;
        // The first product is left out of the tape: the gradient of its weights, which are nearly
        // all there are, is made and used piece by piece.
        let product = tracked(input.clone().matmul(first[0].value()));
        let first_bias = tracked(first[1].value());
        let layers: Vec<Layer> = others.iter().map(tracked_layer).collect();
        let logits = above(
            product.clone() + first_bias.clone(),
            &layers,
            masks.map(constant),
        );
        let likelihoods = likelihoods(logits, constant(targets));
        let shares = shares(&mut batches, rows, likelihoods.clone())?;
        let losses = loss(likelihoods, constant(shares));
        let mut gradients = losses.clone().sum().backward();
        let mut gradient =
            |value: Tensor<3>| value.grad_remove(&mut gradients).ok_or_else(no_gradient);

        let steps: Vec<_> = batches.iter().map(|batch| batch.step).collect();
        let upstream = gradient(product)?;
        first[1].update(&gradient(first_bias)?, &steps)?;
        for ([weight, bias], layer) in others.iter_mut().zip(layers) {
            weight.update(&gradient(layer.weight)?, &steps)?;
            bias.update(&gradient(layer.bias)?, &steps)?;
        }
        first[0].update_by(
            |inputs| {
                let input = input.clone().slice_dim(2, inputs).swap_dims(1, 2);
                input.matmul(upstream.clone())
            },
            &steps,
        )?;
        if *self.device == Device::flex() {
            self.memory = read(input)?.try_into_vec().map_err(failed)?;
        }
        loss_sums(losses, &batches)
    }

    /// Validation loss and accuracy of the member at `place`, where it has validation rows.
    fn validate(&self, place: usize) -> Result<Option<Validation>, HeadError> {
        let examples = self.examples;
        let member = &self.members[place].1;
        let Some(rows) = member.validation() else {
            return Ok(None);
        };
        let layers: Vec<Layer> = self
            .parameters
            .iter()
            .map(|[weight, bias]| Layer {
                weight: weight.member(place),
                bias: bias.member(place),
            })
            .collect();
        let logits = logits(
            examples.features,
            rows,
            member.standardizer(),
            &layers,
            self.device,
        )?;
        let (mut losses, mut hits) = (Vec::with_capacity(rows.len()), 0);
        for (logits, &row) in logits.chunks(outputs(examples.classes)).zip(rows) {
            let label = examples.label(row);
            let loss = cross_entropy(logits, label);
            let weight = f64::from(examples.weight(row));
            losses.push((examples.stratum(row), weight, loss));
            hits += usize::from(argmax(logits) == label);
        }
        // Without a robust loss all rows are of one stratum.
        let losses = losses.into_iter().map(|(stratum, weight, loss)| {
            let stratum = if member.is_robust() { stratum } else { 0 };
            (stratum, weight, loss)
        });
        Ok(Some(Validation {
            loss: worst_loss(losses),
            accuracy: hits as f64 / rows.len() as f64,
        }))
    }

    /// Takes members out of the stack: places in ascending order, and why where it is an error.
    fn dismiss(&mut self, stopped: Vec<(usize, Option<HeadError>)>) -> Vec<Stopped> {
        if stopped.is_empty() {
            return Vec::new();
        }
        let stays = |place: &usize| stopped.iter().all(|(gone, _)| gone != place);
        let stay: Vec<usize> = (0..self.members.len()).filter(stays).collect();
        if !stay.is_empty() {
            for parameter in self.parameters.iter_mut().flatten() {
                parameter.keep(&stay);
            }
        }
        // From the last, so that the places before it stay what they are.
        let stopped = stopped.into_iter().rev().map(|(place, error)| {
            let (number, member) = self.members.remove(place);
            (number, error.map_or_else(|| Ok(member.finish()), Err))
        });
        stopped.collect()
    }
}

/// A value whose gradient is wanted.
fn tracked(value: Tensor<3>) -> Tensor<3> {
    Tensor::from_inner(value).require_grad()
}

fn tracked_layer([weight, bias]: &[Parameter; 2]) -> Layer {
    Layer {
        weight: tracked(weight.value()),
        bias: tracked(bias.value()),
    }
}

/// Sums of the losses of each batch's rows, of which `losses` are the means.
fn loss_sums(losses: Tensor<3>, batches: &[Batch]) -> Result<Vec<f64>, HeadError> {
    let losses = read(losses)?;
    let losses = losses.as_slice::<f32>().map_err(failed)?.iter();
    Ok(losses
        .zip(batches)
        .map(|(&loss, batch)| f64::from(loss) * batch.rows.len() as f64)
        .collect())
}

/// Standardised features of the batches, `[members, rows, dim]`, in `memory`.
fn input(batches: &[Batch], rows: usize, features: &Features, memory: Vec<f32>) -> TensorData {
    let (dim, mut input) = (features.dim(), memory);
    input.resize(batches.len() * rows * dim, 0.0);
    for (out, batch) in input.chunks_mut(rows * dim).zip(batches) {
        let (out, rest) = out.split_at_mut(batch.rows.len() * dim);
        let masks = batch.input_masks.as_deref();
        batch.standardizer.apply(features, batch.rows, masks, out);
        rest.fill(0.0);
    }
    TensorData::new(input, [batches.len(), rows, dim])
}

/// Values of every batch, `[members, rows, width]`, filled up with 0.
fn padded(
    batches: &[Batch],
    rows: usize,
    width: usize,
    values: impl Fn(&Batch) -> Vec<f32>,
) -> TensorData {
    let padded = batches.iter().flat_map(|batch| {
        let mut values = values(batch);
        values.resize(rows * width, 0.0);
        values
    });
    TensorData::new(padded.collect::<Vec<f32>>(), [batches.len(), rows, width])
}

/// Dropout masks of the hidden units, `[members, rows, hidden]`, where any member drops some.
fn hidden_masks(batches: &[Batch], rows: usize, hidden: usize) -> Option<TensorData> {
    let masked = batches.iter().any(|batch| batch.hidden_masks.is_some());
    masked.then(|| {
        padded(batches, rows, hidden, |batch| match &batch.hidden_masks {
            Some(masks) => masks.concat(),
            None => vec![1.0; batch.rows.len() * hidden],
        })
    })
}

/// Weight of each row in the loss of its member's step, `[members, rows, 1]`.
fn shares(
    batches: &mut [Batch],
    rows: usize,
    likelihoods: Tensor<3>,
) -> Result<TensorData, HeadError> {
    let members = batches.len();
    let losses = match batches.iter().any(Batch::is_robust) {
        true => {
            let losses = read(likelihoods.inner().neg())?;
            Some(losses.try_into_vec::<f32>().map_err(failed)?)
        }
        false => None,
    };
    let mut shares = Vec::with_capacity(members * rows);
    for (at, batch) in batches.iter_mut().enumerate() {
        let losses = losses.as_ref().map(|losses| &losses[at * rows..]);
        shares.extend(batch.shares(losses));
        shares.resize((at + 1) * rows, 0.0);
    }
    Ok(TensorData::new(shares, [members, rows, 1]))
}

/// The layers of the member at `place`, on the host.
fn dense_layers(parameters: &[[Parameter; 2]], place: usize) -> Result<Vec<Dense>, HeadError> {
    let dense = |[weight, bias]: &[Parameter; 2]| {
        let (weight, bias) = (weight.member(place), bias.member(place));
        let [_, inputs, outputs] = weight.dims();
        let values = |tensor| read(tensor)?.try_into_vec::<f32>().map_err(failed);
        Ok(Dense {
            inputs,
            outputs,
            weight: values(weight)?,
            bias: values(bias)?,
        })
    };
    parameters.iter().map(dense).collect()
}

fn no_gradient() -> HeadError {
    failed("a layer got no gradient")
}
