//! `merge`: shards of predictions become one table.

use crate::cli::args::MergeArgs;
use crate::cli::config::overwrite;
use crate::cli::printer::Printer;
use evenhand::{Error, MergeConfig};

pub fn command(args: MergeArgs, printer: &mut Printer) -> Result<(), Error> {
    let MergeArgs {
        shards,
        out,
        force,
        abstain,
    } = args;
    let config = MergeConfig {
        shards,
        out,
        overwrite: overwrite(force),
        abstain: abstain.chosen(),
    };
    evenhand::merge(&config, printer)?;
    Ok(())
}
