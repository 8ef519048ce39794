//! Arguments that several commands share, as options of the library.

use crate::cli::args::{
    CodeOptions, CorpusOptions, DesignOptions, ResamplingOptions, ScaleChoice, ScaleOptions,
    UncertaintyOptions,
};
use evenhand::Error;
use evenhand::analysis::PredictionSource;
use evenhand::analysis::codes::{CodeColumns, MeasurementLevel};
use evenhand::analysis::estimate::{CodedItems, open};
use evenhand::audit::{Design, IntervalKind, Params, Sampling};
use evenhand::groups::{self, Group};
use evenhand::hint::SettingError;
use evenhand::table::{ReadOptions, RecodeError};

pub fn design(options: DesignOptions) -> Result<Design, Error> {
    let DesignOptions {
        groups,
        cross,
        control,
        cluster,
        strata,
    } = options;
    let control = control.as_deref().map(one_group).transpose()?;
    let sampling = match (cluster, strata) {
        (Some(column), _) => Sampling::Clusters { column },
        (None, Some(column)) => Sampling::Strata { column },
        (None, None) => Sampling::Independent,
    };
    Ok(Design {
        groups: groups::cross(parsed(&groups)?, cross)?,
        control,
        sampling,
    })
}

/// Groups as they were typed, apart by commas.
pub fn parsed(groups: &[String]) -> Result<Vec<Group>, Error> {
    Ok(groups::parse(&groups.join(","))?)
}

fn one_group(text: &str) -> Result<Group, Error> {
    match <[Group; 1]>::try_from(groups::parse(text)?) {
        Ok([group]) => Ok(group),
        Err(_) => Err(Error::from(
            SettingError::new("control", text, "one attribute is held fixed")
                .with_hint("cross several to hold them fixed together, as in 'age*gender'"),
        )),
    }
}

pub fn params(options: UncertaintyOptions) -> Result<Params, Error> {
    let UncertaintyOptions {
        min_n,
        level,
        interval,
        replicates,
        seed,
        margin,
    } = options;
    let kind: Result<IntervalKind, String> = interval.parse();
    let allowed = "an interval is wilson, clopper-pearson or bootstrap";
    Ok(Params {
        level,
        min_n,
        interval: kind.map_err(|_| SettingError::new("interval", &interval, allowed))?,
        replicates,
        seed,
        margin: margin.map(|points| points / 100.0),
    })
}

pub fn intervals(options: ResamplingOptions) -> Params {
    let ResamplingOptions {
        level,
        replicates,
        seed,
    } = options;
    Params {
        level,
        replicates,
        seed,
        ..Params::default()
    }
}

pub fn code_columns(options: CodeOptions) -> Result<CodeColumns, RecodeError> {
    let CodeOptions {
        item,
        label,
        coder,
        coders,
        order,
        names,
    } = options;
    Ok(CodeColumns {
        item,
        label,
        coder,
        coders,
        order,
        map: names.parsed()?,
    })
}

pub fn measurement_level(options: ScaleOptions) -> MeasurementLevel {
    let ScaleOptions { scale } = options;
    match scale {
        ScaleChoice::Nominal => MeasurementLevel::Nominal,
        ScaleChoice::Ordinal => MeasurementLevel::Ordinal,
        ScaleChoice::Interval => MeasurementLevel::Interval,
    }
}

/// A corpus and its coded rows, whose labels may stand in the column `label`.
pub fn corpus(
    options: CorpusOptions,
    label: Option<&str>,
) -> Result<(PredictionSource, CodedItems), Error> {
    let columns = code_columns(options.codes.clone())?;
    open(
        options.files().into(),
        &columns,
        label,
        &ReadOptions::from(&options.table),
    )
}
