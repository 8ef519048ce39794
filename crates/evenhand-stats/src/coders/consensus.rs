//! The consensus of an item's coders: the label that most of them gave it.

use super::codes::{Code, Codes, Item};

/// Majority label of an item.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Majority {
    /// `None` of a tie, and where nobody coded the item.
    pub label: Option<usize>,
    /// The coders who gave the most frequent label, among those who coded the item.
    pub votes: usize,
    pub coders: usize,
}

/// How far an item's coders agree.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Agreed {
    /// Several coders, one label.
    Unanimous,
    /// Several coders, and one label has more votes than any other.
    Split,
    Tied,
    /// One coder, who may be wrong unnoticed.
    Single,
    Uncoded,
}

impl Agreed {
    pub fn name(self) -> &'static str {
        match self {
            Self::Unanimous => "unanimous",
            Self::Split => "split",
            Self::Tied => "tied",
            Self::Single => "single",
            Self::Uncoded => "uncoded",
        }
    }
}

impl Majority {
    /// Majority of some codes, with labels below `labels`.
    pub fn of<'a>(codes: impl IntoIterator<Item = &'a Code>, labels: usize) -> Self {
        let mut votes = vec![0; labels];
        for code in codes {
            votes[code.label] += 1;
        }
        let most = votes.iter().copied().max().unwrap_or(0);
        let mut first = votes.iter().enumerate().filter(|(_, n)| **n == most);
        let label = match (most, first.next(), first.next()) {
            (1.., Some((label, _)), None) => Some(label),
            _ => None,
        };
        Self {
            label,
            votes: most,
            coders: votes.iter().sum(),
        }
    }

    /// The share of the coders who gave the most frequent label; `None` where nobody coded.
    pub fn share(&self) -> Option<f64> {
        (self.coders > 0).then(|| self.votes as f64 / self.coders as f64)
    }

    pub fn agreed(&self) -> Agreed {
        match (self.coders, self.label) {
            (0, _) => Agreed::Uncoded,
            (1, _) => Agreed::Single,
            (_, None) => Agreed::Tied,
            (coders, Some(_)) if self.votes == coders => Agreed::Unanimous,
            _ => Agreed::Split,
        }
    }
}

impl Codes {
    /// The consensus of one item's coders.
    pub fn majority(&self, item: &Item) -> Majority {
        Majority::of(&item.codes, self.labels.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tie_has_no_majority() {
        let of = |labels: &[usize]| {
            let codes: Vec<Code> = labels
                .iter()
                .enumerate()
                .map(|(coder, &label)| Code { coder, label })
                .collect();
            let majority = Majority::of(&codes, 3);
            (majority.label, majority.share(), majority.agreed())
        };
        assert_eq!(of(&[2, 2, 2]), (Some(2), Some(1.0), Agreed::Unanimous));
        assert_eq!(of(&[0, 2, 2, 2]), (Some(2), Some(0.75), Agreed::Split));
        assert_eq!(of(&[0, 2]), (None, Some(0.5), Agreed::Tied));
        assert_eq!(of(&[1]), (Some(1), Some(1.0), Agreed::Single));
        assert_eq!(of(&[]), (None, None, Agreed::Uncoded));
    }
}
