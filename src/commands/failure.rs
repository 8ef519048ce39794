//! What the user is told when a command fails: one line, a next step, an exit code.

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
                Self { message: error.to_string(), hint: error.hint(), code: 1 }
            }
        }
    )*};
}

from_library!(
    crate::audit::ParamsError,
    crate::audit::groups::GroupError,
    crate::backbone::embed::EmbedError,
    crate::backbone::engine::EngineError,
    crate::backbone::graph::GraphError,
    crate::backbone::prepare::PrepareError,
    crate::backbone::quantize::QuantizeError,
    crate::backbone::source::SourceError,
    crate::backbone::store::StoreError,
    crate::backbone::unfreeze::UnfreezeError,
    crate::classifier::ClassifierError,
    crate::dataset::DatasetError,
    crate::demo::DemoError,
    crate::estimate::SampleError,
    crate::finetune::FinetuneError,
    crate::head::HeadError,
    crate::predict::PredictError,
    crate::report::ReportError,
    super::audit::AuditCommandError,
    super::backbone::BackboneCommandError,
    super::codes::CodesFileError,
    super::corpus::CorpusError,
    super::embed::EmbedCommandError,
    super::validate::ValidateError,
    super::estimate::EstimateCommandError,
);
