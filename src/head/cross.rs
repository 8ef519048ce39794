//! Cross-validation: every row is judged by a head that has not seen it, in weights,
//! standardisation or early stopping.

use super::HeadError;
use super::model::Head;
use super::params::CheckedHeadParams;
use super::train::{Epoch, Examples, Stop, fit};
use burn::tensor::Device;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Which head may see which row: three slices of one length.
#[derive(Debug, Clone, Copy)]
pub struct Folds<'a> {
    /// Rows of the features.
    pub rows: &'a [usize],
    /// The fold, from 0, that each row is held out in.
    pub fold: &'a [usize],
    /// Whether a row, in the folds it is not held out in, decides when to stop instead of being
    /// learned from.
    pub validation: &'a [bool],
}

#[derive(Debug, Clone, PartialEq)]
pub struct CrossValidated {
    /// `[rows, classes]`, row-major, in the order of [`Folds::rows`]: what the head that was trained
    /// without a row says of it.
    pub probabilities: Vec<f32>,
    /// The learning curve of each fold's head.
    pub curves: Vec<Vec<Epoch>>,
    /// The epoch that each fold's head is from.
    pub best_epochs: Vec<usize>,
}

impl CrossValidated {
    /// How long to train on all rows, which leaves none to stop by: the folds' median.
    pub fn epochs(&self) -> usize {
        let mut epochs = self.best_epochs.clone();
        epochs.sort_unstable();
        epochs.get(epochs.len() / 2).copied().unwrap_or(1)
    }
}

/// Trains one head for each fold on the other folds and asks it about its own.
///
/// As many folds as there are threads are trained side by side, because a single training leaves
/// threads idle between its matrix products. `progress` hears the fold and its epochs as they come;
/// the results don't depend on that order.
///
/// # Errors
///
/// [`HeadError::Fold`] with what [`fit`] found wrong with the first bad fold.
///
/// # Panics
///
/// If the slices of `folds` differ in length, and as [`fit`] does.
pub fn cross_validate(
    examples: &Examples,
    folds: &Folds,
    params: &CheckedHeadParams,
    device: &Device,
    progress: &mut (dyn FnMut(usize, &Epoch) + Send),
) -> Result<CrossValidated, HeadError> {
    assert_eq!(folds.rows.len(), folds.fold.len(), "one fold a row");
    assert_eq!(folds.rows.len(), folds.validation.len(), "one flag a row");
    let count = folds.fold.iter().max().map_or(0, |last| last + 1);
    let next = AtomicUsize::new(0);
    let progress = Mutex::new(progress);
    let results: Mutex<Vec<Option<Result<Judged, HeadError>>>> = Mutex::new(vec![None; count]);
    // Plain threads: a rayon worker that waits for a product could pick up another fold meanwhile.
    std::thread::scope(|scope| {
        for _ in 0..rayon::current_num_threads().min(count) {
            scope.spawn(|| {
                loop {
                    let fold = next.fetch_add(1, Ordering::Relaxed);
                    if fold >= count {
                        break;
                    }
                    let mut report = |epoch: &Epoch| lock(&progress)(fold, epoch);
                    let result = judge(examples, folds, fold, params, device, &mut report);
                    lock(&results)[fold] = Some(result);
                }
            });
        }
    });
    let classes = examples.classes;
    let mut probabilities = vec![f32::NAN; folds.rows.len() * classes];
    let mut curves = Vec::with_capacity(count);
    let mut best_epochs = Vec::with_capacity(count);
    let results = results
        .into_inner()
        .unwrap_or_else(|poisoned| poisoned.into_inner());
    for (fold, result) in results.into_iter().flatten().enumerate() {
        let judged = result.map_err(|source| HeadError::Fold {
            fold,
            source: Box::new(source),
        })?;
        let places = (0..folds.rows.len()).filter(|&place| folds.fold[place] == fold);
        for (place, row) in places.zip(judged.probabilities.chunks(classes)) {
            probabilities[place * classes..(place + 1) * classes].copy_from_slice(row);
        }
        curves.push(judged.curve);
        best_epochs.push(judged.best_epoch);
    }
    Ok(CrossValidated {
        probabilities,
        curves,
        best_epochs,
    })
}

