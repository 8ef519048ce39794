//! Heat maps of segments: what their rows have in each column or component, beside how far that is from the other rows. The
//! colour only repeats what the numbers say.

use super::components::component_title;
use crate::format;
use crate::plot;
use evenhand_segments::Segments;
use evenhand_segments::profile::{Difference, Profile};

/// Columns of wide tables that are shown: those in which a segment is the furthest from the other rows.
const MOST: usize = 60;
/// Standard deviations from which on a cell has the full colour.
const FULL: f64 = 2.0;

pub struct Centroids {
    pub title: &'static str,
    pub caption: String,
    /// Name of the rows: `Column` or `Component`.
    pub corner: &'static str,
    /// Segments with their sizes.
    pub heads: Vec<(String, String)>,
    pub rows: Vec<CentroidRow>,
}

pub struct CentroidRow {
    pub head: String,
    pub cells: Vec<CentroidCell>,
}

pub struct CentroidCell {
    pub value: String,
    /// In standard deviations.
    pub distance: String,
    /// `above`, `below` or `level`.
    pub class: &'static str,
    /// From 0 to 1, how much of the colour.
    pub shade: String,
    /// Arrow and its words, where a test says so.
    pub mark: Option<(&'static str, &'static str)>,
}

impl Centroids {
    /// Means of columns: those that segments were made of, or the others. `None` without one.
    pub fn of_columns(profiles: &[Profile], is_used: bool) -> Option<Self> {
        let columns = &profiles.first()?.differences;
        let of = |at: usize| profiles.iter().map(move |profile| &profile.differences[at]);
        let farthest = |at: usize| of(at).map(|d| d.standardised.abs()).fold(0.0, f64::max);
        let all = (0..columns.len()).filter(|&at| columns[at].is_used == is_used);
        let mut shown: Vec<usize> = all.collect();
        let left_out = shown.len().saturating_sub(MOST);
        if left_out > 0 {
            shown.sort_by(|&a, &b| farthest(b).total_cmp(&farthest(a)));
            shown.truncate(MOST);
            shown.sort_unstable();
        }
        let rows = shown.iter().map(|&at| CentroidRow {
            head: columns[at].column.clone(),
            cells: of(at).map(CentroidCell::of_column).collect(),
        });
        let by_construction = match is_used {
            true => {
                "Segments were made to differ in these columns, so that tests of them find too much."
            }
            false => "Segments were made without these columns.",
        };
        let left_out = match left_out {
            0 => String::new(),
            more => format!(
                " The {MOST} columns that differ most are shown, {} are not.",
                format::thousands(more as u64)
            ),
        };
        (!shown.is_empty()).then(|| Self {
            title: if is_used { "Segments in the columns of the data" } else { "Columns that were not used" },
            caption: format!(
                "Mean of each segment in units of the data; below it, the difference from all other rows in standard deviations (SD) of the column. ▲ above and ▼ below: Welch’s test, corrected for all segments and columns (Holm), at 0.05. {by_construction}{left_out}"
            ),
            corner: "Column",
            heads: heads(profiles),
            rows: rows.collect(),
        })
    }

    /// Scores of centroids, by component.
    pub fn of_components(segments: &Segments) -> Self {
        let model = &segments.model;
        let centroids = model.described_centroids();
        let count = model.components();
        let deviation = |component: usize| match &model.rotation {
            // Rotated scores are standardised.
            Some(_) => 1.0,
            None => model.pca.variances[component].sqrt(),
        };
        let row = |component: usize| CentroidRow {
            head: component_title(&model.component_name(component), component),
            cells: (0..model.segments())
                .map(|segment| {
                    let score = centroids[segment * count + component];
                    CentroidCell::new(score, score / deviation(component), None)
                })
                .collect(),
        };
        Self {
            title: "Segments in components",
            caption: "Score of each segment’s centre; below it, the same in standard deviations (SD) of the component. 0 is the mean of all rows.".to_owned(),
            corner: "Component",
            heads: heads(&segments.profiles),
            rows: (0..count).map(row).collect(),
        }
    }
}

fn heads(profiles: &[Profile]) -> Vec<(String, String)> {
    let head = |profile: &Profile| {
        (
            format!("Segment {}", profile.segment + 1),
            format::counted(profile.rows as u64, "row"),
        )
    };
    profiles.iter().map(head).collect()
}

impl CentroidCell {
    fn of_column(difference: &Difference) -> Self {
        let mark = match difference.standardised {
            _ if !difference.is_significant() => None,
            above if above > 0.0 => Some(("▲", "above the other rows")),
            _ => Some(("▼", "below the other rows")),
        };
        Self::new(difference.mean, difference.standardised, mark)
    }

    fn new(value: f64, distance: f64, mark: Option<(&'static str, &'static str)>) -> Self {
        let text = format::signed_tenths(distance);
        Self {
            value: format::rounded(value),
            class: match text.chars().next() {
                Some('+') => "above",
                Some('−') => "below",
                _ => "level",
            },
            distance: text,
            shade: format!("{:.2}", plot::shade(distance, 0.0, FULL)),
            mark,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use evenhand_segments::profile::Members;

    fn profile(standardised: &[f64]) -> Profile {
        let difference = |(at, &standardised): (usize, &f64)| Difference {
            column: format!("column {at}"),
            is_used: true,
            mean: 1.5,
            elsewhere: 1.0,
            standardised,
            p_holm: Some(if at % 2 == 0 { 0.01 } else { 0.2 }),
        };
        Profile {
            segment: 0,
            rows: 3,
            weight_share: 1.0,
            differences: standardised.iter().enumerate().map(difference).collect(),
            members: Members {
                typical: Vec::new(),
                borderline: Vec::new(),
            },
            sentence: String::new(),
        }
    }

    #[test]
    fn cells_have_the_sign_and_the_mark_of_their_difference() {
        let found = Centroids::of_columns(&[profile(&[1.0, -3.0, -0.04])], true).unwrap();
        let cells = found.rows.iter().map(|row| &row.cells[0]);
        let said: Vec<_> = cells
            .map(|cell| {
                let arrow = cell.mark.map(|(arrow, _)| arrow);
                (
                    cell.class,
                    cell.distance.as_str(),
                    cell.shade.as_str(),
                    arrow,
                )
            })
            .collect();
        let expected = [
            ("above", "+1.0", "0.50", Some("▲")),
            ("below", "−3.0", "1.00", None),
            ("level", "0.0", "0.02", Some("▼")),
        ];
        assert_eq!(said, expected);
        assert!(Centroids::of_columns(&[profile(&[1.0])], false).is_none());
    }

    #[test]
    fn wide_tables_show_the_columns_that_differ_most_in_their_order() {
        let differences: Vec<f64> = (0..100).map(|at| f64::from(at % 50) / 10.0).collect();
        let found = Centroids::of_columns(&[profile(&differences)], true).unwrap();
        let heads: Vec<&str> = found.rows.iter().map(|row| row.head.as_str()).collect();
        assert_eq!(
            (heads.len(), heads[0], heads[30]),
            (60, "column 20", "column 70")
        );
        assert!(
            found
                .caption
                .contains("The 60 columns that differ most are shown, 40 are not.")
        );
    }
}
