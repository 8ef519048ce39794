//! Figures say their numbers in text, too.

use askama::Template;

use super::*;
use crate::audit::{Audit, Estimate};
use crate::metric::Bin;
use crate::record::Unit;
use crate::sample::{self, audit_by, outcomes};
use crate::stats::Interval;

/// Every figure on one page.
#[derive(Template)]
#[template(
    ext = "html",
    source = r#"{%- import "figures.html" as figures -%}<!DOCTYPE html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Figures</title><style>{% include "style.css" %}</style><body><main>
{% if let Some(one) = gaps %}{% call figures::gaps(one) %}{% endcall %}{% endif %}
{% if let Some(one) = heat %}{% call figures::heat(one) %}{% endcall %}{% endif %}
{% if let Some(one) = panels %}{% call figures::panels(one) %}{% endcall %}{% endif %}
{% if let Some(one) = trade %}{% call figures::trade(one) %}{% endcall %}{% endif %}
{% for one in galleries %}{% call figures::gallery(one) %}{% endcall %}{% endfor %}
</main></body></html>"#
)]
#[derive(Default)]
struct Page {
    gaps: Option<Gaps>,
    heat: Option<Heat>,
    panels: Option<Panels>,
    trade: Option<Trade>,
    galleries: Vec<Gallery>,
}

const GREY: &str =
    "data:image/gif;base64,R0lGODlhAQABAIAAAMLCwgAAACH5BAAAAAAALAAAAAABAAEAAAICRAEAOw==";

fn crossed() -> Audit {
    let mut audit = audit_by(
        "both",
        &[
            ("Black*Female", outcomes(300, 300, 0.75)),
            ("Black*Male", outcomes(300, 300, 0.87)),
            ("Latino_Hispanic*Female", outcomes(200, 200, 0.92)),
            ("Latino_Hispanic*Male", outcomes(3, 2, 0.8)),
            ("White*Female", outcomes(400, 300, 0.9)),
        ],
    );
    audit.groupings[0].name = "race*gender".to_owned();
    audit
}

fn gaps(audit: &Audit) -> Option<Gaps> {
    Gaps::new(audit, &audit.groupings[0], Unit::Image)
}

fn heat(audit: &Audit) -> Option<Heat> {
    Heat::new(audit, &audit.groupings[0], "accuracy")
}

/// Scores of which positives are `1 - (1 - u)^power` and negatives `u^power`, for even `u`.
struct Scores {
    roc: Vec<(f64, f64)>,
    bins: Vec<Bin>,
    histogram: [Vec<u64>; 2],
}

fn scores(power: f64, n: u64) -> Scores {
    let at = |i: u64| (i as f64 + 0.5) / n as f64;
    let negatives: Vec<f64> = (0..n).map(|i| at(i).powf(power)).collect();
    let positives: Vec<f64> = negatives.iter().map(|score| 1.0 - score).collect();
    let above = |scores: &[f64], cut: f64| scores.iter().filter(|score| **score >= cut).count();
    let cuts = (0..=40).rev().map(|i| f64::from(i) / 40.0);
    let share = |scores: &[f64], cut| above(scores, cut) as f64 / n as f64;
    let within = |scores: &[f64], low: f64, high| (above(scores, low) - above(scores, high)) as u64;
    let count = |scores: &[f64]| {
        let edge = |i| f64::from(i) / 20.0;
        (0..20)
            .map(|i| within(scores, edge(i), edge(i + 1)))
            .collect()
    };
    let bin = |i: u32| {
        let (low, high) = (f64::from(i) / 10.0, f64::from(i + 1) / 10.0);
        let hits = within(&positives, low, high);
        Bin {
            low,
            high,
            n: hits + within(&negatives, low, high),
            positives: hits,
            mean_score: low + 0.05,
        }
    };
    Scores {
        roc: cuts
            .map(|cut| (share(&negatives, cut), share(&positives, cut)))
            .collect(),
        bins: (0..10).map(bin).collect(),
        histogram: [count(&negatives), count(&positives)],
    }
}

fn panel<'a>(name: &'a str, n: u64, scores: &'a Scores) -> Panel<'a> {
    Panel {
        name,
        n,
        auc: Some("0.912 (0.890–0.931)"),
        roc: &scores.roc,
        reliability: &scores.bins,
        histogram: &scores.histogram,
    }
}

fn around(value: f64) -> Option<Estimate> {
    let (low, high) = (value - 0.02, value + 0.02);
    Some(Estimate {
        value,
        interval: Interval { low, high },
    })
}

fn policy(title: &str, accuracy: f64, gap: f64) -> Policy {
    Policy {
        title: title.to_owned(),
        is_given: title == "as they are",
        accuracy: around(accuracy),
        gaps: vec![
            ("tpr", around(gap)),
            ("fpr", around(gap / 2.0)),
            ("selection_rate", None),
        ],
        thresholds: match title {
            "as they are" => vec![],
            _ => vec![
                ("Black".to_owned(), "0.43".to_owned()),
                ("White".to_owned(), "0.52".to_owned()),
            ],
        },
    }
}

