use super::{EngineOptions, StoreOptions};
use clap::Args;
use std::path::PathBuf;

#[derive(Debug, Args)]
pub struct DemoArgs {
    /// Where to draw the faces and write the run
    #[arg(long, short, value_name = "DIR", default_value = "evenhand-demo")]
    pub out: PathBuf,
    /// How many faces to draw
    #[arg(long, default_value_t = 600)]
    pub faces: usize,
    /// Random seed
    #[arg(long, default_value_t = 0)]
    pub seed: u64,
    /// Replace an earlier run, and faces that were drawn otherwise or changed
    #[arg(long)]
    pub force: bool,
    #[command(flatten)]
    pub engine: EngineOptions,
    #[command(flatten)]
    pub store: StoreOptions,
}
