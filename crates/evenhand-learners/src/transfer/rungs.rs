//! Rungs: the ways to take a source model to target rows, the cheapest first.

use crate::error::LearnerError;
use crate::examples::{Examples, mean_one};
use crate::learner::{
    Fitted, Learner, LearnerParams, Model, Recipe, Task, along_path, boost, least_loss, log_losses,
    margin_frame, small,
};
use crate::logistic::Logistic;
use crate::tree::boosting::Stop;
use crate::tree::{boosting, refit};

/// Penalties on what departs from the source, in relation to the number of target rows: largest, smallest, number.
const PENALTIES: (f64, f64, usize) = (100.0, 1e-4, 13);
/// Penalty on the slope of a recalibration.
const RECALIBRATION: f64 = 1.0;
/// How much of its old value a leaf keeps.
const DECAYS: [f64; 5] = [0.99, 0.95, 0.9, 0.8, 0.5];
/// How many source rows a target row is worth.
const WORTH: [f64; 3] = [1.0, 5.0, 20.0];
/// The most rounds on both populations together.
const POOLED_ROUNDS: usize = 150;

/// Fits a model to rows of both populations.
type FitBoth<'a> = dyn Fn(&Examples, &[usize]) -> Result<Model, LearnerError> + 'a;

/// A model of the source population, on the columns of the target's frame.
#[derive(Debug, Clone, Copy)]
pub struct Source<'a> {
    pub model: &'a Model,
    /// A logistic regression of the source, which coefficients can be drawn to; `None` where there is none.
    pub linear: Option<&'a Logistic>,
    /// Rows of the frame that are the source's, with labels; empty where they are not at hand. They are learned from in
    /// every fold, and never judged.
    pub rows: &'a [usize],
}

/// What a rung takes from the target rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Alone,
    Recalibrated,
    Prior,
    Corrected,
    Refitted,
    Continued,
    PooledLogistic,
    PooledBoosting,
}

/// One way to take the source to the target.
pub(super) struct Rung<'a> {
    kind: Kind,
    source: Source<'a>,
    /// The source's margins of all rows of the frame, `[rows, outputs]`.
    margins: &'a [f64],
    params: &'a LearnerParams,
}

/// The rungs that a source allows, without those from scratch. `margins` are the source's of all rows of the frame.
pub(super) fn rungs<'a>(
    source: Source<'a>,
    margins: &'a [f64],
    params: &'a LearnerParams,
) -> Vec<Rung<'a>> {
    let mut kinds = vec![Kind::Alone, Kind::Recalibrated];
    if source.linear.is_some() {
        kinds.push(Kind::Prior);
    }
    kinds.push(Kind::Corrected);
    if let Model::Trees(Learner::Boosting, _) = source.model {
        kinds.push(Kind::Refitted);
    }
    kinds.push(Kind::Continued);
    if !source.rows.is_empty() {
        kinds.extend([Kind::PooledLogistic, Kind::PooledBoosting]);
    }
    let rung = |kind| Rung {
        kind,
        source,
        margins,
        params,
    };
    kinds.into_iter().map(rung).collect()
}

impl Recipe for Rung<'_> {
    fn name(&self) -> &'static str {
        match self.kind {
            Kind::Alone => "source",
            Kind::Recalibrated => "recalibrated",
            Kind::Prior => "prior",
            Kind::Corrected => "corrected",
            Kind::Refitted => "refitted",
            Kind::Continued => "continued",
            Kind::PooledLogistic => "pooled-logistic",
            Kind::PooledBoosting => "pooled-boosting",
        }
    }

    fn title(&self) -> &'static str {
        match self.kind {
            Kind::Alone => "the source alone",
            Kind::Recalibrated => "the source, recalibrated",
            Kind::Prior => "coefficients drawn to the source's",
            Kind::Corrected => "a shrunk correction of the source",
            Kind::Refitted => "leaves refitted",
            Kind::Continued => "more trees on top",
            Kind::PooledLogistic => "pooled, logistic regression",
            Kind::PooledBoosting => "pooled, gradient boosting",
        }
    }

    fn fit(&self, task: &Task) -> Result<Fitted, LearnerError> {
        match self.kind {
            Kind::Alone => Ok(self.alone(task)),
            Kind::Recalibrated => self.recalibrated(task),
            Kind::Prior => self.prior(task),
            Kind::Corrected => self.corrected(task),
            Kind::Refitted => self.refitted(task),
            Kind::Continued => self.continued(task),
            Kind::PooledLogistic => self.pooled(task, &|examples, rows| {
                let path = [rows.len() as f64, (rows.len() as f64).sqrt(), 1.0];
                let params = &self.params.logistic;
                let mut models = Logistic::fit_path(examples, rows, &path, params)?;
                Ok(Model::Logistic(models.pop().expect("one a penalty")))
            }),
            Kind::PooledBoosting => self.pooled(task, &|examples, rows| {
                let params = &self.params.boosting;
                let stop = Stop::After(POOLED_ROUNDS.min(params.rounds));
                let fitted = boosting::fit(examples, rows, stop, params)?;
                Ok(Model::Trees(Learner::Boosting, fitted.model))
            }),
        }
    }
}

