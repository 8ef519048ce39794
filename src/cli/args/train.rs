use super::{
    BackboneOptions, DataOptions, EngineOptions, LimitOptions, PictureOptions, StoreOptions,
};
use clap::Args;
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
    pub engine: EngineOptions,
    #[command(flatten)]
    pub store: StoreOptions,
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
    /// Weigh rows so that labels, or labels within groups, count the same: none, label or group
    /// [default: none]
    #[arg(long, value_name = "BY")]
    pub balance: Option<String>,
    /// Seed of everything random [default: 0]
    #[arg(long)]
    pub seed: Option<u64>,
}
