//! Errors that know a next step, and text in which settings are named.
//!
//! A library doesn't know who shows its text: a setting is a field in Rust, an argument in Python and a
//! flag on the command line. A [`Message`] marks settings, and who shows it writes them.

use std::error::Error;
use std::fmt;

/// A sentence in which the names of settings are marked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    parts: Vec<Part>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Part {
    Text(String),
    Setting(&'static str),
}

impl Message {
    /// From a template: `{name}` is the setting of that name, each `{}` the next of `values`, and `{{`
    /// a brace.
    ///
    /// ```
    /// use evenhand_stats::hint::Message;
    /// let hint = Message::new("name one of {} with {positive}", &[&"`F`, `M`"]);
    /// assert_eq!(hint.to_string(), "name one of `F`, `M` with `positive`");
    /// assert_eq!(hint.written(|name| format!("--{name}")), "name one of `F`, `M` with --positive");
    /// ```
    ///
    /// # Panics
    /// If the template has more `{}` than there are values, or a brace without its pair.
    pub fn new(template: &'static str, values: &[&dyn fmt::Display]) -> Self {
        let mut values = values.iter();
        let mut parts = Vec::new();
        let mut text = String::new();
        let mut rest = template.chars().peekable();
        while let Some(c) = rest.next() {
            match c {
                '{' | '}' if rest.peek() == Some(&c) => text.extend(rest.next()),
                '{' => {
                    let at = template.len() - rest.clone().map(char::len_utf8).sum::<usize>();
                    let name = template[at..].split_once('}').expect("a brace is closed").0;
                    rest.nth(name.chars().count());
                    match name {
                        "" => text += &values.next().expect("each {} has a value").to_string(),
                        name => {
                            parts.push(Part::Text(std::mem::take(&mut text)));
                            parts.push(Part::Setting(name));
                        }
                    }
                }
                c => text.push(c),
            }
        }
        parts.push(Part::Text(text));
        Self { parts }
    }

    /// Text that names no setting, whatever it contains.
    pub fn plain(text: impl Into<String>) -> Self {
        Self {
            parts: vec![Part::Text(text.into())],
        }
    }

    /// The text with every setting as `setting` writes its name. Names have underscores: `min_n`.
    pub fn written(&self, setting: impl Fn(&str) -> String) -> String {
        let parts = self.parts.iter().map(|part| match part {
            Part::Text(text) => text.clone(),
            Part::Setting(name) => setting(name),
        });
        parts.collect()
    }
}

/// Settings stand in backticks.
impl fmt::Display for Message {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.written(|name| format!("`{name}`")))
    }
}

/// A template without values.
impl From<&'static str> for Message {
    fn from(template: &'static str) -> Self {
        Self::new(template, &[])
    }
}

/// An error that may know the next step.
pub trait Hint: Error {
    /// The next step, where there is one to tell.
    fn hint(&self) -> Option<Message> {
        None
    }

    /// Whether what was asked for can't be done as it was asked, rather than something having gone wrong
    /// while doing it.
    fn is_usage(&self) -> bool {
        false
    }
}

/// A setting with a value that is not allowed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SettingError {
    /// With underscores: `max_bad`.
    pub setting: &'static str,
    pub value: String,
    /// What is allowed, as in "a share is from 0 to 1".
    pub allowed: &'static str,
    pub hint: Option<Message>,
}

impl SettingError {
    pub fn new(setting: &'static str, value: impl fmt::Display, allowed: &'static str) -> Self {
        Self {
            setting,
            value: value.to_string(),
            allowed,
            hint: None,
        }
    }

    /// The same with a next step.
    pub fn with_hint(mut self, hint: impl Into<Message>) -> Self {
        self.hint = Some(hint.into());
        self
    }
}

impl fmt::Display for SettingError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            setting,
            value,
            allowed,
            hint: _,
        } = self;
        write!(f, "{} {value}: {allowed}", setting.replace('_', "-"))
    }
}

impl Error for SettingError {}

impl Hint for SettingError {
    fn hint(&self) -> Option<Message> {
        self.hint.clone()
    }

    fn is_usage(&self) -> bool {
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_taken_as_they_are() {
        let message = Message::new("{only} {}: {}", &[&"a{b}", &3]);
        assert_eq!(message.to_string(), "`only` a{b}: 3");
        assert_eq!(Message::plain("{age}_*").to_string(), "{age}_*");
        let escaped = Message::from("{pattern} \"{{age}}_*\" (é)");
        assert_eq!(escaped.to_string(), "`pattern` \"{age}_*\" (é)");
    }

    #[test]
    fn a_setting_that_is_not_allowed_says_what_is() {
        let error = SettingError::new("max_bad", 2, "a share is from 0 to 1");
        assert_eq!(error.to_string(), "max-bad 2: a share is from 0 to 1");
        assert!(error.is_usage());
    }
}