fn policies() -> Vec<Policy> {
    vec![
        policy("as they are", 0.873, 0.11),
        policy("one threshold, highest accuracy", 0.875, 0.115),
        policy("one threshold, highest balanced accuracy", 0.874, 0.11),
        policy("a threshold a group, same true-positive rate", 0.861, 0.02),
    ]
}

fn picture(data_uri: Option<&str>, alt: &str) -> Picture {
    Picture {
        data_uri: data_uri.map(str::to_owned),
        overlay: None,
        alt: alt.to_owned(),
        lines: vec!["labelled Female".to_owned(), "Male, 0.991".to_owned()],
    }
}

fn gallery(pictures: Vec<Picture>) -> Option<Gallery> {
    Gallery::new(
        Unit::Image,
        "Confident mistakes",
        &["Label", "Prediction"],
        pictures,
    )
}

fn page() -> Page {
    let audit = sample::report().parts.remove(0).audit;
    let few = scores(1.6, 40);
    let (weak, strong, all) = (scores(1.8, 300), scores(4.0, 500), scores(2.8, 800));
    let groups = [
        panel("Black", 600, &weak),
        panel("Latino_Hispanic", 1000, &strong),
        panel("Middle Eastern", 80, &few),
    ];
    let everyone = panel("Everyone", 1600, &all);
    let faces = (0..5).map(|i| picture(Some(GREY), &format!("val/{i}.jpg")));
    let galleries = [
        gallery(faces.chain([picture(None, "val/missing.jpg")]).collect()),
        gallery(vec![picture(
            None,
            "val/a-long-folder-name/and-on/0001.jpg",
        )]),
    ];
    Page {
        gaps: Gaps::new(&audit, &audit.groupings[0], Unit::Image),
        heat: heat(&crossed()),
        panels: Panels::new(
            &groups,
            Some(everyone),
            ["Male", "Female"],
            0.95,
            Unit::Image,
        ),
        trade: Trade::new("race", &policies()),
        galleries: galleries.into_iter().flatten().collect(),
    }
}

#[test]
fn every_drawing_has_words_and_every_table_a_caption() {
    let html = page().render().unwrap();
    let labelled = html.matches("role=\"img\" aria-label=\"").count();
    let hidden = html
        .matches("<svg class=\"interval dots\" aria-hidden")
        .count();
    let scales = html.matches("<svg class=\"scale\" aria-hidden").count();
    let marks = html.matches("class=\"mark\" role=\"img\"").count();
    assert_eq!(
        html.matches("<svg").count(),
        labelled - marks + hidden + scales
    );
    assert_eq!(
        html.matches("<table").count(),
        html.matches("<caption>").count()
    );
    assert_eq!(
        html.matches("<img").count(),
        html.matches("alt=\"val/").count()
    );
    assert!(!html.contains("NaN") && !html.contains("aria-label=\"\""));
}

#[test]
fn a_gap_chart_names_the_ends_and_says_the_distance() {
    let groups = [
        ("low", outcomes(100, 100, 0.75)),
        ("a", outcomes(100, 100, 0.85)),
        ("b", outcomes(100, 100, 0.85)),
        ("few", outcomes(2, 2, 0.5)),
    ];
    let audit = audit_by("g", &groups);
    let figure = gaps(&audit).unwrap();
    let row = &figure.rows[0];
    assert_eq!(
        (row.title.as_str(), row.lowest.as_str()),
        ("Accuracy", "low 75.0%")
    );
    assert_eq!(row.highest, "a and b 85.0%");
    assert!(
        row.distance.starts_with("10.0 points ("),
        "{}",
        row.distance
    );
    assert_eq!(row.svg.matches("<circle").count(), 3);
    let mut rows = figure.numbers.rows.iter();
    let few = rows.find(|row| row.head == "few").unwrap();
    assert_eq!(few.cells[1], "not estimable: 4 rows");
    assert!(gaps(&audit_by("g", &groups[..1])).is_none());
}

#[test]
fn a_heat_map_has_the_longer_attribute_down_and_a_reason_in_empty_cells() {
    let figure = heat(&crossed()).unwrap();
    assert_eq!(
        (figure.down.as_str(), figure.across.as_str()),
        ("race", "gender")
    );
    assert_eq!(figure.columns, ["Female", "Male"]);
    let cell = |row: usize, column: usize| &figure.rows[row].cells[column];
    let black = cell(0, 0).value.as_ref().ok().unwrap();
    assert_eq!((black.class, black.shade.as_str()), ("worse", "1.00"));
    assert_eq!(
        (black.value.as_str(), cell(0, 0).n.as_str()),
        ("75.0%", "600")
    );
    assert_eq!(
        cell(1, 1).value.as_ref().err().unwrap(),
        "not estimable: 5 rows"
    );
    assert_eq!(cell(2, 1).value.as_ref().err().unwrap(), "nobody");
}

