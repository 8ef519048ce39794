//! The command line: what can be asked, and how answers are shown. The only room that knows clap.

pub mod args;
pub mod config;
pub mod error;
pub mod interrupt;
pub mod outputs;
pub mod printer;
pub mod standard_input;
pub mod table;
