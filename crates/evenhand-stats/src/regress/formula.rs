//! Formulas as R and patsy write them: `female ~ topic + year`.

use crate::hint::{Hint, Message};

/// Most terms that one product stands for.
const MOST_TERMS: usize = 1 << 10;

/// A formula with its variables.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Formula {
    /// The outcome, then what it is regressed on, in the order of their first occurrence.
    pub variables: Vec<Variable>,
    /// Main effects, then interactions: indices of variables, ascending.
    pub terms: Vec<Vec<usize>>,
}

/// A name in a formula.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Variable {
    pub name: String,
    /// Written `C(name)`: its numbers are names of categories.
    pub is_category: bool,
}

/// Why a text is no formula.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FormulaError {
    #[error("formula `{text}` has no `~` between the outcome and what it is regressed on")]
    NoOutcome { text: String },
    #[error("formula `{text}`: `{found}` stands where {expected} is expected")]
    Unexpected {
        text: String,
        found: String,
        expected: &'static str,
    },
    #[error("formula: `{0}(...)` is not known; C(...) is")]
    Function(String),
    #[error("formula: signs of subtraction and models without intercept are not offered")]
    NoIntercept,
    #[error("formula: `*` makes more than {0} terms")]
    TooManyTerms(usize),
    #[error("formula: `{0}` is the outcome and is regressed on itself")]
    OutcomeOnBothSides(String),
    #[error("formula: `{interaction}` stands without `{missing}`")]
    NoMainEffect {
        interaction: String,
        missing: String,
    },
    #[error("formula: `{0}` is a number in one place and C({0}) in another")]
    TwoKinds(String),
}

impl Hint for FormulaError {
    fn hint(&self) -> Option<Message> {
        let hint = match self {
            Self::NoOutcome { .. } | Self::Unexpected { .. } => {
                "write it as in 'female ~ topic + year', with names of columns; a name with spaces or \
                 signs stands in backticks"
            }
            Self::Function(_) => "add a column to the table that holds the computed value",
            Self::NoIntercept => "leave out `0` and `-`; name the terms that are wanted",
            Self::TooManyTerms(_) => "cross fewer variables",
            Self::OutcomeOnBothSides(_) => "name each variable on one side",
            Self::NoMainEffect { .. } => "write `a*b`, which stands for a + b + a:b",
            Self::TwoKinds(_) => "write C(...) in all places",
        };
        Some(hint.into())
    }