#[test]
fn only_a_cross_of_two_with_a_number_makes_a_heat_map() {
    let mut audit = crossed();
    assert!(Heat::new(&audit, &audit.groupings[0], "auc").is_none());
    audit.groupings[0].cells[0].0 = "Bl*ck*Female".to_owned();
    assert!(heat(&audit).is_none());
    audit.groupings[0].name = "race".to_owned();
    assert!(heat(&audit).is_none());
    let mut few = audit_by(
        "both",
        &[("a*b", outcomes(2, 2, 0.5)), ("a*c", outcomes(2, 2, 0.5))],
    );
    few.groupings[0].name = "x*y".to_owned();
    assert!(heat(&few).is_none());
}

#[test]
fn panels_draw_the_largest_groups_and_their_numbers_have_all() {
    let one = scores(2.0, 100);
    let names: Vec<String> = (0..15).map(|i| format!("group {i}")).collect();
    let groups: Vec<Panel> = (1..)
        .zip(&names)
        .map(|(n, name)| panel(name, n, &one))
        .collect();
    let figure = Panels::new(&groups, None, ["Male", "Female"], 0.95, Unit::Image).unwrap();
    assert_eq!((figure.kinds.len(), figure.left_out), (3, 3));
    assert_eq!(figure.kinds[0].drawings[0].name, "group 3");
    assert_eq!(figure.kinds[0].numbers.rows.len(), 15);
    assert!(
        figure.kinds[0].drawings[0]
            .svg
            .contains("ROC curve of group 3: at a false-positive rate of 10.0%")
    );
    assert!(figure.kinds[2].drawings[0].svg.contains("of Female and"));
    let empty = [vec![], vec![]];
    let none = Panel {
        roc: &[],
        reliability: &[],
        histogram: &empty,
        ..groups[0]
    };
    assert!(Panels::new(&[none], None, ["a", "b"], 0.95, Unit::Image).is_none());
}

#[test]
fn a_trade_off_draws_the_gaps_that_there_are() {
    let figure = Trade::new("race", &policies()).unwrap();
    assert_eq!(
        figure.charts.len(),
        2,
        "nobody has a gap of the selection rate"
    );
    assert_eq!(figure.charts[0].title, "Gap of true-positive rate");
    assert_eq!(figure.rows[0].thresholds, "–");
    assert_eq!(figure.rows[3].thresholds, "Black 0.43, White 0.52");
    assert_eq!(figure.rows[3].gaps[0].value, "2.0");
    assert!(Trade::new("race", &[]).is_none());
}

#[test]
fn a_gallery_shows_nothing_that_must_be_loaded() {
    assert!(gallery(vec![]).is_none());
    let figure = gallery(vec![picture(Some("https://example.org/a.jpg"), "a.jpg")]).unwrap();
    let html = Page {
        galleries: vec![figure],
        ..Page::default()
    };
    let html = html.render().unwrap();
    assert!(
        !html.contains("https:") && html.contains("<th scope=\"row\">a.jpg</th>"),
        "{html}"
    );
}

#[test]
fn names_from_the_data_are_escaped_in_every_figure() {
    let evil = "\"><script>";
    let one = scores(2.0, 50);
    let audit = audit_by(
        "g",
        &[(evil, outcomes(50, 50, 0.6)), ("b", outcomes(50, 50, 0.9))],
    );
    let mut cross = crossed();
    for (value, _) in &mut cross.groupings[0].cells {
        *value = value.replace("Black", evil);
    }
    let mut policies = policies();
    policies[1].title = evil.to_owned();
    policies[3].thresholds[0].0 = evil.to_owned();
    let html = Page {
        gaps: gaps(&audit),
        heat: heat(&cross),
        panels: Panels::new(
            &[panel(evil, 9, &one)],
            None,
            [evil, evil],
            0.95,
            Unit::Image,
        ),
        trade: Trade::new(evil, &policies),
        galleries: gallery(vec![picture(Some(GREY), evil)])
            .into_iter()
            .collect(),
    };
    let html = html.render().unwrap();
    assert!(html.contains("&#60;script&#62;"));
    assert!(!html.contains("<script") && !html.contains("\"><script"));
}

/// For the eye: `EVENHAND_SAMPLE=figures.html cargo test --lib sample_figures -- --ignored`.
#[test]
#[ignore = "writes a file to look at"]
fn sample_figures() {
    let path = std::env::var("EVENHAND_SAMPLE").unwrap();
    std::fs::write(path, page().render().unwrap()).unwrap();
}
