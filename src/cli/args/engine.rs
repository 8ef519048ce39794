use super::TableOptions;
use clap::builder::PossibleValue;
use clap::{Args, ValueEnum};
use evenhand::backbone::Precision;
use std::path::PathBuf;

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum EngineChoice {
    /// ONNX Runtime where its library is found, Burn otherwise
    Auto,
    /// ONNX Runtime: the fastest on CPUs
    Onnxruntime,
    /// Burn: built in, needs nothing else
    Burn,
}

/// A precision, or `auto`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PrecisionChoice(pub Option<Precision>);

impl ValueEnum for PrecisionChoice {
    fn value_variants<'a>() -> &'a [Self] {
        &[
            Self(None),
            Self(Some(Precision::F32)),
            Self(Some(Precision::Int8)),
            Self(Some(Precision::F16)),
        ]
    }

    fn to_possible_value(&self) -> Option<PossibleValue> {
        Some(PossibleValue::new(self.0.map_or("auto", Precision::name)).help(match self.0 {
            None => {
                "f16 on GPUs by Burn; int8 on CPUs by ONNX Runtime, where a copy ships; f32 otherwise"
            }
            Some(Precision::F32) => "float32",
            Some(Precision::Int8) => "The int8 copy of the backbone: fast on CPUs",
            Some(Precision::F16) => "float16: fast on GPUs",
        }))
    }
}

/// Inference engine.
#[derive(Debug, Default, PartialEq, Args)]
#[command(next_help_heading = "Engine")]
pub struct EngineOptions {
    /// Inference engine [default: auto]
    #[arg(long, value_enum)]
    pub engine: Option<EngineChoice>,
    /// The device to run on, as `evenhand doctor` lists them [default: cpu]
    #[arg(long)]
    pub device: Option<String>,
    /// Numeric precision; a trained classifier keeps its own [default: auto]
    #[arg(long, value_enum)]
    pub precision: Option<PrecisionChoice>,
    /// Threads to use [default: one a core]
    #[arg(long, value_name = "N")]
    pub threads: Option<usize>,
}

/// The images that a command takes without labels.
#[derive(Debug, Args)]
pub struct InputOptions {
    /// Folders, image files, tables, lists of paths, tar or Parquet files, or patterns such as 'photos/*.jpg'; - is a
    /// list from standard input
    #[arg(required = true, value_name = "IMAGES")]
    pub inputs: Vec<String>,
    #[command(flatten)]
    pub images: ImageOptions,
    #[command(flatten)]
    pub table: TableOptions,
}

/// Images of tables and lists.
#[derive(Debug, Default, Clone, PartialEq, Eq, Args)]
pub struct ImageOptions {
    /// The column that names the image files, or holds the images [default: `file`, `path`, `image_path`, `filename`,
    /// `photo` or `img`; of a Parquet file `image`, or the only one with images]
    #[arg(long, value_name = "COLUMN")]
    pub image: Option<String>,
    /// The folder that paths in tables are relative to [default: the folder of the table]
    #[arg(long, value_name = "DIR")]
    pub image_root: Option<PathBuf>,
    /// What file names end with where the table leaves it out, as in .jpg
    #[arg(long, value_name = "EXTENSION")]
    pub image_ext: Option<String>,
}

/// Feature store: features of an image are computed once.
#[derive(Debug, Default, PartialEq, Args)]
#[command(next_help_heading = "Feature store")]
pub struct StoreOptions {
    /// Keep features in this folder [default: evenhand's folder in the user's cache]
    #[arg(long, value_name = "DIR", conflicts_with = "no_store")]
    pub store: Option<PathBuf>,
    /// Do not keep features
    #[arg(long)]
    pub no_store: bool,
}
