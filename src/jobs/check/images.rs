//! Images as they are: which can be used, how large they are, and which are odd.

use super::finding::{Finding, Kind, Severity};
use crate::backbone::store::{self, Key};
use crate::dataset::Dataset;
use crate::dataset::archive::ImageReader;
use crate::dataset::preprocess::{Limits, Look, look};
use crate::error::Error;
use crate::events::{Events, Stage};
use crate::hint::{Hint, Message};
use crate::jobs::bad_images::BadImages;
use crate::jobs::config::LimitConfig;
use crate::record::{BadImage, Status};
use crate::text::counted;
use rayon::prelude::*;
use std::collections::BTreeMap;

/// Images that are looked at between two messages.
const CHUNK: usize = 128;
/// Pixels of the shorter side: a backbone takes 224, and what is smaller is blurred by making it larger.
const TINY: u32 = 64;
/// Pixels in all: such images take most of the time.
const HUGE: u64 = 25_000_000;
/// The longer side by the shorter one.
const NARROW: u32 = 4;
/// Standard deviation of grey levels, of 255.
const BLANK: f64 = 1.5;

/// What became of one image.
#[derive(Debug, Clone)]
pub(super) struct Seen {
    /// Of the file's bytes, where they could be read.
    pub key: Option<Key>,
    pub look: Result<Look, BadImage>,
}

/// Images in numbers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImageSummary {
    /// Images by what becomes of them: `ok`, `missing`.
    pub statuses: Vec<(Status, usize)>,
    /// Images by format.
    pub formats: BTreeMap<&'static str, usize>,
    /// Smallest, median and largest shorter side, in pixels; `None` without an image.
    pub short_side: Option<[u32; 3]>,
    /// The same of the longer side.
    pub long_side: Option<[u32; 3]>,
}

/// Looks at the image of every labelled record.
///
/// # Errors
/// The observer wants the job to stop.
pub(super) fn see(
    dataset: &Dataset,
    limits: Limits,
    on: &mut dyn Events,
) -> Result<Vec<Option<Seen>>, Error> {
    let reader = ImageReader::new(limits);
    let of = dataset.records.len() as u64;
    let mut seen = Vec::with_capacity(dataset.records.len());
    for chunk in dataset.records.chunks(CHUNK) {
        on.go_on()?;
        let looks = chunk.par_iter().map(|record| {
            record.label?;
            Some(match reader.read(&record.image) {
                Ok(bytes) => Seen {
                    key: Some(store::key(&bytes)),
                    look: look(&bytes, limits),
                },
                Err(bad) => Seen {
                    key: None,
                    look: Err(bad),
                },
            })
        });
        seen.par_extend(looks);
        on.progress(Stage::Checking, seen.len() as u64, Some(of));
    }
    on.finished(Stage::Checking);
    Ok(seen)
}

impl ImageSummary {
    pub(super) fn of(seen: &[Option<Seen>]) -> Self {
        let status = |seen: &Seen| {
            seen.look
                .as_ref()
                .map_or_else(|bad| bad.status, |_| Status::Ok)
        };
        let count = |wanted: Status| {
            seen.iter()
                .flatten()
                .filter(|seen| status(seen) == wanted)
                .count()
        };
        let statuses = Status::ALL
            .into_iter()
            .map(|status| (status, count(status)));
        let looks = || {
            seen.iter()
                .flatten()
                .filter_map(|seen| seen.look.as_ref().ok())
        };
        let mut formats = BTreeMap::new();
        looks().for_each(|look| *formats.entry(look.format).or_default() += 1);
        Self {
            statuses: statuses.filter(|(_, n)| *n > 0).collect(),
            formats,
            short_side: range(looks().map(|look| look.width.min(look.height))),
            long_side: range(looks().map(|look| look.width.max(look.height))),
        }
    }
}

fn range(sides: impl Iterator<Item = u32>) -> Option<[u32; 3]> {
    let mut sides: Vec<u32> = sides.collect();
    sides.sort_unstable();
    Some([*sides.first()?, sides[sides.len() / 2], *sides.last()?])
}

/// Findings about single images.
pub(super) fn findings(
    dataset: &Dataset,
    seen: &[Option<Seen>],
    limits: LimitConfig,
) -> Vec<Finding> {
    let bad = bad(dataset, seen, limits);
    let looks = || {
        let seen = seen.iter().enumerate();
        seen.filter_map(|(row, seen)| Some((row, seen.as_ref()?.look.as_ref().ok()?)))
    };
    let such = |is: &dyn Fn(&Look) -> bool| -> Vec<usize> {
        looks()
            .filter(|(_, look)| is(look))
            .map(|(row, _)| row)
            .collect()
    };
    let sides = |look: &Look| (look.width.min(look.height), look.width.max(look.height));
    let tiny = such(&|look| sides(look).0 < TINY);
    let huge = such(&|look| u64::from(look.width) * u64::from(look.height) > HUGE);
    let narrow = such(&|look| sides(look).1 > NARROW * sides(look).0);
    let blank = such(&|look| look.fingerprint.contrast() < BLANK);
    let (tiny_is, narrow_is) = (
        format!("smaller than {TINY} pixels on a side: what a backbone looks for is not in so few"),
        format!("more than {NARROW} times as long as wide: most of it is cut off or squeezed"),
    );
    let huge_is = format!(
        "of more than {} megapixels: reading them takes most of the time",
        HUGE / 1_000_000
    );
    let kinds = [
        (Severity::Warning, Kind::Tiny, tiny, tiny_is),
        (Severity::Note, Kind::Huge, huge, huge_is),
        (Severity::Warning, Kind::Narrow, narrow, narrow_is),
        (
            Severity::Warning,
            Kind::Blank,
            blank,
            "of one colour: nothing is to be seen".to_owned(),
        ),
    ];
    let kinds = kinds.into_iter().filter(|(_, _, rows, _)| !rows.is_empty());
    let kinds = kinds.map(|(severity, kind, rows, what)| {
        let are = if rows.len() == 1 { "is" } else { "are" };
        let text = format!("{} {are} {what}", counted(rows.len(), "image"));
        Finding::new(severity, kind, Message::plain(text)).with_rows(rows)
    });
    bad.into_iter().chain(kinds).collect()
}

/// Images that cannot be used: more than are allowed make a training fail.
fn bad(dataset: &Dataset, seen: &[Option<Seen>], limits: LimitConfig) -> Option<Finding> {
    let mut bad = BadImages::default();
    let mut rows = Vec::new();
    for (row, one) in seen.iter().enumerate() {
        if let Some(Seen { look: Err(why), .. }) = one {
            bad.add(&dataset.records[row].path, why);
            rows.push(row);
        }
    }
    let summary = bad.summary()?;
    let images = seen.iter().flatten().count();
    Some(
        match bad.check(images, limits.max_bad) {
            Ok(()) => {
                let text = format!(
                    "{} of {} cannot be used: {summary}",
                    rows.len(),
                    counted(images, "image")
                );
                Finding::new(Severity::Warning, Kind::BadImages, Message::plain(text))
                    .with_step("they become rows without a prediction; the list says why")
            }
            Err(error) => {
                let text = error.to_string();
                let first = text.lines().next().unwrap_or_default();
                let first = first
                    .trim_end_matches(':')
                    .trim_end_matches("; the first 10");
                let text = Message::plain(format!("{first}: {summary}"));
                let mut finding = Finding::new(Severity::Failure, Kind::BadImages, text);
                finding.step = error.hint();
                finding
            }
        }
        .with_rows(rows),
    )
}
