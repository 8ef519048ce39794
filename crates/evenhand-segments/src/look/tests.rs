use super::*;

fn rows(columns: &[&str], values: Vec<f64>) -> Rows {
    let columns = columns.iter().map(|&name| name.to_owned()).collect();
    Rows::new(columns, values).unwrap()
}

/// A population, its women, four shares that were rounded, and a number beside them.
fn towns() -> Rows {
    let shares = [
        [33.3, 33.3, 33.3],
        [20.1, 70.2, 9.7],
        [14.3, 14.3, 71.4],
        [50.0, 25.1, 24.9],
        [0.0, 99.9, 0.1],
        [40.0, 40.0, 20.0],
    ];
    let values = shares.iter().zip([100, 5_000, 250, 90_000, 1_200, 40]);
    let values = values.enumerate().flat_map(|(row, (shares, population))| {
        let women = population / 2 + row as i32 % 3;
        let mut values = vec![f64::from(population), f64::from(women), 3.0];
        values.extend(shares);
        values.push([3.5, 1.0, 2.5, 2.0, 9.0, 4.5][row]);
        values
    });
    let names = ["population", "women", "constant", "a", "b", "c", "income"];
    rows(&names, values.collect())
}

#[test]
fn summaries_match_scipy() {
    // x = [1, 2, 2, 7]; np.mean, np.median, np.std, scipy.stats.skew
    let found = &summaries(&rows(&["x"], vec![2.0, 7.0, 1.0, 2.0]))[0];
    assert_eq!((found.mean, found.median), (3.0, 2.0));
    assert!(
        (found.deviation - 2.345207879911715).abs() < 1e-12,
        "{found:?}"
    );
    assert!((found.skew - SKEW).abs() < 1e-12, "{found:?}");
    assert_eq!(
        (found.histogram.weights[0], found.histogram.weights[19]),
        (1.0, 1.0)
    );
    assert_eq!(found.histogram.weights.iter().sum::<f64>(), 4.0);
    let weighted = rows(&["x"], vec![1.0, 2.0, 7.0])
        .weighted(vec![1.0, 2.0, 1.0])
        .unwrap();
    let repeated = &summaries(&weighted)[0];
    assert_eq!((repeated.mean, repeated.median), (found.mean, found.median));
    assert!((repeated.skew - found.skew).abs() < 1e-15);
    assert_eq!(repeated.histogram, found.histogram);
    let between = rows(&["x"], vec![1.0, 2.0, 4.0, 7.0]);
    assert_eq!(summaries(&between)[0].median, 3.0);
}

const SKEW: f64 = 1.0466216984729968;

#[test]
fn columns_that_are_the_same_thing_are_told() {
    let found = look(&towns());
    assert_eq!(found.constant, ["constant"]);
    let set = &found.shares[..];
    assert_eq!(set.len(), 1, "{set:?}");
    assert_eq!(
        (&set[0].columns[..], set[0].total),
        (&["a", "b", "c"].map(String::from)[..], 100.0)
    );
    assert_eq!(found.scaled.len(), 1, "{:?}", found.scaled);
    assert_eq!(
        (&*found.scaled[0].of, &found.scaled[0].columns[..]),
        ("population", &["women".to_owned()][..])
    );
    assert_eq!(found.duplicates.len(), 1, "{:?}", found.duplicates);
    let sentences = found.sentences();
    assert!(sentences[0].starts_with("`constant`"), "{sentences:?}");
    assert!(
        sentences[1].starts_with("`a`, `b` and `c` are shares that sum to 100"),
        "{sentences:?}"
    );
    assert!(
        sentences[2].starts_with("`women` grows with `population`"),
        "{sentences:?}"
    );
    assert!(
        sentences[3].contains("`population` and `women` (1.000)"),
        "{sentences:?}"
    );
}

#[test]
fn shares_that_miss_their_sum_in_one_row_are_none() {
    let mut values = towns().values().to_vec();
    values[3] += 0.4;
    let names = ["population", "women", "constant", "a", "b", "c", "income"];
    assert_eq!(share_sets(&rows(&names, values)), []);
    let fractions = rows(&["x", "y"], vec![0.25, 0.75, 0.1, 0.9]);
    assert_eq!(share_sets(&fractions)[0].total, 1.0);
}

#[test]
fn counts_become_shares_of_what_they_grow_with() {
    let counts = ScaledCounts {
        of: "population".to_owned(),
        columns: vec!["women".to_owned()],
    };
    let shares = as_shares(&towns(), &counts).unwrap();
    assert_eq!(shares.row(0)[..2], [100.0, 0.5]);
    assert_eq!(shares.row(1)[1], 2_501.0 / 5_000.0);
    assert_eq!(shares.row(1)[3], 20.1);
    let absent = ScaledCounts {
        of: "people".to_owned(),
        ..counts
    };
    assert!(as_shares(&towns(), &absent).is_err());
}
