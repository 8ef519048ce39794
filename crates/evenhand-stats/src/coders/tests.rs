use super::*;
use crate::stats::Level;
use serde_json::Value;

/// Values of other programs; the file says which.
pub(super) fn oracle() -> Value {
    serde_json::from_str(include_str!("../../fixtures/agreement.json")).unwrap()
}

pub(super) fn resampling(replicates: usize) -> Resampling {
    Resampling {
        level: Level::new(0.95).unwrap(),
        replicates,
        seed: 1,
    }
}

pub(super) fn params(scale: Scale) -> Params {
    Params {
        scale,
        groups: Vec::new(),
        gold: None,
        certain: 0.9,
        resampling: resampling(100),
    }
}

/// Codes by item and coder, null where missing; every item is of the same group but for one.
fn codes(votes: &Value) -> Codes {
    let rows = votes.as_array().unwrap().iter().enumerate();
    let cells: Vec<(String, String, String)> = rows
        .flat_map(|(item, row)| {
            let votes = row.as_array().unwrap().iter().enumerate();
            votes.map(move |(coder, vote)| {
                let label = if vote.is_null() {
                    String::new()
                } else {
                    vote.to_string()
                };
                (format!("{item}"), format!("c{coder}"), label)
            })
        })
        .collect();
    let entries = cells.iter().map(|(item, coder, label)| Entry {
        line: 0,
        item,
        coder,
        label,
        attributes: vec![if item == "0" { "alone" } else { "together" }],
    });
    Codes::collect(vec!["group".to_owned()], entries).unwrap()
}

pub(super) fn letters(text: &[&str]) -> Codes {
    let votes: Vec<Vec<Option<u32>>> = text
        .iter()
        .map(|row| row.chars().map(|c| c.to_digit(10)).collect())
        .collect();
    codes(&serde_json::to_value(votes).unwrap())
}

#[track_caller]
fn pair(agreement: &Agreement, coders: [usize; 2]) -> &Pair {
    let mut pairs = agreement.pairs.iter();
    pairs.find(|pair| pair.coders == coders).unwrap()
}

pub(super) fn same(found: Result<f64, NotEstimable>, expected: &Value, tolerance: f64) {
    let (found, expected) = (found.unwrap(), expected.as_f64().unwrap());
    assert!((found - expected).abs() < tolerance, "{found} {expected}");
}

#[test]
fn agreement_on_two_labels_matches_krippendorff_statsmodels_and_sklearn() {
    let oracle = &oracle()["two_labels"];
    let study = Study::of(&codes(&oracle["votes"]), &params(Scale::Nominal)).unwrap();
    let alpha = study.overall.alpha;
    same(alpha.value, &oracle["krippendorff_alpha_nominal"], 1e-9);
    assert!(alpha.interval.unwrap().contains(alpha.value.unwrap()));

    let full = Study::of(&codes(&oracle["full_votes"]), &params(Scale::Nominal)).unwrap();
    same(full.overall.fleiss.value, &oracle["fleiss_kappa"], 1e-9);
    let pair = pair(&full.overall, [0, 1]);
    same(pair.kappa.value, &oracle["cohen_kappa_01"], 1e-9);
}

#[test]
fn agreement_on_four_labels_matches_krippendorff_statsmodels_and_sklearn() {
    let oracle = &oracle()["four_labels"];
    let mut codes = codes(&oracle["votes"]);
    let numbers = codes.numbers().unwrap();
    let alphas = &oracle["krippendorff_alpha"];
    for scale in [Scale::Nominal, Scale::Ordinal, Scale::Interval(numbers)] {
        let name = scale.name();
        let found = Study::of(&codes, &params(scale)).unwrap().overall;
        same(found.alpha.value, &alphas[name], 1e-9);
        same(found.fleiss.value, &oracle["fleiss_kappa"], 1e-9);
        same(found.percent.value, &oracle["percent_agreement"], 1e-9);
        assert_eq!(found.fleiss.n, oracle["complete"]);
        for pair in &found.pairs {
            let [a, b] = pair.coders;
            let expected = &oracle["cohen_kappa"][format!("{a}{b}")];
            same(pair.kappa.value, &expected["kappa"], 1e-9);
            same(pair.percent.value, &expected["percent"], 1e-9);
            assert_eq!(pair.kappa.n, expected["n"]);
        }
    }
    let numbers: Vec<f64> = serde_json::from_value(oracle["numbers"].clone()).unwrap();
    codes.labels = numbers.iter().map(f64::to_string).collect();
    let of_numbers = Study::of(&codes, &params(Scale::Interval(numbers))).unwrap();
    let expected = &oracle["krippendorff_alpha_of_numbers"];
    same(of_numbers.overall.alpha.value, expected, 1e-9);
}

