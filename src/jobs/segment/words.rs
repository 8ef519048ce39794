//! A segmentation as tables and sentences.

use crate::segments::Segments;
use crate::segments::choose::Candidate;
use crate::text::{TextTable, ascii_tenths, counted};

/// Components with their shares of variance and the columns that they load on.
pub fn components(found: &Segments) -> TextTable {
    let header = ["", "name", "explained", "from its largest loadings"];
    let rows = found.components.iter().enumerate();
    let rows = rows.map(|(at, component)| {
        let named = found.model.names.iter().any(|name| name.component == at);
        vec![
            (at + 1).to_string(),
            match named {
                true => component.name.clone(),
                false => "-".to_owned(),
            },
            format!("{} %", ascii_tenths(component.explained)),
            component.suggested.clone(),
        ]
    });
    TextTable {
        header: header.map(String::from).to_vec(),
        rows: rows.collect(),
    }
}

/// What the components are worth together.
pub fn explained(found: &Segments) -> String {
    let kept = found.model.components();
    let explained = ascii_tenths(found.explained());
    let verb = if kept == 1 { "explains" } else { "explain" };
    let chance = found.parallel.as_ref().map(|parallel| {
        format!(
            "; {} more than chance does (parallel analysis)",
            match parallel.keep {
                0 => "none explains".to_owned(),
                1 => "the first explains".to_owned(),
                keep => format!("the first {keep} explain"),
            }
        )
    });
    format!(
        "{} {verb} {explained} % of all variance{}.",
        counted(kept, "component"),
        chance.unwrap_or_default()
    )
}

/// Numbers of segments side by side.
pub fn numbers_of_segments(found: &Segments) -> Option<TextTable> {
    let choice = found.choice.as_ref()?;
    let header = ["segments", "silhouette", "gap", "stability", ""];
    let row = |candidate: &Candidate| {
        let segments = candidate.segments;
        let gap = choice.gap_of(segments);
        let marks = [
            (segments == found.model.segments()).then_some("taken"),
            (segments == choice.recommended).then_some("recommended"),
        ];
        let marks: Vec<&str> = marks.into_iter().flatten().collect();
        vec![
            segments.to_string(),
            format!("{:.3}", candidate.silhouette),
            gap.map_or_else(|| "-".to_owned(), |gap| format!("{:.3}", gap.gap)),
            format!("{:.2}", candidate.stability.mean),
            marks.join(", "),
        ]
    };
    Some(TextTable {
        header: header.map(String::from).to_vec(),
        rows: choice.candidates.iter().map(row).collect(),
    })
}

/// What is to be known of the number of segments and of how they were found.
pub fn account(found: &Segments) -> Vec<String> {
    let choice = found.choice.as_ref();
    let mut sentences: Vec<String> = choice.map(|choice| choice.summary()).into_iter().collect();
    sentences.push(found.restarts_sentence());
    sentences
}

/// One sentence a segment.
pub fn segments(found: &Segments) -> Vec<String> {
    let profiles = found.profiles.iter();
    profiles.map(|profile| profile.sentence.clone()).collect()
}
