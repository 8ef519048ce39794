use super::super::graph::samples::small_cnn;
use super::super::source;
use super::super::spec::{Pool, Size, Tap};
use super::*;

fn spec() -> Spec {
    Spec {
        size: Size {
            height: 4,
            width: 4,
        },
        mean: [0.0; 3],
        std: [100.0; 3],
        taps: vec![Tap {
            tensor: "relu".to_owned(),
            pool: Pool::Grid(4),
        }],
        ..source::shipped().remove(0)
    }
}

fn images() -> Vec<Vec<u8>> {
    let pixel = |image: usize, at: usize| ((image * 48 + at) * 7919 % 251) as u8;
    (0..20)
        .map(|image| (0..48).map(|at| pixel(image, at)).collect())
        .collect()
}

fn options() -> Options {
    Options {
        percentile: 100.0,
        skip: Vec::new(),
        most_error: 0.01,
        engine: engine::Options {
            choice: engine::Choice::Burn,
            device: None,
            threads: 1,
            precision: crate::Precision::F32,
        },
    }
}

fn run(options: &Options) -> Result<Int8Copy, QuantizeError> {
    copy(&small_cnn(), &spec(), &images(), options, &mut |_| ())
}

#[test]
fn a_copy_agrees_with_its_original_in_direction_and_length() {
    let copy = run(&options()).unwrap();
    assert_eq!(copy.layers, (2, 2));
    assert!(copy.agreement.least_cosine > 0.999, "{:?}", copy.agreement);
    assert!(copy.agreement.error < 1e-3, "{:?}", copy.agreement);
    assert!(copy.agreement.error > 0.0, "int8 cannot be exact");
    let again = run(&options()).unwrap();
    assert_eq!(copy.model, again.model);
}

#[test]
fn a_layer_that_hurts_stays_float() {
    let strict = Options {
        most_error: 0.0,
        ..options()
    };
    let copy = run(&strict).unwrap();
    // The classifier is behind the tap, and changes no feature.
    assert_eq!(copy.skipped, ["conv"]);
    assert_eq!(copy.layers, (1, 2));
    assert_eq!(copy.sensitivity[0].layer, "conv");
    let asked = Options {
        skip: vec!["logits".to_owned()],
        ..options()
    };
    assert_eq!(run(&asked).unwrap().skipped, ["logits"]);
}

#[test]
fn what_cannot_be_quantised_is_refused_with_a_reason() {
    let message = |result: Result<Int8Copy, QuantizeError>| result.err().unwrap().to_string();
    let unknown = Options {
        skip: vec!["cnov".to_owned()],
        ..options()
    };
    assert_eq!(
        message(run(&unknown)),
        "there is no layer `cnov` to skip; the layers are `conv`, `logits`"
    );
    let none = copy(&small_cnn(), &spec(), &[], &options(), &mut |_| ());
    assert_eq!(message(none), "there is no image to calibrate with");
    let once = run(&options()).unwrap().model;
    let twice = copy(&once, &spec(), &images(), &options(), &mut |_| ());
    assert_eq!(
        message(twice),
        "the model is on integers already: node `image/dequantised/uint8`"
    );
}
