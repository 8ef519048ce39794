//! Pools the taps into one row of features an image.

use super::build::{BATCH, Dim, FLOAT, int, ints, value};
use super::writer::Writer;
use super::{GraphError, OUTPUT};
use crate::onnx::ModelProto;
use crate::spec::Pool;

/// A tap with the shape that it has for one image.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tapped {
    pub tensor: String,
    pub shape: Vec<usize>,
    pub pool: Pool,
}

impl Tapped {
    /// The number of features that the tap gives.
    ///
    /// # Errors
    /// [`GraphError::TapShape`], [`GraphError::GridTooFine`].
    pub fn features(&self) -> Result<usize, GraphError> {
        let (channels, height, width) = match self.shape[..] {
            [_, features] => (features, 1, 1),
            [_, channels, height, width] => (channels, height, width),
            _ => {
                let (tensor, shape) = (self.tensor.clone(), self.shape.clone());
                return Err(GraphError::TapShape { tensor, shape });
            }
        };
        match self.pool {
            Pool::Grid(cells) if cells > height.min(width) => {
                let tensor = self.tensor.clone();
                Err(GraphError::GridTooFine {
                    tensor,
                    height,
                    width,
                    cells,
                })
            }
            Pool::Grid(cells) => Ok(channels * cells * cells),
            Pool::AvgMax if (height, width) != (1, 1) => Ok(2 * channels),
            Pool::Gap | Pool::Max | Pool::AvgMax => Ok(channels),
        }
    }
}

/// Pools every tap, joins what comes out in the order of the taps, and makes it the one output,
/// [`OUTPUT`], float32 `[N, D]`.
///
/// `[N, D]` and `[N, C, 1, 1]` are taken as they are, and no grid fits them; `[N, C, H, W]` is pooled. The features of a
/// tap go channel by channel: `gap` and `max` give C, `avgmax` C averages and then C maxima, a grid
/// C x cells x cells with a channel's cells row by row, the order of
/// `AdaptiveAvgPool2d(cells)(x).flatten(1)` in PyTorch. `cast` says that the taps are not float32.
///
/// # Errors
/// As [`Tapped::features`].
pub fn pool(model: &mut ModelProto, taps: &[Tapped], cast: bool) -> Result<(), GraphError> {
    let mut write = Writer::new(model, OUTPUT);
    let (mut rows, mut dim) = (Vec::new(), 0);
    for tap in taps {
        dim += tap.features()?;
        let float = if cast {
            write.node("Cast", &[&tap.tensor], [int("to", FLOAT.into())])
        } else {
            tap.tensor.clone()
        };
        rows.push(pool_one(&mut write, &float, &tap.shape, tap.pool));
    }
    let rows: Vec<&str> = rows.iter().map(String::as_str).collect();
    let last = match rows[..] {
        [row] => write.node("Identity", &[row], []),
        _ => write.node("Concat", &rows, [int("axis", 1)]),
    };
    let graph = &mut model.graph;
    graph.node.append(&mut write.nodes);
    graph.initializer.append(&mut write.constants);
    graph.output = vec![value(&last, FLOAT, &[BATCH, Dim::Fixed(dim)])];
    super::rename(model, &last, OUTPUT);
    Ok(())
}

fn pool_one(write: &mut Writer, tap: &str, shape: &[usize], pool: Pool) -> String {
    let &[_, _, height, width] = shape else {
        return tap.to_owned();
    };
    let pooled = match pool {
        _ if (height, width) == (1, 1) => tap.to_owned(),
        Pool::Gap => write.node("GlobalAveragePool", &[tap], []),
        Pool::Max => write.node("GlobalMaxPool", &[tap], []),
        Pool::AvgMax => {
            let average = write.node("GlobalAveragePool", &[tap], []);
            let maximum = write.node("GlobalMaxPool", &[tap], []);
            write.node("Concat", &[&average, &maximum], [int("axis", 1)])
        }
        Pool::Grid(cells) if (height, width) == (cells, cells) => tap.to_owned(),
        Pool::Grid(cells) if height % cells == 0 && width % cells == 0 => {
            let window = [(height / cells) as i64, (width / cells) as i64];
            let attributes = [ints("kernel_shape", &window), ints("strides", &window)];
            write.node("AveragePool", &[tap], attributes)
        }
        Pool::Grid(cells) => {
            let planes = write.i64s("planes", &[0, 0, -1]);
            let grid = write.f32s(
                "grid",
                &[height * width, cells * cells],
                &grid(height, width, cells),
            );
            let rows = write.node("Reshape", &[tap, &planes], []);
            write.node("MatMul", &[&rows, &grid], [])
        }
    };
    write.node("Flatten", &[&pooled], [int("axis", 1)])
}

