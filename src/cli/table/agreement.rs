//! How far coders agree, and how far a machine agrees with them.

use std::io::{self, Write};

use super::{Format, percent, plain};
use evenhand::coders::{Agreement, Codes, Grouping, Individual, Machine, Measure, Scale, Study};
use evenhand::stats::Interval;

/// Confusions of more are for files.
const MOST_LABELS: usize = 6;
const MOST_CODERS: usize = 6;

/// Writes agreement overall, by pair and by group, then each coder's confusions.
pub fn study_table(study: &Study, codes: &Codes, out: &mut dyn Write) -> io::Result<()> {
    let format = Format::terminal();
    writeln!(out, "Agreement:")?;
    for (name, text) in statistics(&study.overall, &study.scale) {
        writeln!(out, "{}", format.named(&name, 36, &text))?;
    }
    pairs(&study.overall, &codes.coders, format, out)?;
    for grouping in &study.groupings {
        groups(grouping, format, out)?;
    }
    if codes.coders.len() <= MOST_CODERS && codes.labels.len() <= MOST_LABELS {
        confusions(study, codes, format, out)?;
    } else {
        individuals(study, codes, format, out)?;
    }
    let level = plain(100.0 * study.resampling.level.value());
    let brackets = format!("In brackets: intervals at {level} % confidence, by item.");
    writeln!(out, "\n{}", format.sentence(&brackets))
}

/// Writes agreement with and without the machine, and each pair.
pub fn machine_table(
    machine: &Machine,
    scale: &Scale,
    coders: &[String],
    out: &mut dyn Write,
) -> io::Result<()> {
    let format = Format::terminal();
    let mut table = format.table();
    table.set_header(["the machine as one more coder", "without it", "with it"]);
    let (without, with) = (
        statistics(&machine.without, scale),
        statistics(&machine.with, scale),
    );
    for ((name, without), (_, with)) in without.into_iter().zip(with) {
        table.add_row([name, without, with]);
    }
    writeln!(out, "\n{}", format.laid_out(&table))?;
    pairs(&machine.with, coders, format, out)?;
    let change = |what: &str, measure: &Measure| match measure.value {
        Ok(_) => format!("{what}: {}.", number(measure)),
        Err(reason) => format!("{what}: not estimable, {reason}."),
    };
    let sentences = [
        change(
            "Alpha with the machine less alpha without it",
            &machine.alpha_change,
        ),
        change(
            "Mean kappa of the machine with each coder",
            &machine.with_people,
        ),
        change("Mean kappa of each two coders", &machine.among_people),
        change("The first mean less the second", &machine.kappa_change),
    ];
    writeln!(out)?;
    for sentence in sentences {
        writeln!(out, "{}", format.sentence(&sentence))?;
    }
    Ok(())
}

fn statistics(agreement: &Agreement, scale: &Scale) -> Vec<(String, String)> {
    let items = |measure: &Measure, how: &str| match measure.value {
        Ok(_) => format!(
            "; {} of {} items, coded by {how}",
            measure.n, agreement.items
        ),
        Err(_) => String::new(),
    };
    let Agreement {
        alpha,
        fleiss,
        percent,
        unanimous,
        ..
    } = agreement;
    vec![
        (
            format!("Krippendorff's alpha, {}", scale.name()),
            format!("{}{}", number(alpha), items(alpha, "two or more")),
        ),
        (
            "Fleiss' kappa".to_owned(),
            format!("{}{}", number(fleiss), items(fleiss, "all")),
        ),
        (
            "pairs of codes that are the same".to_owned(),
            share(percent),
        ),
        (
            "items with the same code from all".to_owned(),
            share(unanimous),
        ),
    ]
}

