//! A plan with its sentences, its table and its files.

use super::told::Told;
use super::{GapPlan, PilotPlan, SharePlan};
use evenhand_stats::hint::Message;
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
