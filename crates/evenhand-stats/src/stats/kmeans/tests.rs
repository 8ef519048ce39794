use super::*;

fn params(clusters: usize) -> Params {
    Params {
        clusters,
        restarts: 10,
        iterations: 300,
        seed: 1,
    }
}

/// 120 rows of 3 values from 0 to 10, without any structure.
fn scattered() -> Vec<f32> {
    let value = |i: u32, j: u32| ((i * (i + 3) * (j + 2) * 37 + 11 * i * j) % 101) as f32 / 10.0;
    (0..120)
        .flat_map(|i| (0..3).map(move |j| value(i, j)))
        .collect()
}

/// Four clouds of 30, 20, 10 and 5 rows of 10 values around a corner each; far apart.
fn clouds() -> (Vec<f32>, Vec<usize>) {
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
    let found = KMeans::fit(&rows, 10, params(4)).unwrap();
    let clusters = found.assign(&rows);
    for (cluster, cloud) in clusters.iter().zip(&clouds) {
        let first = clouds.iter().position(|other| other == cloud).unwrap();
        assert_eq!(*cluster, clusters[first]);
    }
    let mut counts = found.counts.clone();
    counts.sort_unstable();
    assert_eq!(counts, [5, 10, 20, 30]);
}

#[test]
fn inertia_is_no_worse_than_scikit_learns() {
    const CORNERS: [[f32; 3]; 5] = [
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
    let overlapping: Vec<f32> = overlapping.collect();
    // sklearn.cluster.KMeans(clusters, n_init=10, random_state=0).fit(rows).inertia_
    for (clusters, inertia) in [(3, 1938.631591796875), (5, 748.02197265625)] {
        let found = KMeans::fit(&overlapping, 3, params(clusters)).unwrap();
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
                restarts: 1,
                ..params(clusters)
            };
            KMeans::fit(&scattered(), 3, params).unwrap().inertia
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
fn counts_inertia_and_centres_are_of_one_restart() {
    let rows = scattered();
    for seed in 0..10 {
        let params = Params { seed, ..params(6) };
        let KMeans {
            centres,
            dims,
            counts,
            inertia,
        } = KMeans::fit(&rows, 3, params).unwrap();
        assert_eq!(dims, 3);
        let mut tally = vec![0; 6];
        let mut sums = [0.0; 18];
        let mut away = 0.0;
        for row in rows.chunks(3) {
            let squares = |centre: &[f32]| {
                let square = |(a, b): (&f32, &f32)| f64::from(a - b).powi(2);
                row.iter().zip(centre).map(square).sum::<f64>()
            };
            let all: Vec<f64> = centres.chunks(3).map(squares).collect();
            let nearest = (0..6).min_by(|&a, &b| all[a].total_cmp(&all[b])).unwrap();
            tally[nearest] += 1;
            away += all[nearest];
            for (sum, value) in sums[3 * nearest..].iter_mut().zip(row) {
                *sum += f64::from(*value);
            }
        }
        assert_eq!(counts, tally);
        assert!((inertia / away - 1.0).abs() < 1e-5, "{inertia}, not {away}");
        for (at, centre) in centres.iter().enumerate() {
            let mean = sums[at] / tally[at / 3] as f64;
            assert!((f64::from(*centre) - mean).abs() < 1e-5);
        }
    }
}

#[test]
fn more_restarts_never_fit_worse() {
    let inertia = |restarts| {
        let params = Params {
            restarts,
            ..params(8)
        };
        KMeans::fit(&scattered(), 3, params).unwrap().inertia
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
            restarts: 1,
            ..params(7)
        };
        pool.unwrap()
            .install(|| KMeans::fit(&scattered(), 3, params).unwrap())
    };
    assert_eq!(fit(3, 1), fit(3, 4));
    assert_ne!(fit(3, 1).centres, fit(4, 1).centres);
}

#[test]
fn one_cluster_has_the_mean_and_as_many_as_rows_have_the_rows() {
    let rows = [1.0, 5.0, 2.0, 3.0, 6.0, 1.0];
    let one = KMeans::fit(&rows, 2, params(1)).unwrap();
    assert_eq!((one.centres, one.inertia), (vec![3.0, 3.0], 22.0));
    let each = KMeans::fit(&rows, 2, params(3)).unwrap();
    assert_eq!((each.counts, each.inertia), (vec![1; 3], 0.0));
}

#[test]
fn rows_that_are_alike_leave_clusters_empty() {
    let rows = [1.0, 1.0, 1.0, 2.0, 2.0];
    let found = KMeans::fit(&rows, 1, params(4)).unwrap();
    let mut counts = found.counts;
    counts.sort_unstable();
    assert_eq!((counts, found.inertia), (vec![0, 0, 2, 3], 0.0));
}

#[test]
fn an_empty_cluster_is_given_the_farthest_row_of_a_cluster_that_keeps_one() {
    let mut nearest = vec![(0, 1.0), (0, 4.0), (2, 9.0), (0, 2.0)];
    fill_empty(&mut nearest, 4);
    assert_eq!(nearest, [(0, 1.0), (1, 0.0), (2, 9.0), (3, 0.0)]);
}

#[test]
fn rows_without_clusters_say_why() {
    let fit = |rows: &[f32], clusters| KMeans::fit(rows, 2, params(clusters)).unwrap_err();
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
    let not_finite = fit(&[1.0, 2.0, 3.0, f32::NAN], 2);
    assert_eq!(not_finite, KMeansError::NotFinite { row: 1 });
}

#[test]
#[should_panic(expected = "5 values are no rows of 2")]
fn half_a_row_is_refused() {
    let _ = KMeans::fit(&[0.0; 5], 2, params(1));
}
