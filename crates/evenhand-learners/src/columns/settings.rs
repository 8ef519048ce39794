//! Settings of columns that a person edits, `columns.toml`.

use super::error::ColumnsError;
use super::kind::Kind;
use evenhand_stats::text::quoted;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use toml::Spanned;

/// What a person decided about columns, by name.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    /// Gap codes of every column.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub gaps: Vec<String>,
    pub column: BTreeMap<String, ColumnSettings>,
}

/// What a person decided about a column; what is `None` is found from its values.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ColumnSettings {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kind: Option<Kind>,
    /// Its gap codes, besides those of every column. Where they are listed, none are found.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub gaps: Option<Vec<String>>,
    /// The levels of an ordered category from low to high, or no and yes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub levels: Option<Vec<String>>,
    /// Whether it may be a feature.
    #[serde(rename = "use")]
    pub is_used: bool,
}

impl Default for ColumnSettings {
    fn default() -> Self {
        Self {
            kind: None,
            gaps: None,
            levels: None,
            is_used: true,
        }
    }
}

/// The text as it is read, with places for errors.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    gaps: Vec<String>,
    #[serde(default)]
    column: BTreeMap<Spanned<String>, Entry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    kind: Option<Spanned<String>>,
    gaps: Option<Vec<String>>,
    levels: Option<Spanned<Vec<String>>>,
    #[serde(rename = "use", default = "yes")]
    is_used: bool,
}

fn yes() -> bool {
    true
}

impl Settings {
    /// The settings of a column, `None` where there are none.
    pub fn of(&self, column: &str) -> Option<&ColumnSettings> {
        self.column.get(column)
    }

    /// The columns that have settings.
    pub fn columns(&self) -> impl Iterator<Item = &str> {
        self.column.keys().map(String::as_str)
    }

    /// Reads the text of a file of that name.
    ///
    /// # Errors
    /// What is not TOML, or no setting: the line, the column, and what is allowed.
    ///
    /// ```
    /// use evenhand_learners::columns::Settings;
    /// let error = Settings::parse("columns.toml", "[column.age]\nkind = \"numbr\"\n").unwrap_err();
    /// assert!(error.to_string().starts_with("columns.toml:2: column `age`: kind `numbr`: one of `number`,"));
    /// ```
    pub fn parse(file: &str, text: &str) -> Result<Self, ColumnsError> {
        let wrong = |at: usize, column: Option<String>, problem: String| ColumnsError::Settings {
            file: file.to_owned(),
            line: text.get(..at).unwrap_or(text).matches('\n').count() + 1,
            column,
            problem,
        };
        let read: File = toml::from_str(text).map_err(|error| {
            let at = error.span().map_or(0, |span| span.start);
            wrong(
                at,
                column_before(text, at),
                error.message().replace('\n', " "),
            )
        })?;
        let mut settings = Self {
            gaps: read.gaps,
            ..Self::default()
        };
        for (name, entry) in read.column {
            let (name, start) = (name.get_ref().clone(), name.span().start);
            let entry = entry
                .checked(start)
                .map_err(|(at, problem)| wrong(at, Some(name.clone()), problem))?;
            settings.column.insert(name, entry);
        }
        Ok(settings)
    }
}

impl Entry {
    /// Its settings, or where and what is wrong. `start` is the place of the column's name.
    fn checked(self, start: usize) -> Result<ColumnSettings, (usize, String)> {
        let kind = match &self.kind {
            None => None,
            Some(name) => Some(Kind::from_name(name.get_ref()).ok_or_else(|| {
                let known = quoted(Kind::ALL.iter().map(|kind| kind.name()));
                (
                    name.span().start,
                    format!("kind `{}`: one of {known} is allowed", name.get_ref()),
                )
            })?),
        };
        if let Some(levels) = &self.levels {
            let at = levels.span().start;
            check_levels(kind, levels.get_ref()).map_err(|problem| (at, problem))?;
        }
        if let Some(empty) = self
            .gaps
            .iter()
            .flatten()
            .find(|code| code.trim().is_empty())
        {
            return Err((
                start,
                format!(
                    "gaps `{empty}`: a code that is not empty is allowed; empty values are missing anyway"
                ),
            ));
        }
        Ok(ColumnSettings {
            kind,
            gaps: self.gaps,
            levels: self.levels.map(Spanned::into_inner),
            is_used: self.is_used,
        })
    }
}

