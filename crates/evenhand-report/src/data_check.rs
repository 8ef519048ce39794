//! The page of a check: what a data set holds, what is odd about it, and a contact sheet.

use super::ReportError;
use super::figures::{Gallery, Picture};
use crate::record::Unit;
use askama::Template;
use base64::Engine;
use base64::prelude::BASE64_STANDARD;

/// Contents of the page of a check.
#[derive(Debug, Clone, PartialEq)]
pub struct CheckPage {
    pub title: String,
    /// Whether a training would run, in one sentence.
    pub verdict: String,
    pub would_fail: bool,
    /// Names and values.
    pub facts: Vec<(String, String)>,
    /// The gravest first.
    pub findings: Vec<CheckFinding>,
    /// What reading changes or leaves out, in sentences.
    pub notes: Vec<String>,
    pub tables: Vec<CheckTable>,
    /// Note on images that are blurred, hidden or missing.
    pub about_images: Option<String>,
    /// The contact sheet, class by class.
    pub sheets: Vec<CheckSheet>,
}

/// A finding with some of the images that show it.
#[derive(Debug, Clone, PartialEq)]
pub struct CheckFinding {
    /// `failure`, `warning` or `note`.
    pub severity: &'static str,
    pub text: String,
    pub step: Option<String>,
    pub pictures: Vec<CheckPicture>,
}

/// A table; its first column names the rows, the others are numbers.
#[derive(Debug, Clone, PartialEq)]
pub struct CheckTable {
    pub caption: String,
    pub header: Vec<String>,
    pub rows: Vec<Vec<String>>,
}

/// Images of one class.
#[derive(Debug, Clone, PartialEq)]
pub struct CheckSheet {
    pub title: String,
    pub pictures: Vec<CheckPicture>,
}

/// An image with its name and label.
#[derive(Debug, Clone, PartialEq)]
pub struct CheckPicture {
    pub name: String,
    pub label: String,
    /// A JPEG, where it is to be shown and can be read.
    pub image: Option<Vec<u8>>,
}

#[derive(Template)]
#[template(path = "data_check.html")]
struct Page<'a> {
    check: &'a CheckPage,
    version: &'static str,
    findings: Vec<(&'a CheckFinding, Option<Gallery>)>,
    sheets: Vec<(&'a str, Gallery)>,
}

/// The page, in UTF-8, with nothing outside it.
///
/// # Errors
/// [`ReportError::Render`] when the template fails, which no content should bring about.
pub fn render_check(check: &CheckPage) -> Result<String, ReportError> {
    let findings = check.findings.iter().map(|finding| {
        let caption = format!("Images that show it: {}", first_words(&finding.text));
        let pictures = finding
            .pictures
            .iter()
            .map(CheckPicture::with_label)
            .collect();
        (
            finding,
            Gallery::new(Unit::Image, &caption, &["Label"], pictures),
        )
    });
    let sheets = check.sheets.iter().filter_map(|sheet| {
        let pictures = sheet.pictures.iter().map(CheckPicture::alone).collect();
        Some((
            sheet.title.as_str(),
            Gallery::new(Unit::Image, &sheet.title, &[], pictures)?,
        ))
    });
    let page = Page {
        check,
        version: env!("CARGO_PKG_VERSION"),
        findings: findings.collect(),
        sheets: sheets.collect(),
    };
    Ok(page.render()?)
}

fn first_words(text: &str) -> &str {
    text.split(&[':', ','][..]).next().unwrap_or(text)
}

impl CheckPicture {
    /// With its label and its name below it.
    fn with_label(&self) -> Picture {
        let end = self.name.rsplit(['/', '\\']).next().unwrap_or(&self.name);
        let label = match &self.image {
            Some(_) => format!("{} ({end})", self.label),
            None => self.label.clone(),
        };
        self.picture(vec![label])
    }

    fn alone(&self) -> Picture {
        self.picture(Vec::new())
    }

    fn picture(&self, lines: Vec<String>) -> Picture {
        let image = self.image.as_ref();
        Picture {
            data_uri: image
                .map(|jpeg| format!("data:image/jpeg;base64,{}", BASE64_STANDARD.encode(jpeg))),
            overlay: None,
            alt: self.name.clone(),
            lines,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_says_what_is_wrong_shows_it_and_escapes_names() {
        let picture = |image: Option<Vec<u8>>| CheckPicture {
            name: "faces/<1>.jpg".into(),
            label: "yes".into(),
            image,
        };
        let page = render_check(&CheckPage {
            title: "Check of faces.csv".into(),
            verdict: "A training would fail: 1 reason, 1 warning.".into(),
            would_fail: true,
            facts: vec![("rows".into(), "3".into())],
            findings: vec![
                CheckFinding {
                    severity: "failure",
                    text: "2 of 3 images cannot be used".into(),
                    step: Some("check the image column".into()),
                    pictures: vec![picture(None)],
                },
                CheckFinding {
                    severity: "warning",
                    text: "2 images are tiny".into(),
                    step: None,
                    pictures: vec![picture(Some(vec![1, 2, 3]))],
                },
            ],
            notes: vec!["age: 2 values restored".into()],
            tables: vec![CheckTable {
                caption: "Rows by sex".into(),
                header: vec!["sex".into(), "rows".into()],
                rows: vec![vec!["f".into(), "2".into()]],
            }],
            about_images: None,
            sheets: vec![CheckSheet {
                title: "sex: f".into(),
                pictures: vec![picture(Some(vec![4, 5]))],
            }],
        })
        .unwrap();
        for text in [
            "A training would fail",
            "check the image column",
            "data:image/jpeg;base64,AQID",
            "age: 2 values restored",
            "faces/&#60;1&#62;.jpg",
        ] {
            assert!(page.contains(text), "{text} in {page}");
        }
    }
}
