//! Files with bytes changed or cut off: an error or another table, and never a panic.

use crate::support::*;

/// Deterministic numbers below `n`.
fn below(state: &mut u64, n: usize) -> usize {
    *state = state
        .wrapping_mul(6_364_136_223_846_793_005)
        .wrapping_add(1_442_695_040_888_963_407);
    (*state >> 33) as usize % n
}

#[test]
fn a_damaged_file_is_an_error_and_no_panic() {
    let mut state = 7;
    for (name, bytes) in [
        ("faces.csv", CSV.as_bytes().to_vec()),
        ("faces.jsonl", json_lines().as_bytes().to_vec()),
        ("faces.parquet", parquet_bytes(&batch())),
        ("faces.arrow", arrow_bytes(&batch())),
        ("faces.ipc", stream_bytes(&batch())),
        ("faces.xlsx", workbook_bytes()),
    ] {
        for _ in 0..100 {
            let mut damaged = bytes.clone();
            for _ in 0..=below(&mut state, 3) {
                let at = below(&mut state, damaged.len());
                damaged[at] = below(&mut state, 256) as u8;
            }
            if below(&mut state, 4) == 0 {
                damaged.truncate(below(&mut state, bytes.len()));
            }
            if let Ok(table) = Case::new(name, damaged).read() {
                for column in 0..table.columns().len() {
                    assert_eq!(table.text(column).len(), table.rows());
                    let _ = table.numbers(column);
                }
            }
        }
    }
}
