//! Names that the user gives to values: `F=Female,f=Female`.

use crate::repairs::Counts;
use crate::same_number::same_value;
use evenhand_stats::groups::{UnknownColumn, column};
use evenhand_stats::hint::{Hint, Message};
use evenhand_stats::text::{counted, listed, quoted};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::str::FromStr;

/// The most values that a note names.
const SHOWN: usize = 8;

/// New names of values, of one column or of all that hold labels: `gender:F=Female,f=Female`, `F=Female`. An empty new
/// name makes a value a missing one. `\` before `,`, `=` or `:` makes it a part of a value.
///
/// ```
/// use evenhand_table::Recode;
/// let names: Recode = "gender: F=Female, f=Female".parse()?;
/// assert_eq!((names.of("f"), names.of("M")), (Some("Female"), None));
/// assert_eq!(names.to_string(), "gender:F=Female,f=Female");
/// # Ok::<(), evenhand_table::RecodeError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Recode {
    /// `None` for the columns of labels, codes and predictions.
    pub column: Option<String>,
    names: BTreeMap<String, String>,
}

impl Recode {
    /// From pairs of an old and a new name.
    pub fn new(column: Option<&str>, names: impl IntoIterator<Item = (String, String)>) -> Self {
        Self {
            column: column.map(str::to_owned),
            names: names.into_iter().collect(),
        }
    }

    /// The new name of a value, or of the same number; `None` for one that keeps its own.
    pub fn of(&self, value: &str) -> Option<&str> {
        self.pair(value).map(|(_, new)| new.as_str())
    }

    fn pair(&self, value: &str) -> Option<(&String, &String)> {
        let same = || self.names.iter().find(|(old, _)| same_value(old, value));
        self.names.get_key_value(value).or_else(same)
    }

    /// Whether it is for a column, which may be one of labels.
    pub fn is_for(&self, name: &str, is_label: bool) -> bool {
        self.column
            .as_deref()
            .map_or(is_label, |column| column == name)
    }

    /// Checks that each column that is named is in one of the tables, which have these columns.
    ///
    /// # Errors
    /// The first that is in none.
    pub fn check(all: &[Self], columns: &[&[String]]) -> Result<(), RecodeError> {
        let known: Vec<String> = columns.concat();
        let named = all.iter().filter_map(|names| names.column.as_deref());
        for name in named {
            column(name, &known).map_err(RecodeError::Column)?;
        }
        Ok(())
    }

    /// What to say of the columns that it was for, with their rows by value.
    pub fn notes(&self, columns: &[(&str, Counts)]) -> Vec<Message> {
        let mut found: BTreeSet<&String> = BTreeSet::new();
        let mut notes = Vec::new();
        for (column, counts) in columns {
            let renamed = counts.iter().filter_map(|(value, n)| {
                let (old, new) = self.pair(value)?;
                found.insert(old);
                Some((value, new, n))
            });
            let renamed: Vec<_> = renamed.collect();
            let rows: u64 = renamed.iter().map(|(.., n)| *n).sum();
            let pairs = renamed.iter().map(|(value, new, _)| match new.as_str() {
                "" => format!("`{value}` → missing"),
                new => format!("`{value}` → `{new}`"),
            });
            if rows > 0 {
                notes.push(Message::plain(format!(
                    "{column}: {} renamed, as asked ({})",
                    counted(rows, "value"),
                    listed(pairs, SHOWN)
                )));
            }
        }
        let absent = self.names.keys().filter(|old| !found.contains(old));
        let absent: Vec<&String> = absent.collect();
        if !absent.is_empty() && !columns.is_empty() {
            let columns: Vec<&str> = columns.iter().map(|(column, _)| *column).collect();
            let (columns, absent) = (columns.join(", "), quoted(absent));
            notes.push(Message::plain(format!("{columns}: no value is {absent}")));
        }
        notes
    }
}

impl FromStr for Recode {
    type Err = RecodeError;

    fn from_str(text: &str) -> Result<Self, RecodeError> {
        let wrong = |problem| RecodeError::Form {
            text: text.to_owned(),
            problem,
        };
        let (column, pairs) = match split_once(text, ':') {
            // A colon behind the first `=` belongs to a value.
            Some((column, pairs)) if split_once(column, '=').is_none() => {
                (Some(unescaped(column)), pairs)
            }
            _ => (None, text),
        };
        if column.as_deref() == Some("") {
            return Err(wrong("no column stands before the colon"));
        }
        let mut names = BTreeMap::new();
        for pair in parts(pairs, ',') {
            let (old, new) = split_once(pair, '=').ok_or_else(|| wrong("a pair has no `=`"))?;
            let (old, new) = (unescaped(old), unescaped(new));
            if old.is_empty() {
                return Err(wrong("an old value is empty"));
            }
            if names.get(&old).is_some_and(|known| *known != new) {
                return Err(wrong("a value has two new names"));
            }
            names.insert(old, new);
        }
        Ok(Self { column, names })
    }
}

