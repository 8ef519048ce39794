//! `evenhand compare`: whether one run is better than another, and for whom.

use super::audit::{ComparedRuns, compare_runs};
use super::failure::Failure;
use super::run_dir::cannot_write;
use super::train::Config;
use crate::cli::args::CompareArgs;
use crate::cli::printer::Printer;
use crate::cli::table::comparison_table;
use evenhand::audit::Design;
use serde_json::json;

pub fn command(args: CompareArgs, printer: &mut Printer) -> Result<(), Failure> {
    let CompareArgs {
        run,
        baseline,
        groups: asked,
        json,
    } = args;
    let config = Config::read(&run.join("config.toml"))
        .map_err(|failure| failure.with_hint("name the folders of two runs of `evenhand train`"))?;
    let layout = config.data.layout;
    let asked = match asked.is_empty() {
        true => layout.groups,
        false => asked,
    };
    let design = Design::of(evenhand::groups::parse(&asked.join(","))?);
    let tables = [&run, &baseline].map(|run| run.join("predictions.csv"));
    let compared = compare_runs(
        tables.each_ref().map(|table| table.as_path()),
        layout.positive,
        layout.person,
        design,
    )?;
    let ComparedRuns {
        judged,
        rows,
        comparison,
    } = compared;
    let names = [&run, &baseline].map(|run| run.display().to_string());
    let shown = |error| cannot_write("standard output".as_ref(), &error);
    let out = printer.out();
    if json {
        let mut all = comparison.to_json();
        all["run"] = names[0].clone().into();
        all["baseline"] = names[1].clone().into();
        all["rows"] = json!({ "n": rows, "are": judged.to_string() });
        return writeln!(out, "{all:#}").map_err(shown);
    }
    let said = format!(
        "{} (here) and {}, on {rows} {judged} rows that both judged",
        names[0], names[1]
    );
    writeln!(out, "{said}").map_err(shown)?;
    comparison_table(&comparison, &names[1], out).map_err(shown)
}
