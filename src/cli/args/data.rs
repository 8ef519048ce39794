use super::{ImageOptions, NameOptions, TableOptions};
use clap::Args;
use std::path::PathBuf;

/// Data set.
#[derive(Debug, Default, Args)]
#[command(next_help_heading = "Data")]
pub struct DataOptions {
    /// The layout of a well-known data set (fairface, utkface, adience, imagefolder), or a TOML file
    #[arg(long, value_name = "NAME|FILE")]
    pub preset: Option<String>,
    #[command(flatten)]
    pub images: ImageOptions,
    /// The column (or the part of the file name) that holds the label to learn
    #[arg(long, value_name = "COLUMN")]
    pub label: Option<String>,
    /// Which of two labels counts as positive [default: the last in sorted order]
    #[arg(long, value_name = "VALUE")]
    pub positive: Option<String>,
    /// Read attributes from file names, as in "{age}_{gender}_{race}_*"
    #[arg(long)]
    pub pattern: Option<String>,
    /// Groups to report: attributes, or several crossed, as in race,age,race*gender
    #[arg(long, value_delimiter = ',', value_name = "ATTRIBUTES")]
    pub groups: Vec<String>,
    /// Bin a numeric column, by lower ends, as in age=0,18,30 (can be repeated)
    #[arg(long, value_name = "COLUMN=FROM,FROM,...")]
    pub bands: Vec<String>,
    /// Person column: all images of a person stay on one side of every split
    #[arg(long, value_name = "COLUMN")]
    pub person: Option<String>,
    /// Column that assigns rows to training (`train`), early stopping (`val`) or test (`test`)
    #[arg(long, value_name = "COLUMN", conflicts_with_all = ["test", "holdout"])]
    pub split: Option<String>,
    /// A second data set, laid out like the first, to test on
    #[arg(long, value_name = "DATA", conflicts_with = "holdout")]
    pub test: Option<PathBuf>,
    /// Test on this share of the rows, drawn evenly from every label
    #[arg(long, value_name = "SHARE")]
    pub holdout: Option<f64>,
    #[command(flatten)]
    pub table: TableOptions,
    #[command(flatten)]
    pub names: NameOptions,
}

/// Limits on bad and large images.
#[derive(Debug, Default, PartialEq, Args)]
#[command(next_help_heading = "Limits")]
pub struct LimitOptions {
    /// Stop when more than this share of the images cannot be read [default: 0.1 for
    /// train; predict and embed give every image its row and go on]
    #[arg(long, value_name = "SHARE")]
    pub max_bad: Option<f64>,
    /// Do not decode images of more pixels than this [default: 100000000]
    #[arg(long, value_name = "PIXELS")]
    pub max_pixels: Option<u64>,
    /// Do not read image files of more bytes than this [default: 104857600]
    #[arg(long, value_name = "BYTES")]
    pub max_bytes: Option<u64>,
}
