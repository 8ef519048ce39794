//! Weights of coded items: by the design of the sample that they are, or a column of weights, adjusted to known margins.

use super::{PairedItems, ValidateOptions, ValidationError};
use crate::Error;
use crate::codes::CodeTable;
use crate::estimate::{CodedItems, Sampled};
use crate::weighted::{rake, weight};
use evenhand_stats::hint::Message;
use evenhand_stats::stats::survey::Survey;
use evenhand_table::schema;
use std::collections::{HashMap, HashSet};

/// Weights of the items with a consensus, in their order.
pub(super) struct ItemWeights {
    pub survey: Survey,
    /// The columns that they are from, in a sentence.
    pub by: String,
    pub notes: Vec<Message>,
}

impl ItemWeights {
    /// `codes` are all that were read. `None` where items count alike.
    ///
    /// # Errors
    /// A weight is no number, or margins cannot be met.
    pub fn of(
        paired: &PairedItems,
        codes: &CodeTable,
        options: &ValidateOptions,
    ) -> Result<Option<Self>, Error> {
        let is_sample = codes
            .codes
            .columns
            .iter()
            .any(|name| name == schema::INCLUSION);
        let found = match &options.weights {
            Some(column) => Some(Self::by_column(paired, column)?),
            None if is_sample => Some(Self::by_design(paired, codes)?),
            None => None,
        };
        let Some(margins) = &options.margins else {
            return Ok(found);
        };
        let rows = paired.judged().count();
        let mut found = found.unwrap_or_else(|| Self::alike(rows));
        rake(&mut found.survey, &mut found.by, margins, |column| {
            values(paired, column)
        })?;
        Ok(Some(found))
    }

    fn alike(rows: usize) -> Self {
        Self {
            survey: Survey {
                weights: vec![1.0; rows],
                ..Survey::default()
            },
            by: String::new(),
            notes: Vec::new(),
        }
    }

    fn by_column(paired: &PairedItems, column: &str) -> Result<Self, ValidationError> {
        let values = values(paired, column).ok_or_else(|| ValidationError::NoWeights {
            column: column.to_owned(),
        })?;
        let judged = paired.judged().zip(values);
        let weights = judged.map(|((at, ..), value)| {
            weight(&value).ok_or_else(|| ValidationError::BadWeight {
                column: column.to_owned(),
                item: paired.codes().items[at].name.clone(),
                value,
            })
        });
        let survey = Survey {
            weights: weights.collect::<Result<_, _>>()?,
            ..Survey::default()
        };
        Ok(Self {
            survey,
            by: format!("`{column}`"),
            notes: Vec::new(),
        })
    }

    /// Items without a prediction or a consensus are a part of the sample that is not coded.
    fn by_design(paired: &PairedItems, codes: &CodeTable) -> Result<Self, Error> {
        let coded = CodedItems::from_codes(codes.clone())?;
        let items = codes.codes.items.iter().zip(0..);
        let place: HashMap<&str, usize> =
            items.map(|(item, at)| (item.name.as_str(), at)).collect();
        let of = |name: &String| place[name.as_str()];
        let judged = paired.judged();
        let used: Vec<usize> = judged
            .map(|(at, ..)| of(&paired.codes().items[at].name))
            .collect();
        let absent: HashSet<usize> = paired.absent.iter().map(of).collect();
        let within = (0..codes.codes.items.len()).filter(|at| !absent.contains(at));
        let sampled = Sampled {
            coded: &coded,
            used: &used,
            within: &within.collect(),
            abstained: HashSet::new(),
            judged: paired.predicted_rows(),
            left: 0,
        };
        let (design, sample) = sampled.design()?;
        Ok(Self {
            survey: Survey {
                weights: design.weights,
                strata: design.strata,
                ..Survey::default()
            },
            by: format!("`{}`", schema::INCLUSION),
            notes: sample.notes(&codes.prefix()),
        })
    }
}

/// The values of a column of the items with a consensus: of the codes or, if they do not have it, of the predictions.
fn values(paired: &PairedItems, column: &str) -> Option<Vec<String>> {
    let codes = paired.codes();
    let judged = paired.judged().map(|(at, ..)| at);
    let own = codes.columns.iter().position(|name| name == column);
    if let Some(at) = own {
        let value = |item: usize| codes.items[item].attributes[at].clone();
        return Some(judged.map(value).collect());
    }
    let text = paired.prediction_column(column)?;
    let value = |item: usize| text.get(paired.rows[item]).unwrap_or_default().to_owned();
    Some(judged.map(value).collect())
}
