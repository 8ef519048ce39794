//! `merge`: what several machines predicted becomes one table.

use super::bad_images::BadImages;
use super::failure::Failure;
use super::predictions::{abstain, check_out, conclude};
use crate::cli::args::MergeArgs;
use crate::cli::printer::Printer;
use evenhand::predict::Shards;

pub fn command(args: MergeArgs, printer: &mut Printer) -> Result<(), Failure> {
    let MergeArgs {
        shards,
        out,
        force,
        abstain: share,
    } = args;
    let share = abstain(share)?;
    check_out(&out, force)?;
    let shards = Shards::open(&shards)?;
    printer.note(&format!("{} shards, all there", shards.len()));
    let mut bad = BadImages::default();
    let finished = shards.write(&out, share, &mut |path, reason| bad.add(path, reason))?;
    conclude(finished, &bad, &out, printer)
}
