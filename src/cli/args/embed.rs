use super::{BackboneOptions, EngineOptions, InputOptions, LimitOptions, StoreOptions};
use clap::Args;
use std::path::PathBuf;

#[derive(Debug, Args)]
pub struct EmbedArgs {
    #[command(flatten)]
    pub input: InputOptions,
    /// Features file (safetensors); an index as CSV is written beside it
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
    #[command(flatten)]
    pub limits: LimitOptions,
    #[command(flatten)]
    pub backbone: BackboneOptions,
    #[command(flatten)]
    pub engine: EngineOptions,
    #[command(flatten)]
    pub store: StoreOptions,
}
