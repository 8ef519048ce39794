//! Which groups to compare: attributes, and attributes crossed with each other, since a classifier
//! can treat women well and Black people well and Black women badly.

use crate::hint::{Hint, Message};
use crate::record::MISSING;

/// One attribute, or several crossed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Group {
    attributes: Vec<String>,
}

impl Group {
    /// One attribute, whatever signs its name has.
    pub fn one(attribute: impl Into<String>) -> Self {
        Self {
            attributes: vec![attribute.into()],
        }
    }

    /// Names of columns; at least one.
    pub fn attributes(&self) -> &[String] {
        &self.attributes
    }

    /// Value of the group for a row that has these values of its attributes: `Black*Female`. An empty value is
    /// [`MISSING`]. A `*` within one of several values is written `\\*`, so that different groups have different
    /// names.
    pub fn value<'a>(values: impl ExactSizeIterator<Item = &'a str>) -> String {
        let several = values.len() > 1;
        let written = |value: &'a str| match (value, several) {
            ("", _) => MISSING.to_owned(),
            (value, true) => value.replace('\\', "\\\\").replace('*', "\\*"),
            (value, false) => value.to_owned(),
        };
        values.map(written).collect::<Vec<_>>().join("*")
    }

    /// `race`, or `race*gender`.
    pub fn name(&self) -> String {
        self.attributes.join("*")
    }

    /// The places of the group's attributes in a row that has the columns `known`.
    ///
    /// # Errors
    ///
    /// [`UnknownColumn`] for the first attribute that is none of them.
    pub fn columns(&self, known: &[String]) -> Result<Vec<usize>, UnknownColumn> {
        self.attributes
            .iter()
            .map(|attribute| column(attribute, known))
            .collect()
    }
}

/// Reads `race,age,race*gender`: groups apart by commas, crossed attributes by `*`. Nothing but
/// spaces is no group.
///
/// # Errors
///
/// An empty name, an attribute crossed with itself, or a group asked for twice.
pub fn parse(text: &str) -> Result<Vec<Group>, GroupError> {
    let mut groups: Vec<Group> = Vec::new();
    if text.trim().is_empty() {
        return Ok(groups);
    }
    for term in text.split(',') {
        let attributes: Vec<String> = term.split('*').map(|name| name.trim().to_owned()).collect();
        for (i, attribute) in attributes.iter().enumerate() {
            if attribute.is_empty() {
                return Err(GroupError::Empty {
                    text: text.to_owned(),
                });
            }
            if attributes[..i].contains(attribute) {
                return Err(GroupError::CrossedWithItself {
                    attribute: attribute.clone(),
                });
            }
        }
        let group = Group { attributes };
        if groups.contains(&group) {
            return Err(GroupError::Twice {
                group: group.name(),
            });
        }
        groups.push(group);
    }
    Ok(groups)
}

/// More groupings than this are more tables than anybody reads.
const MOST: usize = 100;

/// Adds every cross of two to `order` of the attributes that `groups` name, where it is not among
/// them already.
///
/// # Errors
///
/// More than 100 groupings in all.
pub fn cross(mut groups: Vec<Group>, order: usize) -> Result<Vec<Group>, GroupError> {
    let mut names: Vec<String> = Vec::new();
    for name in groups.iter().flat_map(|group| &group.attributes) {
        if !names.contains(name) {
            names.push(name.clone());
        }
    }
    let mut crosses: Vec<Vec<usize>> = (0..names.len()).map(|at| vec![at]).collect();
    for _ in 1..order.min(names.len()) {
        let longer = |cross: Vec<usize>| {
            let next = cross[cross.len() - 1] + 1;
            (next..names.len()).map(move |at| [cross.as_slice(), &[at]].concat())
        };
        crosses = crosses.into_iter().flat_map(longer).collect();
        for cross in &crosses {
            let attributes = cross.iter().map(|&at| names[at].clone()).collect();
            let group = Group { attributes };
            if !groups.contains(&group) {
                groups.push(group);
            }
            if groups.len() > MOST {
                return Err(GroupError::TooMany {
                    attributes: names.len(),
                    order,
                });
            }
        }
    }
    Ok(groups)
}

/// The place of the column `name` among those `known`.
pub fn column(name: &str, known: &[String]) -> Result<usize, UnknownColumn> {
    known
        .iter()
        .position(|column| column == name)
        .ok_or_else(|| UnknownColumn {
            name: name.to_owned(),
            known: known.to_vec(),
        })
}

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("no column `{name}`; the columns are: {}", known.join(", "))]
pub struct UnknownColumn {
    pub name: String,
    pub known: Vec<String>,
}

