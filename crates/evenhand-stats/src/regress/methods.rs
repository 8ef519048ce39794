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
pub type MethodInfo = crate::estimate::MethodInfo<Method>;

/// In the order of [`Method`].
pub const METHODS: [MethodInfo; 4] = [
    MethodInfo {
        method: Method::Naive,
        name: "naive",
        title: "predicted",
        assumes: "Takes the predicted classes of all rows for the truth. Right only if errors are related \
                  to no variable of the formula; its interval leaves them out.",
    },
    MethodInfo {
        method: Method::Coded,
        name: "coded",
        title: "coded rows",
        assumes: "Uses the coded rows alone. Assumes that they were drawn at random from the corpus, with \
                  the given probabilities.",
    },
    MethodInfo {
        method: Method::Dsl,
        name: "dsl",
        title: "DSL",
        assumes: "Corrects the predictions of all rows by the coded rows (design-based supervised \
                  learning). Assumes what `coded rows` does, and nothing about errors.",
    },
    MethodInfo {
        method: Method::Powered,
        name: "ppi",
        title: "PPI++",
        assumes: "Corrects as DSL does, with predictions weighted so that each coefficient varies \
                  least. Assumes the same.",
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
