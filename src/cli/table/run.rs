//! Tables of a training.

use super::{audit_table, plain_table, wrapped};
use evenhand::audit::Audit;
use evenhand::record::Unit;
use evenhand::report::Source;
use evenhand::{Run, SeedResults};
use std::io::{self, Write};
use std::path::Path;

/// Audits of training rows and of test rows.
pub fn audits(
    title: &str,
    (out_of_fold, test): (&Audit, Option<&Audit>),
    (folds, unit): (usize, Unit),
    out: &mut dyn Write,
) -> io::Result<()> {
    writeln!(out, "\n{title}\n")?;
    audit_table(out_of_fold, out)?;
    if let Some(sentence) = out_of_fold.final_classifier_in_words(folds, unit) {
        writeln!(out, "\n{}", wrapped(&sentence))?;
    }
    let Some(test) = test else {
        return Ok(());
    };
    writeln!(
        out,
        "\nTest: the untouched test rows, by the final classifier\n"
    )?;
    audit_table(test, out)
}

/// The tables of a run that matter most, and where the rest is.
pub fn run_tables(run: &Run, folder: &Path, out: &mut dyn Write) -> io::Result<()> {
    let title = match run.source {
        Source::HeldOut => "Held out: validation rows, also used for early stopping: optimistic",
        _ => "Cross-validation: every training row, by a model that never saw it",
    };
    let unit = run.report().unit;
    let folds = (run.config.validation.folds, unit);
    audits(title, (&run.out_of_fold, run.test.as_ref()), folds, out)?;
    if let Some(across) = &run.across {
        let table = plain_table(&across.titles(), &across.cells());
        writeln!(out, "\nAcross sources\n\n{table}")?;
        for sentence in across.sentences() {
            writeln!(out, "\n{}", wrapped(&sentence))?;
        }
    }
    let seeds = run
        .seeds
        .as_ref()
        .map_or(Vec::new(), SeedResults::sentences);
    for sentence in seeds {
        writeln!(out, "\n{}", wrapped(&sentence))?;
    }
    let folder = folder.display();
    let labels = run.report().labels();
    writeln!(out, "\n{labels} The whole account: {folder}/report.html")?;
    writeln!(
        out,
        "Classify new {}: evenhand predict {folder} {} --out predictions.csv",
        unit.many(),
        unit.many().to_uppercase()
    )
}
