//! Reports of a sample with known gaps say them.

mod segments;
mod survey;

use super::render;
use super::sample::{audit_by, main_part, outcomes, report};
use crate::audit::toy::two;
use crate::audit::{Audit, Design, Params, Row, Table, audit};
use crate::record::{Classes, LabelSource};
use rand::SeedableRng;
use rand::rngs::ChaCha8Rng;
use rand::seq::SliceRandom;

/// The part of a page between its tags, with the tags taken out.
fn text(html: &str) -> String {
    let body = &html[html.find("<body").unwrap()..];
    let mut text = String::new();
    let mut inside = false;
    for character in body.chars() {
        match character {
            '<' => inside = true,
            '>' => inside = false,
            other if !inside => text.push(other),
            _ => {}
        }
    }
    text
}

fn section<'a>(html: &'a str, id: &str) -> &'a str {
    let start = html.find(&format!("<section id=\"{id}\"")).unwrap();
    &html[start..start + html[start..].find("</section>").unwrap()]
}

#[test]
fn a_report_loads_nothing_and_runs_nothing() {
    let html = render(&report()).unwrap();
    for forbidden in [
        "http:", "https:", "<script", "<link", "<img", "src=", "@import", "url(",
    ] {
        assert!(!html.contains(forbidden), "{forbidden}");
    }
    assert_eq!(html.matches("<h1").count(), 1);
    assert_eq!(
        html.matches("<table").count(),
        html.matches("<caption").count()
    );
}

#[test]
fn the_summary_names_who_stands_apart_with_their_numbers() {
    let html = render(&report()).unwrap();
    let summary = text(&format!("<body>{}", section(&html, "summary")));
    assert!(summary.contains("Cross-validation accuracy"), "{summary}");
    assert!(summary.contains("Test set accuracy"), "{summary}");
    for said in [
        "Accuracy below the rest: Black by 9.",
        "Accuracy above the rest: ",
        "Accuracy is lowest for Black, 79.2% (77.0–81.2) of 1,447",
        "lowest for Black × Female, ",
        "Test set: ",
        "if no group differed, at most 5.0% of such audits would name one",
    ] {
        assert!(summary.contains(said), "{said}: {summary}");
    }
    assert!(
        summary.contains("Collect and label more images of Black (race), 0-2 (age), "),
        "{summary}"
    );
}

#[test]
fn a_gap_that_may_be_none_is_not_called_one() {
    let mut report = report();
    let groups = [
        ("no", outcomes(100, 100, 0.9)),
        ("yes", outcomes(100, 100, 0.88)),
    ];
    *main_part(&mut report) = audit_by("glasses", &groups);
    let html = render(&report).unwrap();
    let summary = section(&html, "summary");
    assert!(
        summary.contains("No group stands apart from the rest by accuracy, true"),
        "{summary}"
    );
    assert!(summary.contains("for the worse in these data"), "{summary}");
    assert!(!summary.contains("Collect and label"), "{summary}");
}

#[test]
fn labels_are_called_perceived_unless_they_were_drawn() {
    let mut report = report();
    assert!(
        text(&render(&report).unwrap()).contains("as perceived by the people who labelled them")
    );
    report.data.label_source = LabelSource::Drawn;
    let drawn = text(&render(&report).unwrap());
    assert!(drawn.contains("as they were drawn"), "{drawn}");
    assert!(!drawn.contains("as perceived by"), "{drawn}");
}

#[test]
fn text_from_the_data_is_escaped_everywhere() {
    let evil = "<script>alert('x')</script>";
    let mut report = report();
    report.title = evil.to_owned();
    report.label = evil.to_owned();
    report.classes = Classes::new(vec![evil.to_owned(), "b".to_owned()]).unwrap();
    report.data.notes = vec![evil.to_owned()];
    report.data.bad_rows.first[0].path = evil.to_owned();
    let groups = [
        (evil, outcomes(50, 50, 0.5)),
        ("\" onload=\"x", outcomes(50, 50, 0.9)),
    ];
    *main_part(&mut report) = audit_by(evil, &groups);
    let html = render(&report).unwrap();
    assert!(!html.contains("<script"));
    assert!(!html.contains("\" onload"));
    assert!(html.contains("&#60;script&#62;"));
}

#[test]
fn a_rate_without_a_denominator_is_not_estimable_and_says_why() {
    let html = render(&report()).unwrap();
    let groups = section(&html, "groups");
    let row = &groups[groups.find("more than 70 <span class=\"tag\">").unwrap()..];
    let row = &row[..row.find("</tr>").unwrap()];
    assert!(row.contains("too few images"), "{row}");
    assert!(row.contains("not estimable: no positives"), "{row}");
    assert!(groups.contains("fewer than 30: more than 70 (17)"));
    assert!(!html.contains("NaN"));
}

