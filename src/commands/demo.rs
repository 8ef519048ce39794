//! `demo`: the main job on drawn faces, one group of which was drawn badly on purpose.

use super::failure::Failure;
use super::setup::StoreConfig;
use super::train::{self, Config, DataConfig, Output};
use crate::cli::args::DemoArgs;
use crate::cli::printer::Printer;
use evenhand::dataset::Layout;
use evenhand::demo;
use evenhand::record::LabelSource;

/// The darkest tones are the ones that were drawn darker and blurrier than they should be.
const TONES: [f64; 3] = [1.0, 4.0, 8.0];

pub fn command(args: DemoArgs, printer: &mut Printer) -> Result<(), Failure> {
    let DemoArgs {
        out,
        faces,
        seed,
        engine,
        store,
    } = args;
    printer.note(&format!("drawing {faces} faces in {}", out.display()));
    let table = demo::render(&out, faces, seed)?;

    let data = DataConfig {
        path: table,
        about: Some(format!(
            "{faces} faces that evenhand drew from seed {seed}. Those of skin_tone 8+ were drawn \
             darker and blurrier on purpose."
        )),
        label_source: LabelSource::Drawn,
        test: None,
        holdout: Some(0.2),
        layout: Layout {
            label: Some("smiling".into()),
            positive: Some("yes".into()),
            groups: ["skin_tone", "glasses", "age_band", "skin_tone*glasses"]
                .map(String::from)
                .into(),
            bands: [("skin_tone".to_owned(), TONES.to_vec())].into(),
            ..Layout::default()
        },
    };
    let mut config = Config::new(data, printer)?;
    config.set_seed(seed);
    config.engine.apply(engine)?;
    config.store = StoreConfig::new(store);
    // The demo's own run makes way for the next; nothing else in the folder does.
    let output = Output {
        folder: out.join("run"),
        replace: true,
        json: false,
    };
    let run = train::train(config, &output, printer)?;
    let report = run.join("report.html");
    writeln!(
        printer.out(),
        "\nLook at: {}\n\
         Faces of skin_tone 8+ were drawn darker and blurrier on purpose. See whether the report\n\
         calls them the worst group of skin_tone, and how far their interval is from the others'.",
        report.display()
    )
    .map_err(|error| super::run_dir::cannot_write("standard output".as_ref(), &error))
}
