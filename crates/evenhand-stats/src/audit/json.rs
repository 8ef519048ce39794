//! An audit as JSON, for scripts: the layout of `metrics.json`.

use serde_json::{Map, Value, json};

use super::{
    Apart, Audit, Cell, Curves, DifferenceGap, Disparity, Estimate, Gap, Grouping, Measure,
    Verdict, Versus, Worst,
};
use crate::record::Classes;
use crate::stats::Interval;

impl Audit {
    /// How it was computed, `overall`, `groups.<attribute>.<value>`, `worst.<attribute>`,
    /// `disparity.<attribute>`, `weights.<attribute>.<value>.<label>`, the groups that stand apart in
    /// `verdict`, the answer that is most often right in `baseline`, and of a control column the results
    /// again in `within.<value>`.
    ///
    /// A cell is flat: `n`, of two classes the counts `tp`, `fp`, `fn`, `tn`, and for each metric its
    /// value and the ends of its interval (`accuracy`, `accuracy_low`, `accuracy_high`); of more
    /// classes, `classes.<class>` is such a cell too. What cannot be estimated is `null`, with the
    /// reason under `not_estimable`; so is the worst group where none can be named.
    pub fn to_json(&self) -> Value {
        let within = self.within.as_ref();
        let levels = within.map(|within| -> Map<String, Value> {
            let levels = within.levels.iter();
            levels
                .map(|(value, audit)| (value.clone(), object(audit.results())))
                .collect()
        });
        let positive = self.classes.positive();
        let how = [
            ("level", self.level().into()),
            ("min_n", self.min_n().into()),
            ("interval", self.params.interval.name().into()),
            (
                "other_intervals",
                self.params.interval.of_other_metrics().into(),
            ),
            ("replicates", self.params.replicates.into()),
            ("seed", self.params.seed.into()),
            ("margin", self.params.margin.into()),
            ("classes", self.classes.names().into()),
            ("positive", positive.map(|at| self.classes.name(at)).into()),
            ("cluster", self.sampling.clusters().into()),
            ("strata", self.sampling.strata().into()),
            (
                "control",
                within.map(|within| within.column.as_str()).into(),
            ),
        ];
        let last = [
            ("verdict", verdict(&self.verdict)),
            ("baseline", self.baseline_to_json()),
            ("within", levels.into()),
        ];
        object(how.into_iter().chain(self.results()).chain(last))
    }

    /// `overall` and `groups.<attribute>.<value>`, each with what is drawn: `roc` as points of
    /// threshold, false and true positive rate; `reliability` by bin; and the histogram of scores
    /// by label. `null` where there are no scores, or too many groups to draw.
    pub fn curves_to_json(&self) -> Value {
        let drawn = |cell: &Cell| cell.curves.as_ref().map(curves);
        let groups = self.by_grouping(|grouping| {
            let cells = grouping.cells.iter();
            let cells: Map<_, _> = cells
                .map(|(value, cell)| (value.clone(), drawn(cell).into()))
                .collect();
            cells.into()
        });
        json!({ "overall": drawn(&self.overall), "groups": groups })
    }

