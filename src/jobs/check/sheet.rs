//! Contact sheet: some images of every class, at even distances in the table, so that nobody picks them.

use super::{DataCheck, Finding};

/// Images of each class, and of all.
const OF_CLASS: usize = 12;
const OF_ALL: usize = 96;

/// Some rows with an image that can be read: of every class as many, at even distances.
pub(super) fn of_classes(check: &DataCheck) -> Vec<Vec<usize>> {
    let classes = check.classes.len().max(1);
    let each = (OF_ALL / classes).clamp(1, OF_CLASS);
    let rows = |class: usize| {
        let pictures = check.pictures.iter().enumerate();
        let is_in = |(row, picture): (usize, &super::Pictured)| {
            (picture.label == Some(class) && picture.is_readable).then_some(row)
        };
        let rows: Vec<usize> = pictures.filter_map(is_in).collect();
        let count = each.min(rows.len());
        (0..count).map(|at| rows[at * rows.len() / count]).collect()
    };
    // A page of a thousand classes would say less than one of a hundred.
    (0..classes.min(OF_ALL)).map(rows).collect()
}

/// The rows of a finding that can be shown.
pub(super) fn of_finding(check: &DataCheck, finding: &Finding) -> Vec<usize> {
    let rows = finding.rows.iter().copied();
    rows.filter(|&row| row < check.pictures.len()).collect()
}