#[test]
fn coefficients_of_ordered_and_of_rare_labels_match_irrcac_and_sklearn() {
    // cohen_kappa_score(a, b, labels=range(5), weights="linear"); irrCAC.raw.CAC(codes,
    // weights="linear", categories=[0., 1., 2., 3., 4.], digits=12).gwet()
    let everything = oracle();
    let oracle = &everything["age_bands"];
    let found = Study::of(&codes(&oracle["votes"]), &params(Scale::Ordinal)).unwrap();
    let found = found.overall;
    same(found.ac1.value, &oracle["gwet_ac1"], 1e-9);
    let ac2 = found.ac2.unwrap();
    same(ac2.linear.value, &oracle["gwet_ac2_linear"], 1e-9);
    same(ac2.quadratic.value, &oracle["gwet_ac2_quadratic"], 1e-9);
    assert_eq!(ac2.linear.n, oracle["twice"]);
    for pair in &found.pairs {
        let [a, b] = pair.coders;
        let expected = &oracle["pairs"][format!("{a}{b}")];
        let Graded { linear, quadratic } = pair.weighted.unwrap();
        same(linear.value, &expected["cohen_kappa_linear"], 1e-9);
        same(quadratic.value, &expected["cohen_kappa_quadratic"], 1e-9);
        assert!(
            quadratic
                .interval
                .unwrap()
                .contains(quadratic.value.unwrap())
        );
    }

    let rare = &everything["rare_label"];
    let found = Study::of(&codes(&rare["votes"]), &params(Scale::Nominal)).unwrap();
    same(found.overall.ac1.value, &rare["gwet_ac1"], 1e-9);
    assert!(found.overall.ac2.is_none() && found.overall.pairs[0].weighted.is_none());
}

#[test]
fn dawid_skene_matches_crowd_kit() {
    let oracle = oracle();
    let fit = DawidSkene::fit(&codes(&oracle["two_labels"]["votes"])).unwrap();
    assert!(fit.converged, "{}", fit.iterations);
    let expected = oracle["two_labels"]["dawid_skene_p1"].as_array().unwrap();
    for (posterior, expected) in fit.posterior.iter().zip(expected) {
        same(Ok(posterior.as_ref().unwrap()[1]), expected, 1e-4);
    }
    let fit = DawidSkene::fit(&codes(&oracle["four_labels"]["votes"])).unwrap();
    assert!(fit.converged, "{}", fit.iterations);
    let expected = oracle["four_labels"]["dawid_skene"].as_array().unwrap();
    for (posterior, expected) in fit.posterior.iter().zip(expected) {
        let expected = expected.as_array().unwrap();
        for (found, expected) in posterior.iter().flatten().zip(expected) {
            same(Ok(*found), expected, 1e-4);
        }
    }
}

#[test]
fn a_coder_who_errs_one_way_is_seen_through() {
    // The third takes every second 1 for 0, and the others are right.
    let codes = letters(&[
        "111", "110", "000", "111", "110", "000", "000", "111", "110",
    ]);
    let study = Study::of(&codes, &params(Scale::Nominal)).unwrap();
    let third = &study.coders[2];
    assert_eq!(third.confusion, [[3, 0], [3, 3]]);
    same(third.agrees.value, &(6.0 / 9.0).into(), 1e-12);
    let first = &study.coders[0];
    assert_eq!(first.agrees.n, 6, "ties of the other two say nothing");
    let fit = study.dawid_skene.unwrap();
    assert!((fit.share(2, 1, 0).unwrap() - 0.5).abs() < 1e-6, "{fit:?}");
    assert!(
        study
            .verdicts
            .iter()
            .all(|verdict| verdict.adjudicate.is_none())
    );
    assert_eq!(fit.label(1), Some(1));
}

#[test]
fn ties_and_doubtful_majorities_are_to_be_adjudicated() {
    let codes = letters(&["11-", "10-", "00-", "--1", "---", "11-", "00-"]);
    let study = Study::of(&codes, &params(Scale::Nominal)).unwrap();
    let doubts: Vec<Option<Doubt>> = study.verdicts.iter().map(|v| v.adjudicate).collect();
    assert_eq!(doubts[1], Some(Doubt::Tie));
    assert_eq!(doubts[4], None);
    assert_eq!(study.verdicts[4].majority.agreed(), Agreed::Uncoded);
    assert_eq!(study.verdicts[3].majority.agreed(), Agreed::Single);
}

#[test]
fn what_cannot_be_estimated_says_why() {
    let once = Study::of(&letters(&["1", "0", "1"]), &params(Scale::Nominal)).unwrap();
    assert_eq!(once.overall.alpha.value, Err(NotEstimable::NoItemTwice));
    assert_eq!(once.dawid_skene, Err(NotEstimable::NoItemTwice));
    assert_eq!(once.coders[0].agrees.value, Err(NotEstimable::NoOthers));

    let one_label = Study::of(&letters(&["11", "11"]), &params(Scale::Nominal)).unwrap();
    assert_eq!(one_label.overall.alpha.value, Err(NotEstimable::OneLabel));
    assert_eq!(one_label.overall.fleiss.value, Err(NotEstimable::OneLabel));
    let kappa = one_label.overall.pairs[0].kappa;
    assert_eq!(kappa.value, Err(NotEstimable::OneLabel));
    assert_eq!(one_label.overall.percent.value, Ok(1.0));
    assert_eq!(one_label.overall.ac1.value, Err(NotEstimable::OneLabel));
    let ordered = Study::of(&letters(&["11", "11"]), &params(Scale::Ordinal)).unwrap();
    let weighted = ordered.overall.pairs[0].weighted.unwrap();
    assert_eq!(weighted.linear.value, Err(NotEstimable::OneLabel));

    let apart = Study::of(&letters(&["11-", "-00", "00-"]), &params(Scale::Nominal)).unwrap();
    assert_eq!(apart.overall.fleiss.value, Err(NotEstimable::NoItemByAll));
    let kappa = pair(&apart.overall, [0, 2]).kappa;
    assert_eq!(kappa.value, Err(NotEstimable::NoItemByBoth));
    assert_eq!(apart.overall.alpha.interval, Err(NotEstimable::TooFew));

    let nobody = Study::of(&letters(&["11-", "10-", "00-"]), &params(Scale::Nominal)).unwrap();
    assert_eq!(
        nobody.overall.fleiss.n, 3,
        "who coded nothing is not waited for"
    );
    assert_eq!(nobody.coders[2].coded, 0);
    assert_eq!(nobody.overall.pairs.len(), 1);
}

