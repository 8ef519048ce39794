use super::{EngineOptions, InputOptions, LimitOptions, StoreOptions};
use clap::Args;
use std::path::PathBuf;

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  evenhand predict run/ photos/ --out predictions.csv
  evenhand predict run/classifier.onnx 'photos/2024-*.jpg' more.csv > predictions.csv
  evenhand predict run/ list.csv --shard 2/8 --out predictions-2.parquet
  evenhand merge predictions-*.parquet --out predictions.parquet")]
pub struct PredictArgs {
    /// A run, or a classifier.onnx
    pub classifier: PathBuf,
    #[command(flatten)]
    pub input: InputOptions,
    /// Where to write the predictions: .csv, .tsv, .jsonl or .parquet. A run that was killed goes on
    /// when the same command is given again [default: CSV to standard output]
    #[arg(long, short, value_name = "FILE")]
    pub out: Option<PathBuf>,
    /// Replace an existing file, and begin again where another list or classifier was begun
    #[arg(long)]
    pub force: bool,
    /// Take every N-th image from the I-th on, so that N machines share a list; `evenhand merge` puts
    /// their files together
    #[arg(long, value_name = "I/N", requires = "out")]
    pub shard: Option<String>,
    #[command(flatten)]
    pub abstain: AbstainOptions,
    #[command(flatten)]
    pub limits: LimitOptions,
    #[command(flatten)]
    pub engine: EngineOptions,
    #[command(flatten)]
    pub store: StoreOptions,
}

#[derive(Debug, Args)]
pub struct AbstainOptions {
    /// Leave this share of the images, the least certain, to humans: `abstained` is `yes` and
    /// `predicted` empty. With --shard, give it to `evenhand merge`
    #[arg(long, value_name = "SHARE", requires = "out")]
    pub abstain: Option<f64>,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  evenhand merge predictions-*.csv --out predictions.csv
  evenhand merge a.parquet b.parquet --out predictions.jsonl --abstain 0.1")]
pub struct MergeArgs {
    /// What `evenhand predict --shard` wrote, in any order; their manifests lie beside them
    #[arg(required = true, value_name = "PARTS")]
    pub shards: Vec<PathBuf>,
    /// Where to write the predictions: .csv, .tsv, .jsonl or .parquet
    #[arg(long, short, value_name = "FILE")]
    pub out: PathBuf,
    /// Replace an existing file
    #[arg(long)]
    pub force: bool,
    #[command(flatten)]
    pub abstain: AbstainOptions,
}
