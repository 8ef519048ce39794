//! Correlations of columns as a triangle of cells, coloured by sign and size.

use crate::format;
use evenhand_segments::look::Look;

/// Columns of wide tables that are shown.
const MOST: usize = 60;
/// Pairs of nearly the same columns that are listed.
const MOST_PAIRS: usize = 20;

pub struct ShownCorrelations {
    pub rows: Vec<CorrelationRow>,
    /// Columns that are not shown.
    pub left_out: usize,
}

pub struct CorrelationRow {
    /// From 1.
    pub number: usize,
    pub name: String,
    /// With the columns before it.
    pub cells: Vec<CorrelationCell>,
}

pub struct CorrelationCell {
    /// `.83`, `−.05`.
    pub value: String,
    /// `above`, `below` or `level`.
    pub class: &'static str,
    pub shade: String,
}

impl ShownCorrelations {
    /// `None` of tables that are too wide for them, and of one column.
    pub fn new(look: &Look) -> Option<Self> {
        let correlations = look.correlations.as_ref()?;
        let rows = look.columns.iter().take(MOST).enumerate();
        let rows = rows.map(|(at, column)| CorrelationRow {
            number: at + 1,
            name: column.name.clone(),
            cells: (0..at)
                .map(|other| CorrelationCell::new(correlations.of(at, other)))
                .collect(),
        });
        (look.columns.len() > 1).then(|| Self {
            rows: rows.collect(),
            left_out: look.columns.len().saturating_sub(MOST),
        })
    }
}

impl CorrelationCell {
    fn new(correlation: f64) -> Self {
        let digits = format!("{:.2}", correlation.abs());
        let digits = digits.strip_prefix('0').unwrap_or(&digits).to_owned();
        let (class, sign) = match correlation {
            _ if digits == ".00" => ("level", ""),
            below if below < 0.0 => ("below", "−"),
            _ => ("above", ""),
        };
        Self {
            value: format!("{sign}{digits}"),
            class,
            shade: format!("{:.2}", correlation.abs().min(1.0)),
        }
    }
}

/// Sets of columns that are the same thing: what they are, the columns, and how it shows.
pub fn same_things(look: &Look) -> Vec<[String; 3]> {
    let shares = look.shares.iter().map(|set| {
        [
            "Shares of one whole".to_owned(),
            format::list(&set.columns, "and"),
            format!("sum to {} in every row", set.total),
        ]
    });
    let scaled = look.scaled.iter().map(|counts| {
        [
            "Counts that grow together".to_owned(),
            format::list(&counts.columns, "and"),
            format!("in proportion to {}", counts.of),
        ]
    });
    let duplicates = look.duplicates.iter().take(MOST_PAIRS).map(|pair| {
        [
            "Nearly the same".to_owned(),
            format!("{} and {}", pair.first, pair.second),
            format!("correlation {}", format::number(pair.correlation)),
        ]
    });
    let more = look.duplicates.len().saturating_sub(MOST_PAIRS);
    let more = (more > 0).then(|| {
        [
            "Nearly the same".to_owned(),
            format!("{} more", format::counted(more as u64, "pair")),
            String::new(),
        ]
    });
    shares.chain(scaled).chain(duplicates).chain(more).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn correlations_are_written_short_with_their_sign() {
        for (correlation, value, class) in [
            (0.834, ".83", "above"),
            (-0.05, "−.05", "below"),
            (-0.004, ".00", "level"),
            (1.0, "1.00", "above"),
        ] {
            let cell = CorrelationCell::new(correlation);
            assert_eq!((cell.value.as_str(), cell.class), (value, class));
        }
    }
}
