//! The design matrix: columns of a formula, worked out row by row, since ten million rows of it would not fit
//! into memory.

use super::{Family, RegressError, RegressInputs};
use crate::estimate::Rows;
use crate::record::MISSING;
use crate::text::{decimal, listed};

/// A formula gives no more columns than this.
const MOST_COLUMNS: usize = 200;
/// As many values of a column are named in an error.
const NAMED: usize = 5;

/// Values of a variable by the codes of its column.
#[derive(Debug, Clone)]
enum Values {
    /// The class that is predicted and coded: 1 or 0.
    Predicted,
    Numbers {
        attribute: usize,
        by_code: Vec<f64>,
    },
    Category {
        attribute: usize,
        levels: Vec<Level>,
    },
}

/// A value of a category that takes part.
#[derive(Debug, Clone)]
struct Level {
    code: u32,
    name: String,
}

/// One factor of a column: a variable, of a category one of its levels.
#[derive(Debug, Clone, Copy)]
struct Factor {
    variable: usize,
    level: u32,
}

/// A column: the product of its factors, 1 of none.
#[derive(Debug, Clone)]
struct Column {
    name: String,
    factors: Vec<Factor>,
}

/// Columns of a formula, and the rows that have all of its variables.
#[derive(Debug, Clone)]
pub(super) struct Design {
    values: Vec<Values>,
    columns: Vec<Column>,
    /// Rows of the corpus.
    pub corpus: Vec<u32>,
    /// Coded rows.
    pub coded: Vec<u32>,
    /// Numbers of rows of the corpus without a value of a variable.
    pub missing: Vec<(String, u64)>,
    /// Levels without a coded row, with their variable and number of rows: left out.
    pub uncoded: Vec<(String, String, u64)>,
}

impl Design {
    /// # Errors
    /// An outcome that is no number, or too many columns.
    pub fn new(inputs: &RegressInputs, family: Family) -> Result<Self, RegressError> {
        let mut values = Vec::new();
        for (at, variable) in inputs.formula.variables.iter().enumerate() {
            values.push(match inputs.attribute(at) {
                None => Values::Predicted,
                Some(attribute) => Values::of(inputs, attribute, variable.is_category),
            });
        }
        let mut design = Self {
            values,
            columns: Vec::new(),
            corpus: Vec::new(),
            coded: Vec::new(),
            missing: Vec::new(),
            uncoded: Vec::new(),
        };
        design.check_outcome(inputs, family)?;
        design.select_rows(inputs);
        design.columns = design.all_columns(inputs)?;
        Ok(design)
    }

    pub fn len(&self) -> usize {
        self.columns.len()
    }

    pub fn names(&self) -> Vec<String> {
        self.columns.iter().map(|of| of.name.clone()).collect()
    }

    /// Works out a row, whose class is `class`.
    pub fn fill(&self, rows: &Rows, row: u32, class: f64, into: &mut [f64]) {
        for (value, column) in into.iter_mut().zip(&self.columns) {
            let factors = column.factors.iter();
            let factors = factors
                .map(|factor| self.values[factor.variable].at(rows, row, class, factor.level));
            *value = factors.product();
        }
    }

    /// The outcome of a row, whose class is `class`.
    pub fn outcome(&self, rows: &Rows, row: u32, class: f64) -> f64 {
        self.values[0].at(rows, row, class, 0)
    }

    fn check_outcome(&self, inputs: &RegressInputs, family: Family) -> Result<(), RegressError> {
        let name = inputs.formula.variables[0].name.clone();
        match &self.values[0] {
            Values::Predicted => Ok(()),
            Values::Numbers { by_code, .. } => {
                let is_wrong = |value: &&f64| !(**value == 0.0 || **value == 1.0 || value.is_nan());
                match by_code.iter().find(is_wrong) {
                    Some(&value) if family == Family::Logistic => {
                        Err(RegressError::NotZeroOrOne { name, value })
                    }
                    _ => Ok(()),
                }
            }
            Values::Category { levels, .. } => Err(RegressError::NotNumber {
                name,
                values: listed(levels.iter().map(|of| format!("`{}`", of.name)), NAMED),
            }),
        }
    }

