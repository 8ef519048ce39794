//! In which other ways a spec's taps could be pooled: features of them all lie beside each other, so that
//! a search may choose among them after one pass through the backbone.

use super::graph::{self, Tapped};
use super::prepare::{PrepareError, cut, observe, tapped};
use super::spec::{Pool, Spec, Tap};
use crate::onnx::ModelProto;

/// For every tap of the spec the tap itself, and then its tensor under those of `pools` that give other
/// features: not twice what a tap gives already, no grid finer than the tensor's pixels, and nothing
/// where there is but one pixel, which is the same under every pooling.
///
/// # Errors
/// [`PrepareError`], for a model that lacks a tap or cannot be run to see the taps' shapes.
pub fn poolings(
    model: &ModelProto,
    spec: &Spec,
    pools: &[Pool],
) -> Result<Vec<Vec<Tapped>>, PrepareError> {
    let input = graph::image_input(model)?;
    let front = cut(model, spec)?;
    let shapes = observe(&front, &input, spec.size).map_err(PrepareError::Shapes)?;
    let orders = graph::orders(&front);
    let mut known: Vec<Tap> = spec.taps.iter().map(same).collect();
    let of = |tap: &Tap| {
        let own = tapped(tap.clone(), &shapes, &orders)?;
        let is_map = matches!(own.shape[..], [_, _, height, width] if height * width > 1);
        let mut found = vec![own];
        for &pool in pools.iter().filter(|_| is_map) {
            let other = Tap {
                pool,
                ..tap.clone()
            };
            let name = same(&other);
            let other = tapped(other, &shapes, &orders)?;
            if !known.contains(&name) && other.features().is_ok() {
                known.push(name);
                found.push(other);
            }
        }
        Ok(found)
    };
    spec.taps.iter().map(of).collect()
}

/// One name for what has two: a grid of one cell is an average.
fn same(tap: &Tap) -> Tap {
    let pool = match tap.pool {
        Pool::Grid(1) => Pool::Gap,
        pool => pool,
    };
    Tap {
        pool,
        ..tap.clone()
    }
}

#[cfg(test)]
mod tests {
    use super::super::engine;
    use super::super::graph::samples;
    use super::super::prepare::prepare;
    use super::super::prepare::tests::spec;
    use super::*;

    #[test]
    fn a_tap_has_the_poolings_that_give_other_features() {
        let pools = |taps: &[(&str, Pool)]| -> Vec<Vec<String>> {
            let asked = [Pool::Gap, Pool::Grid(3), Pool::Grid(5)];
            let found = poolings(&samples::small_cnn(), &spec(taps), &asked).unwrap();
            let names = |taps: &Vec<Tapped>| taps.iter().map(|tap| tap.pool.to_string()).collect();
            found.iter().map(names).collect()
        };
        // `conv` and `relu` are 4x4, `flat` has no pixels.
        assert_eq!(
            pools(&[
                ("conv", Pool::Grid(4)),
                ("relu", Pool::Gap),
                ("flat", Pool::Max)
            ]),
            [
                vec!["grid:4", "gap", "grid:3"],
                vec!["gap", "grid:3"],
                vec!["max"]
            ]
        );
        assert_eq!(pools(&[("relu", Pool::Grid(1))]), [["grid:1", "grid:3"]]);
        assert_eq!(
            pools(&[("relu", Pool::Gap), ("relu", Pool::Max)]),
            [vec!["gap", "grid:3"], vec!["max"]]
        );
    }

    #[test]
    fn taps_that_are_missing_are_refused() {
        let refused = |taps: &[(&str, Pool)]| {
            let found = poolings(&samples::small_cnn(), &spec(taps), &[Pool::Gap]);
            found.unwrap_err().to_string()
        };
        assert!(refused(&[]).ends_with("names no tap"));
        assert!(refused(&[("relo", Pool::Gap)]).contains("`relo`"));
    }

    #[test]
    fn features_are_the_same_beside_others() {
        let features = |spec: &Spec| {
            let prepared = prepare(&samples::small_cnn(), spec).unwrap();
            let options = engine::Options {
                choice: engine::Choice::Burn,
                device: None,
                threads: 1,
                precision: crate::Precision::F32,
            };
            let pixels: Vec<u8> = (0..48).map(|at| (at * 37 % 256) as u8).collect();
            let mut open = engine::open(&prepared, &options).unwrap();
            open.engine.run(&pixels, 1).unwrap()
        };
        let narrow = spec(&[("conv", Pool::Grid(4)), ("relu", Pool::Grid(3))]);
        let found = poolings(&samples::small_cnn(), &narrow, &[Pool::Gap, Pool::Grid(3)]).unwrap();
        let all = found.iter().flatten();
        let wide: Vec<(&str, Pool)> = all.map(|tap| (tap.tensor.as_str(), tap.pool)).collect();
        let wide = features(&spec(&wide));
        // 2 channels: 4x4, 1, 3x3 of `conv`, and then `relu`.
        assert_eq!(wide.len(), 2 * (16 + 1 + 9 + 9 + 1));
        assert_eq!(features(&narrow), [&wide[..32], &wide[52..70]].concat());
    }
}
