//! File-name patterns: `{age}_{gender}_{race}_*` takes a name apart, and a template such as
//! `faces/{user_id}/{face_id}.jpg` puts a path together.

use super::DatasetError;

#[derive(Debug, Clone, PartialEq, Eq)]
enum Token {
    Literal(String),
    Field(String),
    Anything,
}

fn tokens(text: &str) -> Result<Vec<Token>, String> {
    let mut tokens = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        match first {
            '*' => {
                tokens.push(Token::Anything);
                rest = &rest[1..];
            }
            '{' => {
                let end = rest.find('}').ok_or("a `{` is not closed")?;
                let name = rest[1..end].trim();
                if name.is_empty() || name.contains('{') {
                    return Err(format!("`{}` is not the name of a column", &rest[..=end]));
                }
                if tokens.contains(&Token::Field(name.to_owned())) {
                    return Err(format!("`{{{name}}}` occurs twice"));
                }
                tokens.push(Token::Field(name.to_owned()));
                rest = &rest[end + 1..];
            }
            '}' => return Err("a `}` was never opened".to_owned()),
            _ => {
                let end = rest.find(['*', '{', '}']).unwrap_or(rest.len());
                tokens.push(Token::Literal(rest[..end].to_owned()));
                rest = &rest[end..];
            }
        }
    }
    Ok(tokens)
}

/// A pattern over file names without their extension. `{name}` takes what is there up to the
/// first occurrence of the text that follows, or to the end, but no separator like the one before
/// it; `*` takes anything.
#[derive(Debug, Clone)]
pub(super) struct Pattern {
    tokens: Vec<Token>,
}

impl Pattern {
    /// # Errors
    /// A brace that is not closed, a pattern without fields, or a field with no text after it to
    /// tell where it ends.
    pub(super) fn new(text: &str) -> Result<Self, DatasetError> {
        let bad = |problem| DatasetError::Pattern {
            pattern: text.to_owned(),
            problem,
        };
        let tokens = tokens(text).map_err(bad)?;
        for pair in tokens.windows(2) {
            if let [Token::Field(name), Token::Field(_) | Token::Anything] = pair {
                return Err(bad(format!("nothing tells where `{{{name}}}` ends")));
            }
        }
        if !tokens.iter().any(|token| matches!(token, Token::Field(_))) {
            return Err(bad("it has no `{column}`".to_owned()));
        }
        Ok(Self { tokens })
    }

    pub(super) fn fields(&self) -> impl Iterator<Item = &str> {
        self.tokens.iter().filter_map(|token| match token {
            Token::Field(name) => Some(name.as_str()),
            Token::Literal(_) | Token::Anything => None,
        })
    }

    /// The fields' values in order, or `None` where the name is of another shape.
    pub(super) fn take_apart<'a>(&self, name: &'a str) -> Option<Vec<&'a str>> {
        let mut values = Vec::new();
        matches(&self.tokens, 0, name, &mut values).then_some(values)
    }
}

fn matches<'a>(tokens: &[Token], at: usize, name: &'a str, values: &mut Vec<&'a str>) -> bool {
    match tokens.get(at) {
        None => name.is_empty(),
        Some(Token::Literal(text)) => name
            .strip_prefix(text.as_str())
            .is_some_and(|name| matches(tokens, at + 1, name, values)),
        Some(Token::Field(_)) => {
            let end = match tokens.get(at + 1) {
                Some(Token::Literal(text)) => name.find(text.as_str()),
                _ => Some(name.len()),
            };
            let Some((value, name)) = end.map(|end| name.split_at(end)) else {
                return false;
            };
            if separator(tokens, at).is_some_and(|separator| value.contains(separator)) {
                return false;
            }
            values.push(value.trim());
            matches(tokens, at + 1, name, values)
        }
        Some(Token::Anything) => {
            let taken = values.len();
            name.char_indices()
                .map(|(start, _)| start)
                .chain([name.len()])
                .any(|start| {
                    values.truncate(taken);
                    matches(tokens, at + 1, &name[start..], values)
                })
        }
    }
}

