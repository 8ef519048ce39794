//! The ladder on persons of the American Community Survey, taken from one place to another: `EVENHAND_CENSUS=FOLDER cargo
//! test --release -p evenhand-learners census -- --ignored --nocapture` prints the table of docs/guide/transfer.md.

use super::super::Source;
use super::super::ladder::{margins, recipes};
use crate::columns::{Codebook, CodebookConfig, FeatureSpec, Roles, Selection};
use crate::examples::Examples;
use crate::frame::Frame;
use crate::learner::{Learner, LearnerParams, Loss, Model, Recipe, Task, least_loss, log_losses};
use evenhand_stats::stats::resample::mix;
use evenhand_table::{ReadOptions, Table};
use rand::SeedableRng;
use rand::rngs::ChaCha8Rng;
use rand::seq::SliceRandom;
use std::path::Path;

const REPEATS: u64 = 12;
const SIZES: [usize; 3] = [200, 500, 1_000];
const FEATURES: [&str; 17] = [
    "AGEP",
    "SEX",
    "MSP",
    "HISP",
    "RAC1P",
    "NOC",
    "NPF",
    "HOUSING_TYPE",
    "OWN_RENT",
    "INDP_CAT",
    "EDU",
    "DVET",
    "DREM",
    "DPHY",
    "DEYE",
    "DEAR",
    "DENSITY",
];
/// Industries of care work.
const CARE: [&str; 6] = ["8170", "8270", "8290", "8370", "8470", "9290"];

/// The value of a column in a row.
type Value<'a> = dyn Fn(&str) -> Option<String> + 'a;
/// Whether a place is in a population, by the people for each square mile.
type ByDensity = fn(f64) -> bool;

/// What is learned, and from whom for whom.
struct Scenario {
    name: &'static str,
    label: fn(&Value) -> bool,
    dropped: &'static [&'static str],
    source: &'static [&'static str],
    target: &'static str,
    /// Densities of source and target, where places are told apart by them.
    density: Option<[ByDensity; 2]>,
}

fn number(of: Option<String>) -> f64 {
    of.and_then(|text| text.parse().ok()).unwrap_or(f64::NAN)
}

const SCENARIOS: [Scenario; 5] = [
    Scenario {
        name: "income, US → MA",
        label: |of| number(of("PINCP")) > 50_000.0,
        dropped: &[],
        source: &["national2019"],
        target: "ma2019",
        density: None,
    },
    Scenario {
        name: "rent, US → MA",
        label: |of| of("OWN_RENT").as_deref() == Some("2"),
        dropped: &["OWN_RENT"],
        source: &["national2019"],
        target: "ma2019",
        density: None,
    },
    Scenario {
        name: "care, US → TX",
        label: |of| of("INDP").is_some_and(|code| CARE.contains(&code.as_str())),
        dropped: &["INDP_CAT"],
        source: &["national2018", "national2019"],
        target: "tx2019",
        density: None,
    },
    Scenario {
        name: "poverty, rural → urban",
        label: |of| number(of("POVPIP")) < 100.0,
        dropped: &[],
        source: &["national2018", "national2019"],
        target: "national2019",
        density: Some([|density| density < 200.0, |density| density > 15_000.0]),
    },
    Scenario {
        name: "rent, rural → urban",
        label: |of| of("OWN_RENT").as_deref() == Some("2"),
        dropped: &["OWN_RENT"],
        source: &["national2018", "national2019"],
        target: "national2019",
        density: Some([|density| density < 200.0, |density| density > 15_000.0]),
    },
];

/// Columns of a table in memory.
type Columns = Vec<(String, Vec<Option<String>>)>;

impl Scenario {
    /// Adults of some files with the features, and whether they have the label.
    fn rows(&self, folder: &Path, files: &[&str], is_in: Option<ByDensity>) -> (Table, Vec<usize>) {
        let kept: Vec<&str> = FEATURES
            .into_iter()
            .filter(|name| *name != "DENSITY" && !self.dropped.contains(name))
            .collect();
        let mut columns: Columns = kept
            .iter()
            .map(|name| ((*name).to_owned(), Vec::new()))
            .collect();
        let mut labels = Vec::new();
        for file in files {
            let path = folder.join(format!("nist_acs_{file}.csv"));
            let table = Table::read(&path, &ReadOptions::default()).unwrap();
            let texts: Vec<_> = (0..table.columns().len())
                .map(|at| table.text(at))
                .collect();
            for row in 0..table.rows() {
                let of = |name: &str| {
                    texts[table.column(name).unwrap()]
                        .get(row)
                        .map(str::to_owned)
                };
                let density = number(of("DENSITY"));
                if number(of("AGEP")) < 18.0 || is_in.is_some_and(|is_in| !is_in(density)) {
                    continue;
                }
                for (name, values) in &mut columns {
                    values.push(of(name));
                }
                labels.push(usize::from((self.label)(&of)));
            }
        }
        (Table::from_columns(columns).unwrap(), labels)
    }
}

fn spec(table: &Table) -> FeatureSpec {
    let config = CodebookConfig {
        gaps: "N".parse().unwrap(),
        roles: Roles::default(),
        ..CodebookConfig::default()
    };
    let codebook = Codebook::of(table, &config).unwrap();
    FeatureSpec::of(&codebook, &Selection::default()).unwrap()
}

fn task_on<'a>(examples: &'a Examples<'a>, rows: &'a [usize], folds: &'a [usize]) -> Task<'a> {
    Task {
        examples,
        rows,
        folds,
        seed: 0,
    }
}

