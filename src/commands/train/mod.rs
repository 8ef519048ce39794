//! `train`: from labelled images to a classifier and an account of its errors.

mod config;
mod finetune;
mod fit;
mod maps;
mod material;
mod report;
mod results;

pub use config::{Config, DataConfig, Output, resolve};
pub use fit::{Examples, THRESHOLD};
pub use material::{Material, Plan};
pub use results::predictions;

use super::failure::Failure;
use super::run_dir::{RunDir, cannot_write};
use super::setup;
use crate::cli::args::TrainArgs;
use crate::cli::printer::Printer;
use crate::cli::table::audit_table;
use evenhand::audit::{self, Design, Sampling};
use evenhand::backbone::engine::EngineInfo;
use evenhand::classifier::{Card, Classifier};
use evenhand::dataset::Dataset;
use evenhand::groups::{self, Group};
use evenhand::head::CheckedHeadParams;
use evenhand::record::{LabelSource, Predictions};
use evenhand::report::Source;
use finetune::Prospect;
use results::Results;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Instant;

pub fn command(args: TrainArgs, printer: &mut Printer) -> Result<(), Failure> {
    let (config, output) = config::resolve(args, printer)?;
    train(config, &output, printer).map(|_| ())
}

/// Trains as `config` says and writes the run; returns where it is.
pub fn train(
    mut config: Config,
    output: &Output,
    printer: &mut Printer,
) -> Result<PathBuf, Failure> {
    let start = Instant::now();
    config.check_finetuning()?;
    config.settle_precision(printer)?;
    config.make_absolute()?;
    let params = config.head.clone().check()?;
    let run_dir = RunDir::create(&output.folder, output.replace)?;
    let checkpoints = run_dir.beside("checkpoints");

    let Trained {
        backbone,
        engine,
        design,
        material,
        plan,
        fitted,
    } = Trained::new(&config, &params, &checkpoints, printer)?;
    let source = config.validation.source();
    let results = Results::new(&material, &plan, &fitted, &design, source)?;

    let config_text = toml::to_string(&config)
        .map_err(|error| Failure::new(format!("the configuration cannot be written: {error}")))?;
    let metrics = results.to_json();
    let reference = fit::reference(&material, &plan, &fitted, &config)?;
    let card = Card {
        evenhand: env!("CARGO_PKG_VERSION").to_owned(),
        label: material.dataset.label.clone(),
        classes: material.dataset.classes.names().to_vec(),
        threshold: fit::THRESHOLD,
        geometry: backbone.spec.geometry(),
        exif_orientation: true,
        backbone: backbone.spec.name.clone(),
        backbone_digest: backbone.prepared.digest.clone(),
        config: config_text.clone(),
        metrics: metrics.clone(),
        reference,
    };
    let told = report::Told {
        backbone: &backbone,
        engine: &engine,
        start,
        maps: maps::maps(
            &results,
            &config,
            &material,
            &backbone,
            &fitted.head,
            printer,
        )?,
    };
    let report = results.report(&config, &material, &plan, &fitted, told);
    let model_card = format!("{:#}\n", evenhand::report::model_card(&report));
    let page = evenhand::report::render(&report)?;
    let classifier = Classifier {
        prepared: backbone.prepared,
        head: fitted.head,
        classes: material.dataset.classes.clone(),
        card,
    };
    let metrics = format!("{:#}\n", results.to_json_with_rows());
    run_dir.write("config.toml", config_text.as_bytes())?;
    run_dir.write("classifier.onnx", &classifier.to_bytes()?)?;
    run_dir.write("predictions.csv", &results.table()?)?;
    run_dir.write("metrics.json", metrics.as_bytes())?;
    run_dir.write("model_card.json", model_card.as_bytes())?;
    run_dir.write("report.html", page.as_bytes())?;
    run_dir.commit()?;
    if config.finetune.is_some() {
        fs::remove_dir_all(&checkpoints).map_err(|error| cannot_write(&checkpoints, &error))?;
    }

    let shown = |error| cannot_write("standard output".as_ref(), &error);
    if output.json {
        printer.out().write_all(metrics.as_bytes()).map_err(shown)?;
        return Ok(output.folder.clone());
    }
    print(&results, config.data.label_source, output, printer).map_err(shown)?;
    Ok(output.folder.clone())
}

/// Every training row's prediction by a head that never saw it, and how they are to be audited.
pub fn out_of_fold(
    config: &Config,
    printer: &mut Printer,
) -> Result<(Predictions, Design), Failure> {
    let params = config.head.clone().check()?;
    // Nothing is fine-tuned here, so nothing is written there.
    let trained = Trained::new(config, &params, Path::new(""), printer)?;
    let predictions = results::predictions(
        &trained.material,
        &trained.plan,
        &trained.fitted.out_of_fold,
        &trained.fitted.test,
    );
    Ok((predictions, trained.design))
}

