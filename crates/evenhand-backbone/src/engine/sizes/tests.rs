use super::*;
use crate::graph::build::{BATCH, Dim, FLOAT, f32s, i64s, int, ints, node, value};
use crate::graph::samples;
use crate::hint::Hint;
use crate::onnx::TensorProto;

/// Why a model of these nodes, which end in `out`, is refused for images of 4x4.
fn refused(nodes: Vec<NodeProto>, weights: Vec<TensorProto>) -> Option<String> {
    let fixed = Dim::Fixed;
    let image = value("image", FLOAT, &[BATCH, fixed(3), fixed(4), fixed(4)]);
    let error = check_sizes(&samples::model(image, nodes, weights, "out"), 4, 4).err()?;
    assert!(error.hint().is_some());
    Some(error.to_string())
}

#[test]
fn an_input_that_no_memory_holds_is_refused() {
    let mut model = samples::small_cnn();
    model.graph.input[0] = value("image", FLOAT, &samples::dims(&[1, 3, 100_000, 100_000]));
    let error = check_sizes(&model, 100_000, 100_000).unwrap_err();
    assert_eq!(
        error.to_string(),
        "input `image`: the shape [1, 3, 100000, 100000] takes memory for 30000000000 values; at most 134217728 are \
         held at a time"
    );
    // As the model itself says, whatever the number of images.
    let batch = [1_000_000_000, 3, 4, 4];
    model.graph.input[0] = value("image", FLOAT, &samples::dims(&batch));
    assert!(check_sizes(&model, 4, 4).is_err());
    assert!(check_sizes(&samples::small_cnn(), 4096, 4096).is_ok());
}

#[test]
fn tensors_out_of_nothing_are_refused() {
    let sizes = |sizes: &[i64]| i64s("sizes", &[sizes.len()], sizes);
    let of =
        |op: &str, inputs: &[&str], weights| refused(vec![node(op, inputs, "out", [])], weights);
    let error = of("ConstantOfShape", &["sizes"], vec![sizes(&[1_000_000_000])]).unwrap();
    let start =
        "node `out` (ConstantOfShape): the shape [1000000000] takes memory for 1000000000 values";
    assert!(error.starts_with(start), "{error}");
    assert_eq!(
        of("ConstantOfShape", &["sizes"], vec![sizes(&[1_000_000])]),
        None
    );
    // More than a number of 64 bits can count.
    let many = of(
        "ConstantOfShape",
        &["sizes"],
        vec![sizes(&[1 << 40, 1 << 40])],
    );
    assert!(many.is_some());
    assert!(
        of(
            "Expand",
            &["image", "sizes"],
            vec![sizes(&[40_000_000, 1, 1, 1])]
        )
        .is_some()
    );
    assert!(
        of(
            "Tile",
            &["image", "sizes"],
            vec![sizes(&[1, 1, 40_000, 1000])]
        )
        .is_some()
    );
    let pads = sizes(&[0, 0, 0, 0, 0, 0, 1 << 20, 1 << 20]);
    assert!(of("Pad", &["image", "sizes"], vec![pads]).is_some());
    let scales = f32s("scales", &[4], &[1.0, 1.0, 1e5, 1e5]);
    assert!(of("Resize", &["image", "", "scales"], vec![scales]).is_some());
    let numbers = [("start", 0), ("limit", 1_000_000_000), ("delta", 1)];
    let numbers = numbers.map(|(name, number)| i64s(name, &[], &[number]));
    assert!(of("Range", &["start", "limit", "delta"], numbers.to_vec()).is_some());
}

#[test]
fn windows_and_products_are_followed() {
    let weight = f32s("weight", &[1, 3, 1, 1], &[0.0; 3]);
    let conv = |pads| node("Conv", &["image", "weight"], "out", [ints("pads", pads)]);
    let error = refused(vec![conv(&[1, 1, 1, 15_456_175])], vec![weight.clone()]).unwrap();
    assert!(error.contains("a border of 15456175"), "{error}");
    assert!(refused(vec![conv(&[3; 4])], vec![weight]).is_none());
    let column = i64s("column", &[2], &[-1, 1]);
    let row = i64s("row", &[2], &[1, -1]);
    let size = i64s("size", &[1], &[1_000_000]);
    let outer = |op: &str| {
        refused(
            vec![
                node("ConstantOfShape", &["size"], "line", []),
                node("Reshape", &["line", "column"], "a", []),
                node("Reshape", &["line", "row"], "b", []),
                node(op, &["a", "b"], "out", []),
            ],
            vec![column.clone(), row.clone(), size.clone()],
        )
    };
    for op in ["MatMul", "Gemm", "Add"] {
        let error = outer(op).unwrap();
        assert!(error.contains("the shape [1000000, 1000000]"), "{error}");
    }
}

#[test]
fn shapes_that_are_computed_are_followed() {
    let weights = vec![
        i64s("first", &[1], &[0]),
        i64s("many", &[1], &[400_000_000]),
        i64s("zero", &[], &[0]),
    ];
    // (number of images) * 400,000,000 and 3, as an exporter writes it.
    let nodes = vec![
        node("Shape", &["image"], "shape", []),
        node("Gather", &["shape", "zero"], "images", [int("axis", 0)]),
        node("Unsqueeze", &["images", "first"], "list", []),
        node("Mul", &["list", "many"], "rows", []),
        node("Slice", &["shape", "one", "two"], "channels", []),
        node("Concat", &["rows", "channels"], "target", [int("axis", 0)]),
        node("ConstantOfShape", &["target"], "out", []),
    ];
    let more = [i64s("one", &[1], &[1]), i64s("two", &[1], &[2])];
    let error = refused(nodes, [weights, more.to_vec()].concat()).unwrap();
    assert!(error.contains("the shape [400000000, 3]"), "{error}");
}