/// What the head of one fold says of the fold's rows.
#[derive(Debug, Clone)]
struct Judged {
    probabilities: Vec<f32>,
    curve: Vec<Epoch>,
    best_epoch: usize,
}

fn judge(
    examples: &Examples,
    folds: &Folds,
    fold: usize,
    params: &CheckedHeadParams,
    device: &Device,
    progress: &mut dyn FnMut(&Epoch),
) -> Result<Judged, HeadError> {
    let rows = |wanted: &dyn Fn(usize) -> bool| -> Vec<usize> {
        (0..folds.rows.len())
            .filter(|&place| wanted(place))
            .map(|place| folds.rows[place])
            .collect()
    };
    let train = rows(&|place| folds.fold[place] != fold && !folds.validation[place]);
    let validation = rows(&|place| folds.fold[place] != fold && folds.validation[place]);
    let held_out = rows(&|place| folds.fold[place] == fold);
    super::standard::check_finite(examples.features, &held_out)?;
    let fitted = fit(
        examples,
        &train,
        Stop::Validation(&validation),
        params,
        device,
        progress,
    )?;
    let head: &Head = &fitted.head;
    let probabilities = head.probabilities(examples.features, &held_out, device)?;
    Ok(Judged {
        probabilities,
        curve: fitted.curve,
        best_epoch: fitted.best_epoch,
    })
}

fn lock<T: ?Sized>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex
        .lock()
        .unwrap_or_else(std::sync::PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::super::toy::{params, separable};
    use super::*;

    const ROWS: usize = 90;

    /// Every other row of the features, in three folds, every fifth for validation.
    fn folds() -> (Vec<usize>, Vec<usize>, Vec<bool>) {
        let rows = (0..ROWS).map(|place| 2 * place);
        let fold = (0..ROWS).map(|place| place / 3 % 3);
        (
            rows.collect(),
            fold.collect(),
            (0..ROWS).map(|place| place % 5 == 0).collect(),
        )
    }

    fn run(labels: &[usize]) -> Result<CrossValidated, HeadError> {
        let (features, _) = separable(2 * ROWS, 3, 4);
        let (rows, fold, validation) = folds();
        let weights = vec![1.0; 2 * ROWS];
        let examples = Examples {
            features: &features,
            labels,
            classes: 3,
            weights: &weights,
        };
        let folds = Folds {
            rows: &rows,
            fold: &fold,
            validation: &validation,
        };
        cross_validate(
            &examples,
            &folds,
            &params(|_| ()),
            &Device::flex(),
            &mut |_, _| (),
        )
    }

    #[test]
    fn a_row_is_judged_by_a_head_that_never_saw_its_label() {
        let (_, labels) = separable(2 * ROWS, 3, 4);
        let (rows, fold, _) = folds();
        let mut shifted = labels.clone();
        for place in (0..ROWS).filter(|place| fold[*place] == 1) {
            shifted[rows[place]] = (shifted[rows[place]] + 1) % 3;
        }
        let (plain, shifted) = (run(&labels).unwrap(), run(&shifted).unwrap());
        let of = |result: &CrossValidated, wanted: usize| -> Vec<f32> {
            let places = (0..ROWS).filter(|place| fold[*place] == wanted);
            places
                .flat_map(|place| result.probabilities[3 * place..3 * place + 3].to_vec())
                .collect()
        };
        assert_eq!(of(&plain, 1), of(&shifted, 1));
        assert_ne!(of(&plain, 0), of(&shifted, 0));
        assert_eq!(plain.curves.len(), 3);
        let right = |place: &usize| plain.probabilities[3 * place + labels[rows[*place]]] > 0.5;
        assert!((0..ROWS).filter(right).count() > 85);
    }

    #[test]
    fn the_first_bad_fold_is_named() {
        let (rows, fold, _) = folds();
        let mut labels = vec![0; 2 * ROWS];
        for place in (0..ROWS).filter(|place| fold[*place] == 1) {
            labels[rows[place]] = place % 3;
        }
        let error = run(&labels).unwrap_err();
        assert_eq!(
            error.to_string(),
            "fold 1: all 48 training rows have the same label (class 0)"
        );
        assert!(error.hint().is_some());
    }
}
