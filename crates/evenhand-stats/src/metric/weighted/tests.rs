use super::*;

/// 40 rows by label and prediction, with scores of which some tie, weighted by 1, 2 and 3 in turn.
struct Example {
    labels: Vec<usize>,
    predicted: Vec<usize>,
    scores: Vec<f64>,
    survey: Survey,
}

impl Example {
    fn new() -> Self {
        let labels: Vec<usize> = (0..40).map(|row| usize::from(row % 5 < 2)).collect();
        let wrong = |row: usize| row % 7 == 3 || row % 11 == 5;
        let predicted = (0..40).map(|row| labels[row] ^ usize::from(wrong(row)));
        let score = |row: usize| 0.25 + 0.2 * labels[row] as f64 + ((row * 7) % 10) as f64 / 20.0;
        Self {
            predicted: predicted.collect(),
            scores: (0..40).map(score).collect(),
            survey: Survey {
                weights: (0..40).map(|row| f64::from(1 + row % 3)).collect(),
                ..Survey::default()
            },
            labels,
        }
    }

    fn judged(&self) -> Judged<'_> {
        Judged {
            classes: 2,
            labels: &self.labels,
            predicted: &self.predicted,
            scores: Some(&self.scores),
        }
    }

    fn found(&self) -> Vec<WeightedMetric> {
        let all: Vec<u32> = (0..40).collect();
        weighted(self.judged(), &self.survey, &all, 10, level())
    }
}

fn level() -> Level {
    Level::new(0.95).unwrap()
}

#[test]
fn metrics_match_scikit_learn_and_numpy() {
    // accuracy_score(labels, predicted, sample_weight=w), roc_auc_score(labels, scores, sample_weight=w), and so on; se
    // by the influence u of each row, for AUC, say, from the matrix of pairs, or by derivatives by each weight:
    // np.sqrt(n / (n - 1) * ((z - z.mean())**2).sum()), z = w * u
    let found = Example::new().found();
    for (name, value, se) in [
        ("accuracy", 0.7721518987341772, 0.07292604173952318),
        ("tpr", 0.7096774193548387, 0.1256413111918399),
        ("fpr", 0.1875, 0.08715208610019268),
        ("precision", 0.7096774193548387, 0.1256413111918399),
        ("share_error", 0.0, 0.08307976244504141),
        ("balanced_accuracy", 0.7610887096774194, 0.0764546028510868),
        ("f1", 0.7096774193548387, 0.10070644280122203),
        ("macro_precision", 0.7610887096774194, 0.07645460285119249),
        ("macro_f1", 0.7610887096774194, 0.07582537193705123),
        ("mcc", 0.5221774193548387, 0.15165074387406188),
        ("auc", 0.7405913978494623, 0.08315161907793477),
        ("average_precision", 0.6737752570010634, 0.10698618007598801),
        ("brier", 0.23113924050632914, 0.02425722069413611),
        ("log_loss", 0.651134195722361, 0.05157043744715807),
    ] {
        let of = found.iter().find(|of| of.metric.name == name).unwrap();
        let estimate = of.estimate.unwrap();
        // Those of rates and of their means are derivatives by differences.
        let close = match of.metric.of {
            Of::Rate(_) | Of::Difference(_) => 1e-8,
            _ if name == "macro_precision" => 1e-8,
            _ => 1e-10,
        };
        assert!(
            (estimate.value - value).abs() < 1e-12,
            "{name}: {estimate:?}"
        );
        assert!((estimate.se - se).abs() < close, "{name}: {estimate:?}");
        assert!(estimate.interval.contains(value), "{name}: {estimate:?}");
    }
}

#[test]
fn equal_weights_are_no_weights() {
    use crate::metric::scores::Scores;
    use crate::stats::resample::Plan;
    let mut example = Example::new();
    example.survey.weights = vec![2.5; 40];
    let rows = example.scores.iter().zip(&example.labels);
    let scores = Scores::new(rows.map(|(score, label)| (*score, *label == 1)));
    for of in example.found() {
        let Of::Scores(form) = of.metric.of else {
            continue;
        };
        let plain = (form.estimate)(&scores, &Plan::rows(40), level()).unwrap();
        let estimate = of.estimate.unwrap();
        assert!(
            (plain.value - estimate.value).abs() < 1e-12,
            "{:?}",
            of.metric
        );
    }
}

#[test]
fn gaps_match_scikit_learn_and_numpy() {
    // Of rows with even numbers less the others, in clusters of four rows: as above by group, with 0 for the rows of the
    // other; z = z_a - z_b, summed by cluster, m / (m - 1) for m = 10
    let mut example = Example::new();
    example.survey.clusters = (0..40).map(|row| row / 4).collect();
    let [even, odd] = [0, 1].map(|odd| (0..40).filter(|row| row % 2 == odd).collect::<Vec<u32>>());
    let judged = example.judged();
    let gaps = weighted_gaps(judged, &example.survey, [&even, &odd], 5, level());
    let names = weighted(judged, &example.survey, &even, 5, level());
    let find = |name: &str| {
        let at = names.iter().position(|of| of.metric.name == name).unwrap();
        gaps[at].unwrap()
    };
    for (name, value, se) in [
        ("accuracy", 0.05641025641025643, 0.1228193688288525),
        ("mcc", 0.08182993477111122, 0.2612108714983894),
        ("auc", -0.5575894693541753, 0.11200522196740788),
        ("brier", 0.11214102564102574, 0.04342517856896187),
        ("log_loss", 0.23774565459927655, 0.09301380092391383),
    ] {
        let gap = find(name);
        assert!((gap.value - value).abs() < 1e-12, "{name}: {gap:?}");
        assert!((gap.se - se).abs() < 1e-10, "{name}: {gap:?}");
        assert!(gap.interval.contains(value), "{name}: {gap:?}");
    }
    assert!(find("accuracy").p > 0.5 && find("auc").p < 0.01);
    let few = weighted_gaps(judged, &example.survey, [&even[..4], &odd], 5, level());
    assert!(few.iter().all(Option::is_none), "four rows are too few");
}

#[test]
fn metrics_of_calibration_are_left_out_by_name() {
    let names: Vec<&str> = unweighted().map(|metric| metric.name).collect();
    assert_eq!(names, ["ece", "calibration_slope", "calibration_intercept"]);
    let found = Example::new().found();
    assert!(found.iter().all(|of| !names.contains(&of.metric.name)));
}

#[test]
fn a_perfect_order_has_an_interval() {
    let mut example = Example::new();
    example.scores = example
        .labels
        .iter()
        .map(|label| [0.2, 0.9][*label])
        .collect();
    let found = example.found();
    let of = |name: &str| {
        let found = found.iter().find(|of| of.metric.name == name);
        found.unwrap().estimate.unwrap()
    };
    assert_eq!(of("auc").value, 1.0);
    assert!(
        (0.6..0.9).contains(&of("auc").interval.low),
        "{:?}",
        of("auc")
    );
    assert_eq!(of("auc").interval.high, 1.0);
}
