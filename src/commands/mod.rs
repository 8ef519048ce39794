//! commands
pub mod doctor;
