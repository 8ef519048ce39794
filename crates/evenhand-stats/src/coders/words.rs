//! Agreement as people read it: numbers with their intervals, and tables of texts.

use super::agreement::{Agreement, Graded};
use super::alpha::Scale;
use super::codes::Codes;
use super::individual::Individual;
use super::machine::Machine;
use super::measure::Measure;
use super::shares::Basis;
use super::study::{Grouping, Study};
use crate::stats::Interval;
use crate::text::{TextTable, ascii_tenths};

/// Confusions of more are for files.
const MOST_LABELS: usize = 6;
const MOST_CODERS: usize = 6;

impl Measure {
    /// `0.81 (0.74-0.87)`, or the reason why there is no number.
    pub fn number(&self) -> String {
        self.shown("", |value| match format!("{value:.2}") {
            zero if zero == "-0.00" => "0.00".to_owned(),
            text => text,
        })
    }

    /// `81.0 % (74.2-87.1)`.
    pub fn share(&self) -> String {
        self.shown(" %", ascii_tenths)
    }

    fn shown(&self, unit: &str, text: impl Fn(f64) -> String) -> String {
        let value = match self.value {
            Ok(value) => text(value) + unit,
            Err(reason) => return format!("- {reason}"),
        };
        match self.interval {
            Ok(Interval { low, high }) => {
                let to = if low < 0.0 { " to " } else { "-" };
                format!("{value} ({}{to}{})", text(low), text(high))
            }
            Err(reason) => format!("{value} ({reason})"),
        }
    }
}

impl Agreement {
    /// Names of the coefficients of all coders, with their values in words.
    pub fn statistics(&self, scale: &Scale) -> Vec<[String; 2]> {
        let items = |measure: &Measure, how: &str| match measure.value {
            Ok(_) => format!("; {} of {} items, coded by {how}", measure.n, self.items),
            Err(_) => String::new(),
        };
        let number = |name: &str, measure: &Measure, how: &str| {
            let text = measure.number() + &items(measure, how);
            [name.to_owned(), text]
        };
        let alpha = format!("Krippendorff's alpha, {}", scale.name());
        let mut all = vec![
            number(&alpha, &self.alpha, "two or more"),
            number("Fleiss' kappa", &self.fleiss, "all"),
            ["Gwet's AC1".to_owned(), self.ac1.number()],
        ];
        all.extend(self.ac2.iter().flat_map(|Graded { linear, quadratic }| {
            [("linear", linear), ("quadratic", quadratic)].map(|(weights, measure)| {
                [format!("Gwet's AC2, {weights} weights"), measure.number()]
            })
        }));
        let shares = [
            ("pairs of codes that are the same", self.percent),
            ("items with the same code from all", self.unanimous),
        ];
        all.extend(shares.map(|(name, measure)| [name.to_owned(), measure.share()]));
        all
    }

    /// A row for each two coders; `None` of more than [`MOST_PAIRED`](super::MOST_PAIRED) coders, and of
    /// one.
    pub fn pair_table(&self, coders: &[String]) -> Option<TextTable> {
        let is_graded = self.pairs.first()?.weighted.is_some();
        let weighted = ["linear weights", "quadratic weights"].map(String::from);
        let weighted = weighted.into_iter().filter(|_| is_graded);
        let header = ["coders", "items of both", "Cohen's kappa"].map(String::from);
        let header = header.into_iter().chain(weighted);
        let rows = self.pairs.iter().map(|pair| {
            let names = pair.coders.map(|coder| coders[coder].as_str());
            let mut row = vec![
                names.join(", "),
                pair.kappa.n.to_string(),
                pair.kappa.number(),
            ];
            row.extend(
                pair.weighted
                    .iter()
                    .flat_map(|weighted| [weighted.linear.number(), weighted.quadratic.number()]),
            );
            row.push(pair.percent.share());
            row
        });
        Some(TextTable {
            header: header.chain(["same code".to_owned()]).collect(),
            rows: rows.collect(),
        })
    }
}

impl Machine {
    /// The coefficients of all coders, without the machine and with it.
    pub fn table(&self, scale: &Scale) -> TextTable {
        let (without, with) = (self.without.statistics(scale), self.with.statistics(scale));
        let rows = without.into_iter().zip(with);
        let rows = rows.map(|([name, without], [_, with])| [name, without, with]);
        let header = ["the machine as one more coder", "without it", "with it"];
        TextTable::new(header, rows)
    }

    /// What the machine changes, a sentence each.
    pub fn sentences(&self) -> [String; 4] {
        [
            (
                "Alpha with the machine less alpha without it",
                self.alpha_change,
            ),
            (
                "Mean kappa of the machine with each coder",
                self.with_people,
            ),
            ("Mean kappa of each two coders", self.among_people),
            ("The first mean less the second", self.kappa_change),
        ]
        .map(|(name, measure)| match measure.value {
            Ok(_) => format!("{name}: {}.", measure.number()),
            Err(reason) => format!("{name}: not estimable, {reason}."),
        })
    }
}

