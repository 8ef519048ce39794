use super::*;
use crate::codes::CodeColumns;
use crate::testing::{Folder, lines};
use evenhand_stats::regress::{Family, Method};
use evenhand_table::ReadOptions;

/// A corpus of two topics. One face of ten is misjudged in topic a, three of ten in topic b, all of them women.
fn tables(rows: usize) -> (String, String) {
    let mut corpus = "path,predicted,probability_Female,probability_Male,topic,year\n".to_owned();
    let mut coded = "path,label,inclusion_probability\n".to_owned();
    for at in 0..rows {
        let topic = ["a", "b"][at % 2];
        let place = (at / 2) % 10;
        let is_female = place < if topic == "a" { 4 } else { 6 };
        let missed = is_female && place < if topic == "a" { 1 } else { 3 };
        let (class, p) = if is_female && !missed {
            ("Female", 0.8)
        } else {
            ("Male", 0.2)
        };
        let year = 2000 + (at / 20) % 7;
        corpus += &format!("{at}.jpg,{class},{p},{},{topic},{year}\n", 1.0 - p);
        if (at / 20) % 10 < 2 {
            let label = if is_female { "Female" } else { "Male" };
            coded += &format!("{at}.jpg,{label},0.2\n");
        }
    }
    (corpus, coded)
}

fn run(folder: &Folder, options: &RegressOptions) -> Result<RegressResult, Error> {
    let (corpus, coded) = tables(4_000);
    let path = folder.write("predictions.csv", corpus);
    let read = ReadOptions::default();
    let coded = folder.write("coded.csv", coded);
    let coded = CodedItems::read(&coded, &CodeColumns::default(), None, &read)?;
    regress(&PredictionSource::file(&path, &read), &coded, options)
}

#[test]
fn coefficients_are_corrected_and_tables_have_them() {
    let folder = Folder::new();
    let result = run(&folder, &RegressOptions::new("female ~ topic + year")).unwrap();
    let of = |method| result.regression.fit(method).as_ref().unwrap()[1].value;
    assert!(
        (of(Method::Naive) - 0.0).abs() < 1e-9,
        "{}",
        of(Method::Naive)
    );
    for method in [Method::Coded, Method::Dsl, Method::Powered] {
        assert!((of(method) - 0.2).abs() < 1e-6, "{}", of(method));
    }
    let text = folder.clean(&lines(&result.sentences()));
    assert!(
        text.contains("coded.csv: 800 rows with a label, weighted"),
        "{text}"
    );
    assert!(
        text.contains("the class is `Female`") && text.contains("topic `a`"),
        "{text}"
    );
    let json = result.to_json();
    assert_eq!(json["corpus"], 4_000);
    assert_eq!(json["corrected_from"], "probabilities");
    assert!(json["coefficients"]["topic[b]"]["ppi"]["lambda"].is_number());
    let csv = String::from_utf8(result.to_csv()).unwrap();
    assert_eq!(csv.lines().count(), 1 + 3 * 4);
    assert!(csv.contains("\ntopic[b],dsl,"), "{csv}");
    let page = evenhand_report::render_coefficients(&result.page()).unwrap();
    for words in [
        "<code>female ~ topic + year</code>",
        "corrected, it is above 0: 0.200 (0.143 to 0.257)",
        "2 coefficients of the predictions are within their corrected intervals.",
        "<h3>topic[b]</h3>",
        "class=\"predicted\"",
        "(HC3)",
    ] {
        assert!(page.contains(words), "no {words} in {page}");
    }
}

#[test]
fn the_class_may_be_a_covariate_and_named_by_what_the_classes_are_of() {
    let folder = Folder::new();
    let options = RegressOptions {
        label: Some("gender".to_owned()),
        class: Some("Female".to_owned()),
        cluster: Some("year".to_owned()),
        ..RegressOptions::new("year ~ gender*C(topic)")
    };
    let result = run(&folder, &options).unwrap();
    let names = ["intercept", "gender", "topic[b]", "gender:topic[b]"];
    assert_eq!(result.regression.names, names);
    assert!(result.regression.fit(Method::Dsl).is_ok());
    let warnings = lines(&result.warnings());
    assert!(warnings.contains("of 7 clusters"), "{warnings}");
}

#[test]
fn formulas_that_do_not_fit_the_corpus_are_refused_with_a_next_step() {
    let folder = Folder::new();
    let told = |formula: &str| {
        let options = RegressOptions::new(formula);
        folder.told(run(&folder, &options).unwrap_err())
    };
    assert!(
        told("year ~ topic").contains("names no class of the classifier, which are Female, Male")
    );
    let unknown = told("female ~ topc");
    assert!(
        unknown.contains("no column `topc`") && unknown.contains("topic"),
        "{unknown}"
    );
    assert!(told("female ~ male").contains("in `female` and in `male`"));
    assert!(told("female + topic").contains("no `~`"));
    let options = RegressOptions {
        family: Family::Logistic,
        ..RegressOptions::new("year ~ female")
    };
    let error = folder.told(run(&folder, &options).unwrap_err());
    assert!(
        error.contains("is 0 or 1, not 2000; take --model linear"),
        "{error}"
    );
}

#[test]
fn a_corpus_that_is_a_survey_counts_each_row_by_what_it_stands_for() {
    // Topics count by how many rows they stand for; within a topic all rows count alike.
    let (corpus, coded) = tables(4_000);
    let weighted = corpus.lines().map(|line| {
        let weight = match line.split(',').nth(4) {
            Some("topic") => "w",
            Some("a") => "3",
            _ => "1",
        };
        format!("{line},{weight}\n")
    });
    let folder = Folder::new();
    let read = ReadOptions::default();
    let path = folder.write("predictions.csv", weighted.collect::<String>());
    let coded = folder.write("coded.csv", coded);
    let coded = CodedItems::read(&coded, &CodeColumns::default(), None, &read).unwrap();
    let corpus = PredictionSource::file(&path, &read);
    let found = |formula: &str, weights: Option<&str>| {
        let options = RegressOptions {
            weights: weights.map(str::to_owned),
            ..RegressOptions::new(formula)
        };
        let result = regress(&corpus, &coded, &options).unwrap();
        let fits = [Method::Naive, Method::Coded, Method::Dsl]
            .map(|method| result.regression.fit(method).as_ref().unwrap().clone());
        (fits, lines(&result.sentences()))
    };
    let ([naive, coded_rows, dsl], said) = found("female ~ topic", Some("w"));
    let (plain, _) = found("female ~ topic", None);
    for (of, plain) in [&naive, &coded_rows, &dsl].into_iter().zip(&plain) {
        let (of, plain) = (of.last().unwrap(), plain.last().unwrap());
        assert!((of.value - plain.value).abs() < 1e-6, "{of:?} {plain:?}");
        // Weights that are the same within a topic cancel out of its mean, and of its error.
        assert!((of.se / plain.se - 1.0).abs() < 0.05, "{of:?} {plain:?}");
    }
    assert!(said.contains("`w`"), "{said}");
    let no_column = RegressOptions {
        weights: Some("weight".to_owned()),
        ..RegressOptions::new("female ~ topic")
    };
    let error = regress(&corpus, &coded, &no_column)
        .unwrap_err()
        .to_string();
    assert!(error.contains("no column `weight`"), "{error}");
}
