//! Coefficients and standard errors against statsmodels and numpy, and what cannot be estimated.
//!
//! `oracle.json` has 600 drawn rows (`topic` of three values, `year`, labels, predictions that err more in topic 1,
//! clusters) and coded rows of a sample by topic, with what these give:
//!
//! ```python
//! sm.OLS(yhat, x).fit(cov_type="HC3")                                        # naive, x of all rows
//! sm.WLS(y, xc, weights=w).fit(cov_type="HC3")                               # coded, of coded rows
//! sm.OLS(score + R * w * (y - score), x).fit()                               # DSL, w scaled to sum to N
//! scipy.optimize.root(lambda t: x.T @ (score + R * w * (y - score) - expit(x @ t)), start)
//! # Variances that statsmodels does not have: m the moves of rows, u of units, J_u their part of J
//! m = a + c + R * w * (s - a - c)                                            # DSL; c: weighted mean of s - a
//! J_u = (x[u] * (dmu * (lam + R * w * (1 - lam)))[u, None]).T @ x[u]         # dmu: 1, or mu * (1 - mu)
//! d = np.array([np.linalg.solve(J - J_u, m[u].sum(0)) for u in units])
//! V = d.T @ d                                                                # HC3, units are rows
//! V = (G - 1) / G * d.T @ d                                                  # CV3, units are clusters
//! # CV3 of OLS is the jackknife: d = [OLS(yhat[~u], x[~u]).fit().params - params for u in clusters]
//! ```

use super::*;
use crate::estimate::{Attribute, Coded, Rows};
use crate::record::{Classes, MISSING};
use serde_json::Value;

fn params(family: Family) -> Params {
    Params {
        family,
        level: Level::new(0.95).unwrap(),
    }
}

fn oracle() -> Value {
    serde_json::from_str(include_str!("oracle.json")).unwrap()
}

fn numbers(of: &Value) -> Vec<f64> {
    of.as_array()
        .unwrap()
        .iter()
        .map(|of| of.as_f64().unwrap())
        .collect()
}

fn digits(of: &Value) -> Vec<u16> {
    let text = of.as_str().unwrap().bytes();
    text.map(|digit| u16::from(digit - b'0')).collect()
}

fn pick<T: Copy>(values: &[T], rows: &[u32]) -> Vec<T> {
    rows.iter().map(|&row| values[row as usize]).collect()
}

/// The rows of the oracle; `formula` names `F`, the class, and `topic` and `year`.
fn inputs(formula: &str, is_clustered: bool) -> RegressInputs {
    let oracle = oracle();
    let formula = Formula::parse(formula).unwrap();
    let predicted = formula
        .variables
        .iter()
        .position(|of| of.name == "F")
        .unwrap();
    let names = formula
        .variables
        .iter()
        .map(|of| of.name.as_str())
        .filter(|name| *name != "F");
    let mut attributes = Vec::new();
    let mut domains = Vec::new();
    for name in names {
        let (of, codes): (Vec<String>, Vec<u16>) = match name {
            "topic" => (
                ["a", "b", "c"].map(String::from).to_vec(),
                digits(&oracle["topic"]),
            ),
            _ => {
                let years = numbers(&oracle["year"]).into_iter().map(|year| year as u16);
                (
                    (2000..2020).map(|year| year.to_string()).collect(),
                    years.collect(),
                )
            }
        };
        attributes.push(Attribute {
            name: name.to_owned(),
            domains: of,
        });
        domains.push(codes.into_iter().map(u32::from).collect::<Vec<_>>());
    }
    let is_coded: Vec<bool> = digits(&oracle["coded"]).iter().map(|&is| is == 1).collect();
    let coded: Vec<u32> = (0..is_coded.len() as u32)
        .filter(|&row| is_coded[row as usize])
        .collect();
    let clusters: Vec<u32> = match is_clustered {
        true => numbers(&oracle["cluster"])
            .iter()
            .map(|&of| of as u32)
            .collect(),
        false => Vec::new(),
    };
    let corpus = Rows {
        predicted: digits(&oracle["predicted"]),
        scores: numbers(&oracle["score"])
            .iter()
            .map(|&score| score as f32)
            .collect(),
        domains,
        clusters: clusters.clone(),
        ..Rows::default()
    };
    let topics = digits(&oracle["topic"]);
    let inclusion = numbers(&oracle["inclusion"]);
    RegressInputs {
        predicted,
        target: 0,
        rows: EstimateInputs {
            missing: crate::estimate::Missing::default(),
            classes: Classes::new(["M", "F"].map(String::from).to_vec()).unwrap(),
            targets: vec![1],
            attributes,
            coded: Coded {
                rows: Rows {
                    predicted: pick(&corpus.predicted, &coded),
                    scores: pick(&corpus.scores, &coded),
                    domains: corpus.domains.iter().map(|of| pick(of, &coded)).collect(),
                    clusters: coded
                        .iter()
                        .filter_map(|&row| clusters.get(row as usize).copied())
                        .collect(),
                    ..Rows::default()
                },
                labels: pick(&digits(&oracle["label"]), &coded),
                weights: coded
                    .iter()
                    .map(|&row| 1.0 / inclusion[usize::from(topics[row as usize])])
                    .collect(),
                strata: Vec::new(),
            },
            is_coded,
            clusters: if is_clustered { 40 } else { 0 },
            corpus,
            finite: false,
        },
        of_corpus: Some(coded),
        formula,
    }
}

