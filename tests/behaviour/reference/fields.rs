//! Columns and fields of files, with placeholders for names that are data.

use super::*;

/// An object that several files have: its fields are listed once, in a section of their own.
pub struct Layout {
    name: &'static str,
    is: fn(&Map<String, Value>) -> bool,
    /// Its keys, where it may stand among others.
    keys: &'static [&'static str],
}

static LAYOUTS: [Layout; 10] = [
    Layout {
        name: "audit",
        is: |object| object.contains_key("disparity"),
        keys: &[
            "level",
            "min_n",
            "interval",
            "other_intervals",
            "replicates",
            "seed",
            "classes",
            "positive",
            "cluster",
            "strata",
            "control",
            "overall",
            "groups",
            "worst",
            "disparity",
            "weights",
            "margin",
            "baseline",
            "verdict",
            "within",
            "curves",
            "examination",
        ],
    },
    Layout {
        name: "cell",
        is: |object| object.contains_key("more_rows_for_2_points"),
        keys: &[],
    },
    Layout {
        name: "curves",
        is: |object| object.contains_key("reliability"),
        keys: &[],
    },
    Layout {
        name: "comparison",
        is: |object| object.contains_key("gaps") && object.contains_key("min_n"),
        keys: &[
            "level",
            "min_n",
            "other_intervals",
            "replicates",
            "seed",
            "seeds",
            "classes",
            "positive",
            "overall",
            "groups",
            "gaps",
            "worst",
        ],
    },
    Layout {
        name: "spread",
        is: |object| object.contains_key("accuracy_sd"),
        keys: &[],
    },
    Layout {
        name: "agreement",
        is: |object| object.contains_key("items_coded_twice"),
        keys: &[],
    },
    Layout {
        name: "group_gap",
        is: |object| object.contains_key("share_low"),
        keys: &[],
    },
    Layout {
        name: "side_by_side",
        is: |object| object.contains_key("machine") && object.contains_key("difference"),
        keys: &[],
    },
    Layout {
        name: "weighted",
        is: |object| object.contains_key("effective_rows") && object.contains_key("total"),
        keys: &[],
    },
    Layout {
        name: "share",
        is: |object| object.contains_key("coded_rows"),
        keys: &[],
    },
];

/// Names of fields and columns, by section.
#[derive(Default)]
pub struct Fields {
    sections: Vec<(String, Vec<String>)>,
}

impl Fields {
    pub fn add(&mut self, section: &str, name: &str) {
        let at = self.sections.iter().position(|(other, _)| other == section);
        let at = at.unwrap_or_else(|| {
            self.sections.push((section.to_owned(), Vec::new()));
            self.sections.len() - 1
        });
        let names = &mut self.sections[at].1;
        if names.iter().all(|other| other != name) {
            names.push(name.to_owned());
        }
    }

    /// The columns of a CSV file. Columns of the user's table and names of classes are data.
    pub fn csv(&mut self, section: &str, path: &Path) {
        let mut reader = csv::Reader::from_path(path).unwrap();
        for column in reader.headers().unwrap() {
            let name = match column {
                "smiling" | "skin_tone" | "glasses" | "age_band" => "<column>",
                "file" => "<item>",
                _ if column.starts_with("component") => "<component>",
                _ if column.starts_with("probability_") => "probability_<class>",
                _ if column.starts_with("posterior_") => "posterior_<class>",
                _ if column.starts_with("coder_") => "coder_<number>",
                _ => column,
            };
            self.add(section, name);
        }
    }

    pub fn json(&mut self, section: &str, path: &Path) {
        self.value(section, &[], &json(path));
    }

    pub fn value(&mut self, section: &str, path: &[String], value: &Value) {
        match value {
            Value::Object(object) if !object.is_empty() => self.object(section, path, object),
            Value::Array(items) => {
                let mut path = path.to_vec();
                if let Some(last) = path.last_mut() {
                    last.push_str("[]");
                }
                let objects = items.iter().filter(|item| item.is_object());
                for item in objects.clone() {
                    self.value(section, &path, item);
                }
                if objects.count() == 0 {
                    self.add(section, &path.join("."));
                }
            }
            _ => self.add(section, &path.join(".")),
        }
    }

    pub fn object(&mut self, section: &str, path: &[String], object: &Map<String, Value>) {
        let layout = LAYOUTS.iter().find(|layout| (layout.is)(object));
        let heading = layout.map(|layout| format!("<{}>", layout.name));
        if let Some(heading) = &heading {
            let name = [path, std::slice::from_ref(heading)].concat().join(".");
            self.add(section, &name);
        }
        for (key, value) in object {
            let shared = layout.filter(|of| of.keys.is_empty() || of.keys.contains(&key.as_str()));
            let (section, path) = match (shared, &heading) {
                (Some(_), Some(heading)) => (heading.as_str(), &[][..]),
                _ => (section, path),
            };
            let name = placeholder(section, path, key);
            self.value(section, &[path, &[name]].concat(), value);
        }
    }

