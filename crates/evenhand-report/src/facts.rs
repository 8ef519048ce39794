//! How a classifier was trained, as names and values.

use super::content::Training;
use super::format;
use super::method::{ColumnMethod, ImageMethod, Method};

/// The most columns of a table that are named.
const NAMED: usize = 40;

/// In the order in which to show them.
pub fn facts(training: &Training) -> Vec<(String, String)> {
    let (made, settings) = match &training.method {
        Method::Images(method) => {
            let mut settings = named("Head", &method.head);
            settings.extend(named("Fine-tuning", &method.finetuning));
            (image_facts(method), settings)
        }
        Method::Columns(method) => (column_facts(method), named("Setting", &method.settings)),
    };
    let validation = match training.is_cross_validated() {
        true => format!("cross-validation, {} folds", training.folds),
        false => format!(
            "a tenth of the training {}, held out",
            training.method.unit().many()
        ),
    };
    let run = [
        ("Validation", validation),
        ("Seed", training.seed.to_string()),
        ("Time", format::duration(training.seconds)),
    ];
    (made.into_iter().chain(run))
        .map(|(name, value)| (name.to_owned(), value))
        .chain(settings)
        .collect()
}

fn image_facts(method: &ImageMethod) -> Vec<(&'static str, String)> {
    let backbone = match method.is_tuned() {
        true => format!("{}, fine-tuned", method.backbone),
        false => format!("{}, frozen", method.backbone),
    };
    vec![
        ("Backbone", backbone),
        (
            "Engine",
            format!("{} {}", method.engine, method.engine_version),
        ),
        ("Device", method.device.clone()),
        ("Taps", method.taps.join(", ")),
        ("Pooling", method.pooling.clone()),
        ("Features per image", format::thousands(method.features)),
    ]
}

/// Settings under the name of what they belong to.
fn named(of: &str, settings: &[(String, String)]) -> Vec<(String, String)> {
    let settings = settings.iter();
    settings
        .map(|(name, value)| (format!("{of}: {name}"), value.clone()))
        .collect()
}

fn column_facts(method: &ColumnMethod) -> Vec<(&'static str, String)> {
    let names = format::listed(method.columns.iter().cloned(), NAMED);
    let columns = format::counted(method.columns.len() as u64, "column");
    vec![
        ("Learner", method.learner.clone()),
        ("Learned from", format!("{columns}: {names}")),
        ("Features per row", format::thousands(method.features)),
    ]
}
