//! Dialects of delimited text: what separates values, found out from the beginning of a file.

/// The delimiters that are tried, the likelier first.
const DELIMITERS: [u8; 4] = [b',', b';', b'\t', b'|'];
/// How many lines behind the header must agree with it.
const LINES: usize = 5;

/// How a file of delimited text is to be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Dialect {
    pub(crate) delimiter: u8,
    /// Length of a first line such as `sep=;`, its end included; 0 without one.
    pub(crate) sep_line: usize,
}

impl Dialect {
    /// Lines as they are: text has no such character.
    pub(crate) const LINES: Self = Self {
        delimiter: 0x1f,
        sep_line: 0,
    };

    /// From the beginning of a file. `tabs`: its name says that tabs separate values.
    pub(crate) fn sniff(start: &[u8], tabs: bool) -> Self {
        let (delimiter, sep_line) = sep_line(start).unwrap_or_else(|| (delimiter(start, tabs), 0));
        Self {
            delimiter,
            sep_line,
        }
    }

    /// Whether a comma within a value can be a decimal sign.
    pub(crate) fn decimal_comma(self) -> bool {
        self.delimiter != b','
    }

    /// The delimiter's name in messages, `None` for the comma.
    pub(crate) fn name(self) -> Option<&'static str> {
        match self.delimiter {
            b',' => None,
            b';' => Some("semicolons"),
            b'\t' => Some("tabs"),
            b'|' => Some("pipes"),
            _ => Some("the character that its first line names"),
        }
    }
}

/// Excel's `sep=;` in the first line, and the length of that line.
fn sep_line(start: &[u8]) -> Option<(u8, usize)> {
    let end = start
        .iter()
        .position(|byte| matches!(byte, b'\n' | b'\r'))?;
    let line = &start[..end];
    let line = line
        .strip_prefix(b"\"")
        .and_then(|line| line.strip_suffix(b"\""))
        .unwrap_or(line);
    let (word, delimiter) = line.split_at_checked(4)?;
    let [delimiter] = delimiter else { return None };
    let known = word.eq_ignore_ascii_case(b"sep=") && delimiter.is_ascii() && *delimiter != b'"';
    let length = end
        + if start[end..].starts_with(b"\r\n") {
            2
        } else {
            1
        };
    known.then_some((*delimiter, length))
}

/// The delimiter that the header has most of, among those that the lines behind it have as often, if there are
/// such. A tie is the comma's.
fn delimiter(start: &[u8], tabs: bool) -> u8 {
    let lines = counts(start);
    let Some((header, body)) = lines.split_first() else {
        return b',';
    };
    if tabs && header[2] > 0 {
        return b'\t';
    }
    let agrees = |at: &usize| header[*at] > 0 && body.iter().all(|line| line[*at] == header[*at]);
    let positions = || (0..DELIMITERS.len()).rev();
    // `max_by_key` keeps the last of equals.
    let best = positions().filter(agrees).max_by_key(|&at| header[at]);
    let best = best.or_else(|| positions().max_by_key(|&at| header[at]));
    best.map_or(b',', |at| DELIMITERS[at])
}

/// How often each delimiter stands outside quotes, for the first lines that aren't empty.
fn counts(start: &[u8]) -> Vec<[usize; 4]> {
    let mut lines = Vec::new();
    let (mut line, mut quoted, mut empty) = ([0; 4], false, true);
    for &byte in start {
        match byte {
            b'"' => quoted = !quoted,
            b'\n' | b'\r' if !quoted => {
                if !empty {
                    lines.push(std::mem::take(&mut line));
                }
                empty = true;
                if lines.len() > LINES {
                    return lines;
                }
                continue;
            }
            _ if quoted => {}
            _ => {
                if let Some(at) = DELIMITERS.iter().position(|&delimiter| delimiter == byte) {
                    line[at] += 1;
                }
            }
        }
        empty = false;
    }
    // The last line may be cut off; it is a whole one only as the header.
    if lines.is_empty() && !empty {
        lines.push(line);
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_delimiter_is_the_one_that_the_lines_agree_on() {
        for (text, tabs, delimiter) in [
            ("a,b\n1,2\n", false, b','),
            ("a;b\n1;2\n", false, b';'),
            ("a\tb\n", false, b'\t'),
            ("a|b|c\n", false, b'|'),
            ("a\n1;2\n", false, b','),
            ("a,b;c\n", false, b','),
            ("id;truth;p\n1;M;0,5\n2;F;0,25\n", false, b';'),
            ("id;first, last, middle\n1;A, B\n2;C\n", false, b';'),
            ("\"a,b,c\";d\n", false, b';'),
            ("\n\na;b\n", false, b';'),
            ("a, b, c\td\n", true, b'\t'),
            ("a,b\n", true, b','),
            ("", false, b','),
        ] {
            assert_eq!(
                Dialect::sniff(text.as_bytes(), tabs).delimiter,
                delimiter,
                "{text:?}"
            );
        }
    }

    #[test]
    fn a_line_of_excel_names_the_delimiter() {
        for (text, delimiter, length) in [
            ("sep=;\na,b\n", b';', 6),
            ("SEP=|\r\na|b\r\n", b'|', 7),
            ("\"sep=\t\"\ra\tb", b'\t', 8),
            ("sep=,;\n", b',', 0),
        ] {
            let dialect = Dialect::sniff(text.as_bytes(), false);
            assert_eq!(
                (dialect.delimiter, dialect.sep_line),
                (delimiter, length),
                "{text:?}"
            );
        }
    }
}
