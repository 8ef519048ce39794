//! Class activation maps: where in an image the features lie that speak for its prediction.
//!
//! A feature of a grid belongs to a cell of the image. What the features of a cell contribute to the
//! prediction, gradient times activation, is added up and not averaged over cells first; that is
//! HiResCAM (Draelos and Carin 2020), which unlike Grad-CAM (Selvaraju et al. 2017) shows no place
//! that the prediction does not depend on.

/// The features of one tap: channel by channel, and in a channel `cells` rows of `cells` cells. What
/// is pooled over the whole image has one cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Grid {
    /// Channels x cells x cells.
    pub features: usize,
    pub cells: usize,
}

/// Class activation map: the support for a class by place in an image.
#[derive(Debug, Clone, PartialEq)]
pub struct ActivationMap {
    /// In a row, and in a column.
    pub cells: usize,
    /// `[cells, cells]`, row by row from the upper left: 1 in the cell that speaks most for the class,
    /// 0 in those that speak against it or say nothing.
    pub heat: Vec<f32>,
}

impl ActivationMap {
    /// The map of what the features of `grids` contribute, on the finest of the grids. `None` where
    /// nothing speaks for the class, and where all is pooled over the whole image.
    ///
    /// # Panics
    ///
    /// If there is not one contribution a feature.
    pub fn new(contributions: &[f32], grids: &[Grid]) -> Option<Self> {
        let (cells, sums) = sums(contributions, grids)?;
        let highest = sums.iter().copied().fold(0.0, f32::max);
        let heat = sums.iter().map(|sum| sum.max(0.0) / highest).collect();
        (highest > 0.0).then_some(Self { cells, heat })
    }

    /// The row and column of the cell that speaks most for the class.
    pub fn peak(&self) -> (usize, usize) {
        let heat = self.heat.iter().enumerate();
        let (at, _) = heat.fold((0, 0.0), |best, (at, &heat)| match heat > best.1 {
            true => (at, heat),
            false => best,
        });
        (at / self.cells, at % self.cells)
    }
}

/// The finest grid's cells in a row, and what each of its cells contributes; what belongs to coarser
/// cells is shared out by area, so that nothing is lost. What has no place is left out.
fn sums(contributions: &[f32], grids: &[Grid]) -> Option<(usize, Vec<f32>)> {
    let total: usize = grids.iter().map(|grid| grid.features).sum();
    assert_eq!(contributions.len(), total, "a contribution a feature");
    let finest = grids.iter().map(|grid| grid.cells).max()?;
    if finest < 2 {
        return None;
    }
    let mut sums = vec![0.0; finest * finest];
    let mut rest = contributions;
    for grid in grids {
        let (own, others) = rest.split_at(grid.features);
        rest = others;
        if grid.cells < 2 {
            continue;
        }
        let mut cells = vec![0.0; grid.cells * grid.cells];
        for channel in own.chunks_exact(cells.len()) {
            for (sum, value) in cells.iter_mut().zip(channel) {
                *sum += value;
            }
        }
        for (at, sum) in sums.iter_mut().enumerate() {
            let (row, column) = (at / finest, at % finest);
            for (cell, value) in cells.iter().enumerate() {
                let down = share(cell / grid.cells, grid.cells, row, finest);
                let across = share(cell % grid.cells, grid.cells, column, finest);
                *sum += down * across * value;
            }
        }
    }
    Some((finest, sums))
}

/// How much of cell `from` of `coarse` lies in cell `to` of `fine`, along one axis.
fn share(from: usize, coarse: usize, to: usize, fine: usize) -> f32 {
    // In units of 1 / (coarse * fine), in which all ends are whole.
    let (start, end) = ((from * fine).max(to * coarse), (from + 1) * fine);
    let end = end.min((to + 1) * coarse);
    end.saturating_sub(start) as f32 / fine as f32
}

#[cfg(test)]
mod tests {
    use super::*;

    const GAP: Grid = Grid {
        features: 2,
        cells: 1,
    };
    const COARSE: Grid = Grid {
        features: 8,
        cells: 2,
    };
    const FINE: Grid = Grid {
        features: 9,
        cells: 3,
    };

    #[test]
    fn a_cell_is_the_sum_over_its_channels_against_the_largest() {
        let contributions = [1.0, -3.0, 0.5, 0.0, 3.0, 1.0, 0.5, 0.0];
        let map = ActivationMap::new(&contributions, &[COARSE]).unwrap();
        assert_eq!((map.cells, &map.heat[..]), (2, &[1.0, 0.0, 0.25, 0.0][..]));
        assert_eq!(map.peak(), (0, 0));
    }

    #[test]
    fn a_coarse_cell_is_shared_out_by_area_and_nothing_is_lost() {
        let mut contributions = vec![100.0, 100.0];
        contributions.extend([9.0, 0.0, 0.0, -18.0, 0.0, 0.0, 0.0, 0.0]);
        contributions.extend([0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 7.0, 0.0, 0.0]);
        let (cells, sums) = sums(&contributions, &[GAP, COARSE, FINE]).unwrap();
        assert_eq!(cells, 3);
        // Half a cell of three lies in the middle: 2/3 and 1/3 of a cell of two.
        let want = [4.0, 2.0, 0.0, 2.0, 1.0 - 2.0, -4.0, 7.0, -4.0, -8.0];
        for (found, want) in sums.iter().zip(want) {
            assert!((found - want).abs() < 1e-5, "{sums:?}");
        }
        assert!((sums.iter().sum::<f32>() - (9.0 - 18.0 + 7.0)).abs() < 1e-5);
    }

    #[test]
    fn there_is_no_map_without_places_or_without_support() {
        assert_eq!(ActivationMap::new(&[1.0, 2.0], &[GAP]), None);
        assert_eq!(ActivationMap::new(&[-1.0; 8], &[COARSE]), None);
        assert_eq!(ActivationMap::new(&[], &[]), None);
    }
}