impl Rung<'_> {
    /// Examples that a model is added to the source for.
    fn on_top<'e>(&'e self, examples: &Examples<'e>) -> Examples<'e> {
        Examples {
            margins: Some(self.margins),
            ..*examples
        }
    }

    /// The source has seen none of the target rows.
    fn alone(&self, task: &Task) -> Fitted {
        let found = self
            .source
            .model
            .probabilities(task.examples.frame, task.rows);
        Fitted {
            losses: log_losses(task, &found),
            model: self.source.model.clone(),
            settings: Vec::new(),
        }
    }

    /// Intercepts, and a slope that is drawn to 1 (Platt 1999; of more classes, of all their scores).
    fn recalibrated(&self, task: &Task) -> Result<Fitted, LearnerError> {
        let frame = margin_frame(self.margins, task.examples.outputs());
        let examples = Examples {
            frame: &frame,
            ..self.on_top(task.examples)
        };
        let fit = |rows: &[usize]| {
            let params = &self.params.logistic;
            let mut models = Logistic::fit_path(&examples, rows, &[RECALIBRATION], params)?;
            Ok(models.pop().expect("one a penalty"))
        };
        let found = task.held_out(|rows, judged| {
            Ok(fit(rows)?.probabilities(&frame, judged, Some(self.margins)))
        })?;
        let model = fit(task.rows)?;
        Ok(Fitted {
            losses: log_losses(task, &found),
            model: Model::Recalibrated(Box::new(self.source.model.clone()), model),
            settings: Vec::new(),
        })
    }

    /// Coefficients that are drawn to the source's.
    fn prior(&self, task: &Task) -> Result<Fitted, LearnerError> {
        let source = self.source.linear.expect("a rung that is there");
        let stop = self.params.logistic.stop;
        let (model, losses) = along_path(task, PENALTIES, least_loss, &|rows, penalties| {
            source.fit_path_towards(task.examples, rows, penalties, stop)
        })?;
        Ok(Fitted {
            losses,
            settings: vec![("penalty".to_owned(), format!("{:.4}", model.penalty))],
            model: Model::Logistic(model),
        })
    }

    /// A logistic regression that is added to the source's score.
    fn corrected(&self, task: &Task) -> Result<Fitted, LearnerError> {
        let examples = self.on_top(task.examples);
        let on_top = Task {
            examples: &examples,
            ..*task
        };
        let (model, losses) = along_path(&on_top, PENALTIES, least_loss, &|rows, penalties| {
            Logistic::fit_path(&examples, rows, penalties, &self.params.logistic)
        })?;
        Ok(Fitted {
            losses,
            settings: vec![("penalty".to_owned(), format!("{:.4}", model.penalty))],
            model: self.sum(Model::Logistic(model)),
        })
    }

    /// The source's trees, whose leaves move towards the target.
    fn refitted(&self, task: &Task) -> Result<Fitted, LearnerError> {
        let Model::Trees(learner, trees) = self.source.model else {
            unreachable!("a rung of boosted trees");
        };
        let refitted = |rows: &[usize], decay: f64| {
            let boosting::Params {
                learning_rate, l2, ..
            } = self.params.boosting;
            let params = refit::Params {
                decay,
                learning_rate,
                l2,
            };
            let moved = refit::refit(trees, task.examples, rows, params);
            Ok(Model::Trees(*learner, moved))
        };
        best_of(task, "decay", &DECAYS, &refitted)
    }

    /// Small trees that are added to the source's score, as many as help; none is allowed.
    fn continued(&self, task: &Task) -> Result<Fitted, LearnerError> {
        let examples = self.on_top(task.examples);
        let on_top = Task {
            examples: &examples,
            ..*task
        };
        let n = task.rows.len();
        let boosted = boost(&on_top, &[small(n, 3), small(n, 6)])?;
        Ok(Fitted {
            losses: boosted.losses,
            settings: boosted.settings,
            model: self.sum(Model::Trees(Learner::Boosting, boosted.ensemble)),
        })
    }

    /// Both populations, with target rows worth several of the source's.
    fn pooled(&self, task: &Task, fit: &FitBoth) -> Result<Fitted, LearnerError> {
        let fit = |target: &[usize], worth: f64| {
            let rows: Vec<usize> = self.source.rows.iter().chain(target).copied().collect();
            let mut weights = task.examples.weights.to_vec();
            for &row in target {
                weights[row] *= worth;
            }
            let weights = mean_one(&weights, &rows);
            let examples = Examples {
                weights: &weights,
                ..*task.examples
            };
            fit(&examples, &rows)
        };
        best_of(task, "a target row is worth", &WORTH, &fit)
    }

    /// The source with a correction.
    fn sum(&self, correction: Model) -> Model {
        Model::Sum(Box::new(self.source.model.clone()), Box::new(correction))
    }
}

/// Fits a model to rows with a setting.
type FitWith<'a> = dyn Fn(&[usize], f64) -> Result<Model, LearnerError> + 'a;

/// The model of the setting that does best in the folds of a task, fitted to all its rows.
fn best_of(
    task: &Task,
    name: &str,
    settings: &[f64],
    fit: &FitWith,
) -> Result<Fitted, LearnerError> {
    let mut losses = Vec::with_capacity(settings.len());
    for &setting in settings {
        let found = task.held_out(|rows, judged| {
            Ok(fit(rows, setting)?.probabilities(task.examples.frame, judged))
        })?;
        losses.push(log_losses(task, &found));
    }
    let best = least_loss(&losses, &task.weights());
    Ok(Fitted {
        losses: losses.swap_remove(best),
        model: fit(task.rows, settings[best])?,
        settings: vec![(name.to_owned(), settings[best].to_string())],
    })
}
