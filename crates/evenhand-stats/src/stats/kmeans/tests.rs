use super::centres::squared_distance;
use super::*;
use rand::rngs::ChaCha8Rng;
use rand::{RngExt, SeedableRng};

fn params(clusters: usize) -> Params {
    Params {
        clusters,
        starts: Starts::Exactly(10),
        iterations: 300,
        tolerance: 0.0,
        seed: 1,
    }
}

fn fit(rows: &[f64], dims: usize, params: Params) -> KMeans {
    KMeans::fit(Points::new(rows, dims), &params).unwrap()
}

/// 120 rows of 3 values from 0 to 10, without any structure.
fn scattered() -> Vec<f64> {
    let value = |i: u32, j: u32| ((i * (i + 3) * (j + 2) * 37 + 11 * i * j) % 101) as f64 / 10.0;
    (0..120)
        .flat_map(|i| (0..3).map(move |j| value(i, j)))
        .collect()
}

/// Four clouds of 30, 20, 10 and 5 rows of 10 values around a corner each; far apart.
fn clouds() -> (Vec<f64>, Vec<usize>) {
    let mut rng = ChaCha8Rng::seed_from_u64(2);
    let mut rows = Vec::new();
    let mut clouds = Vec::new();
    for (cloud, size) in [30, 20, 10, 5].into_iter().enumerate() {
        for _ in 0..size {
            let value = |dim: usize| {
                let corner = if dim % 4 == cloud { 10.0 } else { 0.0 };
                corner + rng.random_range(-1.0..1.0)
            };
            rows.extend((0..10).map(value));
            clouds.push(cloud);
        }
    }
    (rows, clouds)
}

#[test]
fn clouds_that_are_far_apart_are_found() {
    let (rows, clouds) = clouds();
    let found = fit(&rows, 10, params(4));
    let clusters = found.assign(&rows);
    for (cluster, cloud) in clusters.iter().zip(&clouds) {
        let first = clouds.iter().position(|other| other == cloud).unwrap();
        assert_eq!(*cluster, clusters[first]);
    }
    assert_eq!(found.counts, [30, 20, 10, 5]);
}

#[test]
fn inertia_is_no_worse_than_scikit_learns() {
    const CORNERS: [[f64; 3]; 5] = [
        [0.0, 0.0, 0.0],
        [9.0, 1.0, 0.0],
        [1.0, 8.0, 2.0],
        [6.0, 6.0, 7.0],
        [2.0, 3.0, 9.0],
    ];
    let corners = (0..120).flat_map(|i| CORNERS[i % 5]);
    let overlapping = corners
        .zip(scattered())
        .map(|(corner, value)| corner + value / 2.0);
    let overlapping: Vec<f64> = overlapping.collect();
    // sklearn.cluster.KMeans(clusters, n_init=10, random_state=0).fit(rows).inertia_
    for (clusters, inertia) in [(3, 1938.631591796875), (5, 748.02197265625)] {
        let found = fit(&overlapping, 3, params(clusters));
        assert!(
            found.inertia <= inertia * 1.001,
            "{clusters}: {}, not {inertia}",
            found.inertia
        );
    }
}

#[test]
fn single_searches_fit_as_well_as_scikit_learns_on_average() {
    // Without structure a search ends in one of many optima, by chance: the means of many are compared.
    // v = [KMeans(clusters, n_init=1, random_state=s).fit(rows).inertia_ for s in range(2000)]
    // np.mean(v), np.std(v) / np.sqrt(2000)
    let cases = [
        (2, 2187.378, 1.890),
        (5, 1044.741, 1.235),
        (8, 616.362, 0.713),
        (12, 376.477, 0.475),
    ];
    const SEARCHES: u64 = 1000;
    for (clusters, mean, error) in cases {
        let inertia = |seed| {
            let params = Params {
                seed,
                starts: Starts::Exactly(1),
                ..params(clusters)
            };
            fit(&scattered(), 3, params).inertia
        };
        let found = (0..SEARCHES).map(inertia).sum::<f64>() / SEARCHES as f64;
        // Half as many searches have a standard error larger by the root of 2; together, of 3.
        assert!(
            found - mean < 3.0 * error * f64::sqrt(3.0),
            "{clusters}: {found}, not {mean}"
        );
    }
}

