use super::{BackboneOptions, EngineOptions, LimitOptions, StoreOptions};
use clap::Args;
use std::path::PathBuf;

#[derive(Debug, Args)]
pub struct EmbedArgs {
    /// Folders, image files, CSV files with an image column, or patterns such as 'photos/*.jpg'
    #[arg(required = true, value_name = "IMAGES")]
    pub inputs: Vec<String>,
    /// Where to write the features (safetensors); a CSV file of the rows appears beside it
    #[arg(
        long,
        short,
        value_name = "FILE",
        default_value = "features.safetensors"
    )]
    pub out: PathBuf,
    /// Also write the resized pixels, as the backbone sees them (safetensors, uint8)
    #[arg(long, value_name = "FILE")]
    pub pixels: Option<PathBuf>,
    /// Replace existing files
    #[arg(long)]
    pub force: bool,
    /// The column of CSV inputs that names the image files [default: `file` or `path`]
    #[arg(long, value_name = "COLUMN")]
    pub image: Option<String>,
    #[command(flatten)]
    pub limits: LimitOptions,
    #[command(flatten)]
    pub backbone: BackboneOptions,
    #[command(flatten)]
    pub engine: EngineOptions,
    #[command(flatten)]
    pub store: StoreOptions,
}
