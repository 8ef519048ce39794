//! Fits an encoder column by column.

use super::levels::Counts;
use super::numbers::Moments;
use super::target::Shrinkage;
use super::{
    DesignColumn, EncodeParams, EncodedColumn, Encoder, Encoding, GAP, OTHER, Pooled, slot, target,
};
use crate::examples::Examples;
use crate::frame::{Column, Values};

/// Cross-fitted target encodings of the training rows: the first place of a column, and by row one number an output.
pub type Crossed = (usize, Vec<Vec<f32>>);

/// An encoder that grows by a column at a time.
struct Fitting<'a> {
    examples: &'a Examples<'a>,
    rows: &'a [usize],
    params: &'a EncodeParams,
    encoder: Encoder,
    crossed: Vec<Crossed>,
}

pub fn fit(examples: &Examples, rows: &[usize], params: &EncodeParams) -> (Encoder, Vec<Crossed>) {
    let mut fitting = Fitting {
        examples,
        rows,
        params,
        encoder: Encoder {
            params: *params,
            columns: Vec::new(),
            design_columns: Vec::new(),
            pooled: Vec::new(),
            constant: Vec::new(),
        },
        crossed: Vec::new(),
    };
    for column in examples.frame.columns() {
        let before = fitting.encoder.design_columns.len();
        let encoding = match &column.values {
            Values::Numbers(numbers) => fitting.number(column, numbers),
            Values::Levels { codes, levels } => {
                let slots = rows.iter().map(|&row| slot(codes[row], levels.len()));
                let slots: Vec<usize> = slots.collect();
                let counts = Counts::of(slots.iter().copied(), levels.len());
                match counts.seen() > params.max_levels {
                    true => fitting.target(column, levels, &slots),
                    false => fitting.levels(column, levels, &counts),
                }
            }
        };
        if fitting.encoder.design_columns.len() == before {
            fitting.encoder.constant.push(column.name.clone());
        }
        fitting.encoder.columns.push(EncodedColumn {
            name: column.name.clone(),
            encoding,
        });
    }
    (fitting.encoder, fitting.crossed)
}

impl Fitting<'_> {
    /// Adds a column of the design matrix, and gives its place.
    fn place(&mut self, column: &Column, name: String, centre: f64, scale: f64) -> usize {
        self.encoder.design_columns.push(DesignColumn {
            name,
            source: column.source.clone(),
            centre,
            scale,
        });
        self.encoder.design_columns.len() - 1
    }

    /// The place of an indicator that this many training rows have, if not none and not all.
    fn indicator(&mut self, column: &Column, level: &str, rows: usize) -> Option<usize> {
        let varies = rows > 0 && rows < self.rows.len();
        varies.then(|| self.place(column, format!("{}={level}", column.name), 0.0, 1.0))
    }

    fn number(&mut self, column: &Column, numbers: &[f32]) -> Encoding {
        let weights = &self.examples.weights;
        let of_rows = self.rows.iter().map(|&row| (numbers[row], weights[row]));
        let moments = Moments::of(of_rows);
        let varies = moments.sd > 0.0;
        let place =
            varies.then(|| self.place(column, column.name.clone(), moments.mean, moments.sd));
        Encoding::Number {
            place,
            mean: moments.mean as f32,
            gap: self.indicator(column, GAP, moments.gaps),
        }
    }

    fn levels(&mut self, column: &Column, levels: &[String], counts: &Counts) -> Encoding {
        let rare = counts.rare(self.params.min_rows);
        let mut places = vec![None; levels.len()];
        for (level, &rows) in counts.of_level.iter().enumerate() {
            if rows >= self.params.min_rows {
                places[level] = self.indicator(column, &levels[level], rows);
            }
        }
        let of_rare = rare.iter().map(|&level| counts.of_level[level]);
        let other = self.indicator(column, OTHER, of_rare.sum());
        rare.iter().for_each(|&level| places[level] = other);
        if !rare.is_empty() {
            let of = |&level: &usize| (levels[level].clone(), counts.of_level[level]);
            self.encoder.pooled.push(Pooled {
                column: column.name.clone(),
                levels: rare.iter().map(of).collect(),
            });
        }
        Encoding::Levels {
            levels: levels.to_vec(),
            places,
            gap: self.indicator(column, GAP, counts.gaps),
        }
    }

    fn target(&mut self, column: &Column, levels: &[String], slots: &[usize]) -> Encoding {
        let fold_of = target::folds(self.rows.len(), self.params.folds, self.params.seed);
        let first = self.encoder.design_columns.len();
        let mut values = vec![Vec::new(); levels.len() + 1];
        let mut crossed = vec![Vec::new(); self.rows.len()];
        for output in 0..self.examples.outputs() {
            let labelled = self.labelled(output, slots);
            let shrinkage = Shrinkage::of(&labelled, levels.len() + 1);
            let of_rows = shrinkage.cross_fitted(&labelled, &fold_of);
            let weighted = of_rows.iter().zip(&labelled);
            let moments = Moments::of(weighted.map(|(of, (.., weight))| (*of as f32, *weight)));
            if !shrinkage.tells_levels() || moments.sd == 0.0 {
                continue;
            }
            let means = shrinkage.means(labelled.iter());
            let push = |(into, mean): (&mut Vec<f32>, f64)| into.push(mean as f32);
            values.iter_mut().zip(means).for_each(push);
            crossed.iter_mut().zip(of_rows).for_each(push);
            let name = match self.examples.outputs() {
                1 => format!("{}=(mean label)", column.name),
                _ => format!("{}=(share of class {output})", column.name),
            };
            self.place(column, name, moments.mean, moments.sd);
        }
        self.crossed.push((first, crossed));
        Encoding::Target {
            levels: levels.to_vec(),
            first,
            values,
        }
    }

    /// Training rows for the target encoding of an output: of two classes it is about the second.
    fn labelled(&self, output: usize, slots: &[usize]) -> Vec<target::Row> {
        let examples = self.examples;
        let class = output + usize::from(examples.outputs() == 1);
        let rows = self.rows.iter().zip(slots).map(|(&row, &slot)| {
            let is_class = f64::from(u8::from(examples.labels[row] == class));
            (slot, is_class, examples.weights[row])
        });
        rows.collect()
    }
}
