//! The same training with several seeds: how far its results move by chance alone.

use super::{Audit, Cell};
use crate::metric::METRICS;
use crate::text::{counted, percent, tenths};
use serde_json::{Map, Value, json};

/// Results of one training that was done with several seeds, on the same rows.
#[derive(Debug, Clone, PartialEq)]
pub struct Seeds {
    pub count: usize,
    pub overall: SeedSpreads,
    /// By grouping and value.
    pub groups: Vec<(String, Vec<(String, SeedSpreads)>)>,
}

/// The spread of each metric that has a value under every seed, by name.
pub type SeedSpreads = Vec<(&'static str, SeedSpread)>;

/// How a value differs from seed to seed.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SeedSpread {
    pub mean: f64,
    /// Standard deviation of a single training (of the sample, with `n - 1`).
    pub sd: f64,
    pub lowest: f64,
    pub highest: f64,
}

impl SeedSpread {
    /// `None` of fewer than two values.
    fn of(values: &[f64]) -> Option<Self> {
        let n = values.len() as f64;
        let mean = values.iter().sum::<f64>() / n;
        let squares: f64 = values.iter().map(|value| (value - mean).powi(2)).sum();
        (values.len() > 1).then(|| Self {
            mean,
            sd: (squares / (n - 1.0)).sqrt(),
            lowest: values.iter().copied().fold(f64::INFINITY, f64::min),
            highest: values.iter().copied().fold(f64::NEG_INFINITY, f64::max),
        })
    }
}

impl Seeds {
    /// Of audits of the same rows, one a seed. `None` of fewer than two.
    pub fn of(audits: &[Audit]) -> Option<Self> {
        let first = audits.first().filter(|_| audits.len() > 1)?;
        let cells: Vec<&Cell> = audits.iter().map(|audit| &audit.overall).collect();
        let groups = first.groupings.iter().map(|grouping| {
            let values = grouping.cells.iter().map(|(value, _)| {
                let cells: Vec<&Cell> = (audits.iter())
                    .filter_map(|audit| audit.cell(&grouping.name, value))
                    .collect();
                (value.clone(), spreads(&cells))
            });
            (grouping.name.clone(), values.collect())
        });
        Some(Self {
            count: audits.len(),
            overall: spreads(&cells),
            groups: groups.collect(),
        })
    }

    /// Accuracy in a sentence.
    pub fn sentence(&self) -> Option<String> {
        let SeedSpread {
            mean,
            sd,
            lowest,
            highest,
        } = find(&self.overall, "accuracy")?;
        Some(format!(
            "Trained with {}, accuracy is {} on average, from {} to {}: a standard deviation of {} points, which is \
             chance of training alone and in no interval above.",
            counted(self.count, "seed"),
            percent(mean),
            percent(lowest),
            percent(highest),
            tenths(sd),
        ))
    }

    /// `seeds`, `overall` and `groups.<attribute>.<value>`, with mean, standard deviation, lowest and highest value of
    /// each metric (`accuracy_mean`, `accuracy_sd`, `accuracy_lowest`, `accuracy_highest`).
    pub fn to_json(&self) -> Value {
        let groups: Map<String, Value> = (self.groups.iter())
            .map(|(name, values)| {
                let values = values.iter();
                let values =
                    values.map(|(value, spreads)| (value.clone(), spreads_to_json(spreads)));
                (name.clone(), Value::Object(values.collect()))
            })
            .collect();
        json!({
            "seeds": self.count,
            "overall": spreads_to_json(&self.overall),
            "groups": groups,
        })
    }

    /// What [`Self::to_json`] gave. `None` of anything else.
    pub fn from_json(json: &Value) -> Option<Self> {
        let groups = json["groups"].as_object()?.iter().map(|(name, values)| {
            let values = values.as_object()?.iter();
            let values = values.map(|(value, spreads)| (value.clone(), spreads_from_json(spreads)));
            Some((name.clone(), values.collect()))
        });
        Some(Self {
            count: usize::try_from(json["seeds"].as_u64()?).ok()?,
            overall: spreads_from_json(&json["overall"]),
            groups: groups.collect::<Option<_>>()?,
        })
    }

