use super::{BackboneOptions, DataOptions, EngineOptions, HeadOptions, LimitOptions, StoreOptions};
use clap::Args;
use std::path::PathBuf;

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  evenhand tune faces.csv --label gender --groups race --budget 50 --time 30m
  evenhand tune faces.csv --label gender --groups race --goal worst-group
  evenhand train --config tune/config.toml --out run
  evenhand tune faces.csv --label gender --groups race --curve")]
pub struct TuneArgs {
    /// What `train` takes: a folder of class folders, a CSV file, archives of images
    #[arg(required_unless_present = "config")]
    pub data: Option<PathBuf>,
    /// Begin with the settings of a run's config.toml
    #[arg(long, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// Where trials are kept and results written; the same command goes on there
    #[arg(long, short, value_name = "DIR", default_value = "tune")]
    pub out: PathBuf,
    /// Settings to try
    #[arg(long, value_name = "TRIALS", default_value_t = 50)]
    pub budget: usize,
    /// Begin no trial after this long, embedding not counted, as in 90s, 30m or 2h
    #[arg(long, value_name = "TIME")]
    pub time: Option<String>,
    /// What is looked for: accuracy, worst-group (its accuracy) or gap (the largest between groups)
    #[arg(long, value_name = "GOAL", default_value = "accuracy")]
    pub goal: String,
    /// Try nothing; show accuracy by the number of labels learned from
    #[arg(long, conflicts_with_all = ["budget", "time", "goal"])]
    pub curve: bool,
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
