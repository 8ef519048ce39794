//! Datasets: from folders, CSV files or file names to records, splits and pixels.

pub mod preprocess;
