//! Demo: a training on drawn faces, one group of which was drawn badly on purpose.

use super::config::{EngineConfig, StoreConfig, TrainConfig};
use super::files::{AlreadyThere, Overwrite};
use super::run_dir::RunDir;
use super::train::{Run, train};
use crate::dataset::Layout;
use crate::demo::Drawing;
use crate::error::Error;
use crate::events::Events;
use crate::hint::Message;
use crate::record::LabelSource;
use std::path::PathBuf;

/// Name of the faces that the classifier is trained on.
const FACES: &str = "faces";

/// Name of other faces: a corpus to count in.
const TOWN: &str = "town";

/// The darkest tones are the ones that were drawn darker and blurrier than they should be.
const TONES: [f64; 3] = [1.0, 4.0, 8.0];

/// Configuration of a demo.
#[derive(Debug, Clone, PartialEq)]
pub struct DemoConfig {
    /// Folder of the faces, and of two thirds as many others, the corpus `town`; the run goes into its folder
    /// `run`.
    pub out: PathBuf,
    /// Number of faces.
    pub faces: usize,
    pub seed: u64,
    /// Whether to replace an earlier run, and faces that are there and differ.
    pub overwrite: Overwrite,
    pub engine: EngineConfig,
    pub store: StoreConfig,
}

impl DemoConfig {
    /// 600 faces in a folder.
    pub fn new(out: impl Into<PathBuf>) -> Self {
        Self {
            out: out.into(),
            faces: 600,
            seed: 0,
            overwrite: Overwrite::No,
            engine: EngineConfig::default(),
            store: StoreConfig::default(),
        }
    }

    /// The folder of the run.
    pub fn run(&self) -> PathBuf {
        self.out.join("run")
    }

    /// Configuration of the training on the drawn faces, which `table` lists.
    fn training(&self, table: PathBuf) -> TrainConfig {
        let mut config = TrainConfig::new(table).seed(self.seed);
        config.data.about = Some(format!(
            "{} faces that evenhand drew from seed {}. Those of skin_tone 8+ were drawn \
             darker and blurrier on purpose.",
            self.faces, self.seed
        ));
        config.data.label_source = LabelSource::Drawn;
        config.data.holdout = Some(0.2);
        config.data.layout = Layout {
            label: Some("smiling".into()),
            positive: Some("yes".into()),
            groups: ["skin_tone", "glasses", "age_band", "skin_tone*glasses"]
                .map(String::from)
                .into(),
            bands: [("skin_tone".to_owned(), TONES.to_vec())].into(),
            ..Layout::default()
        };
        config.engine = self.engine.clone();
        config.store = self.store.clone();
        config
    }
}

/// Draws labelled faces with a planted weakness, trains on them, and writes the run.
///
/// # Errors
/// A folder that cannot be written; failures of engine and store.
///
/// ```no_run
/// let run = evenhand::demo(&evenhand::DemoConfig::new("evenhand-demo"), &mut ())?;
/// # Ok::<(), evenhand::Error>(())
/// ```
pub fn demo(config: &DemoConfig, on: &mut dyn Events) -> Result<Run, Error> {
    let DemoConfig {
        out,
        faces,
        seed,
        overwrite,
        ..
    } = config;
    let folder = RunDir::create(&config.run(), *overwrite)?;
    let drawings = [
        Drawing::new(FACES, *faces, *seed),
        Drawing::new(TOWN, *faces * 2 / 3, seed.wrapping_add(1)),
    ];
    if *overwrite == Overwrite::No {
        let others = drawings.iter().find_map(|drawing| drawing.other_file(out));
        if let Some(path) = others {
            return Err(AlreadyThere { path }.into());
        }
    }
    on.info(Message::plain(format!(
        "drawing {faces} faces in {}",
        out.display()
    )));
    let [faces, town] = &drawings;
    let table = faces.save(out)?;
    town.save(out)?;
    let run = train(&config.training(table), on)?;
    run.save_in(folder)?;
    Ok(run)
}