/// Source models: boosting, and a logistic regression beside it.
fn sources(frame: &Frame, labels: &[usize], params: &LearnerParams) -> [Model; 2] {
    let weights = vec![1.0; labels.len()];
    let examples = Examples {
        frame,
        labels,
        classes: 2,
        weights: &weights,
        margins: None,
    };
    let rows: Vec<usize> = (0..labels.len()).collect();
    let folds: Vec<usize> = rows
        .iter()
        .map(|&row| (mix(7, row as u64) % 5) as usize)
        .collect();
    let task = task_on(&examples, &rows, &folds);
    [Learner::Boosting, Learner::Logistic].map(|learner| learner.fit(&task, params).unwrap().model)
}

/// Mean log losses of the rungs on rows that were not learned from, one a repeat; the last is the guard's.
fn losses(
    (frame, labels, target_rows): (&Frame, &[usize], usize),
    source: Source,
    params: &LearnerParams,
    size: usize,
) -> Vec<(&'static str, Vec<f64>)> {
    let weights = vec![1.0; labels.len()];
    let examples = Examples {
        frame,
        labels,
        classes: 2,
        weights: &weights,
        margins: None,
    };
    let margins = margins(source, frame);
    let (recipes, _) = recipes(
        source,
        &margins,
        &[Learner::Logistic, Learner::Boosting, Learner::Forest],
        params,
    );
    let mut found: Vec<(&str, Vec<f64>)> =
        recipes.iter().map(|of| (of.name(), Vec::new())).collect();
    found.push(("guard", Vec::new()));
    for repeat in 0..REPEATS {
        let mut rows: Vec<usize> = (0..target_rows).collect();
        rows.shuffle(&mut ChaCha8Rng::seed_from_u64(mix(size as u64, repeat)));
        let held_out = rows.split_off(size);
        let folds = even_folds(&rows, labels);
        let task = task_on(&examples, &rows, &folds);
        let judged = Task {
            rows: &held_out,
            ..task
        };
        let (mut in_folds, mut outside) = (Vec::new(), Vec::new());
        for recipe in &recipes {
            let fitted = Recipe::fit(&**recipe, &task).unwrap();
            let probabilities = fitted.model.probabilities(frame, &held_out);
            let ones = vec![1.0; held_out.len()];
            outside.push(Loss::of(&log_losses(&judged, &probabilities), &ones).mean);
            in_folds.push(fitted.losses);
        }
        let guard = least_loss(&in_folds, &vec![1.0; size]);
        outside.push(outside[guard]);
        found
            .iter_mut()
            .zip(outside)
            .for_each(|((_, of), loss)| of.push(loss));
    }
    found
}

/// Five folds, spread evenly over labels as those of a training are.
fn even_folds(rows: &[usize], labels: &[usize]) -> Vec<usize> {
    let mut places: Vec<usize> = (0..rows.len()).collect();
    places.sort_by_key(|&place| labels[rows[place]]);
    let mut folds = vec![0; rows.len()];
    for (rank, place) in places.into_iter().enumerate() {
        folds[place] = rank % 5;
    }
    folds
}

fn mean(numbers: &[f64]) -> f64 {
    numbers.iter().sum::<f64>() / numbers.len() as f64
}

#[test]
#[ignore = "takes minutes, and needs EVENHAND_CENSUS"]
fn the_ladder_on_the_census() {
    let Some(folder) = std::env::var_os("EVENHAND_CENSUS") else {
        return eprintln!("left out: EVENHAND_CENSUS does not name the folder of census tables");
    };
    let params = LearnerParams::default();
    for scenario in &SCENARIOS {
        let [of_source, of_target] = scenario
            .density
            .map_or([None, None], |density| density.map(Some));
        let folder = Path::new(&folder);
        let (source_table, source_labels) = scenario.rows(folder, scenario.source, of_source);
        let (target_table, mut labels) = scenario.rows(folder, &[scenario.target], of_target);
        let spec = spec(&source_table);
        let (source_frame, _) = spec.frame(&source_table).unwrap();
        let (mut frame, _) = spec.frame(&target_table).unwrap();
        let [boosting, logistic] = sources(&source_frame, &source_labels, &params);
        let target_rows = labels.len();
        frame.append(source_frame);
        labels.extend(source_labels);
        let rows: Vec<usize> = (target_rows..labels.len()).collect();
        let source = Source {
            model: &boosting,
            linear: match &logistic {
                Model::Logistic(model) => Some(model),
                _ => None,
            },
            rows: &rows,
        };
        for size in SIZES {
            let found = losses((&frame, &labels, target_rows), source, &params, size);
            let scratch = ["logistic", "boosting", "forest"].map(|name| {
                let of = found.iter().find(|(of, _)| *of == name);
                &of.unwrap().1
            });
            let best = scratch
                .into_iter()
                .min_by(|a, b| mean(a).total_cmp(&mean(b)))
                .unwrap();
            let guard = &found.last().unwrap().1;
            let pairs: Vec<f64> = guard.iter().zip(best).map(|(a, b)| a - b).collect();
            let against = Loss::of(&pairs, &vec![1.0; pairs.len()]);
            let cells = found
                .iter()
                .map(|(name, of)| format!("{name} {:.3}", mean(of)));
            let cells: Vec<String> = cells.collect();
            eprintln!(
                "| {} | {size} | {} | {:+.4} ({:.4}) |",
                scenario.name,
                cells.join(" | "),
                against.mean,
                against.standard_error
            );
        }
    }
}
