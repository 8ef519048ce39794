//! `evenhand plan`: rows that groups or a share need, before they are collected.

use crate::cli::args::PlanArgs;
use crate::cli::config::analysis as options;
use crate::cli::outputs;
use crate::cli::printer::Printer;
use crate::cli::table::{plain_table, wrapped};
use evenhand::Error;
use evenhand::analysis::PredictionTable;
use evenhand::analysis::audit::AuditOptions;
use evenhand::analysis::plan::{
    ClusterOptions, GapOptions, PlanResult, ShareOptions, numbers_of_groups, plan_from_pilot,
    plan_gaps, plan_share,
};
use evenhand::audit::{Design, Sampling};
use evenhand::table::{ReadOptions, Recode};

pub fn command(args: PlanArgs, printer: &mut Printer) -> Result<(), Error> {
    let inputs: Vec<_> = args.predictions.iter().map(|path| path.as_path()).collect();
    outputs::check(args.tables.files(), &inputs, args.tables.force.into())?;
    let result = planned(&args)?;
    printer.tell(&result.notes, &[]);
    let is_piped = args.tables.files().any(outputs::is_stdout);
    outputs::show(&result.sentences(), is_piped, printer, || {
        let (header, rows) = result.table();
        let legend = result.legend();
        let legend: Vec<String> = legend.iter().map(|line| wrapped(line)).collect();
        format!("{}\n\n{}\n", plain_table(&header, &rows), legend.join("\n")).into_bytes()
    })?;
    printer.tell(&[], &result.warnings());
    args.tables
        .write(|| result.to_csv(), || result.to_json(), printer)
}

fn planned(args: &PlanArgs) -> Result<PlanResult, Error> {
    let pilot = args.predictions.as_deref();
    let columns = args.answers.columns(args.names.parsed()?);
    let read = |path| PredictionTable::read(path, &columns, &ReadOptions::from(&args.table));
    let pilot = pilot.map(read).transpose()?;
    if let Some(pilot) = &pilot {
        Recode::check(&columns.map, &[pilot.table().columns()])?;
    }
    let clusters = args.cluster_size.zip(args.icc);
    let clusters = clusters.map(|(size, icc)| ClusterOptions { size, icc });
    let clusters = clusters.unwrap_or_default();
    let mut audited = AuditOptions {
        positive: args.answers.positive.clone(),
        ..AuditOptions::default()
    };
    if !args.within.is_empty() {
        let options = ShareOptions {
            share: args.share,
            within: args.within.clone(),
            class: args.class.clone(),
            rates: args.tpr.zip(args.fpr).map(|(tpr, fpr)| [tpr, fpr]),
            corpus: args.corpus_rows,
            level: args.level,
            clusters,
        };
        return plan_share(pilot.as_ref().map(|pilot| (pilot, &audited)), &options);
    }
    let options = GapOptions {
        metric: args.metric.clone(),
        gaps: args.gap.clone(),
        powers: args.power.clone(),
        level: args.level,
        clusters,
    };
    let Some(pilot) = pilot else {
        let rate = args.rate.unwrap_or_default();
        return plan_gaps(&numbers_of_groups(&args.groups)?, rate, &options);
    };
    let sampling = args
        .cluster
        .clone()
        .map(|column| Sampling::Clusters { column });
    audited.design = Design {
        sampling: sampling.unwrap_or_default(),
        ..Design::of(options::parsed(&args.groups)?)
    };
    plan_from_pilot(&pilot, &audited, &options)
}
