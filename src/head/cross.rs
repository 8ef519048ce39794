//! Cross-validation: every row is judged by a head that has not seen it, in weights,
//! standardisation or early stopping.

use super::examples::Examples;
use super::many::{Arrangement, train_many};
use super::member::Member;
use super::outcome::{Epoch, Stop};
use super::params::CheckedHeadParams;
use super::standardizer::check_finite;
use super::{Device, HeadError};

/// The fold of a row that no training leaves out.
pub const NEVER: usize = usize::MAX;

/// Which head may see which row: three slices of one length.
#[derive(Debug, Clone, Copy)]
pub struct Folds<'a> {
    /// Images.
    pub rows: &'a [usize],
    /// The fold, from 0, that each row is held out in, or [`NEVER`].
    pub fold: &'a [usize],
    /// True if a row, in the folds it is not held out in, decides when to stop instead of being
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
        median_epoch(&self.best_epochs)
    }
}

/// The median of the epochs that folds ended with, the later of two; 1 of none.
pub fn median_epoch(best_epochs: &[usize]) -> usize {
    let mut epochs = best_epochs.to_vec();
    epochs.sort_unstable();
    epochs.get(epochs.len() / 2).copied().unwrap_or(1)
}

/// Trains one head for each fold on the other folds and asks it about its own.
///
/// The folds are trained as [`train_many`] trains: `progress` hears the fold and its epochs as they
/// come; the results don't depend on that order.
///
/// # Errors
///
/// [`HeadError::NotFinite`] for the first value of any row, and [`HeadError::Fold`] with what
/// [`fit`](super::fit) found wrong with the first bad fold.
///
/// # Panics
///
/// If the slices of `folds` differ in length, and as [`fit`](super::fit) does.
pub fn cross_validate(
    examples: &Examples,
    folds: &Folds,
    params: &CheckedHeadParams,
    device: &Device,
    progress: &mut (dyn FnMut(usize, &Epoch) + Send),
) -> Result<CrossValidated, HeadError> {
    assert_eq!(folds.rows.len(), folds.fold.len(), "one fold a row");
    assert_eq!(folds.rows.len(), folds.validation.len(), "one flag a row");
    check_finite(examples.features, &examples.views_of(folds.rows))?;
    let count = folds.count();
    let shares: Vec<Share> = (0..count).map(|fold| folds.share(fold)).collect();
    let members: Vec<Member> = shares
        .iter()
        .map(|share| Member {
            train: &share.train,
            stop: folds.stop(share),
            params,
        })
        .collect();
    let arrangement = Arrangement::of(device);
    let heads = train_many(examples, &members, arrangement, device, progress);

    let classes = examples.classes;
    let mut probabilities = vec![f32::NAN; folds.rows.len() * classes];
    let mut curves = Vec::with_capacity(count);
    let mut best_epochs = Vec::with_capacity(count);
    for (fold, (fitted, share)) in heads.into_iter().zip(&shares).enumerate() {
        let of_fold = |source| HeadError::Fold {
            fold,
            source: Box::new(source),
        };
        let fitted = fitted.map_err(of_fold)?;
        let rows = folds.held_out(share);
        let judged = fitted.head.probabilities(examples.features, &rows, device);
        share.place(&judged.map_err(of_fold)?, classes, &mut probabilities);
        curves.push(fitted.curve);
        best_epochs.push(fitted.best_epoch);
    }
    Ok(CrossValidated {
        probabilities,
        curves,
        best_epochs,
    })
}

/// Rows of one fold: training, validation and held-out.
pub struct Share {
    /// Images.
    pub train: Vec<usize>,
    /// Images.
    pub validation: Vec<usize>,
    /// Places in [`Folds::rows`].
    pub held_out: Vec<usize>,
}

impl Share {
    /// Puts what held-out rows were told, `[held out, classes]`, where it belongs among all rows.
    pub fn place(&self, judged: &[f32], classes: usize, all: &mut [f32]) {
        for (&place, row) in self.held_out.iter().zip(judged.chunks(classes)) {
            all[place * classes..(place + 1) * classes].copy_from_slice(row);
        }
    }
}

