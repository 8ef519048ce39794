//! Copies: images that are there several times, as the same bytes or looking the same.

use super::finding::{Finding, Kind, Severity};
use super::images::Seen;
use crate::dataset::Dataset;
use crate::dataset::preprocess::Fingerprint;
use crate::hint::Message;
use crate::text::counted;
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// Bits of fingerprints that may differ. Of four parts of 16 bits one is the same then.
const BITS: u32 = 3;
const PARTS: u32 = 4;
/// Mean difference of grey levels that near-copies have at most.
const LEVELS: f64 = 3.0;
/// Images with less contrast look the same and show nothing.
const CONTRAST: f64 = 4.0;
/// Images with one part of their bits in common that each is compared with.
const NEIGHBOURS: usize = 200;

/// Sets of records, each of two or more.
type Sets = Vec<Vec<usize>>;

/// Copies in numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct CopyCounts {
    /// Rows whose file is there before, byte for byte.
    pub copies: usize,
    /// Rows that look like another one without being a copy.
    pub near_copies: usize,
}

/// Findings about copies, and their numbers.
pub(super) fn findings(dataset: &Dataset, seen: &[Option<Seen>]) -> (CopyCounts, Vec<Finding>) {
    let exact = same_bytes(seen);
    let near = look_alike(seen);
    let surplus = |sets: &Sets| sets.iter().map(|set| set.len() - 1).sum::<usize>();
    let counts = CopyCounts {
        copies: surplus(&exact),
        near_copies: near.iter().map(Vec::len).sum(),
    };
    let labels = |set: &Vec<usize>| {
        set.iter()
            .map(|&row| dataset.records[row].label)
            .collect::<BTreeSet<_>>()
    };
    let (exact_apart, exact_alike): (Sets, Sets) =
        exact.into_iter().partition(|set| labels(set).len() > 1);
    let (near_apart, near_alike): (Sets, Sets) =
        near.into_iter().partition(|set| labels(set).len() > 1);
    let leaking = |set: &&Vec<usize>| {
        let parts: BTreeSet<_> = set
            .iter()
            .filter_map(|&row| dataset.records[row].part)
            .collect();
        parts.len() > 1
    };
    let leaks: Sets = near_alike
        .iter()
        .chain(&near_apart)
        .filter(leaking)
        .cloned()
        .collect();
    let found = [
        of_sets(
            (Severity::Warning, Kind::CopiesOtherLabel, &exact_apart),
            "there more than once with different labels",
            "keep the label that is right; both are learned from as they are",
        ),
        of_sets(
            (Severity::Note, Kind::Copies, &exact_alike),
            "there more than once, byte for byte",
            "copies stay on one side of every split, but they count more than once",
        ),
        of_sets(
            (Severity::Warning, Kind::NearCopiesOtherLabel, &near_apart),
            "look the same as another one with a different label",
            "look at them: one of the labels may be wrong",
        ),
        of_sets(
            (Severity::Warning, Kind::NearCopies, &near_alike),
            "look the same as another one, as frames of a video or resized copies do",
            "remove all but one, or name with {person} a column that has the same value for them: else they stand \
             on both sides of splits",
        ),
        of_sets(
            (Severity::Warning, Kind::Leak, &leaks),
            "look the same as one in another part of the split",
            "remove them from the training part: accuracy on the test part looks better than it is",
        ),
    ];
    (counts, found.into_iter().flatten().collect())
}

fn of_sets(
    (severity, kind, sets): (Severity, Kind, &Sets),
    what: &str,
    step: &'static str,
) -> Option<Finding> {
    let rows: Vec<usize> = sets.iter().flatten().copied().collect();
    let is = if what.starts_with("there") {
        " are"
    } else {
        ""
    };
    let text = format!(
        "{} (in {}){is} {what}",
        counted(rows.len(), "image"),
        counted(sets.len(), "set")
    );
    let finding = Finding::new(severity, kind, Message::plain(text));
    (!sets.is_empty()).then(|| finding.with_step(step).with_rows(rows))
}

/// Records whose files have the same bytes.
fn same_bytes(seen: &[Option<Seen>]) -> Sets {
    let mut by_key: HashMap<[u8; 32], Vec<usize>> = HashMap::new();
    for (row, seen) in seen.iter().enumerate() {
        if let Some(key) = seen.as_ref().and_then(|seen| seen.key) {
            by_key.entry(key).or_default().push(row);
        }
    }
    let mut sets: Sets = by_key.into_values().filter(|set| set.len() > 1).collect();
    sets.sort();
    sets
}

/// Records whose images look the same and whose files differ.
fn look_alike(seen: &[Option<Seen>]) -> Sets {
    let mut keys = BTreeSet::new();
    let prints: Vec<(usize, u64, &Fingerprint)> = seen
        .iter()
        .enumerate()
        .filter_map(|(row, seen)| {
            let seen = seen.as_ref()?;
            let print = &seen.look.as_ref().ok()?.fingerprint;
            // One of each file: the others are copies of it.
            let is_first = keys.insert(seen.key?);
            (is_first && print.contrast() >= CONTRAST).then(|| (row, print.bits(), print))
        })
        .collect();
    let mut sets = Joined::new(prints.len());
    for part in 0..PARTS {
        let of_part = |at: &usize| (prints[*at].1 >> (16 * part)) & 0xFFFF;
        let mut order: Vec<usize> = (0..prints.len()).collect();
        order.sort_by_key(|at| (of_part(at), prints[*at].1));
        for (place, at) in order.iter().enumerate() {
            let after = order[place + 1..].iter().take(NEIGHBOURS);
            for other in after.take_while(|other| of_part(other) == of_part(at)) {
                let ((_, bits, print), (_, others, other_print)) = (prints[*at], prints[*other]);
                if (bits ^ others).count_ones() <= BITS && print.difference(other_print) <= LEVELS {
                    sets.join(*at, *other);
                }
            }
        }
    }
    let sets = sets.several().into_iter();
    let rows = |set: Vec<usize>| set.into_iter().map(|at| prints[at].0).collect();
    sets.map(rows).collect()
}

/// Sets that are joined two by two.
struct Joined(Vec<usize>);

impl Joined {
    fn new(count: usize) -> Self {
        Self((0..count).collect())
    }

    fn root(&self, mut at: usize) -> usize {
        while self.0[at] != at {
            at = self.0[at];
        }
        at
    }

    fn join(&mut self, a: usize, b: usize) {
        let (a, b) = (self.root(a), self.root(b));
        self.0[a.max(b)] = a.min(b);
    }

    /// Sets of two or more, in the order of their first members.
    fn several(&self) -> Sets {
        let mut sets: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
        for at in 0..self.0.len() {
            sets.entry(self.root(at)).or_default().push(at);
        }
        sets.into_values().filter(|set| set.len() > 1).collect()
    }
}
