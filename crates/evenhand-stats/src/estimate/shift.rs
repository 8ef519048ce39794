//! Whether the coded rows look like the corpus. Where they do not, they may have been chosen and not
//! drawn, or be of another source, and what they say of errors may not hold there.

use super::data::{EstimateInputs, Rows};
use crate::stats::homogeneity::{Test as HomogeneityTest, kolmogorov_smirnov, shares_alike};

/// How far the coded rows are from the corpus in one respect.
#[derive(Debug, Clone, PartialEq)]
pub struct Test {
    /// `score of Female`, `predicted class`, or an attribute.
    pub of: String,
    /// `KS` or `chi-squared`.
    pub kind: &'static str,
    pub statistic: f64,
    pub p: f64,
}

/// Tests that the coded rows, weighted as they were drawn, are like the corpus.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Shift {
    pub tests: Vec<Test>,
}

/// Both sets of rows are called alike where all tests together have a p above this.
const UNLIKELY: f64 = 0.01;

impl Shift {
    pub(super) fn new(inputs: &EstimateInputs) -> Self {
        let coded = &inputs.coded;
        let weights: Vec<f64> = (0..coded.len() as u32)
            .map(|row| inputs.drawn_for(row))
            .collect();
        let effective = inputs.effective_rows(0..coded.len() as u32);
        let mut tests = Vec::new();
        if inputs.has_scores() {
            let targets = inputs.targets.len();
            for (target, &class) in inputs.targets.iter().enumerate() {
                let of = |rows: &Rows| -> Vec<f64> {
                    let scores = rows.scores.iter().skip(target).step_by(targets);
                    scores.map(|&score| f64::from(score)).collect()
                };
                let sample = of(&coded.rows).into_iter().zip(weights.iter().copied());
                let found = kolmogorov_smirnov(sample.collect(), effective, of(&inputs.corpus));
                let of = format!("probability of {}", inputs.classes.name(class));
                tests.extend(Test::new(of, "KS", found));
            }
        }
        let counted = |coded: &[u32], corpus: &[u32], categories: usize| {
            let count = |of: &[u32], weight: &dyn Fn(usize) -> f64| {
                let mut counts = vec![0.0; categories];
                for (row, &category) in of.iter().enumerate() {
                    counts[category as usize] += weight(row);
                }
                counts
            };
            let sample = count(coded, &|row| weights[row]);
            shares_alike(&sample, effective, &count(corpus, &|_| 1.0))
        };
        let predicted =
            |rows: &Rows| -> Vec<u32> { rows.predicted.iter().map(|&of| u32::from(of)).collect() };
        let found = counted(
            &predicted(&coded.rows),
            &predicted(&inputs.corpus),
            inputs.classes.len(),
        );
        tests.extend(Test::new(
            "predicted class".to_owned(),
            "chi-squared",
            found,
        ));
        for (at, attribute) in inputs.attributes.iter().enumerate() {
            let (of_coded, of_corpus) = (&coded.rows.domains[at], &inputs.corpus.domains[at]);
            if !of_coded.is_empty() {
                let found = counted(of_coded, of_corpus, attribute.domains.len());
                tests.extend(Test::new(attribute.name.clone(), "chi-squared", found));
            }
        }
        Self { tests }
    }

    /// The tests that chance does not explain, by Bonferroni's bound.
    pub fn unlikely(&self) -> impl Iterator<Item = &Test> {
        let limit = UNLIKELY / self.tests.len().max(1) as f64;
        self.tests.iter().filter(move |test| test.p < limit)
    }
}

impl Test {
    fn new(of: String, kind: &'static str, found: Option<HomogeneityTest>) -> Option<Self> {
        let HomogeneityTest { statistic, p } = found?;
        Some(Self {
            of,
            kind,
            statistic,
            p,
        })
    }
}

/// `= 0.034`, or `< 0.001`.
pub(super) fn p_text(p: f64) -> String {
    match p < 0.001 {
        true => "< 0.001".to_owned(),
        false => format!("= {p:.3}"),
    }
}