    /// What is `null` or empty in one place and has fields in another is listed by its fields.
    pub fn finish(self) -> Vec<Section> {
        let sections = self.sections.into_iter().map(|(section, names)| {
            let has_fields = |name: &String| {
                let (object, array) = (format!("{name}."), format!("{name}[]"));
                let others = names.iter();
                let mut others = others.filter(|other| *other != name);
                others.any(|other| other.starts_with(&object) || other.starts_with(&array))
            };
            let kept = names.iter().filter(|name| !has_fields(name));
            Section {
                heading: format!("### `{section}`"),
                columns: vec!["column or field", "meaning"],
                rows: kept.map(|name| vec![format!("`{name}`")]).collect(),
            }
        });
        sections.collect()
    }
}

/// The key of a field, or what it stands for where it is data: a group, a class, a metric.
pub fn placeholder(section: &str, path: &[String], key: &str) -> String {
    let at = |back: usize| {
        let at = path.len().checked_sub(back);
        at.map_or("", |at| path[at].trim_end_matches("[]"))
    };
    // Items of a list have fields, not names that are data.
    if (path.last())
        .is_some_and(|last| ["groups[]", "gaps[]", "coefficients[]"].contains(&last.as_str()))
    {
        return key.to_owned();
    }
    let name = match (at(3), at(2), at(1)) {
        ("weights", _, "<group>") | (_, "by_group", "<group>") => "<class>",
        (_, "groups" | "weights" | "by", "<grouping>") => "<group>",
        (_, "threshold_tradeoff", "<grouping>") => "<policy>",
        (_, "gaps", "<grouping>") | (_, "<policy>", "gaps") => "<metric>",
        (_, _, "groups" | "worst" | "disparity" | "weights" | "gaps" | "by" | "differences")
        | (_, _, "threshold_tradeoff") => "<grouping>",
        (_, _, "versus_rest" | "shrunk" | "within" | "thresholds") => "<group>",
        (_, _, "rates" | "design_effect") => "<metric>",
        (_, _, "not_estimable") => "<name>",
        (_, _, "classes" | "shares" | "against_others") => "<class>",
        (_, "<coder>", "dawid_skene") => "<class>",
        ("against_other_items" | "corrected_shares", "per_coder", "<coder>") => "<class>",
        (_, "against_others", "<class>") | ("<coder>", "dawid_skene", "<class>") => "<given>",
        (_, _, "by_group") => "<group>",
        (_, _, "per_coder") => "<coder>",
        (_, _, "left_out" | "without_prediction" | "labelled_left_out") => "<reason>",
        (_, _, "methods") | (_, "coefficients", "<term>") => "<method>",
        (_, _, "coefficients") => "<term>",
        (_, _, "references") => "<column>",
        (_, _, "trained_on") => "<sources>",
        (_, _, "tested_on") => "<source>",
        _ => return vocabulary(section, path, key),
    };
    name.to_owned()
}

/// Keys that are names of metrics, methods or statistics.
pub fn vocabulary(section: &str, path: &[String], key: &str) -> String {
    let mut names: Vec<&str> = Vec::new();
    let mut stands_for = "";
    let of_class = path.last().is_some_and(|last| last == "<class>");
    let is_group = path.len() == 1 || path.len() == 3;
    match section {
        "<cell>" if path.is_empty() => {
            (names, stands_for) = (METRICS.iter().map(|of| of.name).collect(), "<metric>");
        }
        "<cell>" if of_class => {
            (names, stands_for) = (CLASS_METRICS.iter().map(|of| of.name).collect(), "<metric>");
        }
        "<comparison>" | "<weighted>"
            if is_group && ["overall", "groups"].contains(&path[0].as_str()) =>
        {
            (names, stands_for) = (METRICS.iter().map(|of| of.name).collect(), "<metric>");
        }
        "<spread>" => {
            (names, stands_for) = (METRICS.iter().map(|of| of.name).collect(), "<metric>");
        }
        "<share>" if path.is_empty() => {
            let methods = evenhand::estimate::METHODS.iter();
            (names, stands_for) = (methods.map(|of| of.name).collect(), "<method>");
        }
        "estimate.json" if path.iter().any(|name| name == "differences") => {
            let methods = evenhand::estimate::METHODS.iter();
            (names, stands_for) = (methods.map(|of| of.name).collect(), "<method>");
        }
        "cells.json" => {
            let methods = evenhand::poststratify::METHODS.iter();
            (names, stands_for) = (methods.map(|of| of.name).collect(), "<method>");
        }
        "<agreement>" => {
            let statistics = [
                "krippendorff_alpha",
                "fleiss_kappa",
                "gwet_ac1",
                "gwet_ac2_linear",
                "gwet_ac2_quadratic",
                "percent_agreement",
                "unanimous",
                "cohen_kappa",
                "cohen_kappa_linear",
                "cohen_kappa_quadratic",
            ];
            (names, stands_for) = (statistics.to_vec(), "<statistic>");
        }
        _ => {}
    }
    let ends = [
        "_low", "_high", "_n", "_mean", "_sd", "_lowest", "_highest", "",
    ];
    for end in ends {
        let name = key.strip_suffix(end);
        if name.is_some_and(|name| names.contains(&name)) {
            return format!("{stands_for}{end}");
        }
    }
    key.to_owned()
}
