//! Learning curve as data, sentences, a table and a page.

use crate::audit::{Audit, Cell};
use crate::error::Error;
use crate::jobs::files::Overwrite;
use crate::jobs::output_folder::OutputFolder;
use crate::report::{Dot, Figure, FigurePage, render_figure_page};
use crate::stats::Level;
use crate::stats::counts::Counts;
use crate::table::csv_bytes;
use crate::tune::curve::{Doubling, Point};
use std::path::Path;

/// Audit of heads that learned from a share of the rows.
pub(super) struct Step {
    /// Rows learned from, validation rows among them: the mean of the folds.
    pub rows: f64,
    pub audit: Audit,
}

/// Everyone, or a group, along the curve.
struct Series {
    name: String,
    /// Number of labels, and the cell of the audit.
    points: Vec<(f64, Cell)>,
}

/// Learning curve of everyone and of every group that is large enough.
pub struct LearningCurve {
    label: String,
    series: Vec<Series>,
    sentences: Vec<String>,
}

impl LearningCurve {
    pub(super) fn new(label: String, steps: &[Step], seed: u64) -> Self {
        let series = series(steps);
        let sentences = sentences(&series, seed);
        Self {
            label,
            series,
            sentences,
        }
    }

    /// Columns of [`rows`](Self::rows).
    pub fn columns() -> [String; 6] {
        ["who", "labels", "judged", "accuracy", "low", "high"].map(str::to_owned)
    }

    /// The curve as a table.
    pub fn rows(&self) -> Vec<Vec<String>> {
        self.series.iter().flat_map(rows).collect()
    }

    /// Whether more labels would help, in words.
    pub fn sentences(&self) -> &[String] {
        &self.sentences
    }

    /// The files of a curve.
    pub const FILES: [&str; 2] = ["curve.csv", "curve.html"];

    /// Writes `curve.csv` and `curve.html` into a folder.
    ///
    /// # Errors
    /// A file is there that was changed, unless it may be replaced; or it cannot be written.
    pub fn save(&self, folder: &Path, overwrite: Overwrite) -> Result<(), Error> {
        self.save_in(OutputFolder::open(folder, &Self::FILES, overwrite)?)
    }

    /// As [`save`](Self::save), into a folder that was looked at before the work.
    ///
    /// # Errors
    /// As there.
    pub fn save_in(&self, mut folder: OutputFolder) -> Result<(), Error> {
        let (header, rows) = (Self::columns().to_vec(), self.rows());
        let table = csv_bytes(&header, &rows);
        let sheet = FigurePage {
            title: format!("Accuracy by labels: {}", self.label),
            sentences: self.sentences.clone(),
            figures: self.series.iter().map(figure).collect(),
            header,
            rows,
        };
        let page = render_figure_page(&sheet)?;
        let [csv, html] = Self::FILES;
        Ok(folder.write(&[(csv, table), (html, page.into_bytes())])?)
    }
}

/// Everyone first, then every group that is large enough.
fn series(steps: &[Step]) -> Vec<Series> {
    let everyone = steps
        .iter()
        .map(|step| (step.rows, step.audit.overall.clone()));
    let mut all = vec![Series {
        name: "everyone".into(),
        points: everyone.collect(),
    }];
    let groupings = steps.last().map_or(0, |step| step.audit.groupings.len());
    for at in 0..groupings {
        let grouping = |step: &Step| step.audit.groupings[at].clone();
        let last = grouping(&steps[steps.len() - 1]);
        let usable = last
            .cells
            .iter()
            .filter(|(_, cell)| cell.accuracy().estimate.is_ok());
        all.extend(usable.map(|(value, _)| {
            Series {
                name: format!("{} {value}", last.name),
                points: steps
                    .iter()
                    .filter_map(|step| {
                        let cells = grouping(step).cells;
                        let (_, cell) = cells.into_iter().find(|(other, _)| other == value)?;
                        Some((step.rows, cell))
                    })
                    .collect(),
            }
        }));
    }
    all
}

fn rows(series: &Series) -> Vec<Vec<String>> {
    let row = |(rows, cell): &(f64, Cell)| {
        let numbers = match cell.accuracy().estimate {
            Ok(estimate) => [
                estimate.value,
                estimate.interval.low,
                estimate.interval.high,
            ]
            .map(|value| format!("{value:.4}")),
            Err(reason) => [reason.to_string(), String::new(), String::new()],
        };
        [
            series.name.clone(),
            format!("{rows:.0}"),
            cell.n.to_string(),
        ]
        .into_iter()
        .chain(numbers)
        .collect()
    };
    series.points.iter().map(row).collect()
}

fn figure(series: &Series) -> Figure {
    let dots = series.points.iter().filter_map(|(rows, cell)| {
        let estimate = cell.accuracy().estimate.ok()?;
        Some(Dot {
            x: rows.log2(),
            y: estimate.value,
            interval: Some(estimate.interval),
            class: "last",
            title: format!("{rows:.0} labels"),
        })
    });
    let ticks = series.points.iter();
    Figure {
        caption: format!("{}, with 95 % intervals", series.name),
        x_title: "labels learned from".into(),
        ticks: ticks
            .map(|(rows, _)| (rows.log2(), format!("{rows:.0}")))
            .collect(),
        dots: dots.collect(),
    }
}

/// The law is fitted to the largest sizes: on few rows errors fall faster than they do later.
const FITTED: usize = 3;

/// Whether more labels would help, for everyone and for every group.
fn sentences(series: &[Series], seed: u64) -> Vec<String> {
    let caution = "A law fitted to a range is a guess beyond it, mostly a hopeful one: errors stop \
                   falling where labels or images are wrong.";
    let said = series.iter().map(|series| more_labels(series, seed));
    said.chain([caution.to_owned()]).collect()
}

fn more_labels(series: &Series, seed: u64) -> String {
    let level = Level::new(0.95).expect("it is between 0 and 1");
    let name = &series.name;
    let points = series.points.iter().map(|(rows, cell)| Point {
        rows: *rows,
        judged: Counts {
            hits: cell.confusion.correct(),
            n: cell.n,
        },
    });
    let points: Vec<Point> = points.collect();
    let last = &points[points.len().saturating_sub(FITTED)..];
    let in_points = |gain: f64| format!("{:.1}", 100.0 * gain);
    let Some(Doubling { gain, interval }) = Doubling::of(last, level, seed) else {
        return format!("{name}: too little is known to say what more labels would do.");
    };
    let ends = [interval.low, interval.high].map(in_points);
    if interval.low <= 0.0 {
        return format!(
            "{name}: accuracy is not shown to grow with more labels: twice as many would add {} points \
             ({} to {}).",
            in_points(gain),
            ends[0],
            ends[1]
        );
    }
    let brought = match last {
        [.., before, now] => now.judged.rate() - before.judged.rate(),
        _ => f64::NAN,
    };
    format!(
        "{name}: the last doubling brought {} points; twice as many labels would add about {} ({}-{}), \
         if errors go on falling as they did.",
        in_points(brought),
        in_points(gain),
        ends[0],
        ends[1]
    )
}