impl Folds<'_> {
    /// The images that a share holds out.
    pub fn held_out(&self, share: &Share) -> Vec<usize> {
        share.held_out.iter().map(|&at| self.rows[at]).collect()
    }

    /// The number of folds.
    pub fn count(&self) -> usize {
        let held_out = self.fold.iter().filter(|&&fold| fold != NEVER);
        held_out.max().map_or(0, |last| last + 1)
    }

    /// When the training of a share stops: by its validation rows, or at the end of its schedule where no
    /// row at all is for validation.
    pub fn stop<'s>(&self, share: &'s Share) -> Stop<'s> {
        match self.validation.contains(&true) {
            true => Stop::Validation(&share.validation),
            false => Stop::AtEnd,
        }
    }

    /// Who learns, who says when to stop, and who is judged in a fold.
    pub fn share(&self, fold: usize) -> Share {
        let (held_out, seen): (Vec<usize>, Vec<usize>) =
            (0..self.rows.len()).partition(|&place| self.fold[place] == fold);
        let (validation, train) = seen.into_iter().partition(|&place| self.validation[place]);
        let rows = |places: Vec<usize>| places.into_iter().map(|place| self.rows[place]).collect();
        Share {
            train: rows(train),
            validation: rows(validation),
            held_out,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::toy::{params, separable};
    use super::*;
    use crate::features::Features;
    use crate::hint::Hint;

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
            views: 1,
            labels,
            classes: 3,
            weights: &weights,
            strata: &[0; 2 * ROWS],
            oversample: false,
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
            &Device::cpu(),
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
    fn without_rows_to_stop_by_a_training_takes_its_whole_schedule() {
        let (features, labels) = separable(ROWS, 3, 4);
        let (_, mut fold, _) = folds();
        // The last row is never held out.
        fold[ROWS - 1] = NEVER;
        let folds = Folds {
            rows: &(0..ROWS).collect::<Vec<_>>(),
            fold: &fold,
            validation: &[false; ROWS],
        };
        let examples = Examples {
            features: &features,
            views: 1,
            labels: &labels,
            classes: 3,
            weights: &[1.0; ROWS],
            strata: &[0; ROWS],
            oversample: false,
        };
        let params = params(|params| (params.epochs, params.min_steps) = (3, 0));
        let device = Device::cpu();
        let found = cross_validate(&examples, &folds, &params, &device, &mut |_, _| ()).unwrap();
        assert_eq!((folds.count(), found.epochs()), (3, 3));
        assert_eq!(found.best_epochs, [3; 3]);
        assert!(
            found
                .curves
                .iter()
                .flatten()
                .all(|epoch| epoch.validation.is_none())
        );
        let judged = |place: usize| !found.probabilities[3 * place].is_nan();
        assert!((0..ROWS - 1).all(judged) && !judged(ROWS - 1));
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

    #[test]
    fn both_views_of_an_image_stay_on_one_side_and_are_judged_together() {
        let (plain, labels) = separable(ROWS, 3, 4);
        let mut both = Features::new(plain.dim());
        for row in 0..ROWS {
            let view = plain.row(row);
            both.push(view);
            // The noise the other way round.
            let noise = view[3..].iter().rev();
            both.push(&view[..3].iter().chain(noise).copied().collect::<Vec<_>>());
        }
        let (_, fold, validation) = folds();
        let folds = Folds {
            rows: &(0..ROWS).collect::<Vec<_>>(),
            fold: &fold,
            validation: &validation,
        };
        let examples = Examples {
            features: &both,
            views: 2,
            strata: &[0; ROWS],
            oversample: false,
            labels: &labels,
            classes: 3,
            weights: &[1.0; ROWS],
        };
        let run = |labels: &[usize]| {
            let examples = Examples { labels, ..examples };
            let device = Device::cpu();
            cross_validate(&examples, &folds, &params(|_| ()), &device, &mut |_, _| ())
                .unwrap()
                .probabilities
        };
        let found = run(&labels);
        for row in found.chunks(3) {
            assert!((row.iter().sum::<f32>() - 1.0).abs() < 1e-5, "{row:?}");
        }
        let right = |row: &usize| found[3 * row + labels[*row]] > 0.5;
        assert!((0..ROWS).filter(right).count() > 85);
        // Nobody's answer depends on what is held out with it.
        let mut shifted = labels.clone();
        for row in (0..ROWS).filter(|row| fold[*row] == 1) {
            shifted[row] = (shifted[row] + 1) % 3;
        }
        let shifted = run(&shifted);
        let same = |row: usize| found[3 * row..3 * row + 3] == shifted[3 * row..3 * row + 3];
        assert!((0..ROWS).all(|row| same(row) == (fold[row] == 1)));
    }
}
