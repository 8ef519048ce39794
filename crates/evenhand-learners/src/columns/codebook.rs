//! Codebook: what each column holds, and why it is taken for that.

use super::detect::{self, Found};
use super::distribution::NumberSummary;
use super::error::ColumnsError;
use super::gaps::Gaps;
use super::kind::Kind;
use super::levels::Levels;
use super::partition::Partition;
use super::profile::{GapCount, LevelCount, Profile, Value};
use super::roles::{Role, Roles};
use super::scales;
use super::settings::{ColumnSettings, Settings};
use super::within::{self, Source};
use evenhand_stats::groups;
use evenhand_stats::text::{counted, listed, quoted};
use evenhand_table::{Table, spellings};
use rayon::prelude::*;
use serde::{Deserialize, Serialize};

/// Rows below which a level is rare.
pub(super) const RARE: u64 = 10;
/// Values that a warning names.
const SHOWN: usize = 5;

/// What to know of columns before they are looked at.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct CodebookConfig {
    pub gaps: Gaps,
    pub roles: Roles,
    /// What a person decided.
    pub settings: Settings,
}

/// All columns of a table.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Codebook {
    pub rows: u64,
    pub columns: Vec<CodebookColumn>,
}

/// One column.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CodebookColumn {
    pub name: String,
    pub kind: Kind,
    /// Why it is taken for that, as a sentence without a subject.
    pub why: String,
    /// Kind that the values speak for, where settings give another.
    pub found: Kind,
    /// Whether another kind is about as likely.
    pub unsure: bool,
    pub role: Option<Role>,
    /// Whether settings leave it among the columns that may be features.
    #[serde(rename = "use")]
    pub is_used: bool,
    pub rows: u64,
    /// Rows without a value; those of gap codes are apart.
    pub missing: u64,
    pub gaps: Vec<GapCount>,
    /// Gap codes that were named for it and do not occur.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub other_gaps: Vec<String>,
    /// Different values, without gap codes.
    pub distinct: u64,
    /// Of kinds that have levels, the most frequent first.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub levels: Vec<LevelCount>,
    /// Levels from low to high, of an ordered category; no and yes of yes or no.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub order: Vec<String>,
    /// Of values that are numbers, whatever their kind.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub numbers: Option<NumberSummary>,
    pub warnings: Vec<String>,
}

impl Codebook {
    /// Looks at all columns of a table.
    ///
    /// # Errors
    /// Roles, gap codes or settings of columns that are not there, or settings that do not fit the values.
    ///
    /// ```
    /// use evenhand_learners::columns::{Codebook, CodebookConfig, Kind};
    /// use evenhand_table::Table;
    /// let values = ["18-24", "65+", "25-64", "N"].map(|value| Some(value.to_owned())).to_vec();
    /// let table = Table::from_columns(vec![("age".to_owned(), values)])?;
    /// let config = CodebookConfig { gaps: "N".parse()?, ..Default::default() };
    /// let codebook = Codebook::of(&table, &config)?;
    /// let age = codebook.column("age").unwrap();
    /// assert_eq!((age.kind, age.gaps[0].rows), (Kind::Ordered, 1));
    /// # Ok::<(), evenhand_learners::columns::ColumnsError>(())
    /// ```
    pub fn of(table: &Table, config: &CodebookConfig) -> Result<Self, ColumnsError> {
        config.roles.check(table.columns())?;
        let named = config.gaps.columns().chain(config.settings.columns());
        for name in named {
            groups::column(name, table.columns())?;
        }
        let source = config.roles.source.as_ref().map(|name| {
            let rows = Partition::new(table, table.column(name)?, &[]);
            Ok::<_, ColumnsError>(Source { name, rows })
        });
        let source = source.transpose()?;
        let columns = (0..table.columns().len()).into_par_iter();
        let columns = columns.map(|column| entry(table, column, source.as_ref(), config));
        Ok(Self {
            rows: table.rows() as u64,
            columns: columns.collect::<Result<_, _>>()?,
        })
    }

    /// The column of a name.
    pub fn column(&self, name: &str) -> Option<&CodebookColumn> {
        self.columns.iter().find(|column| column.name == name)
    }

    /// The names of all columns.
    pub fn names(&self) -> Vec<String> {
        self.columns
            .iter()
            .map(|column| column.name.clone())
            .collect()
    }
}

