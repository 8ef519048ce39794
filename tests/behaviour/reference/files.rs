//! The page of files.

use super::fields::*;
use super::*;

/// Runs a command line in a world.
fn run(world: &World, line: &str) {
    let mut words = line.split_whitespace();
    let mut command = world.evenhand(words.next().unwrap());
    let output = command.args(words).output().unwrap();
    assert!(output.status.success(), "{line}\n{}", printed(&output));
}

/// Trains on the drawn faces.
fn train(world: &World, folder: &str, more: &str) {
    let mut train = world.train(folder);
    train.args("--holdout 0.25 --bands skin_tone=1,4,8".split_whitespace());
    let output = train.args(more.split_whitespace()).output().unwrap();
    assert!(output.status.success(), "{}", printed(&output));
}

/// Predictions of three classes, of two photos a person.
fn three_classes() -> String {
    let mut text = String::from("path,label,predicted,city,person\nunlabelled.jpg,,a,x,0\n");
    for row in 0..240 {
        let label = ["a", "b", "c"][row % 3];
        let predicted = ["a", "b", "c"][(row + usize::from(row % 5 == 0)) % 3];
        let city = ["x", "y"][row / 3 % 2];
        writeln!(text, "{row}.jpg,{label},{predicted},{city},{}", row / 2).unwrap();
    }
    text
}

/// The faces as three people coded them, each of whom errs now and then.
fn codes(world: &World) -> String {
    let mut text = "file,glasses,coder_a,coder_b,coder_c\n".to_owned();
    for (at, row) in rows(&world.table).iter().enumerate() {
        let code = |every: usize| {
            let is_yes = (row["smiling"] == "yes") != (at % every == every - 1);
            if is_yes { "yes" } else { "no" }
        };
        let (a, b, c) = (code(11), code(7), code(3));
        let (file, glasses) = (&row["file"], &row["glasses"]);
        writeln!(text, "{file},{glasses},{a},{b},{c}").unwrap();
    }
    text
}

/// A drawn sample with the first coder's column filled.
fn coded(world: &World) -> String {
    let faces = rows(&world.table);
    let drawn = rows(&world.path("to_code.csv"));
    let mut text = "path,coder_1,inclusion_probability\n".to_owned();
    for row in drawn {
        let face = faces
            .iter()
            .find(|face| face["file"] == row["path"])
            .unwrap();
        let (path, probability) = (&row["path"], &row["inclusion_probability"]);
        writeln!(text, "{path},{},{probability}", face["smiling"]).unwrap();
    }
    text
}

/// The files of a segmentation with everything that one can have, and new rows in it.
fn segments(world: &World, fields: &mut Fields) {
    let at = |name: &str| world.path(name);
    let gap = "gap,poor,30.5,-9,20.5,10.5,600.0\n";
    world.write("places.csv", crate::segment::places(120) + gap);
    run(
        world,
        "segment places.csv --id file --missing NA --gaps child_poverty:-9 --columns all,!rain --components 2 \
         --segments 2-4 --rotate varimax --name componentA=1 --out seg",
    );
    fields.csv("segments.csv", &at("seg/segments.csv"));
    fields.json("segmentation.json", &at("seg/segmentation.json"));
    fields.json("seg/metrics.json", &at("seg/metrics.json"));
    run(world, "predict seg places.csv --out new.csv");
    fields.csv("new.csv", &at("new.csv"));
}

