//! **The table of methods**: tables, files and figures follow from it.

/// A way to a share.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Method {
    Naive,
    Coded,
    Adjusted,
    Emq,
    Powered,
}

/// Name and assumptions of a method, of a share, of a regression or of cells of a census.
#[derive(Debug, Clone, Copy)]
pub struct MethodInfo<M = Method> {
    pub method: M,
    /// In files.
    pub name: &'static str,
    pub title: &'static str,
    /// What it does and assumes, in sentences.
    pub assumes: &'static str,
}

/// In the order of [`Method`].
pub const METHODS: [MethodInfo; 5] = [
    MethodInfo {
        method: Method::Naive,
        name: "naive",
        title: "predicted",
        assumes: "The classifier's answers counted as they are: that its errors cancel out. The \
                  interval holds chance alone, no errors.",
    },
    MethodInfo {
        method: Method::Coded,
        name: "coded",
        title: "coded rows",
        assumes: "The coded rows alone: that they were drawn by chance from the corpus. The \
                  classifier is not used.",
    },
    MethodInfo {
        method: Method::Adjusted,
        name: "adjusted",
        title: "adjusted count",
        assumes: "Counts corrected by the error rates (Rogan and Gladen): that each class is judged \
                  in the corpus as it is in the coded rows, which may hold more or less of it.",
    },
    MethodInfo {
        method: Method::Emq,
        name: "emq",
        title: "EMQ",
        assumes: "The mix of classes that makes the probabilities likeliest (Saerens, Latinne and \
                  Decaestecker): that a straight line in the log odds, fitted to the coded rows, \
                  makes them true probabilities, and that within each class scores are spread in \
                  the corpus as in the coded rows, which may hold more or less of it.",
    },
    MethodInfo {
        method: Method::Powered,
        name: "ppi",
        title: "PPI++",
        assumes: "Predictions corrected by the coded rows: that those were drawn by chance from the \
                  corpus, with the probabilities that are given. Nothing of the classifier's errors.",
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