#[test]
fn a_value_of_a_group_that_stands_apart_is_marked() {
    let html = render(&report()).unwrap();
    let groups = section(&html, "groups");
    let row = |name: &str| {
        let row = &groups[groups.find(&format!("<th scope=\"row\">{name}")).unwrap()..];
        &row[..row.find("</tr>").unwrap()]
    };
    assert!(
        row("Black").contains(r#"class="number worse""#),
        "{}",
        row("Black")
    );
    assert!(row("Black").contains("below the rest") && row("Black").contains("above the rest"));
    assert!(!row("Indian").contains("the rest"), "{}", row("Indian"));
    assert!(row("Middle Eastern").contains(r#"class="number better""#));
}

#[test]
fn more_than_two_classes_have_accuracy_only() {
    let mut report = report();
    report.classes = Classes::new(["Male", "Female", "Other"].map(String::from).to_vec()).unwrap();
    for part in &mut report.parts {
        let cells = part
            .audit
            .groupings
            .iter_mut()
            .flat_map(|grouping| &mut grouping.cells);
        let cells = cells.map(|(_, cell)| cell);
        for cell in cells.chain([&mut part.audit.overall]) {
            cell.measures.truncate(1);
        }
    }
    let html = render(&report).unwrap();
    assert!(html.contains("Male, Female or Other"));
    assert!(html.contains("no positive class") && !html.contains("True-positive rate"));
}

#[test]
fn a_run_without_a_test_part_speaks_of_cross_validation_only() {
    let mut report = report();
    main_part(&mut report);
    let html = render(&report).unwrap();
    assert!(!html.contains("Test set") && !html.contains("judged on the test set"));
    assert!(section(&html, "summary").contains("Cross-validation accuracy"));
}

#[test]
fn a_figure_of_many_groups_draws_the_lowest_and_the_table_has_all() {
    let names: Vec<String> = (0..63).map(|i| format!("country-{i:02}")).collect();
    let groups: Vec<_> = names
        .iter()
        .enumerate()
        .map(|(i, name)| (name.as_str(), outcomes(40, 40, 0.6 + 0.005 * i as f64)))
        .collect();
    let mut report = report();
    main_part(&mut report).groupings = audit_by("country", &groups).groupings;
    let html = render(&report).unwrap();
    assert!(html.contains("The lowest 30 groups are drawn; the table has the other 33 too."));
    assert_eq!(html.matches("class=\"interval\"").count(), 30);
    let table = &html[html.find("<caption><span>Results by country").unwrap()..];
    let table = &table[..table.find("</table>").unwrap()];
    assert_eq!(table.matches("<th scope=\"row\">country-").count(), 63);
}

#[test]
fn where_nothing_is_estimable_no_empty_figure_is_drawn() {
    let few = [("a", outcomes(1, 0, 1.0)), ("b", outcomes(3, 3, 0.5))];
    let mut report = report();
    main_part(&mut report).groupings = audit_by("glasses", &few).groupings;
    let html = render(&report).unwrap();
    let groups = section(&html, "groups");
    assert!(!groups.contains("<figure"), "{groups}");
    assert!(groups.contains("not estimable: 1 row<"), "{groups}");
}

/// For the eye: `EVENHAND_SAMPLE=sample.html cargo test --lib sample_report -- --ignored`.
#[test]
#[ignore = "writes a file to look at"]
fn sample_report() {
    let path = std::env::var("EVENHAND_SAMPLE").unwrap();
    std::fs::write(path, render(&report()).unwrap()).unwrap();
}

/// 1,400 rows of 14 groups, dealt out to the groups at random.
fn dealt(seed: u64) -> Audit {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let mut groups: Vec<String> = (0..1_400).map(|at| format!("g{:02}", at % 14)).collect();
    groups.shuffle(&mut rng);
    let rows = groups.iter().enumerate().map(|(at, group)| Row {
        label: at % 2,
        predicted: if at % 100 < 13 { 1 - at % 2 } else { at % 2 },
        score: None,
        attributes: vec![group.as_str()],
    });
    let design = Design::of(evenhand_stats::groups::parse("g").unwrap());
    let table = Table::new(&two(), &["g".to_owned()], &design, rows).unwrap();
    let params = Params {
        replicates: 199,
        ..Params::default()
    };
    audit(&table, &params.check().unwrap())
}

#[test]
fn groups_dealt_out_at_random_are_hardly_ever_said_to_stand_apart() {
    const PERMUTATIONS: u64 = 50;
    let mut false_alarms = 0;
    for seed in 0..PERMUTATIONS {
        let mut report = report();
        *main_part(&mut report) = dealt(seed);
        let audit = &report.parts[0].audit;
        let apart = !audit.verdict.apart.is_empty();
        let is_worse = audit.verdict.apart.iter().any(|apart| apart.is_worse);
        let by_accuracy = audit.verdict.of("g", "accuracy").next().is_some();
        let gap = audit.groupings[0]
            .disparity
            .gap("accuracy")
            .unwrap()
            .largest;
        let html = render(&report).unwrap();
        let summary = text(&format!("<body>{}", section(&html, "summary")));
        // All that is said of a gap says the same.
        assert_eq!(
            summary.contains("No group stands apart from the rest by"),
            !apart
        );
        assert_eq!(summary.contains("for the worse in these data"), !is_worse);
        assert_eq!(
            html.contains("below the rest\"") || html.contains("above the rest\""),
            apart
        );
        assert_eq!(gap.p <= 0.05, gap.low > 0.0);
        let alone = gap.p.min(gap.omnibus_p) <= 0.05 && !by_accuracy;
        assert_eq!(summary.contains("These are for this grouping alone"), alone);
        false_alarms += u64::from(apart);
    }
    // At 5 %, more than 6 of 50 have a probability of 1 %.
    assert!(false_alarms <= 6, "{false_alarms}");
}
