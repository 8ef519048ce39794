//! Analyses of tables: of predictions, whoever made them, and of codes that people gave.
#![forbid(unsafe_code)]