    fn is_usage(&self) -> bool {
        true
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Token {
    Name(String),
    Sign(char),
}

impl Token {
    fn shown(token: Option<&Self>) -> String {
        match token {
            Some(Self::Name(name)) => name.clone(),
            Some(Self::Sign(sign)) => sign.to_string(),
            None => "the end".to_owned(),
        }
    }
}

impl Formula {
    /// Reads `y ~ a + C(b) + a:b`; `a*b` stands for `a + b + a:b`.
    ///
    /// # Errors
    /// The text is no formula, or one of a model that is not offered.
    ///
    /// ```
    /// use evenhand_stats::regress::Formula;
    /// let formula = Formula::parse("female ~ topic*year")?;
    /// assert_eq!(formula.terms, [vec![1], vec![2], vec![1, 2]]);
    /// # Ok::<(), evenhand_stats::regress::FormulaError>(())
    /// ```
    pub fn parse(text: &str) -> Result<Self, FormulaError> {
        let mut parser = Parser {
            text,
            tokens: tokens(text)?,
            at: 0,
            variables: Vec::new(),
        };
        if !parser.tokens.contains(&Token::Sign('~')) {
            let text = text.to_owned();
            return Err(FormulaError::NoOutcome { text });
        }
        parser.variable()?;
        parser.sign('~', "`~`")?;
        let mut terms: Vec<Vec<usize>> = Vec::new();
        loop {
            for term in parser.product()? {
                if !terms.contains(&term) {
                    terms.push(term);
                }
            }
            match parser.next() {
                None => break,
                Some(Token::Sign('+')) => {}
                Some(Token::Sign('-')) => return Err(FormulaError::NoIntercept),
                Some(other) => return Err(parser.unexpected(Some(&other), "`+`")),
            }
        }
        terms.sort_by_key(Vec::len);
        let formula = Self {
            variables: parser.variables,
            terms,
        };
        formula.check()?;
        Ok(formula)
    }

    /// The name of a term: `topic:year`.
    pub fn term(&self, term: &[usize]) -> String {
        let names = term.iter().map(|&at| self.variables[at].name.as_str());
        names.collect::<Vec<_>>().join(":")
    }

    fn check(&self) -> Result<(), FormulaError> {
        let name = |at: usize| self.variables[at].name.clone();
        if self.terms.iter().any(|term| term.contains(&0)) {
            return Err(FormulaError::OutcomeOnBothSides(name(0)));
        }
        for term in self.terms.iter().filter(|term| term.len() > 1) {
            let has = |part: &[usize]| self.terms.iter().any(|other| other == part);
            for without in 0..term.len() {
                let mut part = term.clone();
                part.remove(without);
                if !has(&part) {
                    return Err(FormulaError::NoMainEffect {
                        interaction: self.term(term),
                        missing: self.term(&part),
                    });
                }
            }
        }
        Ok(())
    }
}

fn tokens(text: &str) -> Result<Vec<Token>, FormulaError> {
    let mut tokens = Vec::new();
    let mut rest = text.trim_start();
    while let Some(first) = rest.chars().next() {
        let is_name = |c: char| c.is_alphanumeric() || matches!(c, '_' | '.');
        if let Some(quoted) = rest.strip_prefix('`') {
            let (name, behind) =
                quoted
                    .split_once('`')
                    .ok_or_else(|| FormulaError::Unexpected {
                        text: text.to_owned(),
                        found: "the end".to_owned(),
                        expected: "a closing backtick",
                    })?;
            tokens.push(Token::Name(name.to_owned()));
            rest = behind;
        } else if is_name(first) {
            let end = rest.find(|c| !is_name(c)).unwrap_or(rest.len());
            tokens.push(Token::Name(rest[..end].to_owned()));
            rest = &rest[end..];
        } else {
            tokens.push(Token::Sign(first));
            rest = &rest[first.len_utf8()..];
        }
        rest = rest.trim_start();
    }
    Ok(tokens)
}

struct Parser<'a> {
    text: &'a str,
    tokens: Vec<Token>,
    at: usize,
    variables: Vec<Variable>,
}

impl Parser<'_> {
    fn next(&mut self) -> Option<Token> {
        self.at += 1;
        self.tokens.get(self.at - 1).cloned()
    }

    fn takes(&mut self, sign: char) -> bool {
        let found = self.tokens.get(self.at) == Some(&Token::Sign(sign));
        self.at += usize::from(found);
        found
    }

    fn sign(&mut self, sign: char, expected: &'static str) -> Result<(), FormulaError> {
        match self.next() {
            Some(Token::Sign(found)) if found == sign => Ok(()),
            other => Err(self.unexpected(other.as_ref(), expected)),
        }
    }

    fn unexpected(&self, found: Option<&Token>, expected: &'static str) -> FormulaError {
        FormulaError::Unexpected {
            text: self.text.to_owned(),
            found: Token::shown(found),
            expected,
        }
    }

