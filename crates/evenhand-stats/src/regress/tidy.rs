//! Regressions as rows of one coefficient each, and as a table to read.

use super::{Coefficient, METHODS, NotEstimable, Regression};
use crate::text;

/// The columns that [`Regression::tidy`] fills.
pub const COLUMNS: [&str; 9] = [
    "term", "method", "value", "se", "low", "high", "p", "lambda", "reason",
];

impl Regression {
    /// Rows in the order of [`COLUMNS`]: each coefficient by all methods. What does not exist is empty.
    pub fn tidy(&self) -> Vec<[String; COLUMNS.len()]> {
        let mut rows = Vec::new();
        for (at, name) in self.names.iter().enumerate() {
            for (info, fit) in METHODS.iter().zip(&self.fits) {
                let of = fit.as_ref().ok().map(|fit| fit[at]);
                let number = |value: fn(&Coefficient) -> f64| {
                    of.as_ref()
                        .map_or_else(String::new, |of| value(of).to_string())
                };
                rows.push([
                    name.clone(),
                    info.name.to_owned(),
                    number(|of| of.value),
                    number(|of| of.se),
                    number(|of| of.interval.low),
                    number(|of| of.interval.high),
                    number(|of| of.p),
                    of.and_then(|of| of.lambda)
                        .map_or_else(String::new, |of| of.to_string()),
                    fit.as_ref()
                        .err()
                        .map(ToString::to_string)
                        .unwrap_or_default(),
                ]);
            }
        }
        rows
    }

    /// Names of the columns of [`cells`](Self::cells).
    pub fn titles(&self) -> Vec<String> {
        let methods = METHODS.iter().map(|info| info.title.to_owned());
        std::iter::once(String::new()).chain(methods).collect()
    }

    /// Each coefficient by all methods with its interval; `-` where a method gives none.
    pub fn cells(&self) -> Vec<Vec<String>> {
        let row = |(at, name): (usize, &String)| {
            let cells = self.fits.iter().map(|fit| shown(fit, at));
            std::iter::once(name.clone()).chain(cells).collect()
        };
        self.names.iter().enumerate().map(row).collect()
    }

    /// What each method assumes, or why it gives nothing, a sentence each.
    pub fn legend(&self) -> Vec<String> {
        let sentence = |(info, fit): (&super::MethodInfo, &Result<_, NotEstimable>)| match fit {
            Ok(_) => format!("{}: {}", info.title, info.assumes),
            Err(reason) => format!("{}: {reason}.", info.title),
        };
        METHODS.iter().zip(&self.fits).map(sentence).collect()
    }
}

fn shown(fit: &Result<Vec<Coefficient>, NotEstimable>, at: usize) -> String {
    fit.as_ref()
        .map_or_else(|_| "-".to_owned(), |of| of[at].text())
}

impl Coefficient {
    /// `0.35 (0.12 to 0.58)`, with two digits of the standard error.
    pub fn text(&self) -> String {
        let Self {
            value, interval, ..
        } = self;
        let digits = self.digits();
        let (low, high) = (interval.low, interval.high);
        format!("{value:.digits$} ({low:.digits$} to {high:.digits$})")
    }

    /// `0.35, p = 0.003`.
    pub fn tested(&self) -> String {
        let (value, digits) = (self.value, self.digits());
        format!("{value:.digits$}, {}", text::p(self.p))
    }

    /// Decimals that show two digits of the standard error; at least two, so that small numbers stand in one line.
    fn digits(&self) -> usize {
        match self.se > 0.0 && self.se.is_finite() {
            true => (1.0 - self.se.log10().floor()).clamp(2.0, 8.0) as usize,
            false => 2,
        }
    }
}
