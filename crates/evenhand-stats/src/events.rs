//! What a job tells while it works. The job's caller decides what becomes of it: the command line prints
//! notes and draws bars, a test ignores them with `()`.

use crate::error::Cancelled;
use crate::hint::Message;

/// Observer of a job. It may be told by another thread than the one that runs the job.
pub trait Events: Send {
    /// Something that a person may want to know.
    fn note(&mut self, _note: Note) {}

    /// How far a stage is; `of` where the end is known.
    fn progress(&mut self, _stage: Stage, _done: u64, _of: Option<u64>) {}

    /// A stage is over; none of its progress follows.
    fn finished(&mut self, _stage: Stage) {}

    /// What is kept if the job ends here, whatever the reason: `4096 rows are in p.csv.parts`. The same job
    /// goes on from it.
    fn kept(&mut self, _what: Message) {}

    /// Whether the job is to stop. It is asked often, and stops with [`Cancelled`] where what is done so far
    /// is kept.
    fn cancelled(&self) -> bool {
        false
    }
}

/// Silence.
impl Events for () {}

impl dyn Events + '_ {
    /// # Errors
    /// The observer wants the job to stop.
    pub fn go_on(&self) -> Result<(), Cancelled> {
        match self.cancelled() {
            true => Err(Cancelled),
            false => Ok(()),
        }
    }

    /// Notes at [`Level::Detail`].
    pub fn detail(&mut self, text: impl Into<Message>) {
        self.say(Level::Detail, text);
    }

    /// Notes at [`Level::Info`].
    pub fn info(&mut self, text: impl Into<Message>) {
        self.say(Level::Info, text);
    }

    /// Notes at [`Level::Warning`].
    pub fn warn(&mut self, text: impl Into<Message>) {
        self.say(Level::Warning, text);
    }

    /// Notes at [`Level::Hint`].
    pub fn hint(&mut self, text: impl Into<Message>) {
        self.say(Level::Hint, text);
    }

    fn say(&mut self, level: Level, text: impl Into<Message>) {
        let text = text.into();
        self.note(Note { level, text });
    }
}

/// A message to whoever runs a job.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note {
    pub level: Level,
    pub text: Message,
}

/// How much a note matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// For those who asked for more.
    Detail,
    /// What is done, or was decided.
    Info,
    /// What could be done better.
    Hint,
    /// What may be wrong with the result.
    Warning,
}

/// A part of a job that takes its time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Stage {
    /// Images that are looked at before a training.
    Checking,
    /// Images through the backbone.
    Embedding,
    /// Epochs of heads.
    Training,
    /// Activations of the frozen part of a backbone.
    Activations,
    /// Images through the trained part of a backbone, forth and back.
    Finetuning,
    /// Images through a classifier.
    Predicting,
    /// Folds of a search's trials.
    Tuning,
    /// Sizes of a learning curve.
    LearningCurve,
    /// Steps of making an int8 copy.
    Quantizing,
}

impl Stage {
    /// What is done: `embedding`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Checking => "checking",
            Self::Embedding => "embedding",
            Self::Training => "training",
            Self::Activations => "activations",
            Self::Finetuning => "fine-tuning",
            Self::Predicting => "predicting",
            Self::Tuning => "tuning",
            Self::LearningCurve => "curve",
            Self::Quantizing => "quantizing",
        }
    }

    /// What is counted: `images`.
    pub fn unit(self) -> &'static str {
        match self {
            Self::Checking
            | Self::Embedding
            | Self::Activations
            | Self::Finetuning
            | Self::Predicting => "images",
            Self::Training => "epochs",
            Self::Tuning => "folds",
            Self::LearningCurve => "sizes",
            Self::Quantizing => "steps",
        }
    }
}
