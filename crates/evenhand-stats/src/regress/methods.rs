//! **The table of methods** of regressions: tables and files follow from it.

/// A way to coefficients.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Method {
    Naive,
    Coded,
    Dsl,
    Powered,
}

/// Name and assumptions of a method.
#[derive(Debug, Clone, Copy)]
pub struct MethodInfo {
    pub method: Method,
    /// In files.
    pub name: &'static str,
    pub title: &'static str,
    /// A sentence.
    pub assumes: &'static str,
}

/// In the order of [`Method`].
pub const METHODS: [MethodInfo; 4] = [
    MethodInfo {
        method: Method::Naive,
        name: "naive",
        title: "predicted",
        assumes: "The predicted classes of all rows taken for the truth: that errors are related to \
                  no variable of the formula. The interval ignores errors.",
    },
    MethodInfo {
        method: Method::Coded,
        name: "coded",
        title: "coded rows",
        assumes: "The coded rows alone: that they were drawn at random from the corpus, with the \
                  given probabilities.",
    },
    MethodInfo {
        method: Method::Dsl,
        name: "dsl",
        title: "DSL",
        assumes: "Predictions of all rows, corrected by the coded rows (design-based supervised \
                  learning): the same as `coded rows`. Nothing about errors.",
    },
    MethodInfo {
        method: Method::Powered,
        name: "ppi",
        title: "PPI++",
        assumes: "As DSL, with predictions weighted so that the variance of each coefficient is \
                  least. Nothing about errors.",
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
