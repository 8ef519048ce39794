//! A check as a page and as a short text.

use super::finding::Severity;
use super::{DataCheck, Finding, GroupCounts, sheet};
use crate::error::Error;
use crate::hint::Message;
use crate::report::gallery::{self, Images};
use crate::report::{CheckFinding, CheckPage, CheckPicture, CheckSheet, CheckTable, render_check};
use crate::text::{counted, thousands};

/// Rows of a table that is shown.
const SHOWN: usize = 60;

impl DataCheck {
    /// What was found in one sentence.
    pub fn sentence(&self) -> String {
        let count = |severity, one: &str| counted(self.count(severity), one);
        match self.count(Severity::Failure) {
            0 => format!(
                "A training would run. {}.",
                count(Severity::Warning, "warning")
            ),
            _ => format!(
                "A training would fail: {}, {}.",
                count(Severity::Failure, "reason"),
                count(Severity::Warning, "warning")
            ),
        }
    }

    /// Facts by name: rows, images, parts.
    pub fn facts(&self) -> Vec<(String, String)> {
        let number = |n: usize| thousands(n as u64);
        let mut facts = vec![
            ("rows".to_owned(), number(self.rows)),
            ("without a label".to_owned(), number(self.unlabelled)),
            ("files left out".to_owned(), number(self.skipped.len())),
        ];
        if let Some(images) = &self.images {
            let named = |parts: Vec<String>| parts.join(", ");
            let statuses = images
                .statuses
                .iter()
                .map(|(status, n)| format!("{} {status}", number(*n)));
            let formats = images
                .formats
                .iter()
                .map(|(format, n)| format!("{} {format}", number(*n)));
            facts.push(("images".to_owned(), named(statuses.collect())));
            facts.push(("formats".to_owned(), named(formats.collect())));
            for (name, sides) in [
                ("shorter side", images.short_side),
                ("longer side", images.long_side),
            ] {
                if let Some([least, median, most]) = sides {
                    let text = format!("{least} to {most} pixels, median {median}");
                    facts.push((name.to_owned(), text));
                }
            }
            facts.push(("copies".to_owned(), number(self.copies.copies)));
            facts.push(("near-copies".to_owned(), number(self.copies.near_copies)));
        }
        let parts = self
            .parts
            .iter()
            .map(|part| (part.value.clone(), number(part.rows)));
        facts.extend(parts);
        facts
    }

    /// Tables of classes, of groups and of columns: title, header and rows.
    pub fn tables(&self) -> Vec<(String, Vec<String>, Vec<Vec<String>>)> {
        let classes = self
            .classes
            .iter()
            .map(|class| vec![class.value.clone(), thousands(class.rows as u64)]);
        let mut tables = vec![(
            format!("Rows by {}", self.label),
            vec![self.label.clone(), "rows".to_owned()],
            classes.collect(),
        )];
        tables.extend(
            self.groupings
                .iter()
                .map(|grouping| self.of_groups(grouping)),
        );
        let columns = self.columns.iter().map(|column| {
            let counts = [column.values, column.missing].map(|n| thousands(n as u64));
            [column.name.clone()].into_iter().chain(counts).collect()
        });
        let header = ["column", "values", "missing"].map(str::to_owned).to_vec();
        tables.push(("Columns".to_owned(), header, columns.collect()));
        tables
    }

    fn of_groups(&self, grouping: &GroupCounts) -> (String, Vec<String>, Vec<Vec<String>>) {
        let classes = self.classes.iter().map(|class| class.value.clone());
        let header = [grouping.name.clone(), "rows".to_owned()]
            .into_iter()
            .chain(classes);
        let rows = grouping.cells.iter().map(|(value, by_class)| {
            let all = by_class.iter().sum::<usize>();
            let counts = [all].into_iter().chain(by_class.iter().copied());
            [value.clone()]
                .into_iter()
                .chain(counts.map(|n| thousands(n as u64)))
                .collect()
        });
        (
            format!("Rows by {}", grouping.name),
            header.collect(),
            rows.collect(),
        )
    }

    /// The page, with a contact sheet.
    ///
    /// # Errors
    /// The template fails, which no content should bring about.
    pub fn to_html(&self) -> Result<String, Error> {
        let images = self.config.report.images;
        let sheet = sheet::of_classes(self);
        let mut shown: Vec<Option<Vec<u8>>> = Vec::new();
        let sheets = sheet.iter().enumerate().map(|(class, rows)| {
            let pictures = self.pictures_of(rows, images);
            shown.extend(pictures.iter().map(|picture| picture.image.clone()));
            CheckSheet {
                title: format!("{}: {}", self.label, self.classes[class].value),
                pictures,
            }
        });
        let sheets: Vec<CheckSheet> = sheets.filter(|sheet| !sheet.pictures.is_empty()).collect();
        let tables = self
            .tables()
            .into_iter()
            .map(|(caption, header, mut rows)| {
                let more = rows.len().saturating_sub(SHOWN);
                rows.truncate(SHOWN);
                CheckTable {
                    caption: match more {
                        0 => caption,
                        more => format!("{caption} (the first {SHOWN}; {more} more in the JSON)"),
                    },
                    header,
                    rows,
                }
            });
        let page = CheckPage {
            title: format!("Check of {}", self.source),
            verdict: self.sentence(),
            would_fail: self.count(Severity::Failure) > 0,
            facts: self.facts(),
            findings: self
                .findings
                .iter()
                .map(|finding| self.shown(finding, images))
                .collect(),
            notes: self.notes.iter().map(Message::to_string).collect(),
            tables: tables.collect(),
            about_images: gallery::about(&shown, images),
            sheets,
        };
        Ok(render_check(&page)?)
    }

    fn shown(&self, finding: &Finding, images: Images) -> CheckFinding {
        CheckFinding {
            severity: finding.severity.name(),
            text: finding.text.to_string(),
            step: finding.step.as_ref().map(Message::to_string),
            pictures: self.pictures_of(&sheet::of_finding(self, finding), images),
        }
    }

    fn pictures_of(&self, rows: &[usize], images: Images) -> Vec<CheckPicture> {
        let locations: Vec<_> = rows
            .iter()
            .map(|&row| self.pictures[row].image.clone())
            .collect();
        let thumbnails = gallery::thumbnails(&locations, images);
        let picture = |(&row, image): (&usize, Option<Vec<u8>>)| {
            let pictured = &self.pictures[row];
            let label = pictured
                .label
                .map(|label| self.classes[label].value.clone());
            CheckPicture {
                name: pictured.name.clone(),
                label: label.unwrap_or_default(),
                image,
            }
        };
        rows.iter().zip(thumbnails).map(picture).collect()
    }
}