#[test]
fn files_have_the_columns_and_fields_of_the_reference() {
    let world = World::with_faces(120);
    let at = |name: &str| world.path(name);
    let mut fields = Fields::default();

    train(
        &world,
        "run",
        "--groups skin_tone,glasses,skin_tone*glasses --seeds 2 --leave-out skin_tone",
    );
    train(
        &world,
        "other",
        "--loss group-dro --groups skin_tone,glasses,skin_tone*glasses",
    );
    fields.csv("predictions.csv", &at("run/predictions.csv"));
    fields.json("metrics.json", &at("run/metrics.json"));
    fields.json("model_card.json", &at("run/model_card.json"));
    run(&world, "demo survey --people 2000 --out drawn");
    fields.json("metrics.json", &at("drawn/source/metrics.json"));
    fields.json("metrics.json", &at("drawn/run/metrics.json"));
    fields.json("codebook.json", &at("drawn/source/codebook.json"));
    run(
        &world,
        "train drawn/survey.csv --label domestic_worker --columns all --gaps N,refused --id id --learner logistic \
         --select lasso --weights weight --groups born --holdout 0.25 --out selected",
    );
    fields.json("metrics.json", &at("selected/metrics.json"));

    run(
        &world,
        "predict run data/faces.csv --engine burn --abstain 0.1 --out p.csv",
    );
    run(
        &world,
        "predict run data/faces.csv --engine burn --abstain-risk 0.8 --out sure.csv",
    );
    fields.json(
        "predictions.csv.manifest.json",
        &at("sure.csv.manifest.json"),
    );
    fields.csv("predictions.csv", &at("p.csv"));
    fields.json("predictions.csv.drift.json", &at("p.csv.drift.json"));
    fields.json("predictions.csv.manifest.json", &at("p.csv.manifest.json"));

    run(
        &world,
        "embed data/faces.csv --engine burn --out features.safetensors",
    );
    fields.csv("features.csv", &at("features.csv"));

    // A row whose image is gone, so that there is a finding.
    let faces = fs::read_to_string(&world.table).unwrap() + "gone.png,yes,3,no,adult\n";
    world.write("data/odd.csv", faces);
    run(
        &world,
        "check data/odd.csv --label smiling --groups glasses --max-bad 0.5 --json check.json",
    );
    fields.json("check.json", &at("check.json"));

    world.write("three.csv", three_classes());
    for line in [
        "audit run/predictions.csv --groups glasses,age_band --against other/predictions.csv \
         --features features.safetensors --json audit.json --csv audit.csv",
        "audit run/predictions.csv --groups glasses --threshold max-balanced --threshold-on fold=0 \
         --json audit.json --force",
        "audit three.csv --groups city --control city --cluster person --json audit.json --force",
    ] {
        run(&world, line);
        fields.json("audit.json", &at("audit.json"));
    }
    fields.csv("audit.csv", &at("audit.csv"));
    run(
        &world,
        "compare run other --groups glasses --json compare.json",
    );
    fields.json("compare.json", &at("compare.json"));

    world.write("codes.csv", codes(&world));
    run(&world, "coders codes.csv --groups glasses --out coders");
    run(
        &world,
        "validate run codes.csv --groups glasses --out validation",
    );
    fields.json("agreement.json", &at("coders/agreement.json"));
    for name in [
        "agreement.csv",
        "confusion.csv",
        "consensus.csv",
        "adjudicate.csv",
    ] {
        fields.csv(name, &at("coders").join(name));
    }
    fields.json("validation.json", &at("validation/validation.json"));
    fields.csv("metrics.csv", &at("validation/metrics.csv"));
    fields.csv("weighted.csv", &at("validation/weighted.csv"));
    fields.csv("agreement.csv", &at("validation/agreement.csv"));
    fields.csv("rows.csv", &at("validation/rows.csv"));
    run(
        &world,
        "coders codes.csv --scale ordinal --order no,yes --out ordered",
    );
    let found = ["coders", "ordered"].map(|folder| rows(&at(folder).join("agreement.csv")));
    for row in found.iter().flatten() {
        let statistic = row["statistic"].split('(').collect::<Vec<_>>();
        let class = if statistic.len() > 1 { "(<class>)" } else { "" };
        fields.add("<statistic>", &format!("{}{class}", statistic[0]));
    }

    run(
        &world,
        "predict run data/faces.csv gone.jpg --engine burn --out corpus.csv",
    );
    for (kind, line) in [
        ("gaps", "--groups 3 --rate 90"),
        ("pilot", "run/predictions.csv --groups glasses"),
        ("share", "run/predictions.csv --within 5"),
    ] {
        let (csv, json) = (format!("{kind}.csv"), format!("{kind}.json"));
        run(&world, &format!("plan {line} --csv {csv} --json {json}"));
        fields.json(&json, &at(&json));
        fields.csv(&csv, &at(&csv));
    }
    run(
        &world,
        "sample corpus.csv --n 80 --groups score --bins 2 --show-prediction --out to_code.csv",
    );
    fields.csv("to_code.csv", &at("to_code.csv"));
    world.write("coded.csv", coded(&world));
    run(
        &world,
        "estimate corpus.csv --coded coded.csv --groups glasses,age_band --json estimate.json \
         --csv estimate.csv",
    );
    fields.json("estimate.json", &at("estimate.json"));
    fields.csv("estimate.csv", &at("estimate.csv"));
    world.write(
        "survey.csv",
        "id,label,born\n1,yes,north\n2,no,north\n3,no,south\n4,yes,\n",
    );
    world.write("census.csv", "born,n\nnorth,50\nsouth,30\nabroad,20\n");
    run(
        &world,
        "estimate survey.csv --cells census.csv --groups born --json cells.json --csv cells.csv",
    );
    fields.json("cells.json", &at("cells.json"));
    fields.csv("cells.csv", &at("cells.csv"));
    run(
        &world,
        "regress corpus.csv --coded coded.csv --formula yes~glasses --json regress.json --csv regress.csv",
    );
    fields.json("regress.json", &at("regress.json"));
    fields.csv("regress.csv", &at("regress.csv"));

    segments(&world, &mut fields);

    let tune = "tune data/faces.csv --label smiling --groups glasses --engine burn --folds 2 \
                --hidden 8 --views 1 --epochs 2";
    run(&world, &format!("{tune} --budget 1 --out tune"));
    run(&world, &format!("{tune} --curve --out curve"));
    fields.csv("trials.csv", &at("tune/trials.csv"));
    fields.csv("curve.csv", &at("curve/curve.csv"));

    check("files.md", &fields.finish());
}
