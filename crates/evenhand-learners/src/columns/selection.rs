//! Selection of the columns that become features.

use super::codebook::{Codebook, CodebookColumn};
use super::error::ColumnsError;
use evenhand_stats::groups;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// Columns to make into features: `all`, a list, or all but some, as in `all,!zip_code`. Columns that have a role are
/// features only where they are named.
///
/// ```
/// use evenhand_learners::columns::Selection;
/// let selection: Selection = "!zip_code".parse()?;
/// assert!(selection.all && selection.left_out == ["zip_code"]);
/// assert_eq!(selection.to_string(), "all,!zip_code");
/// # Ok::<(), evenhand_learners::columns::ColumnsError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Selection {
    /// Every column without a role that can be a feature.
    pub all: bool,
    pub named: Vec<String>,
    pub left_out: Vec<String>,
}

/// A column that is no feature, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LeftOut {
    pub column: String,
    pub why: String,
}

/// Every column without a role.
impl Default for Selection {
    fn default() -> Self {
        Self {
            all: true,
            named: Vec::new(),
            left_out: Vec::new(),
        }
    }
}

impl FromStr for Selection {
    type Err = ColumnsError;

    fn from_str(text: &str) -> Result<Self, ColumnsError> {
        let mut selection = Self {
            all: false,
            ..Self::default()
        };
        for item in text.split(',').map(str::trim) {
            match item.strip_prefix('!').map(str::trim) {
                None if item == "all" => selection.all = true,
                None => selection.named.push(item.to_owned()),
                Some(name) => selection.left_out.push(name.to_owned()),
            }
        }
        selection.all |= selection.named.is_empty();
        selection.check()?;
        Ok(selection)
    }
}

impl TryFrom<String> for Selection {
    type Error = ColumnsError;

    fn try_from(text: String) -> Result<Self, ColumnsError> {
        text.parse()
    }
}

impl From<Selection> for String {
    fn from(selection: Selection) -> Self {
        selection.to_string()
    }
}

impl fmt::Display for Selection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let all = self.all.then(|| "all".to_owned());
        let left_out = self.left_out.iter().map(|name| format!("!{name}"));
        let items = all
            .into_iter()
            .chain(self.named.iter().cloned())
            .chain(left_out);
        f.write_str(&items.collect::<Vec<_>>().join(","))
    }
}

impl Selection {
    fn check(&self) -> Result<(), ColumnsError> {
        let items = self.named.iter().chain(&self.left_out);
        let wrong = |item: &String, problem| {
            Err(ColumnsError::Selection {
                item: item.clone(),
                problem,
            })
        };
        for item in items {
            if item.is_empty() {
                return wrong(item, "a name is empty");
            }
            if self.named.contains(item) && self.left_out.contains(item) {
                return wrong(item, "it is named and left out");
            }
        }
        Ok(())
    }

    /// The columns that become features, in the order of the table, and why others do not.
    ///
    /// # Errors
    /// Names of no column; a named column of a kind that cannot be a feature; nothing is left.
    pub(super) fn of<'a>(
        &self,
        codebook: &'a Codebook,
    ) -> Result<(Vec<&'a CodebookColumn>, Vec<LeftOut>), ColumnsError> {
        self.check()?;
        let names = codebook.names();
        for name in self.named.iter().chain(&self.left_out) {
            groups::column(name, &names)?;
        }
        let (mut features, mut left_out) = (Vec::new(), Vec::new());
        for column in &codebook.columns {
            let is_named = self.named.contains(&column.name);
            if is_named && !column.kind.is_feature() {
                return Err(ColumnsError::NoFeature {
                    column: column.name.clone(),
                    kind: column.kind.words(),
                    why: column.why.clone(),
                });
            }
            match self.reason_against(column).filter(|_| !is_named) {
                None => features.push(column),
                Some(why) => left_out.push(LeftOut {
                    column: column.name.clone(),
                    why,
                }),
            }
        }
        match features.is_empty() {
            true => Err(ColumnsError::NoFeatures {
                left_out: left_out.iter().map(ToString::to_string).collect(),
            }),
            false => Ok((features, left_out)),
        }
    }

    /// Why a column that is not named is no feature.
    fn reason_against(&self, column: &CodebookColumn) -> Option<String> {
        if self.left_out.contains(&column.name) {
            return Some("left out, as asked".to_owned());
        }
        if let Some(role) = column.role {
            return Some(format!("it has the role {}", role.name()));
        }
        match (column.is_used, column.kind.is_feature(), self.all) {
            (false, ..) => Some("left out by its settings".to_owned()),
            (_, false, _) => Some(format!("{}: {}", column.kind.words(), column.why)),
            (.., false) => Some("not named".to_owned()),
            _ => None,
        }
    }
}

