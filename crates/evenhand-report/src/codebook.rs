//! The page of a codebook: what each column of a table holds, drawn, and what is odd about it.

use super::ReportError;
use super::data_check::CheckFinding;
use super::plot::{self, Bins};
use crate::text::{counted, percent, thousands};
use askama::Template;

/// Levels that are drawn; the others are one bar.
const SHOWN: usize = 10;

/// Contents of the page of a codebook.
#[derive(Debug, Clone, PartialEq)]
pub struct CodebookPage {
    pub title: String,
    pub rows: u64,
    /// What was found, in one sentence.
    pub sentence: String,
    /// The gravest first.
    pub findings: Vec<CheckFinding>,
    pub columns: Vec<CodebookEntry>,
}

/// A column.
#[derive(Debug, Clone, PartialEq)]
pub struct CodebookEntry {
    pub name: String,
    /// `number`, `category`, with what it is used for.
    pub kind: String,
    /// Why it is taken for that.
    pub why: String,
    pub missing: u64,
    /// Gap codes with their rows.
    pub gaps: Vec<(String, u64)>,
    /// Its values in a line.
    pub values: String,
    /// Names and values.
    pub facts: Vec<(String, String)>,
    pub warnings: Vec<String>,
    pub distribution: Distribution,
}

/// Distribution of a column's values.
#[derive(Debug, Clone, PartialEq)]
pub enum Distribution {
    /// Of numbers, with rows below and above the bins.
    Bins { bins: Bins, below: u64, above: u64 },
    /// Levels with their rows, the most frequent first.
    Levels(Vec<(String, u64)>),
    /// Not drawn.
    None,
}

#[derive(Template)]
#[template(path = "codebook.html")]
struct Page<'a> {
    codebook: &'a CodebookPage,
    version: &'static str,
    columns: Vec<Drawn<'a>>,
}

/// A column as it is drawn.
struct Drawn<'a> {
    entry: &'a CodebookEntry,
    /// The place on the page.
    anchor: String,
    missing: String,
    gaps: String,
    histogram: String,
    /// What lies beyond the histogram.
    beyond: Option<String>,
    bars: Vec<Bar>,
}

struct Bar {
    name: String,
    class: &'static str,
    drawing: String,
    value: String,
}

/// The page, in UTF-8, with nothing outside it.
///
/// # Errors
/// [`ReportError::Render`] when the template fails, which no content should bring about.
pub fn render_codebook(codebook: &CodebookPage) -> Result<String, ReportError> {
    let columns = codebook.columns.iter().enumerate();
    let page = Page {
        codebook,
        version: env!("CARGO_PKG_VERSION"),
        columns: columns
            .map(|(at, entry)| Drawn::new(at, entry, codebook.rows))
            .collect(),
    };
    Ok(page.render()?)
}

impl<'a> Drawn<'a> {
    fn new(at: usize, entry: &'a CodebookEntry, rows: u64) -> Self {
        let of_all = |n: u64| percent(n as f64 / rows.max(1) as f64);
        let gaps = entry
            .gaps
            .iter()
            .map(|(code, n)| format!("{code} {}", of_all(*n)));
        let (histogram, beyond) = match &entry.distribution {
            Distribution::Bins { bins, below, above } => {
                let label = format!("Histogram of {}: {}", entry.name, entry.values);
                (plot::bins(bins, &label), beyond(*below, *above))
            }
            _ => (String::new(), None),
        };
        Self {
            anchor: format!("column-{}", at + 1),
            missing: if entry.missing > 0 {
                of_all(entry.missing)
            } else {
                String::new()
            },
            gaps: gaps.collect::<Vec<_>>().join(", "),
            histogram,
            beyond,
            bars: bars(entry, rows),
            entry,
        }
    }
}

fn beyond(below: u64, above: u64) -> Option<String> {
    let told = [(below, "below"), (above, "above")].into_iter();
    let told = told.filter(|(rows, _)| *rows > 0);
    let told: Vec<String> = told
        .map(|(rows, side)| format!("{} {side} the bins", counted(rows, "row")))
        .collect();
    (!told.is_empty()).then(|| told.join(", "))
}

/// Levels, the rest of them, gap codes and missing values. The longest bar is the most frequent level, so that many
/// levels are seen.
fn bars(entry: &CodebookEntry, rows: u64) -> Vec<Bar> {
    let Distribution::Levels(levels) = &entry.distribution else {
        return Vec::new();
    };
    let shown = if levels.len() > SHOWN + 1 {
        SHOWN
    } else {
        levels.len()
    };
    let mut told: Vec<(String, &'static str, u64)> = levels[..shown]
        .iter()
        .map(|(name, rows)| (name.clone(), "level", *rows))
        .collect();
    if shown < levels.len() {
        let rest = levels[shown..].iter().map(|(_, rows)| rows).sum();
        told.push((
            format!("{} more", counted(levels.len() - shown, "level")),
            "rest",
            rest,
        ));
    }
    let gaps = entry.gaps.iter();
    told.extend(gaps.map(|(code, rows)| (format!("gap code {code}"), "gap", *rows)));
    if entry.missing > 0 {
        told.push(("missing".to_owned(), "gap", entry.missing));
    }
    let most = told
        .iter()
        .map(|(.., rows)| *rows)
        .max()
        .unwrap_or(1)
        .max(1);
    let bar = |(name, class, n): (String, &'static str, u64)| Bar {
        name,
        class,
        drawing: plot::share_bar(n as f64 / most as f64),
        value: format!(
            "{} ({})",
            thousands(n),
            percent(n as f64 / rows.max(1) as f64)
        ),
    };
    told.into_iter().map(bar).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(name: &str, distribution: Distribution) -> CodebookEntry {
        CodebookEntry {
            name: name.into(),
            kind: "category".into(),
            why: "12 different texts".into(),
            missing: 5,
            gaps: vec![("N".into(), 20)],
            values: "<a> 50.0%".into(),
            facts: vec![("different values".into(), "12".into())],
            warnings: vec!["1 of 12 levels with fewer than 10 rows".into()],
            distribution,
        }
    }

    #[test]
    fn columns_are_drawn_with_their_gaps_and_names_are_escaped() {
        let mut levels = vec![("<a>".to_owned(), 100)];
        levels.extend((0..11).map(|at| (format!("level {at}"), 5)));
        let bins = Bins {
            counts: vec![3, 1],
            ends: ["0".into(), "9".into()],
        };
        let page = render_codebook(&CodebookPage {
            title: "Columns of survey.csv".into(),
            rows: 200,
            sentence: "1 warning.".into(),
            findings: vec![CheckFinding {
                severity: "warning",
                text: "`w` is a feature and looks like a survey weight".into(),
                step: Some("name it".into()),
                pictures: Vec::new(),
            }],
            columns: vec![
                entry("race <b>", Distribution::Levels(levels)),
                entry(
                    "age",
                    Distribution::Bins {
                        bins,
                        below: 0,
                        above: 1,
                    },
                ),
            ],
        })
        .unwrap();
        for text in [
            "looks like a survey weight",
            "race &#60;b&#62;",
            "2 levels more",
            "gap code N",
            "100 (50.0%)",
            "1 row above the bins",
            "fewer than 10 rows",
            r##"href="#column-2""##,
        ] {
            assert!(page.contains(text), "{text} in {page}");
        }
        assert_eq!(page.matches("class=\"bins\"").count(), 1);
        // Ten levels, the rest, the gap code and missing values.
        assert_eq!(page.matches("class=\"bar\"").count(), 13);
    }
}
