//! Pages of segments.

use super::{section, text};
use crate::render_segments;
use crate::sample_segments::{Sample, sample};
use evenhand_segments::pca::varimax;

fn words(html: &str, id: &str) -> String {
    text(&format!("<body>{}", section(html, id)))
}

fn changed(change: impl FnOnce(&mut Sample)) -> String {
    let mut changed = sample().clone();
    change(&mut changed);
    render_segments(&changed.page()).unwrap()
}

#[test]
fn a_page_of_segments_loads_nothing_and_every_table_has_a_caption() {
    let html = render_segments(&sample().page()).unwrap();
    for forbidden in [
        "http:", "https:", "<script", "<link", "<img", "src=", "url(", "NaN",
    ] {
        assert!(!html.contains(forbidden), "{forbidden}");
    }
    assert_eq!(html.matches("<h1").count(), 1);
    assert_eq!(
        html.matches("<table").count(),
        html.matches("<caption").count()
    );
    for name in [
        "figure", "ul", "li", "section", "article", "td", "th", "svg",
    ] {
        let opened = [">", " "].map(|end| html.matches(&format!("<{name}{end}")).count());
        let closed = html.matches(&format!("</{name}>")).count();
        assert_eq!(opened[0] + opened[1], closed, "{name}");
    }
}

#[test]
fn drawings_say_what_they_show() {
    let html = render_segments(&sample().page()).unwrap();
    for drawing in html.split("<svg").skip(1) {
        let head = &drawing[..drawing.find('>').unwrap()];
        assert!(
            head.contains("aria-hidden=\"true\"") || head.contains("role=\"img\" aria-label=\""),
            "{head}"
        );
    }
    for said in [
        "aria-label=\"Stability by the number of segments: 2: ",
        "aria-label=\"Share of all variance by component: component 1 ",
        "aria-label=\"Histogram of Income, from ",
        "aria-label=\"above the other rows\"",
    ] {
        assert!(html.contains(said), "{said}");
    }
}

#[test]
fn warnings_come_first() {
    let html = render_segments(&sample().page()).unwrap();
    let summary = words(&html, "summary");
    let mut from = 0;
    for said in [
        "The names fit the components in reverse",
        "`Commuters` fits component 2, not component 1.",
        "4 segments are not stable: two samples agree by ",
        "`White`, `Black` and `OtherRace` are shares that sum to 100 in every row",
        "`Citizen` grows with `TotalPop`",
        "360 rows with 9 columns were divided into 4 segments by 3 principal components",
        "Left out, 2 rows: no number in Income (Kalawao, Loving).",
        "they were read as thousands",
    ] {
        let at = summary[from..].find(said);
        from += at.unwrap_or_else(|| panic!("{said} is not in {}", &summary[from..]));
    }
}

#[test]
fn segments_are_described_by_what_sets_them_apart() {
    let html = render_segments(&sample().page()).unwrap();
    let segments = section(&html, "segments");
    assert_eq!(segments.matches("<article").count(), 4);
    let profile = &sample().segments.profiles[0];
    let said = text(&format!("<body>{segments}"));
    assert!(said.contains(&profile.sentence), "{said}");
    for row in profile
        .members
        .typical
        .iter()
        .chain(&profile.members.borderline)
    {
        assert!(said.contains(&sample().names[*row]), "{said}");
    }
    // Rain has nothing to do with the kinds of places.
    let rain = &segments[segments.find("<th scope=\"row\">Rain").unwrap()..];
    let rain = &rain[..rain.find("</tr>").unwrap()];
    assert_eq!(rain.matches("<td").count(), 4);
    assert!(!rain.contains('▲') && !rain.contains('▼'), "{rain}");
    assert!(segments.contains("Segments were made without these columns."));
}