impl fmt::Display for LeftOut {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` ({})", self.column, self.why)
    }
}

#[cfg(test)]
mod tests {
    use super::super::codebook::CodebookConfig;
    use super::super::profile::tests::table;
    use super::super::roles::Roles;
    use super::*;
    use evenhand_stats::hint::Hint;

    fn codebook() -> Codebook {
        let table = table(&[
            ("income", "1.5 2.5 3.5 1.5"),
            ("race", "a b a b"),
            ("zip_code", "94110 94110 94112 94112"),
            ("place", "x x x x"),
            ("care", "yes no yes no"),
            ("weight", "1.5 2 1 2"),
        ]);
        let roles = Roles {
            label: Some("care".into()),
            weights: Some("weight".into()),
            groups: vec!["race".into()],
            ..Roles::default()
        };
        let config = CodebookConfig {
            roles,
            ..CodebookConfig::default()
        };
        Codebook::of(&table, &config).unwrap()
    }

    fn selected(text: &str) -> Vec<String> {
        let selection: Selection = text.parse().unwrap();
        let codebook = codebook();
        let (features, _) = selection.of(&codebook).unwrap();
        features.iter().map(|column| column.name.clone()).collect()
    }

    #[test]
    fn columns_with_a_role_are_features_only_where_they_are_named() {
        assert_eq!(selected("all"), ["income", "zip_code"]);
        assert_eq!(selected("all, !zip_code"), ["income"]);
        assert_eq!(selected("!zip_code"), ["income"]);
        assert_eq!(selected("all,race"), ["income", "race", "zip_code"]);
        assert_eq!(selected("weight,income"), ["income", "weight"]);
        let (_, left_out) = Selection::default()
            .of(&codebook())
            .map(|(a, b)| (a.len(), b))
            .unwrap();
        let left_out: Vec<String> = left_out.iter().map(ToString::to_string).collect();
        assert_eq!(
            left_out,
            [
                "`race` (it has the role group)",
                "`place` (constant: `x` in every row)",
                "`care` (it has the role label)",
                "`weight` (it has the role weights)",
            ]
        );
    }

    #[test]
    fn names_that_cannot_be_features_are_refused() {
        let error = |text: &str| {
            let selection: Result<Selection, _> = text.parse();
            match selection {
                Ok(selection) => selection.of(&codebook()).map(|_| ()).unwrap_err(),
                Err(error) => error,
            }
        };
        let unknown = error("incme");
        assert!(
            unknown
                .to_string()
                .starts_with("no column `incme`; the columns are: income, race")
        );
        assert_eq!(
            unknown.hint().unwrap().to_string(),
            "did you mean `income`?"
        );
        assert_eq!(
            error("place").to_string(),
            "`place` cannot be a feature: constant (`x` in every row)"
        );
        assert!(
            error("income,,race")
                .to_string()
                .ends_with("a name is empty")
        );
        assert!(
            error("income,!income")
                .to_string()
                .ends_with("it is named and left out")
        );
        assert!(
            error("!income,!zip_code")
                .to_string()
                .starts_with("no column is left as a feature; `income` (left out")
        );
    }
}
