//! An audit as JSON, for scripts: the layout of `metrics.json`.

use serde_json::{Map, Value, json};

use super::{Audit, Cell, Estimate, Grouping, Rate, Worst};

impl Audit {
    /// `overall`, `groups.<attribute>.<value>`, and `worst.<attribute>`.
    ///
    /// A cell is flat: `n`, and for each metric its value and the ends of its interval (`accuracy`,
    /// `accuracy_low`, `accuracy_high`). What cannot be estimated is `null`, and so is the worst
    /// group where none can be named.
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
            "overall": cell(&self.overall),
            "groups": by_name(cells),
            "worst": by_name(|grouping| grouping.worst.as_ref().map_or(Value::Null, worst)),
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
    for (name, rate) in &cell.rates {
        put(&mut object, name, rate.estimate);
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
    for (
        prefix,
        Rate {
            hits: _,
            n,
            estimate,
        },
    ) in [("", accuracy), ("rest_", rest)]
    {
        object.insert(format!("{prefix}n"), (*n).into());
        put(&mut object, &format!("{prefix}accuracy"), *estimate);
    }
    put(&mut object, "gap", Some(*gap));
    Value::Object(object)
}

fn put(object: &mut Map<String, Value>, name: &str, estimate: Option<Estimate>) {
    object.insert(
        name.to_owned(),
        estimate.map(|estimate| estimate.value).into(),
    );
    object.insert(
        format!("{name}_low"),
        estimate.map(|estimate| estimate.interval.low).into(),
    );
    object.insert(
        format!("{name}_high"),
        estimate.map(|estimate| estimate.interval.high).into(),
    );
}

#[cfg(test)]
mod tests {
    use crate::audit::{Params, Row, Table, audit, groups};

    #[test]
    fn a_rate_that_cannot_be_estimated_is_null_and_never_0() {
        let rows = [(1, 1, "x"), (1, 0, "x"), (0, 0, "y")].map(|(label, predicted, group)| Row {
            label,
            predicted,
            attributes: vec![group],
        });
        let groups = groups::parse("g").unwrap();
        let table = Table::new(2, &["g".to_owned()], &groups, rows).unwrap();
        let json = audit(&table, &Params::default().check().unwrap()).to_json();

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
        assert!(json["worst"]["g"].is_null(), "both groups are too small");
        assert_eq!(json["overall"]["n"], 3);
    }
}