#[test]
fn counts_inertia_and_centres_are_of_one_start() {
    let rows = scattered();
    for seed in 0..10 {
        let params = Params { seed, ..params(6) };
        let KMeans {
            centres,
            dims,
            counts,
            inertia,
            ..
        } = fit(&rows, 3, params);
        assert_eq!(dims, 3);
        let mut tally = vec![0; 6];
        let mut sums = [0.0; 18];
        let mut away = 0.0;
        for row in rows.chunks(3) {
            let squares = centres
                .chunks(3)
                .map(|centre| squared_distance(row, centre));
            let all: Vec<f64> = squares.collect();
            let nearest = (0..6).min_by(|&a, &b| all[a].total_cmp(&all[b])).unwrap();
            tally[nearest] += 1;
            away += all[nearest];
            for (sum, value) in sums[3 * nearest..].iter_mut().zip(row) {
                *sum += value;
            }
        }
        assert_eq!(counts, tally);
        assert!(
            (inertia / away - 1.0).abs() < 1e-12,
            "{inertia}, not {away}"
        );
        for (at, centre) in centres.iter().enumerate() {
            let mean = sums[at] / tally[at / 3] as f64;
            assert!((centre - mean).abs() < 1e-12);
        }
    }
}

#[test]
fn more_starts_never_fit_worse() {
    let inertia = |starts| {
        let params = Params {
            starts: Starts::Exactly(starts),
            ..params(8)
        };
        fit(&scattered(), 3, params).inertia
    };
    assert!(inertia(5) <= inertia(1));
    assert!(inertia(30) <= inertia(5));
}

#[test]
fn a_seed_fixes_the_clusters_on_any_number_of_threads() {
    let fit = |seed, threads| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build();
        let params = Params {
            seed,
            starts: Starts::Exactly(1),
            ..params(7)
        };
        pool.unwrap().install(|| fit(&scattered(), 3, params))
    };
    assert_eq!(fit(3, 1), fit(3, 4));
    assert_ne!(fit(3, 1).centres, fit(4, 1).centres);
}

#[test]
fn one_cluster_has_the_mean_and_as_many_as_rows_have_the_rows() {
    let rows = [1.0, 5.0, 2.0, 3.0, 6.0, 1.0];
    let one = fit(&rows, 2, params(1));
    assert_eq!((one.centres, one.inertia), (vec![3.0, 3.0], 22.0));
    let each = fit(&rows, 2, params(3));
    assert_eq!((each.counts, each.inertia), (vec![1; 3], 0.0));
}

#[test]
fn rows_that_are_alike_leave_clusters_empty() {
    let rows = [1.0, 1.0, 1.0, 2.0, 2.0];
    let found = fit(&rows, 1, params(4));
    assert_eq!((found.counts, found.inertia), (vec![3, 2, 0, 0], 0.0));
}

#[test]
fn rows_without_clusters_say_why() {
    let fit =
        |rows: &[f64], clusters| KMeans::fit(Points::new(rows, 2), &params(clusters)).unwrap_err();
    assert_eq!(fit(&[1.0, 2.0], 0), KMeansError::NoClusters);
    let too_few = fit(&[1.0, 2.0], 2);
    assert_eq!(
        too_few,
        KMeansError::TooFewRows {
            rows: 1,
            clusters: 2
        }
    );
    assert_eq!(too_few.to_string(), "1 rows are too few for 2 clusters");
    let not_finite = fit(&[1.0, 2.0, 3.0, f64::NAN], 2);
    assert_eq!(not_finite, KMeansError::NotFinite { row: 1 });
}

