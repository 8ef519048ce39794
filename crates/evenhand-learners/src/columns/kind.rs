//! Kinds of columns.

use serde::{Deserialize, Serialize};

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// A quantity.
    Number,
    /// Names.
    Category,
    /// Levels from low to high.
    Ordered,
    /// Yes or no.
    YesNo,
    /// Digits that are labels: zip codes, codes of industries, `1` for married.
    Code,
    /// A name of the row. No feature: it is never there again.
    Identifier,
    /// One value. No feature.
    Constant,
    /// One value within each value of the source or place. No feature: it stands for the place.
    ConstantWithin,
    /// A date. No feature as it is.
    Date,
    /// Text of many words, or names of which hardly one is there twice. No feature.
    Text,
}

impl Kind {
    pub const ALL: [Self; 10] = [
        Self::Number,
        Self::Category,
        Self::Ordered,
        Self::YesNo,
        Self::Code,
        Self::Identifier,
        Self::Constant,
        Self::ConstantWithin,
        Self::Date,
        Self::Text,
    ];

    /// As in JSON and in settings.
    pub fn name(self) -> &'static str {
        match self {
            Self::Number => "number",
            Self::Category => "category",
            Self::Ordered => "ordered",
            Self::YesNo => "yes-no",
            Self::Code => "code",
            Self::Identifier => "identifier",
            Self::Constant => "constant",
            Self::ConstantWithin => "constant-within",
            Self::Date => "date",
            Self::Text => "text",
        }
    }

    /// As in a sentence.
    pub fn words(self) -> &'static str {
        match self {
            Self::Number => "number",
            Self::Category => "category",
            Self::Ordered => "ordered category",
            Self::YesNo => "yes or no",
            Self::Code => "code",
            Self::Identifier => "identifier",
            Self::Constant => "constant",
            Self::ConstantWithin => "constant within source",
            Self::Date => "date",
            Self::Text => "free text",
        }
    }

    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }

    /// Whether a column of this kind can be a feature.
    pub fn is_feature(self) -> bool {
        matches!(self, Self::Number) || self.has_levels()
    }

    /// Whether values are levels from low to high.
    pub fn has_order(self) -> bool {
        matches!(self, Self::Ordered | Self::YesNo)
    }

    /// Whether values are levels.
    pub fn has_levels(self) -> bool {
        matches!(
            self,
            Self::Category | Self::Ordered | Self::YesNo | Self::Code
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_kinds_are_read_back() {
        for kind in Kind::ALL {
            assert_eq!(Kind::from_name(kind.name()), Some(kind));
            assert_eq!(serde_json::to_value(kind).unwrap(), kind.name());
        }
    }
}
