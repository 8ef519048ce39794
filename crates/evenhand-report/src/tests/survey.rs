//! Reports of a survey speak of rows.

use super::{section, text};
use crate::audit::Sampling;
use crate::content::{Curve, CurvePoint, Fit, Report, Source};
use crate::method::{ColumnMethod, Method};
use crate::record::LabelSource;
use crate::sample;
use crate::sample_survey::report;
use crate::{model_card, render};

fn method(report: &mut Report) -> &mut ColumnMethod {
    match &mut report.training.as_mut().unwrap().method {
        Method::Columns(method) => method,
        Method::Images(_) => panic!("a survey has no images"),
    }
}

/// An audit of somebody's predictions, with labels that were drawn.
fn without_training() -> Report {
    let mut report = report();
    report.training = None;
    report.data.label_source = LabelSource::Drawn;
    let column = "household".to_owned();
    report.parts[0].source = Source::Table;
    report.parts[0].audit.sampling = Sampling::Clusters { column };
    let examination = &mut report.error_analysis.as_mut().unwrap().examination;
    examination.slices = Some(Vec::new());
    report
}

/// A part was held out once, and the learner stopped by none.
fn held_out() -> Report {
    let mut report = report();
    let column = "region".to_owned();
    report.parts[0].source = Source::HeldOut;
    report.parts[0].audit.sampling = Sampling::Strata { column };
    report.parts[0].audit.verdict.apart.clear();
    let training = report.training.as_mut().unwrap();
    training.folds = 1;
    let point = CurvePoint {
        epoch: 1,
        train_loss: 0.5,
        validation_loss: None,
        validation_accuracy: None,
    };
    training.curves = vec![Curve {
        fit: Fit::Final,
        points: vec![point],
    }];
    report
}

#[test]
fn nothing_of_a_survey_is_said_to_be_seen() {
    for report in [report(), without_training(), held_out()] {
        let html = render(&report).unwrap();
        let page = html[html.find("<title").unwrap()..].to_lowercase();
        let body = &page[page.find("<body").unwrap()..];
        let card = model_card(&report).to_string().to_lowercase();
        for forbidden in ["image", "picture", "photo", "face", "coder", "perceived"] {
            let said = |text: &str| {
                let at = text.find(forbidden)?;
                let around = text.floor_char_boundary(at.saturating_sub(60));
                Some(text[around..at].to_owned())
            };
            assert_eq!(said(body), None, "{forbidden}");
            assert_eq!(said(&card), None, "{forbidden}");
        }
        assert_eq!(
            html.matches("<table").count(),
            html.matches("<caption").count()
        );
        assert!(body.contains("<th scope=\"row\">rows</th><td class=\"number\">900</td>"));
    }
}

#[test]
fn labels_of_a_survey_are_answers_or_records_unless_they_were_drawn() {
    let html = render(&report()).unwrap();
    let summary = text(&format!("<body>{}", section(&html, "summary")));
    assert!(
        summary.contains(
            "trained on 900 rows to tell care: no or yes, as people answered or as it was recorded."
        ),
        "{summary}"
    );
    assert!(section(&html, "labels").contains("are what people answered or what was recorded"));
    let drawn = render(&without_training()).unwrap();
    assert!(section(&drawn, "labels").contains("drawn by a computer"));
    assert!(section(&drawn, "summary").contains("as they were drawn"));
}

#[test]
fn the_groups_that_are_scored_worse_are_named() {
    let html = render(&report()).unwrap();
    let scoring = section(&html, "scoring");
    assert!(scoring.contains("Scoring people has effects on them"));
    assert!(
        scoring.contains("Scored worse than the rest in these data: rural (region)"),
        "{scoring}"
    );
    let card = model_card(&report());
    let ethics = card["considerations"]["ethical_considerations"].to_string();
    assert!(ethics.contains("rural (region)"), "{ethics}");
    let html = render(&held_out()).unwrap();
    assert!(section(&html, "scoring").contains("No group is shown to be scored worse"));
    let html = render(&sample::report()).unwrap();
    assert!(!html.contains("id=\"scoring\"") && !html.contains("Scoring people"));
}

