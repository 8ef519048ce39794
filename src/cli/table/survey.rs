//! Tables of a training on a survey.

use super::audited::weighted_tables;
use super::run::audits;
use super::{plain_table, wrapped};
use evenhand::SurveyRun;
use std::io::{self, Write};
use std::path::Path;

/// The tables of a run that matter most, and where the rest is.
pub fn survey_tables(run: &SurveyRun, folder: &Path, out: &mut dyn Write) -> io::Result<()> {
    let (table, sentences) = run.leaderboard();
    writeln!(
        out,
        "\nLearners, on the same folds\n\n{}",
        plain_table(&table.header, &table.rows)
    )?;
    for sentence in sentences {
        writeln!(out, "\n{}", wrapped(&sentence))?;
    }
    audits(
        "Cross-validation: every training row, by a model that never saw it",
        (&run.out_of_fold, run.test.as_ref()),
        (run.config.validation.folds, run.report().unit),
        out,
    )?;
    for weighted in [&run.weighted, &run.weighted_test].into_iter().flatten() {
        let sentence = wrapped(&weighted.of_audit());
        writeln!(out, "\n{sentence}\n{}", weighted_tables(weighted))?;
    }
    let folder = folder.display();
    writeln!(out, "\nThe whole account: {folder}/report.html")?;
    writeln!(
        out,
        "Score new rows: evenhand predict {folder} TABLE --out predictions.csv"
    )
}
