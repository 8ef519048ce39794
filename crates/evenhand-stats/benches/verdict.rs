//! How often the verdict of an audit names a group that is like the rest, and how often it names one that is
//! not: audits of simulated predictions, beside Holm's method on accuracy alone.
//!
//!     cargo bench -p evenhand-stats --bench verdict             the table of docs/guide/groups.md
//!     cargo bench -p evenhand-stats --bench verdict -- 100      of so many audits each
#![allow(clippy::print_stdout, reason = "a program for developers")]

use evenhand_stats::audit::toy::audited;
use evenhand_stats::audit::{Audit, Params};
use rand::rngs::ChaCha8Rng;
use rand::{RngExt, SeedableRng};
use rayon::prelude::*;

/// How often the classifier is right, of both labels.
const RIGHT: f64 = 0.87;
/// What the planted group falls short of that, in large and in small groups.
const GAPS: [f64; 2] = [0.0, 0.12];
const TINY: usize = 12;

/// Groups of as many rows, and a tiny one if there is one.
struct Case {
    groups: usize,
    rows: usize,
    has_tiny: bool,
}

const CASES: [Case; 6] = [
    Case {
        groups: 2,
        rows: 300,
        has_tiny: false,
    },
    Case {
        groups: 2,
        rows: 300,
        has_tiny: true,
    },
    Case {
        groups: 14,
        rows: 143,
        has_tiny: false,
    },
    Case {
        groups: 14,
        rows: 143,
        has_tiny: true,
    },
    Case {
        groups: 50,
        rows: 200,
        has_tiny: false,
    },
    Case {
        groups: 50,
        rows: 200,
        has_tiny: true,
    },
];

fn main() {
    let asked = std::env::args()
        .filter_map(|argument| argument.parse().ok())
        .next();
    let audits: u64 = asked.unwrap_or(1000);
    println!(
        "| groups | a tiny one | gap | verdict names the planted group, or any | Holm, accuracy alone | permutation p <= 0.05 |"
    );
    println!("|---|---|---|---|---|---|");
    for case in &CASES {
        for gap in GAPS {
            let found: Vec<[bool; 3]> = (0..audits)
                .into_par_iter()
                .map(|seed| outcome(&simulated(case, gap, seed), gap > 0.0))
                .collect();
            let share = |at: usize| {
                let named = found.iter().filter(|named| named[at]).count();
                format!("{:.1} %", 100.0 * named as f64 / audits as f64)
            };
            let tiny = if case.has_tiny { "yes" } else { "no" };
            println!(
                "| {} of {} | {tiny} | {:.0} points | {} | {} | {} |",
                case.groups,
                case.rows,
                100.0 * gap,
                share(0),
                share(1),
                share(2)
            );
        }
    }
}

/// The audit of predictions that are worse for the first group only.
fn simulated(case: &Case, gap: f64, seed: u64) -> Audit {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let mut group = |at: usize, rows: usize| {
        let right = if at == 0 { RIGHT - gap } else { RIGHT };
        let mut counts = [0; 4];
        for row in 0..rows {
            // Of `[tp, fp, fn, tn]`.
            let outcome = match (row % 2 == 0, rng.random_bool(right)) {
                (true, true) => 0,
                (true, false) => 2,
                (false, true) => 3,
                (false, false) => 1,
            };
            counts[outcome] += 1;
        }
        (format!("g{at:02}"), counts)
    };
    let mut groups: Vec<(String, [usize; 4])> =
        (0..case.groups).map(|at| group(at, case.rows)).collect();
    if case.has_tiny {
        groups.push(group(case.groups, TINY));
    }
    let groups: Vec<(&str, [usize; 4])> = (groups.iter())
        .map(|(name, counts)| (name.as_str(), *counts))
        .collect();
    let params = Params {
        replicates: 100,
        ..Params::default()
    };
    audited("g", &groups, params)
}

/// Whether the planted group, or any where none is planted, is named: by the verdict, by Holm's method; and
/// whether the permutation test finds that groups differ.
fn outcome(audit: &Audit, is_planted: bool) -> [bool; 3] {
    // Of two groups that are everyone, either may be named.
    let is_two = audit.groupings[0].cells.len() == 2;
    let counts = |name: &str| !is_planted || is_two || name == "g00";
    let gap = audit.groupings[0]
        .disparity
        .gap("accuracy")
        .expect("two groups at least");
    [
        audit.verdict.apart.iter().any(|apart| counts(&apart.value)),
        gap.versus
            .iter()
            .any(|(name, versus)| counts(name) && versus.p_holm <= 0.05),
        gap.largest.p <= 0.05,
    ]
}
