//! Whole numbers that are labels, told from whole numbers that are quantities by their values alone.

/// Whole numbers of at most so many different values are looked at as a scale or as labels.
pub(super) const FEW: usize = 20;
/// Rows that a value has on average, where few values say anything about their kind.
const EACH: f64 = 4.0;
/// Different values from which on it is hardly chance that their rows fall off.
const STEPS: usize = 6;

/// Whether whole numbers have few different values that recur.
pub(super) fn are_few(numbers: &[(f64, u64)]) -> bool {
    numbers.len() <= FEW && rows(numbers) as f64 / numbers.len() as f64 >= EACH
}

fn rows(numbers: &[(f64, u64)]) -> u64 {
    numbers.iter().map(|(_, rows)| rows).sum()
}

/// Whether the first or second of consecutive whole numbers is the most frequent one and rows fall from there, as those
/// of a count do. A rise by a quarter is let pass, and so are the last values of fewer than a hundredth of the rows.
/// Of six labels in any order 2 in 100 do so, of eight 1 in 1,000 (20,000 draws of exponential shares each).
pub(super) fn fall_off(numbers: &[(f64, u64)]) -> bool {
    let all = rows(numbers);
    let kept = numbers.iter().rposition(|(_, rows)| rows * 100 >= all);
    let kept = &numbers[..=kept.unwrap_or(0)];
    let peak = (0..kept.len())
        .rev()
        .max_by_key(|&at| kept[at].1)
        .unwrap_or(0);
    let falls = |pair: &[(f64, u64)]| pair[1].1 * 4 <= pair[0].1 * 5;
    let consecutive = kept.windows(2).all(|pair| pair[1].0 - pair[0].0 == 1.0);
    let long_enough = numbers.len() >= STEPS && kept.len() >= STEPS - 2;
    long_enough && peak <= 1 && consecutive && kept[peak..].windows(2).all(falls)
}

/// Whether all are multiples of 100: rounded amounts.
pub(super) fn are_rounded(numbers: &[(f64, u64)]) -> bool {
    numbers.iter().all(|(value, _)| value % 100.0 == 0.0)
}

/// Whether many whole numbers look like labels, as codes of industries do: the same ones recur, they leave irregular
/// holes between them, their rows are unrelated to those of their neighbours, no end is far away, and they are not
/// rounded.
pub(super) fn look_like_labels(numbers: &[(f64, u64)]) -> bool {
    let all = rows(numbers);
    let (least, most) = (numbers[0].0, numbers[numbers.len() - 1].0);
    let recur = all as f64 / numbers.len() as f64 >= 2.0;
    let sparse = (numbers.len() as f64) < 0.5 * (most - least + 1.0);
    let is_long = least >= 0.0 && most >= 100.0;
    let round: u64 = numbers
        .iter()
        .filter(|(value, _)| value % 100.0 == 0.0)
        .map(|(_, rows)| rows)
        .sum();
    let unrounded = round * 2 < all;
    let spiky = numbers
        .iter()
        .any(|(value, rows)| *value == 0.0 && rows * 5 > all);
    let median = quantile(numbers, 0.5);
    let skewed = most - median > 5.0 * (median - least);
    recur
        && sparse
        && is_long
        && unrounded
        && !spiky
        && !skewed
        && irregular(numbers)
        && neighbours(numbers) < 0.3
}

/// The smallest value that at least this share of the rows does not exceed.
pub(super) fn quantile(numbers: &[(f64, u64)], share: f64) -> f64 {
    let target = (share * rows(numbers) as f64).max(1.0);
    let mut seen = 0;
    let found = numbers.iter().find(|(_, rows)| {
        seen += rows;
        seen as f64 >= target
    });
    found.map_or(f64::NAN, |(value, _)| *value)
}

/// Whether fewer than nine of ten steps from a value to the next are the most frequent one. Without the outer
/// twentieths of the rows.
fn irregular(numbers: &[(f64, u64)]) -> bool {
    let (low, high) = (quantile(numbers, 0.05), quantile(numbers, 0.95));
    let inner = numbers
        .iter()
        .filter(|(value, _)| (low..=high).contains(value));
    let inner: Vec<(f64, u64)> = inner.copied().collect();
    inner.len() > 10 && usual_step(&inner) < 0.9
}

/// Whether most steps from a value to the next are the same one, as those of numbers that are given to rows.
pub(super) fn are_regular(numbers: &[(f64, u64)]) -> bool {
    usual_step(numbers) > 0.5
}

/// The share of steps from a value to the next that are the most frequent one.
fn usual_step(numbers: &[(f64, u64)]) -> f64 {
    let steps = numbers.windows(2).map(|pair| pair[1].0 - pair[0].0);
    let mut steps: Vec<f64> = steps.collect();
    steps.sort_by(f64::total_cmp);
    let runs = steps.chunk_by(|a, b| a == b).map(<[f64]>::len);
    runs.max().unwrap_or(0) as f64 / steps.len().max(1) as f64
}

