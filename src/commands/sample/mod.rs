//! `sample`: which rows of a corpus people are to code, in a file that is ready for them.

mod strata;

use super::audit::counted;
use super::corpus::CorpusLines;
use super::failure::Failure;
use super::predict::refuse_existing;
use super::run_dir::cannot_write;
use crate::cli::args::{AllocationChoice, SampleArgs};
use crate::cli::printer::Printer;
use crate::cli::table::strata_table;
use evenhand::atomic_file::AtomicFile;
use evenhand::estimate::{Allocation, Drawn, SampleParams, allocate, draw};
use std::collections::HashMap;
use std::io;
use std::path::{Path, PathBuf};
use strata::{Scheme, Strata};

/// What is to be drawn, and how it is to be written.
struct Config {
    predictions: PathBuf,
    scheme: Scheme,
    params: SampleParams,
    coders: usize,
    show_prediction: bool,
    out: PathBuf,
}

/// The command as it was typed.
pub fn command(args: SampleArgs, printer: &mut Printer) -> Result<(), Failure> {
    let SampleArgs {
        predictions,
        n,
        by,
        bins,
        class,
        allocation,
        min_per_stratum,
        coders,
        show_prediction,
        seed,
        out,
        force,
    } = args;
    if coders == 0 {
        return Err(Failure::usage("--coders 0 leaves nobody to code")
            .with_hint("--coders 1 is one column for one coder"));
    }
    if !(2..=100).contains(&bins) {
        return Err(Failure::usage(format!(
            "--bins {bins} is not from 2 to 100"
        )));
    }
    refuse_existing(Some(&out), force)?;
    let config = Config {
        predictions,
        scheme: Scheme::new(by, bins, class)?,
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
        show_prediction,
        out,
    };
    let strata = Strata::read(
        &config.predictions,
        &config.scheme,
        config.params.allocation,
    )?;
    let takes = allocate(&strata.all, &config.params)?;
    let drawn = draw(&strata.of, &takes, config.params.seed);
    write(&config, &drawn)?;
    for note in &strata.notes {
        printer.note(note);
    }
    if !strata.without.is_empty() {
        printer.warn(&format!(
            "rows without a prediction cannot be drawn: {}; an estimate from this sample is of the \
             others only",
            counted(&strata.without)
        ));
    }
    let names = strata.names.iter().map(String::as_str);
    let rows = names
        .zip(&strata.all)
        .zip(&takes)
        .map(|((name, stratum), &take)| (name, stratum.rows, take));
    let mut text = Vec::new();
    strata_table(&config.scheme.name(), rows, &mut text)
        .and_then(|()| printer.out().write_all(&text))
        .map_err(|error| cannot_write(Path::new("standard output"), &error))?;
    printer.note(&format!(
        "{} rows to code in {}",
        drawn.len(),
        config.out.display()
    ));
    if config.show_prediction {
        printer.warn("coders who see what the classifier says agree with it more often");
    }
    Ok(())
}

/// Reads the drawn rows once more and writes them in the order they were drawn in.
///
/// Strata are written as numbers: a coder must not read off one how sure the classifier is.
fn write(config: &Config, drawn: &[Drawn]) -> Result<(), Failure> {
    let place: HashMap<u32, usize> = (drawn.iter().enumerate())
        .map(|(at, drawn)| (drawn.row, at))
        .collect();
    let mut lines = CorpusLines::open(&config.predictions)?;
    let mut found: Vec<(String, String)> = vec![Default::default(); drawn.len()];
    let mut row = 0;
    while let Some(line) = lines.next()? {
        if let Some(&at) = place.get(&row) {
            found[at] = (
                lines.image(&line).to_owned(),
                lines.predicted(&line).to_owned(),
            );
        }
        row += 1;
    }
    let csv = || -> io::Result<()> {
        let mut file = csv::Writer::from_writer(AtomicFile::create(&config.out)?);
        let mut header: Vec<String> = vec!["path".to_owned()];
        header.extend((1..=config.coders).map(|coder| format!("coder_{coder}")));
        header.extend(["stratum", "inclusion_probability"].map(String::from));
        if config.show_prediction {
            header.push("machine".to_owned());
        }
        file.write_record(&header)?;
        for (drawn, (image, predicted)) in drawn.iter().zip(&found) {
            let mut fields = vec![image.clone()];
            fields.extend(vec![String::new(); config.coders]);
            fields.push((drawn.stratum + 1).to_string());
            fields.push(drawn.inclusion_probability.to_string());
            if config.show_prediction {
                fields.push(predicted.clone());
            }
            file.write_record(&fields)?;
        }
        let file = file.into_inner().map_err(csv::IntoInnerError::into_error)?;
        file.commit()
    };
    csv().map_err(|error| cannot_write(&config.out, &error))
}
