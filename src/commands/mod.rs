//! commands
pub mod backbone;
