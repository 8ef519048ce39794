use super::*;
use crate::predictions::Columns;
use crate::testing::{Folder, lines};
use evenhand_stats::audit::{Design, Sampling};
use evenhand_stats::groups;
use evenhand_table::ReadOptions;

fn table(result: &PlanResult) -> Vec<String> {
    let (header, rows) = result.table();
    let lines = std::iter::once(header).chain(rows);
    lines.map(|cells| cells.join(" | ")).collect()
}

/// 1,000 rows: 600 of A, 300 of B, 100 of C, a tenth of each misjudged, and a third of them women.
fn pilot(folder: &Folder) -> PredictionTable {
    let mut text = "path,label,predicted,race,person\n".to_owned();
    for at in 0..1_000 {
        let race = ["A", "A", "A", "A", "A", "A", "B", "B", "B", "C"][at % 10];
        let label = ["F", "M", "M"][at % 3];
        let other = if label == "F" { "M" } else { "F" };
        let predicted = if at / 10 % 10 == 0 { other } else { label };
        text += &format!("{at}.jpg,{label},{predicted},{race},{}\n", at / 40);
    }
    let path = folder.write("pilot.csv", text);
    PredictionTable::read(&path, &Columns::default(), &ReadOptions::default()).unwrap()
}

fn by_race(sampling: Sampling) -> AuditOptions {
    AuditOptions {
        design: Design {
            sampling,
            ..Design::of(groups::parse("race").unwrap())
        },
        ..AuditOptions::default()
    }
}

fn told(result: Result<PlanResult, Error>) -> String {
    Folder::new().told(result.unwrap_err())
}

#[test]
fn groups_of_equal_size_need_fewer_rows_for_larger_gaps() {
    let result = plan_gaps(&[7, 2], 90.0, &GapOptions::default()).unwrap();
    let found = table(&result);
    assert_eq!(
        found[0],
        "groups | gap | rows a group (80 %) | rows a group (90 %) | rows in all (80 %) | rows in all (90 %)"
    );
    assert_eq!(found.len(), 1 + 2 * 4);
    assert!(
        found[3].starts_with("7 | 5 points | 674 | 854 | 4,718 | 5,978"),
        "{}",
        found[3]
    );
    let told = lines(&result.sentences());
    assert!(
        told.contains("divided among 8 comparisons by accuracy"),
        "{told}"
    );
    assert!(told.contains("0.42 % for each"), "{told}");
    let json = result.to_json();
    assert_eq!(json["needs"][4]["gap"], 0.05);
    assert_eq!(json["needs"].as_array().unwrap().len(), 16);
    let csv = String::from_utf8(result.to_csv()).unwrap();
    assert!(
        csv.starts_with("groups,gap,power,cases,in_all\n7,0.02,0.8,"),
        "{csv}"
    );
}

#[test]
fn clusters_and_rarer_alarms_need_more_rows() {
    let rows = |groups: &[u64], options: &GapOptions| {
        let Plan::Gaps(plan) = plan_gaps(groups, 90.0, options).unwrap().plan else {
            panic!("no plan of gaps");
        };
        plan.needs[0].cases.unwrap()
    };
    let plain = GapOptions::default();
    let clustered = GapOptions {
        clusters: ClusterOptions {
            size: 3.0,
            icc: 0.2,
        },
        ..plain.clone()
    };
    let by_tpr = GapOptions {
        metric: "tpr".to_owned(),
        ..plain.clone()
    };
    let alone = rows(&[7], &plain);
    let times = rows(&[7], &clustered) as f64 / alone as f64;
    assert!((1.4..1.42).contains(&times), "{times}");
    assert!(rows(&[7], &by_tpr) > alone);
    assert!(rows(&[7, 14], &plain) > alone);
}

#[test]
fn false_positive_rates_are_worse_above_the_rest() {
    let options = GapOptions {
        metric: "fpr".to_owned(),
        gaps: vec![5.0],
        ..GapOptions::default()
    };
    let result = plan_gaps(&[3], 4.0, &options).unwrap();
    assert!(lines(&result.sentences()).contains("and higher by the gap"));
    assert!(table(&result)[0].contains("negatives a group"));
}