#[track_caller]
fn matches(found: &Regression, method: Method, name: &str) {
    let fit = found.fit(method).as_ref().unwrap();
    let expected = &oracle()[name];
    let (values, ses) = (numbers(&expected["value"]), numbers(&expected["se"]));
    assert_eq!(fit.len(), values.len());
    for (at, of) in fit.iter().enumerate() {
        let near =
            |found: f64, expected: f64| (found - expected).abs() < 1e-6 * (1.0 + expected.abs());
        assert!(
            near(of.value, values[at]),
            "{name} {at}: {} not {}",
            of.value,
            values[at]
        );
        assert!(
            near(of.se, ses[at]),
            "{name} {at}: se {} not {}",
            of.se,
            ses[at]
        );
    }
}

#[test]
fn linear_coefficients_and_standard_errors_match_statsmodels() {
    let found = regress(&inputs("F ~ topic + year", false), params(Family::Linear)).unwrap();
    assert_eq!(found.names, ["intercept", "topic[b]", "topic[c]", "year"]);
    matches(&found, Method::Naive, "ols_naive");
    matches(&found, Method::Coded, "wls_coded");
    matches(&found, Method::Dsl, "ols_dsl");
    let found = regress(&inputs("F ~ topic + year", true), params(Family::Linear)).unwrap();
    matches(&found, Method::Naive, "ols_naive_cluster");
    matches(&found, Method::Coded, "wls_coded_cluster");
    matches(&found, Method::Dsl, "ols_dsl_cluster");
    // value ± t.ppf(.975, 39) * se, 2 * t.sf(abs(value / se), 39), of 40 clusters
    let topic = &found.fit(Method::Naive).as_ref().unwrap()[1];
    let expected = [0.005466130702, 0.164031662022, 0.036802372550];
    let interval = topic.interval;
    for (found, expected) in [interval.low, interval.high, topic.p].iter().zip(expected) {
        assert!((found - expected).abs() < 1e-7, "{found} {expected}");
    }
}

#[test]
fn logistic_coefficients_and_standard_errors_match_statsmodels() {
    let found = regress(&inputs("F ~ topic + year", false), params(Family::Logistic)).unwrap();
    matches(&found, Method::Naive, "logit_naive");
    matches(&found, Method::Coded, "logit_coded");
    matches(&found, Method::Dsl, "logit_dsl");
    let found = regress(&inputs("F ~ topic + year", true), params(Family::Logistic)).unwrap();
    matches(&found, Method::Coded, "logit_coded_cluster");
}

