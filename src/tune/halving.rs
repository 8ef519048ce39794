//! Successive halving: everybody is judged a little, the better part a little more, few to the end
//! (Karnin, Koren and Somekh 2013; Jamieson and Talwalkar 2016).
//!
//! What is spent on a candidate is counted in folds. A fold is trained on as many rows as ever, so
//! that early verdicts are noisier than late ones but of the same thing: on fewer rows, those would
//! win that need few. And no fold is trained twice.

/// Successive halving: one in this many candidates of a rung goes on to the next.
const KEPT: usize = 3;

/// Which part of the candidates is judged on how many folds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rung {
    pub candidates: usize,
    pub folds: usize,
}

/// The rungs of a search among `budget` candidates with `folds` folds: 1, 2 and all of the folds.
pub fn rungs(budget: usize, folds: usize) -> Vec<Rung> {
    let mut steps = vec![1, 2, folds];
    steps.retain(|&step| step <= folds);
    steps.dedup();
    let mut candidates = budget;
    let mut rungs = Vec::new();
    for folds in steps {
        rungs.push(Rung { candidates, folds });
        candidates = candidates.div_ceil(KEPT);
    }
    rungs
}

/// The `count` candidates with the lowest scores, best first; of equals, those of lower numbers.
pub fn best(scored: &[(usize, f64)], count: usize) -> Vec<usize> {
    let mut ranked = scored.to_vec();
    ranked.sort_by(|a, b| a.1.total_cmp(&b.1).then(a.0.cmp(&b.0)));
    ranked.truncate(count);
    ranked.into_iter().map(|(number, _)| number).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plan(budget: usize, folds: usize) -> Vec<[usize; 2]> {
        let rungs = rungs(budget, folds);
        rungs
            .iter()
            .map(|rung| [rung.candidates, rung.folds])
            .collect()
    }

    #[test]
    fn a_third_goes_on() {
        assert_eq!(plan(50, 5), [[50, 1], [17, 2], [6, 5]]);
        assert_eq!(plan(9, 2), [[9, 1], [3, 2]]);
        assert_eq!(plan(1, 5), [[1, 1], [1, 2], [1, 5]]);
    }

    #[test]
    fn the_lowest_scores_stay_and_what_is_no_number_goes() {
        let scored = [
            (0, 0.4),
            (1, f64::NAN),
            (2, 0.3),
            (3, 0.4),
            (4, f64::INFINITY),
        ];
        assert_eq!(best(&scored, 3), [2, 0, 3]);
        assert_eq!(best(&scored, 9), [2, 0, 3, 4, 1]);
    }
}
