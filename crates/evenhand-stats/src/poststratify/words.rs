//! Shares by cells of a census as people read them on a terminal.

use super::{Cells, Group, METHODS, NotEstimable, Params, Poststratified, Share, Target};
use crate::text::{TextTable, ascii_tenths, counted, listed, percent, plain, visible};

/// So many cells or groups are named.
const NAMED: usize = 5;

impl Poststratified {
    /// Of each class a row for everyone and for each group, a column for each method.
    pub fn tables(&self) -> impl Iterator<Item = TextTable> {
        self.targets.iter().map(|target| self.table(target))
    }

    fn table(&self, target: &Target) -> TextTable {
        let header = [&target.class, "census", "rows"].map(|name| visible(name).into_owned());
        let titles = METHODS.iter().map(|info| info.title.to_owned());
        let groupings = self.cells.groupings.iter().zip(&target.by);
        let groups = groupings.flat_map(|(grouping, groups)| {
            let names = grouping.groups.iter().zip(groups);
            names.map(|(name, group)| (format!("{}: {name}", grouping.name), group))
        });
        let everyone = std::iter::once(("everyone".to_owned(), &target.overall));
        let total = self.cells.total();
        TextTable {
            header: header.into_iter().chain(titles).collect(),
            rows: everyone
                .chain(groups)
                .map(|(name, group)| row(&name, group, total))
                .collect(),
        }
    }

    /// How much groups differ, what brackets mean, and what each method assumes.
    pub fn legend(&self) -> impl Iterator<Item = String> {
        let targets = self.targets.iter();
        let spreads = targets.filter_map(|of| spreads(&self.cells, of));
        spreads.chain(self.assumed())
    }

    fn assumed(&self) -> impl Iterator<Item = String> {
        let Params { level, .. } = self.params;
        let level = plain(100.0 * level.value());
        let brackets = format!("In brackets: intervals at {level} %, each for itself.");
        let weights =
            "Survey weights of rows are not used: cells count as in the census.".to_owned();
        let methods = METHODS.iter();
        let methods = methods.map(|info| format!("  {}: {}", info.title, info.assumes));
        [brackets, weights, "What each assumes:".to_owned()]
            .into_iter()
            .chain(methods)
    }

    /// Cells and groups that no row is in.
    pub fn warnings(&self) -> Vec<String> {
        self.empty_cells()
            .into_iter()
            .chain(self.empty_groups())
            .collect()
    }

    fn empty_cells(&self) -> Option<String> {
        let cells = &self.cells;
        let empty: Vec<usize> = cells.empty().collect();
        let count: f64 = empty.iter().map(|&cell| cells.counts[cell]).sum();
        let names = empty
            .iter()
            .map(|&cell| visible(&cells.names[cell]).into_owned());
        (!empty.is_empty()).then(|| {
            format!(
                "{} of {} in the census, with {} of the population, have no row ({}): MRP draws \
                 their shares towards the groups that they are in",
                empty.len(),
                counted(cells.counts.len() as u64, "cell"),
                percent(count / cells.total()),
                listed(names, NAMED)
            )
        })
    }

    /// Groups whose cells are all empty.
    fn empty_groups(&self) -> Option<String> {
        let target = self.targets.first()?;
        let groupings = self.cells.groupings.iter().zip(&target.by);
        let empty = groupings.flat_map(|(grouping, groups)| {
            let names = grouping.groups.iter().zip(groups);
            let empty = names.filter(|(_, group)| group.rows == 0 && group.population > 0.0);
            empty.map(|(name, _)| format!("{}: {}", grouping.name, visible(name)))
        });
        let empty: Vec<String> = empty.collect();
        (!empty.is_empty()).then(|| {
            format!(
                "groups without a row: {}; MRP takes them for groups like the others, which nothing in the rows can \
                 show",
                listed(empty, NAMED)
            )
        })
    }
}

fn row(name: &str, group: &Group, total: f64) -> Vec<String> {
    let census = format!("{} %", ascii_tenths(group.population / total));
    let counts = [visible(name).into_owned(), census, group.rows.to_string()];
    counts
        .into_iter()
        .chain(group.shares.iter().map(shown))
        .collect()
}

fn shown(share: &Result<Share, NotEstimable>) -> String {
    match share {
        Ok(Share {
            value, interval, ..
        }) => format!(
            "{} % ({}-{})",
            ascii_tenths(*value),
            ascii_tenths(interval.low),
            ascii_tenths(interval.high)
        ),
        Err(reason) => format!("- {reason}"),
    }
}

/// How much groups of each grouping differ.
fn spreads(cells: &Cells, target: &Target) -> Option<String> {
    let groupings = cells.groupings.iter().zip(&target.spreads);
    let each = groupings.map(|(grouping, spread)| {
        let [value, low, high] = [spread.value, spread.interval.low, spread.interval.high];
        format!("{} {value:.2} ({low:.2}-{high:.2})", grouping.name)
    });
    let each: Vec<String> = each.collect();
    (!each.is_empty()).then(|| {
        format!(
            "{}, standard deviation of groups in log odds: {}.",
            visible(&target.class),
            each.join(", ")
        )
    })
}