#[test]
#[should_panic(expected = "5 values are no rows of 2")]
fn half_a_row_is_refused() {
    let _ = Points::new(&[0.0; 5], 2);
}

#[test]
fn a_row_of_weight_3_is_three_rows() {
    let rows = scattered();
    let weights: Vec<f64> = (0..120).map(|row| f64::from(1 + row % 3)).collect();
    let repeat = |row: usize| std::iter::repeat_n(&rows[3 * row..3 * row + 3], 1 + row % 3);
    let repeated: Vec<f64> = (0..120).flat_map(repeat).flatten().copied().collect();
    let params = Params {
        starts: Starts::UntilTwice {
            least: 50,
            most: 500,
        },
        ..params(4)
    };
    let weighted = Points::new(&rows, 3).weighted(Some(&weights));
    let weighted = KMeans::fit(weighted, &params).unwrap();
    let expected = fit(&repeated, 3, params);
    assert!((weighted.inertia / expected.inertia - 1.0).abs() < 1e-12);
    for (weight, &count) in weighted.weights.iter().zip(&expected.counts) {
        assert_eq!(*weight, count as f64);
    }
    assert!(weighted.restarts.best_found >= 2, "{weighted:?}");
    assert!(weighted.weights.is_sorted_by(|a, b| a >= b));
}

#[test]
fn weights_are_above_0() {
    for wrong in [0.0, -1.0, f64::NAN, f64::INFINITY] {
        let weights = [1.0, wrong];
        let points = Points::new(&[1.0, 2.0], 1).weighted(Some(&weights));
        let found = KMeans::fit(points, &params(1));
        assert_eq!(found.unwrap_err(), KMeansError::Weight { row: 1 });
    }
}

#[test]
fn a_search_ends_when_the_best_optimum_is_found_again() {
    let (rows, _) = clouds();
    let params = |least| Params {
        starts: Starts::UntilTwice { least, most: 100 },
        ..params(4)
    };
    let found = fit(&rows, 10, params(3)).restarts;
    assert!(found.best_found >= 2 && found.starts < 100, "{found:?}");
    let found = fit(&rows, 10, params(60)).restarts;
    assert!(found.starts >= 60 && found.optima >= 1, "{found:?}");
}

#[test]
fn a_tolerance_ends_starts_early_but_not_the_best_one() {
    let rows = scattered();
    let with = |tolerance| {
        let params = Params {
            tolerance,
            starts: Starts::Exactly(20),
            ..params(6)
        };
        fit(&rows, 3, params)
    };
    let found = with(0.1);
    let labels = found.assign(&rows);
    for (at, centre) in found.centres.chunks(3).enumerate() {
        let members: Vec<&[f64]> = rows
            .chunks(3)
            .zip(&labels)
            .filter_map(|(row, &label)| (label == at).then_some(row))
            .collect();
        for (dim, value) in centre.iter().enumerate() {
            let mean = members.iter().map(|row| row[dim]).sum::<f64>() / members.len() as f64;
            assert!((value - mean).abs() < 1e-9, "{value}, not {mean}");
        }
    }
}

#[test]
fn one_row_has_a_nearest_and_a_second_nearest_centre() {
    // Eleven centres are two blocks.
    let centres: Vec<f64> = (0..11).map(|at| f64::from(at * at)).collect();
    for (value, cluster, squared, second_squared) in [
        (3.0, 2, 1.0, 4.0),
        (82.0, 9, 1.0, 18.0 * 18.0),
        (0.5, 0, 0.25, 0.25),
    ] {
        let expected = Nearest {
            cluster,
            squared,
            second_squared,
        };
        assert_eq!(nearest(&centres, 1, &[value]), [expected]);
    }
    assert_eq!(nearest(&[1.0], 1, &[3.0])[0].second_squared, f64::INFINITY);
}