    /// Those of a group; `None` of one that is not known.
    pub fn of_group(&self, grouping: &str, value: &str) -> Option<&SeedSpreads> {
        let (_, values) = self.groups.iter().find(|(name, _)| name == grouping)?;
        let (_, spreads) = values.iter().find(|(known, _)| known == value)?;
        Some(spreads)
    }
}

/// The spread of a metric.
pub fn find(spreads: &SeedSpreads, metric: &str) -> Option<SeedSpread> {
    let mut spreads = spreads.iter();
    spreads.find_map(|(name, spread)| (*name == metric).then_some(*spread))
}

fn spreads(cells: &[&Cell]) -> SeedSpreads {
    let of = |name: &'static str| {
        let values = cells.iter().map(|cell| cell.measure(name)?.value());
        let values: Vec<f64> = values.collect::<Option<_>>()?;
        Some((name, SeedSpread::of(&values)?))
    };
    METRICS
        .iter()
        .filter_map(|metric| of(metric.name))
        .collect()
}

fn spreads_to_json(spreads: &SeedSpreads) -> Value {
    let fields = spreads.iter().flat_map(|(name, spread)| {
        [
            ("mean", spread.mean),
            ("sd", spread.sd),
            ("lowest", spread.lowest),
            ("highest", spread.highest),
        ]
        .map(|(what, value)| (format!("{name}_{what}"), value.into()))
    });
    Value::Object(fields.collect())
}

fn spreads_from_json(json: &Value) -> SeedSpreads {
    let of = |name: &'static str| {
        let value = |what: &str| json[format!("{name}_{what}")].as_f64();
        let spread = SeedSpread {
            mean: value("mean")?,
            sd: value("sd")?,
            lowest: value("lowest")?,
            highest: value("highest")?,
        };
        Some((name, spread))
    };
    METRICS
        .iter()
        .filter_map(|metric| of(metric.name))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::audit::Params;
    use crate::audit::toy::audited;

    fn three() -> Seeds {
        let audits = [80, 82, 87].map(|right| {
            let counts = [("x", [right, 0, 100 - right, 100]), ("y", [90, 10, 10, 90])];
            audited("g", &counts, Params::default())
        });
        Seeds::of(&audits).unwrap()
    }

    #[test]
    fn a_spread_is_that_of_single_trainings() {
        let seeds = three();
        let x = find(seeds.of_group("g", "x").unwrap(), "tpr").unwrap();
        // numpy: np.mean([.80, .82, .87]), np.std([.80, .82, .87], ddof=1)
        assert!((x.mean - 0.83).abs() < 1e-12);
        assert!((x.sd - 0.036_055_512_754_639_9).abs() < 1e-12);
        assert_eq!([x.lowest, x.highest], [0.80, 0.87]);
        assert_eq!(
            find(seeds.of_group("g", "y").unwrap(), "tpr").unwrap().sd,
            0.0
        );
        assert_eq!(seeds.of_group("g", "z"), None);
        let sentence = seeds.sentence().unwrap();
        assert!(
            sentence.contains("3 seeds, accuracy is 90.8% on average, from 90.0% to 91.8%"),
            "{sentence}"
        );
    }

    #[test]
    fn one_seed_has_no_spread() {
        let audit = audited("g", &[("x", [80, 0, 20, 100])], Params::default());
        assert_eq!(Seeds::of(&[audit]), None);
    }

    #[test]
    fn seeds_are_read_as_they_were_written() {
        assert_eq!(Seeds::from_json(&three().to_json()).unwrap(), three());
        assert_eq!(Seeds::from_json(&Value::Null), None);
    }
}
