//! The terminal: what it shows.

pub mod table;
