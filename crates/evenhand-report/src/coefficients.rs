//! The page of a regression: coefficients as predicted beside what they were corrected to.

use askama::Template;

use super::format;
use super::plot::{self, Axis};
use crate::audit::Estimate;
use crate::regress::{Coefficient, METHODS, Method, NotEstimable, Regression};

/// Inputs of a page of coefficients.
#[derive(Debug, Clone, PartialEq)]
pub struct Coefficients {
    pub title: String,
    /// As in `female ~ topic + year`.
    pub formula: String,
    /// Summary of the files that were read, in sentences.
    pub read: Vec<String>,
    /// Warnings, in sentences.
    pub warnings: Vec<String>,
    pub regression: Regression,
}

#[derive(Template)]
#[template(path = "coefficients.html")]
pub(super) struct CoefficientsPage<'a> {
    page: &'a Coefficients,
    version: &'static str,
    /// `95%`.
    level: String,
    is_logistic: bool,
    misled: Vec<String>,
    figures: Vec<Figure<'a>>,
    titles: Vec<String>,
    rows: Vec<Vec<String>>,
    /// What each method assumes, or why it gives nothing.
    methods: Vec<(&'static str, String)>,
}

/// One coefficient by all methods.
struct Figure<'a> {
    name: &'a str,
    scale: String,
    step: String,
    lines: Vec<Line>,
}

struct Line {
    label: &'static str,
    svg: String,
    value: String,
}

impl<'a> CoefficientsPage<'a> {
    pub fn new(page: &'a Coefficients) -> Self {
        let regression = &page.regression;
        let names = regression.names.iter().enumerate();
        // The intercept has a size of its own, and is hardly ever the question.
        let figures = names
            .skip(1)
            .map(|(at, name)| Figure::new(regression, at, name));
        let methods = METHODS.iter().zip(&regression.fits).map(|(info, fit)| {
            let text = match fit {
                Ok(_) => info.assumes.to_owned(),
                Err(reason) => format!("Not estimable: {reason}."),
            };
            (info.title, text)
        });
        Self {
            version: env!("CARGO_PKG_VERSION"),
            level: format!("{}%", regression.params.level.value() * 100.0),
            is_logistic: regression.params.family.name() == "logistic",
            misled: regression.misled(),
            figures: figures.collect(),
            titles: regression.titles().split_off(1),
            rows: regression.cells(),
            methods: methods.collect(),
            page,
        }
    }

    fn coded(&self) -> String {
        format::thousands(self.page.regression.coded)
    }

    fn corpus(&self) -> String {
        format::thousands(self.page.regression.corpus)
    }
}

impl<'a> Figure<'a> {
    fn new(regression: &Regression, at: usize, name: &'a str) -> Self {
        let of =
            |fit: &Result<Vec<Coefficient>, NotEstimable>| fit.as_ref().ok().map(|fit| fit[at]);
        let found = || regression.fits.iter().filter_map(of);
        let ends = found().flat_map(|of| [of.interval.low, of.interval.high]);
        let everywhere = (f64::NEG_INFINITY, f64::INFINITY);
        let axis = Axis::spanning(ends.chain([0.0]), everywhere, f64::MIN_POSITIVE);
        let lines = METHODS.iter().zip(&regression.fits).map(|(info, fit)| {
            let found = of(fit);
            let class = match info.method {
                Method::Naive => "predicted",
                Method::Coded | Method::Dsl | Method::Powered => "corrected",
            };
            let estimate = found.map(
                |Coefficient {
                     value, interval, ..
                 }| Estimate { value, interval },
            );
            Line {
                label: info.title,
                svg: plot::interval(&axis, estimate, Some(0.0), class),
                value: found.map_or_else(|| "not estimable".to_owned(), |of| of.tested()),
            }
        });
        Self {
            name,
            lines: lines.collect(),
            scale: plot::number_scale(&axis),
            step: format!("{:.3}", axis.step_percent()),
        }
    }
}
