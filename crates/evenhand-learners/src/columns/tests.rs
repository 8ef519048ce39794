//! Columns of public data, where `EVENHAND_CENSUS` names the folder of the census tables.

use super::*;
use evenhand_table::{ReadOptions, Table};
use std::path::{Path, PathBuf};

fn census() -> Option<PathBuf> {
    std::env::var_os("EVENHAND_CENSUS").map(PathBuf::from)
}

fn read(folder: &Path, name: &str) -> Table {
    Table::read(&folder.join(name), &ReadOptions::default()).unwrap()
}

#[test]
fn print() {
    let Some(folder) = census() else { return };
    for (name, gaps) in [
        ("adult.data", ""),
        ("nist_acs_national2018.csv", "N"),
        ("nist_acs_ma2018.csv", "N"),
        ("nist_acs_tx2019.csv", "N"),
        ("acs2015_county_data.csv", ""),
        ("acs2017_county_data.csv", ""),
    ] {
        let table = read(&folder, name);
        let config = CodebookConfig {
            gaps: if gaps.is_empty() {
                Gaps::default()
            } else {
                gaps.parse().unwrap()
            },
            ..Default::default()
        };
        let start = std::time::Instant::now();
        let book = Codebook::of(&table, &config).unwrap();
        eprintln!("== {name} {:?}", start.elapsed());
        for c in &book.columns {
            eprintln!(
                "{:18} {:12} {}{}  missing {} gaps {:?} {:?}",
                c.name,
                c.kind.name(),
                if c.unsure { "? " } else { "" },
                c.why,
                c.missing,
                c.gaps
                    .iter()
                    .map(|g| format!("{}{}", g.code, g.rows))
                    .collect::<Vec<_>>(),
                c.warnings
            );
        }
    }
}