fn check_levels(kind: Option<Kind>, levels: &[String]) -> Result<(), String> {
    let twice = (1..levels.len()).find(|&at| levels[..at].contains(&levels[at]));
    match kind {
        Some(Kind::Ordered) if levels.len() < 2 => {
            Err("levels of an ordered category: two or more are allowed".to_owned())
        }
        Some(Kind::YesNo) if levels.len() != 2 => {
            Err("levels of `yes-no`: two are allowed, no first and yes second".to_owned())
        }
        Some(Kind::Ordered | Kind::YesNo) => match twice {
            None => Ok(()),
            Some(at) => Err(format!(
                "levels: `{}` is there twice; each is allowed once",
                levels[at]
            )),
        },
        _ => Err("levels are allowed with kind = \"ordered\" or kind = \"yes-no\" only".to_owned()),
    }
}

/// The column whose table begins last before this place.
fn column_before(text: &str, at: usize) -> Option<String> {
    let end = text[at.min(text.len())..]
        .find('\n')
        .map_or(text.len(), |length| at + length);
    let header = text
        .get(..end)?
        .lines()
        .rev()
        .find_map(|line| line.trim().strip_prefix("[column."))?;
    let name = header.split(']').next().unwrap_or(header).trim();
    Some(name.trim_matches(&['"', '\''][..]).to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_are_read() {
        let text = "gaps = [\"-9\"]\n[column.AGEP]\nkind = \"number\"\ngaps = [\"N\"]\n\n[column.\"a b\"]\nkind = \"ordered\"\nlevels = [\"low\", \"high\"]\n\n[column.zip]\nuse = false\n";
        let settings = Settings::parse("columns.toml", text).unwrap();
        assert_eq!(settings.gaps, ["-9"]);
        assert_eq!(settings.of("AGEP").unwrap().kind, Some(Kind::Number));
        assert_eq!(
            settings.of("AGEP").unwrap().gaps.as_deref(),
            Some(&["N".to_owned()][..])
        );
        assert_eq!(
            settings.of("a b").unwrap().levels.as_ref().unwrap().len(),
            2
        );
        assert!(!settings.of("zip").unwrap().is_used && settings.of("AGEP").unwrap().is_used);
        assert_eq!(settings.of("x"), None);
    }

    #[test]
    fn errors_name_the_line_the_column_and_what_is_allowed() {
        for (text, message) in [
            (
                "\n[column.a]\nkind = 3",
                "columns.toml:3: column `a`: invalid type: integer `3`, expected a string",
            ),
            (
                "[column.a]\nknd = \"code\"",
                "columns.toml:2: column `a`: unknown field `knd`, expected one of `kind`, `gaps`, `levels`, `use`",
            ),
            (
                "[column.a]\nuse = \"no\"",
                "columns.toml:2: column `a`: invalid type: string \"no\", expected a boolean",
            ),
            (
                "[column.\"b c\"]\nkind = \"code\"\nlevels = [\"1\"]",
                "columns.toml:3: column `b c`: levels are allowed with kind = \"ordered\" or kind = \"yes-no\" only",
            ),
            (
                "[column.a]\nkind = \"ordered\"\nlevels = [\"1\", \"1\"]",
                "columns.toml:3: column `a`: levels: `1` is there twice; each is allowed once",
            ),
            (
                "[column.a]\ngaps = [\"\"]",
                "columns.toml:1: column `a`: gaps ``: a code that is not empty is allowed; empty values are missing anyway",
            ),
            (
                "[colum.a]\n",
                "columns.toml:1: unknown field `colum`, expected `gaps` or `column`",
            ),
        ] {
            let error = Settings::parse("columns.toml", text).unwrap_err();
            assert_eq!(error.to_string(), message);
        }
    }
}
