//! Bad images are rows, not errors, until there are too many of them.

use crate::events::Events;
use crate::hint::{Hint, Message};
use crate::record::{BadImage, Status};

/// Bad images that are told one by one.
const LISTED: usize = 10;

/// More images than are allowed cannot be used.
#[derive(Debug, thiserror::Error)]
#[error("{bad} of {images} images cannot be used, more than the {max_bad} that is allowed{list}")]
pub struct TooManyBad {
    bad: usize,
    images: usize,
    max_bad: f64,
    /// The first of them, with reasons.
    list: String,
}

impl Hint for TooManyBad {
    fn hint(&self) -> Option<Message> {
        Some("check the image column and where its paths start, or raise {max_bad}".into())
    }
}

/// Counts of bad images, and the first of them.
#[derive(Debug, Default)]
pub struct BadImages {
    first: Vec<String>,
    counts: [usize; Status::ALL.len()],
}

impl BadImages {
    /// Counts one.
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

    /// Warns of those that are there: `what: 3 unreadable; where_to`.
    pub fn warn(&self, what: &str, where_to: &str, on: &mut dyn Events) {
        if let Some(bad) = self.summary() {
            on.warn(Message::plain(format!("{what}: {bad}; {where_to}")));
        }
    }

    /// # Errors
    /// More than `max_bad` of the `images` are bad: a list of the first, with reasons.
    pub fn check(&self, images: usize, max_bad: f64) -> Result<(), TooManyBad> {
        let bad = self.total();
        if bad as f64 <= max_bad * images as f64 {
            return Ok(());
        }
        let first = match bad > LISTED {
            true => format!("; the first {LISTED}"),
            false => String::new(),
        };
        Err(TooManyBad {
            bad,
            images,
            max_bad,
            list: format!("{first}:{}", self.first.concat()),
        })
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
