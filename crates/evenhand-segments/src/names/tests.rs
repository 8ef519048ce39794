use super::words::{same_stem, words};
use super::*;

fn columns(names: &[&str]) -> Vec<String> {
    names.iter().map(|&name| name.to_owned()).collect()
}

/// Components that load on one column each, and a little on the next.
fn toy() -> (Vec<String>, Vec<f64>) {
    let names = columns(&["Poverty", "SelfEmployed", "MeanCommute"]);
    let loadings = vec![0.9, -0.4, 0.1, 0.4, 0.9, -0.1, -0.1, 0.1, 0.98];
    (names, loadings)
}

#[test]
fn a_name_stays_with_its_loadings_or_is_refused() {
    let (names, loadings) = toy();
    let axes = Axes::new(&names, &loadings);
    let name = Name::bind("Deprivation".to_owned(), 0, &axes).unwrap();
    assert_eq!(name.check(&axes), Ok(()));
    // Another machine rounds otherwise, and columns stand in another order.
    let stored: Name = serde_json::from_str(&serde_json::to_string(&name).unwrap()).unwrap();
    let other_names = columns(&["MeanCommute", "Poverty", "SelfEmployed"]);
    let turned: Vec<f64> = loadings
        .chunks(3)
        .flat_map(|l| [l[2] + 1e-12, l[0] - 1e-9, l[1]])
        .collect();
    assert_eq!(stored.check(&Axes::new(&other_names, &turned)), Ok(()));
    // The first two components have changed places.
    let swapped = [&loadings[3..6], &loadings[..3], &loadings[6..]].concat();
    let error = name.check(&Axes::new(&names, &swapped)).unwrap_err();
    assert_eq!(
        error.to_string(),
        "the name `Deprivation` was given to other loadings than component 1 has now (cosine -0.010): it now fits \
         component 2 (cosine 1.000)"
    );
    let turned = [-0.9, 0.4, -0.1];
    let error = name.check(&Axes::new(&names, &turned)).unwrap_err();
    assert!(
        error
            .to_string()
            .ends_with("the component has turned its direction")
    );
    let error = name
        .check(&Axes::new(&names, &[0.1, 0.2, 0.9]))
        .unwrap_err();
    assert!(
        error
            .to_string()
            .contains("it fits none; nearest is component 1"),
        "{error}"
    );
}

#[test]
fn a_name_of_other_columns_or_of_no_component_is_refused() {
    let (names, loadings) = toy();
    let axes = Axes::new(&names, &loadings);
    let error = Name::bind("x".to_owned(), 3, &axes).unwrap_err();
    assert_eq!(
        error.to_string(),
        "a name for component 4 of 3: components are numbered from 1"
    );
    let name = Name::bind("x".to_owned(), 2, &axes).unwrap();
    let others = columns(&["Poverty", "SelfEmployed", "Income"]);
    let error = name.check(&Axes::new(&others, &loadings)).unwrap_err();
    assert_eq!(
        error.to_string(),
        "the name `x` was given to loadings of other columns: `MeanCommute`, `Income`"
    );
    // Fewer components than before.
    let error = name.check(&Axes::new(&names, &loadings[..3])).unwrap_err();
    assert!(matches!(error, SegmentError::NameMoved { .. }), "{error}");
}

#[test]
fn names_are_suggested_from_the_largest_loadings() {
    let (names, loadings) = toy();
    let axes = Axes::new(&names, &loadings);
    assert_eq!(suggested(&axes, 0), "Poverty");
    assert_eq!(
        suggested(&Axes::new(&names, &[0.6, -0.5, 0.4]), 0),
        "Poverty and MeanCommute, less SelfEmployed"
    );
}

#[test]
fn words_are_found_in_names_written_together() {
    assert_eq!(words("ChildPoverty"), ["child", "poverty"]);
    assert_eq!(
        words("Black/Native Am & mean_commute"),
        ["black", "native", "mean", "commute"]
    );
    for (a, b, same) in [
        ("employment", "employed", true),
        ("workers", "work", true),
        ("commuters", "commute", true),
        ("employment", "unemployment", false),
        ("production", "professional", false),
        ("construction", "constitution", false),
    ] {
        assert_eq!(same_stem(a, b), same, "{a} {b}");
    }
}

#[test]
fn names_in_reverse_are_told() {
    let (names, loadings) = toy();
    let axes = Axes::new(&names, &loadings);
    let right = columns(&["Poverty", "Self-employment", "Commuters"]);
    let order = order_of_names(&right, &axes);
    assert!(matches!(order, Order::Fits { .. }), "{order:?}");
    assert_eq!(order.sentence(&right), None);
    let wrong: Vec<String> = right.iter().rev().cloned().collect();
    let order = order_of_names(&wrong, &axes);
    let Order::Reversed { given, reversed } = order else {
        panic!("{order:?}")
    };
    assert!(reversed > 0.9 && given < 0.5, "{order:?}");
    let sentence = order.sentence(&wrong).unwrap();
    assert!(
        sentence.contains("`Commuters` fits component 3, not component 1"),
        "{sentence}"
    );
    let cycled = columns(&["Commuters", "Poverty", "Self-employment"]);
    let order = order_of_names(&cycled, &axes);
    let expected = vec![2, 0, 1];
    assert!(
        matches!(&order, Order::Other { components, .. } if *components == expected),
        "{order:?}"
    );
    assert!(
        order
            .sentence(&cycled)
            .unwrap()
            .contains("`Poverty` component 1")
    );
    let unknown = order_of_names(&columns(&["North", "South", "Commuters"]), &axes);
    assert_eq!(unknown, Order::Unknown);
}
