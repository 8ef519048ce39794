//! Agreement as JSON, and as rows of one number each.

use super::agreement::{Agreement, Pair};
use super::ceiling::{Ceiling, SideBySide};
use super::codes::Codes;
use super::individual::Individual;
use super::machine::Machine;
use super::measure::Measure;
use super::shares::{CorrectedShares, LabelShare};
use super::study::Study;
use serde_json::{Map, Value, json};

/// The columns that [`tidy`] fills.
pub const COLUMNS: [&str; 11] = [
    "grouping",
    "group",
    "statistic",
    "coders",
    "value",
    "low",
    "high",
    "n",
    "estimable",
    "reason",
    "p",
];

impl Agreement {
    /// Everybody's statistics by name.
    fn measures(&self) -> Vec<(&'static str, Measure)> {
        let mut all = vec![
            ("krippendorff_alpha", self.alpha),
            ("fleiss_kappa", self.fleiss),
            ("gwet_ac1", self.ac1),
        ];
        all.extend(self.ac2.iter().flat_map(|graded| {
            [
                ("gwet_ac2_linear", graded.linear),
                ("gwet_ac2_quadratic", graded.quadratic),
            ]
        }));
        all.push(("percent_agreement", self.percent));
        all.push(("unanimous", self.unanimous));
        all
    }

    /// Flat: each statistic with the ends of its interval (`krippendorff_alpha_low`) and of how many
    /// items it is (`krippendorff_alpha_n`); then `pairs`. What cannot be estimated is `null`, with
    /// the reason under `not_estimable`.
    pub fn to_json(&self, coders: &[String]) -> Value {
        let counts = [("items", self.items), ("items_coded_twice", self.twice)];
        let mut object: Map<String, Value> = counts
            .into_iter()
            .map(|(name, n)| (name.to_owned(), n.into()))
            .collect();
        put_all(&mut object, &self.measures());
        let pairs = self.pairs.iter().map(|pair| {
            let mut object = Map::new();
            let names = pair.coders.map(|coder| coders[coder].as_str());
            object.insert("coders".to_owned(), names.into());
            put_all(&mut object, &pair.measures());
            Value::from(object)
        });
        object.insert("pairs".to_owned(), pairs.collect());
        object.into()
    }
}

impl Pair {
    fn measures(&self) -> Vec<(&'static str, Measure)> {
        let mut all = vec![("cohen_kappa", self.kappa)];
        all.extend(self.weighted.iter().flat_map(|graded| {
            [
                ("cohen_kappa_linear", graded.linear),
                ("cohen_kappa_quadratic", graded.quadratic),
            ]
        }));
        all.push(("percent_agreement", self.percent));
        all
    }
}

impl Study {
    /// How it was computed, `overall`, `groups.<attribute>.<value>`, `per_coder.<coder>` and
    /// `dawid_skene` and `corrected_shares`; `null` with a reason where they cannot be estimated.
    pub fn to_json(&self, codes: &Codes) -> Value {
        let groupings = self.groupings.iter().map(|grouping| {
            let cells = grouping.cells.iter().zip(&grouping.comparisons);
            let cells = cells.map(|((value, cell), comparison)| {
                let mut all = cell.to_json(&codes.coders);
                all["against_other_items"] = comparison.to_json(codes);
                (value.clone(), all)
            });
            (grouping.name.clone(), cells.collect::<Map<_, _>>().into())
        });
        let individuals = self.coders.iter().map(|individual| {
            let name = codes.coders[individual.coder].clone();
            (name, self.individual(individual, codes))
        });
        let (fit, reason) = match &self.dawid_skene {
            Ok(fit) => {
                let fit = json!({
                    "shares": by_label(codes, |label| fit.prior[label].into()),
                    "log_likelihood": fit.log_likelihood,
                    "iterations": fit.iterations,
                    "converged": fit.converged,
                });
                (fit, None)
            }
            Err(reason) => (Value::Null, Some(reason.to_string())),
        };
        json!({
            "scale": self.scale.name(),
            "level": self.resampling.level.value(),
            "replicates": self.resampling.replicates,
            "seed": self.resampling.seed,
            "labels": codes.labels,
            "coders": codes.coders,
            "overall": self.overall.to_json(&codes.coders),
            "groups": groupings.collect::<Map<_, _>>(),
            "per_coder": individuals.collect::<Map<_, _>>(),
            "dawid_skene": fit,
            "corrected_shares": self.shares.as_ref().ok().map(|shares| shares.to_json(codes)),
            "corrected_shares_not_estimable": self.shares.as_ref().err().map(ToString::to_string),
            "dawid_skene_not_estimable": reason,
        })
    }

