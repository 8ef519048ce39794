//! Finds images again by their names in outputs, so that an audit of predictions can show them.

use super::parquet::Parquet;
use super::shard::Samples;
use crate::dataset::extensions::{is_parquet, is_tar};
use crate::dataset::file_names;
use crate::record::Location;
use std::collections::{BTreeMap, HashMap};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Locations of images by their names in outputs: `shard.tar/0001.jpg` is a member, `faces.parquet:17` a row, anything
/// else a file, whether it exists or not. Each archive is gone through once.
pub fn locate(paths: Vec<PathBuf>) -> Vec<Location> {
    let mut members: BTreeMap<PathBuf, HashMap<String, Vec<usize>>> = BTreeMap::new();
    let mut columns: BTreeMap<PathBuf, Option<usize>> = BTreeMap::new();
    let mut found = Vec::new();
    for (at, path) in paths.into_iter().enumerate() {
        if let Some((archive, name)) = member(&path) {
            let names = members.entry(archive).or_default();
            names.entry(name).or_default().push(at);
        }
        let row = row(&path).and_then(|(table, row)| {
            let column = columns.entry(table.clone()).or_insert_with(|| {
                let parquet = Parquet::open(&table, None).ok()??;
                Some(parquet.image)
            });
            Some(Location::Row {
                table: table.into(),
                column: (*column)?,
                row,
            })
        });
        found.push(row.unwrap_or_else(|| Location::File(file_names::find(path).file)));
    }
    for (archive, names) in members {
        let archive: Arc<Path> = archive.into();
        // Behind what cannot be read nothing is found.
        let samples = Samples::new(Arc::clone(&archive)).map_while(Result::ok);
        for (name, start, len) in samples.flat_map(|sample| sample.images) {
            for &at in names.get(&name).into_iter().flatten() {
                found[at] = Location::Member {
                    archive: Arc::clone(&archive),
                    name: name.clone(),
                    start,
                    len,
                };
            }
        }
    }
    found
}

/// The archive that a path leads into, and the member's name.
fn member(path: &Path) -> Option<(PathBuf, String)> {
    let mut above = path.ancestors().skip(1);
    let archive = above.find(|above| is_tar(above) && above.is_file())?;
    let name = path.strip_prefix(archive).ok()?.to_str()?;
    Some((archive.to_owned(), name.replace('\\', "/")))
}

/// The Parquet file of a path such as `faces.parquet:17`, and the row.
fn row(path: &Path) -> Option<(PathBuf, u64)> {
    let (table, row) = path.to_str()?.rsplit_once(':')?;
    let table = PathBuf::from(table);
    (is_parquet(&table) && table.is_file()).then_some(())?;
    Some((table, row.parse().ok()?))
}
