//! evenhand trains image classifiers by transfer learning and audits their errors by group.
//!
//! Each job is a function of a configuration and an observer ([`Events`], `()` for silence):
//!
//! | job | does |
//! |---|---|
//! | [`train()`] | a classifier from labelled images, with predictions and audits: a [`Run`] |
//! | [`predict()`], [`predict_to`], [`Predictor`] | predictions of new images: to a table, a stream, or one by one |
//! | [`merge`] | shards of predictions to one table |
//! | [`tune()`], [`learning_curve`] | better settings; whether more labels would help |
//! | [`embed`] | features of images, as a file |
//! | [`quantize`], [`inspect`], [`shipped_backbones`] | int8 copies of backbones, and what is in a model |
//! | [`audit()`], [`compare()`] | metrics by group from any table of predictions; two classifiers on the same rows |
//! | [`agreement()`], [`validate()`] | how far coders agree; predictions beside codes |
//! | [`plan_gaps()`](analysis::plan::plan_gaps), [`plan_share()`](analysis::plan::plan_share) | rows to collect or to code before there are any |
//! | [`sample()`], [`estimate()`] | rows of a corpus to code; shares of a corpus, corrected by coded rows |
//! | [`poststratify()`] | shares of a population by the cells of a census |
//! | [`regress()`](analysis::regress::regress) | coefficients of a formula with a predicted class, corrected by coded rows |
//! | [`segment()`], [`assign_segments`] | segments of the rows of a table; new rows in the same segments |
//! | [`demo()`], [`doctor`] | a training on drawn faces; what this machine offers |
//!
//! ```no_run
//! use evenhand::{Image, Overwrite, PredictOptions, TrainConfig};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! // A folder with a folder for each class.
//! let run = evenhand::train(&TrainConfig::new("faces"), &mut ())?;
//! println!("accuracy {:?}", run.out_of_fold.overall.accuracy().estimate);
//! run.save("run".as_ref(), Overwrite::No)?;
//!
//! let mut predictor = run.classifier.predictor(&PredictOptions::default(), &mut ())?;
//! let predictions = predictor.predict(&[Image::Bytes(std::fs::read("photo.jpg")?)])?;
//! # Ok(())
//! # }
//! ```
//!
//! The other modules are what jobs are made of; ARCHITECTURE.md says who may import whom.
#![forbid(unsafe_code)]

pub mod classifier;
pub mod demo;
pub mod finetune;
pub mod head;
pub mod jobs;
pub mod predict;
pub mod tune;

pub use evenhand_analysis as analysis;
pub use evenhand_analysis::agreement::{AgreementOptions, AgreementResult, agreement};
pub use evenhand_analysis::audit::{AuditOptions, AuditResult, audit};
pub use evenhand_analysis::compare::{CompareOptions, CompareResult, compare};
pub use evenhand_analysis::estimate::{CodedItems, EstimateOptions, EstimateResult, estimate};
pub use evenhand_analysis::poststratify::{PoststratifyOptions, PoststratifyResult, poststratify};
pub use evenhand_analysis::regress::{RegressOptions, RegressResult, regress};
pub use evenhand_analysis::sample::{SampleOptions, SampleResult, sample};
pub use evenhand_analysis::validate::{ValidateOptions, ValidationResult, validate};
pub use evenhand_analysis::{CodeTable, PredictionSource, PredictionTable};
pub use evenhand_backbone as backbone;
pub use evenhand_data as data;
pub use evenhand_data::{WriteError, atomic_file, dataset, staging};
pub use evenhand_learners as learners;
pub use evenhand_report as report;
pub use evenhand_segments as segments;
pub use evenhand_stats::{
    abstain, audit, coders, drift, error, estimate, events, features, groups, hint, metric, plan,
    poststratify, record, regress, stats, text,
};
pub use evenhand_table as table;

pub use classifier::Classifier;
pub use error::Error;
pub use events::Events;
pub use jobs::check::{
    CheckConfig, ColumnCheck, ColumnCheckConfig, DataCheck, check, check_columns,
};
pub use jobs::config::{
    BackboneConfig, ConfigError, DataConfig, EngineConfig, FinetuneConfig, LimitConfig,
    ReportConfig, SearchedConfig, StoreConfig, TrainConfig, ValidationConfig,
};
pub use jobs::demo::{DemoConfig, demo};
pub use jobs::demo_segments::{SegmentsDemoConfig, demo_segments};
pub use jobs::demo_survey::{SurveyDemoConfig, demo_survey};
pub use jobs::doctor::{Checkup, doctor};
pub use jobs::embed::{EmbedConfig, embed};
pub use jobs::files::Overwrite;
pub use jobs::inspect::{ShippedBackbone, inspect, shipped_backbones};
pub use jobs::predict::{
    Image, MergeConfig, PredictConfig, PredictOptions, PredictedTable, Predictor, TableOptions,
    merge, predict, predict_to,
};
pub use jobs::quantize::{QuantizeConfig, QuantizedAccuracy, compare_copy, quantize};
pub use jobs::segment::{
    AssignConfig, AssignedRows, SegmentConfig, SegmentRun, assign_segments, assign_segments_to,
    segment,
};
pub use jobs::survey::{
    ColumnsConfig, LearnerConfig, PredictedRows, SurveyConfig, SurveyPredictConfig, SurveyRun,
    TransferConfig, TransferResult, Unseen, predict_survey, predict_survey_to, train_survey,
};
pub use jobs::train::{Run, SeedResults, train};
pub use jobs::tune::{LearningCurve, SearchResult, TuneConfig, learning_curve, tune};
