//! The page of an agreement study: what is said of it, agreement by group drawn, and a table.

use super::AgreementResult;
use evenhand_report::{Dot, Figure, FigurePage};
use evenhand_stats::coders::Grouping;

/// Names of more groups have no room below a figure.
const MOST_DRAWN: usize = 8;

impl AgreementResult {
    /// Agreement on all items and by group, and who errs more on which.
    pub fn page(&self) -> FigurePage {
        let (study, codes) = (&self.study, &self.table.codes);
        let mut sentences = study.group_sentences(codes);
        let (_, of_shares) = study.share_table(codes);
        sentences.extend([
            self.summary().to_string(),
            of_shares,
            self.to_adjudicate().to_string(),
        ]);
        sentences.extend(self.warnings.iter().map(ToString::to_string));
        let level = 100.0 * study.resampling.level.value();
        sentences.push(format!("In brackets: {level}% intervals, by item."));
        let figures = study
            .groupings
            .iter()
            .filter(|of| of.cells.len() <= MOST_DRAWN);
        let all = study.overall.statistics(&study.scale);
        let all = all
            .into_iter()
            .map(|[name, text]| vec!["all items".to_owned(), name, text]);
        let groups = study.groupings.iter().flat_map(|grouping| {
            grouping.cells.iter().flat_map(move |(value, cell)| {
                let statistics = cell.statistics(&study.scale).into_iter();
                let place = format!("{} {value}", grouping.name);
                statistics.map(move |[name, text]| vec![place.clone(), name, text])
            })
        });
        FigurePage {
            title: format!("Agreement of coders in {}", self.table.name()),
            sentences,
            figures: figures.map(figure).collect(),
            header: ["items", "statistic", "value"].map(String::from).to_vec(),
            rows: all.chain(groups).collect(),
        }
    }
}

/// Percent agreement of each group.
fn figure(grouping: &Grouping) -> Figure {
    let places = || (0..).map(f64::from).zip(&grouping.cells);
    let dots = places().filter_map(|(x, (value, cell))| {
        Some(Dot {
            x,
            y: cell.percent.value.ok()?,
            interval: cell.percent.interval.ok(),
            class: "last",
            title: format!("{value}: {}", cell.percent.share()),
        })
    });
    Figure {
        caption: format!("Pairs of codes that are the same, by {}", grouping.name),
        x_title: grouping.name.clone(),
        ticks: places().map(|(x, (value, _))| (x, value.clone())).collect(),
        dots: dots.collect(),
    }
}