    /// Keeps rows with all variables, then those of levels that some coded row has.
    fn select_rows(&mut self, inputs: &RegressInputs) {
        let (corpus, coded) = (&inputs.rows.corpus, &inputs.rows.coded.rows);
        for (variable, values) in inputs.formula.variables.iter().zip(&self.values) {
            let lacks = (0..corpus.len() as u32).filter(|&row| !values.is_known(corpus, row));
            let lacks = lacks.count() as u64;
            if lacks > 0 {
                self.missing.push((variable.name.clone(), lacks));
            }
        }
        let known = |rows: &Rows, row: u32| self.values.iter().all(|of| of.is_known(rows, row));
        self.coded = (0..coded.len() as u32)
            .filter(|&row| known(coded, row))
            .collect();
        let complete: Vec<u32> = (0..corpus.len() as u32)
            .filter(|&row| known(corpus, row))
            .collect();
        for (variable, values) in inputs.formula.variables.iter().zip(&mut self.values) {
            let Values::Category { attribute, levels } = values else {
                continue;
            };
            let rows_of = |rows: &Rows, of: &[u32], code: u32| {
                let codes = &rows.domains[*attribute];
                of.iter()
                    .filter(|&&row| codes[row as usize] == code)
                    .count() as u64
            };
            levels.retain(|level| {
                let rows = rows_of(corpus, &complete, level.code);
                let coded = rows_of(coded, &self.coded, level.code);
                if coded == 0 && rows > 0 {
                    self.uncoded
                        .push((variable.name.clone(), level.name.clone(), rows));
                }
                coded > 0 && rows > 0
            });
        }
        let is_kept = |rows: &Rows, row: u32| self.values.iter().all(|of| of.has_level(rows, row));
        self.corpus = complete
            .into_iter()
            .filter(|&row| is_kept(corpus, row))
            .collect();
        self.coded.retain(|&row| is_kept(coded, row));
    }

    fn all_columns(&self, inputs: &RegressInputs) -> Result<Vec<Column>, RegressError> {
        let mut columns = vec![Column {
            name: "intercept".to_owned(),
            factors: Vec::new(),
        }];
        for term in &inputs.formula.terms {
            let mut products = vec![(Vec::new(), Vec::new())];
            for &variable in term {
                let factors = self.factors(inputs, variable);
                let longer = products.iter().flat_map(|(names, product)| {
                    factors.iter().map(move |(name, factor)| {
                        (
                            [&names[..], std::slice::from_ref(name)].concat(),
                            [&product[..], &[*factor]].concat(),
                        )
                    })
                });
                products = longer.collect();
                if columns.len() + products.len() > MOST_COLUMNS {
                    return Err(RegressError::TooManyColumns {
                        term: inputs.formula.term(term),
                        most: MOST_COLUMNS,
                    });
                }
            }
            let named = products.into_iter();
            columns.extend(named.map(|(names, factors)| Column {
                name: names.join(":"),
                factors,
            }));
        }
        Ok(columns)
    }

    /// What a variable is in a product: a number, or a column for each level but the first.
    fn factors(&self, inputs: &RegressInputs, variable: usize) -> Vec<(String, Factor)> {
        let name = &inputs.formula.variables[variable].name;
        match &self.values[variable] {
            Values::Category { levels, .. } => {
                let levels = levels.iter().skip(1);
                let factor = |level: &Level| {
                    let level_of = Factor {
                        variable,
                        level: level.code,
                    };
                    (format!("{name}[{}]", level.name), level_of)
                };
                levels.map(factor).collect()
            }
            Values::Predicted | Values::Numbers { .. } => {
                vec![(name.clone(), Factor { variable, level: 0 })]
            }
        }
    }

    /// The first level of each category, which the others are compared with.
    pub fn references(&self, inputs: &RegressInputs) -> Vec<(String, String)> {
        let variables = inputs.formula.variables.iter().zip(&self.values);
        let reference = variables.filter_map(|(variable, values)| match values {
            Values::Category { levels, .. } => {
                Some((variable.name.clone(), levels.first()?.name.clone()))
            }
            Values::Predicted | Values::Numbers { .. } => None,
        });
        reference.collect()
    }
}

impl Values {
    /// Numbers where all values are, unless they are names of categories.
    fn of(inputs: &RegressInputs, attribute: usize, is_category: bool) -> Self {
        let names = &inputs.rows.attributes[attribute].domains;
        let known = || (0..).zip(names).filter(|(_, name)| *name != MISSING);
        let numbers = known().all(|(_, name)| decimal(name).is_some());
        if numbers && !is_category {
            let by_code = names.iter().map(|name| decimal(name).unwrap_or(f64::NAN));
            let by_code = by_code.collect();
            return Self::Numbers { attribute, by_code };
        }
        let levels = known().map(|(code, name)| Level {
            code,
            name: name.clone(),
        });
        Self::Category {
            attribute,
            levels: levels.collect(),
        }
    }

    fn at(&self, rows: &Rows, row: u32, class: f64, level: u32) -> f64 {
        match self {
            Self::Predicted => class,
            Self::Numbers { attribute, by_code } => {
                by_code[rows.domains[*attribute][row as usize] as usize]
            }
            Self::Category { attribute, .. } => {
                f64::from(u8::from(rows.domains[*attribute][row as usize] == level))
            }
        }
    }

    fn is_known(&self, rows: &Rows, row: u32) -> bool {
        match self {
            Self::Numbers { .. } => !self.at(rows, row, 0.0, 0).is_nan(),
            Self::Predicted | Self::Category { .. } => self.has_level(rows, row),
        }
    }

    fn has_level(&self, rows: &Rows, row: u32) -> bool {
        match self {
            Self::Category { attribute, levels } => {
                let code = rows.domains[*attribute][row as usize];
                levels
                    .binary_search_by_key(&code, |level| level.code)
                    .is_ok()
            }
            Self::Predicted | Self::Numbers { .. } => true,
        }
    }
}
