//! The commands: one file each, from a configuration through the library to what is shown.

pub mod audit;
