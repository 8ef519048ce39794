//! Files through the pipeline of embedding, for the benches that time it.

use evenhand::backbone::embed::{EmbedError, Embedder};
use evenhand::record::Location;
use std::hint::black_box;

/// Embeds all of them.
///
/// # Panics
/// One of them has no features.
pub fn embed(embedder: &mut Embedder, files: &[Location]) {
    let files = files.iter().cloned();
    let summary = embedder.run::<EmbedError>(files, &mut |_| Ok(()), &mut |embedded| {
        black_box(embedded);
        Ok(())
    });
    assert_eq!(summary.expect("features").bad, 0);
}
