//! Cross-validation, the final fit, and the test.

use super::config::Config;
use super::material::{Material, Plan};
use crate::cli::printer::Printer;
use crate::commands::failure::Failure;
use evenhand::classifier::decide;
use evenhand::drift::Reference;
use evenhand::head::{self, Balance, CheckedHeadParams, Epoch, Folds, Head, Stop};
use evenhand::record::BadImage;

/// Of two classes, the positive one is predicted from this probability up.
pub const THRESHOLD: f32 = 0.5;

/// What training gave.
pub struct Fitted {
    /// Fitted on all training rows.
    pub head: Head,
    /// Out-of-fold probabilities, `[training rows, classes]`; not numbers for rows that no classifier
    /// was trained without.
    pub out_of_fold: Vec<f32>,
    /// How far held-out rows are from those that were learned from, where that does not follow from
    /// the frozen features.
    pub distances: Option<Vec<f32>>,
    /// The final head's probabilities, `[test rows, classes]`.
    pub test: Vec<f32>,
    /// One a fold.
    pub curves: Vec<Vec<Epoch>>,
    pub final_curve: Vec<Epoch>,
}

/// What the head learns from, by image.
pub struct Examples {
    /// Training images, and test images.
    pub train: Vec<usize>,
    pub test: Vec<usize>,
    labels: Vec<usize>,
    weights: Vec<f32>,
    strata: Vec<usize>,
    oversample: bool,
}

impl Examples {
    pub fn new(material: &Material, plan: &Plan, config: &Config) -> Self {
        let Material {
            dataset,
            rows,
            features,
            views,
            ..
        } = material;
        let (train, test) = (
            feature_rows(rows, &plan.train),
            feature_rows(rows, &plan.test),
        );
        let train_labels: Vec<usize> = plan
            .train
            .iter()
            .filter_map(|&at| dataset.records[at].label)
            .collect();
        let train_weights =
            head::sample_weights(config.validation.balance, &train_labels, &plan.strata);
        // The head addresses images by number, so labels, weights and strata lie where their features do.
        let images = features.rows() / views;
        let mut labels = vec![0; images];
        let mut weights = vec![0.0; images];
        let mut strata = vec![0; images];
        for (at, &row) in train.iter().enumerate() {
            labels[row] = train_labels[at];
            weights[row] = train_weights[at];
            strata[row] = plan.strata[at];
        }
        Self {
            train,
            test,
            labels,
            weights,
            strata,
            oversample: config.validation.balance == Balance::Oversample,
        }
    }

    pub fn of<'a>(&'a self, material: &'a Material) -> head::Examples<'a> {
        head::Examples {
            features: &material.features,
            views: material.views,
            labels: &self.labels,
            classes: material.dataset.classes.len(),
            weights: &self.weights,
            strata: &self.strata,
            oversample: self.oversample,
        }
    }
}

/// Trains one head a fold and one on everything, and applies the last to the test rows.
pub fn fit(
    material: &Material,
    plan: &Plan,
    config: &Config,
    params: &CheckedHeadParams,
    printer: &mut Printer,
) -> Result<Fitted, Failure> {
    let rows = Examples::new(material, plan, config);
    let examples = rows.of(material);
    let folds = Folds {
        rows: &rows.train,
        fold: &plan.folds,
        validation: &plan.validation,
    };

    let device = head::cpu();
    let bar = printer.progress("training", "epochs", None);
    let cross_validated =
        head::cross_validate(&examples, &folds, params, &device, &mut |_, _| bar.inc(1))?;
    // All rows are learned from here, so none is left to say when to stop: the folds said it.
    let stop = Stop::After(cross_validated.epochs());
    let fitted = head::fit(&examples, &rows.train, stop, params, &device, &mut |_| {
        bar.inc(1)
    })?;
    bar.finish_and_clear();
    let test = fitted
        .head
        .probabilities(&material.features, &rows.test, &device)?;
    Ok(Fitted {
        head: fitted.head,
        out_of_fold: cross_validated.probabilities,
        distances: None,
        test,
        curves: cross_validated.curves,
        final_curve: fitted.curve,
    })
}

/// What new images are held against: how far training rows are from those of the other folds, and how
/// rows like them are scored. By the classifier itself where some of them were held out: of few rows,
/// heads of folds differ from it. (Of 480 drawn faces they called 53 % smiling, the classifier 39 % of
/// those held out, and 40 % of others that were drawn alike.)
pub fn reference(
    material: &Material,
    plan: &Plan,
    fitted: &Fitted,
    config: &Config,
) -> Result<Option<Reference>, Failure> {
    let distances = match &fitted.distances {
        Some(distances) => distances.clone(),
        None => {
            let folds = Folds {
                rows: &feature_rows(&material.rows, &plan.train),
                fold: &plan.folds,
                validation: &plan.validation,
            };
            head::held_out_distances(&material.features, material.views, &folds)?
        }
    };
    let classes = material.dataset.classes.names();
    let scores = match config.data.holdout {
        Some(_) if !fitted.test.is_empty() => &fitted.test,
        _ => &fitted.out_of_fold,
    };
    let rows = scores.chunks_exact(classes.len());
    let written: Vec<f64> = rows
        .filter(|row| !row[0].is_nan())
        .flat_map(|row| {
            let scores = decide(row, THRESHOLD);
            (0..row.len()).map(move |class| scores.written(class))
        })
        .collect();
    Ok(Reference::new(distances, classes, &written))
}

/// Where among the features the records' are.
fn feature_rows(rows: &[Result<usize, BadImage>], records: &[usize]) -> Vec<usize> {
    let row = |&at: &usize| rows[at].as_ref().ok().copied();
    records.iter().filter_map(row).collect()
}
