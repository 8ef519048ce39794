//! Across sources: how a classifier of some sources of images does on another one. A benchmark within one source
//! does not say, since every source has its own cameras, crops and coders: Torralba, A. and Efros, A. A. (2011),
//! CVPR, 1521-1528.

use super::{CheckedParams, Estimate, Measure, NotEstimable};
use crate::stats::counts::Counts;
use crate::stats::proportion::wilson;
use crate::text::{percent, range};
use serde_json::{Map, Value, json};

/// Accuracy of classifiers of one source, and of all but one, on each source.
#[derive(Debug, Clone, PartialEq)]
pub struct AcrossSources {
    /// The column that names the sources.
    pub column: String,
    pub sources: Vec<String>,
    pub trainings: Vec<SourceTraining>,
}

/// One classifier, tested on every source.
#[derive(Debug, Clone, PartialEq)]
pub struct SourceTraining {
    pub learned_from: LearnedFrom,
    /// For each source its accuracy there, on rows that it did not learn from: cross-validated where it learned from
    /// others of the source. Or why there is no such classifier.
    pub accuracy: Result<Vec<Measure>, String>,
}

/// The sources that a classifier learned from, by their places.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LearnedFrom {
    Only(usize),
    AllBut(usize),
}

impl LearnedFrom {
    /// True if it learned from rows of this source.
    pub fn has(self, source: usize) -> bool {
        match self {
            Self::Only(only) => only == source,
            Self::AllBut(but) => but != source,
        }
    }
}

/// Accuracy from right answers, with Wilson's interval.
pub fn accuracy(right: Counts, params: &CheckedParams) -> Measure {
    let few = NotEstimable::TooFew {
        n: right.n,
        cases: "rows",
    };
    let interval = wilson(right.hits, right.n, params.level).filter(|_| params.enough(right.n));
    let estimate = interval.map(|interval| Estimate {
        value: right.rate(),
        interval,
    });
    Measure {
        n: right.n,
        estimate: estimate.ok_or(few),
    }
}

impl AcrossSources {
    /// Heads of the columns of [`Self::cells`].
    pub fn titles(&self) -> Vec<String> {
        let sources = self.sources.iter();
        let tested = sources.map(|source| format!("tested on {source}"));
        ["trained on".to_owned()]
            .into_iter()
            .chain(tested)
            .collect()
    }

    /// A row a classifier, a column a source.
    pub fn cells(&self) -> Vec<Vec<String>> {
        let row = |training: &SourceTraining| {
            let accuracy: Vec<String> = match &training.accuracy {
                Ok(measures) => measures.iter().map(shown).collect(),
                Err(_) => vec!["-".to_owned(); self.sources.len()],
            };
            let name = self.name(training.learned_from);
            [name].into_iter().chain(accuracy).collect()
        };
        self.trainings.iter().map(row).collect()
    }

    /// What a source loses where no image of it was learned from, a sentence each; and why a classifier is missing.
    pub fn sentences(&self) -> Vec<String> {
        let losses = self.sources.iter().enumerate().filter_map(|(at, source)| {
            let within = self.accuracy(LearnedFrom::Only(at), at)?;
            let across = self.accuracy(LearnedFrom::AllBut(at), at)?;
            Some(format!(
                "On {source}, a classifier of the other sources is right for {}, one of {source} alone for {}.",
                words(across),
                words(within),
            ))
        });
        let missing = self.trainings.iter().filter_map(|training| {
            let why = training.accuracy.as_ref().err()?;
            Some(format!(
                "No classifier of {}: {why}.",
                self.name(training.learned_from)
            ))
        });
        losses.chain(missing).collect()
    }

    /// `column` and `trained_on.<sources>.tested_on.<source>` with `n`, `accuracy` and its interval; or `error`.
    pub fn to_json(&self) -> Value {
        let training = |training: &SourceTraining| {
            let of = match &training.accuracy {
                Err(why) => json!({ "error": why }),
                Ok(measures) => {
                    let named = self.sources.iter().zip(measures);
                    let tested: Map<String, Value> = named
                        .map(|(source, measure)| (source.clone(), measured(measure)))
                        .collect();
                    json!({ "tested_on": tested })
                }
            };
            (self.name(training.learned_from), of)
        };
        let trained: Map<String, Value> = self.trainings.iter().map(training).collect();
        json!({ "column": self.column, "trained_on": trained })
    }

    fn name(&self, learned_from: LearnedFrom) -> String {
        match learned_from {
            LearnedFrom::Only(at) => self.sources[at].clone(),
            LearnedFrom::AllBut(at) => format!("all but {}", self.sources[at]),
        }
    }

    fn accuracy(&self, learned_from: LearnedFrom, source: usize) -> Option<Estimate> {
        let mut trainings = self.trainings.iter();
        let training = trainings.find(|training| training.learned_from == learned_from)?;
        training.accuracy.as_ref().ok()?[source].estimate.ok()
    }
}

fn shown(measure: &Measure) -> String {
    measure.estimate.map_or_else(|why| why.to_string(), words)
}

fn words(Estimate { value, interval }: Estimate) -> String {
    format!("{} {}", percent(value), range(interval.low, interval.high))
}

fn measured(measure: &Measure) -> Value {
    let estimate = measure.estimate.ok();
    json!({
        "n": measure.n,
        "accuracy": estimate.map(|estimate| estimate.value),
        "accuracy_low": estimate.map(|estimate| estimate.interval.low),
        "accuracy_high": estimate.map(|estimate| estimate.interval.high),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::audit::Params;

    fn across() -> AcrossSources {
        let params = Params::default().check().unwrap();
        let of = |hits, n| accuracy(Counts { hits, n }, &params);
        let training = |learned_from, accuracy| SourceTraining {
            learned_from,
            accuracy,
        };
        AcrossSources {
            column: "archive".to_owned(),
            sources: vec!["web".to_owned(), "film".to_owned()],
            trainings: vec![
                training(LearnedFrom::Only(0), Ok(vec![of(90, 100), of(7, 8)])),
                training(LearnedFrom::Only(1), Err("one label".to_owned())),
                training(LearnedFrom::AllBut(0), Ok(vec![of(70, 100), of(18, 20)])),
            ],
        }
    }

    #[test]
    fn a_source_is_held_against_the_others() {
        let across = across();
        assert_eq!(
            across.titles(),
            ["trained on", "tested on web", "tested on film"]
        );
        assert_eq!(across.cells()[0], ["web", "90.0% (82.6–94.5)", "8 rows"]);
        assert_eq!(across.cells()[1], ["film", "-", "-"]);
        let said = [
            "On web, a classifier of the other sources is right for 70.0% (60.4–78.1), one of web alone for 90.0% (82.6–94.5).",
            "No classifier of film: one label.",
        ];
        assert_eq!(across.sentences(), said);
        let json = across.to_json();
        assert_eq!(
            json["trained_on"]["all but web"]["tested_on"]["web"]["accuracy"],
            0.7
        );
        assert!(json["trained_on"]["web"]["tested_on"]["film"]["accuracy"].is_null());
        assert_eq!(json["trained_on"]["film"]["error"], "one label");
    }

    #[test]
    fn who_learned_from_what() {
        assert!(LearnedFrom::Only(1).has(1) && !LearnedFrom::Only(1).has(0));
        assert!(LearnedFrom::AllBut(1).has(0) && !LearnedFrom::AllBut(1).has(1));
    }
}