#[test]
fn tensors_that_double_again_and_again_are_refused() {
    let name = |at: usize| format!("x{at}");
    let twice = |at: usize| {
        let (from, to) = (name(at), name(at + 1));
        node("Concat", &[&from, &from], &to, [int("axis", 0)])
    };
    let first = node("Relu", &["image"], "x0", []);
    let nodes = std::iter::once(first).chain((0..60).map(twice)).collect();
    assert!(refused(nodes, vec![]).is_some());
}

#[test]
fn tensors_that_are_held_together_are_added() {
    let size = i64s("size", &[1], &[100_000_000]);
    let made = |name: &str| node("ConstantOfShape", &["size"], name, []);
    let nodes = vec![
        made("a"),
        made("b"),
        made("c"),
        node("Sum", &["a", "b", "c"], "out", []),
    ];
    let error = refused(nodes, vec![size.clone()]).unwrap();
    assert!(error.contains("memory for 300000000 values"), "{error}");
    let pairs = |at: usize| {
        let (made_here, out) = (format!("a{at}"), format!("b{at}"));
        [made(&made_here), node("ReduceSum", &[&made_here], &out, [])]
    };
    let apart: Vec<NodeProto> = (0..5).flat_map(pairs).collect();
    assert_eq!(refused(apart, vec![size]), None);
}

#[test]
fn slices_have_the_values_of_numpy() {
    let data: Vec<f64> = (0..10).map(f64::from).collect();
    let slice = |start: i64, end: i64, step: i64| {
        let given = [start, end, 0, step].map(|value| Fact::list(vec![value as f64]));
        let inputs = [vec![Fact::list(data.clone())], given.to_vec()].concat();
        let node = node("Slice", &["a", "b", "c", "d", "e"], "out", []);
        let fact = rules::outputs(&node, &inputs, 17).remove(0);
        assert_eq!(
            fact.shape.unwrap(),
            [fact.values.as_ref().unwrap().len() as u64]
        );
        fact.values.unwrap()
    };
    assert_eq!(slice(2, 5, 1), [2.0, 3.0, 4.0]);
    assert_eq!(slice(-3, i64::MAX, 1), [7.0, 8.0, 9.0]);
    assert_eq!(slice(1, 8, 3), [1.0, 4.0, 7.0]);
    assert_eq!(slice(-1, i64::MIN, -4), [9.0, 5.0, 1.0]);
    assert_eq!(slice(5, 2, 1), [0.0; 0]);
}

/// What is worked out is what an engine sees.
#[test]
fn sizes_of_a_whole_network_are_what_an_engine_sees() {
    let backbone = crate::source::model(crate::source::DEFAULT).unwrap();
    let seen = crate::engine::shapes(&backbone, 224, 224).unwrap();
    let mut sizes = Sizes::new(&backbone);
    let input = Fact::of_shape(vec![1, 3, 224, 224]);
    sizes.add("", &backbone.graph.input[0].name, input).unwrap();
    for (at, node) in backbone.graph.node.iter().enumerate() {
        sizes.run(at, node).unwrap();
        for name in &node.output {
            let fact = sizes.facts.get(name.as_str()).unwrap();
            let shape = fact
                .shape
                .clone()
                .unwrap_or_else(|| panic!("{}", node.op_type));
            let shape: Vec<usize> = shape.into_iter().map(|size| size as usize).collect();
            if let Some(seen) = seen.get(name) {
                assert_eq!(&shape, seen, "{} {}", node.op_type, node.name);
            }
        }
    }
}

#[test]
fn axes_that_multiply_are_refused() {
    let name = |at: usize| format!("x{at}");
    let twice = |at: usize| {
        let from = name(at);
        node("Gather", &[&from, &from], &name(at + 1), [])
    };
    let nodes = (0..40).map(twice).collect();
    let error = refused(nodes, vec![i64s("x0", &[1, 1], &[0])]).unwrap();
    assert_eq!(
        error,
        "node `x6` (Gather): it makes a tensor of more than 64 axes"
    );
    let axes: Vec<i64> = (0..1_000_000).collect();
    let unsqueeze = node("Unsqueeze", &["image"], "out", [ints("axes", &axes)]);
    assert!(refused(vec![unsqueeze], vec![]).is_some());
}

#[test]
fn a_split_makes_as_many_parts_as_are_named() {
    let sizes = ints("split", &[i64::MAX; 4]);
    let node = NodeProto {
        output: vec!["a".to_owned(), "b".to_owned()],
        ..node("Split", &["x"], "a", [sizes])
    };
    let facts = rules::outputs(&node, &[Fact::list(vec![1.0, 2.0])], 11);
    assert_eq!(facts.len(), 2);
    assert!(facts.iter().all(|fact| fact.values.is_none()));
}

#[test]
fn a_slice_whose_axes_are_not_known_has_no_known_shape() {
    let slice = node("Slice", &["a", "b", "c", "d"], "out", []);
    let list = |value: f64| Fact::list(vec![value]);
    let inputs = [
        Fact::of_shape(vec![4, 9]),
        list(0.0),
        list(2.0),
        Fact::default(),
    ];
    assert_eq!(rules::outputs(&slice, &inputs, 17), []);
}
