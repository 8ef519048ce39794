use super::*;
use crate::testing::{Folder, lines};
use crate::{PredictionSource, PredictionTable};
use evenhand_stats::estimate::Allocation;
use evenhand_table::{Formulas, ReadOptions};

fn options(groups: &[&str], n: u64) -> SampleOptions {
    SampleOptions {
        groups: groups.iter().map(|name| name.to_string()).collect(),
        bins: 5,
        class: None,
        params: evenhand_stats::estimate::SampleParams {
            n,
            allocation: Allocation::Equal,
            minimum: 1,
            seed: 0,
        },
        coders: 2,
        prediction: PredictionColumn::Hidden,
        formulas: Formulas::Neutralised,
    }
}

fn sampled(csv: &str, options: &SampleOptions) -> Result<SampleResult, String> {
    let folder = Folder::new();
    let path = folder.write("predictions.csv", csv);
    let corpus = PredictionSource::file(&path, &ReadOptions::default());
    sample(&corpus, options).map_err(|error| folder.told(error))
}

#[test]
fn crossed_values_that_hold_a_star_stay_two_strata() {
    let rows = [("A*B", "C"), ("A", "B*C"), ("A", "NA"), ("A", "null")];
    let rows = (0..40).map(|at| {
        let (g, h) = rows[at % 4];
        format!("{at}.jpg,F,{g},{h}\n")
    });
    let csv = format!("path,predicted,g,h\n{}", rows.collect::<String>());
    let result = sampled(&csv, &options(&["g", "h"], 6)).unwrap();
    let strata: Vec<(&str, u64)> = (result.strata.iter())
        .map(|(name, rows, _)| (name.as_str(), *rows))
        .collect();
    let expected = [("A*(missing)", 20), ("A*B\\*C", 10), ("A\\*B*C", 10)];
    assert_eq!(strata, expected);
    assert_eq!(result.notes.len(), 1, "{:?}", result.notes);
}

#[test]
fn a_sample_is_the_same_from_a_file_of_many_chunks_and_from_memory() {
    let rows = (0..20_000).map(|at| {
        let predicted = match at % 10 {
            0 => "NA",
            1..5 => "F",
            _ => "M",
        };
        let p = (at * 7919 % 1000) as f64 / 1000.0;
        format!(
            "{at}.jpg;{predicted};{};{}\n",
            p.to_string().replace('.', ","),
            (1.0 - p).to_string().replace('.', ",")
        )
    });
    let text = format!(
        "path;predicted;probability_F;probability_M\n{}",
        rows.collect::<String>()
    );
    let folder = Folder::new();
    let path = folder.write("predictions.csv", text);
    let mut options = options(&["score"], 30);
    options.prediction = PredictionColumn::Shown;
    let file = PredictionSource::file(&path, &ReadOptions::default());
    let table = PredictionTable::read(&path, &Default::default(), &ReadOptions::default());
    let [from_file, from_memory] = [file, table.unwrap().into()]
        .map(|corpus: PredictionSource| sample(&corpus, &options).unwrap());
    assert_eq!(from_file, from_memory);
    assert_eq!(from_file.without["without a prediction"], 2_000);
    let shown = from_file.rows.iter();
    let is_shown = |row: &SampledRow| {
        let at: usize = row.image.strip_suffix(".jpg").unwrap().parse().unwrap();
        row.predicted == if at % 10 < 5 { "F" } else { "M" }
    };
    assert!(shown.clone().all(is_shown));
    let notes = lines(&from_file.notes);
    assert!(notes.contains("is a decimal sign"), "{notes}");
}

#[test]
fn a_sample_that_cannot_be_drawn_says_why() {
    let csv = "path,predicted\na.jpg,F\nb.jpg,M\n";
    let told = sampled(csv, &options(&["score"], 1)).unwrap_err();
    assert!(
        told.contains("no columns of probabilities") && told.contains("--groups"),
        "{told}"
    );
    let mut none = options(&[], 1);
    none.coders = 0;
    let told = sampled(csv, &none).unwrap_err();
    assert!(told.starts_with("coders 0: "), "{told}");
    let told = sampled("image,label\na.jpg,F\n", &options(&[], 1)).unwrap_err();
    assert!(told.contains("no column `predicted`"), "{told}");
}

#[test]
fn strata_are_put_right() {
    let ages = ["0-2", "03-Sep", "3-9", "20-29"];
    let rows = (0..80).map(|at| format!("{at}.jpg,F,{},{}\n", ages[at % 4], ["1", "1.0"][at % 2]));
    let csv = format!("path,predicted,age,kind\n{}", rows.collect::<String>());
    let result = sampled(&csv, &options(&["age", "kind"], 6)).unwrap();
    let strata: Vec<(&str, u64)> = (result.strata.iter())
        .map(|(name, rows, _)| (name.as_str(), *rows))
        .collect();
    assert_eq!(strata, [("0-2*1", 20), ("3-9*1", 40), ("20-29*1", 20)]);
    assert_eq!(result.notes.len(), 2, "{:?}", result.notes);
}
