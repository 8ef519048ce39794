//! Naming the group that fares worst.

use super::contrast::Contrast;
use super::estimate::share_interval;
use super::{Cell, CheckedParams, Estimate, Measure, Worst};
use crate::metric;

/// The worst group; of groups that are equally low, the largest.
pub(super) fn worst(
    cells: &[(String, Cell)],
    overall: &Cell,
    params: &CheckedParams,
) -> Option<Worst> {
    let mut ranked: Vec<(f64, &str, &Cell)> = cells
        .iter()
        .filter_map(|(value, cell)| Some((cell.accuracy().value()?, value.as_str(), cell)))
        .collect();
    ranked.sort_by(|a, b| a.0.total_cmp(&b.0).then(b.2.n.cmp(&a.2.n)));
    let [(lowest, value, cell), _, ..] = ranked[..] else {
        return None;
    };
    let others = overall.right().without(cell.right());
    let effective = (cell.rest_design_effect("accuracy")).effective(others, params.level);
    let contrast = Contrast::new(metric::find("accuracy")?, cell, overall)?;
    let rest = Estimate {
        value: others.rate(),
        interval: share_interval(effective, params)?,
    };
    Some(Worst {
        value: value.to_owned(),
        accuracy: *cell.accuracy(),
        rest: Measure {
            n: others.n,
            estimate: Ok(rest),
        },
        gap: Estimate {
            value: rest.value - lowest,
            interval: contrast.interval(params.level)?.negated(),
        },
    })
}

#[cfg(test)]
mod tests {
    use crate::audit::Params;
    use crate::audit::toy::audited;

    #[test]
    fn the_gap_of_the_worst_group_matches_gender_shades() {
        // Microsoft's errors by Buolamwini and Gebru (2018): darker women 56 of 271, against
        // everyone else's 24 of 999.
        let errors = [
            ("DF", 56, 271),
            ("DM", 19, 318),
            ("LF", 5, 296),
            ("LM", 0, 385),
        ]
        .map(|(group, errors, n)| (group, [n - errors, 0, errors, 0]));
        let audit = audited("g", &errors, Params::default());
        let worst = audit.groupings[0].worst.as_ref().unwrap();
        assert_eq!(worst.value, "DF");
        assert_eq!(worst.rest.n, 999);
        let difference = 56.0 / 271.0 - 24.0 / 999.0;
        assert!((worst.gap.value - difference).abs() < 1e-12);
        assert!(
            worst.gap.interval.low > 0.13 && worst.gap.interval.high < 0.24,
            "{worst:?}"
        );
    }

    #[test]
    fn a_group_too_small_is_never_the_worst() {
        let counts = [
            ("few", [0, 0, 9, 0]),
            ("many", [80, 0, 20, 0]),
            ("more", [180, 0, 20, 0]),
        ];
        let audit = audited(
            "g",
            &counts,
            Params {
                min_n: 10,
                ..Params::default()
            },
        );
        let worst = audit.groupings[0].worst.as_ref().unwrap();
        assert_eq!((worst.value.as_str(), worst.rest.n), ("many", 209));

        let audit = audited(
            "g",
            &counts,
            Params {
                min_n: 150,
                ..Params::default()
            },
        );
        assert_eq!(
            audit.groupings[0].worst, None,
            "one group alone is not the worst of any"
        );
    }
}
