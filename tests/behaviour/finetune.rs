use crate::world::{Row, World, json, printed, rows};
use std::fs;

/// A short fine-tuning on drawn faces.
fn tune(world: &World, run: &str) -> assert_cmd::Command {
    let mut train = world.evenhand("train");
    train.arg(&world.table).args([
        "--label",
        "smiling",
        "--engine",
        "burn",
        "--out",
        run,
        "--epochs",
        "4",
        "--hidden",
        "16",
        "--unfreeze",
        "1",
        "--finetune-epochs",
        "2",
        "--holdout",
        "0.25",
    ]);
    train
}

#[test]
fn a_tuned_classifier_predicts_what_its_training_said() {
    predicts_what_its_training_said("1");
}

#[test]
fn with_two_views_it_does_so_too() {
    predicts_what_its_training_said("2");
}

fn predicts_what_its_training_said(views: &str) {
    let world = World::with_faces(48);
    let mut training = tune(&world, "tuned");
    let trained = training.args(["--views", views]).output().unwrap();
    assert!(trained.status.success(), "{}", printed(&trained));
    let log = printed(&trained);
    assert!(
        log.contains("final, epoch 2 of 2") && log.contains("images/s"),
        "{log}"
    );

    let predictions = rows(&world.path("tuned/predictions.csv"));
    assert_eq!(predictions.len(), 48);
    let with = |status: &str| {
        predictions
            .iter()
            .filter(|row| row["status"] == status)
            .count()
    };
    assert!(
        with("no-held-out") > 0 && with("ok") + with("no-held-out") == 48,
        "{log}"
    );
    let metrics = json(&world.path("tuned/metrics.json"));
    assert_eq!(metrics["test"]["overall"]["n"], 12);
    assert_eq!(
        metrics["held_out"]["overall"]["n"],
        u64::try_from(with("ok")).unwrap() - 12
    );
    assert!(metrics.get("cross_validation").is_none());

    let mut predict = world.evenhand("predict");
    predict.args(["tuned", "--engine", "burn", "--out", "again.csv"]);
    let again = predict.arg(&world.table).output().unwrap();
    assert!(again.status.success(), "{}", printed(&again));
    let again = rows(&world.path("again.csv"));
    for row in predictions.iter().filter(|row| row["fold"] == "test") {
        let same = again
            .iter()
            .find(|other| other["blake3"] == row["blake3"])
            .unwrap();
        assert_eq!(row["predicted"], same["predicted"], "{}", row["path"]);
        // In batches of other sizes products may add up in another order.
        let probability = |row: &Row| row["probability_yes"].parse::<f64>().unwrap();
        let apart = (probability(row) - probability(same)).abs();
        assert!(apart < 1e-5, "{}: {apart} apart", row["path"]);
    }
    assert!(!world.path(".tuned.checkpoints").exists());
    let report = fs::read_to_string(world.path("tuned/report.html")).unwrap();
    for told in [
        "<section id=\"maps\">",
        "efficientnet-lite0, fine-tuned",
        "a tenth of the training images, held out",
        "the uppermost stage",
        "<strong>Held-out images.</strong>",
    ] {
        assert!(report.contains(told), "{told}");
    }
    assert!(!report.contains("the classifier learned from it"));
    assert!(!report.contains("lite0, frozen") && !report.contains("Cross-validation"));
    let frozen = world.train("frozen").output().unwrap();
    assert!(frozen.status.success(), "{}", printed(&frozen));
    assert_ne!(
        fs::read(world.path("tuned/classifier.onnx")).unwrap(),
        fs::read(world.path("frozen/classifier.onnx")).unwrap()
    );
}

#[test]
fn what_cannot_be_unfrozen_is_refused_with_a_next_step() {
    let world = World::with_faces(40);
    for (options, told) in [
        (&["--unfreeze", "0"][..], "0 stages leave nothing to train"),
        (&["--unfreeze", "nowhere"], "no tensor `nowhere`"),
        (
            &["--unfreeze", "1", "--augment", "wild"],
            "`wild` is no way to augment",
        ),
        (
            &["--unfreeze", "1", "--finetune-rate", "2"],
            "`learning_rate` is 2",
        ),
        (
            &["--unfreeze", "1", "--precision", "int8"],
            "no gradients to train it by",
        ),
        (
            &["--unfreeze", "1", "--views", "3"],
            "3 views of an image; there are 1 and 2",
        ),
        (&["--mixup", "0.2"], "nothing is unfrozen"),
    ] {
        let output = world.train("run").args(options).output().unwrap();
        let text = printed(&output);
        assert!(!output.status.success() && text.contains(told), "{text}");
        assert!(!world.path("run").exists(), "{options:?}");
    }
}
