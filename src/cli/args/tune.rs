use super::{BackboneOptions, DataOptions, EngineOptions, HeadOptions, LimitOptions, StoreOptions};
use clap::Args;
use evenhand::tune::Goal;
use std::path::PathBuf;
use std::time::Duration;

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  evenhand tune faces.csv --label gender --groups race --budget 50 --time 30m
  evenhand tune faces.csv --label gender --groups race --goal worst-group
  evenhand train --config tune/config.toml --out run
  evenhand tune faces.csv --label gender --groups race --curve")]
pub struct TuneArgs {
    /// Data set, as for `train`
    #[arg(required_unless_present = "config")]
    pub data: Option<PathBuf>,
    /// Begin with the settings of a run's config.toml
    #[arg(long, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// Where trials are kept and results written; the same command goes on there
    #[arg(long, short, value_name = "DIR", default_value = "tune")]
    pub out: PathBuf,
    /// Replace files that were changed there; begin again if another search was begun
    #[arg(long)]
    pub force: bool,
    /// Number of trials
    #[arg(long, value_name = "TRIALS", default_value_t = 50)]
    pub budget: usize,
    /// Time limit for starting trials (embedding excluded), as in 90s, 30m or 2h
    #[arg(long, value_name = "TIME", value_parser = parse_time)]
    pub time: Option<Duration>,
    /// Goal: accuracy, worst-group (its accuracy), or gap (largest between groups)
    #[arg(long, value_name = "GOAL", default_value = "accuracy")]
    pub goal: Goal,
    /// Draw the learning curve instead of searching
    #[arg(long, conflicts_with_all = ["budget", "time", "goal"])]
    pub curve: bool,
    #[command(flatten)]
    pub data_options: DataOptions,
    #[command(flatten)]
    pub limits: LimitOptions,
    #[command(flatten)]
    pub backbone: BackboneOptions,
    #[command(flatten)]
    pub head: HeadOptions,
    #[command(flatten)]
    pub engine: EngineOptions,
    #[command(flatten)]
    pub store: StoreOptions,
}

/// `90s`, `30m`, `2h`.
fn parse_time(text: &str) -> Result<Duration, &'static str> {
    let wrong = || "write a number and s, m or h, as in 90s, 30m or 2h";
    let unit = text.chars().last().ok_or_else(wrong)?;
    let seconds = match unit {
        's' => 1.0,
        'm' => 60.0,
        'h' => 3600.0,
        _ => return Err(wrong()),
    };
    let number: f64 = text[..text.len() - 1].parse().map_err(|_| wrong())?;
    Duration::try_from_secs_f64(number * seconds).map_err(|_| wrong())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_have_a_unit() {
        let parsed = |text| parse_time(text).unwrap().as_secs_f64();
        assert_eq!(
            (parsed("90s"), parsed("30m"), parsed("1.5h")),
            (90.0, 1800.0, 5400.0)
        );
        for text in ["", "30", "m", "-1m", "10d", "∞"] {
            assert!(parse_time(text).is_err(), "{text}");
        }
    }
}
