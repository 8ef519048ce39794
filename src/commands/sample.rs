//! `evenhand sample`: rows of a corpus for people to code, in a file that is ready for them.

use crate::cli::args::{AllocationChoice, SampleArgs};
use crate::cli::config::overwrite;
use crate::cli::outputs;
use crate::cli::printer::Printer;
use crate::cli::table::strata_table;
use evenhand::Error;
use evenhand::analysis::PredictionSource;
use evenhand::analysis::sample::{PredictionColumn, SampleOptions, sample};
use evenhand::estimate::{Allocation, SampleParams};
use evenhand::table::{Formulas, ReadOptions, Recode};

pub fn command(args: SampleArgs, printer: &mut Printer) -> Result<(), Error> {
    let SampleArgs {
        predictions,
        n,
        groups,
        bins,
        class,
        allocation,
        min_per_stratum,
        coders,
        show_prediction,
        seed,
        out,
        force,
        table,
        names,
        spreadsheet,
    } = args;
    outputs::check([out.as_path()], &[&predictions], overwrite(force))?;
    let options = SampleOptions {
        groups,
        bins,
        class,
        params: SampleParams {
            n,
            allocation: match allocation {
                AllocationChoice::Proportional => Allocation::Proportional,
                AllocationChoice::Equal => Allocation::Equal,
                AllocationChoice::Neyman => Allocation::Neyman,
            },
            minimum: min_per_stratum,
            seed,
        },
        coders,
        prediction: match show_prediction {
            true => PredictionColumn::Shown,
            false => PredictionColumn::Hidden,
        },
        formulas: Formulas::from(&spreadsheet),
    };
    let map = names.parsed()?;
    let corpus = PredictionSource::file(&predictions, &ReadOptions::from(&table));
    Recode::check(&map, &[&corpus.columns()?])?;
    let corpus = corpus.renamed(map);
    let result = sample(&corpus, &options)?;
    outputs::write(&out, &result.to_csv(), printer)?;
    printer.tell(&result.notes, &[]);
    let strata = result.strata.iter();
    let strata = strata.map(|(name, rows, drawn)| (name.as_str(), *rows, *drawn));
    let mut text = Vec::new();
    strata_table(&result.scheme, strata, &mut text).expect("memory takes every byte");
    outputs::print(&text, printer)?;
    printer.tell(&[], &result.warnings());
    printer.note(&format!(
        "{} rows to code in {}",
        result.rows.len(),
        out.display()
    ));
    Ok(())
}
