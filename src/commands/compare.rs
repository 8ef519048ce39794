//! `evenhand compare`: whether one run is better than another, and for whom.

use crate::cli::args::{CompareArgs, JsonOptions};
use crate::cli::config::analysis as options;
use crate::cli::outputs::{self, is_stdout};
use crate::cli::printer::{Printer, in_flags};
use crate::cli::table::{comparison_table, wrapped};
use evenhand::Error;
use evenhand::analysis::compare::{CompareOptions, Run, compare_runs};
use evenhand::analysis::predictions::Columns;
use evenhand::audit::Design;
use evenhand::table::{ReadOptions, Recode};

pub fn command(args: CompareArgs, printer: &mut Printer) -> Result<(), Error> {
    let CompareArgs {
        run,
        baseline,
        groups,
        table,
        names,
        json: JsonOptions { json },
        force,
    } = args;
    if let Some(json) = &json {
        let inputs = [&run, &baseline].map(|run| run.join("predictions.csv"));
        let folders = inputs.each_ref().map(|path| path.as_path());
        outputs::check(
            [json.as_path()],
            &[&folders[..], &[&run, &baseline]].concat(),
            force.into(),
        )?;
    }
    let read_options = ReadOptions::from(&table);
    let columns = Columns {
        map: names.parsed()?,
        ..Columns::default()
    };
    let run = Run::read(&run, &columns, &read_options)?;
    let baseline = Run::read(&baseline, &columns, &read_options)?;
    let known = [&run, &baseline].map(|run| run.predictions.table().columns());
    Recode::check(&columns.map, &known)?;
    let groups = match groups.is_empty() {
        true => &run.layout.groups,
        false => &groups,
    };
    let options = CompareOptions {
        design: Design::of(options::parsed(groups)?),
        ..CompareOptions::default()
    };
    let result = compare_runs([&run, &baseline], &options)?;
    printer.tell(&result.notes, &[]);
    if !json.as_deref().is_some_and(is_stdout) {
        let mut text = format!("{}\n", in_flags(&result.sentence())).into_bytes();
        comparison_table(&result.comparison, &result.names[1], &mut text)
            .expect("memory takes every byte");
        let about_seeds = in_flags(&result.about_seeds());
        text.extend(format!("\n{}\n", wrapped(&about_seeds)).into_bytes());
        outputs::print(&text, printer)?;
    }
    outputs::write_json(json.as_deref(), || result.to_json(), printer)
}
