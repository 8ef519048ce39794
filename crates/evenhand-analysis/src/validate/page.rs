//! The page of a validation: the classifier and people side by side.

use super::ValidationResult;
use crate::words::shown;
use evenhand_report::{Dot, Figure, FigurePage};
use evenhand_stats::coders::Measure;

impl ValidationResult {
    /// What the data say of the human ceiling, drawn and as a table.
    pub fn page(&self) -> FigurePage {
        let predictions = shown(self.paired.predictions.table().path(), "the predictions");
        let coders = self.coders();
        let table = self.ceiling.table(&coders);
        let mut sentences = self.ceiling.sentences();
        sentences.push(
            "Nobody is compared with a consensus that has the own code in it, and both sides are judged on the \
             same items."
                .to_owned(),
        );
        sentences.extend(self.sentences().iter().map(ToString::to_string));
        sentences.extend(self.warnings.iter().map(ToString::to_string));
        let level = 100.0 * self.audit.level();
        sentences.push(format!("In brackets: {level}% intervals, by item."));
        FigurePage {
            title: format!("Does {predictions} agree with people as people do?"),
            sentences,
            figures: self.figure(&coders).into_iter().collect(),
            header: table.header,
            rows: table.rows,
        }
    }

    /// The classifier and each coder by the majority of the others.
    fn figure(&self, coders: &[String]) -> Option<Figure> {
        let places = self.ceiling.coders.iter().zip(0..);
        let ticks = places
            .clone()
            .map(|(one, at)| (f64::from(at), coders[one.coder].clone()));
        let dots = places.flat_map(|(one, at)| {
            let name = &coders[one.coder];
            let (x, side) = (f64::from(at), one.with_others);
            [
                dot(x - 0.1, "early", name, &side.people),
                dot(x + 0.1, "last", "the classifier", &side.machine),
            ]
        });
        let dots: Vec<Dot> = dots.flatten().collect();
        (!dots.is_empty()).then(|| Figure {
            caption: "How often a coder (hollow) and the classifier (filled) give the label of most other coders"
                .to_owned(),
            x_title: "coder".to_owned(),
            ticks: ticks.collect(),
            dots,
        })
    }
}

fn dot(x: f64, class: &'static str, name: &str, measure: &Measure) -> Option<Dot> {
    Some(Dot {
        x,
        y: measure.value.ok()?,
        interval: measure.interval.ok(),
        class,
        title: format!("{name}: {}", measure.share()),
    })
}
