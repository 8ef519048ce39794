//! A plan with its sentences, its table and its files.

use super::{GapPlan, PilotPlan, SharePlan};
use evenhand_stats::hint::Message;
use evenhand_stats::text::thousands;
use evenhand_table::csv_bytes;
use serde_json::Value;

/// A plan, and what was decided while a pilot was read.
#[derive(Debug, Clone)]
pub struct PlanResult {
    pub plan: Plan,
    pub notes: Vec<Message>,
}

#[derive(Debug, Clone)]
pub enum Plan {
    /// Rows of groups, from a rate.
    Gaps(GapPlan),
    /// Rows of groups, from a pilot.
    Pilot(Box<PilotPlan>),
    /// Coded rows of a share.
    Share(SharePlan),
}

/// How a plan is told.
pub(super) trait Told {
    /// What is planned, a line each.
    fn sentences(&self) -> Vec<Message>;
    /// Titles of the columns, and the rows.
    fn table(&self) -> (Vec<String>, Vec<Vec<String>>);
    /// What the columns mean, a sentence each.
    fn legend(&self) -> Vec<String>;
    fn warnings(&self) -> Vec<Message> {
        Vec::new()
    }
    /// Names of the columns, and a row for each number.
    fn tidy(&self) -> (&'static [&'static str], Vec<Vec<String>>);
    fn to_json(&self) -> Value;
}

impl PlanResult {
    pub(super) fn of(plan: Plan) -> Self {
        Self {
            plan,
            notes: Vec::new(),
        }
    }

    fn told(&self) -> &dyn Told {
        match &self.plan {
            Plan::Gaps(plan) => plan,
            Plan::Pilot(plan) => plan.as_ref(),
            Plan::Share(plan) => plan,
        }
    }

    /// What is planned, a line each.
    pub fn sentences(&self) -> Vec<Message> {
        self.told().sentences()
    }

    /// Titles of the columns and rows of a table to read.
    pub fn table(&self) -> (Vec<String>, Vec<Vec<String>>) {
        self.told().table()
    }

    /// What the columns of the table mean, a sentence each.
    pub fn legend(&self) -> Vec<String> {
        self.told().legend()
    }

    /// Whatever makes the plan uncertain.
    pub fn warnings(&self) -> Vec<Message> {
        self.told().warnings()
    }

    /// All numbers.
    pub fn to_json(&self) -> Value {
        self.told().to_json()
    }

    /// A row for each number.
    pub fn to_csv(&self) -> Vec<u8> {
        let (columns, rows) = self.told().tidy();
        let header: Vec<String> = columns.iter().map(|name| (*name).to_owned()).collect();
        csv_bytes(header, rows)
    }
}

/// `0.05` as `5`, `0.025` as `2.5`.
pub(super) fn percent(share: f64) -> String {
    ((1e8 * share).round() / 1e6).to_string()
}

/// A number of rows; `-` where no number is enough.
pub(super) fn rows(n: Option<u64>) -> String {
    n.map_or_else(|| "-".to_owned(), thousands)
}

/// For CSV; empty where there is none.
pub(super) fn cell(value: Option<impl ToString>) -> String {
    value.map_or_else(String::new, |value| value.to_string())
}
