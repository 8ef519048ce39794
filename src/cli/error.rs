//! Errors on a terminal: what is wrong, then the next step, with settings as flags.

use super::printer::in_flags;
use evenhand::Error;
use evenhand::text::visible;
use std::process::ExitCode;

/// `error: …`, and `hint: …` on a line of its own where there is a next step.
pub fn rendered(error: &Error) -> String {
    let error_text = error.to_string();
    let text = visible(&error_text);
    match error.hint() {
        Some(hint) => format!("error: {text}\nhint: {}", in_flags(&hint)),
        None => format!("error: {text}"),
    }
}

/// 2 where the command can't be done as it was asked for, 1 where something went wrong.
pub fn exit_code(error: &Error) -> ExitCode {
    ExitCode::from(if error.is_usage() { 2 } else { 1 })
}