fn entry(
    table: &Table,
    column: usize,
    source: Option<&Source>,
    config: &CodebookConfig,
) -> Result<CodebookColumn, ColumnsError> {
    let name = &table.columns()[column];
    let unset = ColumnSettings::default();
    let settings = config.settings.of(name).unwrap_or(&unset);
    let mut codes = config.gaps.of(name);
    let of_settings = config
        .settings
        .gaps
        .iter()
        .chain(settings.gaps.iter().flatten());
    for code in of_settings {
        if !codes.contains(&code.as_str()) {
            codes.push(code);
        }
    }
    // A person who lists the gap codes has decided on them.
    let mut profile = match settings.gaps {
        Some(_) => Profile::new(table, column, &codes),
        None => Profile::with_found_gaps(table, column, &codes),
    };
    // `1.0` and `01` tell that numbers are labels; texts are what they were meant to be.
    if !profile.is_numeric() {
        profile.put_right();
    }
    let of_values =
        within::found(table, column, source, &profile).unwrap_or_else(|| detect::find(&profile));
    let found_kind = of_values.kind;
    let numbers = NumberSummary::of(&profile.numbers());
    let has_levels = settings.kind.unwrap_or(found_kind).has_levels();
    if has_levels {
        profile.put_right();
    }
    let found = match settings.kind {
        Some(kind) => as_set(kind, of_values, &profile, settings)?,
        None => of_values,
    };
    let mut warnings = profile.notes.clone();
    if has_levels {
        let text = table.text(column);
        let spelt = spellings(name, Some(name), text.iter().flatten());
        warnings.extend(spelt.map(|warning| warning.to_string()));
    }
    warnings.extend(self::warnings(&profile, found.kind));
    let absent = codes
        .iter()
        .filter(|code| !profile.gaps.iter().any(|gap| gap.code == **code));
    let other_gaps = absent.map(|code| (*code).to_owned()).collect();
    let levels = profile.values.iter().map(Value::count);
    Ok(CodebookColumn {
        name: name.clone(),
        role: config.roles.of(name),
        is_used: settings.is_used,
        rows: profile.rows,
        missing: profile.missing,
        distinct: profile.values.len() as u64,
        levels: if has_levels {
            levels.collect()
        } else {
            Vec::new()
        },
        order: found.order.unwrap_or_default(),
        kind: found.kind,
        found: found_kind,
        why: found.why,
        unsure: found.is_unsure,
        numbers,
        other_gaps,
        warnings,
        gaps: profile.gaps,
    })
}

/// The kind that a person set.
fn as_set(
    kind: Kind,
    found: Found,
    profile: &Profile,
    settings: &ColumnSettings,
) -> Result<Found, ColumnsError> {
    let levels: Vec<&str> = profile
        .values
        .iter()
        .map(|value| value.text.as_str())
        .collect();
    let needs = |needs| ColumnsError::Kind {
        column: profile.name.clone(),
        kind: kind.words(),
        needs,
        found: quoted(levels.iter().take(SHOWN)),
    };
    if kind == Kind::Number && profile.numbers().is_empty() {
        return Err(ColumnsError::NotNumber {
            column: profile.name.clone(),
            example: levels.first().copied().unwrap_or_default().to_owned(),
        });
    }
    let order = match (kind, &settings.levels) {
        (Kind::Ordered | Kind::YesNo, Some(order)) => {
            let known = Levels::new(&profile.name, order.iter().map(String::as_str));
            let matched = known.matched(levels.iter().copied());
            let others = levels
                .iter()
                .zip(matched)
                .filter(|(_, known)| known.is_none());
            let others: Vec<String> = others.map(|(level, _)| (*level).to_owned()).collect();
            if !others.is_empty() {
                return Err(ColumnsError::Levels {
                    column: profile.name.clone(),
                    levels: others,
                });
            }
            Some(order.clone())
        }
        (Kind::Ordered, None) => {
            Some(order_of(profile, &levels).ok_or_else(|| needs("`levels`, the lowest first"))?)
        }
        (Kind::YesNo, None) => Some(
            (found.order.clone())
                .filter(|_| found.kind == Kind::YesNo)
                .ok_or_else(|| needs("`levels`, no first and yes second"))?,
        ),
        _ => None,
    };
    Ok(Found {
        kind,
        why: match found.kind == kind {
            true => found.why,
            false => format!(
                "as its settings say; from its values it would be {}: {}",
                found.kind.words(),
                found.why
            ),
        },
        is_unsure: false,
        order,
    })
}

/// Bands, a usual scale, or numbers from low to high.
fn order_of(profile: &Profile, levels: &[&str]) -> Option<Vec<String>> {
    if let Some((order, _)) = scales::ordered(levels) {
        return Some(order);
    }
    let mut numbers: Vec<(f64, String)> = profile
        .values
        .iter()
        .map(|value| Some((value.number?, value.text.clone())))
        .collect::<Option<_>>()?;
    numbers.sort_by(|(a, _), (b, _)| a.total_cmp(b));
    Some(numbers.into_iter().map(|(_, text)| text).collect())
}

fn warnings(profile: &Profile, kind: Kind) -> Vec<String> {
    let mut warnings = Vec::new();
    let found = profile.gaps.iter().filter(|gap| gap.found);
    let found: Vec<String> = found
        .map(|gap| format!("`{}` ({})", gap.code, counted(gap.rows, "row")))
        .collect();
    if !found.is_empty() {
        warnings.push(format!(
            "taken for gap codes, found from the values: {}",
            found.join(", ")
        ));
    }
    let rare = profile.values.iter().filter(|value| value.rows < RARE);
    let rare: Vec<String> = rare
        .map(|value| format!("`{}` {}", value.text, value.rows))
        .collect();
    if kind.has_levels() && !rare.is_empty() {
        warnings.push(format!(
            "{} of {} with fewer than {RARE} rows: {}",
            rare.len(),
            counted(profile.values.len(), "level"),
            listed(rare, SHOWN)
        ));
    }
    let texts = profile.values.iter().filter(|value| value.number.is_none());
    let texts: Vec<_> = texts.collect();
    if kind == Kind::Number && !texts.is_empty() {
        let rows: u64 = texts.iter().map(|value| value.rows).sum();
        warnings.push(format!(
            "{} that are no number, and are read as gaps: {}",
            counted(rows, "row"),
            listed(
                texts
                    .iter()
                    .map(|value| format!("`{}` {}", value.text, value.rows)),
                SHOWN
            )
        ));
    }
    warnings
}
