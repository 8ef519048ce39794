//! Every command's arguments, as the user types them. Nothing is decided here: commands turn
//! arguments into checked configuration.

mod audit;
mod backbone;
mod check;
mod coders;
mod columns;
mod compare;
mod data;
mod demo;
mod embed;
mod engine;
mod estimate;
mod plan;
mod predict;
mod quantize;
mod sample;
mod segment;
mod spec;
mod table;
mod train;
mod tune;

pub use audit::{
    AnswerOptions, AuditArgs, AuditOutputs, DesignOptions, PictureOptions, UncertaintyOptions,
};
pub use backbone::{BackboneArgs, BackboneCommand, BackboneOptions};
pub use check::CheckArgs;
pub use coders::{
    CodeOptions, CodersArgs, ResamplingOptions, ScaleChoice, ScaleOptions, ValidateArgs,
};
pub use columns::{ColumnOptions, LearnerChoice};
pub use compare::CompareArgs;
pub use data::{DataOptions, LimitOptions};
pub use demo::{DemoArgs, DemoChoice};
pub use embed::EmbedArgs;
pub use engine::{
    EngineChoice, EngineOptions, ImageOptions, InputOptions, PrecisionChoice, StoreOptions,
};
pub use estimate::{CorpusOptions, EstimateArgs, RegressArgs, ResultTables};
pub use plan::PlanArgs;
pub use predict::{MergeArgs, PredictArgs};
pub use quantize::QuantizeArgs;
pub use sample::{AllocationChoice, SampleArgs};
pub use segment::SegmentArgs;
pub use spec::{FitChoice, SpecOptions};
pub use table::{
    ForceOptions, JsonOptions, NameOptions, SpreadsheetOptions, TableOptions, WeightOptions,
};
pub use train::{FinetuneOptions, HeadOptions, LossChoice, TrainArgs};
pub use tune::TuneArgs;

use clap::{Args, Parser, Subcommand};

/// Train image classifiers by transfer learning, and see how they err for every group.
///
/// Start with `evenhand demo`: it draws a set of faces, trains a classifier on them, and writes a
/// report that shows whom the classifier fails.
#[derive(Debug, Parser)]
#[command(name = "evenhand", version, max_term_width = 100)]
pub struct Cli {
    #[command(flatten)]
    pub output: OutputOptions,
    #[command(subcommand)]
    pub command: Command,
}

#[derive(Debug, Args)]
pub struct OutputOptions {
    /// Print results and errors only
    #[arg(long, short, global = true, conflicts_with = "verbose")]
    pub quiet: bool,
    /// Print more about what is being done
    #[arg(long, short, global = true)]
    pub verbose: bool,
}

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Draw faces or people with a planted weakness, train on them, and report
    Demo(DemoArgs),
    /// Look at labelled images before a training, and say whether it would fail
    Check(Box<CheckArgs>),
    /// Train a classifier from labelled images and report its errors by group
    Train(Box<TrainArgs>),
    /// Search for better settings, or draw the learning curve
    Tune(Box<TuneArgs>),
    /// Classify images with a trained classifier
    Predict(PredictArgs),
    /// Merge shards written by `predict --shard`
    Merge(MergeArgs),
    /// Report errors by group from any table of predictions
    Audit(Box<AuditArgs>),
    /// Compare two runs on the same images, for everyone and by group
    Compare(CompareArgs),
    /// Report how far people who coded images agree, and what to take for the truth
    Coders(CodersArgs),
    /// Hold a classifier's predictions against what people coded
    Validate(Box<ValidateArgs>),
    /// Plan the rows that groups or a share need, before they are collected or coded
    Plan(Box<PlanArgs>),
    /// Draw a sample of a corpus for people to code
    Sample(Box<SampleArgs>),
    /// Estimate how common a class is in a corpus, corrected for the classifier's errors
    Estimate(Box<EstimateArgs>),
    /// Regress on or from a predicted class, corrected for the classifier's errors
    Regress(Box<RegressArgs>),
    /// Divide the rows of a table into segments, and say how far they can be trusted
    Segment(Box<SegmentArgs>),
    /// Write the features of images to a file
    Embed(Box<EmbedArgs>),
    /// List the backbones that ship, or look into an ONNX file
    Backbone(BackboneArgs),
    /// Show what this machine offers: engines, devices, cache, versions
    Doctor,
}