#[test]
fn rows_that_stand_for_others_match_statsmodels_and_numpy() {
    // s = 1 + arange(600) % 4: sm.WLS(yhat, x, weights=s) and sm.WLS(y, xc, weights=s/inclusion), .fit(cov_type="HC3")
    // DSL: w scaled to sum to s.sum(); theta = inv(J) @ x.T @ (s * score + R * w * (y - score)), J = (s * x).T @ x
    // m = s * (a + c) + R * w * (y - score - c); J_u = s[u] * np.outer(x[u], x[u]); the rest as above
    let mut inputs = inputs("F ~ topic + year", false);
    let weights: Vec<f64> = (0..600).map(|row| f64::from(1 + row % 4)).collect();
    inputs.rows.coded.rows.weights = pick(&weights, inputs.of_corpus.as_ref().unwrap());
    inputs.rows.corpus.weights = weights;
    let found = regress(&inputs, params(Family::Linear)).unwrap();
    for (method, column, value, se) in [
        (Method::Naive, 1, 0.08494935878441504, 0.055339398004974207),
        (
            Method::Naive,
            3,
            0.010206596862280815,
            0.0037932049953182767,
        ),
        (Method::Coded, 1, 0.41515654738689034, 0.1057830651852645),
        (
            Method::Coded,
            3,
            -0.0027968256018005514,
            0.006118803482976616,
        ),
        (Method::Dsl, 1, 0.3536119371099431, 0.09383465993685672),
        (Method::Dsl, 3, 0.00488276811247923, 0.006250027091059989),
    ] {
        let of = found.fit(method).as_ref().unwrap()[column];
        assert!(
            (of.value - value).abs() < 1e-7,
            "{method:?} {column}: {of:?}"
        );
        assert!((of.se - se).abs() < 1e-7, "{method:?} {column}: {of:?}");
    }
    let powered = found.fit(Method::Powered).as_ref().unwrap()[1];
    assert!(powered.se < 0.1, "{powered:?}");
}

#[test]
fn a_predicted_covariate_matches_numpy() {
    // xt, xp: columns 1, class coded or predicted, topic b, topic c; y: year - 2000
    // J = xp.T@xp + xt.T@(w*xt) - xp.T@(w*xp) over all and over coded rows; theta = solve(J, the same with y)
    let mut inputs = inputs("year ~ F + topic", false);
    for year in &mut inputs.rows.attributes[0].domains {
        *year = year[2..].to_owned();
    }
    let found = regress(&inputs, params(Family::Linear)).unwrap();
    assert_eq!(found.names, ["intercept", "F", "topic[b]", "topic[c]"]);
    assert!(!found.from_scores);
    matches(&found, Method::Dsl, "covariate_dsl");
}

#[test]
fn ppi_is_never_less_sure_than_the_coded_rows_or_dsl() {
    for family in [Family::Linear, Family::Logistic] {
        let found = regress(&inputs("F ~ topic + year", false), params(family)).unwrap();
        let of = |method| found.fit(method).as_ref().unwrap();
        let (coded, dsl, powered) = (of(Method::Coded), of(Method::Dsl), of(Method::Powered));
        for at in 0..found.names.len() {
            // The λ is chosen at the coefficients of DSL, hence not exactly the best.
            let least = coded[at].se.min(dsl[at].se);
            assert!(
                powered[at].se < 1.02 * least,
                "{family:?} {at}: {powered:?} {coded:?} {dsl:?}"
            );
            let lambda = powered[at].lambda.unwrap();
            assert!((0.0..=1.0).contains(&lambda), "{lambda}");
        }
    }
}

#[test]
fn strata_make_the_sample_less_a_matter_of_chance() {
    // Errors are nearly all alike within each topic: the coded rows say how common they are.
    let mut inputs = inputs("F ~ topic", false);
    let topics = inputs.rows.corpus.domains[0].clone();
    let drawn = inputs.rows.coded.rows.domains[0].clone();
    let count = |of: &[u32], topic: u32| of.iter().filter(|&&other| other == topic).count() as f64;
    let weights = drawn
        .iter()
        .map(|&topic| count(&topics, topic) / count(&drawn, topic));
    inputs.rows.coded.weights = weights.collect();
    inputs.rows.corpus.scores = topics.iter().map(|&topic| 0.1 * topic as f32).collect();
    let coded = inputs.of_corpus.clone().unwrap();
    inputs.rows.coded.rows.scores = pick(&inputs.rows.corpus.scores, &coded);
    inputs.rows.coded.labels = (0..)
        .zip(pick(&topics, &coded))
        .map(|(at, topic)| u16::from((topic == 1) != (at % 20 == 0)))
        .collect();
    let without = regress(&inputs, params(Family::Linear)).unwrap();
    inputs.rows.coded.strata = pick(&topics, &coded);
    let with = regress(&inputs, params(Family::Linear)).unwrap();
    let [without, with] = [&without, &with].map(|of| of.fit(Method::Dsl).as_ref().unwrap()[1]);
    assert!((with.value - without.value).abs() < 1e-9, "{with:?}");
    assert!(with.se < 0.6 * without.se, "{with:?} {without:?}");
    // Without any difference within topics, nothing tells how sure that is.
    inputs.rows.coded.labels = (pick(&topics, &coded).iter())
        .map(|&topic| u16::from(topic == 1))
        .collect();
    let same = regress(&inputs, params(Family::Linear)).unwrap();
    let reason = same.fit(Method::Dsl).as_ref().unwrap_err();
    assert!(
        matches!(reason, NotEstimable::NoVariation { .. }),
        "{reason}"
    );
}