fn pairs(
    agreement: &Agreement,
    coders: &[String],
    format: Format,
    out: &mut dyn Write,
) -> io::Result<()> {
    if agreement.pairs.is_empty() {
        return Ok(());
    }
    let mut table = format.table();
    table.set_header(["coders", "items of both", "Cohen's kappa", "same code"]);
    for pair in &agreement.pairs {
        let names = pair.coders.map(|coder| format.cell(&coders[coder]));
        table.add_row([
            names.join(", "),
            pair.kappa.n.to_string(),
            number(&pair.kappa),
            share(&pair.percent),
        ]);
    }
    writeln!(out, "\n{}", format.laid_out(&table))
}

fn groups(grouping: &Grouping, format: Format, out: &mut dyn Write) -> io::Result<()> {
    let mut table = format.table();
    table.set_header([
        format.cell(&grouping.name).as_str(),
        "items",
        "alpha",
        "Fleiss' kappa",
        "same code",
    ]);
    for (value, cell) in &grouping.cells {
        table.add_row([
            format.cell(value),
            cell.items.to_string(),
            number(&cell.alpha),
            number(&cell.fleiss),
            share(&cell.percent),
        ]);
    }
    writeln!(out, "\n{}", format.laid_out(&table))
}

/// A row for each coder and each label that most of the others give.
fn confusions(study: &Study, codes: &Codes, format: Format, out: &mut dyn Write) -> io::Result<()> {
    let mut table = format.table();
    let given = codes
        .labels
        .iter()
        .map(|label| format!("codes {}", format.cell(label)));
    let first = ["coder", "same as most others", "where most others say"].map(String::from);
    table.set_header(first.into_iter().chain(given));
    let fit = study.dawid_skene.as_ref().ok();
    for individual in &study.coders {
        let Individual {
            coder,
            confusion,
            agrees,
            ..
        } = individual;
        let name = format.cell(&codes.coders[*coder]);
        if agrees.value.is_err() {
            table.add_row([name, share(agrees)]);
            continue;
        }
        for (truth, row) in confusion.iter().enumerate() {
            let mut fields = match truth {
                0 => vec![name.clone(), share(agrees)],
                _ => vec![String::new(); 2],
            };
            fields.push(format.cell(&codes.labels[truth]));
            fields.extend(row.iter().enumerate().map(|(given, n)| {
                match fit.and_then(|fit| fit.share(*coder, truth, given)) {
                    Some(share) => format!("{n} [{} %]", percent(share)),
                    None => n.to_string(),
                }
            }));
            table.add_row(fields);
        }
    }
    writeln!(out, "\n{}", format.laid_out(&table))?;
    let meaning = match fit {
        Some(_) => {
            "Counts are of items on which most other coders agree; in square brackets, of items that \
             have the label by Dawid and Skene's estimate."
        }
        None => "Counts are of items on which most other coders agree.",
    };
    writeln!(out, "\n{}", format.sentence(meaning))
}

fn individuals(
    study: &Study,
    codes: &Codes,
    format: Format,
    out: &mut dyn Write,
) -> io::Result<()> {
    let mut table = format.table();
    table.set_header(["coder", "items", "same as most others"]);
    for individual in &study.coders {
        table.add_row([
            format.cell(&codes.coders[individual.coder]),
            individual.coded.to_string(),
            share(&individual.agrees),
        ]);
    }
    writeln!(out, "\n{}", format.laid_out(&table))
}

/// `0.81 (0.74-0.87)`.
fn number(measure: &Measure) -> String {
    shown(measure, |value| {
        let text = format!("{value:.2}");
        if text == "-0.00" {
            "0.00".to_owned()
        } else {
            text
        }
    })
}

/// `81.0 % (74.2-87.1)`.
fn share(measure: &Measure) -> String {
    shown(measure, percent).replacen(" (", " % (", 1)
}

fn shown(measure: &Measure, text: impl Fn(f64) -> String) -> String {
    let value = match measure.value {
        Ok(value) => text(value),
        Err(reason) => return format!("- {reason}"),
    };
    match measure.interval {
        Ok(Interval { low, high }) => {
            let to = if low < 0.0 { " to " } else { "-" };
            format!("{value} ({}{to}{})", text(low), text(high))
        }
        Err(reason) => format!("{value} ({reason})"),
    }
}