impl fmt::Display for Recode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(column) = &self.column {
            write!(f, "{}:", escaped(column))?;
        }
        for (at, (old, new)) in self.names.iter().enumerate() {
            let comma = if at > 0 { "," } else { "" };
            write!(f, "{comma}{}={}", escaped(old), escaped(new))?;
        }
        Ok(())
    }
}

impl From<Recode> for String {
    fn from(names: Recode) -> Self {
        names.to_string()
    }
}

impl TryFrom<String> for Recode {
    type Error = RecodeError;

    fn try_from(text: String) -> Result<Self, RecodeError> {
        text.parse()
    }
}

/// New names that can't be given.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RecodeError {
    #[error("new names `{text}`: {problem}")]
    Form { text: String, problem: &'static str },
    #[error("new names: {0}")]
    Column(UnknownColumn),
}

impl Hint for RecodeError {
    fn hint(&self) -> Option<Message> {
        match self {
            Self::Form { .. } => Some(
                "write old and new names as in {map} F=Female,f=Female, of one column as in \
                 {map} gender:F=Female; `\\` before a comma makes it a part of a value"
                    .into(),
            ),
            Self::Column(source) => source.hint(),
        }
    }

    fn is_usage(&self) -> bool {
        true
    }
}

const SPECIAL: [char; 4] = ['\\', ',', '=', ':'];

fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        if SPECIAL.contains(&c) {
            escaped.push('\\');
        }
        escaped.push(c);
    }
    escaped
}

/// Trimmed, with each escaped character as it is.
fn unescaped(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut rest = text.trim().chars().peekable();
    while let Some(c) = rest.next() {
        let is_escape = c == '\\' && rest.peek().is_some_and(|next| SPECIAL.contains(next));
        plain.push(if is_escape {
            rest.next().unwrap_or(c)
        } else {
            c
        });
    }
    plain
}

/// Before and behind the first `separator` that isn't escaped.
fn split_once(text: &str, separator: char) -> Option<(&str, &str)> {
    let mut is_escaped = false;
    for (at, c) in text.char_indices() {
        if c == separator && !is_escaped {
            return Some((&text[..at], &text[at + c.len_utf8()..]));
        }
        is_escaped = c == '\\' && !is_escaped;
    }
    None
}

fn parts(text: &str, separator: char) -> Vec<&str> {
    let mut parts = Vec::new();
    let mut rest = text;
    while let Some((part, behind)) = split_once(rest, separator) {
        parts.push(part);
        rest = behind;
    }
    parts.push(rest);
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_read_as_they_are_written() {
        for (text, column, old, new) in [
            ("F=Female", None, "F", "Female"),
            ("gender:F=Female,f=Female", Some("gender"), "f", "Female"),
            (" my column : a b = c ", Some("my column"), "a b", "c"),
            ("12\\:30=noon", None, "12:30", "noon"),
            ("noon=12:30", None, "noon", "12:30"),
            ("a\\,b=c\\=d", None, "a,b", "c=d"),
            ("C:\\x=y", Some("C"), "\\x", "y"),
            ("unclear=", None, "unclear", ""),
            ("1=yes", None, "1.0", "yes"),
            ("1=yes,1.0=no", None, "1.0", "no"),
        ] {
            let names: Recode = text.parse().unwrap();
            assert_eq!(names.column.as_deref(), column, "{text}");
            assert_eq!(names.of(old), Some(new), "{text}");
            assert_eq!(
                names.to_string().parse::<Recode>().unwrap(),
                names,
                "{text}"
            );
        }
    }

    #[test]
    fn names_that_can_not_be_given_say_why() {
        for (text, problem) in [
            ("F", "a pair has no `=`"),
            ("", "a pair has no `=`"),
            ("F=Female,", "a pair has no `=`"),
            ("=Female", "an old value is empty"),
            (":F=Female", "no column stands before the colon"),
            ("F=Female,F=Male", "a value has two new names"),
        ] {
            let error = text.parse::<Recode>().unwrap_err().to_string();
            assert_eq!(error, format!("new names `{text}`: {problem}"));
        }
        let names: Recode = "gendre:F=Female".parse().unwrap();
        let columns = ["gender".to_owned()];
        let error = Recode::check(&[names], &[&columns]).unwrap_err();
        assert!(error.to_string().contains("no column `gendre`"), "{error}");
    }
}
