//! Kinds of files, told by their extensions.

use std::path::Path;

const IMAGES: [&str; 8] = ["jpg", "jpeg", "png", "webp", "bmp", "gif", "tif", "tiff"];
const TEXT: [&str; 3] = ["txt", "lst", "list"];
const TABLES: [&str; 14] = [
    "csv", "tsv", "tab", "jsonl", "ndjson", "arrow", "arrows", "feather", "ipc", "xlsx", "xlsm",
    "xlsb", "xls", "ods",
];
const TAR: &str = "tar";
const PARQUET: [&str; 2] = ["parquet", "pq"];
const COMPRESSED_TARS: [&str; 9] = [
    ".tar.gz", ".tgz", ".tar.bz2", ".tbz2", ".tar.xz", ".txz", ".tar.zst", ".tzst", ".tar.lz4",
];

/// Image of a format that this crate decodes.
pub(super) fn is_image(path: &Path) -> bool {
    has_extension(path, &IMAGES)
}

/// Table or archive: a file that lists images or holds many.
pub(super) fn is_listing(path: &Path) -> bool {
    has_extension(path, &TABLES)
        || is_text(path)
        || is_tar(path)
        || is_compressed_tar(path)
        || is_parquet(path)
}

/// Text that may be a table or a list of paths.
pub(super) fn is_text(path: &Path) -> bool {
    has_extension(path, &TEXT)
}

pub(super) fn is_tar(path: &Path) -> bool {
    has_extension(path, &[TAR])
}

pub(super) fn is_parquet(path: &Path) -> bool {
    has_extension(path, &PARQUET)
}

pub(super) fn is_compressed_tar(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let name = name.to_lowercase();
    COMPRESSED_TARS.iter().any(|ending| name.ends_with(ending))
}

fn has_extension(path: &Path, known: &[&str]) -> bool {
    let extension = path.extension().unwrap_or_default();
    known
        .iter()
        .any(|known| extension.eq_ignore_ascii_case(known))
}
