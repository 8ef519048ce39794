//! The report of an audit: what the file says, and the images that its rows name, where they are.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::config::Report as Asked;
use super::file_name;
use super::outputs::{Account, Found};
use evenhand::audit::Examination;
use evenhand::dataset::archive;
use evenhand::record::LabelSource;
use evenhand::report::gallery;
use evenhand::report::{self, Closeup, Compared, Data, Face, Outcome, Part, Report, Source};

/// Columns that name an image file.
const FILES: [&str; 3] = ["path", "file", "image"];

pub(super) fn report_of(account: &Account, found: &Found, asked: &Asked) -> Report {
    let label = account.config.columns.label.clone();
    let compared = found.comparison.zip(account.pair);
    Report {
        title: format!("Audit of {}", file_name(&account.config.predictions)),
        created: None,
        label,
        classes: account.answers.classes.clone(),
        data: data(account),
        training: None,
        parts: vec![Part {
            source: Source::Table,
            audit: found.audit.clone(),
        }],
        closeup: found
            .examination
            .map(|examination| closeup(account, examination, asked)),
        comparison: compared.map(|(comparison, pair)| Compared {
            with: pair.with.clone(),
            comparison: comparison.clone(),
        }),
    }
}

fn data(account: &Account) -> Data {
    let answers = account.answers;
    let used = Outcome {
        name: "audited".to_owned(),
        n: answers.rows.len() as u64,
        meaning: "with a label and a prediction".to_owned(),
    };
    let left_out = answers.left_out.iter().map(|(reason, n)| Outcome {
        name: "left out".to_owned(),
        n: *n,
        meaning: reason.clone(),
    });
    let outcomes: Vec<Outcome> = std::iter::once(used).chain(left_out).collect();
    let threshold = answers.threshold.iter().map(ToString::to_string);
    Data {
        source: file_name(&account.config.predictions),
        about: None,
        label_source: LabelSource::Perceived,
        rows: outcomes.iter().map(|outcome| outcome.n).sum(),
        outcomes,
        bad_rows: report::BadRows::default(),
        notes: threshold.chain(account.doubts.iter().cloned()).collect(),
    }
}

fn closeup(account: &Account, examination: &Examination, asked: &Asked) -> Closeup {
    let rows = report::pictured(examination);
    let column = FILES.into_iter().find_map(|name| {
        account
            .sheet
            .columns
            .iter()
            .position(|column| column == name)
    });
    let beside = account.config.predictions.parent().unwrap_or(Path::new(""));
    let folder = asked.images.as_deref().unwrap_or(beside);
    let named = |row: &usize| match column {
        Some(column) => folder.join(&account.answers.rows[*row].record[column]),
        None => PathBuf::new(),
    };
    let images = archive::locate(rows.iter().map(named).collect());
    let images = gallery::thumbnails(&images, asked.shown);
    let face = |(&row, image): (&usize, Option<Vec<u8>>)| {
        let found = &account.answers.rows[row];
        let face = Face {
            name: account.name_of(row),
            label: found.label,
            predicted: found.predicted,
            groups: groups(account, row),
            image,
        };
        (row, face)
    };
    Closeup {
        source: Source::Table,
        examination: examination.clone(),
        about_images: gallery::about(&images, asked.shown),
        rows: rows
            .iter()
            .zip(images)
            .map(face)
            .collect::<BTreeMap<_, _>>(),
        maps: None,
    }
}

/// The values of the attributes that make groups.
fn groups(account: &Account, row: usize) -> String {
    let mut attributes: Vec<&str> = Vec::new();
    for attribute in account
        .config
        .design
        .groups
        .iter()
        .flat_map(|group| group.attributes())
    {
        if !attributes.contains(&attribute.as_str()) {
            attributes.push(attribute);
        }
    }
    let columns = &account.sheet.columns;
    let places = attributes
        .iter()
        .filter_map(|name| columns.iter().position(|column| column == name));
    let record = account.answers.rows[row].record;
    let values: Vec<&str> = places
        .map(|at| &record[at])
        .filter(|value| !value.is_empty())
        .collect();
    values.join(", ")
}
