//! Groups beside all other items, as JSON and as rows of one number each.

use super::codes::Codes;
use super::group_gaps::{GroupComparison, GroupGap};
use super::json::{COLUMNS, put_all, tidy_row};
use serde_json::{Map, Value, json};

impl GroupComparison {
    /// `agreement`, and `per_coder.<coder>.<label>` where there are not too many coders: each with the `share` in the
    /// group, its `difference` from all other items, and `p`.
    pub fn to_json(&self, codes: &Codes) -> Value {
        let mut coders: Map<String, Value> = Map::new();
        for one in &self.sensitivities {
            let labels = coders.entry(codes.coders[one.coder].clone());
            let labels = labels.or_insert_with(|| json!({}));
            labels[&codes.labels[one.label]] = one.gap.to_json();
        }
        json!({ "agreement": self.agreement.to_json(), "per_coder": coders })
    }

    /// Rows of [`COLUMNS`].
    pub fn tidy(&self, grouping: &str, group: &str, codes: &Codes) -> Vec<[String; COLUMNS.len()]> {
        let agreement = ("percent_agreement", String::new(), "", &self.agreement);
        let coders = self.sensitivities.iter().map(|one| {
            let label = format!("({})", codes.labels[one.label]);
            (
                "sensitivity",
                label,
                codes.coders[one.coder].as_str(),
                &one.gap,
            )
        });
        let rows = std::iter::once(agreement).chain(coders);
        let rows = rows.flat_map(|(name, label, coder, gap)| {
            let named =
                |statistic: &str, measure| tidy_row([grouping, group, statistic, coder], measure);
            // Percent agreement of the group stands among its statistics already.
            let own = (!coder.is_empty()).then(|| named(&format!("{name}{label}"), &gap.of_group));
            let mut row = named(&format!("{name}_difference{label}"), &gap.difference);
            row[COLUMNS.len() - 1] = gap.p.map_or_else(String::new, |p| p.to_string());
            own.into_iter().chain([row])
        });
        rows.collect()
    }
}

impl GroupGap {
    fn to_json(self) -> Value {
        let mut object = Map::new();
        put_all(
            &mut object,
            &[("share", self.of_group), ("difference", self.difference)],
        );
        object.insert("p".to_owned(), self.p.into());
        object.into()
    }
}
