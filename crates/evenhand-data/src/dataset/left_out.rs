//! Files in folders that are no images, counted so that nobody misses them without a word.

use evenhand_stats::text::counted;
use std::collections::BTreeMap;
use std::path::Path;

/// Extensions that are named; the others are counted.
const SHOWN: usize = 6;

/// Files by extension.
#[derive(Debug, Default)]
pub(super) struct LeftOut {
    counts: BTreeMap<String, usize>,
}

impl LeftOut {
    pub(super) fn add(&mut self, file: &Path) {
        let extension = file.extension().unwrap_or_default().to_string_lossy();
        let kind = match extension.is_empty() {
            true => "without extension".to_owned(),
            false => format!("`.{}`", extension.to_lowercase()),
        };
        *self.counts.entry(kind).or_default() += 1;
    }

    /// How many files of which kinds; `None` where there are none.
    pub(super) fn note(&self) -> Option<String> {
        let all: usize = self.counts.values().sum();
        let mut kinds: Vec<(&String, &usize)> = self.counts.iter().collect();
        kinds.sort_by_key(|(_, count)| std::cmp::Reverse(**count));
        let shown = kinds.iter().take(SHOWN);
        let mut shown: Vec<String> = shown
            .map(|(kind, count)| format!("{count} {kind}"))
            .collect();
        let others: usize = kinds.iter().skip(SHOWN).map(|(_, count)| *count).sum();
        if others > 0 {
            shown.push(format!("{others} of other kinds"));
        }
        let files = counted(all, "file");
        let kinds = shown.join(", ");
        (all > 0).then(|| format!("{files} not of an image type left out ({kinds})"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_counted_by_extension_the_most_frequent_first() {
        let mut left_out = LeftOut::default();
        assert_eq!(left_out.note(), None);
        for name in ["a.md", "b.XMP", "c.xmp", "notes"] {
            left_out.add(Path::new(name));
        }
        let note = "4 files not of an image type left out (2 `.xmp`, 1 `.md`, 1 without extension)";
        assert_eq!(left_out.note().as_deref(), Some(note));
        (0..9).for_each(|i| left_out.add(Path::new(&format!("x.{i}"))));
        assert!(left_out.note().unwrap().ends_with(", 6 of other kinds)"));
    }
}
