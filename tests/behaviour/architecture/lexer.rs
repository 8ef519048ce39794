//! Rust text without its comments, and its string literals apart.

/// A file's code, with `""` in the place of every string, and the strings.
pub struct Lexed {
    pub code: String,
    /// Each with its line, counted from 1.
    pub strings: Vec<(usize, String)>,
}

pub fn lex(text: &str) -> Lexed {
    let chars: Vec<char> = text.chars().collect();
    let mut lexed = Lexed {
        code: String::with_capacity(text.len()),
        strings: Vec::new(),
    };
    let mut line = 1;
    let mut at = 0;
    while at < chars.len() {
        let end = match chars[at..] {
            ['/', '/', ..] => line_end(&chars, at),
            ['/', '*', ..] => comment_end(&chars, at),
            ['"', ..] => lexed.string(line, &chars, at, Some('\\'), 0),
            ['\'', ..] => quote_end(&chars, at),
            [first, ..] if is_word(first) => lexed.word(line, &chars, at),
            [other, ..] => {
                lexed.code.push(other);
                at + 1
            }
            [] => unreachable!("the loop ends before"),
        };
        let lines = chars[at..end].iter().filter(|&&c| c == '\n').count();
        line += lines;
        if end > at + 1 && lines > 0 {
            lexed.code.extend(std::iter::repeat_n('\n', lines));
        }
        at = end;
    }
    lexed
}

impl Lexed {
    /// Takes a word, or the string that it is the prefix of (`r#"…"#`, `b"…"`); gives its end.
    fn word(&mut self, line: usize, chars: &[char], start: usize) -> usize {
        let length = chars[start..].iter().take_while(|c| is_word(**c)).count();
        let end = start + length;
        let word: String = chars[start..end].iter().collect();
        let hashes = chars[end..].iter().take_while(|c| **c == '#').count();
        let is_string = chars.get(end + hashes) == Some(&'"');
        match word.as_str() {
            "r" | "br" | "cr" if is_string => self.string(line, chars, end + hashes, None, hashes),
            "b" | "c" if is_string && hashes == 0 => self.string(line, chars, end, Some('\\'), 0),
            _ => {
                self.code.push_str(&word);
                end
            }
        }
    }

    /// Takes the string that opens at `start`; gives its end.
    fn string(
        &mut self,
        line: usize,
        chars: &[char],
        start: usize,
        escape: Option<char>,
        hashes: usize,
    ) -> usize {
        let mut at = start + 1;
        let closes = |at: usize| {
            let after = chars[at + 1..].iter().take(hashes);
            chars[at] == '"' && after.filter(|c| **c == '#').count() == hashes
        };
        while at < chars.len() && !closes(at) {
            at += if Some(chars[at]) == escape { 2 } else { 1 };
        }
        let end = at.min(chars.len());
        self.code.push_str("\"\"");
        self.strings
            .push((line, chars[start + 1..end].iter().collect()));
        (end + 1 + hashes).min(chars.len())
    }
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

/// The line break stays outside.
fn line_end(chars: &[char], start: usize) -> usize {
    let length = chars[start..].iter().position(|c| *c == '\n');
    length.map_or(chars.len(), |length| start + length)
}

fn comment_end(chars: &[char], start: usize) -> usize {
    let (mut at, mut depth) = (start, 0);
    while at < chars.len() {
        let step: isize = match chars[at..] {
            ['/', '*', ..] => 1,
            ['*', '/', ..] => -1,
            _ => 0,
        };
        depth += step;
        at += if step == 0 { 1 } else { 2 };
        if depth == 0 {
            break;
        }
    }
    at
}

/// The end of a character such as `'"'`; of a lifetime, the quote alone.
fn quote_end(chars: &[char], start: usize) -> usize {
    match chars[start + 1..] {
        ['\\', _, ref rest @ ..] => {
            let length = rest.iter().position(|c| *c == '\'').unwrap_or(rest.len());
            start + 4 + length
        }
        [_, '\'', ..] => start + 3,
        _ => start + 1,
    }
}

#[test]
fn code_and_strings_are_told_apart() {
    let text =
        "let a = \"x // \\\" --y\"; // \"no\"\nlet b = r#\"--z \" \"#; /* \"no\" */ f('\"', &'a b)";
    let Lexed { code, strings } = lex(text);
    assert_eq!(
        strings,
        [(1, "x // \\\" --y".to_owned()), (2, "--z \" ".to_owned())]
    );
    assert_eq!(code, "let a = \"\"; \nlet b = \"\";  f(, &a b)");
}
