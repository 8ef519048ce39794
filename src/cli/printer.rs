//! The printer owns the streams: results go to standard output, everything else to standard error.

pub use indicatif::ProgressBar;

use super::interrupt;
use evenhand::events::{Level, Note, Stage};
use evenhand::hint::Message;
use evenhand::text::{two_digits, visible, visible_lines};
use evenhand::{Events, WriteError};
use indicatif::{ProgressDrawTarget, ProgressState, ProgressStyle};
use std::collections::HashMap;
use std::fmt;
use std::io::{self, IsTerminal, Write};
use std::path::Path;

/// Name of standard output in errors.
pub const STDOUT: &str = "standard output";

/// A message with its settings as flags, `--min-n`, and without control characters.
pub fn in_flags(message: &Message) -> String {
    let text = message.written(|name| format!("--{}", name.replace('_', "-")));
    visible(&text).into_owned()
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

/// Standard output, for data: as it is, unless a terminal would show it.
pub fn stdout() -> impl Write + Send {
    Visible {
        out: UntilClosed(io::stdout()),
        is_on: io::stdout().is_terminal(),
    }
}

/// Writes control characters out, but for line feeds and tabs.
struct Visible<W> {
    out: W,
    is_on: bool,
}

impl<W: Write> Write for Visible<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if !self.is_on {
            return self.out.write(bytes);
        }
        for part in bytes.utf8_chunks() {
            self.out.write_all(visible_lines(part.valid()).as_bytes())?;
            self.out.write_all(part.invalid())?;
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

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
    /// For people.
    out: Box<dyn Write + Send>,
    /// For programs, on the same stream.
    data: Box<dyn Write + Send>,
    err: Box<dyn Write + Send>,
    err_is_terminal: bool,
    /// Of the stages that are going on.
    bars: HashMap<Stage, ProgressBar>,
}

impl Printer {
    /// A printer on the process's own streams.
    pub fn stdio(verbosity: Verbosity) -> Self {
        Self {
            verbosity,
            out: Box::new(Visible {
                out: UntilClosed(io::stdout()),
                is_on: true,
            }),
            data: Box::new(stdout()),
            err: Box::new(io::stderr()),
            err_is_terminal: io::stderr().is_terminal(),
            bars: HashMap::new(),
        }
    }

    /// Where results for people go; control characters are written out.
    pub fn out(&mut self) -> &mut dyn Write {
        &mut *self.out
    }

    /// Where results for programs go, as they are.
    pub fn data(&mut self) -> &mut dyn Write {
        &mut *self.data
    }

    /// Prints a result, and a line end.
    ///
    /// # Errors
    /// Standard output cannot be written.
    pub fn print(&mut self, text: impl fmt::Display) -> Result<(), WriteError> {
        writeln!(self.out, "{text}").map_err(WriteError::of(Path::new(STDOUT)))
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
        let Self {
            verbosity,
            err,
            bars,
            ..
        } = self;
        if *verbosity >= at {
            // Nobody is left to be told when standard error is closed.
            let mut write = || drop(writeln!(err, "{}", visible(text)));
            match bars.values().next() {
                Some(bar) => bar.suspend(write),
                None => write(),
            }
        }
    }

    /// A progress bar with rate and time left, drawn only where someone can see it.
    pub fn progress(&self, what: &'static str, unit: &str, total: Option<u64>) -> ProgressBar {
        if self.verbosity == Verbosity::Quiet || !self.err_is_terminal {
            return ProgressBar::hidden();
        }
        let template = match total {
            Some(_) => {
                format!("{{msg:10}} {{wide_bar}} {{pos}}/{{len}} {unit}, {{rate}}, {{eta}} left")
            }
            None => format!("{{msg:10}} {{spinner}} {{pos}} {unit}, {{rate}}"),
        };
        let style = ProgressStyle::with_template(&template).expect("the template is well-formed");
        let style = style.with_key("rate", |state: &ProgressState, out: &mut dyn fmt::Write| {
            // A bar that cannot be drawn whole is drawn again.
            let _ = write!(out, "{}/s", two_digits(state.per_sec()));
        });
        ProgressBar::with_draw_target(total, ProgressDrawTarget::stderr())
            .with_style(style)
            .with_message(what)
    }
}

/// Notes go to standard error by their level; each stage that is going on has a bar.
impl Events for Printer {
    fn note(&mut self, note: Note) {
        let Note { level, text } = note;
        let text = in_flags(&text);
        match level {
            Level::Detail => self.detail(&text),
            Level::Info => Self::note(self, &text),
            Level::Hint => self.hint(&text),
            Level::Warning => self.warn(&text),
        }
    }

    fn progress(&mut self, stage: Stage, done: u64, of: Option<u64>) {
        let known = self.bars.get(&stage).cloned();
        let bar = known.unwrap_or_else(|| {
            let bar = Self::progress(self, stage.name(), stage.unit(), of);
            self.bars.insert(stage, bar.clone());
            bar
        });
        if let Some(of) = of {
            bar.set_length(of);
        }
        bar.set_position(done);
    }

    fn kept(&mut self, what: Message) {
        interrupt::keep(in_flags(&what));
    }

    fn cancelled(&self) -> bool {
        interrupt::is_asked()
    }

    fn finished(&mut self, stage: Stage) {
        if let Some(bar) = self.bars.remove(&stage) {
            bar.finish_and_clear();
        }
    }
}

#[cfg(test)]
mod tests;
