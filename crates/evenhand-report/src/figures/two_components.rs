//! Rows and columns on the first two components.

use super::Numbers;
use super::components::component_title;
use crate::format;
use crate::plot::{self, Arrow, Biplot, Marker};
use evenhand_segments::Segments;

/// Rows that are drawn; of more, every second, third and so on is.
const MOST_ROWS: usize = 2_000;
/// Columns that are drawn as arrows.
const MOST_ARROWS: usize = 8;

pub struct TwoComponents {
    pub svg: String,
    /// Markers with the names of their segments.
    pub key: Vec<(String, String)>,
    pub sentence: String,
    /// The arrows.
    pub numbers: Numbers,
}

impl TwoComponents {
    /// `None` where there is one component.
    pub fn new(segments: &Segments) -> Option<Self> {
        let [first, second, ..] = &segments.components[..] else {
            return None;
        };
        let rows = markers(segments);
        let count = segments.components.len();
        let centroids = segments.model.described_centroids();
        let centres: Vec<(f64, f64)> = centroids
            .chunks_exact(count)
            .map(|scores| (scores[0], scores[1]))
            .collect();
        let (arrows, numbers) = arrows(segments, [&first.loadings, &second.loadings]);
        let axes = [1, 2].map(|number| axis_title(segments, number));
        let label = format!(
            "Rows by their scores of components 1 and 2. Centres: {}. Arrows: {}.",
            centres
                .iter()
                .enumerate()
                .map(|(at, (x, y))| format!(
                    "segment {} at {}, {}",
                    at + 1,
                    format::number(*x),
                    format::number(*y)
                ))
                .collect::<Vec<_>>()
                .join("; "),
            numbers
                .rows
                .iter()
                .map(|row| row.cells[0].as_str())
                .collect::<Vec<_>>()
                .join(", ")
        );
        let svg = plot::biplot(&Biplot {
            label: &label,
            axes: [&axes[0], &axes[1]],
            rows: &rows,
            centres: &centres,
            arrows: &arrows,
        });
        let key = (0..segments.model.segments())
            .map(|segment| (plot::swatch(segment), format!("Segment {}", segment + 1)));
        Some(Self {
            svg,
            key: key.collect(),
            sentence: sentence(segments.assignments.len(), rows.len(), arrows.len()),
            numbers,
        })
    }
}

fn axis_title(segments: &Segments, number: usize) -> String {
    let component = &segments.components[number - 1];
    format!(
        "{} ({})",
        component_title(&component.name, number - 1),
        format::percent(component.explained)
    )
}

fn markers(segments: &Segments) -> Vec<Marker> {
    let rows = segments.assignments.iter();
    let every = segments.assignments.len().div_ceil(MOST_ROWS).max(1);
    rows.step_by(every)
        .map(|row| Marker {
            segment: row.segment,
            at: (row.scores[0], row.scores[1]),
        })
        .collect()
}

/// The columns with the largest loadings on both components together.
fn arrows(segments: &Segments, [first, second]: [&[f64]; 2]) -> (Vec<Arrow>, Numbers) {
    let columns = &segments.model.columns;
    let length = |at: usize| first[at].hypot(second[at]);
    let mut order: Vec<usize> = (0..columns.len()).collect();
    order.sort_by(|&a, &b| length(b).total_cmp(&length(a)));
    order.truncate(MOST_ARROWS);
    let mut numbers = Numbers::new(
        "The arrows: loadings of columns".to_owned(),
        &["Arrow", "Column", "Component 1", "Component 2"],
    );
    let arrows = ('a'..).zip(order).map(|(letter, at)| {
        let cells = vec![
            columns[at].clone(),
            format::number(first[at]),
            format::number(second[at]),
        ];
        numbers.push(&letter.to_string(), cells);
        Arrow {
            letter: letter.to_string(),
            loadings: (first[at], second[at]),
        }
    });
    let arrows: Vec<Arrow> = arrows.collect();
    (arrows, numbers)
}

fn sentence(rows: usize, drawn: usize, arrows: usize) -> String {
    let sampled = match drawn < rows {
        true => format!(
            "{} of {} are drawn, at equal distances in the table.",
            format::thousands(drawn as u64),
            format::counted(rows as u64, "row")
        ),
        false => "One marker a row.".to_owned(),
    };
    format!(
        "{sampled} Numbers stand at the centres of segments. Arrows point to where a column grows: the {} with the largest loadings, their lengths in proportion.",
        format::counted(arrows as u64, "column")
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sample_of_rows_is_told() {
        assert!(sentence(3_218, 1_609, 8).starts_with("1,609 of 3,218 rows are drawn"));
        assert!(sentence(360, 360, 8).starts_with("One marker a row."));
    }
}
