//! Shares by cells of a census as JSON, for scripts.

use super::{Group, METHODS, Poststratified, Share, Target};
use serde_json::{Map, Value, json};

impl Poststratified {
    /// How it was computed; `estimates`, of everyone and of each group; `cells`; `spreads` of groupings.
    pub fn to_json(&self) -> Value {
        let methods = METHODS.iter().map(|info| {
            let about = json!({ "title": info.title, "assumes": info.assumes });
            (info.name.to_owned(), about)
        });
        let each = |of: fn(&Self, &Target) -> Vec<Value>| {
            let values = self.targets.iter().flat_map(|target| of(self, target));
            values.collect::<Vec<Value>>()
        };
        json!({
            "level": self.params.level.value(),
            "seed": self.params.seed,
            "rows": self.cells.rows.iter().sum::<u64>(),
            "population": self.cells.total(),
            "empty_cells": self.cells.empty().count(),
            "warnings": self.warnings(),
            "methods": methods.collect::<Map<String, Value>>(),
            "estimates": each(Self::estimates),
            "cells": each(Self::cell_shares),
            "spreads": each(Self::spreads),
        })
    }

    fn estimates(&self, target: &Target) -> Vec<Value> {
        let everyone = group(target, None, &target.overall);
        let groupings = self.cells.groupings.iter().zip(&target.by);
        let groups = groupings.flat_map(|(grouping, groups)| {
            let names = grouping.groups.iter().zip(groups);
            names.map(|(name, of)| group(target, Some([&grouping.name, name]), of))
        });
        std::iter::once(everyone).chain(groups).collect()
    }

    fn cell_shares(&self, target: &Target) -> Vec<Value> {
        let cells = self.cells.names.iter().zip(&target.cells);
        let cells = cells.map(|(name, of)| {
            let mut all = counts(target, of);
            all.insert("cell".to_owned(), name.clone().into());
            Value::from(all)
        });
        cells.collect()
    }

    fn spreads(&self, target: &Target) -> Vec<Value> {
        let groupings = self.cells.groupings.iter().zip(&target.spreads);
        let groupings = groupings.map(|(grouping, spread)| {
            let mut all = number(spread);
            all.insert("class".to_owned(), target.class.clone().into());
            all.insert("grouping".to_owned(), grouping.name.clone().into());
            Value::from(all)
        });
        groupings.collect()
    }
}

fn group(target: &Target, names: Option<[&String; 2]>, of: &Group) -> Value {
    let mut all = counts(target, of);
    all.insert("grouping".to_owned(), json!(names.map(|[name, _]| name)));
    all.insert("group".to_owned(), json!(names.map(|[_, name]| name)));
    all.into()
}

fn counts(target: &Target, of: &Group) -> Map<String, Value> {
    let mut all = Map::new();
    all.insert("class".to_owned(), target.class.clone().into());
    all.insert("population".to_owned(), of.population.into());
    all.insert("rows".to_owned(), of.rows.into());
    all.insert("hits".to_owned(), of.hits.into());
    let mut reasons = Map::new();
    for (info, share) in METHODS.iter().zip(&of.shares) {
        let value = match share {
            Ok(share) => number(share).into(),
            Err(reason) => {
                reasons.insert(info.name.to_owned(), reason.to_string().into());
                Value::Null
            }
        };
        all.insert(info.name.to_owned(), value);
    }
    if !reasons.is_empty() {
        all.insert("not_estimable".to_owned(), reasons.into());
    }
    all
}

fn number(of: &Share) -> Map<String, Value> {
    let ends = [
        ("value", of.value),
        ("se", of.se),
        ("low", of.interval.low),
        ("high", of.interval.high),
    ];
    let ends = ends.map(|(name, value)| (name.to_owned(), value.into()));
    ends.into_iter().collect()
}