#[test]
fn coefficients_are_named_and_tabled_by_what_the_scale_allows() {
    let codes = letters(&["110", "221", "00-", "12-", "222", "011"]);
    let named = |scale: Scale| {
        let agreement = Study::of(&codes, &params(scale.clone())).unwrap().overall;
        let names = agreement.statistics(&scale).into_iter();
        let names: Vec<String> = names.map(|[name, _]| name).collect();
        (names, agreement.pair_table(&codes.coders).unwrap())
    };
    let (nominal, pairs) = named(Scale::Nominal);
    assert!(nominal.contains(&"Gwet's AC1".to_owned()), "{nominal:?}");
    assert_eq!(pairs.header.len(), 4);
    let (ordinal, pairs) = named(Scale::Ordinal);
    assert!(ordinal.contains(&"Gwet's AC2, quadratic weights".to_owned()));
    assert_eq!(pairs.header[3..5], ["linear weights", "quadratic weights"]);
    assert_eq!(
        pairs.rows[0][..3],
        ["c0, c1", "6", "0.50 (fewer than 10 items)"]
    );
    assert!(pairs.rows.iter().all(|row| row.len() == pairs.header.len()));
}

#[test]
fn everything_is_there_again_by_group() {
    let oracle = &oracle()["four_labels"];
    let codes = codes(&oracle["votes"]);
    let asked = Params {
        groups: vec![vec![0]],
        ..params(Scale::Nominal)
    };
    let study = Study::of(&codes, &asked).unwrap();
    let cells = &study.groupings[0].cells;
    let items: Vec<(&str, usize)> = cells
        .iter()
        .map(|(name, cell)| (name.as_str(), cell.items))
        .collect();
    assert_eq!(items, [("alone", 1), ("together", 29)]);
    assert_eq!(cells[0].1.alpha.value, Err(NotEstimable::OneLabel));
    assert!(cells[1].1.alpha.interval.is_ok());
}

#[test]
fn a_machine_that_repeats_a_coder_adds_a_coder_to_the_agreement() {
    let codes = letters(&[
        "111", "110", "000", "101", "010", "000", "000", "111", "110", "011", "1--", "001",
    ]);
    let answers: Vec<usize> = codes.items.iter().map(|item| item.codes[0].label).collect();
    let machine = Machine::of(&codes, &answers, &Scale::Nominal, &resampling(200));
    assert_eq!((machine.without.twice, machine.with.twice), (11, 12));
    let twin = pair(&machine.with, [0, 3]);
    assert_eq!(twin.kappa.value, Ok(1.0));
    assert_eq!(twin.kappa.interval, Err(NotEstimable::NoVariation));
    let change = machine.alpha_change.value.unwrap();
    let expected = machine.with.alpha.value.unwrap() - machine.without.alpha.value.unwrap();
    assert!(
        (change - expected).abs() < 1e-12 && change > 0.0,
        "{change}"
    );
    let kappa = |pair: &Pair| pair.kappa.value.unwrap();
    let mean =
        |pairs: &[&Pair]| pairs.iter().map(|pair| kappa(pair)).sum::<f64>() / pairs.len() as f64;
    let with: Vec<&Pair> = machine
        .with
        .pairs
        .iter()
        .filter(|pair| pair.coders[1] == 3)
        .collect();
    let among: Vec<&Pair> = machine.without.pairs.iter().collect();
    same(machine.with_people.value, &mean(&with).into(), 1e-12);
    same(machine.among_people.value, &mean(&among).into(), 1e-12);
    assert!(machine.kappa_change.interval.is_ok());
}

#[test]
fn a_machine_beside_one_coder_has_nobody_to_be_compared_with() {
    let codes = letters(&["1", "0", "1", "0"]);
    let machine = Machine::of(&codes, &[1, 0, 1, 1], &Scale::Nominal, &resampling(100));
    assert_eq!(machine.alpha_change.value, Err(NotEstimable::NoItemTwice));
    assert_eq!(machine.among_people.value, Err(NotEstimable::OneCoder));
    assert!(machine.with.alpha.value.is_ok());
}
