//! Distributions of columns, as small histograms.

use crate::format;
use crate::plot::{self, Bins};
use evenhand_segments::look::ColumnSummary;

pub struct ColumnShape {
    pub name: String,
    pub svg: String,
    /// Mean, median and skew.
    pub note: String,
}

impl ColumnShape {
    pub fn new(column: &ColumnSummary) -> Self {
        let note = format!(
            "mean {}, median {}, skew {}",
            format::rounded(column.mean),
            format::rounded(column.median),
            format::tenths(column.skew / 100.0)
        );
        let ends = [column.low, column.high].map(format::rounded);
        let label = format!(
            "Histogram of {}, from {} to {}: {note}.",
            column.name, ends[0], ends[1]
        );
        let span = column.high - column.low;
        let place = |value: f64| (value - column.low) / span;
        let marks = [
            (place(column.mean), "mean"),
            (place(column.median), "median"),
        ];
        let bins = Bins {
            counts: counts(&column.histogram.weights),
            ends,
        };
        Self {
            name: column.name.clone(),
            svg: plot::marked_bins(&bins, &marks, &label),
            note,
        }
    }
}

/// Weights in thousandths of the heaviest bin, none of them 0 that was above it: only heights are drawn.
fn counts(weights: &[f64]) -> Vec<u64> {
    let most = weights.iter().copied().fold(0.0, f64::max);
    let count = |weight: &f64| (1_000.0 * weight / most).ceil() as u64;
    weights.iter().map(count).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use evenhand_segments::Rows;
    use evenhand_segments::look::look;

    #[test]
    fn mean_and_median_stand_where_they_are_and_constant_columns_have_no_marks() {
        let columns = ["income", "one"].map(str::to_owned).to_vec();
        let values = [0.0, 0.0, 2.0, 10.0]
            .into_iter()
            .flat_map(|value| [value, 1.0]);
        let rows = Rows::new(columns, values.collect()).unwrap();
        let summaries = look(&rows).columns;
        let income = ColumnShape::new(&summaries[0]);
        assert_eq!(income.note, "mean 3.0, median 1.0, skew 1.0");
        for part in [r#"class="mean" x1="97.6""#, r#"class="median" x1="35.2""#] {
            assert!(income.svg.contains(part), "{part} is not in {}", income.svg);
        }
        let one = ColumnShape::new(&summaries[1]);
        assert!(
            !one.svg.contains("class=\"mean\"") && !one.svg.contains("NaN"),
            "{}",
            one.svg
        );
    }
}
