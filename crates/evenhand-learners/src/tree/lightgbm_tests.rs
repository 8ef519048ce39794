//! A model of LightGBM, read as our trees: what it predicts, how it explains and how it refits.
//!
//! Made with LightGBM 4.7.0:
//!
//! ```python
//! import json, lightgbm as lgb, numpy as np
//! g = np.random.default_rng(3); n = 600
//! X = np.c_[g.normal(size=n), g.normal(size=n).round(1), g.integers(0, 9, n), g.normal(size=n)].astype("f4")
//! X[g.random(n) < 0.2, 1] = np.nan; X[g.random(n) < 0.1, 0] = np.nan; X[g.random(n) < 0.1, 3] = np.nan
//! y = (np.nan_to_num(X[:, 0]) + np.where(np.isnan(X[:, 1]), 1, X[:, 1]) + np.isin(X[:, 2], [1, 4, 6]) + g.normal(size=n) > 0.8) * 1
//! p = dict(objective="binary", num_leaves=7, learning_rate=0.2, lambda_l2=1, verbosity=-1, boost_from_average=False,
//!          min_data_in_leaf=10, cat_smooth=1, cat_l2=1, min_data_per_group=5, seed=1, deterministic=True, num_threads=1)
//! m = lgb.train(p, lgb.Dataset(X, y, categorical_feature=[2], params=p), 6)
//! T = X[:60].copy(); T[:3, 2] = [20, np.nan, 8]; t = y[:60]
//! r = m.refit(T, t, decay_rate=0.7)
//! text = m.model_to_string().split("\nend of trees")[0]
//! keep = ("Tree=", "num_leaves=", "num_cat=", "split_feature=", "split_gain=", "threshold=", "decision_type=", "left_child=", "right_child=", "leaf_value=", "leaf_count=", "cat_boundaries=", "cat_threshold=")
//! text = "\n".join(l for l in text[text.index("Tree=0"):].splitlines() if l.startswith(keep))
//! rows = [[None if np.isnan(v) else float(v) for v in row] for row in T]
//! json.dump(dict(model=text, rows=rows, labels=t.tolist(), margins=m.predict(T, raw_score=True).tolist(),
//!     contributions=m.predict(T[:12], pred_contrib=True).tolist(), refitted=r.predict(T, raw_score=True).tolist()),
//!     open("lightgbm.json", "w"), separators=(",", ":"))
//! ```

use super::model::{Child, LevelSet, Link, Node, Test, Tree, TreeEnsemble};
use super::{refit, shap};
use crate::frame::{Column, NO_LEVEL, Values};
use crate::tree::toy::Toy;
use serde::Deserialize;
use std::collections::BTreeMap;

#[derive(Deserialize)]
struct Fixture {
    model: String,
    rows: Vec<[Option<f32>; 4]>,
    labels: Vec<usize>,
    margins: Vec<f64>,
    contributions: Vec<Vec<f64>>,
    refitted: Vec<f64>,
}

/// The column of the category.
const CATEGORY: usize = 2;

impl Fixture {
    fn read() -> Self {
        serde_json::from_str(include_str!("fixtures/lightgbm.json")).expect("the fixture")
    }

    fn toy(&self) -> Toy {
        let values = |column: usize| self.rows.iter().map(move |row| row[column]);
        let column = |column: usize| {
            let values = match column {
                CATEGORY => Values::Levels {
                    codes: values(column)
                        .map(|value| value.map_or(NO_LEVEL, |level| level as u32))
                        .collect(),
                    levels: (0..21).map(|level| level.to_string()).collect(),
                },
                _ => Values::Numbers(
                    values(column)
                        .map(|value| value.unwrap_or(f32::NAN))
                        .collect(),
                ),
            };
            Column::new(column_name(column), values)
        };
        let columns: [usize; 4] = [0, 1, 2, 3];
        Toy::new(columns.map(column).to_vec(), self.labels.clone(), 2)
    }

