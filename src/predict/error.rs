use super::{Format, Shard};
use crate::WriteError;
use crate::abstain::NoPromise;
use crate::hint::{Hint, Message};
use crate::staging::StagingError;
use crate::table::plain_file;
use std::io;
use std::path::{Path, PathBuf};

/// Why predictions are not continued, merged or written.
#[derive(Debug, thiserror::Error)]
pub enum JobError {
    #[error("cannot read `{}`: {source}", path.display())]
    Read { path: PathBuf, source: io::Error },
    #[error(transparent)]
    Write(#[from] WriteError),
    #[error(transparent)]
    Staging(#[from] StagingError),
    #[error("`{}`: predictions are written as {}", path.display(), Format::extensions())]
    Extension { path: PathBuf },
    #[error("another evenhand is writing `{}`", out.display())]
    InUse { out: PathBuf },
    #[error("`{}` is not what evenhand writes there: {problem}", path.display())]
    NoManifest { path: PathBuf, problem: String },
    #[error("`{}` was begun with another {what}", out.display())]
    OtherJob { out: PathBuf, what: &'static str },
    #[error(
        "`{}` was begun by {begun}, and this is {here}: their probabilities differ",
        out.display()
    )]
    OtherEngine {
        out: PathBuf,
        begun: String,
        /// With which it goes on.
        engine: String,
        here: String,
    },
    #[error(
        "`{}` was begun with another list of images: it differs within rows {from} to {to}",
        out.display()
    )]
    OtherList { out: PathBuf, from: u64, to: u64 },

    #[error(
        "abstaining from {share} of the rows: one shard cannot know which rows of all are the least certain"
    )]
    AbstainInShard { share: f64 },
    #[error("a promise of at most {risk} of errors in one shard: the table of all shards has it")]
    PromiseInShard { risk: f64 },
    #[error(
        "the classifier has not kept how sure it was of held-out images: nothing can be promised of its errors"
    )]
    NoConfidences,
    #[error("no threshold promises at most {risk} of errors: {reason}")]
    NoPromise { risk: f64, reason: NoPromise },
    #[error("`{}` is not finished", path.display())]
    Unfinished { path: PathBuf },
    #[error("`{}` has no manifest beside it", path.display())]
    WithoutManifest { path: PathBuf },
    #[error("`{}` is not one of several shards: it holds the whole list", path.display())]
    Whole { path: PathBuf },
    #[error("`{}` has another {what} than `{}`", path.display(), first.display())]
    Foreign {
        path: PathBuf,
        first: PathBuf,
        what: &'static str,
    },
    #[error(
        "`{}` was predicted by {engine}, and `{}` by {expected}: their probabilities differ",
        path.display(),
        first.display()
    )]
    ForeignEngine {
        path: PathBuf,
        first: PathBuf,
        engine: String,
        expected: String,
    },
    #[error("shard {shard} is there twice: `{}` and `{}`", first.display(), path.display())]
    Doubled {
        shard: Shard,
        path: PathBuf,
        first: PathBuf,
    },
    #[error("missing: {}", shards(missing))]
    Missing { missing: Vec<Shard> },
    #[error("`{}` is not what its manifest says: it was changed or cut off", path.display())]
    Changed { path: PathBuf },
}

impl JobError {
    pub(super) fn read(path: &Path) -> impl Fn(io::Error) -> Self + '_ {
        move |source| Self::Read {
            path: path.to_owned(),
            source,
        }
    }

    pub(super) fn write(path: &Path) -> impl Fn(io::Error) -> Self + '_ {
        let failed = WriteError::of(path);
        move |source| failed(source).into()
    }
}

impl Hint for JobError {
    fn hint(&self) -> Option<Message> {
        let text = match self {
            Self::Read { source, .. } => {
                plain_file::hint(source).unwrap_or("check that it is there and may be read")
            }
            Self::Write(error) => return error.hint(),
            Self::Staging(error) => return error.hint(),
            Self::OtherEngine { engine, .. } => {
                return Some(Message::new(
                    "go on with {engine} {} on the same kind of device (`evenhand doctor` lists what is \
                     there), choose another name with {out}, or begin again with {force}",
                    &[engine],
                ));
            }
            Self::AbstainInShard { share } => {
                return Some(Message::new(
                    "give it to `evenhand merge {abstain} {}`",
                    &[share],
                ));
            }
            Self::PromiseInShard { risk } => {
                return Some(Message::new(
                    "give it to `evenhand merge {abstain_risk} {}`",
                    &[risk],
                ));
            }
            Self::NoConfidences => {
                "train it again with this version, or leave a share of the images to people with {abstain}"
            }
            Self::NoPromise { reason, .. } => return Some(no_promise(reason)),
            Self::Extension { .. } => "name the output with one of these extensions",
            Self::InUse { .. } => "wait for it, or choose another name with {out}",
            Self::NoManifest { .. } | Self::OtherJob { .. } | Self::OtherList { .. } => {
                "put it back as it was to go on, choose another name with {out}, or begin again with {force}"
            }
            Self::Unfinished { .. } => "run its `evenhand predict` again: it goes on",
            Self::WithoutManifest { .. } => {
                "`evenhand predict` writes one with the table: copy both"
            }
            Self::Whole { .. } => "it needs no merging",
            Self::Foreign { .. } => {
                "run `evenhand predict` with the same classifier, images and number of shards \
                 for all"
            }
            Self::ForeignEngine { .. } => {
                "predict all shards with the same {engine} and {device}: `evenhand doctor` lists what a \
                 machine has"
            }
            Self::Doubled { .. } => "name each shard once",
            Self::Missing { missing } => {
                let shard = missing.first()?;
                return Some(Message::new(
                    "name their files too, or predict with {shard} {} if that was never done",
                    &[shard],
                ));
            }
            Self::Changed { .. } => "copy it again, or run its `evenhand predict` again",
        };
        Some(text.into())
    }

    fn is_usage(&self) -> bool {
        matches!(
            self,
            Self::AbstainInShard { .. } | Self::PromiseInShard { .. }
        )
    }
}

/// `shard 2/3` or `shards 1/3, 2/3`.
fn shards(shards: &[Shard]) -> String {
    let names: Vec<String> = shards.iter().map(Shard::to_string).collect();
    let noun = if names.len() == 1 { "shard" } else { "shards" };
    format!("{noun} {}", names.join(", "))
}

/// Next step where nothing can be promised.
fn no_promise(reason: &NoPromise) -> Message {
    match reason {
        NoPromise::TooFew { group: Some(_), .. } => {
            "allow more errors with {abstain_risk}, leave out {abstain_groups}, or train with more images of the group"
        }
        NoPromise::TooFew { group: None, .. } | NoPromise::TooManyErrors => {
            "allow more errors with {abstain_risk}, or train with more images"
        }
        NoPromise::UnknownGrouping { .. } => {
            "name one of them with {abstain_groups}, or train with that column among {groups}"
        }
    }
    .into()
}
