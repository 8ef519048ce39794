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

/// The attributes in a text member: `cls` is one of that name, `gender.txt` is `gender`, and `json`
/// is as many as the object has plain values.
///
/// # Errors
/// Text that is not UTF-8, or no JSON object, in words.
pub(super) fn read(extension: &str, bytes: Vec<u8>) -> Result<Vec<(String, String)>, String> {
    let text = String::from_utf8(bytes).map_err(|_| "not UTF-8 text".to_owned())?;
    if last(extension) == OBJECT {
        let object: Map<String, Value> = serde_json::from_str(&text)
            .map_err(|error| format!("not a JSON object of values: {error}"))?;
        return Ok(object.into_iter().filter_map(plain).collect());
    }
    let name = extension
        .rsplit_once('.')
        .map_or(extension, |(name, _)| name);
    Ok(vec![(name.to_owned(), text.trim().to_owned())])
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
        read(extension, text.into()).unwrap()
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
        assert_eq!(read("txt", vec![0xFF]).unwrap_err(), "not UTF-8 text");
        assert!(
            read("json", b"[1]".into())
                .unwrap_err()
                .contains("JSON object")
        );
    }
}
