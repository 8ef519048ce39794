//! A sample of segments: places of three kinds, divided into four segments, with names in reverse.

use crate::segments::{LeftOut, SegmentsPage, SegmentsSource};
use evenhand_segments::look::{Look, look};
use evenhand_segments::pca::Components;
use evenhand_segments::segmentation::SegmentCount;
use evenhand_segments::{Options, Rows, Segments, segment};
use rand::rngs::ChaCha8Rng;
use rand::{RngExt, SeedableRng};
use std::sync::LazyLock;

const PLACES: usize = 360;

/// Means by kind: white, black, poverty, income, commute.
const KINDS: [[f64; 5]; 3] = [
    [82.0, 5.0, 12.0, 52_000.0, 20.0],
    [44.0, 43.0, 29.0, 31_000.0, 24.0],
    [80.0, 8.0, 8.0, 78_000.0, 36.0],
];

#[derive(Clone)]
pub struct Sample {
    pub source: SegmentsSource,
    pub segments: Segments,
    pub look: Look,
    pub names: Vec<String>,
}

impl Sample {
    pub fn page(&self) -> SegmentsPage<'_> {
        SegmentsPage {
            title: "Segments of places".to_owned(),
            source: self.source.clone(),
            segments: &self.segments,
            look: &self.look,
            names: &self.names,
        }
    }
}

/// Fitted once.
pub fn sample() -> &'static Sample {
    static SAMPLE: LazyLock<Sample> = LazyLock::new(|| {
        let (rows, other) = places();
        Sample {
            source: source(),
            segments: segment(&rows, Some(&other), &options()).unwrap(),
            look: look(&rows),
            names: (1..=PLACES)
                .map(|number| format!("Place {number}"))
                .collect(),
        }
    });
    &SAMPLE
}

fn source() -> SegmentsSource {
    SegmentsSource {
        file: "places.csv".to_owned(),
        rows: PLACES as u64 + 2,
        left_out: vec![LeftOut {
            rows: 2,
            reason: "no number in Income".to_owned(),
            names: vec!["Kalawao".to_owned(), "Loving".to_owned()],
        }],
        weights: None,
        notes: vec!["Citizen was written with commas: they were read as thousands.".to_owned()],
    }
}

fn options() -> Options {
    Options {
        components: Components::Number(3),
        segments: SegmentCount::Number(4),
        compared: Some(2..=6),
        names: vec![
            (0, "Commuters".to_owned()),
            (1, "Poverty and income".to_owned()),
        ],
        ..Options::default()
    }
}

/// Places, and their rain, which has nothing to do with their kind.
fn places() -> (Rows, Rows) {
    let mut rng = ChaCha8Rng::seed_from_u64(11);
    let mut around = |mean: f64, spread: f64| mean + rng.random_range(-spread..spread);
    let (mut values, mut rain) = (Vec::new(), Vec::new());
    for place in 0..PLACES {
        let [white, black, poverty, income, commute] = KINDS[[0, 0, 0, 1, 1, 2][place % 6]];
        let people = around(10.0, 2.5).exp().round();
        let tenth = |value: f64| (10.0 * value).round() / 10.0;
        let (white, black) = (tenth(around(white, 7.0)), tenth(around(black, 4.0)));
        let poverty = tenth(around(poverty, 5.0));
        values.extend([people, (people * around(0.72, 0.03)).round()]);
        values.extend([white, black, tenth(100.0 - white - black)]);
        values.extend([poverty, tenth(poverty * around(1.4, 0.05))]);
        values.extend([around(income, 9_000.0).round(), tenth(around(commute, 9.0))]);
        rain.push(around(600.0, 300.0).round());
    }
    let columns = [
        "TotalPop",
        "Citizen",
        "White",
        "Black",
        "OtherRace",
        "Poverty",
        "ChildPoverty",
        "Income",
        "MeanCommute",
    ];
    let columns = columns.map(str::to_owned).to_vec();
    let rows = Rows::new(columns, values).unwrap();
    (rows, Rows::new(vec!["Rain".to_owned()], rain).unwrap())
}