#[test]
fn a_heat_map_has_means_in_units_of_the_data_and_marks_what_is_significant() {
    let html = render_segments(&sample().page()).unwrap();
    let segments = section(&html, "segments");
    let map = &segments[segments.find("class=\"heat centroids\"").unwrap()..];
    let income = &map[map.find("<th scope=\"row\">Income</th>").unwrap()..];
    let income = &income[..income.find("</tr>").unwrap()];
    let cells: Vec<&str> = income.split("<td").skip(1).collect();
    for (cell, profile) in cells.iter().zip(&sample().segments.profiles) {
        let found = profile.differences.iter().find(|d| d.column == "Income");
        let found = found.unwrap();
        let mean = crate::format::rounded(found.mean);
        assert!(cell.contains(&format!("<b>{mean}</b>")), "{mean}: {cell}");
        let (arrow, class) = match found.standardised > 0.0 {
            true => ('▲', "class=\"above\""),
            false => ('▼', "class=\"below\""),
        };
        assert!(cell.contains(class), "{cell}");
        assert_eq!(cell.contains(arrow), found.is_significant(), "{cell}");
    }
    assert_eq!(cells.len(), 4);
}

#[test]
fn components_have_loadings_on_both_sides_and_a_biplot() {
    let html = render_segments(&sample().page()).unwrap();
    let components = section(&html, "components");
    let said = text(&format!("<body>{components}"));
    for part in [
        "Component 1: Commuters",
        "Suggested name, from the largest loadings: ",
        "Component 3",
        "One marker a row.",
        "the 8 columns with the largest loadings",
        "parallel analysis",
    ] {
        assert!(said.contains(part), "{part}: {said}");
    }
    assert_eq!(components.matches("class=\"interval bar\"").count(), 3 * 9);
    assert_eq!(components.matches("class=\"arrow\"").count(), 8);
    assert!(!components.contains("varimax"));
}

#[test]
fn the_page_says_no_more_than_was_done() {
    let html = changed(|sample| sample.segments.choice = None);
    assert!(words(&html, "number").contains("it is not known whether these are stable"));
    assert!(!html.contains("Rousseeuw"));
    let html = changed(|sample| sample.segments.components.truncate(1));
    assert!(!html.contains("class=\"biplot\"") && !html.contains("Gabriel"));
    let html = changed(|sample| {
        let model = &mut sample.segments.model;
        model.rotation = Some(varimax(&model.pca));
    });
    assert!(words(&html, "components").contains("Components were rotated (varimax)"));
    assert!(html.contains("Kaiser") && !html.contains("Its loadings are the weights"));
    let html = changed(|sample| sample.segments.parallel = None);
    assert!(!html.contains("Horn") && !words(&html, "components").contains("shuffled"));
}

#[test]
fn names_from_the_data_stay_text() {
    let evil = "<script>alert('x')</script>";
    let html = changed(|sample| {
        let row = sample.segments.profiles[0].members.typical[0];
        sample.names[row] = evil.to_owned();
        sample.names[sample.segments.profiles[1].members.borderline[0]] = evil.to_owned();
        let segments = &mut sample.segments;
        segments.model.columns[0] = evil.to_owned();
        segments.model.names[0].name = evil.to_owned();
        segments.components[0].name = evil.to_owned();
        segments.components[0].suggested = evil.to_owned();
        segments.supplementary[0].column = evil.to_owned();
        segments.profiles[0].sentence = evil.to_owned();
        for profile in &mut segments.profiles {
            profile.differences[0].column = evil.to_owned();
        }
        sample.look.columns[0].name = evil.to_owned();
        sample.look.shares[0].columns[0] = evil.to_owned();
        sample.source.file = evil.to_owned();
        sample.source.left_out[0].reason = evil.to_owned();
        sample.source.left_out[0].names[0] = evil.to_owned();
    });
    assert!(!html.contains("<script") && !html.contains("('x')"));
    assert!(html.matches("&#60;script&#62;").count() > 12);
}

/// For the eye: `EVENHAND_SAMPLE=segments.html cargo test --lib sample_segments -- --ignored`.
#[test]
#[ignore = "writes a file to look at"]
fn sample_segments() {
    let path = std::env::var("EVENHAND_SAMPLE").unwrap();
    std::fs::write(path, render_segments(&sample().page()).unwrap()).unwrap();
}