#[test]
fn rows_of_levels_that_nobody_coded_and_rows_without_a_value_are_left_out() {
    let mut inputs = inputs("F ~ topic + year", false);
    inputs.rows.attributes[0].domains.push(MISSING.to_owned());
    inputs.rows.corpus.domains[0][0] = 3;
    let topics = inputs.rows.coded.rows.domains[0].clone();
    let coded = inputs.of_corpus.clone().unwrap();
    let kept: Vec<u32> = (0..coded.len() as u32)
        .filter(|&at| topics[at as usize] != 0 && coded[at as usize] != 0)
        .collect();
    let rows = &mut inputs.rows.coded;
    rows.rows.predicted = pick(&rows.rows.predicted, &kept);
    rows.rows.scores = pick(&rows.rows.scores, &kept);
    rows.rows.domains = rows.rows.domains.iter().map(|of| pick(of, &kept)).collect();
    rows.labels = pick(&rows.labels, &kept);
    rows.weights = pick(&rows.weights, &kept);
    inputs.of_corpus = Some(pick(&coded, &kept));
    let found = regress(&inputs, params(Family::Linear)).unwrap();
    assert_eq!(found.names, ["intercept", "topic[c]", "year"]);
    assert_eq!(found.references, [("topic".to_owned(), "b".to_owned())]);
    let warnings = found.warnings.join("\n");
    assert!(
        warnings.contains("1 row left out: no value of `topic`"),
        "{warnings}"
    );
    assert!(
        warnings.contains("rows with `topic` a left out: no coded row"),
        "{warnings}"
    );
    assert!(found.fit(Method::Dsl).is_ok());
}

#[test]
fn a_method_that_gives_nothing_says_why() {
    let mut inputs = inputs("F ~ topic + year", false);
    let topics = inputs.rows.coded.rows.domains[0].clone();
    inputs.rows.coded.labels = topics.iter().map(|&topic| u16::from(topic == 1)).collect();
    let found = regress(&inputs, params(Family::Logistic)).unwrap();
    let reason = found.fit(Method::Coded).as_ref().unwrap_err().to_string();
    assert!(reason.contains("separate"), "{reason}");
    let json = found.to_json();
    assert_eq!(json["not_estimable"]["coded"], reason);
    assert!(json["coefficients"]["year"]["coded"].is_null());
    assert!(
        json["coefficients"]["year"]["naive"]["se"]
            .as_f64()
            .unwrap()
            > 0.0
    );
    assert_eq!(found.tidy().len(), 16);

    let year = inputs.rows.corpus.domains[0].clone();
    inputs.rows.corpus.domains[1] = year;
    let coded = inputs.rows.coded.rows.domains[0].clone();
    inputs.rows.coded.rows.domains[1] = coded;
    let found = regress(&inputs, params(Family::Linear)).unwrap();
    let reason = found.fit(Method::Naive).as_ref().unwrap_err().to_string();
    assert_eq!(reason, "`year` follows from the other columns");
}

#[test]
fn columns_that_do_not_fit_are_refused() {
    let error =
        |inputs: &RegressInputs, family| regress(inputs, params(family)).unwrap_err().to_string();
    let mut text = inputs("topic ~ F", false);
    assert_eq!(
        error(&text, Family::Linear),
        "the outcome `topic` is no number: `a`, `b`, `c`"
    );
    text.rows.attributes[0].domains = ["0", "1", "2"].map(String::from).to_vec();
    assert!(error(&text, Family::Logistic).contains("is 0 or 1, not 2"));
    text.rows.coded.rows.domains[0].clear();
    assert!(error(&text, Family::Linear).contains("no column `topic`"));
    let many = inputs("F ~ C(year)*topic", false);
    assert_eq!(
        regress(&many, params(Family::Linear)).unwrap().names.len(),
        60
    );
}
