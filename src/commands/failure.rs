//! What the user is told when a command fails: one line, a next step, an exit code.

use crate::cli::printer::flag;
use std::fmt;
use std::process::ExitCode;

/// A command that failed.
#[derive(Debug)]
pub struct Failure {
    message: String,
    hint: Option<String>,
    code: u8,
}

impl Failure {
    /// Something went wrong: exit code 1.
    pub fn new(message: impl Into<String>) -> Self {
        Self {
            message: message.into(),
            hint: None,
            code: 1,
        }
    }

    /// The command was not understood: exit code 2.
    pub fn usage(message: impl Into<String>) -> Self {
        Self {
            message: message.into(),
            hint: None,
            code: 2,
        }
    }

    pub fn with_hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    pub fn exit_code(&self) -> ExitCode {
        ExitCode::from(self.code)
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "error: {}", self.message)?;
        match &self.hint {
            Some(hint) => write!(f, "\nhint: {hint}"),
            None => Ok(()),
        }
    }
}

/// Library errors come with their own words and hints.
macro_rules! from_library {
    ($($error:ty),* $(,)?) => {$(
        impl From<$error> for Failure {
            fn from(error: $error) -> Self {
                evenhand::Error::from(error).into()
            }
        }
    )*};
}

impl From<evenhand::Error> for Failure {
    fn from(error: evenhand::Error) -> Self {
        Self {
            message: error.to_string(),
            hint: error.hint().map(|hint| hint.written(flag)),
            code: if error.is_usage() { 2 } else { 1 },
        }
    }
}

from_library!(
    evenhand::audit::ParamsError,
    evenhand::groups::GroupError,
    evenhand::WriteError,
    evenhand::dataset::DatasetError,
    evenhand::estimate::SampleError,
    evenhand::jobs::config::ConfigError,
    evenhand::jobs::run_dir::RunDirError,
    evenhand::report::ReportError,
    super::audit::AuditCommandError,
    super::codes::CodesFileError,
    super::corpus::CorpusError,
    super::validate::ValidateError,
    super::estimate::EstimateCommandError,
);
