//! Jobs: each a function of checked settings and an observer, with data as its result. The command line,
//! or any other caller, turns arguments into settings and shows the result.

mod bad_images;
pub mod check;
pub mod config;
pub mod demo;
pub mod demo_segments;
pub mod demo_survey;
pub mod doctor;
pub mod embed;
pub mod files;
mod inputs;
pub mod inspect;
pub mod output_folder;
mod pipeline;
pub mod predict;
pub mod quantize;
pub mod run_dir;
pub mod segment;
pub mod survey;
pub mod train;
mod training;
pub mod tune;
