//! Check of a table whose columns are to be features: what each column holds, and what is odd about it.

use super::finding::Severity;
use crate::error::Error;
use crate::hint::Message;
use crate::learners::columns::{
    self, Codebook, CodebookColumn, CodebookConfig, ColumnFinding, FeatureSpec, NumberSummary,
    Selection,
};
use crate::report::{
    Bins, CheckFinding, CodebookEntry, CodebookPage, Distribution, render_codebook,
};
use crate::table::{ReadOptions, Table};
use crate::text::{TextTable, counted, plain};
use serde_json::{Value, json};
use std::path::PathBuf;

/// Configuration of a check of columns.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ColumnCheckConfig {
    /// The table.
    pub path: PathBuf,
    pub read: ReadOptions,
    /// Gap codes, roles, and what a person decided about columns.
    pub codebook: CodebookConfig,
    /// The columns that are to be features.
    pub selection: Selection,
}

/// Result of a check of columns.
#[derive(Debug, Clone, PartialEq)]
pub struct ColumnCheck {
    /// Name of the file.
    pub source: String,
    pub codebook: Codebook,
    /// The columns that are features.
    pub spec: FeatureSpec,
    /// What reading changes.
    pub notes: Vec<Message>,
    /// The gravest first.
    pub findings: Vec<ColumnFinding>,
}

/// Looks at the columns of a table.
///
/// # Errors
/// A table that cannot be read; roles, gap codes, settings or a selection that do not fit its columns.
///
/// ```no_run
/// use evenhand::ColumnCheckConfig;
/// let config = ColumnCheckConfig { path: "survey.csv".into(), ..Default::default() };
/// let found = evenhand::check_columns(&config)?;
/// std::fs::write("columns.toml", found.to_toml())?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn check_columns(config: &ColumnCheckConfig) -> Result<ColumnCheck, Error> {
    let table = Table::read(&config.path, &config.read)?;
    let codebook = Codebook::of(&table, &config.codebook)?;
    let spec = FeatureSpec::of(&codebook, &config.selection)?;
    let findings = columns::findings(&table, &codebook, &config.codebook.roles, &spec)?;
    let name = config.path.file_name().unwrap_or(config.path.as_os_str());
    Ok(ColumnCheck {
        source: name.to_string_lossy().into_owned(),
        codebook,
        spec,
        notes: table.notes(),
        findings,
    })
}

impl ColumnCheck {
    /// What was found in one sentence.
    pub fn sentence(&self) -> String {
        let warnings = self.findings.iter();
        let warnings = warnings.filter(|finding| finding.severity == columns::Severity::Warning);
        format!(
            "{} and {}: {} and {}.",
            counted(self.codebook.rows, "row"),
            counted(self.codebook.columns.len(), "column"),
            counted(self.spec.features.len(), "feature"),
            counted(warnings.count(), "warning")
        )
    }

    /// A line for each column.
    pub fn table(&self) -> TextTable {
        self.codebook.table()
    }

    /// The text of `columns.toml`.
    pub fn to_toml(&self) -> String {
        self.codebook.to_toml(&self.source)
    }

    /// All of it.
    pub fn to_json(&self) -> Value {
        let findings = self.findings.iter().map(ColumnFinding::to_json);
        json!({
            "evenhand": env!("CARGO_PKG_VERSION"),
            "source": self.source,
            "rows": self.codebook.rows,
            "columns": self.codebook.columns,
            "features": self.spec.features,
            "left_out": self.spec.left_out,
            "notes": self.notes.iter().map(ToString::to_string).collect::<Vec<_>>(),
            "findings": findings.collect::<Vec<_>>(),
        })
    }

    /// The page.
    ///
    /// # Errors
    /// The template fails, which no content should bring about.
    pub fn to_html(&self) -> Result<String, Error> {
        let findings = self.findings.iter().map(|finding| CheckFinding {
            severity: finding.severity.name(),
            text: finding.text.to_string(),
            step: finding.step.as_ref().map(Message::to_string),
            pictures: Vec::new(),
        });
        let notes = self.notes.iter().map(|note| CheckFinding {
            severity: Severity::Note.name(),
            text: note.to_string(),
            step: None,
            pictures: Vec::new(),
        });
        let columns = self.codebook.columns.iter();
        let page = CodebookPage {
            title: format!("Columns of {}", self.source),
            rows: self.codebook.rows,
            sentence: self.sentence(),
            findings: findings.chain(notes).collect(),
            columns: columns.map(entry).collect(),
        };
        Ok(render_codebook(&page)?)
    }
}

/// A column as the page shows it.
fn entry(column: &CodebookColumn) -> CodebookEntry {
    let gaps = column.gaps.iter();
    CodebookEntry {
        name: column.name.clone(),
        kind: column.kind_in_words(),
        why: column.why.clone(),
        missing: column.missing,
        gaps: gaps.map(|gap| (gap.code.clone(), gap.rows)).collect(),
        values: column.values(),
        facts: column.facts(),
        warnings: column.warnings.clone(),
        distribution: distribution(column),
    }
}

fn distribution(column: &CodebookColumn) -> Distribution {
    let levels = column.levels.iter();
    match &column.numbers {
        _ if column.kind.has_levels() => Distribution::Levels(
            levels
                .map(|level| (level.level.clone(), level.rows))
                .collect(),
        ),
        Some(numbers) if column.is_quantity() => bins(numbers),
        _ => Distribution::None,
    }
}

fn bins(numbers: &NumberSummary) -> Distribution {
    let histogram = &numbers.histogram;
    Distribution::Bins {
        bins: Bins {
            counts: histogram.counts.clone(),
            ends: [plain(histogram.from), plain(histogram.to)],
        },
        below: histogram.below,
        above: histogram.above,
    }
}
