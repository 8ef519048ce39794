//! Regressions as JSON, for scripts.

use serde_json::{Map, Value, json};

use super::{Coefficient, METHODS, Regression};

impl Regression {
    /// How it was computed, and `coefficients.<term>.<method>` with `value`, `se`, `low`, `high` and `p`, or `null` with
    /// the method's reason under `not_estimable`.
    pub fn to_json(&self) -> Value {
        let methods = METHODS.iter().map(|info| {
            let about = json!({ "title": info.title, "assumes": info.assumes });
            (info.name.to_owned(), about)
        });
        let coefficients = self.names.iter().enumerate().map(|(at, name)| {
            let each = METHODS.iter().zip(&self.fits).map(|(info, fit)| {
                let value = fit
                    .as_ref()
                    .map_or(Value::Null, |fit| coefficient(&fit[at]));
                (info.name.to_owned(), value)
            });
            (name.clone(), each.collect::<Map<_, _>>().into())
        });
        let failed = METHODS.iter().zip(&self.fits).filter_map(|(info, fit)| {
            let reason = fit.as_ref().err()?;
            Some((info.name.to_owned(), reason.to_string().into()))
        });
        let references = self
            .references
            .iter()
            .map(|(of, level)| (of.clone(), level.clone().into()));
        json!({
            "model": self.params.family.name(),
            "class": self.class,
            "level": self.params.level.value(),
            "corpus": self.corpus,
            "coded": self.coded,
            "weighted": self.weighted,
            "clusters": self.clusters.map(|of| json!({ "all": of.all, "coded": of.coded })),
            "corrected_from": if self.from_scores { "probabilities" } else { "predicted classes" },
            "references": references.collect::<Map<String, Value>>(),
            "warnings": self.warnings,
            "methods": methods.collect::<Map<String, Value>>(),
            "coefficients": coefficients.collect::<Map<String, Value>>(),
            "not_estimable": failed.collect::<Map<String, Value>>(),
        })
    }
}

fn coefficient(of: &Coefficient) -> Value {
    let mut all = json!({
        "value": of.value,
        "se": of.se,
        "low": of.interval.low,
        "high": of.interval.high,
        "p": of.p,
    });
    if let (Some(lambda), Value::Object(all)) = (of.lambda, &mut all) {
        all.insert("lambda".to_owned(), lambda.into());
    }
    all
}