    fn individual(&self, individual: &Individual, codes: &Codes) -> Value {
        let Individual {
            coder,
            coded,
            confusion,
            agrees,
        } = individual;
        let mut object = Map::new();
        object.insert("items".to_owned(), (*coded).into());
        put_all(&mut object, &[("agrees_with_others", *agrees)]);
        let counts = |truth: usize| by_label(codes, |given| confusion[truth][given].into());
        object.insert("against_others".to_owned(), by_label(codes, counts));
        let fit = self.dawid_skene.as_ref().ok();
        let estimated = fit.map(|fit| {
            let row =
                |truth: usize| by_label(codes, |given| fit.share(*coder, truth, given).into());
            by_label(codes, row)
        });
        object.insert("dawid_skene".to_owned(), estimated.into());
        object.into()
    }
}

impl CorrectedShares {
    fn to_json(&self, codes: &Codes) -> Value {
        let of = |shares: &[LabelShare]| {
            by_label(codes, |label| {
                let mut object = Map::new();
                put_all(&mut object, &shares[label].measures());
                object.into()
            })
        };
        let groups = self.groups.iter();
        let groups = groups.map(|(name, shares)| (name.clone(), of(shares)));
        let coders = codes.coders.iter().zip(&self.sensitivities);
        let coders = coders.map(|(coder, of)| {
            let labels = by_label(codes, |label| {
                let mut object = Map::new();
                put_all(&mut object, &[("sensitivity", of[label])]);
                object.into()
            });
            (coder.clone(), labels)
        });
        json!({
            "per_coder": coders.collect::<Map<_, _>>(),
            "basis": self.basis.name(),
            "gold_items": self.gold,
            "shares": of(&self.overall),
            "by_group": groups.collect::<Map<_, _>>(),
        })
    }

    /// Rows of [`COLUMNS`]; the statistics are `coded_share(<label>)`, `corrected_share(<label>)` and, of each coder,
    /// `true_sensitivity(<label>)`.
    pub fn tidy(&self, grouping: &str, codes: &Codes) -> Vec<[String; COLUMNS.len()]> {
        let everyone = std::iter::once(("overall", "", &self.overall));
        let groups = self.groups.iter();
        let groups = groups.map(|(name, shares)| (grouping, name.as_str(), shares));
        let rows = everyone
            .chain(groups)
            .flat_map(|(grouping, group, shares)| {
                let shares = shares.iter().zip(&codes.labels);
                shares.flat_map(move |(share, label)| {
                    share.measures().map(|(name, measure)| {
                        let statistic = format!("{name}({label})");
                        tidy_row([grouping, group, &statistic, ""], &measure)
                    })
                })
            });
        let coders = codes.coders.iter().zip(&self.sensitivities);
        let coders = coders.flat_map(|(coder, of)| {
            of.iter().zip(&codes.labels).map(move |(measure, label)| {
                let statistic = format!("true_sensitivity({label})");
                tidy_row(["overall", "", &statistic, coder], measure)
            })
        });
        rows.chain(coders).collect()
    }
}

impl LabelShare {
    fn measures(&self) -> [(&'static str, Measure); 2] {
        [
            ("coded_share", self.coded),
            ("corrected_share", self.corrected),
        ]
    }
}

impl Machine {
    /// `without` and `with` the machine, whose name is the last of `coders`, and what it changes.
    pub fn to_json(&self, coders: &[String]) -> Value {
        let mut object = Map::new();
        put_all(&mut object, &self.measures());
        object.insert("without".to_owned(), self.without.to_json(coders));
        object.insert("with".to_owned(), self.with.to_json(coders));
        object.into()
    }

    fn measures(&self) -> [(&'static str, Measure); 4] {
        [
            ("krippendorff_alpha_change", self.alpha_change),
            ("cohen_kappa_with_machine", self.with_people),
            ("cohen_kappa_among_coders", self.among_people),
            ("cohen_kappa_change", self.kappa_change),
        ]
    }
}

impl Ceiling {
    /// With `one_coder`, with the `majority_of_others` and with the `majority`, on average and `per_coder`;
    /// and what is said of it.
    pub fn to_json(&self, coders: &[String]) -> Value {
        let of_coders = self.coders.iter().map(|one| {
            let shares = json!({
                "one_coder": one.with_coder.to_json(),
                "majority_of_others": one.with_others.to_json(),
            });
            (coders[one.coder].clone(), shares)
        });
        let mut all = Map::new();
        put_all(&mut all, &[("machine", self.all)]);
        json!({
            "one_coder": self.one.to_json(),
            "majority_of_others": self.others.to_json(),
            "majority": all,
            "per_coder": of_coders.collect::<Map<_, _>>(),
            "sentences": self.sentences(),
        })
    }