    /// `a*b:c` as the terms that it stands for; none for `1`, the intercept.
    fn product(&mut self) -> Result<Vec<Vec<usize>>, FormulaError> {
        match self.tokens.get(self.at) {
            Some(Token::Name(name)) if name == "1" => {
                self.at += 1;
                return Ok(Vec::new());
            }
            Some(Token::Name(name)) if name == "0" => return Err(FormulaError::NoIntercept),
            Some(Token::Sign('-')) => return Err(FormulaError::NoIntercept),
            _ => {}
        }
        let mut terms: Vec<Vec<usize>> = Vec::new();
        loop {
            let factor = self.interaction()?;
            let crossed = terms.clone().into_iter().map(|term| union(&term, &factor));
            let crossed: Vec<Vec<usize>> = crossed.collect();
            terms.push(factor.clone());
            terms.extend(crossed);
            if terms.len() > MOST_TERMS {
                return Err(FormulaError::TooManyTerms(MOST_TERMS));
            }
            if !self.takes('*') {
                return Ok(terms);
            }
        }
    }

    fn interaction(&mut self) -> Result<Vec<usize>, FormulaError> {
        let mut term = vec![self.variable()?];
        while self.takes(':') {
            let next = self.variable()?;
            term = union(&term, &[next]);
        }
        Ok(term)
    }

    fn variable(&mut self) -> Result<usize, FormulaError> {
        let name = match self.next() {
            Some(Token::Name(name)) => name,
            other => return Err(self.unexpected(other.as_ref(), "the name of a column")),
        };
        if !self.takes('(') {
            return self.known(name, false);
        }
        if name != "C" {
            return Err(FormulaError::Function(name));
        }
        let name = match self.next() {
            Some(Token::Name(name)) => name,
            other => return Err(self.unexpected(other.as_ref(), "the name of a column")),
        };
        self.sign(')', "`)`")?;
        self.known(name, true)
    }

    fn known(&mut self, name: String, is_category: bool) -> Result<usize, FormulaError> {
        let mut known = self.variables.iter();
        match known.position(|variable| variable.name == name) {
            Some(at) if self.variables[at].is_category != is_category => {
                Err(FormulaError::TwoKinds(name))
            }
            Some(at) => Ok(at),
            None => {
                self.variables.push(Variable { name, is_category });
                Ok(self.variables.len() - 1)
            }
        }
    }
}

fn union(a: &[usize], b: &[usize]) -> Vec<usize> {
    let mut all = [a, b].concat();
    all.sort_unstable();
    all.dedup();
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    fn terms(text: &str) -> Vec<String> {
        let formula = Formula::parse(text).unwrap();
        formula
            .terms
            .iter()
            .map(|term| formula.term(term))
            .collect()
    }

    #[test]
    fn main_effects_come_first_and_stars_are_expanded() {
        assert_eq!(terms("y ~ a:b + b + a"), ["b", "a", "a:b"]);
        assert_eq!(terms("y ~ 1 + a*b"), ["a", "b", "a:b"]);
        assert_eq!(
            terms("y~a*b*C(c)"),
            ["a", "b", "c", "a:b", "a:c", "b:c", "a:b:c"]
        );
        assert_eq!(terms("`two words` ~ `a-b` + x.1"), ["a-b", "x.1"]);
        assert_eq!(terms("y ~ 1"), [""; 0]);
        let formula = Formula::parse("y ~ C(year)").unwrap();
        assert!(formula.variables[1].is_category);
    }

    #[test]
    fn a_text_that_is_no_formula_says_what_is_expected() {
        let error = |text: &str| Formula::parse(text).unwrap_err().to_string();
        assert!(error("a + b").contains("no `~`"));
        assert!(
            error("y ~ a +").ends_with("`the end` stands where the name of a column is expected")
        );
        assert!(error("y ~ a b").ends_with("`b` stands where `+` is expected"));
        assert!(error("y ~ log(a)").contains("`log(...)`"));
        assert!(error("y ~ 0 + a").contains("without intercept"));
        assert!(error("y ~ a - 1").contains("without intercept"));
        assert!(error("y ~ y + a").contains("on itself"));
        assert!(error("y ~ a + a:b").contains("`a:b` stands without `b`"));
        assert!(error("y ~ a + C(a)").contains("C(a)"));
        assert!(error("y ~ `a").contains("backtick"));
    }
}
