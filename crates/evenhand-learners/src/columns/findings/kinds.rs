//! Features that are taken for something else than they are.

use super::super::kind::Kind;
use super::super::names;
use super::{ColumnFinding, ColumnFindingKind, Looked, Severity};
use evenhand_stats::hint::Message;
use evenhand_stats::text::{counted, listed, quoted};

/// Columns that a note names.
const SHOWN: usize = 12;

pub(super) fn code_as_number(looked: &Looked) -> Option<ColumnFinding> {
    let column = looked.column;
    (column.kind == Kind::Number && column.found == Kind::Code).then(|| {
        let text = format!(
            "`{}` is a number {}: sums and distances of labels mean nothing",
            column.name, column.why
        );
        ColumnFinding::new(
            Severity::Warning,
            ColumnFindingKind::CodeAsNumber,
            &[&column.name],
            text,
        )
        .with_step("if they are labels, write `kind = \"code\"` in its settings")
    })
}

pub(super) fn identifier(looked: &Looked) -> Option<ColumnFinding> {
    let column = looked.column;
    (column.found == Kind::Identifier).then(|| {
        let text = format!(
            "`{}` is a feature and names each row ({}): a learner can remember rows by it, and new rows have other ones",
            column.name, column.why
        );
        ColumnFinding::new(Severity::Warning, ColumnFindingKind::IdentifierFeature, &[&column.name], text)
            .with_step(leave_out(&column.name))
    })
}

pub(super) fn leave_out(name: &str) -> Message {
    Message::new("leave it out: {columns} '!{}'", &[&name])
}

/// A weight by its name, or by its mean of 1.
pub(super) fn weight(looked: &Looked) -> Option<ColumnFinding> {
    let column = looked.column;
    let numbers = column
        .numbers
        .as_ref()
        .filter(|_| column.kind == Kind::Number)?;
    if numbers.min < 0.0 || numbers.max == numbers.min {
        return None;
    }
    let is_mean_one =
        numbers.min > 0.0 && (numbers.mean - 1.0).abs() < 1e-3 && column.distinct > 20;
    // Bodies differ by a fifth, weights of surveys by more.
    let varies = numbers.sd > 0.4 * numbers.mean;
    let maybe = names::maybe_weight_word(&column.name).filter(|_| varies || is_mean_one);
    let why = match names::weight_word(&column.name).or(maybe) {
        Some(word) => format!("its name has `{word}`"),
        None if is_mean_one => "its mean is 1".to_owned(),
        None => return None,
    };
    let text = format!(
        "`{}` is a feature and looks like a survey weight ({why}): it says how rows were drawn, not what people are like",
        column.name
    );
    let step = Message::new(
        "name it with {weights} {}, or leave it out: {columns} '!{}'",
        &[&column.name, &column.name],
    );
    Some(
        ColumnFinding::new(
            Severity::Warning,
            ColumnFindingKind::WeightFeature,
            &[&column.name],
            text,
        )
        .with_step(step),
    )
}

/// Gap codes of all columns that nobody named.
pub(super) fn found_gaps<'a>(
    features: impl Iterator<Item = &'a Looked<'a>>,
) -> Option<ColumnFinding> {
    let mut columns: Vec<&str> = Vec::new();
    let mut codes: Vec<&str> = Vec::new();
    let mut told: Vec<String> = Vec::new();
    for looked in features {
        for gap in looked.column.gaps.iter().filter(|gap| gap.found) {
            columns.push(looked.name());
            told.push(format!(
                "`{}` in {} of `{}`",
                gap.code,
                counted(gap.rows, "row"),
                looked.name()
            ));
            if !codes.contains(&gap.code.as_str()) {
                codes.push(&gap.code);
            }
        }
    }
    columns.dedup();
    let text = format!(
        "taken for gap codes, which nobody named: {}",
        listed(told, SHOWN)
    );
    (!codes.is_empty()).then(|| {
        ColumnFinding::new(
            Severity::Note,
            ColumnFindingKind::FoundGapCodes,
            &columns,
            text,
        )
        .with_step(Message::new(
            "if that is right, name them: {gaps} '{}'",
            &[&codes.join(",")],
        ))
    })
}

/// Columns of which a person should say whether they are numbers, scales or labels.
pub(super) fn unsure<'a>(features: impl Iterator<Item = &'a Looked<'a>>) -> Option<ColumnFinding> {
    let columns: Vec<_> = features
        .map(|looked| looked.column)
        .filter(|column| column.unsure)
        .collect();
    let of = |kind| {
        let names = columns.iter().filter(|column| column.kind == kind);
        let names: Vec<&str> = names.map(|column| column.name.as_str()).collect();
        (!names.is_empty()).then(|| quoted(names))
    };
    let labels = of(Kind::Code).map(|names| format!("taken as labels: {names}"));
    let numbers = of(Kind::Number).map(|names| format!("taken as numbers: {names}"));
    let texts = of(Kind::Category)
        .map(|names| format!("taken as categories, with numbers among them: {names}"));
    let told: Vec<String> = [labels, numbers, texts].into_iter().flatten().collect();
    let names: Vec<&str> = columns.iter().map(|column| column.name.as_str()).collect();
    (!told.is_empty()).then(|| {
        let text = format!("{} could be numbers, scales or labels; {}", counted(columns.len(), "column"), told.join("; "));
        ColumnFinding::new(Severity::Note, ColumnFindingKind::UnsureKind, &names, text)
            .with_step("write `kind = \"number\"`, `\"ordered\"` or `\"code\"` in their settings where that is wrong")
    })
}
