use super::{CodeOptions, ForceOptions, JsonOptions, TableOptions, WeightOptions};
use clap::Args;
use evenhand::regress::Family;
use std::path::{Path, PathBuf};

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  evenhand estimate predictions.csv --coded coded.csv --class gender=Female --groups topic,country
  evenhand estimate predictions.csv --coded run/predictions.csv --class Female
  evenhand estimate predictions.csv --coded coded.csv --cluster source --out shares.html
  evenhand estimate coded.csv --cells census.csv --class yes --groups born,gender",
    mut_arg("coded", |coded| coded.required(false).required_unless_present("cells")))]
pub struct EstimateArgs {
    #[command(flatten)]
    pub corpus: CorpusOptions,
    /// Domains: estimate within each value too, as in topic,race*age
    #[arg(long, alias = "by", value_delimiter = ',', value_name = "COLUMNS")]
    pub groups: Vec<String>,
    /// Minimum coded rows of a domain or class for an estimate
    #[arg(long, default_value_t = 10)]
    pub min_n: u64,
    /// Shares of exactly these rows, rather than of the population that they are from
    #[arg(long)]
    pub finite: bool,
    /// Cells of the population, with a column for each group and one of counts: PREDICTIONS are then coded rows or
    /// answers, of which shares of the population are estimated (multilevel regression and poststratification)
    #[arg(long, value_name = "FILE", requires = "groups",
        conflicts_with_all = ["coded", "cluster", "min_n", "finite", "weights", "margins", "out"])]
    pub cells: Option<PathBuf>,
    /// Column of counts of the cells [default: n, count or weight]
    #[arg(long, value_name = "COLUMN", requires = "cells")]
    pub count: Option<String>,
    #[command(flatten)]
    pub weights: WeightOptions,
    /// Write a page with figures as HTML to this file
    #[arg(long, short, value_name = "FILE", help_heading = "Outputs")]
    pub out: Option<PathBuf>,
    #[command(flatten)]
    pub tables: ResultTables,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  evenhand regress predictions.csv --coded coded.csv --formula 'female ~ topic + year'
  evenhand regress predictions.csv --coded coded.csv --formula 'likes ~ gender*topic' --class gender=Female")]
pub struct RegressArgs {
    #[command(flatten)]
    pub corpus: CorpusOptions,
    /// Outcome and covariates, as in 'female ~ topic + year': columns of the predictions, and the predicted
    /// class on one side; a*b means a + b + a:b, C(a) takes numbers for names of categories
    #[arg(long, value_name = "FORMULA")]
    pub formula: String,
    /// Model: linear or logistic
    #[arg(long, value_name = "MODEL", default_value = "linear")]
    pub model: Family,
    #[command(flatten)]
    pub weights: WeightOptions,
    /// Write a page with figures as HTML to this file
    #[arg(long, short, value_name = "FILE", help_heading = "Outputs")]
    pub out: Option<PathBuf>,
    #[command(flatten)]
    pub tables: ResultTables,
}

/// A corpus and its coded rows.
#[derive(Debug, Args)]
pub struct CorpusOptions {
    /// The predictions of the corpus, as `evenhand predict` writes them
    pub predictions: PathBuf,
    /// Coded rows: codes of corpus rows (matched by path), or a table with labels and its own predictions,
    /// such as a run's predictions.csv
    #[arg(long, alias = "validation", value_name = "FILE", required = true)]
    pub coded: Option<PathBuf>,
    /// The class, as in gender=Female or Female [default: every class, or the one that the formula names]
    #[arg(long, alias = "share", value_name = "[LABEL=]CLASS")]
    pub class: Option<String>,
    /// Cluster: rows with the same value are not independent, such as images of one source
    #[arg(long, value_name = "COLUMN")]
    pub cluster: Option<String>,
    /// Confidence level of the intervals
    #[arg(long, default_value_t = 0.95, allow_negative_numbers = true)]
    pub level: f64,
    #[command(flatten)]
    pub table: TableOptions,
    #[command(flatten)]
    pub codes: CodeOptions,
}

impl CorpusOptions {
    /// Both files.
    pub fn files(&self) -> [&Path; 2] {
        let coded = self.coded.as_deref().expect("it is required without cells");
        [&self.predictions, coded]
    }
}

/// All numbers of a result.
#[derive(Debug, Args)]
#[command(next_help_heading = "Outputs")]
pub struct ResultTables {
    /// Write the estimates as CSV to this file, a row for each number
    #[arg(long, value_name = "FILE")]
    pub csv: Option<PathBuf>,
    #[command(flatten)]
    pub json: JsonOptions,
    #[command(flatten)]
    pub force: ForceOptions,
}
