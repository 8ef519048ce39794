//! The printer owns the streams: results go to standard output, everything else to standard error.

pub use indicatif::ProgressBar;

use evenhand::hint::Message;
use indicatif::{ProgressDrawTarget, ProgressStyle};
use std::io::{self, IsTerminal, Write};

/// A message with its settings as flags: `--min-n`.
pub fn in_flags(message: &Message) -> String {
    message.written(|name| format!("--{}", name.replace('_', "-")))
}

/// How much is said beside results and errors.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Verbosity {
    Quiet,
    Normal,
    Verbose,
}

/// Takes whatever is written after the reader has gone away, as `head` does, for read.
struct UntilClosed<W>(W);

impl<W: Write> Write for UntilClosed<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self.0.write(bytes) {
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(bytes.len()),
            written => written,
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self.0.flush() {
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
            flushed => flushed,
        }
    }
}

pub struct Printer {
    verbosity: Verbosity,
    out: Box<dyn Write>,
    err: Box<dyn Write>,
    err_is_terminal: bool,
}

impl Printer {
    /// A printer on the process's own streams.
    pub fn stdio(verbosity: Verbosity) -> Self {
        Self {
            verbosity,
            out: Box::new(UntilClosed(io::stdout())),
            err: Box::new(io::stderr()),
            err_is_terminal: io::stderr().is_terminal(),
        }
    }

    /// Where results go.
    pub fn out(&mut self) -> &mut dyn Write {
        &mut *self.out
    }

    /// Says what is going on.
    pub fn note(&mut self, text: &str) {
        self.say(Verbosity::Normal, text);
    }

    /// Says what only those who asked for more want to know.
    pub fn detail(&mut self, text: &str) {
        self.say(Verbosity::Verbose, text);
    }

    /// Says what may be wrong.
    pub fn warn(&mut self, text: &str) {
        self.say(Verbosity::Normal, &format!("warning: {text}"));
    }

    /// Says what was decided, and what may be wrong.
    pub fn tell(&mut self, notes: &[Message], warnings: &[Message]) {
        notes.iter().for_each(|note| self.note(&in_flags(note)));
        let warnings = warnings.iter().map(in_flags);
        warnings.for_each(|warning| self.warn(&warning));
    }

    /// Says what could be done next.
    pub fn hint(&mut self, text: &str) {
        self.say(Verbosity::Normal, &format!("hint: {text}"));
    }

    fn say(&mut self, at: Verbosity, text: &str) {
        if self.verbosity >= at {
            // Nobody is left to be told when standard error is closed.
            let _ = writeln!(self.err, "{text}");
        }
    }

    /// A progress bar with rate and time left, drawn only where someone can see it.
    pub fn progress(&self, what: &'static str, unit: &str, total: Option<u64>) -> ProgressBar {
        if self.verbosity == Verbosity::Quiet || !self.err_is_terminal {
            return ProgressBar::hidden();
        }
        let template = match total {
            Some(_) => {
                format!("{{msg:10}} {{wide_bar}} {{pos}}/{{len}} {unit}, {{per_sec}}, {{eta}} left")
            }
            None => format!("{{msg:10}} {{spinner}} {{pos}} {unit}, {{per_sec}}"),
        };
        let style = ProgressStyle::with_template(&template).expect("the template is well-formed");
        ProgressBar::with_draw_target(total, ProgressDrawTarget::stderr())
            .with_style(style)
            .with_message(what)
    }
}