    fn results(&self) -> [(&'static str, Value); 5] {
        let cell = |of: &Cell| cell(of, &self.classes);
        let cells = |grouping: &Grouping| -> Value {
            let cells = grouping.cells.iter();
            let cells: Map<_, _> = cells.map(|(value, of)| (value.clone(), cell(of))).collect();
            cells.into()
        };
        [
            ("overall", cell(&self.overall)),
            ("groups", self.by_grouping(cells)),
            (
                "worst",
                self.by_grouping(|grouping| grouping.worst.as_ref().map_or(Value::Null, worst)),
            ),
            (
                "disparity",
                self.by_grouping(|grouping| disparity(&grouping.disparity)),
            ),
            (
                "weights",
                self.by_grouping(|grouping| self.weights_of(grouping)),
            ),
        ]
    }

    fn baseline_to_json(&self) -> Value {
        let Some(baseline) = self.baseline else {
            return Value::Null;
        };
        let mut object = Map::new();
        object.insert("class".to_owned(), self.classes.name(baseline.class).into());
        object.insert("accuracy".to_owned(), baseline.accuracy.into());
        put(&mut object, "gain", Some(baseline.gain));
        object.into()
    }

    fn weights_of(&self, grouping: &Grouping) -> Value {
        let weights = grouping.weights(&self.overall).into_iter();
        let weights: Map<_, _> = weights
            .map(|(value, weights)| {
                let labels = self.classes.names().iter().cloned();
                let weights = weights.into_iter().map(Value::from);
                (
                    value.to_owned(),
                    labels.zip(weights).collect::<Map<_, _>>().into(),
                )
            })
            .collect();
        weights.into()
    }

    fn by_grouping(&self, value: impl Fn(&Grouping) -> Value) -> Value {
        let groupings = self.groupings.iter();
        let named: Map<_, _> = groupings
            .map(|grouping| (grouping.name.clone(), value(grouping)))
            .collect();
        named.into()
    }
}

fn object(named: impl IntoIterator<Item = (&'static str, Value)>) -> Value {
    let named = named
        .into_iter()
        .map(|(name, value)| (name.to_owned(), value));
    named.collect::<Map<_, _>>().into()
}

fn cell(cell: &Cell, classes: &Classes) -> Value {
    let mut object = Map::new();
    object.insert("n".to_owned(), cell.n.into());
    if classes.len() == 2 {
        for (name, label, predicted) in [("tp", 1, 1), ("fp", 0, 1), ("fn", 1, 0), ("tn", 0, 0)] {
            object.insert(name.to_owned(), cell.confusion.at(label, predicted).into());
        }
    }
    put_measures(&mut object, &cell.measures);
    if !cell.by_class.is_empty() {
        let by_class = cell.by_class.iter().map(|measures| {
            let mut object = Map::new();
            put_measures(&mut object, measures);
            Value::from(object)
        });
        let by_class: Map<_, _> = classes.names().iter().cloned().zip(by_class).collect();
        object.insert("classes".to_owned(), by_class.into());
    }
    if !cell.design_effects.is_empty() {
        let effects = cell.design_effects.iter();
        let effects: Map<_, _> = effects
            .map(|(name, effect)| ((*name).to_owned(), effect.value.into()))
            .collect();
        object.insert("design_effect".to_owned(), effects.into());
    }
    object.insert(
        "more_rows_for_2_points".to_owned(),
        cell.more_for_2_points.into(),
    );
    object.into()
}

fn put_measures(object: &mut Map<String, Value>, measures: &[(&'static str, Measure)]) {
    let mut missing = Map::new();
    for (name, measure) in measures {
        put(object, name, measure.estimate.ok());
        if let Err(reason) = measure.estimate {
            missing.insert((*name).to_owned(), reason.to_string().into());
        }
    }
    if !missing.is_empty() {
        object.insert("not_estimable".to_owned(), missing.into());
    }
}

fn curves(curves: &Curves) -> Value {
    let Curves {
        roc,
        reliability,
        histogram,
    } = curves;
    let roc = roc.iter().flatten();
    let bins = reliability.iter().map(|bin| {
        json!({
            "low": bin.low,
            "high": bin.high,
            "n": bin.n,
            "positives": bin.positives,
            "mean_score": bin.mean_score,
        })
    });
    json!({
        "roc": roc.map(|point| [point.threshold, point.fpr, point.tpr]).collect::<Vec<_>>(),
        "reliability": bins.collect::<Vec<_>>(),
        "histogram": { "negatives": histogram[0], "positives": histogram[1] },
    })
}

fn verdict(verdict: &Verdict) -> Value {
    let apart = |one: &Apart| {
        let mut object = Map::new();
        for (name, value) in [
            ("grouping", Value::from(one.grouping.as_str())),
            ("group", one.value.as_str().into()),
            ("metric", one.metric.into()),
            ("value", one.here.into()),
        ] {
            object.insert(name.to_owned(), value);
        }
        put(&mut object, "difference", Some(one.difference));
        object.insert("p".to_owned(), one.p.into());
        object.insert("is_worse".to_owned(), one.is_worse.into());
        Value::Object(object)
    };
    json!({
        "comparisons": verdict.comparisons,
        "metrics": verdict.metrics(),
        "apart": verdict.apart.iter().map(apart).collect::<Vec<_>>(),
    })
}

fn worst(worst: &Worst) -> Value {
    let Worst {
        value,
        accuracy,
        rest,
        gap,
    } = worst;
    let mut object = Map::new();
    object.insert("value".to_owned(), value.clone().into());
    for (prefix, measure) in [("", accuracy), ("rest_", rest)] {
        object.insert(format!("{prefix}n"), measure.n.into());
        put(
            &mut object,
            &format!("{prefix}accuracy"),
            measure.estimate.ok(),
        );
    }
    put(&mut object, "gap", Some(*gap));
    Value::Object(object)
}

/// fairlearn's names flat, then `rates.<metric>` and the accuracies drawn together, `shrunk`.
fn disparity(disparity: &Disparity) -> Value {
    let mut object: Map<String, Value> = disparity
        .named()
        .into_iter()
        .map(|(name, value)| (name, value.into()))
        .collect();
    let gaps = disparity.gaps.iter();
    let gaps = gaps.map(|(name, found)| ((*name).to_owned(), gap(found)));
    let differences = disparity.differences.iter();
    let differences = differences.map(|(name, found)| ((*name).to_owned(), difference(found)));
    let rates: Map<_, _> = gaps.chain(differences).collect();
    object.insert("rates".to_owned(), rates.into());
    let shrunk = disparity.shrunk.iter().flatten();
    let shrunk: Map<_, _> = shrunk
        .map(|(group, shrunk)| {
            let estimate = Estimate {
                value: shrunk.mean,
                interval: shrunk.interval,
            };
            let mut object = Map::new();
            put(&mut object, "accuracy", Some(estimate));
            (group.clone(), object.into())
        })
        .collect();
    object.insert("shrunk".to_owned(), shrunk.into());
    object.into()
}

fn difference(gap: &DifferenceGap) -> Value {
    let Interval { low, high } = gap.largest.interval;
    json!({
        "lowest": gap.lowest().0,
        "highest": gap.highest().0,
        "difference": gap.largest.gap,
        "difference_low": low,
        "difference_high": high,
    })
}

fn gap(gap: &Gap) -> Value {
    let versus = gap.versus.iter();
    let versus: Map<_, _> = versus
        .map(|(group, found)| (group.clone(), against(found)))
        .collect();
    json!({
        "lowest": gap.lowest().0,
        "highest": gap.highest().0,
        "difference": gap.largest.gap,
        "difference_low": gap.largest.low,
        "difference_high": gap.largest.high,
        "difference_p": gap.largest.p,
        "difference_mean": gap.mean(),
        "ratio": gap.ratio(),
        "to_overall": gap.to_overall(),
        "to_overall_mean": gap.mean_to_overall(),
        "ratio_to_overall": gap.ratio_to_overall(),
        "omnibus_p": gap.largest.omnibus_p,
        "versus_rest": versus,
    })
}

fn against(versus: &Versus) -> Value {
    let Versus {
        difference,
        ratio,
        p,
        p_holm,
        p_bh,
        ..
    } = versus;
    let mut object = Map::new();
    put(&mut object, "difference", Some(*difference));
    // An end without bound is null, as JSON knows no infinity.
    put(&mut object, "ratio", *ratio);
    for (name, p) in [("p", p), ("p_holm", p_holm), ("p_bh", p_bh)] {
        object.insert(name.to_owned(), (*p).into());
    }
    object.into()
}

pub(super) fn put(object: &mut Map<String, Value>, name: &str, estimate: Option<Estimate>) {
    let interval = estimate.map(|estimate| estimate.interval);
    for (end, value) in [
        ("", estimate.map(|estimate| estimate.value)),
        ("_low", interval.map(|interval| interval.low)),
        ("_high", interval.map(|interval| interval.high)),
    ] {
        object.insert(format!("{name}{end}"), value.into());
    }
}

#[cfg(test)]
mod tests {
    use crate::audit::toy::two;
    use crate::audit::{Design, Params, Row, Table, audit};

    #[test]
    fn a_rate_that_cannot_be_estimated_is_null_and_never_0() {
        let rows = [(1, 1, "x"), (1, 0, "x"), (0, 0, "y")].map(|(label, predicted, group)| Row {
            label,
            predicted,
            score: None,
            attributes: vec![group],
        });
        let design = Design::of(crate::groups::parse("g").unwrap());
        let table = Table::new(&two(), &["g".to_owned()], &design, rows).unwrap();
        let params = Params {
            min_n: 1,
            ..Params::default()
        };
        let json = audit(&table, &params.check().unwrap()).to_json();

        let cell = &json["groups"]["g"]["y"];
        assert_eq!(
            (cell["n"].as_u64(), cell["accuracy"].as_f64()),
            (Some(1), Some(1.0))
        );
        assert!((cell["accuracy_low"].as_f64().unwrap() - 0.2065493143772374).abs() < 1e-12);
        for key in ["tpr", "tpr_low", "tpr_high"] {
            assert!(
                cell.as_object().unwrap().contains_key(key) && cell[key].is_null(),
                "{key}"
            );
        }
        assert_eq!(cell["fpr"], 0.0);
        assert_eq!(cell["not_estimable"]["tpr"], "no positives");
        assert_eq!(cell["not_estimable"]["auc"], serde_json::Value::Null);
        assert_eq!(
            (cell["tn"].as_u64(), cell["tp"].as_u64()),
            (Some(1), Some(0))
        );
        assert_eq!(json["overall"]["n"], 3);
    }
}
