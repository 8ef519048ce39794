//! Permutation importance: how much worse a model gets when a column of the data is shuffled.

use super::scores::{Moved, auc, log_loss};
use crate::examples::Examples;
use crate::frame::{Frame, Values};
use evenhand_stats::stats::resample::mix;
use evenhand_stats::stats::survey::Survey;
use evenhand_stats::stats::{Interval, Level};
use rand::SeedableRng;
use rand::rngs::Xoshiro256PlusPlus;
use rand::seq::SliceRandom;

/// Half an interval that is less wide is rounding.
const ROUNDING: f64 = 1e-12;

/// How a column is shuffled.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PermutationParams {
    pub repeats: usize,
    pub seed: u64,
    pub level: Level,
}

/// A change with its uncertainty.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Change {
    pub value: f64,
    /// `None` of one row or one cluster, and where no row moves it.
    pub interval: Option<Interval>,
    /// The standard deviation over repeats: what the shuffling alone does.
    pub sd: f64,
}

/// What a column of the data is worth to a model.
#[derive(Debug, Clone, PartialEq)]
pub struct SourceImportance {
    pub source: String,
    /// By how much the log loss rises without the column.
    pub log_loss: Change,
    /// By how much the AUC falls.
    pub auc: Change,
}

/// What columns are worth to a model.
#[derive(Debug, Clone, PartialEq)]
pub struct Importance {
    /// Of the model as it is.
    pub log_loss: f64,
    pub auc: f64,
    /// In the order of the frame.
    pub sources: Vec<SourceImportance>,
}

/// Shuffles each column of the data in turn among rows, and measures what the model loses (Breiman, L. (2001), Machine
/// Learning 45, 5-32). All columns of the frame that were made from one column of the data are shuffled together, so
/// that a category is one thing and not as many as it has levels.
///
/// `predict` gives probabilities, `[rows, classes]`; rows are to be such as the model was not fitted to. Weights, strata
/// and clusters are by row of the frame.
///
/// The change of a row is its mean over repeats. Intervals are Student's by the variance of these changes over rows, in
/// strata and clusters ([`Survey::spread`]); what a row's change owes to shuffling is in that variance.
pub fn permutation(
    examples: &Examples,
    rows: &[usize],
    survey: &Survey,
    predict: impl Fn(&Frame, &[usize]) -> Vec<f32>,
    params: PermutationParams,
) -> Importance {
    let task = Task {
        rows,
        labels: rows.iter().map(|&row| examples.labels[row]).collect(),
        weights: rows.iter().map(|&row| survey.weights[row]).collect(),
        survey: of_rows(survey, rows),
        params,
    };
    let before = task.scores(&predict(examples.frame, rows));
    let mut sources: Vec<&str> = Vec::new();
    for column in examples.frame.columns() {
        if !sources.contains(&column.source.as_str()) {
            sources.push(&column.source);
        }
    }
    let mut shuffled = examples.frame.clone();
    let mut found = Vec::new();
    for source in sources {
        let repeats = (0..params.repeats).map(|repeat| {
            shuffled.replace(source, |at| {
                let values = &examples.frame.columns()[at].values;
                shuffle(values, rows, mix(params.seed, repeat as u64))
            });
            task.scores(&predict(&shuffled, rows))
        });
        let repeats: Vec<[Moved; 2]> = repeats.collect();
        shuffled.replace(source, |at| examples.frame.columns()[at].values.clone());
        found.push(SourceImportance {
            source: source.to_owned(),
            log_loss: task.change(&before[0], &repeats, 0, 1.0),
            auc: task.change(&before[1], &repeats, 1, -1.0),
        });
    }
    Importance {
        log_loss: before[0].value,
        auc: before[1].value,
        sources: found,
    }
}

/// Rows that a model is judged by.
struct Task<'a> {
    rows: &'a [usize],
    labels: Vec<usize>,
    weights: Vec<f64>,
    survey: Survey,
    params: PermutationParams,
}

impl Task<'_> {
    /// Log loss and AUC.
    fn scores(&self, probabilities: &[f32]) -> [Moved; 2] {
        [log_loss, auc].map(|score| score(probabilities, &self.labels, &self.weights))
    }

    /// The mean change of a score over repeats, times a sign.
    fn change(&self, before: &Moved, repeats: &[[Moved; 2]], score: usize, sign: f64) -> Change {
        let n = repeats.len() as f64;
        let changes = repeats
            .iter()
            .map(|of| sign * (of[score].value - before.value));
        let changes: Vec<f64> = changes.collect();
        let value = changes.iter().sum::<f64>() / n;
        let squares = changes.iter().map(|change| (change - value).powi(2));
        let sd = (squares.sum::<f64>() / (n - 1.0).max(1.0)).sqrt();
        let moves = |row: usize| {
            let after = repeats.iter().map(|of| of[score].moves[row]).sum::<f64>() / n;
            sign * (after - before.moves[row])
        };
        let moves: Vec<f64> = (0..self.rows.len()).map(moves).collect();
        let all: Vec<u32> = (0..self.rows.len() as u32).collect();
        let spread = self.survey.spread(&moves, &all);
        let reach = spread.map(|spread| spread.reach(self.params.level));
        let interval = reach
            .filter(|reach| *reach > ROUNDING)
            .map(|reach| Interval {
                low: value - reach,
                high: value + reach,
            });
        Change {
            value,
            interval,
            sd,
        }
    }
}

/// The survey of some rows, in their order.
fn of_rows(survey: &Survey, rows: &[usize]) -> Survey {
    let of = |values: &[u32]| {
        let known = rows.iter().filter(|_| !values.is_empty());
        known.map(|&row| values[row]).collect()
    };
    Survey {
        weights: rows.iter().map(|&row| survey.weights[row]).collect(),
        strata: of(&survey.strata),
        clusters: of(&survey.clusters),
        margins: survey.margins.iter().map(|margin| of(margin)).collect(),
    }
}

/// Values with those of some rows in another order, which is the same for all columns of as many rows.
fn shuffle(values: &Values, rows: &[usize], seed: u64) -> Values {
    let mut order = rows.to_vec();
    order.shuffle(&mut Xoshiro256PlusPlus::seed_from_u64(seed));
    let mut shuffled = values.clone();
    for (&row, &from) in rows.iter().zip(&order) {
        match (&mut shuffled, values) {
            (Values::Numbers(to), Values::Numbers(of)) => to[row] = of[from],
            (Values::Levels { codes, .. }, Values::Levels { codes: of, .. }) => {
                codes[row] = of[from];
            }
            _ => unreachable!("a clone is of the same kind"),
        }
    }
    shuffled
}
