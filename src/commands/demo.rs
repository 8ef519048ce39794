//! `demo`: trainings on drawn faces and on drawn people, with a weakness planted in each, and segments of counties.

use crate::cli::args::{DemoArgs, DemoChoice};
use crate::cli::config::{engine, overwrite, store};
use crate::cli::printer::{Printer, STDOUT};
use crate::cli::table::{run_tables, segment_tables, survey_tables};
use evenhand::{DemoConfig, Error, SegmentsDemoConfig, SurveyDemoConfig, WriteError};
use std::path::Path;

pub fn command(args: DemoArgs, printer: &mut Printer) -> Result<(), Error> {
    match args.what {
        DemoChoice::Faces => faces(args, printer),
        DemoChoice::Survey => survey(args, printer),
        DemoChoice::Segments => segments(args, printer),
    }
}

fn survey(args: DemoArgs, printer: &mut Printer) -> Result<(), Error> {
    let config = SurveyDemoConfig {
        out: args.out,
        people: args.people,
        seed: args.seed,
        overwrite: overwrite(args.force),
    };
    let [_, run] = evenhand::demo_survey(&config, printer)?;
    let failed = WriteError::of(Path::new(STDOUT));
    survey_tables(&run, &config.run(), printer.out()).map_err(failed)?;
    Ok(printer.print(format_args!(
        "\nLook at: {} and {}\n\
         The register rarely knows of the work of people born elsewhere. See how far off its classifier\n\
         is for them in the survey, and what a few hundred answers change.",
        config.run().join("report.html").display(),
        config.source().join("report.html").display(),
    ))?)
}

fn segments(args: DemoArgs, printer: &mut Printer) -> Result<(), Error> {
    let config = SegmentsDemoConfig {
        out: args.out,
        seed: args.seed,
        overwrite: overwrite(args.force),
    };
    let run = evenhand::demo_segments(&config, printer)?;
    let failed = WriteError::of(Path::new(STDOUT));
    segment_tables(&run, &config.segmentation(), printer.out()).map_err(failed)?;
    Ok(printer.print(
        "\nSeven segments were published of these counties. See which numbers of segments are stable.",
    )?)
}

fn faces(args: DemoArgs, printer: &mut Printer) -> Result<(), Error> {
    let DemoArgs {
        what: _,
        out,
        faces,
        people: _,
        seed,
        force,
        engine: engine_options,
        store: store_options,
    } = args;
    let config = DemoConfig {
        out,
        faces,
        seed,
        overwrite: overwrite(force),
        engine: engine(engine_options),
        store: store(store_options),
    };
    let run = evenhand::demo(&config, printer)?;
    let failed = WriteError::of(Path::new(STDOUT));
    run_tables(&run, &config.run(), printer.out()).map_err(failed)?;
    Ok(printer.print(format_args!(
        "\nLook at: {}\n\
         Faces of skin_tone 8+ were drawn darker and blurrier on purpose. See whether the report\n\
         says that they stand apart from the rest of skin_tone, and how far.",
        config.run().join("report.html").display()
    ))?)
}
