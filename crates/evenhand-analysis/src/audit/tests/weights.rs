//! Rows that count by what they stand for.

use super::*;
use crate::margins::Margins;

/// 40 rows of `x`, all right, and 40 of `y`, half of them right; each of `x` stands for three.
fn rows() -> String {
    let row = |at: usize| {
        let (race, weight) = [("x", 3), ("y", 1)][at / 40];
        let label = ["F", "M"][at % 2];
        let predicted = ["F", "M"][(at + usize::from(at / 40 == 1 && at % 4 < 2)) % 2];
        format!("{at}.jpg,{label},{predicted},{race},{weight}\n")
    };
    let rows: String = (0..80).map(row).collect();
    format!("path,label,predicted,race,w\n{rows}")
}

fn accuracy(result: &AuditResult) -> f64 {
    let metrics = &result.weighted.as_ref().unwrap().audit.overall;
    let mut metrics = metrics.iter();
    let found = metrics.find(|of| of.metric.name == "accuracy").unwrap();
    found.estimate.as_ref().unwrap().value
}

#[test]
fn rows_count_by_what_they_stand_for() {
    let by_column = |config: &mut Config| config.options.weights = Some("w".to_owned());
    let result = result_of(&rows(), by_column).unwrap();
    // (3 · 40 + 20) / (3 · 40 + 40)
    assert!((accuracy(&result) - 140.0 / 160.0).abs() < 1e-12);
    assert_eq!(result.audit.overall.accuracy().value(), Some(60.0 / 80.0));
    let said = lines(&result.sentences());
    assert!(
        said.contains("Weighted by `w`: 80 rows stand for 160"),
        "{said}"
    );
    assert_eq!(result.to_json()["weighted"]["rows"], 80);

    let folder = Folder::new();
    let shares = "variable,value,share\nrace,x,0.9\nrace,y,0.1\n";
    let margins = Margins::read(
        &folder.write("margins.csv", shares),
        &ReadOptions::default(),
    );
    let margins = margins.unwrap();
    let raked = |config: &mut Config| config.options.margins = Some(margins);
    let result = result_of(&rows(), raked).unwrap();
    assert!((accuracy(&result) - (0.9 + 0.1 * 0.5)).abs() < 1e-9);
}

#[test]
fn weights_that_are_none_are_refused_with_their_line() {
    let by = |column: &'static str| {
        move |config: &mut Config| config.options.weights = Some(column.to_owned())
    };
    let zero = rows().replace("5.jpg,M,M,x,3\n", "5.jpg,M,M,x,0\n");
    let error = result_of(&zero, by("w")).unwrap_err();
    assert!(
        error.contains("faces.csv:7: `w` is `0`, not a number above 0"),
        "{error}"
    );
    let error = result_of(&rows(), by("weight")).unwrap_err();
    assert!(error.contains("no column `weight` of weights"), "{error}");
}
