//! The columns of a table of predictions, as evenhand writes them and reads them from anybody.

/// The image, as the user named it.
pub const PATH: &str = "path";
/// BLAKE3 of the image's bytes, in hex.
pub const BLAKE3: &str = "blake3";
/// The name of [`BLAKE3`] in tables of versions before 0.2.
pub const OLD_BLAKE3: &str = "sha";
/// What became of the image: see [`Status`](evenhand_stats::record::Status).
pub const STATUS: &str = "status";
/// Why there is no prediction.
pub const ERROR: &str = "error";
pub const LABEL: &str = "label";
/// Which model predicted: see [`Fold`](evenhand_stats::record::Fold).
pub const FOLD: &str = "fold";
pub const PREDICTED: &str = "predicted";
/// Whether the image is left to people.
pub const ABSTAINED: &str = "abstained";
/// A sampled image's probability of being drawn.
pub const INCLUSION: &str = "inclusion_probability";
/// The stratum that a sampled image was drawn from.
pub const STRATUM: &str = "stratum";
/// The rows of the corpus in that stratum.
pub const STRATUM_ROWS: &str = "stratum_rows";

/// The columns before the probabilities.
pub const FIXED: [&str; 7] = [PATH, BLAKE3, STATUS, ERROR, LABEL, FOLD, PREDICTED];

/// The columns that may name an image, in the order in which they are looked for.
pub const IMAGE: [&str; 3] = [PATH, "file", "image"];

/// The columns that may name a row of any table, in the order in which they are looked for.
pub const NAMES: [&str; 5] = [PATH, "file", "image", "item", "id"];

const PROBABILITY: &str = "probability_";

/// The column of a class's probability.
pub fn probability_column(class: &str) -> String {
    format!("{PROBABILITY}{class}")
}

/// The class whose probability a column has.
pub fn class_of_column(column: &str) -> Option<&str> {
    column.strip_prefix(PROBABILITY)
}

/// Whether evenhand wrote a table with these columns: then its status is ours, and its probabilities belong to
/// its predictions.
pub fn is_ours(columns: &[String]) -> bool {
    let has = |name: &str| columns.iter().any(|column| column == name);
    [PATH, STATUS, ERROR].into_iter().all(has) && (has(BLAKE3) || has(OLD_BLAKE3))
}

/// The position of the images' hashes.
pub fn blake3(columns: &[String]) -> Option<usize> {
    let position = |name: &str| columns.iter().position(|column| column == name);
    position(BLAKE3).or_else(|| position(OLD_BLAKE3))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_of_all_versions_are_ours() {
        let columns = |hash: &str| {
            let names = ["path", hash, "status", "error", "predicted"];
            names.map(String::from)
        };
        assert!(is_ours(&columns("blake3")) && is_ours(&columns("sha")));
        assert!(!is_ours(&columns("md5")));
        assert_eq!(blake3(&columns("sha")), Some(1));
        assert_eq!(class_of_column(&probability_column("F")), Some("F"));
    }
}
