//! Reports of a survey speak of rows.

use super::{section, text};
use crate::audit::Sampling;
use crate::content::{Curve, CurvePoint, Fit, Report, Source};
use crate::method::{ColumnMethod, Method};
use crate::record::LabelSource;
use crate::sample;
use crate::sample_survey::report;
use crate::uses::PointValue;
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
        "Selected (lasso): 2 columns: age (5 of 5 folds) and hours (3 of 5 folds).",
        "<tr><th scope=\"row\">question_20</th><td class=\"number\">1 of 5</td></tr>",
    ] {
        assert!(training.contains(said), "{said}: {training}");
    }
    assert_eq!(
        training.matches("class=\"chosen\"").count(),
        3,
        "a learner and two columns"
    );
    let mut alone = report();
    let method = method(&mut alone);
    method.leaderboard = None;
    method.selection = None;
    method.notes.clear();
    let training = render(&alone).unwrap();
    let training = section(&training, "training");
    for absent in ["side by side", "Noticed", "Selected"] {
        assert!(!training.contains(absent), "{absent}");
    }
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
fn numbers_are_drawn_as_lines_and_levels_as_dots_by_group() {
    let html = render(&report()).unwrap();
    let uses = section(&html, "uses");
    assert_eq!(uses.matches("class=\"lines dependence\"").count(), 1);
    assert_eq!(uses.matches("class=\"band\"").count(), 1);
    // Lines of two groups for age; dots for its gap code, and for the levels of occupation.
    assert_eq!(uses.matches("<polyline class=\"group\"").count(), 2);
    assert_eq!(uses.matches("<g class=\"within\">").count(), 4);
    for said in [
        "is lowest, 16.2% with age = 18, and highest, 49.8% with age = 84.5.",
        "is lowest, 19.0% with occupation = farm, and highest, 48.0% with occupation = cleaning.",
        "From lowest to highest it moves by 29.0 points for everyone, by 29.0 for region=urban and by 14.5 for region=rural.",
        "what would happen to people if they changed",
        "<th scope=\"row\">refused</th><td class=\"number\">3.1%</td><td class=\"number\">22.0%</td><td class=\"number\">(10.0–37.0)</td><td class=\"number\">24.0%</td><td class=\"number\">26.0%</td>",
    ] {
        assert!(uses.contains(said), "{said}: {uses}");
    }
}

#[test]
fn what_columns_add_is_told_for_everyone_and_where_groups_differ() {
    let html = render(&report()).unwrap();
    let uses = section(&html, "uses");
    for said in [
        "Scores owe most to age, occupation and question_01.",
        "(of 500 held-out rows, at most 3e-7 off)",
        "Scores of region=rural owe most to occupation.",
        "need not be a cause of anything",
        "<th scope=\"row\">question_01</th><td class=\"number\">0.004</td><td class=\"number\">0.004</td><td class=\"number\">–</td>",
    ] {
        assert!(uses.contains(said), "{said}: {uses}");
    }
    assert!(
        !uses.contains("Scores of region=urban"),
        "it owes most to what everyone does"
    );
    let at = |column: &str| {
        uses.find(&format!(
            "<th scope=\"row\">{column}</th><td class=\"number\">0."
        ))
    };
    assert!(at("age") < at("occupation"), "the largest first");
}

#[test]
fn rows_that_count_by_weights_are_told_apart_from_rows_that_count_once() {
    let html = render(&report()).unwrap();
    let weighted = section(&html, "weighted");
    for said in [
        "each row counts once",
        "Weighted by `PWGTP`: 900 rows stand for 90310 rows.",
        "<th scope=\"row\">rural</th><td class=\"number\">61.3%</td>",
    ] {
        assert!(weighted.contains(said), "{said}: {weighted}");
    }
    let html = render(&sample::report()).unwrap();
    assert!(!html.contains("#weighted") && !html.contains("By weights"));
}

#[test]
fn where_nothing_was_measured_nothing_is_said_to_be_used() {
    let mut report = report();
    let method = method(&mut report);
    method.importance.clear();
    method.uses = None;
    method.coefficients = None;
    let html = render(&report).unwrap();
    assert!(!html.contains("#uses") && !html.contains("id=\"uses\""));
    assert!(!html.contains("Breiman") && !html.contains("Lundberg") && !html.contains("Goldstein"));
}

#[test]
fn names_of_columns_are_escaped() {
    let evil = "<script>alert('x')</script>";
    let mut report = report();
    let method = method(&mut report);
    method.columns[0] = evil.to_owned();
    method.selection.as_mut().unwrap().columns[0].column = evil.to_owned();
    method.importance[0].column = evil.to_owned();
    let uses = method.uses.as_mut().unwrap();
    uses.dependence[0].column = evil.to_owned();
    uses.dependence[0].groups[0] = evil.to_owned();
    uses.dependence[1].points[0].at = PointValue::Level(evil.to_owned());
    uses.contributions.as_mut().unwrap().columns[0].column = evil.to_owned();
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
