use super::*;

/// Two segments of a table with two columns: one that they were made of, one beside it.
fn toy() -> (Rows, Rows, Vec<Nearest>) {
    let used = vec![1.0, 2.0, 4.0, 10.0, 12.0, 11.5, 14.0];
    let beside = vec![5.0, 6.0, 4.0, 5.5, 5.0, 4.5, 6.5];
    let rows = Rows::new(vec!["income".to_owned()], used).unwrap();
    let other = Rows::new(vec!["age".to_owned()], beside).unwrap();
    let centres = [12.0, 2.0];
    let nearest = evenhand_stats::stats::kmeans::nearest(&centres, 1, rows.values());
    (rows, other, nearest)
}

#[test]
fn differences_match_scipy() {
    let (rows, other, nearest) = toy();
    let found = profiles(&rows, Some(&other), &nearest, 2);
    // a = [10, 12, 11.5, 14]; b = [1, 2, 4]; c = [5.5, 5, 4.5, 6.5]; d = [5, 6, 4]
    // p = [scipy.stats.ttest_ind(a, b, equal_var=False).pvalue, scipy.stats.ttest_ind(c, d, equal_var=False).pvalue]
    // statsmodels' multipletests(p + p, method="holm")[1]
    let [income, age] = &found[0].differences[..] else {
        panic!("{found:?}")
    };
    assert_eq!((income.is_used, age.is_used), (true, false));
    assert!((income.mean - 11.875).abs() < 1e-14 && (income.elsewhere - 7.0 / 3.0).abs() < 1e-14);
    let (p_income, p_age) = P_HOLM;
    assert!(
        (income.p_holm.unwrap() - p_income).abs() < 1e-10,
        "{income:?}"
    );
    assert!((age.p_holm.unwrap() - p_age).abs() < 1e-10, "{age:?}");
    // (np.mean(a) - np.mean(b)) / np.std(a + b)
    assert!(
        (income.standardised - STANDARDISED).abs() < 1e-12,
        "{income:?}"
    );
    assert_eq!(found[1].differences[0].p_holm, income.p_holm);
    assert!(!age.is_significant() && income.is_significant());
}

const P_HOLM: (f64, f64) = (0.0028882885644827406, 1.0);
const STANDARDISED: f64 = 1.9423241317174902;

#[test]
fn a_profile_says_what_a_segment_is() {
    let (rows, other, nearest) = toy();
    let rows = rows
        .weighted(vec![1.0, 1.0, 1.0, 1.0, 2.0, 1.0, 1.0])
        .unwrap();
    let found = profiles(&rows, Some(&other), &nearest, 2);
    assert_eq!((found[0].rows, found[1].rows), (4, 3));
    assert!((found[0].weight_share - 5.0 / 8.0).abs() < 1e-15);
    assert_eq!(found[0].members.typical, [4, 5, 3, 6]);
    assert_eq!(found[0].members.borderline[0], 3);
    assert_eq!(
        found[0].sentence,
        "Segment 1 (4 rows, 62.5%): more income (11.9, elsewhere 2.3)."
    );
    assert!(
        found[1]
            .sentence
            .contains("less income (2.3, elsewhere 11.9)")
    );
}

#[test]
fn margins_are_shares_of_the_second_distance() {
    let nearest = |squared, second_squared| Nearest {
        cluster: 0,
        squared,
        second_squared,
    };
    for (first, second, expected) in [
        (4.0, 16.0, 0.5),
        (9.0, 9.0, 0.0),
        (0.0, 1.0, 1.0),
        (0.0, 0.0, 0.0),
        (4.0, f64::INFINITY, 1.0),
    ] {
        assert_eq!(margin(&nearest(first, second)), expected);
    }
}

#[test]
fn a_segment_of_one_row_and_a_constant_column_have_no_test() {
    let rows = Rows::new(vec!["a".to_owned()], vec![1.0, 2.0, 9.0]).unwrap();
    let constant = Rows::new(vec!["b".to_owned()], vec![1.0; 3]).unwrap();
    let found = differences(&rows, Some(&constant), &[0, 0, 1], 2);
    assert!(
        found.iter().flatten().all(|d| d.p_holm.is_none()),
        "{found:?}"
    );
}
