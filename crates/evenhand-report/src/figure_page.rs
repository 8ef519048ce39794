//! A small page: what was found, in words, drawn, and as a table.

use askama::Template;

use super::ReportError;
use super::plot::{self, Figure};

/// Contents of a page: text, figures and one table.
#[derive(Debug, Clone, PartialEq)]
pub struct FigurePage {
    pub title: String,
    pub sentences: Vec<String>,
    pub figures: Vec<Figure>,
    pub header: Vec<String>,
    pub rows: Vec<Vec<String>>,
}

#[derive(Template)]
#[template(path = "figure_page.html")]
struct Page<'a> {
    figure_page: &'a FigurePage,
    version: &'static str,
    /// Captions and drawings.
    figures: Vec<(&'a str, String)>,
}

/// The page, in UTF-8, with nothing outside it.
///
/// # Errors
/// [`ReportError::Render`] when the template fails, which no content should bring about.
pub fn render_figure_page(figure_page: &FigurePage) -> Result<String, ReportError> {
    let figures = figure_page.figures.iter();
    let page = Page {
        figure_page,
        version: env!("CARGO_PKG_VERSION"),
        figures: figures
            .map(|figure| (figure.caption.as_str(), plot::dots_by_place(figure)))
            .collect(),
    };
    Ok(page.render()?)
}