/// The weight of every pixel in every cell, `[height * width, cells * cells]`: cell i of n covers
/// the pixels from floor(i size / n) to ceil((i + 1) size / n) of an axis, as in PyTorch's
/// `adaptive_avg_pool2d`, so that cells overlap where n does not divide the size.
fn grid(height: usize, width: usize, cells: usize) -> Vec<f32> {
    let span = |size: usize, cell: usize| {
        let (start, end) = (cell * size / cells, ((cell + 1) * size).div_ceil(cells));
        (start..end, 1.0 / (end - start) as f32)
    };
    let mut weights = vec![0.0; height * width * cells * cells];
    for (row, column) in (0..cells).flat_map(|row| (0..cells).map(move |column| (row, column))) {
        let ((ys, down), (xs, across)) = (span(height, row), span(width, column));
        for (y, x) in ys.flat_map(|y| xs.clone().map(move |x| (y, x))) {
            weights[(y * width + x) * cells * cells + row * cells + column] = down * across;
        }
    }
    weights
}

#[cfg(test)]
mod tests {
    use super::super::{cut, samples};
    use super::*;

    fn tapped(shape: &[usize], pool: Pool) -> Tapped {
        Tapped {
            tensor: "relu".to_owned(),
            shape: shape.to_vec(),
            pool,
        }
    }

    #[test]
    fn grid_cells_are_those_of_adaptive_avg_pool2d() {
        // torch.nn.functional.adaptive_avg_pool2d(torch.arange(15.).view(1, 1, 3, 5), 2)
        let want = [3.5, 5.5, 8.5, 10.5];
        let weights = grid(3, 5, 2);
        for (cell, want) in want.into_iter().enumerate() {
            let got: f32 = (0..15)
                .map(|pixel| pixel as f32 * weights[pixel * 4 + cell])
                .sum();
            assert!(
                (got - want).abs() < 1e-5,
                "cell {cell}: {got} is not {want}"
            );
        }
    }

    #[test]
    fn every_pooling_counts_its_features() {
        let cases = [
            (&[1, 7][..], Pool::Gap, Some(7)),
            (&[1, 7], Pool::Grid(4), None),
            (&[1, 7, 1, 1], Pool::AvgMax, Some(7)),
            (&[1, 7, 4, 4], Pool::Gap, Some(7)),
            (&[1, 7, 4, 4], Pool::AvgMax, Some(14)),
            (&[1, 7, 4, 4], Pool::Grid(3), Some(63)),
            (&[1, 7, 4, 4], Pool::Grid(5), None),
            (&[1, 49, 7], Pool::Gap, None),
        ];
        for (shape, pool, want) in cases {
            assert_eq!(
                tapped(shape, pool).features().ok(),
                want,
                "{shape:?} {pool}"
            );
        }
    }

    #[test]
    fn several_taps_become_one_output_in_their_order() {
        let mut model = cut(&samples::small_cnn(), &["conv", "relu"]).unwrap();
        let conv = Tapped {
            tensor: "conv".to_owned(),
            ..tapped(&[1, 2, 4, 4], Pool::Grid(3))
        };
        pool(&mut model, &[conv, tapped(&[1, 2, 4, 4], Pool::Max)], false).unwrap();
        let concat = model.graph.node.last().unwrap();
        assert_eq!(concat.op_type, "Concat");
        assert_eq!(concat.output, [OUTPUT]);
        assert_eq!(
            super::super::read::shape(&model.graph.output[0]),
            Some(vec![None, Some(20)])
        );
    }
}
