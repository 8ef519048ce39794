//! Rows by label and prediction, as a table.

use crate::audit::Audit;
use crate::format;
use crate::metric::Confusion;

pub struct ConfusionMatrix {
    pub classes: Vec<String>,
    /// By label: the numbers of rows by prediction, and of all.
    pub rows: Vec<ConfusionRow>,
    pub predicted: Vec<String>,
    pub n: String,
}

pub struct ConfusionRow {
    pub label: String,
    pub counts: Vec<String>,
    pub n: String,
}

impl ConfusionMatrix {
    /// `None` of more classes than are seen side by side.
    pub fn new(audit: &Audit) -> Option<Self> {
        let confusion = &audit.overall.confusion;
        let classes = audit.classes.names();
        let row = |(label, name): (usize, &String)| ConfusionRow {
            label: name.clone(),
            counts: (0..classes.len())
                .map(|predicted| format::thousands(confusion.at(label, predicted)))
                .collect(),
            n: format::thousands(confusion.labelled(label)),
        };
        (classes.len() <= Confusion::SHOWN_CLASSES).then(|| Self {
            classes: classes.to_vec(),
            rows: classes.iter().enumerate().map(row).collect(),
            predicted: (0..classes.len())
                .map(|class| format::thousands(confusion.predicted(class)))
                .collect(),
            n: format::thousands(confusion.n()),
        })
    }
}
