//! commands

pub mod embed;