#[test]
fn learners_stand_side_by_side_with_the_chosen_one_marked() {
    let html = render(&report()).unwrap();
    let training = section(&html, "training");
    for said in [
        "<th scope=\"row\">Learner</th><td>gradient boosting</td>",
        "<td>24 columns: age, education, ",
        "<th scope=\"row\">Features per row</th><td>61</td>",
        "<th scope=\"row\">Setting: leaves</th><td>31</td>",
        "no simpler learner is within one standard error",
        "gradient boosting <span class=\"tag\">chosen</span></th><td class=\"number\">0.412</td><td class=\"number\">0.006</td><td class=\"number\">0.861</td><td class=\"number\">3.4 s</td>",
        "zip_code is a code of 812 levels",
    ] {
        assert!(training.contains(said), "{said}: {training}");
    }
    assert_eq!(training.matches("class=\"chosen\"").count(), 1);
    let mut alone = report();
    let method = method(&mut alone);
    method.leaderboard = None;
    method.notes.clear();
    let training = render(&alone).unwrap();
    let training = section(&training, "training");
    assert!(!training.contains("side by side") && !training.contains("Noticed"));
}

#[test]
fn importance_is_drawn_largest_first_and_its_table_has_every_column() {
    let mut reversed = report();
    method(&mut reversed).importance.reverse();
    let html = render(&reversed).unwrap();
    let uses = section(&html, "uses");
    assert_eq!(uses.matches("class=\"interval bar\"").count(), 20);
    assert!(
        uses.contains("The 20 most important columns are drawn; the numbers have the other 4 too.")
    );
    let first = &uses[uses.find("<span class=\"label\">").unwrap()..];
    assert!(
        first.starts_with("<span class=\"label\">age</span>"),
        "{first}"
    );
    assert!(
        first.contains("<span class=\"value\">0.080 (0.070 to 0.089)</span>"),
        "{first}"
    );
    let numbers = &uses[uses.find("<details>").unwrap()..uses.find("</details>").unwrap()];
    assert_eq!(numbers.matches("<th scope=\"row\">").count(), 24);
    assert!(
        uses.contains(
            "Not shown to help, since the interval includes 0 or lies below it: question_0"
        )
    );
    assert!(
        uses.contains("<th scope=\"row\">education: university</th><td class=\"number\">0.82</td>")
    );
}

#[test]
fn where_nothing_was_measured_nothing_is_said_to_be_used() {
    let mut report = report();
    let method = method(&mut report);
    method.importance.clear();
    method.coefficients = None;
    let html = render(&report).unwrap();
    assert!(!html.contains("#uses") && !html.contains("id=\"uses\""));
    assert!(!html.contains("Breiman"));
}

#[test]
fn names_of_columns_are_escaped() {
    let evil = "<script>alert('x')</script>";
    let mut report = report();
    let method = method(&mut report);
    method.columns[0] = evil.to_owned();
    method.importance[0].column = evil.to_owned();
    method.notes[0] = evil.to_owned();
    method.coefficients.as_mut().unwrap().rows[0][0] = evil.to_owned();
    method.leaderboard.as_mut().unwrap().sentence = evil.to_owned();
    let html = render(&report).unwrap();
    assert!(!html.contains("<script") && html.contains("&#60;script&#62;"));
}

/// For the eye: `EVENHAND_SAMPLE=survey.html cargo test --lib sample_survey -- --ignored`.
#[test]
#[ignore = "writes a file to look at"]
fn sample_survey() {
    let path = std::env::var("EVENHAND_SAMPLE").unwrap();
    std::fs::write(path, render(&report()).unwrap()).unwrap();
}
