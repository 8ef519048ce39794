//! Counties of the United States, which ship as an example of a table of numbers.

/// The American Community Survey by county, 2011 to 2015, as CSV. Its source and its licence, the public domain, are told in
/// `tables/counties2015.md`.
pub const COUNTIES_2015: &[u8] = include_bytes!("../tables/counties2015.csv");
