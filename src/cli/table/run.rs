//! Tables of a training.

use super::{audit_table, plain_table, wrapped};
use evenhand::report::Source;
use evenhand::{Run, SeedResults};
use std::io::{self, Write};
use std::path::Path;

/// The tables of a run that matter most, and where the rest is.
pub fn run_tables(run: &Run, folder: &Path, out: &mut dyn Write) -> io::Result<()> {
    writeln!(
        out,
        "\n{}\n",
        match run.source {
            Source::HeldOut =>
                "Held out: validation rows, also used for early stopping: optimistic",
            _ => "Cross-validation: every training row, by a model that never saw it",
        }
    )?;
    audit_table(&run.out_of_fold, out)?;
    let (folds, unit) = (run.config.validation.folds, run.report().unit);
    if let Some(sentence) = run.out_of_fold.final_classifier_in_words(folds, unit) {
        writeln!(out, "\n{}", wrapped(&sentence))?;
    }
    if let Some(test) = &run.test {
        writeln!(
            out,
            "\nTest: the untouched test rows, by the final classifier\n"
        )?;
        audit_table(test, out)?;
    }
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
