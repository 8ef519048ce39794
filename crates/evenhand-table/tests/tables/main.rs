//! Tables of every format, through the public functions.

mod chunks;
mod damaged;
mod delimited;
mod formats;
mod json_lines;
mod support;
mod values;
mod workbook;
