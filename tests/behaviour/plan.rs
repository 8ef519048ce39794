//! Rows that are planned before they are collected.

use crate::world::{World, json, printed};
use std::process::Output;

fn plan(world: &World, arguments: &str) -> Output {
    let mut plan = world.evenhand("plan");
    plan.args(arguments.split_whitespace()).output().unwrap()
}

#[test]
fn rows_of_groups_and_coded_rows_are_told_without_a_file() {
    let world = World::with_faces(1);
    let told = printed(&plan(
        &world,
        "--groups 7 --rate 90 --gap 5 --json=plan.json",
    ));
    assert!(told.contains("659") && told.contains("4,613"), "{told}");
    assert_eq!(json(&world.path("plan.json"))["needs"][0]["cases"], 659);
    let told = printed(&plan(&world, "--within 2 --share 12 --tpr 85 --fpr 5"));
    assert!(told.contains("1,016") && told.contains("470"), "{told}");
}

#[test]
fn a_pilot_is_planned_from_by_its_groups() {
    let world = World::with_faces(60);
    world.train("run").assert().success();
    let output = plan(&world, "run/predictions.csv --by glasses --gap 20");
    let told = printed(&output);
    assert!(output.status.success(), "{told}");
    assert!(
        told.contains("smallest gap") && told.contains("more for 20"),
        "{told}"
    );
}

#[test]
fn what_cannot_be_planned_is_refused_with_a_next_step() {
    let world = World::with_faces(1);
    let fails = |arguments: &str, words: &str| {
        let output = plan(&world, arguments);
        let told = printed(&output);
        assert_eq!(output.status.code(), Some(2), "{told}");
        assert!(told.contains(words), "no `{words}` in: {told}");
    };
    fails("--groups race --rate 90", "for columns give a pilot first");
    fails(
        "--groups 7 --rate 4 --metric tpr --gap 5",
        "with --rate 4 it is at most 4 points",
    );
    fails("--within 2", "--share 12");
    fails("--groups 7", "--rate");
    fails("--groups 7 --rate 90 --cluster-size 3", "--icc");
    fails("--groups 7 --rate 90 --within 2", "cannot be used with");
}
