use super::{EngineOptions, StoreOptions};
use clap::{Args, ValueEnum};
use std::path::PathBuf;

#[derive(Debug, Args)]
pub struct DemoArgs {
    /// What to show: drawn faces, a drawn register and survey of people, or segments of counties
    #[arg(value_enum, default_value = "faces")]
    pub what: DemoChoice,
    /// Where to draw and write the runs
    #[arg(long, short, value_name = "DIR", default_value = "evenhand-demo")]
    pub out: PathBuf,
    /// How many faces to draw
    #[arg(long, default_value_t = 600)]
    pub faces: usize,
    /// How many people to draw for the register; the survey has 3 for each hundred
    #[arg(long, default_value_t = 20_000)]
    pub people: usize,
    /// Random seed
    #[arg(long, default_value_t = 0)]
    pub seed: u64,
    /// Replace an earlier run, and files that were drawn otherwise or changed
    #[arg(long)]
    pub force: bool,
    #[command(flatten)]
    pub engine: EngineOptions,
    #[command(flatten)]
    pub store: StoreOptions,
}

/// Subject of a demo.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum DemoChoice {
    /// Faces: images with a planted weakness
    Faces,
    /// People: a large register that is wrong about one group, and a small survey
    Survey,
    /// Counties of the United States in 2015: components, and segments that are not stable
    Segments,
}