/// Spearman's correlation of the rows of a value and of the next value.
fn neighbours(numbers: &[(f64, u64)]) -> f64 {
    let counts: Vec<f64> = numbers.iter().map(|(_, rows)| *rows as f64).collect();
    let ranks = ranks(&counts);
    correlation(&ranks[..ranks.len() - 1], &ranks[1..])
}

/// Ranks, of which equals have the mean.
fn ranks(values: &[f64]) -> Vec<f64> {
    let mut order: Vec<usize> = (0..values.len()).collect();
    order.sort_by(|&a, &b| values[a].total_cmp(&values[b]));
    let mut ranks = vec![0.0; values.len()];
    let mut start = 0;
    for ties in order.chunk_by(|&a, &b| values[a] == values[b]) {
        let mean = start as f64 + (ties.len() - 1) as f64 / 2.0;
        ties.iter().for_each(|&at| ranks[at] = mean);
        start += ties.len();
    }
    ranks
}

/// Pearson's correlation; 0 where one of the two is constant.
fn correlation(a: &[f64], b: &[f64]) -> f64 {
    let n = a.len() as f64;
    let (mean_a, mean_b) = (a.iter().sum::<f64>() / n, b.iter().sum::<f64>() / n);
    let product = |x: &[f64], mx: f64, y: &[f64], my: f64| {
        x.iter()
            .zip(y)
            .map(|(x, y)| (x - mx) * (y - my))
            .sum::<f64>()
    };
    let scale = (product(a, mean_a, a, mean_a) * product(b, mean_b, b, mean_b)).sqrt();
    if scale > 0.0 {
        product(a, mean_a, b, mean_b) / scale
    } else {
        0.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;

    fn counted(values: impl Iterator<Item = i64>) -> Vec<(f64, u64)> {
        let mut counts = BTreeMap::new();
        values.for_each(|value| *counts.entry(value).or_insert(0) += 1);
        counts
            .into_iter()
            .map(|(value, rows)| (value as f64, rows))
            .collect()
    }

    /// A fixed sequence without a pattern.
    fn scrambled(n: usize) -> impl Iterator<Item = u64> {
        (0..n as u64).map(|at| {
            (at + 1)
                .wrapping_mul(0x9e37_79b9_7f4a_7c15)
                .rotate_left(29)
                .wrapping_mul(0xbf58_476d_1ce4_e5b9)
                >> 33
        })
    }

    #[test]
    fn counts_fall_off_and_labels_do_not() {
        let count = counted((0..7).flat_map(|value| vec![value; 200 >> value]));
        assert!(are_few(&count) && fall_off(&count));
        let labels = counted(
            [(1, 90), (2, 4), (3, 11), (4, 2), (5, 30), (6, 60)]
                .into_iter()
                .flat_map(|(value, rows)| vec![value; rows]),
        );
        assert!(are_few(&labels) && !fall_off(&labels));
        assert!(!fall_off(&count[..4]), "four values say too little");
    }

    #[test]
    fn labels_of_many_digits_are_told_from_ages_incomes_and_years() {
        let codes: Vec<i64> = scrambled(150).map(|at| 170 + (at % 9_700) as i64).collect();
        // Some codes are far more frequent than others.
        let labels = counted(
            scrambled(4_000).map(|at| codes[((at % 150) * (at / 150 % 150) / 150) as usize]),
        );
        assert!(look_like_labels(&labels));
        for (name, quantity) in [
            ("ages", counted(scrambled(4_000).map(|at| (at % 80) as i64))),
            (
                "incomes",
                counted(
                    scrambled(4_000).map(|at| 1_000 * ((at % 90) * (at / 90 % 90) / 90) as i64),
                ),
            ),
            (
                "distances",
                counted(
                    scrambled(4_000).map(|at| ((at % 2_000) * (at / 2_000 % 2_000) / 2_000) as i64),
                ),
            ),
            (
                "gains",
                counted(scrambled(4_000).map(|at| {
                    if at % 10 < 9 {
                        0
                    } else {
                        codes[(at / 10 % 150) as usize]
                    }
                })),
            ),
        ] {
            assert!(!look_like_labels(&quantity), "{name}");
        }
    }

    #[test]
    fn quantiles_are_values_that_occur() {
        let numbers = [(1.0, 2), (5.0, 1), (9.0, 1)];
        assert_eq!(
            [0.0, 0.5, 0.51, 1.0].map(|share| quantile(&numbers, share)),
            [1.0, 1.0, 5.0, 9.0]
        );
    }
}
