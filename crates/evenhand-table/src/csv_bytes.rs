//! Rows as CSV in memory.

/// The bytes of a CSV file, the header first.
///
/// # Panics
/// A row is not as long as the header.
pub fn csv_bytes<R>(header: R, rows: impl IntoIterator<Item = R>) -> Vec<u8>
where
    R: IntoIterator,
    R::Item: AsRef<[u8]>,
{
    let mut writer = csv::Writer::from_writer(Vec::new());
    let in_memory = "memory takes every row, and all have the header's length";
    writer.write_record(header).expect(in_memory);
    for row in rows {
        writer.write_record(row).expect(in_memory);
    }
    writer.into_inner().expect(in_memory)
}
