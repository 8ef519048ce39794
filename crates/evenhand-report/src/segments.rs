//! The page of segments: what each is, how far it can be trusted, and what it was made of.

mod describe;

use super::ReportError;
use super::figures::{
    Centroids, ColumnShape, Loadings, Scree, SegmentCount, ShownCorrelations, TwoComponents,
    same_things,
};
use super::format;
use askama::Template;
use describe::{SegmentBlock, facts, lede};
use evenhand_segments::Segments;
use evenhand_segments::look::Look;
use evenhand_segments::pca::Method;

/// Histograms of wide tables that are drawn.
const MOST_SHAPES: usize = 60;

/// Contents of the page of segments: results of the library, and where rows are from.
#[derive(Debug, Clone, PartialEq)]
pub struct SegmentsPage<'a> {
    pub title: String,
    pub source: SegmentsSource,
    pub segments: &'a Segments,
    /// Columns that segments were made of.
    pub look: &'a Look,
    /// One for each row that has a segment.
    pub names: &'a [String],
}

/// Where the rows of segments are from.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct SegmentsSource {
    pub file: String,
    /// Rows that were read.
    pub rows: u64,
    pub left_out: Vec<LeftOut>,
    /// Column with weights of rows.
    pub weights: Option<String>,
    /// What else reading changed, in sentences.
    pub notes: Vec<String>,
}

/// Rows that have no segment.
#[derive(Debug, Clone, PartialEq)]
pub struct LeftOut {
    pub rows: u64,
    /// As a clause: `no number in Income`.
    pub reason: String,
    /// Some of them, or all.
    pub names: Vec<String>,
}

#[derive(Template)]
#[template(path = "segments.html")]
struct Page<'a> {
    page: &'a SegmentsPage<'a>,
    version: &'static str,
    lede: String,
    facts: Vec<(&'static str, String)>,
    left_out: Vec<String>,
    warnings: Vec<String>,
    blocks: Vec<SegmentBlock<'a>>,
    centroids: Vec<Centroids>,
    count: Option<SegmentCount>,
    count_sentences: Vec<String>,
    scree: Scree,
    loadings: Vec<Loadings>,
    two_components: Option<TwoComponents>,
    /// Column and its correlation with each component.
    supplementary: Vec<(&'a str, Vec<String>)>,
    shapes: Vec<ColumnShape>,
    shapes_left_out: usize,
    correlations: Option<ShownCorrelations>,
    same_things: Vec<[String; 3]>,
}

/// The page, in UTF-8, with nothing outside it.
///
/// # Errors
/// [`ReportError::Render`] when the template fails, which no content should bring about.
///
/// # Panics
/// When there is not a name for every row.
pub fn render_segments(page: &SegmentsPage) -> Result<String, ReportError> {
    let rows = page.segments.assignments.len();
    assert_eq!(page.names.len(), rows, "a name for every row");
    Ok(Page::new(page).render()?)
}

impl<'a> Page<'a> {
    fn new(page: &'a SegmentsPage<'a>) -> Self {
        let SegmentsPage { segments, look, .. } = page;
        let profiles = &segments.profiles;
        let model = &segments.model;
        let mut warnings = segments.warnings();
        warnings.extend(look.sentences());
        let centroids = [
            Centroids::of_columns(profiles, true),
            Some(Centroids::of_components(segments)),
            Centroids::of_columns(profiles, false),
        ];
        let choice = segments.choice.as_ref();
        let sentences =
            choice.map(|choice| [choice.sentence(model.segments()), Some(choice.summary())]);
        let beside = segments.supplementary.iter().map(|column| {
            let correlations = column.correlations.iter();
            (
                column.column.as_str(),
                correlations.map(|r| correlation(*r)).collect(),
            )
        });
        Self {
            version: env!("CARGO_PKG_VERSION"),
            lede: lede(page),
            facts: facts(page),
            left_out: page
                .source
                .left_out
                .iter()
                .map(describe::left_out)
                .collect(),
            warnings,
            blocks: SegmentBlock::of(page),
            centroids: centroids.into_iter().flatten().collect(),
            count: choice.map(|choice| SegmentCount::new(choice, model.segments())),
            count_sentences: sentences.into_iter().flatten().flatten().collect(),
            scree: Scree::new(segments),
            loadings: Loadings::of(segments),
            two_components: TwoComponents::new(segments),
            supplementary: beside.collect(),
            shapes: look
                .columns
                .iter()
                .take(MOST_SHAPES)
                .map(ColumnShape::new)
                .collect(),
            shapes_left_out: look.columns.len().saturating_sub(MOST_SHAPES),
            correlations: ShownCorrelations::new(look),
            same_things: same_things(look),
            page,
        }
    }

    fn is_rotated(&self) -> bool {
        self.page.segments.model.rotation.is_some()
    }

    fn is_randomised(&self) -> bool {
        self.page.segments.model.pca.method == Method::Randomised
    }

    /// Of how many rows numbers of segments were compared, where not of all.
    fn sampled(&self) -> Option<String> {
        let choice = self.page.segments.choice.as_ref()?;
        (choice.sampled < choice.rows).then(|| {
            format!(
                "Numbers of segments were compared in a random sample of {} of {} rows.",
                format::thousands(choice.sampled as u64),
                format::thousands(choice.rows as u64)
            )
        })
    }
}

fn correlation(r: f64) -> String {
    match r.is_finite() {
        true => format::number(r),
        false => "constant".to_owned(),
    }
}