    fn ensemble(&self) -> TreeEnsemble {
        let trees = self.model.split("Tree=").skip(1);
        TreeEnsemble {
            trees: trees.map(tree).collect(),
            base: vec![0.0],
            link: Link::Logistic,
        }
    }
}

fn column_name(column: usize) -> String {
    format!("column {column}")
}

fn tree(text: &str) -> Tree {
    let lines = text.lines().filter_map(|line| line.split_once('='));
    let fields: BTreeMap<&str, &str> = lines.collect();
    let numbers = |name: &str| -> Vec<f64> {
        let words = fields.get(name).map_or("", |words| words).split(' ');
        words.filter_map(|word| word.parse().ok()).collect()
    };
    let child = |at: f64| match at {
        0.0.. => Child::Node(at as u32),
        _ => Child::Leaf((-at) as u32 - 1),
    };
    let (thresholds, kinds) = (numbers("threshold"), numbers("decision_type"));
    let (bounds, words) = (numbers("cat_boundaries"), numbers("cat_threshold"));
    let test = |at: usize| {
        if kinds[at] as u8 & 1 == 0 {
            return Test::Below(above(thresholds[at]));
        }
        let set = thresholds[at] as usize;
        let words = &words[bounds[set] as usize..bounds[set + 1] as usize];
        let levels = 0..words.len() as u32 * 32;
        let is_in = |level: &u32| words[*level as usize / 32] as u32 >> (level % 32) & 1 == 1;
        Test::Among(LevelSet::new(levels.filter(is_in)))
    };
    let columns = numbers("split_feature");
    let (left, right) = (numbers("left_child"), numbers("right_child"));
    let gains = numbers("split_gain");
    let node = |at: usize| Node {
        column: columns[at] as u32,
        test: test(at),
        missing_left: kinds[at] as u8 & 2 == 2,
        left: child(left[at]),
        right: child(right[at]),
        gain: gains[at] as f32,
    };
    let floats = |name: &str| {
        numbers(name)
            .into_iter()
            .map(|number| number as f32)
            .collect()
    };
    Tree {
        nodes: (0..columns.len()).map(node).collect(),
        output: 0,
        values: floats("leaf_value"),
        width: 1,
        covers: floats("leaf_count"),
    }
}

/// The least float32 above a threshold: LightGBM's rows go left up to it.
fn above(threshold: f64) -> f32 {
    let near = threshold as f32;
    if f64::from(near) > threshold {
        near
    } else {
        near.next_up()
    }
}

fn assert_close(margins: &[f32], reference: &[f64]) {
    assert_eq!(margins.len(), reference.len());
    for (margin, reference) in margins.iter().zip(reference) {
        assert!(
            (f64::from(*margin) - reference).abs() < 1e-6,
            "{margin} {reference}"
        );
    }
}

#[test]
fn predictions_are_lightgbms() {
    let fixture = Fixture::read();
    let toy = fixture.toy();
    assert_close(
        &fixture.ensemble().margins(&toy.frame, &toy.rows()),
        &fixture.margins,
    );
}

#[test]
fn contributions_are_lightgbms() {
    let fixture = Fixture::read();
    let rows: Vec<usize> = (0..fixture.contributions.len()).collect();
    let contributions = shap::contributions(&fixture.ensemble(), &fixture.toy().frame, &rows);
    for (&row, reference) in rows.iter().zip(&fixture.contributions) {
        let own = contributions
            .of(row, 0)
            .iter()
            .chain(&contributions.expected);
        for (own, reference) in own.zip(reference) {
            assert!(
                (own - reference).abs() < 1e-6,
                "row {row}: {own} {reference}"
            );
        }
    }
}

#[test]
fn refitted_leaves_are_lightgbms() {
    let fixture = Fixture::read();
    let toy = fixture.toy();
    let params = refit::Params {
        decay: 0.7,
        learning_rate: 0.2,
        l2: 1.0,
    };
    let refitted = refit::refit(&fixture.ensemble(), &toy.examples(), &toy.rows(), params);
    assert_close(
        &refitted.margins(&toy.frame, &toy.rows()),
        &fixture.refitted,
    );
}
