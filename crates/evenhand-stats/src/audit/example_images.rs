//! Rows to look at of everyone and of the groups that fare worst, some judged rightly and some
//! wrongly.

use super::{Audit, Table, Worst};

/// Rows of a group, or of everyone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExampleImages {
    /// The grouping and its value; `None` of everyone.
    pub group: Option<(String, String)>,
    pub right: Vec<usize>,
    pub wrong: Vec<usize>,
}

/// Specimens of everyone, then those of each grouping's worst group, of at most `groups` groupings,
/// the largest gap first. Of each at most `each` right and `each` wrong rows, at even distances in
/// the order of the table, so that they are no choice of anybody's.
pub fn example_images(
    table: &Table,
    audit: &Audit,
    each: usize,
    groups: usize,
) -> Vec<ExampleImages> {
    let mut worst: Vec<(&str, &Worst)> = audit
        .groupings
        .iter()
        .filter_map(|grouping| Some((grouping.name.as_str(), grouping.worst.as_ref()?)))
        .collect();
    worst.sort_by(|(_, a), (_, b)| b.gap.value.total_cmp(&a.gap.value));
    let of_groups = worst.into_iter().take(groups).filter_map(|(name, worst)| {
        let members = table.groupings.iter().find(|other| other.name == name)?;
        let value = members
            .values
            .iter()
            .position(|value| *value == worst.value)?;
        let rows = (0..table.len()).filter(|&row| members.of[row] as usize == value);
        let group = Some((name.to_owned(), worst.value.clone()));
        Some(of(table, group, rows, each))
    });
    let everyone = of(table, None, 0..table.len(), each);
    std::iter::once(everyone).chain(of_groups).collect()
}

fn of(
    table: &Table,
    group: Option<(String, String)>,
    rows: impl Iterator<Item = usize>,
    each: usize,
) -> ExampleImages {
    let (right, wrong): (Vec<usize>, Vec<usize>) =
        rows.partition(|&row| table.labels[row] == table.predicted[row]);
    ExampleImages {
        group,
        right: spread(&right, each),
        wrong: spread(&wrong, each),
    }
}

/// At most `count` of the rows, at even distances from each other and from the ends.
fn spread(rows: &[usize], count: usize) -> Vec<usize> {
    let count = count.min(rows.len());
    let place = |at: usize| (2 * at + 1) * rows.len() / (2 * count);
    (0..count).map(|at| rows[place(at)]).collect()
}

#[cfg(test)]
mod tests {
    use super::super::toy::two;
    use super::super::{Design, Params, Row, audit};
    use super::*;

    #[test]
    fn the_worst_group_of_the_largest_gap_comes_after_everyone() {
        let columns = ["hat".to_owned(), "pet".to_owned()];
        // Of 40 rows, 10 wear hats and are judged wrongly in 8; every second has a pet.
        let rows = (0..40).map(|row| Row {
            label: 1,
            predicted: usize::from(!(4..12).contains(&row)),
            score: None,
            attributes: vec![
                if (2..12).contains(&row) { "yes" } else { "no" },
                if row % 2 == 0 || row == 5 {
                    "yes"
                } else {
                    "no"
                },
            ],
        });
        let design = Design::of(crate::groups::parse("pet,hat").unwrap());
        let table = Table::new(&two(), &columns, &design, rows).unwrap();
        let params = Params {
            replicates: 100,
            ..Params::default()
        };
        let audit = audit(&table, &params.check().unwrap());
        let found = example_images(&table, &audit, 4, 1);
        let hats = Some(("hat".to_owned(), "yes".to_owned()));
        let want = [
            (None, vec![4, 16, 24, 32], vec![5, 7, 9, 11]),
            (hats, vec![2, 3], vec![5, 7, 9, 11]),
        ];
        assert_eq!(found.len(), 2);
        for (found, (group, right, wrong)) in found.into_iter().zip(want) {
            assert_eq!(found.group, group);
            assert_eq!(found.wrong, wrong);
            assert_eq!(found.right.len(), right.len());
            assert!(found.right.iter().all(|row| !(4..12).contains(row)));
        }
        assert_eq!(spread(&[10, 20, 30, 40, 50, 60], 3), [20, 40, 60]);
        assert_eq!(spread(&[10, 20], 3), [10, 20]);
        assert!(spread(&[], 3).is_empty());
    }
}
