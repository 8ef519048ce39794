//! `merge`: shards of predictions become one table.

use crate::cli::args::{AbstainOptions, MergeArgs};
use crate::cli::config::overwrite;
use crate::cli::printer::Printer;
use evenhand::{Error, MergeConfig};

pub fn command(args: MergeArgs, printer: &mut Printer) -> Result<(), Error> {
    let MergeArgs {
        shards,
        out,
        force,
        abstain: AbstainOptions { abstain },
    } = args;
    let config = MergeConfig {
        shards,
        out,
        overwrite: overwrite(force),
        abstain,
    };
    evenhand::merge(&config, printer)?;
    Ok(())
}
