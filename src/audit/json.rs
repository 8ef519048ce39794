//! An audit as JSON, for scripts: the layout of `metrics.json`.

use serde_json::{Map, Value, json};

use super::{Audit, Cell, Disparity, Estimate, Gap, Grouping, Versus, Worst};

impl Audit {
    /// How it was computed, `overall`, `groups.<attribute>.<value>`, `worst.<attribute>` and `disparity.<attribute>`.
    ///
    /// A cell is flat: `n`, of two classes the counts `tp`, `fp`, `fn`, `tn`, and for each metric its
    /// value and the ends of its interval (`accuracy`, `accuracy_low`, `accuracy_high`). What cannot
    /// be estimated is `null`, with the reason under `not_estimable`; so is the worst group where
    /// none can be named.
    pub fn to_json(&self) -> Value {
        let by_name = |value: fn(&Grouping) -> Value| -> Map<String, Value> {
            self.groupings
                .iter()
                .map(|grouping| (grouping.name.clone(), value(grouping)))
                .collect()
        };
        json!({
            "level": self.level,
            "min_n": self.min_n,
            "interval": self.params.interval.name(),
            "replicates": self.params.replicates,
            "seed": self.params.seed,
            "overall": cell(&self.overall),
            "groups": by_name(cells),
            "worst": by_name(|grouping| grouping.worst.as_ref().map_or(Value::Null, worst)),
            "disparity": by_name(|grouping| disparity(&grouping.disparity)),
        })
    }
}

fn cells(grouping: &Grouping) -> Value {
    Value::Object(
        grouping
            .cells
            .iter()
            .map(|(value, of)| (value.clone(), cell(of)))
            .collect(),
    )
}

fn cell(cell: &Cell) -> Value {
    let mut object = Map::new();
    object.insert("n".to_owned(), cell.n.into());
    if cell.confusion.classes() == 2 {
        for (name, label, predicted) in [("tp", 1, 1), ("fp", 0, 1), ("fn", 1, 0), ("tn", 0, 0)] {
            object.insert(name.to_owned(), cell.confusion.at(label, predicted).into());
        }
    }
    let mut missing = Map::new();
    for (name, measure) in &cell.measures {
        put(&mut object, name, measure.estimate.ok());
        if let Err(reason) = measure.estimate {
            missing.insert((*name).to_owned(), reason.to_string().into());
        }
    }
    if !missing.is_empty() {
        object.insert("not_estimable".to_owned(), missing.into());
    }
    Value::Object(object)
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
        .map(|(name, value)| (name.to_owned(), value.into()))
        .collect();
    let rates = disparity.gaps.iter();
    let rates: Map<_, _> = rates
        .map(|(name, found)| ((*name).to_owned(), gap(found)))
        .collect();
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

fn gap(gap: &Gap) -> Value {
    let Gap {
        lowest,
        highest,
        ratio,
        to_overall,
        p,
        largest,
        versus,
    } = gap;
    let versus: Map<_, _> = versus
        .iter()
        .map(|(group, found)| (group.clone(), against(found)))
        .collect();
    json!({
        "lowest": lowest.0,
        "highest": highest.0,
        "difference": largest.gap,
        "difference_low": largest.low,
        "difference_high": largest.high,
        "difference_p": largest.p,
        "ratio": ratio,
        "to_overall": to_overall,
        "omnibus_p": p,
        "versus_rest": versus,
    })
}

fn against(versus: &Versus) -> Value {
    let Versus {
        difference,
        p,
        p_holm,
        p_bh,
    } = versus;
    let mut object = Map::new();
    put(&mut object, "difference", Some(*difference));
    for (name, p) in [("p", p), ("p_holm", p_holm), ("p_bh", p_bh)] {
        object.insert(name.to_owned(), (*p).into());
    }
    object.into()
}

fn put(object: &mut Map<String, Value>, name: &str, estimate: Option<Estimate>) {
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
    use crate::audit::{Params, Row, Table, audit, groups};

    #[test]
    fn a_rate_that_cannot_be_estimated_is_null_and_never_0() {
        let rows = [(1, 1, "x"), (1, 0, "x"), (0, 0, "y")].map(|(label, predicted, group)| Row {
            label,
            predicted,
            score: None,
            attributes: vec![group],
        });
        let groups = groups::parse("g").unwrap();
        let table = Table::new(2, &["g".to_owned()], &groups, rows).unwrap();
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
