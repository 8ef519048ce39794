//! The positive one of two classes: as it was named, as the classifier was trained, or the last in sorted
//! order.

use std::collections::BTreeSet;

/// Where the positive class is known from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PositiveFrom {
    /// Somebody named it.
    Setting,
    /// The classifier learned it so.
    Training,
    /// Nobody says; it is the last in sorted order.
    Order,
}

impl PositiveFrom {
    /// After the name of the class: `, as in the training`.
    pub(crate) fn suffix(self) -> &'static str {
        match self {
            Self::Setting => "",
            Self::Training => ", as in the training",
            Self::Order => ", the last in sorted order",
        }
    }
}

/// The positive class of some names, if it is named or was trained; two other classes than those of the
/// training have their own.
pub(crate) fn positive<'a>(
    named: Option<&'a str>,
    trained: Option<&'a str>,
    names: &BTreeSet<String>,
) -> (Option<&'a str>, PositiveFrom) {
    let trained = trained.filter(|class| names.len() == 2 && names.contains(*class));
    match (named, trained) {
        (Some(_), _) => (named, PositiveFrom::Setting),
        (None, Some(_)) => (trained, PositiveFrom::Training),
        (None, None) => (None, PositiveFrom::Order),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_named_comes_before_what_was_trained() {
        let names = ["F", "M"].map(String::from).into();
        let of = |named, trained| positive(named, trained, &names);
        assert_eq!(of(Some("M"), Some("F")), (Some("M"), PositiveFrom::Setting));
        assert_eq!(of(None, Some("F")), (Some("F"), PositiveFrom::Training));
        assert_eq!(of(None, Some("X")), (None, PositiveFrom::Order));
        let three = ["F", "M", "X"].map(String::from).into();
        assert_eq!(
            positive(None, Some("F"), &three),
            (None, PositiveFrom::Order)
        );
    }
}
