//! What is said of groups of items on which coders agree less or err more.

use super::codes::Codes;
use super::group_gaps::GroupGap;
use super::study::{Grouping, Study};
use crate::text::{ascii_tenths, counted, p};

/// Fewer are compared with nothing.
const LEAST_GROUPS: usize = 2;

impl Study {
    /// Groups that differ from the others of their grouping, a sentence each.
    pub fn group_sentences(&self, codes: &Codes) -> Vec<String> {
        let groupings = self.groupings.iter();
        let all = groupings
            .map(|grouping| grouping.sentences(codes, 1.0 - self.resampling.level.value()));
        all.flatten().collect()
    }
}

impl Grouping {
    fn sentences(&self, codes: &Codes, error: f64) -> Vec<String> {
        if self.cells.len() < LEAST_GROUPS {
            return Vec::new();
        }
        // Of two groups, one differs as the other does, the other way round.
        let is_told = |gap: &GroupGap| {
            let differs = gap.p.is_some_and(|p| p <= error);
            differs && (self.cells.len() > 2 || gap.less() == "less")
        };
        let mut lines = Vec::new();
        let mut tests = 0;
        for ((value, _), of) in self.cells.iter().zip(&self.comparisons) {
            let mut tell = |gap: &GroupGap, what: &dyn Fn(&str) -> String| {
                tests += u64::from(gap.p.is_some());
                let Some(text) = gap.text().filter(|_| is_told(gap)) else {
                    return;
                };
                lines.push(format!(
                    "On items of `{}` {value}, {}: {text}.",
                    self.name,
                    what(gap.less())
                ));
            };
            tell(&of.agreement, &|less| format!("coders agree {less} often"));
            for one in &of.sensitivities {
                let (coder, label) = (&codes.coders[one.coder], &codes.labels[one.label]);
                tell(&one.gap, &|less| {
                    format!("`{coder}` gives `{label}` {less} often where most others do")
                });
            }
        }
        if lines.is_empty() && tests > 0 {
            let tests = match self.cells.len() {
                2 => tests / 2,
                _ => tests,
            };
            lines.push(format!(
                "No group of `{}` is shown to differ in how coders agree or err ({}, corrected).",
                self.name,
                counted(tests, "comparison")
            ));
        }
        lines
    }
}

impl GroupGap {
    fn less(&self) -> &'static str {
        match self.difference.value {
            Ok(by) if by < 0.0 => "less",
            _ => "more",
        }
    }

    /// `62.0 % (51.0-72.1), 14.2 points less than on the others (3.1-25.2), p = 0.004`.
    fn text(&self) -> Option<String> {
        let (by, interval) = (self.difference.value.ok()?, self.difference.interval.ok()?);
        let ends = match by < 0.0 {
            true => interval.negated(),
            false => interval,
        };
        let to = if ends.low < 0.0 { " to " } else { "-" };
        Some(format!(
            "{}, {} points {} than on the others ({}{to}{}), {}",
            self.of_group.share(),
            ascii_tenths(by.abs()),
            self.less(),
            ascii_tenths(ends.low),
            ascii_tenths(ends.high),
            p(self.p?)
        ))
    }
}
