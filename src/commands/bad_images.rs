//! Bad images are rows, not errors, until there are too many of them.

use super::failure::Failure;
use evenhand::record::{BadImage, Status};

/// Bad images that are told one by one.
const LISTED: usize = 10;

/// Counts bad images and remembers the first.
#[derive(Debug, Default)]
pub struct BadImages {
    first: Vec<String>,
    counts: [usize; Status::ALL.len()],
}

impl BadImages {
    pub fn add(&mut self, path: &str, bad: &BadImage) {
        if self.first.len() < LISTED {
            self.first
                .push(format!("\n  {path}: {}: {}", bad.status, bad.reason));
        }
        self.counts[bad.status as usize] += 1;
    }

    fn total(&self) -> usize {
        self.counts.iter().sum()
    }

    /// `3 unreadable, 1 too-large`; `None` where there is none.
    pub fn summary(&self) -> Option<String> {
        let counted = Status::ALL
            .into_iter()
            .zip(self.counts)
            .filter(|&(_, count)| count > 0);
        let parts: Vec<String> = counted
            .map(|(status, count)| format!("{count} {status}"))
            .collect();
        (!parts.is_empty()).then(|| parts.join(", "))
    }

    /// # Errors
    /// More than `max_bad` of the `images` are bad: a list of the first, with reasons.
    pub fn check(&self, images: usize, max_bad: f64) -> Result<(), Failure> {
        let total = self.total();
        if total as f64 <= max_bad * images as f64 {
            return Ok(());
        }
        let first = if total > LISTED {
            format!("; the first {LISTED}")
        } else {
            String::new()
        };
        let list = self.first.concat();
        Err(Failure::new(format!(
            "{total} of {images} images cannot be used, more than --max-bad {max_bad} allows{first}:{list}"
        ))
        .with_hint("check the image column and where its paths start, or raise --max-bad"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn too_many_bad_images_stop_the_run_with_the_first_ten_and_why() {
        let mut bad = BadImages::default();
        for at in 0..12 {
            let status = if at == 0 {
                Status::Missing
            } else {
                Status::Unreadable
            };
            bad.add(
                &format!("{at}.jpg"),
                &BadImage {
                    status,
                    reason: "why".into(),
                },
            );
        }
        assert!(bad.check(120, 0.1).is_ok());
        let told = bad.check(119, 0.1).unwrap_err().to_string();
        assert!(told.contains("12 of 119 images"), "{told}");
        assert!(
            told.contains("0.jpg: missing: why") && told.contains("9.jpg"),
            "{told}"
        );
        assert!(!told.contains("10.jpg"), "{told}");
        assert_eq!(bad.summary().unwrap(), "1 missing, 11 unreadable");
    }
}
