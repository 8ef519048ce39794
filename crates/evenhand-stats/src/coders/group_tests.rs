use super::tests::{params, same};
use super::*;
use crate::stats::Interval;

/// Codes such as `001` by three coders, so many of each, by group.
fn study(groups: &[(&str, &[(&str, usize)])]) -> (Codes, Study) {
    let items = groups.iter().flat_map(|(group, codes)| {
        let codes = codes
            .iter()
            .flat_map(|&(codes, n)| std::iter::repeat_n(codes, n));
        codes.map(move |codes| (*group, codes))
    });
    let items: Vec<(String, &str, &str)> = (items.enumerate())
        .map(|(at, (group, codes))| (at.to_string(), group, codes))
        .collect();
    let coders = ["a", "b", "c"];
    let entries = items.iter().flat_map(|(item, group, codes)| {
        coders.iter().enumerate().map(move |(at, coder)| Entry {
            line: 0,
            item,
            coder,
            label: &codes[at..=at],
            attributes: vec![group],
        })
    });
    let codes = Codes::collect(vec!["group".to_owned()], entries).unwrap();
    let asked = Params {
        groups: vec![vec![0]],
        ..params(Scale::Nominal)
    };
    let study = Study::of(&codes, &asked).unwrap();
    (codes, study)
}

const X: &[(&str, usize)] = &[("000", 18), ("111", 18), ("001", 2), ("110", 2)];
const Y: &[(&str, usize)] = &[("000", 17), ("111", 19), ("010", 2), ("101", 2)];
/// The third coder errs.
const Z: &[(&str, usize)] = &[("000", 14), ("111", 10), ("001", 10), ("110", 6)];

fn holds(measure: Measure, expected: [f64; 3]) {
    let Interval { low, high } = measure.interval.unwrap();
    for (found, expected) in [measure.value.unwrap(), low, high]
        .into_iter()
        .zip(expected)
    {
        assert!((found - expected).abs() < 1e-9, "{found} {expected}");
    }
}

#[test]
fn groups_are_held_against_all_others_as_scipy_and_statsmodels_do() {
    let (_, study) = study(&[("x", X), ("y", Y), ("z", Z)]);
    let found = &study.groupings[0].comparisons;
    // Shares of an item's pairs of codes that are the same, in z and in the others:
    // multipletests([ttest_ind(own, rest).pvalue ...], method="holm"); proportion_confint(m * n, n, .05, "wilson") with
    // n = m * (1 - m) / (own.var(ddof=1) / len(own)), added as Newcombe does
    let agreement = found[2].agreement;
    holds(
        agreement.difference,
        [-0.2, -0.316986681987135, -0.0937724802047176],
    );
    for (group, p) in [(0, 0.10685173721822108), (2, 0.0002237554643605786)] {
        same(
            found[group].agreement.p.ok_or(NotEstimable::TooFew),
            &p.into(),
            1e-9,
        );
    }
    // Coder c, label 0 in z: multipletests([fisher_exact([[h, n - h], [H, N - H]])[1] ...], method="holm") of 18 tests;
    // proportion_confint(14, 24, .05, "wilson"), confint_proportions_2indep(14, 24, 35, 37, method="newcomb")
    let one = &found[2].sensitivities[4];
    assert_eq!((one.coder, one.label), (2, 0));
    holds(
        one.gap.of_group,
        [14.0 / 24.0, 0.38834665865228757, 0.7553239739018826],
    );
    holds(
        one.gap.difference,
        [
            14.0 / 24.0 - 35.0 / 37.0,
            -0.5614815492299621,
            -0.15117010764899094,
        ],
    );
    same(
        one.gap.p.ok_or(NotEstimable::TooFew),
        &0.014478639397619456.into(),
        1e-9,
    );
}

#[test]
fn what_differs_is_told_of_the_group_where_it_is_less() {
    let (codes, of_three) = study(&[("x", X), ("y", Y), ("z", Z)]);
    let told = of_three.group_sentences(&codes);
    assert_eq!(
        told,
        [
            "On items of `group` z, coders agree less often: 73.3 % (62.1-82.2), 20.0 points less than on the others \
             (9.4-31.7), p < 0.001.",
            "On items of `group` z, `c` gives `0` less often where most others do: 58.3 % (38.8-75.5), 36.3 points less \
             than on the others (15.1-56.1), p = 0.014.",
        ]
    );
    let (codes, of_two) = study(&[("y", Y), ("z", Z)]);
    let found = &of_two.groupings[0].comparisons;
    assert_eq!(found[0].agreement.p, found[1].agreement.p);
    assert!(
        of_two
            .group_sentences(&codes)
            .iter()
            .all(|line| line.contains("` z, "))
    );
    let (codes, alike) = study(&[("x", X), ("y", Y)]);
    assert_eq!(
        alike.group_sentences(&codes),
        [
            "No group of `group` is shown to differ in how coders agree or err (7 comparisons, corrected)."
        ]
    );
    let json = of_three.to_json(&codes);
    let of_z = &json["groups"]["group"]["z"]["against_other_items"];
    assert!(
        of_z["agreement"]["difference_high"].as_f64().unwrap() < 0.0,
        "{of_z}"
    );
    assert!(
        of_z["per_coder"]["c"]["0"]["p"].as_f64().unwrap() < 0.05,
        "{of_z}"
    );
}

#[test]
fn groups_of_few_items_are_compared_with_nothing() {
    let few: &[(&str, usize)] = &[("000", 5), ("111", 4)];
    let (codes, study) = study(&[("few", few), ("x", X)]);
    let found = &study.groupings[0].comparisons;
    assert_eq!(found[0].agreement.of_group.value, Ok(1.0));
    assert_eq!(
        found[0].agreement.difference.value,
        Err(NotEstimable::TooFew)
    );
    assert!(
        found
            .iter()
            .all(|of| of.sensitivities.iter().all(|one| one.gap.p.is_none()))
    );
    assert!(study.group_sentences(&codes).is_empty());
    let rows = found[0].tidy("group", "few", &codes);
    assert_eq!(rows.len(), 1 + 2 * 6);
    assert_eq!(rows[0][2], "percent_agreement_difference");
    assert_eq!(rows[0][9], "fewer than 10 items");
}
