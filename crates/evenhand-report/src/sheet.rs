//! A small page: what was found, in words, drawn, and as a table.

use askama::Template;

use super::ReportError;
use super::plot::{self, Figure};

/// Contents of a page: text, figures and one table.
#[derive(Debug, Clone, PartialEq)]
pub struct Sheet {
    pub title: String,
    pub sentences: Vec<String>,
    pub figures: Vec<Figure>,
    pub header: Vec<String>,
    pub rows: Vec<Vec<String>>,
}

#[derive(Template)]
#[template(path = "sheet.html")]
struct Page<'a> {
    sheet: &'a Sheet,
    version: &'static str,
    /// Captions and drawings.
    figures: Vec<(&'a str, String)>,
}

/// The page, in UTF-8, with nothing outside it.
///
/// # Errors
/// [`ReportError::Render`] when the template fails, which no content should bring about.
pub fn render_sheet(sheet: &Sheet) -> Result<String, ReportError> {
    let figures = sheet.figures.iter();
    let page = Page {
        sheet,
        version: env!("CARGO_PKG_VERSION"),
        figures: figures
            .map(|figure| (figure.caption.as_str(), plot::dots_by_place(figure)))
            .collect(),
    };
    Ok(page.render()?)
}
