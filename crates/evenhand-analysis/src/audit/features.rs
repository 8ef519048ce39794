//! Features of the audited rows, from the files that `embed` wrote.

use super::{AuditError, AuditRow};
use crate::predictions::{PredictionError, PredictionTable};
use evenhand_stats::features::Features;
use evenhand_table::{ReadOptions, Table, plain_file, schema};
use half::f16;
use safetensors::SafeTensors;
use safetensors::tensor::Dtype;
use std::collections::HashMap;
use std::path::Path;

/// In the order of `rows`, found by their `path`.
///
/// # Errors
/// The file holds no features, or none of a row.
pub(super) fn of_rows(
    path: &Path,
    predictions: &PredictionTable,
    rows: &[AuditRow],
) -> Result<Features, AuditError> {
    let bad = |reason: String| AuditError::BadFeatures {
        path: path.to_owned(),
        reason,
    };
    let bytes = plain_file::read(path, u64::MAX);
    let bytes = bytes.map_err(|reason| bad(reason.to_string()))?;
    let file = SafeTensors::deserialize(&bytes).map_err(|error| bad(error.to_string()))?;
    let tensor = file
        .tensor("features")
        .map_err(|error| bad(error.to_string()))?;
    let [stored, dim] = *tensor.shape() else {
        return Err(bad(format!(
            "`features` has the shape {:?}",
            tensor.shape()
        )));
    };
    if tensor.dtype() != Dtype::F16 || dim == 0 {
        return Err(bad("`features` are not half precision numbers".to_owned()));
    }
    let stored_at = index(&path.with_extension("csv"))?;
    let names = predictions.position(schema::PATH, "path")?;
    let names = predictions.table().text(names);
    let mut features = Features::with_capacity(dim, rows.len());
    for row in rows {
        let name = names.get(row.row).unwrap_or_default();
        let place = stored_at.get(name).copied();
        let place = place
            .filter(|place| *place < stored)
            .ok_or_else(|| bad(format!("no features of `{name}`")))?;
        let width = 2 * dim;
        let bytes = tensor.data()[place * width..(place + 1) * width].chunks_exact(2);
        let values = bytes.map(|pair| f16::from_le_bytes([pair[0], pair[1]]));
        features.push(&values.collect::<Vec<_>>());
    }
    Ok(features)
}

/// The row of the features of each image, by its path.
fn index(path: &Path) -> Result<HashMap<String, usize>, AuditError> {
    let read = || {
        let table = Table::read(path, &ReadOptions::default())?;
        let (names, rows) = (table.column(schema::PATH)?, table.column("row")?);
        Ok((table.text(names), table.text(rows)))
    };
    let (names, rows) = read().map_err(PredictionError::Table)?;
    let places = names.iter().zip(rows.iter());
    let places = places.filter_map(|(name, row)| Some((name?.to_owned(), row?.parse().ok()?)));
    Ok(places.collect())
}