#[test]
fn a_pilot_shows_what_its_groups_can_tell_and_what_they_need() {
    let folder = Folder::new();
    let options = GapOptions {
        gaps: vec![10.0],
        ..GapOptions::default()
    };
    let pilot = pilot(&folder);
    let result = plan_from_pilot(&pilot, &by_race(Sampling::Independent), &options).unwrap();
    let found = table(&result);
    assert!(found[0].starts_with("group | rows | accuracy | rest | smallest gap (80 %)"));
    assert!(
        found[3].starts_with("C | 100 | 90.0 % | 90.0 % |"),
        "{found:?}"
    );
    let Plan::Pilot(plan) = &result.plan else {
        panic!("no plan of a pilot");
    };
    let [a, b, c] = &plan.groups[..] else {
        panic!("{found:?}");
    };
    assert!(a.smallest[0] < b.smallest[0] && b.smallest[0] < c.smallest[0]);
    assert!(c.needs[0].cases > Some(c.here.n));
    assert_eq!(a.needs[0].cases, Some(600));
    let clusters = Sampling::Clusters {
        column: "person".to_owned(),
    };
    let clustered = plan_from_pilot(&pilot, &by_race(clusters), &options).unwrap();
    assert!(lines(&clustered.sentences()).contains("same `person`"));
    assert!(
        clustered.to_json()["groups"][1]["design_effect"]
            .as_f64()
            .unwrap()
            > 1.0
    );
    let csv = String::from_utf8(result.to_csv()).unwrap();
    assert_eq!(csv.lines().count(), 1 + 3 * 2);
}

#[test]
fn a_classifier_saves_coded_rows() {
    let options = ShareOptions {
        share: Some(12.0),
        within: vec![2.0],
        rates: Some([85.0, 5.0]),
        ..ShareOptions::default()
    };
    let result = plan_share(None, &options).unwrap();
    assert_eq!(table(&result)[1], "2 points | 1,016 | 470 | 54 %");
    assert!(result.warnings().is_empty());
    assert_eq!(result.to_json()["needs"][0]["assisted"], 470);
    let alone = ShareOptions {
        rates: None,
        ..options
    };
    assert_eq!(
        table(&plan_share(None, &alone).unwrap())[1],
        "2 points | 1,016"
    );
}

#[test]
fn a_pilot_tells_the_share_and_what_its_classifier_saves() {
    let folder = Folder::new();
    let pilot = pilot(&folder);
    let audited = AuditOptions::default();
    let options = ShareOptions {
        class: Some("F".to_owned()),
        within: vec![2.0],
        ..ShareOptions::default()
    };
    let result = plan_share(Some((&pilot, &audited)), &options).unwrap();
    let told = lines(&result.sentences());
    assert!(
        told.contains("pilot.csv: 1,000 rows with a label, 334 of them `F`"),
        "{told}"
    );
    assert!(told.contains("A share of 33.4 %"), "{told}");
    // Misjudged are 34 of 334 and 66 of 666.
    let rates = ShareOptions {
        share: Some(33.4),
        rates: Some([100.0 * 300.0 / 334.0, 100.0 * 66.0 / 666.0]),
        ..options.clone()
    };
    assert_eq!(table(&result), table(&plan_share(None, &rates).unwrap()));
    let unknown = ShareOptions {
        class: Some("X".to_owned()),
        ..options
    };
    let error = self::told(plan_share(Some((&pilot, &audited)), &unknown));
    assert!(
        error.contains("F, M") && error.contains("--class"),
        "{error}"
    );
}

#[test]
fn what_cannot_be_planned_says_what_is_allowed() {
    let gaps = |gap: f64, rate: f64| {
        let options = GapOptions {
            gaps: vec![gap],
            ..GapOptions::default()
        };
        told(plan_gaps(&[7], rate, &options))
    };
    assert!(gaps(0.0, 90.0).contains("more than 0 and less than 100 points"));
    let one_group = told(plan_gaps(&[1], 90.0, &GapOptions::default()));
    assert!(one_group.contains("2 or more"), "{one_group}");
    assert!(gaps(5.0, 900.0).contains("from 0 to 100 %"));
    assert!(gaps(10.0, 4.0).contains("at most 4 points"));
    let share = told(plan_share(None, &ShareOptions::default()));
    assert!(share.contains("--share 12"), "{share}");
    let error = numbers_of_groups(&["race".to_owned()]).unwrap_err();
    assert_eq!(error.value, "race");
    let folder = Folder::new();
    let none = plan_from_pilot(
        &pilot(&folder),
        &AuditOptions::default(),
        &GapOptions::default(),
    );
    assert!(told(none).contains("as in race"));
}
