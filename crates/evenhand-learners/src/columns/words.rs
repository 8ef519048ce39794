//! A codebook as rows of text, and as settings to edit.

use super::codebook::{Codebook, CodebookColumn};
use super::kind::Kind;
use evenhand_stats::text::{TextTable, counted, listed, percent, plain, thousands};
use std::fmt::Write;

/// Levels of a column that a line shows.
const SHOWN: usize = 4;

const HEADER: &str = "\
# Columns of {source}: what each holds. Edit it, and give it with the data.
#
#   kind    number, category, ordered, yes-no, code: can be features; code: digits that are labels.
#           identifier, constant, constant-within, date, text: are no features.
#   gaps    codes that say why there is no answer, such as [\"N\", \"-9\"]; empty values are missing anyway.
#   levels  of `ordered` from low to high; of `yes-no` no and yes.
#   use     false: never a feature, unless it is named.
#
# A line that is taken out is found from the values again.
";

impl Codebook {
    /// A line for each column.
    pub fn table(&self) -> TextTable {
        let header = ["column", "kind", "missing", "gap codes", "values", "why"];
        let rows = self.columns.iter().map(|column| {
            let missing = match column.missing {
                0 => String::new(),
                rows => share(rows, column.rows),
            };
            let gaps = column
                .gaps
                .iter()
                .map(|gap| format!("{} {}", gap.code, share(gap.rows, column.rows)));
            let gaps = listed(gaps, SHOWN);
            vec![
                column.name.clone(),
                column.kind_in_words(),
                missing,
                gaps,
                column.values(),
                column.why.clone(),
            ]
        });
        TextTable {
            header: header.map(str::to_owned).to_vec(),
            rows: rows.collect(),
        }
    }

    /// The text of `columns.toml`: every column with its kind, gap codes and levels, to be edited and read by
    /// [`Settings::parse`](super::Settings::parse). `source` is the name of the table.
    pub fn to_toml(&self, source: &str) -> String {
        let mut text = HEADER.replace("{source}", &one_line(source));
        let everywhere = self.gaps_everywhere();
        if !everywhere.is_empty() {
            let _ = write!(
                text,
                "\n# Gap codes of every column.\ngaps = [{}]\n",
                array(&everywhere)
            );
        }
        for column in &self.columns {
            let _ = write!(text, "\n[column.{}]", key(&column.name));
            if let Some(role) = column.role {
                let _ = write!(text, " # role: {}", role.name());
            }
            let why = one_line(&column.why);
            let _ = write!(text, "\nkind = \"{}\" # {why}\n", column.kind.name());
            if column.kind.has_levels() && !column.kind.has_order() {
                let levels = column.levels.iter().map(|level| level.level.clone());
                let _ = writeln!(text, "# levels: {}", one_line(&listed(levels, 2 * SHOWN)));
            }
            if column.kind.has_order() {
                let _ = writeln!(text, "levels = [{}]", array(&column.order));
            }
            let codes = column.gap_codes();
            let codes: Vec<String> = codes
                .filter(|code| !everywhere.contains(code))
                .cloned()
                .collect();
            if !codes.is_empty() {
                let _ = writeln!(text, "gaps = [{}]", array(&codes));
            }
            if !column.is_used {
                text.push_str("use = false\n");
            }
        }
        text
    }
}

impl Codebook {
    /// The gap codes that were named for every column.
    fn gaps_everywhere(&self) -> Vec<String> {
        let Some(first) = self.columns.first() else {
            return Vec::new();
        };
        let in_all = |code: &&String| {
            self.columns
                .iter()
                .all(|column| column.gap_codes().any(|own| own == *code))
        };
        first.gap_codes().filter(in_all).cloned().collect()
    }
}

impl CodebookColumn {
    /// Its gap codes: those that occur, and those that were named and do not.
    fn gap_codes(&self) -> impl Iterator<Item = &String> {
        self.gaps
            .iter()
            .map(|gap| &gap.code)
            .chain(&self.other_gaps)
    }

    /// Whether its values are numbers that are no labels, feature or not.
    pub fn is_quantity(&self) -> bool {
        let kind = if self.kind == Kind::ConstantWithin {
            Kind::Number
        } else {
            self.kind
        };
        kind == Kind::Number && self.numbers.is_some()
    }

    /// Its kind, with `?` where another is about as likely, and its role.
    pub fn kind_in_words(&self) -> String {
        let unsure = if self.unsure { " ?" } else { "" };
        let kind = format!("{}{unsure}", self.kind.words());
        match self.role {
            Some(role) => format!("{kind}, {}", role.name()),
            None if !self.is_used => format!("{kind}, not used"),
            None => kind,
        }
    }

    /// Its numbers or most frequent levels, in one line.
    pub fn values(&self) -> String {
        let levels = || {
            let levels = self
                .levels
                .iter()
                .map(|level| format!("{} {}", level.level, share(level.rows, self.rows)));
            listed(levels, SHOWN)
        };
        match (&self.numbers, self.kind) {
            (Some(numbers), Kind::Number) => {
                let median = numbers.quantile(0.5).unwrap_or(f64::NAN);
                format!(
                    "{} to {}, median {}",
                    plain(numbers.min),
                    plain(numbers.max),
                    plain(median)
                )
            }
            (_, kind) if kind.has_levels() => levels(),
            _ => counted(self.distinct, "different value"),
        }
    }

