//! commands

pub mod backbone;
pub mod embed;