/// Everything that heads are trained from.
pub struct Ready {
    pub backbone: setup::Backbone,
    pub engine: EngineInfo,
    pub design: Design,
    pub material: Material,
    pub plan: Plan,
    /// Where something is fine-tuned.
    prospect: Option<Prospect>,
}

impl Ready {
    /// Loads the data, computes features or finds them in the store, and shares the rows out.
    pub fn new(config: &Config, printer: &mut Printer) -> Result<Self, Failure> {
        let groups = groups::parse(&config.data.layout.groups.join(","))?;
        let dataset = material::load(&config.data, printer)?;
        let design = design(config, groups, &dataset);
        refuse_groups_that_no_audit_takes(&dataset, &design)?;
        let finetune = config.finetune.as_ref();
        let backbone = match finetune {
            None => config.backbone.open()?,
            // What is tuned sees one view, mirrored or not; what came of it predicts from all.
            Some(_) => config.backbone.open_single()?,
        };
        let prospect = finetune.map(|finetune| finetune.check(&backbone));
        let prospect = prospect.transpose()?;
        let (mut embedder, engine) = setup::embedder(
            &backbone.prepared,
            backbone.spec.geometry(),
            config.limits,
            &config.engine,
            &config.store,
            printer,
        )?;
        let mut material = material::embed(
            dataset,
            &mut embedder,
            &backbone,
            config.limits.max_bad,
            printer,
        )?;
        drop(embedder);

        let plan = material::plan(&mut material, config)?;
        plan.notes.iter().for_each(|note| printer.note(note));
        Ok(Self {
            backbone,
            engine,
            design,
            material,
            plan,
            prospect,
        })
    }
}

/// What there is once heads are trained.
struct Trained {
    backbone: setup::Backbone,
    engine: EngineInfo,
    design: Design,
    material: Material,
    plan: Plan,
    fitted: fit::Fitted,
}

impl Trained {
    fn new(
        config: &Config,
        params: &CheckedHeadParams,
        checkpoints: &Path,
        printer: &mut Printer,
    ) -> Result<Self, Failure> {
        let Ready {
            mut backbone,
            engine,
            design,
            material,
            plan,
            prospect,
        } = Ready::new(config, printer)?;
        let fitted = match &prospect {
            None => fit::fit(&material, &plan, config, params, printer)?,
            Some(prospect) => {
                let (fitted, prepared) = finetune::fit(
                    &material,
                    &plan,
                    config,
                    &backbone,
                    prospect,
                    checkpoints,
                    printer,
                )?;
                backbone.prepared = prepared;
                fitted
            }
        };
        Ok(Self {
            backbone,
            engine,
            design,
            material,
            plan,
            fitted,
        })
    }
}

/// Images of one person are no independent evidence, where it is known who is pictured.
fn design(config: &Config, groups: Vec<Group>, dataset: &Dataset) -> Design {
    let person = config.data.layout.person.as_ref();
    let person = person.filter(|column| dataset.attributes.contains(column));
    Design {
        sampling: person.map_or(Sampling::Independent, |column| Sampling::Clusters {
            column: column.clone(),
        }),
        ..Design::of(groups)
    }
}

/// Before hours of embedding, rather than after.
fn refuse_groups_that_no_audit_takes(dataset: &Dataset, design: &Design) -> Result<(), Failure> {
    let labelled = dataset.records.iter().filter_map(|record| {
        let label = record.label?;
        Some(audit::Row {
            label,
            predicted: label,
            score: None,
            attributes: record.attributes.iter().map(String::as_str).collect(),
        })
    });
    audit::Table::new(&dataset.classes, &dataset.attributes, design, labelled)?;
    Ok(())
}

/// The tables that matter most, and where the rest is.
fn print(
    results: &Results,
    labels: LabelSource,
    output: &Output,
    printer: &mut Printer,
) -> std::io::Result<()> {
    let out = printer.out();
    writeln!(
        out,
        "\n{}\n",
        match results.source {
            Source::HeldOut =>
                "Held out: a tenth of the training rows, by the final classifier, which stopped by them",
            _ => "Cross-validation: every training row, by a model that never saw it",
        }
    )?;
    audit_table(&results.out_of_fold, out)?;
    if let Some(test) = &results.test {
        writeln!(
            out,
            "\nTest: the untouched test rows, by the final classifier\n"
        )?;
        audit_table(test, out)?;
    }
    let folder = output.folder.display();
    let labels = match labels {
        LabelSource::Perceived => "The labels are what coders perceived.",
        LabelSource::Drawn => "The labels are what was drawn.",
    };
    writeln!(out, "\n{labels} The whole account: {folder}/report.html")?;
    writeln!(
        out,
        "Classify new images: evenhand predict {folder} IMAGES --out predictions.csv"
    )
}
