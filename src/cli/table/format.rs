//! How tables and sentences are set: for a screen of some width, or as Markdown.

use super::grid::Table;
use comfy_table::presets::ASCII_MARKDOWN;
use comfy_table::{ContentArrangement, LineStyle, TableStyle};
use evenhand::text::visible;
use std::{env, io};
use terminal_size::{Width, terminal_size_of};
use textwrap::core::display_width;
use textwrap::{Options, WordSplitter};

/// Columns where there is no screen.
const WIDTH: u16 = 100;
/// No screen is taken for narrower.
const NARROWEST: u16 = 20;
/// Sentences of longer lines are hard to read.
const LONGEST_LINE: u16 = 100;
/// A word that is longer may be broken.
const LONGEST_WORD: usize = 24;
/// Beside the text of a column: a space on either side, and one between columns.
const PADDING: usize = 3;

const STYLE: TableStyle =
    TableStyle::new().header_separator(LineStyle::none().fill('─').junction('─'));

/// The width of the screen: what `COLUMNS` says, or the terminal.
pub fn screen() -> Option<u16> {
    let said = env::var("COLUMNS")
        .ok()
        .and_then(|text| text.trim().parse::<u16>().ok());
    let said = said.filter(|&width| width > 0);
    let width = said.or_else(|| terminal_size_of(io::stdout()).map(|(Width(width), _)| width));
    width.map(|width| width.max(NARROWEST))
}

/// How tables and sentences are set.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// At most so many columns wide.
    Terminal {
        width: u16,
    },
    Markdown,
}

impl Format {
    /// For the screen that there is; 100 columns where there is none.
    pub fn terminal() -> Self {
        let width = screen().unwrap_or(WIDTH);
        Self::Terminal { width }
    }

    pub fn table(self) -> Table {
        let mut table = Table::new();
        table.force_no_tty();
        match self {
            Self::Terminal { width } => table
                .load_style(STYLE)
                .set_width(width)
                .set_content_arrangement(ContentArrangement::Dynamic),
            Self::Markdown => table
                .load_style(ASCII_MARKDOWN)
                .set_content_arrangement(ContentArrangement::Disabled),
        };
        table
    }

    /// The text of a table. Where a screen has no room for the words of its columns, each row is a list.
    pub fn laid_out(self, table: &Table) -> String {
        match self {
            Self::Terminal { width } if needed(table, longest_word) > usize::from(width) => {
                self.as_lists(table)
            }
            _ => table.trim_fmt(),
        }
    }

    /// Whether no cell of a table needs a second line.
    pub fn has_room(self, table: &Table) -> bool {
        match self {
            Self::Terminal { width } => needed(table, display_width) <= usize::from(width),
            Self::Markdown => true,
        }
    }

    fn as_lists(self, table: &Table) -> String {
        let titles = table.header().map(texts).unwrap_or_default();
        let indent = titles
            .iter()
            .skip(1)
            .map(|title| display_width(title))
            .max();
        let rows = table.row_iter().map(|row| {
            let cells = texts(row);
            let (name, rest) = cells
                .split_first()
                .map_or(("", &[][..]), |(name, rest)| (name, rest));
            // A mark without a title stands behind the name.
            let mark = titles
                .iter()
                .skip(1)
                .zip(rest)
                .filter(|(title, _)| title.is_empty());
            let marks: String = mark.map(|(_, mark)| format!(" {mark}")).collect();
            let lines = titles.iter().skip(1).zip(rest);
            let lines = lines.filter(|(title, text)| !title.is_empty() && !text.trim().is_empty());
            let lines =
                lines.map(|(title, text)| self.named(title, indent.unwrap_or(0), text.trim()));
            let head = self.sentence(format!("{name}{marks}").trim_end());
            std::iter::once(head)
                .chain(lines)
                .collect::<Vec<_>>()
                .join("\n")
        });
        let head = titles
            .first()
            .map(|title| format!("{title}:\n"))
            .unwrap_or_default();
        head + &rows.collect::<Vec<_>>().join("\n")
    }

    /// Text from the data, which must not end a cell.
    pub fn cell(self, text: &str) -> String {
        match self {
            Self::Terminal { .. } => text.to_owned(),
            Self::Markdown => text
                .replace('&', "&amp;")
                .replace('<', "&lt;")
                .replace('|', "\\|"),
        }
    }

    pub fn sentence(self, text: &str) -> String {
        let text = visible(text);
        match self {
            Self::Terminal { width } => {
                // A hyphen may stand between the ends of an interval.
                let whole_words = WordSplitter::NoHyphenation;
                let width = usize::from(width.min(LONGEST_LINE));
                textwrap::fill(&text, Options::new(width).word_splitter(whole_words))
            }
            Self::Markdown => format!("{text}\n"),
        }
    }

    /// A sentence of a list, its further lines indented.
    pub fn item(self, text: &str) -> String {
        let text = visible(text);
        let Self::Terminal { width } = self else {
            return format!("- {text}\n");
        };
        let lead = text.len() - text.trim_start().len();
        let (first, rest) = (" ".repeat(2 + lead), " ".repeat(4 + lead));
        let options = Options::new(usize::from(width.min(LONGEST_LINE)))
            .initial_indent(&first)
            .subsequent_indent(&rest)
            .word_splitter(WordSplitter::NoHyphenation);
        textwrap::fill(text.trim_start(), options)
    }

    /// A line of a list: a name, filled up to `column` columns, and what there is to say.
    pub fn named(self, name: &str, column: usize, text: &str) -> String {
        let (name, text) = (visible(name), visible(text));
        let fill = " ".repeat(column.saturating_sub(display_width(&name)));
        let line = format!("  {name}{fill} {text}");
        match self {
            Self::Terminal { width } if display_width(&line) > usize::from(width) => {
                let options = Options::new(usize::from(width))
                    .initial_indent("  ")
                    .subsequent_indent("      ")
                    .word_splitter(WordSplitter::NoHyphenation);
                textwrap::fill(&format!("{name} {}", text.trim_start()), options)
            }
            _ => line,
        }
    }
}

fn texts(row: &comfy_table::Row) -> Vec<String> {
    row.cell_iter().map(comfy_table::Cell::content).collect()
}

fn longest_word(text: &str) -> usize {
    let words = text.split_whitespace().map(display_width);
    words.max().unwrap_or(0).min(LONGEST_WORD)
}

/// Columns that a table takes, if `of` says what each of its texts takes.
fn needed(table: &Table, of: impl Fn(&str) -> usize) -> usize {
    let rows = table.header().into_iter().chain(table.row_iter());
    let mut widths: Vec<usize> = Vec::new();
    for row in rows {
        for (at, text) in texts(row).iter().enumerate() {
            if at == widths.len() {
                widths.push(0);
            }
            widths[at] = widths[at].max(of(text));
        }
    }
    widths.iter().map(|width| width + PADDING).sum()
}

#[cfg(test)]
mod tests;
