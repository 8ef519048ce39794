//! Matching of coded items with predictions, by their paths.
//!
//! A path as it is written comes first. Codes and predictions are often made in different folders,
//! so what is left is found by the end of the path: `faces/a.jpg` is `a.jpg` and
//! `/home/me/faces/a.jpg`, where nothing else could be meant.

use std::collections::HashMap;

/// The prediction of each coded item, where there is exactly one.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Matching {
    /// For each item, the row of its prediction.
    pub rows: Vec<Option<usize>>,
    pub by_end: usize,
    /// Items that may be several rows, or share a row with another item.
    pub ambiguous: Vec<usize>,
    /// Items that are no row.
    pub absent: Vec<usize>,
}

impl Matching {
    pub(super) fn of(items: &[&str], rows: &[&str]) -> Self {
        let mut exact: HashMap<&str, Vec<usize>> = HashMap::new();
        let mut by_name: HashMap<&str, Vec<usize>> = HashMap::new();
        for (at, row) in rows.iter().enumerate() {
            exact.entry(row).or_default().push(at);
            by_name.entry(name(row)).or_default().push(at);
        }
        let candidates = items.iter().map(|item| match exact.get(item) {
            Some(rows) => (true, rows.clone()),
            None => {
                let named = by_name.get(name(item)).into_iter().flatten().copied();
                (false, named.filter(|&at| is_end(item, rows[at])).collect())
            }
        });
        let candidates: Vec<(bool, Vec<usize>)> = candidates.collect();
        let mut claims: HashMap<usize, [usize; 2]> = HashMap::new();
        for (is_exact, rows) in &candidates {
            if let [row] = rows[..] {
                claims.entry(row).or_default()[usize::from(*is_exact)] += 1;
            }
        }
        let mut matching = Self::default();
        for (item, (is_exact, rows)) in candidates.into_iter().enumerate() {
            let row = match rows[..] {
                [] => {
                    matching.absent.push(item);
                    None
                }
                // An item that is written like the row has it before any other.
                [row] if is_exact || claims[&row] == [1, 0] => {
                    matching.by_end += usize::from(!is_exact);
                    Some(row)
                }
                _ => {
                    matching.ambiguous.push(item);
                    None
                }
            };
            matching.rows.push(row);
        }
        matching
    }

    pub(super) fn matched(&self) -> usize {
        self.rows.iter().flatten().count()
    }
}

fn parts(path: &str) -> impl Iterator<Item = &str> {
    let parts = path.rsplit(['/', '\\']);
    parts.filter(|part| !part.is_empty() && *part != ".")
}

fn name(path: &str) -> &str {
    parts(path).next().unwrap_or("")
}

/// Whether one of two paths is the end of the other, folder by folder.
fn is_end(a: &str, b: &str) -> bool {
    parts(a).zip(parts(b)).all(|(a, b)| a == b)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_as_it_is_written_comes_before_any_that_ends_alike() {
        let rows = ["faces/1.jpg", "1.jpg", "faces/2.jpg", "x/3.jpg", "y/3.jpg"];
        let found = Matching::of(
            &[
                "1.jpg",
                "/me/faces/2.jpg",
                "3.jpg",
                "y\\3.jpg",
                "4.jpg",
                "z/2.jpg",
            ],
            &rows,
        );
        assert_eq!(found.rows, [Some(1), Some(2), None, Some(4), None, None]);
        assert_eq!((found.by_end, found.matched()), (2, 3));
        assert_eq!((found.ambiguous, found.absent), (vec![2], vec![4, 5]));
    }

    #[test]
    fn two_items_never_share_a_prediction() {
        let found = Matching::of(&["1.jpg", "./1.jpg"], &["faces/1.jpg"]);
        assert_eq!(found.rows, [None, None]);
        assert_eq!(found.ambiguous, [0, 1]);
        let found = Matching::of(&["faces/1.jpg", "1.jpg"], &["faces/1.jpg"]);
        assert_eq!(found.rows, [Some(0), None]);
        let twice = Matching::of(&["1.jpg"], &["1.jpg", "1.jpg"]);
        assert_eq!(twice.ambiguous, [0]);
    }
}
