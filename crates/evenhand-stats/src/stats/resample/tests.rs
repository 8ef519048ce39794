use super::*;
use statrs::distribution::{Binomial, DiscreteCDF};

fn rng(seed: u64) -> Xoshiro256PlusPlus {
    Xoshiro256PlusPlus::seed_from_u64(seed)
}

#[test]
fn every_resample_has_as_many_rows() {
    for n in [0, 1, 2, 63, 2047, 2048, 2049, 10_000] {
        let mut weights = vec![7; n];
        Plan::rows(n).draw(&mut rng(1), &mut weights);
        assert_eq!(weights.iter().sum::<u32>() as usize, n);
    }
}

#[test]
fn counts_are_multinomial() {
    // Variance n·p·(1 - p) = 1 - 1/n a row, covariance -1/n: the first third as one cell has the
    // variance n/3 · 2/3. 7,000 rows cross blocks.
    let n = 7_000;
    let (mut square, mut third) = (0.0, 0.0);
    let resamples = 2_000;
    for weights in Plan::rows(n).replicate(resamples, 3, <[u32]>::to_vec) {
        let off = |weight: u32| (f64::from(weight) - 1.0).powi(2);
        square += weights.iter().map(|&weight| off(weight)).sum::<f64>() / n as f64;
        let count: u32 = weights[..n / 3].iter().sum();
        third += (f64::from(count) - (n / 3) as f64).powi(2);
    }
    let square = square / resamples as f64;
    assert!((square - 1.0).abs() < 0.005, "{square}");
    let third = third / resamples as f64 / (n as f64 * 2.0 / 9.0);
    assert!((third - 1.0).abs() < 0.12, "{third}");
}

#[test]
fn binomial_matches_its_distribution() {
    let mut rng = rng(9);
    for (trials, share) in [(5, 0.3), (200, 0.5), (130, 0.9)] {
        let exact = Binomial::new(share, trials).unwrap();
        let draws = 20_000;
        let mut counts = vec![0; trials as usize + 1];
        for _ in 0..draws {
            counts[binomial(&mut rng, trials as usize, (share * 2f64.powi(64)) as u64)] += 1;
        }
        let mut through = 0;
        for (k, count) in counts.into_iter().enumerate() {
            through += count;
            let away = f64::from(through) / f64::from(draws) - exact.cdf(k as u64);
            // Kolmogorov's 0.999 quantile of 20,000 draws.
            assert!(away.abs() < 1.95 / f64::from(draws).sqrt(), "{k}: {away}");
        }
    }
}

#[test]
fn strata_keep_their_sizes() {
    let stratum_of: Vec<u32> = (0..5_000).map(|row| u32::from(row % 5 == 0) * 9).collect();
    for weights in Plan::within(&stratum_of).replicate(20, 1, <[u32]>::to_vec) {
        let of = |stratum| -> u32 {
            let rows = weights.iter().zip(&stratum_of);
            rows.filter(|&(_, &of)| of == stratum)
                .map(|(weight, _)| weight)
                .sum()
        };
        assert_eq!([of(0), of(9)], [4_000, 1_000]);
    }
}

#[test]
fn clusters_stay_together() {
    let cluster_of: Vec<u32> = (0..3_000).map(|row| row * 7 % 1_000).collect();
    for weights in Plan::clusters(&cluster_of).replicate(20, 1, <[u32]>::to_vec) {
        let mut seen = vec![None; 1_000];
        for (&weight, &cluster) in weights.iter().zip(&cluster_of) {
            assert_eq!(*seen[cluster as usize].get_or_insert(weight), weight);
        }
        let drawn: u32 = seen.into_iter().map(Option::unwrap).sum();
        assert_eq!(drawn, 1_000);
    }
}

#[test]
fn resamples_do_not_depend_on_threads() {
    let plan = Plan::rows(5_000);
    let run = |threads| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads);
        pool.build()
            .unwrap()
            .install(|| plan.replicate(50, 11, <[u32]>::to_vec))
    };
    let alone = run(1);
    assert_eq!(alone, run(3));
    assert_ne!(alone[0], alone[1]);
    assert_ne!(alone, plan.replicate(50, 12, <[u32]>::to_vec));
}

#[test]
fn the_jackknife_leaves_every_unit_out_once() {
    for plan in [
        Plan::rows(150),
        Plan::rows(1_001),
        Plan::clusters(&(0..900).map(|row| row / 3).collect::<Vec<_>>()),
    ] {
        let parts = plan.jackknife(<[u32]>::to_vec);
        assert!(parts.len() <= JACKKNIFE_BLOCKS);
        for row in 0..plan.rows {
            assert_eq!(parts.iter().filter(|weights| weights[row] == 0).count(), 1);
        }
    }
}

#[test]
fn counts_are_drawn_as_often_as_they_are() {
    let seen = [30, 0, 50, 20];
    let drawn = replicate_counts(4000, 5, |rng| counts(&seen, rng));
    for (kind, &count) in seen.iter().enumerate() {
        let values: Vec<f64> = drawn.iter().map(|drawn| drawn[kind] as f64).collect();
        let mean = values.iter().sum::<f64>() / 4000.0;
        let variance = values.iter().map(|v| (v - mean).powi(2)).sum::<f64>() / 4000.0;
        let p = count as f64 / 100.0;
        assert!((mean - count as f64).abs() < 0.35, "{kind}: {mean}");
        assert!(
            (variance - 100.0 * p * (1.0 - p)).abs() < 2.5,
            "{kind}: {variance}"
        );
    }
    assert!(drawn.iter().all(|drawn| drawn.iter().sum::<u64>() == 100));
    assert_eq!(
        counts(&[0, 0], &mut Xoshiro256PlusPlus::seed_from_u64(1)),
        [0, 0]
    );
}