/// The text before a field, where it is no word.
fn separator(tokens: &[Token], field: usize) -> Option<&str> {
    match tokens.get(field.checked_sub(1)?) {
        Some(Token::Literal(text)) if !text.contains(char::is_alphanumeric) => Some(text),
        _ => None,
    }
}

/// A path written with the columns of its row.
#[derive(Debug, Clone)]
pub(super) struct Template {
    parts: Vec<Part>,
}

#[derive(Debug, Clone)]
enum Part {
    Text(String),
    Column(usize),
}

impl Template {
    /// # Errors
    /// A brace that is not closed, a `*`, or a column that `column` does not know.
    pub(super) fn new(
        text: &str,
        column: impl Fn(&str) -> Result<usize, DatasetError>,
    ) -> Result<Self, DatasetError> {
        let bad = |problem| DatasetError::Pattern {
            pattern: text.to_owned(),
            problem,
        };
        let parts = tokens(text)
            .map_err(bad)?
            .into_iter()
            .map(|token| match token {
                Token::Literal(text) => Ok(Part::Text(text)),
                Token::Field(name) => Ok(Part::Column(column(&name)?)),
                Token::Anything => Err(bad("a template of paths takes no `*`".to_owned())),
            });
        Ok(Self {
            parts: parts.collect::<Result<_, _>>()?,
        })
    }

    pub(super) fn fill(&self, values: &[String]) -> String {
        let text = |part: &Part| match part {
            Part::Text(text) => text.clone(),
            Part::Column(column) => values[*column].clone(),
        };
        self.parts.iter().map(text).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_end_at_the_text_that_follows() {
        let cases: [(&str, &str, Option<&[&str]>); 10] = [
            (
                "{age}_{gender}_{race}_*",
                "26_1_3_20170119",
                Some(&["26", "1", "3"]),
            ),
            ("{age}_{gender}_{race}_*", "61_1_20170109", None),
            ("{age}_{gender}_{race}_*", "61_1__x", Some(&["61", "1", ""])),
            ("{age}_{gender}", "26_1_3", None),
            ("*-{age}", "a-b-31", Some(&["31"])),
            ("*_{age}y_*", "ab_c_31y_2", Some(&["31"])),
            ("id*x{age}", "id1xx7", Some(&["x7"])),
            ("{who}_front", "ann_front", Some(&["ann"])),
            ("{who}_front", "ann_side", None),
            ("foto {name}", "foto Zoë", Some(&["Zoë"])),
        ];
        for (pattern, name, expected) in cases {
            let found = Pattern::new(pattern).unwrap().take_apart(name);
            assert_eq!(found.as_deref(), expected, "{pattern} on {name}");
        }
    }

    #[test]
    fn a_pattern_that_cannot_be_read_is_an_error() {
        for pattern in [
            "{age}{gender}",
            "{age}*",
            "{age",
            "age}",
            "{}_*",
            "img_*",
            "{a}_{a}",
        ] {
            assert!(Pattern::new(pattern).is_err(), "{pattern}");
        }
    }

    #[test]
    fn a_template_writes_the_path_from_its_columns() {
        let columns = ["user_id", "face_id"];
        let column = |name: &str| {
            columns
                .iter()
                .position(|known| *known == name)
                .ok_or(DatasetError::Pattern {
                    pattern: name.to_owned(),
                    problem: String::new(),
                })
        };
        let template = Template::new("faces/{user_id}/f.{face_id}.jpg", column).unwrap();
        assert_eq!(
            template.fill(&["7@N0".to_owned(), "12".to_owned()]),
            "faces/7@N0/f.12.jpg"
        );
        assert!(Template::new("{nobody}", column).is_err());
    }
}