impl Study {
    /// Shares as coded and corrected, and what the correction rests on; or why there is none.
    pub fn share_table(&self, codes: &Codes) -> (Option<TextTable>, String) {
        let shares = match &self.shares {
            Ok(shares) => shares,
            Err(reason) => {
                return (
                    None,
                    format!("No shares corrected for coders' errors: {reason}."),
                );
            }
        };
        let everyone = std::iter::once(("all", &shares.overall));
        let groups = shares
            .groups
            .iter()
            .map(|(name, shares)| (name.as_str(), shares));
        let rows = everyone.chain(groups).flat_map(|(group, of)| {
            of.iter().zip(&codes.labels).map(|(share, label)| {
                let [coded, corrected] = [share.coded, share.corrected].map(|one| one.share());
                [group.to_owned(), label.clone(), coded, corrected]
            })
        });
        let table = TextTable::new(["items", "label", "share of codes", "corrected"], rows);
        let rests = match shares.basis {
            Basis::Gold => format!(
                "{} gold items, which do not count in the shares",
                shares.gold
            ),
            Basis::ThreeCoders => "codes by three coders or more".to_owned(),
            Basis::TwoCodersAndGroups => "two coders, in groups with different shares".to_owned(),
        };
        let sentence = format!(
            "Corrected for the errors of coders, as known from {rests}. It holds if coders err independently of each \
             other, and alike in all groups."
        );
        (Some(table), sentence)
    }
}

impl Study {
    /// How often each coder gives a label to items that truly have it, where something tells; `None` of many coders or
    /// labels.
    pub fn sensitivity_table(&self, codes: &Codes) -> Option<TextTable> {
        let shares = self.shares.as_ref().ok()?;
        if codes.coders.len() > MOST_CODERS || codes.labels.len() > MOST_LABELS {
            return None;
        }
        let rows = codes.coders.iter().zip(&shares.sensitivities);
        let rows = rows.map(|(coder, of)| {
            let each = of.iter().map(Measure::share);
            std::iter::once(coder.clone()).chain(each).collect()
        });
        let labels = codes.labels.iter();
        let labels = labels.map(|label| format!("says {label} where it is true"));
        Some(TextTable {
            header: std::iter::once("coder".to_owned()).chain(labels).collect(),
            rows: rows.collect(),
        })
    }
}

impl Grouping {
    /// A row for each group.
    pub fn table(&self) -> TextTable {
        let rows = self.cells.iter().map(|(value, cell)| {
            [
                value.clone(),
                cell.items.to_string(),
                cell.alpha.number(),
                cell.fleiss.number(),
                cell.ac1.number(),
                cell.percent.share(),
            ]
        });
        let header = [
            "",
            "items",
            "alpha",
            "Fleiss' kappa",
            "Gwet's AC1",
            "same code",
        ];
        let mut table = TextTable::new(header, rows);
        table.header[0].clone_from(&self.name);
        table
    }
}

impl Study {
    /// The errors of each coder, and what the numbers are; of many labels or coders, how often each
    /// coder agrees with the others.
    pub fn coder_table(&self, codes: &Codes) -> (TextTable, Option<&'static str>) {
        if codes.coders.len() > MOST_CODERS || codes.labels.len() > MOST_LABELS {
            return (self.individuals(codes), None);
        }
        let meaning = match self.dawid_skene {
            Ok(_) => {
                "Counts are of items on which most other coders agree; in square brackets, of items that have the \
                 label by Dawid and Skene's estimate."
            }
            Err(_) => "Counts are of items on which most other coders agree.",
        };
        (self.confusions(codes), Some(meaning))
    }

    /// A row for each coder and each label that most of the others give.
    fn confusions(&self, codes: &Codes) -> TextTable {
        let first = ["coder", "same as most others", "where most others say"].map(String::from);
        let given = codes.labels.iter().map(|label| format!("codes {label}"));
        let rows = self.coders.iter().flat_map(|individual| {
            let name = &codes.coders[individual.coder];
            let heads = std::iter::once([name.clone(), individual.agrees.share()]);
            let heads = heads.chain(std::iter::repeat([String::new(), String::new()]));
            let labels = match individual.agrees.value {
                Ok(_) => codes.labels.as_slice(),
                Err(_) => &codes.labels[..1],
            };
            let rows = heads.zip(labels).enumerate();
            rows.map(|(truth, (head, label))| {
                let mut row = Vec::from(head);
                if individual.agrees.value.is_ok() {
                    row.push(label.clone());
                    row.extend(self.confusion(individual, truth));
                }
                row.resize(3 + codes.labels.len(), String::new());
                row
            })
        });
        TextTable {
            header: first.into_iter().chain(given).collect(),
            rows: rows.collect(),
        }
    }

    /// What a coder gives to items of a label.
    fn confusion(&self, individual: &Individual, truth: usize) -> impl Iterator<Item = String> {
        let fit = self.dawid_skene.as_ref().ok();
        let row = individual.confusion[truth].iter().enumerate();
        row.map(move |(given, n)| {
            match fit.and_then(|fit| fit.share(individual.coder, truth, given)) {
                Some(share) => format!("{n} [{} %]", ascii_tenths(share)),
                None => n.to_string(),
            }
        })
    }

    fn individuals(&self, codes: &Codes) -> TextTable {
        let rows = self.coders.iter().map(|individual| {
            [
                codes.coders[individual.coder].clone(),
                individual.coded.to_string(),
                individual.agrees.share(),
            ]
        });
        TextTable::new(["coder", "items", "same as most others"], rows)
    }
}
