//! Small audits for tests.

use super::{Audit, Design, Params, Row, Table, audit};
use crate::record::Classes;

/// A negative and a positive class.
pub fn two() -> Classes {
    Classes::new(vec!["no".to_owned(), "yes".to_owned()]).expect("two names")
}

/// The audit of one attribute's groups: `(group, [tp, fp, fn, tn])`.
pub fn audited(attribute: &str, counts: &[(&str, [usize; 4])], params: Params) -> Audit {
    let rows = counts.iter().flat_map(|&(group, [tp, fp, fn_, tn])| {
        [(1, 1, tp), (0, 1, fp), (1, 0, fn_), (0, 0, tn)]
            .into_iter()
            .flat_map(move |(label, predicted, n)| {
                std::iter::repeat_n(
                    Row {
                        label,
                        predicted,
                        score: None,
                        attributes: vec![group],
                    },
                    n,
                )
            })
    });
    let by = crate::groups::parse(attribute).expect("an attribute's name is a group");
    let table = Table::new(&two(), &[attribute.to_owned()], &Design::of(by), rows)
        .expect("every row has the group");
    audit(
        &table,
        &params.check().expect("the test's parameters are in range"),
    )
}
