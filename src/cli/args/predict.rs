use super::{EngineOptions, InputOptions, LimitOptions, NameOptions, StoreOptions};
use clap::Args;
use evenhand::jobs::segment::Renamed;
use evenhand::predict::{Abstain, Shard};
use std::path::PathBuf;

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  evenhand predict run/ photos/ --out predictions.csv
  evenhand predict run/classifier.onnx 'photos/2024-*.jpg' more.csv > predictions.csv
  find photos -name '*.jpg' | evenhand predict run/ - --out predictions.csv
  evenhand predict run/ photos/ --out predictions.csv --abstain-risk 0.05 --abstain-groups race
  evenhand predict run/ list.csv --shard 2/8 --out predictions-2.parquet
  evenhand predict run/ people.csv --out scores.csv
  evenhand predict seg/ counties2017.csv --rename Citizen=VotingAgeCitizen --out seg2017.csv
  evenhand merge predictions-*.parquet --out predictions.parquet")]
pub struct PredictArgs {
    /// A run, or a classifier.onnx; or segments, for new rows of a table
    pub classifier: PathBuf,
    #[command(flatten)]
    pub input: InputOptions,
    /// Where to write the predictions: .csv, .tsv, .jsonl or .parquet. The same command continues an
    /// interrupted run [default: CSV to standard output]
    #[arg(long, short, value_name = "FILE")]
    pub out: Option<PathBuf>,
    /// Replace existing files; start over if another list or classifier was begun
    #[arg(long)]
    pub force: bool,
    #[command(flatten)]
    pub names: NameOptions,
    /// Shard I of N of the list; `evenhand merge` joins them
    #[arg(long, value_name = "I/N", requires = "out")]
    pub shard: Option<Shard>,
    #[command(flatten)]
    pub abstain: AbstainOptions,
    /// Of a table: the column that names rows, several as in State,County [default: those of the training or
    /// of the segments]
    #[arg(long, value_name = "COLUMN")]
    pub id: Option<String>,
    /// Of a survey: predict rows with a value that the training did not have, as if it were missing
    #[arg(long)]
    pub unseen_as_gap: bool,
    /// Of segments: a column that the new table calls otherwise, as in Citizen=VotingAgeCitizen
    #[arg(long, value_name = "OLD=NEW,...", value_delimiter = ',')]
    pub rename: Vec<Renamed>,
    #[command(flatten)]
    pub limits: LimitOptions,
    #[command(flatten)]
    pub engine: EngineOptions,
    #[command(flatten)]
    pub store: StoreOptions,
}

#[derive(Debug, Clone, Args)]
pub struct AbstainOptions {
    /// Share of least certain images left to people: `abstained` is `yes`, `predicted` is empty. With
    /// --shard, give it to `evenhand merge`
    #[arg(long, value_name = "SHARE", requires = "out")]
    pub abstain: Option<f64>,
    /// Leave as few to people as promise, with 95 % confidence, that at most this share of the others is
    /// wrong: 0.05. For images like those of the training
    #[arg(
        long,
        value_name = "SHARE",
        requires = "out",
        conflicts_with = "abstain"
    )]
    pub abstain_risk: Option<f64>,
    /// Promise it in every group of this grouping of the training, such as race
    #[arg(long, value_name = "GROUPS", requires = "abstain_risk")]
    pub abstain_groups: Option<String>,
}

impl AbstainOptions {
    /// Which images are left to people.
    pub fn chosen(self) -> Option<Abstain> {
        let Self {
            abstain,
            abstain_risk,
            abstain_groups: grouping,
        } = self;
        let risk = abstain_risk.map(|risk| Abstain::Risk { risk, grouping });
        risk.or(abstain.map(Abstain::Share))
    }
}

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  evenhand merge predictions-*.csv --out predictions.csv
  evenhand merge a.parquet b.parquet --out predictions.jsonl --abstain 0.1")]
pub struct MergeArgs {
    /// Shards from `predict --shard`, any order, each with its manifest
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
