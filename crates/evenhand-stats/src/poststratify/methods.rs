//! **The table of methods**: tables and files follow from it.

/// A way from rows to a share of the population.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Method {
    Unadjusted,
    Plain,
    Multilevel,
}

/// Name and assumptions of a method.
pub type MethodInfo = crate::estimate::MethodInfo<Method>;

/// In the order of [`Method`].
pub const METHODS: [MethodInfo; 3] = [
    MethodInfo {
        method: Method::Unadjusted,
        name: "unadjusted",
        title: "unadjusted",
        assumes: "The rows as they are: that they were drawn by chance from the population. The census \
                  is not used.",
    },
    MethodInfo {
        method: Method::Plain,
        name: "poststratified",
        title: "poststratified",
        assumes: "The mean of the rows of each cell, weighted as in the census: that the rows of a cell are like \
                  the people of the cell. All cells need rows.",
    },
    MethodInfo {
        method: Method::Multilevel,
        name: "mrp",
        title: "MRP",
        assumes: "Multilevel regression and poststratification (Gelman and Little): that the rows of a cell are like the \
                  people of the cell, and that log odds of cells are sums over their groups. Cells with \
                  few rows or none are drawn towards the groups that they are in.",
    },
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn methods_stand_in_the_order_of_the_table() {
        for (at, info) in METHODS.iter().enumerate() {
            assert_eq!(info.method as usize, at, "{}", info.name);
        }
    }
}
