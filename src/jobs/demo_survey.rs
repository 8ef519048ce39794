//! Demo of surveys: a register that is wrong about one group, and a small survey that says so.

use super::files::Overwrite;
use super::run_dir::RunDir;
use super::survey::{SurveyConfig, SurveyRun, TransferConfig, train_survey};
use crate::demo::people::{Listing, NO_WORK, REFUSED, save};
use crate::error::Error;
use crate::events::Events;
use crate::hint::Message;
use crate::record::LabelSource;
use std::fs;
use std::path::{Path, PathBuf};

/// Rows of the survey for each hundred of the register.
const SURVEYED: usize = 3;
/// The groups that are reported.
const GROUPS: [&str; 3] = ["born", "gender", "born*gender"];

/// Configuration of a demo of surveys.
#[derive(Debug, Clone, PartialEq)]
pub struct SurveyDemoConfig {
    /// Folder of `register.csv` and `survey.csv`, and of their runs `source` and `run`.
    pub out: PathBuf,
    /// Number of people in the register.
    pub people: usize,
    pub seed: u64,
    /// Whether to replace an earlier demo.
    pub overwrite: Overwrite,
}

impl SurveyDemoConfig {
    /// A register of 20,000 people in a folder.
    pub fn new(out: impl Into<PathBuf>) -> Self {
        Self {
            out: out.into(),
            people: 20_000,
            seed: 0,
            overwrite: Overwrite::No,
        }
    }

    /// The folder of the run on the register.
    pub fn source(&self) -> PathBuf {
        self.out.join("source")
    }

    /// The folder of the run on the survey.
    pub fn run(&self) -> PathBuf {
        self.out.join("run")
    }

    fn training(&self, table: &Path) -> Result<SurveyConfig, Error> {
        let mut config = SurveyConfig::new(table)
            .label("domestic_worker")
            .groups(GROUPS);
        config.data.about = Some(format!(
            "People that evenhand drew from seed {}. The register rarely knows of the work of those born elsewhere, on \
             purpose.",
            self.seed
        ));
        config.data.label_source = LabelSource::Drawn;
        config.validation.seed = self.seed;
        config.columns.select = "all,born,gender".parse()?;
        config.columns.gaps = format!("{NO_WORK},{REFUSED}").parse()?;
        config.columns.id = Some("id".to_owned());
        config.columns.weights = Some("weight".to_owned());
        Ok(config)
    }
}

/// Draws a register and a survey, trains on the register, takes its classifier to the survey, and writes both runs.
///
/// # Errors
/// A folder that cannot be written.
///
/// ```no_run
/// let [source, run] = evenhand::demo_survey(&evenhand::SurveyDemoConfig::new("demo"), &mut ())?;
/// # Ok::<(), evenhand::Error>(())
/// ```
pub fn demo_survey(
    config: &SurveyDemoConfig,
    on: &mut dyn Events,
) -> Result<[SurveyRun; 2], Error> {
    let SurveyDemoConfig {
        out,
        people,
        seed,
        overwrite,
    } = config;
    fs::create_dir_all(out).map_err(crate::WriteError::of(out))?;
    let [register, survey] = ["register.csv", "survey.csv"].map(|name| out.join(name));
    overwrite.check([register.as_path(), survey.as_path()])?;
    let folders = [config.source(), config.run()].map(|folder| RunDir::create(&folder, *overwrite));
    let [source_folder, folder] = folders;
    let (source_folder, folder) = (source_folder?, folder?);
    on.info(Message::plain(format!(
        "drawing a register and a survey in {}",
        out.display()
    )));
    save(&register, Listing::Register, *people, *seed)?;
    save(
        &survey,
        Listing::Survey,
        *people * SURVEYED / 100,
        seed.wrapping_add(1),
    )?;

    let source = train_survey(&config.training(&register)?, on)?;
    source.save_in(source_folder)?;
    let mut target = config.training(&survey)?;
    target.transfer = Some(TransferConfig {
        from: config.source(),
        source_rows: Some(register),
    });
    let run = train_survey(&target, on)?;
    run.save_in(folder)?;
    Ok([source, run])
}