impl Hint for UnknownColumn {
    fn hint(&self) -> Option<Message> {
        let (distance, nearest) = self
            .known
            .iter()
            .map(|known| {
                (
                    edits(&self.name.to_lowercase(), &known.to_lowercase()),
                    known,
                )
            })
            .min_by_key(|(distance, _)| *distance)?;
        (distance <= 2 && distance < self.name.chars().count())
            .then(|| Message::plain(format!("did you mean `{nearest}`?")))
    }
}

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum GroupError {
    #[error("groups `{text}` contain an empty name")]
    Empty { text: String },
    #[error("group `{attribute}*{attribute}` crosses `{attribute}` with itself")]
    CrossedWithItself { attribute: String },
    #[error("group `{group}` is asked for twice")]
    Twice { group: String },
    #[error("{attributes} attributes crossed up to {order} at once make more than {MOST} tables")]
    TooMany { attributes: usize, order: usize },
    #[error("`{grouping}` makes {groups} groups; at most {most} are audited")]
    TooManyGroups {
        grouping: String,
        groups: usize,
        most: usize,
    },
    #[error(transparent)]
    UnknownColumn(#[from] UnknownColumn),
    #[error("column `{attribute}` is {MISSING} in every row: none of its groups has a member")]
    NoMembers { attribute: String },
}

impl Hint for GroupError {
    fn hint(&self) -> Option<Message> {
        match self {
            Self::Empty { .. } => Some("write groups as in `race,age,race*gender`".into()),
            Self::CrossedWithItself { attribute } => Some(Message::new(
                "write `{}`, or cross it with another column",
                &[attribute],
            )),
            Self::Twice { .. } => Some("name it once".into()),
            Self::TooMany { .. } => {
                Some("cross fewer at once, or name the crosses, as in race*gender".into())
            }
            Self::TooManyGroups { .. } => {
                Some("choose a column that many rows share, or cross fewer".into())
            }
            Self::UnknownColumn(unknown) => unknown.hint(),
            Self::NoMembers { .. } => Some("leave it out of the groups, or fill it in".into()),
        }
    }
}

/// Levenshtein's distance: how many letters to insert, delete or replace.
fn edits(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut previous: Vec<usize> = (0..=b.len()).collect();
    for (i, from) in a.chars().enumerate() {
        let mut row = vec![i + 1];
        for (j, to) in b.iter().enumerate() {
            let replaced = previous[j] + usize::from(from != *to);
            row.push(replaced.min(previous[j + 1] + 1).min(row[j] + 1));
        }
        previous = row;
    }
    previous[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn attributes_are_crossed_up_to_an_order() {
        let crossed = |text: &str, order| {
            let groups = cross(parse(text).unwrap(), order)?;
            Ok(groups.iter().map(Group::name).collect::<Vec<_>>())
        };
        assert_eq!(crossed("a,b", 1), Ok(vec!["a".into(), "b".into()]));
        let all = ["a", "b*c", "a*b", "a*c", "a*b*c"].map(String::from);
        assert_eq!(crossed("a,b*c", 3), Ok(all.to_vec()));
        let error: Result<Vec<String>, GroupError> = crossed("a,b,c,d,e,f,g,h,i,j", 10);
        assert_eq!(
            error.unwrap_err().to_string(),
            "10 attributes crossed up to 10 at once make more than 100 tables"
        );
    }

    #[test]
    fn values_that_hold_a_star_make_no_two_groups_one() {
        let of = |values: &[&str]| Group::value(values.iter().copied());
        assert_eq!(of(&["Black", "Female"]), "Black*Female");
        assert_eq!(of(&["A*B", "C"]), "A\\*B*C");
        assert_ne!(of(&["A*B", "C"]), of(&["A", "B*C"]));
        assert_eq!(of(&["A*B"]), "A*B");
        assert_eq!(of(&["", "C"]), "(missing)*C");
    }

    #[test]
    fn groups_are_apart_by_commas_and_crossed_by_stars() {
        let names: Vec<String> = parse("race, age,race * gender")
            .unwrap()
            .iter()
            .map(Group::name)
            .collect();
        assert_eq!(names, ["race", "age", "race*gender"]);
        assert_eq!(parse(" ").unwrap(), []);
    }

    #[test]
    fn groups_that_make_no_sense_are_refused() {
        for (text, message) in [
            ("race,,age", "groups `race,,age` contain an empty name"),
            ("race*", "groups `race*` contain an empty name"),
            ("race*race", "group `race*race` crosses `race` with itself"),
            ("age,race,age", "group `age` is asked for twice"),
        ] {
            assert_eq!(parse(text).unwrap_err().to_string(), message);
        }
    }

    #[test]
    fn an_unknown_column_lists_the_known_ones_and_guesses() {
        let known = ["age", "race", "gender"].map(str::to_owned);
        let error = parse("age*rcae").unwrap()[0].columns(&known).unwrap_err();
        assert_eq!(
            error.to_string(),
            "no column `rcae`; the columns are: age, race, gender"
        );
        assert_eq!(error.hint().unwrap().to_string(), "did you mean `race`?");
        assert_eq!(column("occupation", &known).unwrap_err().hint(), None);
    }
}