    /// Rows of [`COLUMNS`]. The group says whose share it is.
    pub fn tidy(&self, coders: &[String]) -> Vec<[String; COLUMNS.len()]> {
        let mut rows = vec![tidy_row(
            ["ceiling", "machine", "same_as_majority", ""],
            &self.all,
        )];
        let mut add =
            |side: &SideBySide, statistic: &str, coder: &str| {
                let measures = side.measures().into_iter();
                rows.extend(measures.map(|(whose, measure)| {
                    tidy_row(["ceiling", whose, statistic, coder], &measure)
                }));
            };
        add(&self.one, "same_as_one_coder", "");
        add(&self.others, "same_as_majority_of_others", "");
        for one in &self.coders {
            let coder = &coders[one.coder];
            add(&one.with_coder, "same_as_one_coder", coder);
            add(&one.with_others, "same_as_majority_of_others", coder);
        }
        rows
    }
}

impl SideBySide {
    fn measures(&self) -> [(&'static str, Measure); 3] {
        [
            ("machine", self.machine),
            ("coder", self.people),
            ("difference", self.difference),
        ]
    }

    fn to_json(self) -> Value {
        let mut object = Map::new();
        put_all(&mut object, &self.measures());
        object.into()
    }
}

/// Everybody's statistics and each pair's as rows of [`COLUMNS`].
pub fn tidy(
    agreement: &Agreement,
    grouping: &str,
    group: &str,
    coders: &[String],
) -> Vec<[String; COLUMNS.len()]> {
    let all = agreement.measures().into_iter();
    let all = all.map(|measure| (String::new(), measure));
    let pairs = agreement.pairs.iter().flat_map(|pair| {
        let names = pair.coders.map(|coder| coders[coder].as_str()).join(" ");
        let measures = pair.measures().into_iter();
        measures.map(move |measure| (names.clone(), measure))
    });
    let rows = all.chain(pairs);
    let rows = rows.map(|(coders, (statistic, measure))| {
        tidy_row([grouping, group, statistic, &coders], &measure)
    });
    rows.collect()
}

/// A measure after the four columns that name it.
pub(super) fn tidy_row(names: [&str; 4], measure: &Measure) -> [String; COLUMNS.len()] {
    let number = |value: Option<f64>| value.map_or_else(String::new, |value| value.to_string());
    let interval = measure.interval.ok();
    let reason = measure.value.err().or(measure.interval.err());
    let [grouping, group, statistic, coders] = names.map(String::from);
    [
        grouping,
        group,
        statistic,
        coders,
        number(measure.value.ok()),
        number(interval.map(|interval| interval.low)),
        number(interval.map(|interval| interval.high)),
        measure.n.to_string(),
        measure.value.is_ok().to_string(),
        reason.map_or_else(String::new, |reason| reason.to_string()),
        String::new(),
    ]
}

fn by_label(codes: &Codes, value: impl Fn(usize) -> Value) -> Value {
    let labels = codes.labels.iter().enumerate();
    let named = labels.map(|(at, label)| (label.clone(), value(at)));
    named.collect::<Map<_, _>>().into()
}

pub(super) fn put_all(object: &mut Map<String, Value>, measures: &[(&'static str, Measure)]) {
    let mut missing = Map::new();
    for (name, measure) in measures {
        let interval = measure.interval.ok();
        let values = [
            ("", measure.value.ok()),
            ("_low", interval.map(|interval| interval.low)),
            ("_high", interval.map(|interval| interval.high)),
        ];
        for (end, value) in values {
            object.insert(format!("{name}{end}"), value.into());
        }
        object.insert(format!("{name}_n"), measure.n.into());
        if let Err(reason) = measure.value {
            missing.insert((*name).to_owned(), reason.to_string().into());
        } else if let Err(reason) = measure.interval {
            missing.insert(format!("{name}_low"), reason.to_string().into());
            missing.insert(format!("{name}_high"), reason.to_string().into());
        }
    }
    if !missing.is_empty() {
        object.insert("not_estimable".to_owned(), missing.into());
    }
}
