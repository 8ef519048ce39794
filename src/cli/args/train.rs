use super::{
    BackboneOptions, ColumnOptions, DataOptions, EngineOptions, JsonOptions, LearnerChoice,
    LimitOptions, PictureOptions, StoreOptions,
};
use clap::{Args, ValueEnum};
use evenhand::backbone::unfreeze::Unfreeze;
use evenhand::finetune::Augment;
use evenhand::head::Balance;
use std::path::PathBuf;

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  evenhand train faces/                                   one folder a class
  evenhand train faces.csv --label gender --groups 'race,age,race*gender' --holdout 0.2
  evenhand train UTKFace/ --preset utkface --label gender --groups race --out runs/utk
  evenhand train survey.csv --label care --columns all --weights PWGTP --groups race --gaps N
  evenhand train --config runs/utk/config.toml --out runs/again")]
pub struct TrainArgs {
    /// A folder of class folders, a CSV file (of images, or with --columns of people), a Parquet or tar file of images, a folder of images
    /// with --pattern, or several files such as 'shards/*.tar'
    #[arg(required_unless_present = "config")]
    pub data: Option<PathBuf>,
    /// Repeat a run from its config.toml; other options override what it says
    #[arg(long, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// Where to write the run [default: run]
    #[arg(long, short, value_name = "DIR")]
    pub out: Option<PathBuf>,
    /// Replace an existing run
    #[arg(long)]
    pub force: bool,
    #[command(flatten)]
    pub json: JsonOptions,
    #[command(flatten)]
    pub pictures: PictureOptions,
    #[command(flatten)]
    pub data_options: DataOptions,
    #[command(flatten)]
    pub columns: ColumnOptions,
    #[command(flatten)]
    pub limits: LimitOptions,
    #[command(flatten)]
    pub backbone: BackboneOptions,
    #[command(flatten)]
    pub head: HeadOptions,
    /// auto, or learners to choose among: logistic and network of images; logistic, tree, boosting and forest of columns
    /// [default: auto]
    #[arg(
        long,
        value_name = "LEARNERS",
        value_delimiter = ',',
        help_heading = "Training"
    )]
    pub learner: Vec<LearnerChoice>,
    /// Train with N seeds: the first gives the run, the others say how far its results move by chance
    /// of training alone [default: 1]
    #[arg(long, value_name = "N", help_heading = "Training")]
    pub seeds: Option<usize>,
    /// Column of sources, as in archive: train on all but one and test on it, one after the other
    #[arg(long, value_name = "COLUMN", help_heading = "Training")]
    pub leave_out: Option<String>,
    #[command(flatten)]
    pub finetune: FinetuneOptions,
    #[command(flatten)]
    pub engine: EngineOptions,
    #[command(flatten)]
    pub store: StoreOptions,
}

/// Objective of a training.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum LossChoice {
    /// Mean loss
    Mean,
    /// Group DRO: the worst label-by-group stratum
    GroupDro,
}

/// Training of the head.
#[derive(Debug, Clone, Default, PartialEq, Args)]
#[command(next_help_heading = "Training")]
pub struct HeadOptions {
    /// Folds of the cross-validation [default: 5]
    #[arg(long, value_name = "N")]
    pub folds: Option<usize>,
    /// Units of the hidden layer; 0 for none [default: 128]
    #[arg(long, value_name = "UNITS")]
    pub hidden: Option<usize>,
    /// Dropout rate [default: 0.5]
    #[arg(long, value_name = "SHARE")]
    pub dropout: Option<f64>,
    /// At most this many passes over the training rows, more where rows are few [default: 5]
    #[arg(long, value_name = "N")]
    pub epochs: Option<usize>,
    /// Peak learning rate [default: 0.001]
    #[arg(long, value_name = "RATE")]
    pub learning_rate: Option<f64>,
    /// Weight decay (AdamW) [default: 0.05]
    #[arg(long, value_name = "DECAY")]
    pub weight_decay: Option<f64>,
    /// Batch size of the head [default: 256]
    #[arg(long, value_name = "ROWS")]
    pub batch_size: Option<usize>,
    /// Class balance: none; weights by label, or by label within group (group); or oversample [default:
    /// none]
    #[arg(long, value_name = "BY")]
    pub balance: Option<Balance>,
    /// Objective: mean loss, or group DRO (worst label-by-group stratum) [default: mean]
    #[arg(long, value_name = "LOSS")]
    pub loss: Option<LossChoice>,
    /// Step size of the stratum weights in group DRO [default: 0.1]
    #[arg(long, value_name = "STEP", alias = "eta")]
    pub dro_step: Option<f64>,
    /// Random seed [default: 0]
    #[arg(long)]
    pub seed: Option<u64>,
}

/// Fine-tuning of the backbone.
#[derive(Debug, Default, PartialEq, Args)]
#[command(next_help_heading = "Fine-tuning")]
pub struct FinetuneOptions {
    /// Fine-tune the backbone: N stages from the top, all after a tensor, or all
    #[arg(long, value_name = "N|TENSOR|all")]
    pub unfreeze: Option<Unfreeze>,
    /// Data augmentation: none, flip, light or strong [default: flip, with which activations of the
    /// frozen part are stored; light with --unfreeze all]
    #[arg(long, value_name = "HOW")]
    pub augment: Option<Augment>,
    /// Epochs of fine-tuning [default: 10]
    #[arg(long, value_name = "N", alias = "tune-epochs")]
    pub finetune_epochs: Option<usize>,
    /// Peak learning rate of the uppermost layer [default: 0.0005]
    #[arg(long, value_name = "RATE", alias = "tune-rate")]
    pub finetune_rate: Option<f64>,
    /// Batch size of fine-tuning [default: 64]
    #[arg(long, value_name = "ROWS", alias = "tune-batch")]
    pub finetune_batch: Option<usize>,
    /// Layer-wise learning-rate decay [default: 0.95]
    #[arg(long, value_name = "FACTOR", alias = "depth-decay")]
    pub layer_decay: Option<f64>,
    /// Label smoothing [default: 0.1]
    #[arg(long, value_name = "SHARE")]
    pub label_smoothing: Option<f64>,
    /// Mix images in pairs: the α of a Beta distribution, 0 for never [default: 0]
    #[arg(long, value_name = "ALPHA")]
    pub mixup: Option<f64>,
    /// Decay of the exponential moving average of weights; 0 for none [default: 0]
    #[arg(long, value_name = "DECAY", alias = "average")]
    pub ema: Option<f64>,
    /// Disk limit for stored activations, in GB [default: 20]
    #[arg(long, value_name = "GB")]
    pub cache_limit: Option<f64>,
}
