//! What is to be estimated: arguments, checked as far as that takes no file.

use super::EstimateCommandError;
use crate::cli::args::{EstimateArgs, EstimateOutputs};
use crate::commands::codes::CodeColumns;
use crate::commands::folder::is_same;
use evenhand::estimate::Params;
use evenhand::groups::{Group, parse};
use evenhand::stats::Level;
use std::path::{Path, PathBuf};

#[derive(Debug)]
pub(super) struct Config {
    pub predictions: PathBuf,
    pub validation: PathBuf,
    pub columns: CodeColumns,
    /// What the classes are of: `gender`. Where the labels' column has no usual name, it has this.
    pub label: Option<String>,
    /// `None` of all classes.
    pub class: Option<String>,
    pub by: Vec<Group>,
    pub cluster: Option<String>,
    pub params: Params,
    pub outputs: Outputs,
}

#[derive(Debug)]
pub(super) struct Outputs {
    pub page: Option<PathBuf>,
    pub csv: Option<PathBuf>,
    pub json: Option<PathBuf>,
}

impl Outputs {
    /// Refuses outputs that would replace each other or an input.
    fn check(&self, inputs: [&Path; 2]) -> Result<(), EstimateCommandError> {
        if let Some(page) = &self.page
            && page.extension().is_none_or(|end| end != "html")
        {
            return Err(EstimateCommandError::NoHtml(page.clone()));
        }
        let mut taken = inputs.to_vec();
        let outputs = [&self.page, &self.csv, &self.json];
        for output in outputs.into_iter().flatten() {
            if taken.iter().any(|one| is_same(one, output)) {
                return Err(EstimateCommandError::SameFile(output.clone()));
            }
            taken.push(output);
        }
        Ok(())
    }
}

impl TryFrom<EstimateArgs> for Config {
    type Error = EstimateCommandError;

    fn try_from(args: EstimateArgs) -> Result<Self, EstimateCommandError> {
        let EstimateArgs {
            predictions,
            validation,
            share,
            by,
            cluster,
            level,
            min_n,
            codes,
            outputs: EstimateOutputs { out, csv, json },
        } = args;
        let (name, class) = match share.as_deref().map(|share| (share, share.split_once('='))) {
            None => (None, None),
            Some((_, Some((name, class)))) => (Some(name.trim()), Some(class.trim())),
            Some((class, None)) => (None, Some(class.trim())),
        };
        let outputs = Outputs {
            page: out,
            csv,
            json,
        };
        outputs.check([&predictions, &validation])?;
        Ok(Self {
            label: name.map(str::to_owned),
            class: class.map(str::to_owned),
            columns: CodeColumns::from(codes),
            by: parse(&by)?,
            cluster,
            params: Params {
                level: Level::new(level).ok_or(EstimateCommandError::Level(level))?,
                min_n,
            },
            predictions,
            validation,
            outputs,
        })
    }
}
