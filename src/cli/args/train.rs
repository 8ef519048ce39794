use super::{
    BackboneOptions, DataOptions, EngineOptions, LimitOptions, PictureOptions, StoreOptions,
};
use clap::{Args, ValueEnum};
use std::path::PathBuf;

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  evenhand train faces/                                   one folder a class
  evenhand train faces.csv --label gender --groups race,age,race*gender --holdout 0.2
  evenhand train UTKFace/ --preset utkface --label gender --groups race --out runs/utk
  evenhand train --config runs/utk/config.toml --out runs/again")]
pub struct TrainArgs {
    /// A folder of class folders, a CSV file, a Parquet or tar file of images, a folder of images
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
    /// Print the metrics as JSON to standard output
    #[arg(long)]
    pub json: bool,
    #[command(flatten)]
    pub pictures: PictureOptions,
    #[command(flatten)]
    pub data_options: DataOptions,
    #[command(flatten)]
    pub limits: LimitOptions,
    #[command(flatten)]
    pub backbone: BackboneOptions,
    #[command(flatten)]
    pub head: HeadOptions,
    #[command(flatten)]
    pub finetune: FinetuneOptions,
    #[command(flatten)]
    pub engine: EngineOptions,
    #[command(flatten)]
    pub store: StoreOptions,
}

/// What a training makes small.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum LossChoice {
    Mean,
    GroupDro,
}

/// How the head is trained.
#[derive(Debug, Default, Args)]
#[command(next_help_heading = "Training")]
pub struct HeadOptions {
    /// Folds of the cross-validation [default: 5]
    #[arg(long, value_name = "N")]
    pub folds: Option<usize>,
    /// Units of the hidden layer; 0 for none [default: 128]
    #[arg(long, value_name = "UNITS")]
    pub hidden: Option<usize>,
    /// Share of units left out at random while training [default: 0.5]
    #[arg(long, value_name = "SHARE")]
    pub dropout: Option<f64>,
    /// At most this many passes over the training rows, more where rows are few [default: 5]
    #[arg(long, value_name = "N")]
    pub epochs: Option<usize>,
    /// Peak learning rate [default: 0.001]
    #[arg(long, value_name = "RATE")]
    pub learning_rate: Option<f64>,
    /// Weight decay: how strongly large weights are held back [default: 0.05]
    #[arg(long, value_name = "DECAY")]
    pub weight_decay: Option<f64>,
    /// Rows a step [default: 256]
    #[arg(long, value_name = "ROWS")]
    pub batch_size: Option<usize>,
    /// Weigh rows so that labels, or labels within groups, count the same: none, label or group; or
    /// draw labels within groups alike often: oversample [default: none]
    #[arg(long, value_name = "BY")]
    pub balance: Option<String>,
    /// What is made small: the mean loss, or that of the labels within groups that are lost most:
    /// mean or group-dro [default: mean]
    #[arg(long, value_name = "LOSS")]
    pub loss: Option<LossChoice>,
    /// How fast group-dro turns to the labels within groups that are lost most [default: 0.1]
    #[arg(long, value_name = "ETA")]
    pub eta: Option<f64>,
    /// Seed of everything random [default: 0]
    #[arg(long)]
    pub seed: Option<u64>,
}

/// Whether and how the backbone is trained, too.
#[derive(Debug, Default, PartialEq, Args)]
#[command(next_help_heading = "Fine-tuning")]
pub struct FinetuneOptions {
    /// Train a part of the backbone, too: as many stages from the top, what comes after a tensor, or
    /// all
    #[arg(long, value_name = "N|TENSOR|all")]
    pub unfreeze: Option<String>,
    /// Change images while training: none, flip, light or strong [default: flip, which keeps the
    /// activations of what is frozen; light with --unfreeze all]
    #[arg(long, value_name = "HOW")]
    pub augment: Option<String>,
    /// Passes over the training rows [default: 10]
    #[arg(long, value_name = "N")]
    pub tune_epochs: Option<usize>,
    /// Peak learning rate of the uppermost layer [default: 0.0005]
    #[arg(long, value_name = "RATE")]
    pub tune_rate: Option<f64>,
    /// Rows a step [default: 64]
    #[arg(long, value_name = "ROWS")]
    pub tune_batch: Option<usize>,
    /// What the learning rate is multiplied by from a layer to the one below [default: 0.95]
    #[arg(long, value_name = "FACTOR")]
    pub depth_decay: Option<f64>,
    /// Share of a label that is spread over all classes [default: 0.1]
    #[arg(long, value_name = "SHARE")]
    pub label_smoothing: Option<f64>,
    /// Mix images in pairs: the α of a Beta distribution, 0 for never [default: 0]
    #[arg(long, value_name = "ALPHA")]
    pub mixup: Option<f64>,
    /// Keep a moving average of the weights, with this decay a step; 0 for none [default: 0]
    #[arg(long, value_name = "DECAY")]
    pub average: Option<f64>,
    /// The most that kept activations may take on the disk, in GB [default: 20]
    #[arg(long, value_name = "GB")]
    pub cache_limit: Option<f64>,
}
