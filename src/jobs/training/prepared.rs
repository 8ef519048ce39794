//! Prepared training: data, features, splits and backbone, before anything is fitted.

use super::dataset::load;
use super::{EmbeddedDataset, FinetunePlan, Split};
use crate::audit::{Design, Row, Sampling, Table};
use crate::backbone::engine::EngineInfo;
use crate::backbone::unfreeze::Unfreeze;
use crate::dataset::{self, Dataset, Layout};
use crate::error::Error;
use crate::events::Events;
use crate::groups;
use crate::hint::Message;
use crate::jobs::config::{OpenBackbone, TrainConfig};
use crate::jobs::pipeline::Setup;
use crate::text::counted;

/// Everything that heads are trained from.
pub struct PreparedTraining {
    pub backbone: OpenBackbone,
    pub engine: EngineInfo,
    /// Groups and clusters of audits.
    pub design: Design,
    pub data: EmbeddedDataset,
    pub split: Split,
    /// `None` leaves the backbone frozen.
    pub finetune: Option<FinetunePlan>,
}

impl PreparedTraining {
    /// Loads the data, computes features or finds them in the store, and splits the rows.
    ///
    /// # Errors
    /// Data, settings or a backbone that cannot be used, and too many bad images.
    pub fn new(config: &TrainConfig, on: &mut dyn Events) -> Result<Self, Error> {
        groups::parse(&config.data.layout.groups.join(","))?;
        let dataset = load(&config.data, on)?;
        Self::of(dataset, config, on)
    }

    /// The same, of a data set that is loaded.
    ///
    /// # Errors
    /// As of [`new`](Self::new).
    pub fn of(dataset: Dataset, config: &TrainConfig, on: &mut dyn Events) -> Result<Self, Error> {
        let design = design(&config.data.layout, &dataset)?;
        Split::of_table(&dataset, config.into())?;
        let finetune = config.finetune.as_ref();
        let backbone = match finetune {
            None => config.backbone.open()?,
            // Fine-tuning sees one view, mirrored or not; the classifier then predicts from all.
            Some(_) => config.backbone.open_single()?,
        };
        let finetune = finetune.map(|finetune| FinetunePlan::new(finetune, &backbone));
        let finetune = finetune.transpose()?;
        let asked = config.finetune.as_ref().map(|finetune| &finetune.unfreeze);
        let is_all = finetune
            .as_ref()
            .is_some_and(|plan| plan.divided.frozen.is_none());
        if let (Some(Unfreeze::Stages(count)), true) = (asked, is_all) {
            on.info(Message::plain(format!(
                "the backbone has no more than {}: all of it is trained",
                counted(*count, "stage")
            )));
        }
        let setup = Setup {
            engine: &config.engine,
            store: &config.store,
            limits: config.limits,
        };
        let geometry = backbone.spec.geometry();
        let pipeline = setup.embedder(&backbone.prepared, geometry, on)?;
        let (mut embedder, engine) = (pipeline.embedder, pipeline.info);
        let max_bad = config.limits.max_bad;
        let mut data = EmbeddedDataset::new(dataset, &mut embedder, &backbone, max_bad, on)?;
        drop(embedder);
        warn_of_conflicts(&mut data, on);

        let rows = data.rows.iter().enumerate();
        let usable = rows.filter(|(_, row)| row.is_ok()).map(|(at, _)| at);
        let usable = usable.collect();
        let split = Split::new(&mut data.dataset, &data.keys, usable, config.into())?;
        for note in &split.notes {
            on.info(Message::plain(note));
        }
        Ok(Self {
            backbone,
            engine,
            design,
            data,
            split,
            finetune,
        })
    }
}

/// Says which images have several labels.
fn warn_of_conflicts(data: &mut EmbeddedDataset, on: &mut dyn Events) {
    let EmbeddedDataset { dataset, keys, .. } = data;
    if let Some(conflicts) = dataset::conflicts(&dataset.records, keys) {
        let warning = conflicts.warning(&dataset.records, &dataset.classes);
        on.warn(warning.clone());
        dataset.warnings.push(warning);
    }
}

/// Groups and clusters of audits. Images of one person are not independent, where it is known who is pictured.
///
/// # Errors
/// Groups that no audit takes: before hours of embedding, rather than after.
pub fn design(layout: &Layout, dataset: &Dataset) -> Result<Design, Error> {
    let groups = groups::parse(&layout.groups.join(","))?;
    let person = layout.person.as_ref();
    let person = person.filter(|column| dataset.attributes.contains(column));
    let design = Design {
        sampling: person.map_or(Sampling::Independent, |column| Sampling::Clusters {
            column: column.clone(),
        }),
        ..Design::of(groups)
    };
    let labelled = dataset.records.iter().filter_map(|record| {
        let label = record.label?;
        Some(Row {
            label,
            predicted: label,
            score: None,
            attributes: record.attributes.iter().map(String::as_str).collect(),
        })
    });
    Table::new(&dataset.classes, &dataset.attributes, &design, labelled)?;
    Ok(design)
}
