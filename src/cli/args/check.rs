use super::{BackboneOptions, ColumnOptions, EngineOptions, FinetuneOptions, StoreOptions};
use super::{
    DataOptions, ForceOptions, HeadOptions, JsonOptions, LimitOptions, PictureOptions, TrainArgs,
};
use clap::Args;
use std::path::PathBuf;

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  evenhand check faces/                                   one folder a class
  evenhand check faces.csv --label gender --groups 'race,race*gender' --html check.html
  evenhand check survey.csv --columns all --label care --html codebook.html --write-codebook columns.toml
  evenhand check --config run/config.toml --json

Exit code: 0 if a training would run, 1 if it would fail.")]
pub struct CheckArgs {
    /// The data of a training: a folder of class folders, a table, a Parquet or tar file, a folder of
    /// images with --pattern
    #[arg(required_unless_present = "config")]
    pub data: Option<PathBuf>,
    /// Check the data of a run, from its config.toml; other options override what it says
    #[arg(long, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// Look at the table alone and open no image
    #[arg(long)]
    pub quick: bool,
    /// Write a page with a contact sheet to this file
    #[arg(long, value_name = "FILE")]
    pub html: Option<PathBuf>,
    #[command(flatten)]
    pub json: JsonOptions,
    #[command(flatten)]
    pub force: ForceOptions,
    #[command(flatten)]
    pub pictures: PictureOptions,
    #[command(flatten)]
    pub data_options: DataOptions,
    #[command(flatten)]
    pub columns: ColumnOptions,
    /// Write what is known of the columns to this file, columns.toml, to be edited
    #[arg(
        long,
        value_name = "FILE",
        help_heading = "Surveys",
        requires = "columns"
    )]
    pub write_codebook: Option<PathBuf>,
    #[command(flatten)]
    pub limits: LimitOptions,
    /// Folds of the cross-validation that is planned [default: 5]
    #[arg(long, value_name = "N", help_heading = "Training")]
    pub folds: Option<usize>,
    /// Random seed of its splits [default: 0]
    #[arg(long, help_heading = "Training")]
    pub seed: Option<u64>,
}

impl CheckArgs {
    /// The arguments of the training that is checked.
    pub fn training(self) -> TrainArgs {
        TrainArgs {
            data: self.data,
            config: self.config,
            out: None,
            force: false,
            json: JsonOptions::default(),
            pictures: self.pictures,
            data_options: self.data_options,
            columns: self.columns,
            learner: Vec::new(),
            limits: self.limits,
            backbone: BackboneOptions::default(),
            head: HeadOptions {
                folds: self.folds,
                seed: self.seed,
                ..HeadOptions::default()
            },
            seeds: None,
            leave_out: None,
            finetune: FinetuneOptions::default(),
            engine: EngineOptions::default(),
            store: StoreOptions::default(),
        }
    }
}
