use super::{JsonOptions, TableOptions};
use clap::{Args, ValueEnum};
use evenhand::jobs::segment::ComponentName;
use evenhand::learners::columns::{Gaps, Selection};
use evenhand::segments::pca::Components;
use evenhand::segments::scale::Scaling;
use evenhand::segments::segmentation::SegmentCount;
use std::path::PathBuf;

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  evenhand segment counties.csv --id State,County --out seg
  evenhand segment counties.csv --id State,County --components 5 --segments 7 --weights TotalPop --out seg
  evenhand segment counties.csv --columns 'all,!CensusId' --name 'Deprivation=1' --name 'Commuters=2' --out seg
  evenhand predict seg counties2017.csv --rename Citizen=VotingAgeCitizen --out seg2017.csv")]
pub struct SegmentArgs {
    /// The table: a row for each county, person or firm, columns of numbers
    pub table: PathBuf,
    /// The columns that name rows, as in State,County [default: rows are named by their line]
    #[arg(long, value_name = "COLUMNS", value_delimiter = ',')]
    pub id: Vec<String>,
    /// Columns to make segments of: all columns of numbers, a list, or all but some, as in 'all,!TotalPop'
    #[arg(long, value_name = "COLUMNS", default_value = "all")]
    pub columns: Selection,
    /// Values that say why there is no number, as in N,-9; of one column, as in income:-9
    #[arg(long, value_name = "CODES")]
    pub gaps: Option<Gaps>,
    /// Column of weights, such as a population
    #[arg(long, value_name = "COLUMN")]
    pub weights: Option<String>,
    /// How columns are made comparable: minmax (from 0 to 1), standard (mean 0, variance 1) or none
    #[arg(long, value_name = "SCALING", default_value = "minmax")]
    pub scale: Scaling,
    /// Principal components to keep: a number, a share of variance that they explain, or parallel (more than chance)
    #[arg(long, value_name = "N|SHARE|parallel", default_value = "0.8")]
    pub components: Components,
    /// Rotate the components, so that each loads on few columns; segments stay the same
    #[arg(long, value_enum)]
    pub rotate: Option<RotationChoice>,
    /// Name a component, as in 'Deprivation=1': the name is bound to its loadings (can be repeated)
    #[arg(long, value_name = "NAME=COMPONENT")]
    pub name: Vec<ComponentName>,
    /// Take over the names of another segmentation; one whose loadings have changed is refused
    #[arg(long, value_name = "DIR")]
    pub names_from: Option<PathBuf>,
    /// Number of segments; of a range, the most that are stable
    #[arg(long, value_name = "N|FROM-TO", default_value = "2-12")]
    pub segments: SegmentCount,
    /// Random seed
    #[arg(long, default_value_t = 1)]
    pub seed: u64,
    #[command(flatten)]
    pub read: TableOptions,
    /// Where to write the segmentation
    #[arg(
        long,
        short,
        value_name = "DIR",
        default_value = "seg",
        help_heading = "Outputs"
    )]
    pub out: PathBuf,
    /// Replace an earlier segmentation, and existing files
    #[arg(long, help_heading = "Outputs")]
    pub force: bool,
    #[command(flatten)]
    pub json: JsonOptions,
}

/// Rotation of components.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum RotationChoice {
    /// Varimax
    Varimax,
}
