//! Human coders: how well they agree, what each of them makes of what the others see, and what to
//! take for the truth. From a table of codes and nothing else.

mod agreement;
mod alpha;
mod ceiling;
mod ceiling_words;
mod codes;
mod consensus;
mod dawid_skene;
mod error;
mod gather;
mod group_gaps;
mod group_json;
#[cfg(test)]
mod group_tests;
mod group_words;
mod gwet;
mod individual;
mod json;
mod kappa;
mod latent;
mod machine;
mod means;
mod measure;
mod shares;
#[cfg(test)]
mod shares_tests;
#[cfg(test)]
mod simulation;
mod study;
#[cfg(test)]
mod tests;
mod weights;
mod words;

pub use agreement::{Agreement, Graded, MOST_PAIRED, Pair};
pub use alpha::Scale;
pub use ceiling::{Ceiling, CoderCeiling, SideBySide};
pub use codes::{Code, Codes, Item};
pub use consensus::{Agreed, Majority};
pub use dawid_skene::DawidSkene;
pub use error::CodesError;
pub use gather::Entry;
pub use group_gaps::{GroupComparison, GroupGap, Sensitivity};
pub use individual::Individual;
pub use json::{COLUMNS, tidy};
pub use machine::Machine;
pub use measure::{FEWEST, Measure, NotEstimable, Resampling};
pub use shares::{Basis, CorrectedShares, LabelShare};
pub use study::{Doubt, Grouping, Params, Study, Verdict};
