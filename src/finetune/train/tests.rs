use super::*;
use crate::backbone::graph::samples;
use crate::finetune::{FinetuneParams, Network};
use crate::head::{Dense, Head};
use crate::record::{BadImage, Status};

/// Images of 4x4 whose class is which half is brighter, in 255 parts: what the sample's one 1x1
/// convolution with two filters cannot tell from an average, but one that looks red or blue can.
struct Toy {
    rows: Vec<Vec<f32>>,
    /// The epoch in which the process is killed.
    dies_in: Option<usize>,
}

impl Toy {
    fn new(rows: usize) -> Self {
        let value = |row: usize, at: usize| {
            let noise = (row * 7919 + at * 104_729) % 97;
            // The classes differ in red against blue, not in how bright they are.
            let bright = match (at % 3, row % 2) {
                (0, 0) | (2, 1) => 40,
                _ => 0,
            };
            (noise + bright) as f32
        };
        let row = |row: usize| (0..48).map(|at| value(row, at)).collect();
        Self {
            rows: (0..rows).map(row).collect(),
            dies_in: None,
        }
    }

    fn labels(&self) -> Vec<usize> {
        (0..self.rows.len()).map(|row| row % 2).collect()
    }
}

impl Source for Toy {
    fn rows(&mut self, rows: &[usize], mode: ReadMode) -> Result<Rows, FinetuneError> {
        if let ReadMode::Training { epoch, .. } = mode
            && self.dies_in == Some(epoch)
        {
            return Err(FinetuneError::Image {
                image: "toy".into(),
                bad: BadImage {
                    status: Status::Missing,
                    reason: "killed".into(),
                },
            });
        }
        Ok(Rows {
            shape: vec![4, 4, 3],
            values: rows
                .iter()
                .flat_map(|&row| self.rows[row].clone())
                .collect(),
        })
    }
}

fn head() -> Head {
    Head {
        mean: vec![200.0, 400.0],
        scale: vec![0.01, 0.005],
        layers: vec![
            Dense {
                inputs: 2,
                outputs: 3,
                weight: vec![0.5, -0.4, 0.3, -0.2, 0.6, 0.1],
                bias: vec![0.1, 0.2, 0.3],
            },
            Dense {
                inputs: 3,
                outputs: 1,
                weight: vec![0.3, -0.2, 0.4],
                bias: vec![0.0],
            },
        ],
        classes: 2,
        views: 1,
    }
}

fn network(threads: usize) -> Network {
    Network::new(&samples::prepared().model, &head(), "cpu", threads).unwrap()
}

fn params(change: impl FnOnce(&mut FinetuneParams)) -> CheckedFinetuneParams {
    let mut params = FinetuneParams {
        epochs: 4,
        learning_rate: 0.02,
        batch_size: 24,
        label_smoothing: 0.05,
        ..FinetuneParams::default()
    };
    change(&mut params);
    params.check().unwrap()
}

fn run(
    network: &Network,
    toy: &mut Toy,
    params: &CheckedFinetuneParams,
    checkpoint: Option<&Path>,
) -> Result<(FinetuneResult, Vec<String>), FinetuneError> {
    let (labels, weights) = (toy.labels(), vec![1.0; toy.rows.len()]);
    let rows: Vec<usize> = (0..toy.rows.len()).collect();
    let (validation, train) = rows.split_at(rows.len() / 4);
    let job = Job {
        network,
        examples: Examples {
            labels: &labels,
            weights: &weights,
        },
        train,
        stop: Stop::Validation(validation),
        params,
        dropout: [0.1, 0.2],
        checkpoint,
    };
    let mut heard = Vec::new();
    let tuning = fit(&job, toy, &mut |event| match event {
        TrainEvent::Resumed(epochs) => heard.push(format!("resumed after {epochs}")),
        TrainEvent::Epoch(epoch) => heard.push(format!("epoch {}", epoch.number)),
        TrainEvent::Step(_) => {}
    })?;
    Ok((tuning, heard))
}

#[test]
fn the_backbone_learns_what_its_features_do_not_show() {
    let mut toy = Toy::new(160);
    let params = params(|params| params.epochs = 30);
    let (tuning, _) = run(&network(2), &mut toy, &params, None).unwrap();
    let accuracy = |epoch: &Epoch| epoch.validation.unwrap().accuracy;
    let (first, best) = (&tuning.curve[0], &tuning.curve[tuning.best_epoch - 1]);
    assert!(accuracy(best) > 0.95, "{first:?} to {best:?}");
    let before = network(1).weights()[0].values.clone();
    assert_ne!(tuning.values[0], before, "the convolution has moved");
}

#[test]
fn a_killed_training_goes_on_to_the_same_bytes_with_any_number_of_threads() {
    for change in [(|_| ()) as fn(&mut FinetuneParams), |params| {
        (params.ema, params.mixup) = (0.9, 0.4)
    }] {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("checkpoint.safetensors");
        let params = params(change);
        let (unbroken, _) = run(&network(1), &mut Toy::new(96), &params, None).unwrap();
        let mut toy = Toy::new(96);
        toy.dies_in = Some(3);
        run(&network(2), &mut toy, &params, Some(&path)).unwrap_err();
        toy.dies_in = None;
        let (resumed, heard) = run(&network(3), &mut toy, &params, Some(&path)).unwrap();
        assert_eq!(heard[..2], ["resumed after 2", "epoch 3"]);
        assert_eq!(resumed.values, unbroken.values);
        assert_eq!(resumed.best_epoch, unbroken.best_epoch);
    }
}

#[test]
fn a_checkpoint_of_other_parameters_or_a_damaged_one_is_not_taken() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("checkpoint.safetensors");
    let (network, mut toy) = (network(1), Toy::new(96));
    run(&network, &mut toy, &params(|_| ()), Some(&path)).unwrap();
    let other = params(|params| params.learning_rate = 0.01);
    let (_, heard) = run(&network, &mut toy, &other, Some(&path)).unwrap();
    assert_eq!(heard[0], "epoch 1");
    let whole = std::fs::read(&path).unwrap();
    std::fs::write(&path, &whole[..whole.len() / 2]).unwrap();
    let (_, heard) = run(&network, &mut toy, &other, Some(&path)).unwrap();
    assert_eq!(heard[0], "epoch 1");
}

#[test]
fn a_tuned_backbone_and_head_say_what_the_network_says() {
    let (network, mut toy) = (network(1), Toy::new(96));
    let (tuning, _) = run(&network, &mut toy, &params(|_| ()), None).unwrap();
    let rows = [0, 1, 2, 3];
    let input = toy.rows(&rows, ReadMode::Plain).unwrap();
    let logits = network.logits(&tuning.values, input, rows.len()).unwrap();
    let tuned = network
        .put_back(&samples::prepared(), &tuning.values)
        .unwrap();
    let again = Network::new(&tuned.prepared.model, &tuned.head, "cpu", 1).unwrap();
    let input = toy.rows(&rows, ReadMode::Plain).unwrap();
    let values: Vec<_> = again.weights().iter().map(|w| w.values.clone()).collect();
    assert_eq!(again.logits(&values, input, rows.len()).unwrap(), logits);
    assert_ne!(tuned.prepared.digest, samples::prepared().digest);
}

#[test]
fn too_few_rows_are_refused() {
    let error = run(&network(1), &mut Toy::new(2), &params(|_| ()), None).unwrap_err();
    assert_eq!(
        error.to_string(),
        "fine-tuning needs at least 1 validation rows, got 0"
    );
}
