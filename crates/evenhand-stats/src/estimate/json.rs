//! Estimates as JSON, for scripts.

use serde_json::{Map, Value, json};

use super::{Cell, Difference, Estimates, METHODS, Measure};

impl Estimates {
    /// How it was computed, `shares.<class>.overall`, `shares.<class>.by.<attribute>.<domain>` and
    /// `shares.<class>.differences.<attribute>`, in each `<method>` with `value`, `se`, `low` and
    /// `high`, or `null` with the reason under `not_estimable`. Shares have worst-case bounds beside them.
    pub fn to_json(&self) -> Value {
        let methods = METHODS.iter().map(|info| {
            let about = json!({ "title": info.title, "assumes": info.assumes });
            (info.name.to_owned(), about)
        });
        let shares = self.targets.iter().map(|target| {
            let by = target.by.iter().map(|breakdown| {
                let cells = breakdown.cells.iter();
                let cells: Map<_, _> = cells
                    .map(|(domain, of)| (domain.clone(), cell(of)))
                    .collect();
                (breakdown.attribute.clone(), cells.into())
            });
            let differences = target.by.iter().map(|breakdown| {
                let pairs: Vec<Value> = breakdown.differences.iter().map(difference).collect();
                (breakdown.attribute.clone(), pairs.into())
            });
            let found = json!({
                "overall": cell(&target.overall),
                "by": by.collect::<Map<String, Value>>(),
                "differences": differences.collect::<Map<String, Value>>(),
            });
            (self.classes.name(target.class).to_owned(), found)
        });
        let tests: Vec<Value> = (self.shift.tests.iter())
            .map(|test| {
                json!({ "of": test.of, "test": test.kind, "statistic": test.statistic, "p": test.p })
            })
            .collect();
        let clusters = self
            .clusters
            .map(|of| json!({ "all": of.all, "coded": of.coded }));
        json!({
            "level": self.params.level.value(),
            "min_n": self.params.min_n,
            "corpus": self.corpus,
            "coded": self.coded,
            "coded_within_corpus": self.within,
            "weighted": self.weighted,
            "finite": self.finite,
            "clusters": clusters,
            "ppi_from": if self.from_scores { "probabilities" } else { "predicted classes" },
            "warnings": self.warnings,
            "methods": methods.collect::<Map<String, Value>>(),
            "shares": shares.collect::<Map<String, Value>>(),
            "shift": tests,
        })
    }
}

fn cell(of: &Cell) -> Value {
    let mut all = Map::new();
    all.insert("corpus".to_owned(), of.corpus.into());
    all.insert("coded_rows".to_owned(), of.coded.into());
    all.insert("missing".to_owned(), of.missing.into());
    all.insert("lambda".to_owned(), of.lambda.into());
    put(&mut all, &of.shares);
    for info in METHODS {
        if let Some(Value::Object(share)) = all.get_mut(info.name) {
            let bounds = of.bounds(info.method);
            let low = bounds.map(|bounds| bounds.low);
            let high = bounds.map(|bounds| bounds.high);
            share.insert("bounds_low".to_owned(), low.into());
            share.insert("bounds_high".to_owned(), high.into());
        }
    }
    all.into()
}

fn difference(of: &Difference) -> Value {
    let mut all = Map::new();
    all.insert("a".to_owned(), of.a.clone().into());
    all.insert("b".to_owned(), of.b.clone().into());
    put(&mut all, &of.shares);
    all.into()
}

fn put(all: &mut Map<String, Value>, shares: &[Measure]) {
    let mut reasons = Map::new();
    for (info, measure) in METHODS.iter().zip(shares) {
        let value = match measure {
            Ok(share) => json!({
                "value": share.value,
                "se": share.se,
                "low": share.interval.low,
                "high": share.interval.high,
            }),
            Err(reason) => {
                reasons.insert(info.name.to_owned(), reason.to_string().into());
                Value::Null
            }
        };
        all.insert(info.name.to_owned(), value);
    }
    if !reasons.is_empty() {
        all.insert("not_estimable".to_owned(), reasons.into());
    }
}