    /// Numbers of the column by name, for a page: rows with a value, missing ones, moments and quantiles.
    pub fn facts(&self) -> Vec<(String, String)> {
        let of_rows = |name: &str, rows: u64| {
            (
                name.to_owned(),
                format!("{} ({})", thousands(rows), share(rows, self.rows)),
            )
        };
        let gaps: u64 = self.gaps.iter().map(|gap| gap.rows).sum();
        let mut facts = vec![of_rows(
            "rows with a value",
            self.rows - self.missing - gaps,
        )];
        if self.missing > 0 {
            facts.push(of_rows("missing", self.missing));
        }
        facts.extend(
            self.gaps
                .iter()
                .map(|gap| of_rows(&format!("gap code {}", gap.code), gap.rows)),
        );
        facts.push(("different values".to_owned(), thousands(self.distinct)));
        if let Some(numbers) = self.numbers.as_ref().filter(|_| self.kind == Kind::Number) {
            let quartiles =
                [0.25, 0.5, 0.75].map(|share| plain(numbers.quantile(share).unwrap_or(f64::NAN)));
            facts.push((
                "mean (standard deviation)".to_owned(),
                format!("{} ({})", rounded(numbers.mean), rounded(numbers.sd)),
            ));
            facts.push(("quartiles".to_owned(), quartiles.join(", ")));
            facts.push((
                "from, to".to_owned(),
                format!("{}, {}", plain(numbers.min), plain(numbers.max)),
            ));
            if numbers.zeros > 0 {
                facts.push(of_rows("exactly 0", numbers.zeros));
            }
        }
        facts
    }
}

/// With four digits, or all before the point.
fn rounded(number: f64) -> String {
    let digits = number.abs().max(1.0).log10().floor() as i32;
    let decimals = usize::try_from(3 - digits).unwrap_or(0);
    plain(format!("{number:.decimals$}").parse().unwrap_or(number))
}

fn share(rows: u64, all: u64) -> String {
    percent(rows as f64 / all.max(1) as f64)
}

/// A comment has one line.
fn one_line(text: &str) -> String {
    text.replace(|c: char| c.is_control(), " ")
}

/// A name as a key of TOML: bare where its signs allow it.
fn key(name: &str) -> String {
    let is_bare = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-');
    match !name.is_empty() && name.chars().all(is_bare) {
        true => name.to_owned(),
        false => string(name),
    }
}

fn array(values: &[String]) -> String {
    let values = values.iter().map(|value| string(value));
    values.collect::<Vec<_>>().join(", ")
}

/// A string of JSON is one of TOML, but for one sign.
fn string(text: &str) -> String {
    serde_json::Value::from(text)
        .to_string()
        .replace('\u{7f}', "\\u007f")
}

#[cfg(test)]
mod tests {
    use super::super::codebook::CodebookConfig;
    use super::super::profile::tests::table;
    use super::super::settings::Settings;
    use super::*;
    use evenhand_table::Table;

    fn survey() -> Table {
        table(&[
            ("income", "1.5 N _ 2 1.5 3"),
            ("how old", "65+ 18-24 25-64 65+ N 18-24"),
            ("works", "yes no yes no yes _"),
            ("code", "\"a\"\\b x\u{7f} N ? x y"),
            ("a.b", "1 5 9 1 5 9"),
        ])
    }

    #[test]
    fn settings_that_are_written_are_read_back_and_change_nothing() {
        let config = CodebookConfig {
            gaps: "N".parse().unwrap(),
            ..CodebookConfig::default()
        };
        let codebook = Codebook::of(&survey(), &config).unwrap();
        let text = codebook.to_toml("survey.csv");
        for line in [
            "# Columns of survey.csv: what each holds. Edit it, and give it with the data.",
            "[column.\"how old\"]",
            "levels = [\"18-24\", \"25-64\", \"65+\"]",
            "\ngaps = [\"N\"]\n\n[column.income]",
            "gaps = [\"?\"]",
            "kind = \"yes-no\" # `yes` is yes and `no` no",
        ] {
            assert!(text.contains(line), "{line} in {text}");
        }
        let config = CodebookConfig {
            settings: Settings::parse("columns.toml", &text).unwrap(),
            ..CodebookConfig::default()
        };
        let again = Codebook::of(&survey(), &config).unwrap();
        for (own, again) in codebook.columns.iter().zip(&again.columns) {
            assert_eq!(
                (own.kind, &own.why, &own.order),
                (again.kind, &again.why, &again.order),
                "{}",
                own.name
            );
            assert_eq!((&own.levels, own.missing), (&again.levels, again.missing));
            let codes = |column: &CodebookColumn| {
                column
                    .gaps
                    .iter()
                    .map(|gap| gap.code.clone())
                    .collect::<Vec<_>>()
            };
            assert_eq!(codes(own), codes(again));
        }
    }

    #[test]
    fn each_column_has_a_line() {
        let config = CodebookConfig {
            gaps: "N".parse().unwrap(),
            ..CodebookConfig::default()
        };
        let table = Codebook::of(&survey(), &config).unwrap().table();
        assert_eq!(
            table.rows[0],
            [
                "income",
                "number",
                "16.7%",
                "N 16.7%",
                "1.5 to 3, median 1.5",
                "3 different numbers from 1.5 to 3, with fractions"
            ]
        );
        assert_eq!(table.rows[2][4], "yes 50.0%, no 33.3%");
        assert_eq!(rounded(20_123.456), "20123");
        assert_eq!(rounded(0.123_456), "0.123");
    }
}
