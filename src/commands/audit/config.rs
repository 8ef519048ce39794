//! What an audit is asked to do: arguments, checked as far as that takes no file.

use super::error::AuditCommandError;
use crate::cli::args::{AuditArgs, AuditOutputs, DesignOptions, EstimateOptions};
use crate::commands::failure::Failure;
use evenhand::audit::{Design, IntervalKind, Params, Sampling};
use evenhand::groups::{self, Group};
use evenhand::metric::threshold::Rule;
use evenhand::report::gallery::Images;
use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;

#[derive(Debug, Clone, PartialEq)]
pub struct Config {
    /// A CSV file with a header.
    pub predictions: PathBuf,
    pub columns: Columns,
    pub design: Design,
    pub params: Params,
    pub against: Option<Against>,
    pub outputs: Outputs,
}

/// Where a table of predictions has what.
#[derive(Debug, Clone, PartialEq)]
pub struct Columns {
    /// Only these rows are audited.
    pub only: Option<Where>,
    /// The column that holds the truth.
    pub label: String,
    pub answer: Answer,
    /// Where scores turn positive; by default at 0.5, and our own predictions stay as they are.
    pub cut: Option<Cut>,
    /// The positive one of two classes; by default the last in sorted order, but a score needs it.
    pub positive: Option<String>,
}

/// The column that holds the classifier's answer.
#[derive(Debug, Clone, PartialEq)]
pub enum Answer {
    /// The name of a class.
    Predicted { column: String },
    /// The probability of the positive class.
    Score { column: String },
}

impl Default for Answer {
    /// The column of our own predictions.
    fn default() -> Self {
        Self::Predicted {
            column: "predicted".to_owned(),
        }
    }
}

/// A score from the threshold on is positive.
#[derive(Debug, Clone, PartialEq)]
pub enum Cut {
    At(f64),
    /// By a rule, on rows that are then left out of the audit.
    Found {
        rule: NamedRule,
        on: Where,
    },
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub struct NamedRule {
    pub name: &'static str,
    pub rule: Rule,
}

const RULES: [NamedRule; 3] = [
    NamedRule {
        name: "max-accuracy",
        rule: Rule::MaxAccuracy,
    },
    NamedRule {
        name: "max-balanced",
        rule: Rule::MaxBalanced,
    },
    NamedRule {
        name: "equal-error",
        rule: Rule::EqualError,
    },
];

impl Cut {
    pub(super) fn new(threshold: &str, on: Option<Where>) -> Result<Self, AuditCommandError> {
        let rule = RULES.into_iter().find(|rule| rule.name == threshold);
        match (rule, threshold.parse::<f64>(), on) {
            (Some(rule), _, Some(on)) => Ok(Self::Found { rule, on }),
            (Some(rule), _, None) => Err(AuditCommandError::NoRowsForThreshold { rule: rule.name }),
            (None, Ok(_), Some(_)) => Err(AuditCommandError::RowsForNoRule),
            (None, Ok(at), None) if (0.0..=1.0).contains(&at) => Ok(Self::At(at)),
            (None, _, _) => Err(AuditCommandError::Threshold(threshold.to_owned())),
        }
    }
}

/// Rows that have a value in a column, or have it not: `fold=test`, `fold!=test`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Where {
    pub column: String,
    pub value: String,
    pub negated: bool,
}

impl FromStr for Where {
    type Err = AuditCommandError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (column, value) = text
            .split_once('=')
            .ok_or_else(|| AuditCommandError::NoCondition(text.to_owned()))?;
        let (column, negated) = match column.strip_suffix('!') {
            Some(column) => (column, true),
            None => (column, false),
        };
        Ok(Self {
            column: column.trim().to_owned(),
            value: value.trim().to_owned(),
            negated,
        })
    }
}

impl fmt::Display for Where {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.negated { "!=" } else { "=" };
        write!(f, "{}{sign}{}", self.column, self.value)
    }
}

/// Another classifier's answers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Against {
    /// A CSV file with the same columns of labels and answers.
    pub predictions: PathBuf,
    /// The column that names a row in both files; by default `id`, or else `path`.
    pub id: Option<String>,
}

/// Where the audit goes beside the terminal; `-` is the output, which then gets nothing else.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Outputs {
    pub report: Option<Report>,
    pub csv: Option<PathBuf>,
    pub json: Option<PathBuf>,
    pub markdown: Option<PathBuf>,
    /// Of every row, from `embed`: to find kinds of images that fail.
    pub features: Option<PathBuf>,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Report {
    /// The HTML file; the model card goes beside it.
    pub path: PathBuf,
    /// Images are relative to this folder; by default to that of the CSV file.
    pub images: Option<PathBuf>,
    pub shown: Images,
}

impl TryFrom<AuditArgs> for Config {
    type Error = Failure;

    fn try_from(args: AuditArgs) -> Result<Self, Failure> {
        let AuditArgs {
            predictions,
            only,
            label,
            score,
            predicted,
            positive,
            threshold,
            threshold_on,
            design,
            estimates,
            against,
            id,
            outputs,
        } = args;
        let condition = |text: Option<String>| text.map(|text| text.parse()).transpose();
        let threshold_on: Option<Where> = condition(threshold_on)?;
        let answer = match (score, predicted) {
            (Some(column), _) => Answer::Score { column },
            (None, Some(column)) => Answer::Predicted { column },
            (None, None) => Answer::default(),
        };
        let cut = threshold.map(|threshold| Cut::new(&threshold, threshold_on));
        Ok(Self {
            predictions,
            columns: Columns {
                only: condition(only)?,
                label,
                answer,
                cut: cut.transpose()?,
                positive,
            },
            design: design.try_into()?,
            params: estimates.try_into()?,
            against: against.map(|predictions| Against { predictions, id }),
            outputs: outputs.into(),
        })
    }
}

impl TryFrom<DesignOptions> for Design {
    type Error = Failure;

    fn try_from(options: DesignOptions) -> Result<Self, Failure> {
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
        Ok(Self {
            groups: groups::cross(groups::parse(&groups.join(","))?, cross)?,
            control,
            sampling,
        })
    }
}

fn one_group(text: &str) -> Result<Group, Failure> {
    match <[Group; 1]>::try_from(groups::parse(text)?) {
        Ok([group]) => Ok(group),
        Err(_) => Err(
            Failure::usage(format!("--control takes one attribute, not `{text}`"))
                .with_hint("cross several to hold them fixed together, as in age*gender"),
        ),
    }
}

impl TryFrom<EstimateOptions> for Params {
    type Error = Failure;

    fn try_from(options: EstimateOptions) -> Result<Self, Failure> {
        let EstimateOptions {
            min_n,
            level,
            interval,
            replicates,
            seed,
        } = options;
        let interval: IntervalKind = interval.parse().map_err(|allowed| {
            Failure::usage(format!("`{interval}` is no interval of a share")).with_hint(allowed)
        })?;
        Ok(Self {
            level,
            min_n,
            interval,
            replicates,
            seed,
        })
    }
}

impl From<AuditOutputs> for Outputs {
    fn from(outputs: AuditOutputs) -> Self {
        let AuditOutputs {
            out,
            csv,
            json,
            markdown,
            images,
            features,
            pictures,
        } = outputs;
        Self {
            report: out.map(|path| Report {
                path,
                images,
                shown: pictures.into(),
            }),
            csv,
            json,
            markdown,
            features,
        }
    }
}
