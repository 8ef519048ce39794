//! Human coders: how well they agree, what each of them makes of what the others see, and what to
//! take for the truth. From a table of codes and nothing else.

mod codes;
mod consensus;
mod error;

pub use codes::{Code, Codes, Entry, Item};
pub use consensus::{Agreed, Majority};
pub use error::CodesError;
