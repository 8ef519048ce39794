use clap::{Args, ValueEnum};
use std::path::PathBuf;

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  evenhand sample predictions.csv --n 500 --by race,score --out to_code.csv
  evenhand sample predictions.csv --n 400 --by score --allocation neyman --class Female --out to_code.csv")]
pub struct SampleArgs {
    /// The predictions of the corpus, as `evenhand predict` writes them
    pub predictions: PathBuf,
    /// How many rows to draw
    #[arg(long, short)]
    pub n: u64,
    /// Draw from each value of these columns, crossed; `score` stands for bins of the probability
    #[arg(long, value_delimiter = ',', value_name = "COLUMNS")]
    pub by: Vec<String>,
    /// How many bins of `score` there are, all of about as many rows
    #[arg(long, value_name = "N", default_value_t = 5)]
    pub bins: usize,
    /// The class whose probability `score` is [default: the positive one of two, else the predicted]
    #[arg(long, value_name = "CLASS")]
    pub class: Option<String>,
    /// How many rows each stratum gives
    #[arg(long, value_enum, default_value_t = AllocationChoice::Proportional)]
    pub allocation: AllocationChoice,
    /// Draw at least so many of each stratum, where it has them
    #[arg(long, value_name = "N", default_value_t = 2)]
    pub min_per_stratum: u64,
    /// How many empty columns for coders to write
    #[arg(long, value_name = "N", default_value_t = 3)]
    pub coders: usize,
    /// Write what the classifier says too; coders who see it agree with it more than they would
    #[arg(long)]
    pub show_prediction: bool,
    /// Seed of everything random
    #[arg(long, default_value_t = 0)]
    pub seed: u64,
    /// The CSV file for the coders
    #[arg(long, short, value_name = "FILE")]
    pub out: PathBuf,
    /// Replace an existing file
    #[arg(long)]
    pub force: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum AllocationChoice {
    /// As its size
    Proportional,
    /// The same for all
    Equal,
    /// As its size and how unsure the classifier is of its rows
    Neyman,
}
