//! A command that failed, in words. Jobs of the library have errors of their own; this is for commands that
//! are none yet.

use evenhand::hint::{Hint, Message};
use std::fmt;

/// A command that failed.
#[derive(Debug)]
pub struct Failure {
    message: String,
    hint: Option<Message>,
    is_usage: bool,
}

impl Failure {
    /// Something went wrong: exit code 1.
    pub fn new(message: impl Into<String>) -> Self {
        Self {
            message: message.into(),
            hint: None,
            is_usage: false,
        }
    }

    /// The command was not understood: exit code 2.
    pub fn usage(message: impl Into<String>) -> Self {
        Self {
            is_usage: true,
            ..Self::new(message)
        }
    }

    pub fn with_hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(Message::plain(hint));
        self
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Failure {}

impl Hint for Failure {
    fn hint(&self) -> Option<Message> {
        self.hint.clone()
    }

    fn is_usage(&self) -> bool {
        self.is_usage
    }
}

/// Library errors come with their own words and hints.
macro_rules! from_library {
    ($($error:ty),* $(,)?) => {$(
        impl From<$error> for Failure {
            fn from(error: $error) -> Self {
                let (hint, is_usage) = (error.hint(), error.is_usage());
                Self { message: error.to_string(), hint, is_usage }
            }
        }
    )*};
}

from_library!(
    evenhand::Error,
    evenhand::audit::ParamsError,
    evenhand::groups::GroupError,
    evenhand::backbone::embed::EmbedError,
    evenhand::backbone::engine::EngineError,
    evenhand::backbone::graph::GraphError,
    evenhand::backbone::prepare::PrepareError,
    evenhand::backbone::quantize::QuantizeError,
    evenhand::backbone::source::SourceError,
    evenhand::backbone::store::StoreError,
    evenhand::backbone::unfreeze::UnfreezeError,
    evenhand::classifier::ClassifierError,
    evenhand::dataset::DatasetError,
    evenhand::demo::DemoError,
    evenhand::estimate::SampleError,
    evenhand::finetune::FinetuneError,
    evenhand::head::HeadError,
    evenhand::predict::PredictError,
    evenhand::report::ReportError,
    super::backbone::BackboneCommandError,
    super::embed::EmbedCommandError,
);
