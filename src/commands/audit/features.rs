//! Features of the audited rows, from the files that `embed` wrote.

use std::collections::HashMap;
use std::fs;
use std::path::Path;

use safetensors::SafeTensors;
use safetensors::tensor::Dtype;

use super::answers::Found;
use super::{AuditCommandError, Sheet};
use evenhand::backbone::store::tensors;
use evenhand::features::Features;

/// In the order of `rows`, found by their `path`.
pub(super) fn of_rows(
    path: &Path,
    sheet: &Sheet,
    rows: &[Found],
) -> Result<Features, AuditCommandError> {
    let bad = |reason: String| AuditCommandError::BadFeatures {
        path: path.to_owned(),
        reason,
    };
    let bytes = fs::read(path).map_err(|reason| bad(reason.to_string()))?;
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
    let index = Sheet::read(&path.with_extension("csv"))?;
    let (name_at, row_at) = (index.place("path")?, index.place("row")?);
    let places: HashMap<&str, &str> = index
        .rows
        .iter()
        .map(|(_, record)| (&record[name_at], &record[row_at]))
        .collect();
    let own_name_at = sheet.place("path")?;
    let mut features = Features::with_capacity(dim, rows.len());
    for row in rows {
        let name = &row.record[own_name_at];
        let place = places
            .get(name)
            .and_then(|place| place.parse::<usize>().ok());
        let place = place
            .filter(|place| *place < stored)
            .ok_or_else(|| bad(format!("no features of `{name}`")))?;
        let width = 2 * dim;
        features.push(&tensors::from_bytes(
            &tensor.data()[place * width..(place + 1) * width],
        ));
    }
    Ok(features)
}
