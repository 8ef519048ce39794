//! All of an audit as text: what was read, its tables, and its comparison with another classifier.

use super::{audit_markdown, audit_table, comparison_markdown, comparison_table, plain_table};
use crate::cli::outputs::lines;
use crate::cli::printer::in_flags;
use evenhand::analysis::Weighted;
use evenhand::analysis::audit::AuditResult;
use std::io;

/// For a terminal; warnings go elsewhere.
pub fn audit_result_text(result: &AuditResult) -> Vec<u8> {
    let mut text = format!("{}\n", lines(&result.sentences())).into_bytes();
    if let Some(weighted) = &result.weighted {
        text.extend(weighted_tables(weighted).into_bytes());
        text.extend(b"\nEach row once (not weighted):\n\n");
    }
    in_memory(audit_table(&result.audit, &mut text));
    if let (Some(comparison), Some(pair)) = (&result.comparison, &result.summary.compared) {
        in_memory(comparison_table(comparison, &pair.with, &mut text));
    }
    text
}

/// Metrics of rows that count by weights, as tables.
pub fn weighted_tables(weighted: &Weighted) -> String {
    let tables = weighted.audit.tables().into_iter();
    let tables = tables.map(|table| plain_table(&table.header, &table.rows));
    tables
        .map(|table| format!("\nWeighted:\n\n{table}\n"))
        .collect()
}

/// As Markdown, with warnings.
pub fn audit_result_markdown(result: &AuditResult) -> Vec<u8> {
    let sentences = lines(&result.sentences());
    let warnings = result.warnings.iter().map(in_flags);
    let warnings: String = warnings.map(|text| format!("Warning: {text}\n")).collect();
    let mut text = format!("{sentences}{warnings}")
        .replace('\n', "  \n")
        .into_bytes();
    text.push(b'\n');
    in_memory(audit_markdown(&result.audit, &mut text));
    if let (Some(comparison), Some(pair)) = (&result.comparison, &result.summary.compared) {
        in_memory(comparison_markdown(comparison, &pair.with, &mut text));
    }
    text
}

fn in_memory(written: io::Result<()>) {
    written.expect("memory takes every byte");
}
