//! Attributes of an image from the text members of its sample: `.cls`, `.txt` and their like are a value
//! each, `.json` is a flat object of values.

use serde_json::{Map, Value};

/// Extensions of members that are one value, as WebDataset has them.
const VALUES: [&str; 10] = [
    "class",
    "cls",
    "cls2",
    "count",
    "id",
    "index",
    "inx",
    "text",
    "transcript",
    "txt",
];
const OBJECT: &str = "json";

/// True if a member of that extension (all after the first dot) is text that describes the sample.
pub(super) fn is_text(extension: &str) -> bool {
    let last = last(extension);
    last == OBJECT || VALUES.contains(&last)
}

/// What a text member says.
pub(super) enum Text {
    Value(String),
    Object(Vec<(String, String)>),
}

impl Text {
    /// The attributes of a member of that extension: `cls` is one of that name, `gender.txt` is `gender`, and an
    /// object is as many as it has plain values.
    pub(super) fn named(self, extension: &str) -> Vec<(String, String)> {
        match self {
            Self::Value(value) => {
                let name = extension
                    .rsplit_once('.')
                    .map_or(extension, |(name, _)| name);
                vec![(name.to_owned(), value)]
            }
            Self::Object(values) => values,
        }
    }
}

/// Reads a text member: the last extension says whether it is a value or an object.
///
/// # Errors
/// Text that is not UTF-8, or no JSON object, in words.
pub(super) fn read(extension: &str, bytes: Vec<u8>) -> Result<Text, String> {
    let text = String::from_utf8(bytes).map_err(|_| "not UTF-8 text".to_owned())?;
    if last(extension) == OBJECT {
        let object: Map<String, Value> = serde_json::from_str(&text)
            .map_err(|error| format!("not a JSON object of values: {error}"))?;
        let values = object.into_iter().filter_map(plain);
        return Ok(Text::Object(values.collect()));
    }
    Ok(Text::Value(text.trim().to_owned()))
}

/// Lists and objects are no attributes.
fn plain((name, value): (String, Value)) -> Option<(String, String)> {
    let value = match value {
        Value::Null => String::new(),
        Value::Bool(value) => value.to_string(),
        Value::Number(value) => value.to_string(),
        Value::String(value) => value.trim().to_owned(),
        Value::Array(_) | Value::Object(_) => return None,
    };
    Some((name, value))
}

fn last(extension: &str) -> &str {
    extension.rsplit('.').next().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn values(extension: &str, text: &str) -> Vec<(String, String)> {
        read(extension, text.into()).unwrap().named(extension)
    }

    fn pair(name: &str, value: &str) -> (String, String) {
        (name.to_owned(), value.to_owned())
    }

    #[test]
    fn a_text_member_is_a_value_and_an_object_is_several() {
        assert_eq!(values("cls", "3\n"), [pair("cls", "3")]);
        assert_eq!(values("gender.txt", " Female"), [pair("gender", "Female")]);
        let object = r#"{"race": "Black", "age": 31, "seen": true, "box": [1, 2], "who": null}"#;
        let expected = [
            pair("race", "Black"),
            pair("age", "31"),
            pair("seen", "true"),
            pair("who", ""),
        ];
        assert_eq!(values("json", object), expected);
        assert!(is_text("cls") && is_text("seg.json") && !is_text("jpg") && !is_text(""));
    }

    #[test]
    fn text_that_cannot_be_read_is_refused() {
        let refused = |extension, bytes: &[u8]| read(extension, bytes.into()).err().unwrap();
        assert_eq!(refused("txt", &[0xFF]), "not UTF-8 text");
        assert!(refused("json", b"[1]").contains("JSON object"));
    }
}
