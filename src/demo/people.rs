//! Drawn people to try surveys on, since no register of real people may ship.
//!
//! Two tables of one country: a large register, and a small survey. Who is a domestic worker depends on the same things in
//! both, but for one planted difference: the register rarely knows of the work of people who were born elsewhere. A
//! classifier of the register is wrong about them, and a few hundred answers of the survey say so.

use crate::WriteError;
use crate::atomic_file::AtomicFile;
use rand::rngs::ChaCha8Rng;
use rand::{RngExt, SeedableRng};
use std::fmt::Write as _;
use std::io::Write;
use std::path::Path;

const HEADER: &str = "id,zip_code,age,gender,born,education,language,household,hours,income,weight,domestic_worker\n";

const EDUCATION: [&str; 4] = ["none", "primary", "secondary", "degree"];
const LANGUAGES: [&str; 5] = ["English", "Spanish", "Tagalog", "Portuguese", "Haitian"];
/// The value of `hours` of people who do not work for pay.
pub const NO_WORK: &str = "N";
/// The value of `income` of people who did not say.
pub const REFUSED: &str = "refused";

/// Which table people are drawn for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Listing {
    /// A voter and consumer register: large, and blind to the work of many who were born elsewhere.
    Register,
    /// A survey that asked people themselves.
    Survey,
}

/// One drawn person.
struct Person {
    zip_code: u32,
    age: u32,
    is_woman: bool,
    is_born_here: bool,
    education: usize,
    language: usize,
    household: u32,
    hours: Option<u32>,
    income: Option<u32>,
    weight: f64,
    is_domestic_worker: bool,
}

/// The CSV of so many people. The same seed gives the same text.
pub fn people(listing: Listing, rows: usize, seed: u64) -> String {
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    let mut text = HEADER.to_owned();
    for row in 0..rows {
        let person = Person::random(listing, &mut random);
        person.write(listing, row, &mut text);
    }
    text
}

/// Writes that CSV, which appears whole.
///
/// # Errors
/// When the file cannot be written.
pub fn save(path: &Path, listing: Listing, rows: usize, seed: u64) -> Result<(), WriteError> {
    let written = AtomicFile::create(path).and_then(|mut file| {
        file.write_all(people(listing, rows, seed).as_bytes())?;
        file.commit_unsynced()
    });
    written.map_err(WriteError::of(path))
}

impl Person {
    fn random(listing: Listing, random: &mut ChaCha8Rng) -> Self {
        let age = random.random_range(18..85);
        let is_woman = random.random_bool(0.52);
        let is_born_here = random.random_bool(match listing {
            Listing::Register => 0.85,
            Listing::Survey => 0.65,
        });
        let education = match random.random_range(0.0..1.0) {
            share if share < 0.06 => 0,
            share if share < 0.22 => 1,
            share if share < 0.68 => 2,
            _ => 3,
        };
        let language = match is_born_here {
            true => usize::from(random.random_bool(0.08)),
            false => random.random_range(0..LANGUAGES.len()),
        };
        let works = random.random_bool(if age < 66 { 0.78 } else { 0.15 });
        let hours = works.then(|| random.random_range(8..61));
        let earned = 14.0 * f64::from(hours.unwrap_or(12)) * (1.0 + 0.45 * education as f64);
        let income = (earned * random.random_range(0.6..1.6) * 50.0 / 100.0) as u32 * 100;
        let does_tell = random.random_bool(0.88);
        let mut person = Self {
            zip_code: 1_000 + 37 * random.random_range(0..260),
            age,
            is_woman,
            is_born_here,
            education,
            language,
            household: random.random_range(1..7),
            hours,
            income: does_tell.then_some(income),
            weight: random.random_range(20.0..180.0),
            is_domestic_worker: false,
        };
        let p = 1.0 / (1.0 + (-person.margin(listing)).exp());
        person.is_domestic_worker = random.random_bool(p);
        person
    }

    /// Log-odds of being listed as a domestic worker.
    fn margin(&self, listing: Listing) -> f64 {
        let Some(hours) = self.hours else {
            return -6.0;
        };
        let yes = |is: bool| f64::from(u8::from(is));
        let born_elsewhere = match listing {
            Listing::Register => -1.5,
            Listing::Survey => 1.6,
        };
        let middle_aged = 1.0 - (f64::from(self.age) - 48.0).abs() / 20.0;
        -3.0 + 1.9 * yes(self.is_woman) + born_elsewhere * yes(!self.is_born_here)
            - 0.7 * (self.education as f64 - 1.5)
            + 1.2 * middle_aged.max(-1.0)
            + 1.1 * yes(hours < 30)
            + 0.5 * yes(self.language == 1)
    }

    fn write(&self, listing: Listing, row: usize, text: &mut String) {
        let prefix = match listing {
            Listing::Register => "r",
            Listing::Survey => "s",
        };
        let or = |number: Option<u32>, gap: &str| {
            number.map_or_else(|| gap.to_owned(), |n| n.to_string())
        };
        writeln!(
            text,
            "{prefix}{row:05},{:05},{},{},{},{},{},{},{},{},{:.1},{}",
            self.zip_code,
            self.age,
            if self.is_woman { "woman" } else { "man" },
            if self.is_born_here {
                "here"
            } else {
                "elsewhere"
            },
            EDUCATION[self.education],
            LANGUAGES[self.language],
            self.household,
            or(self.hours, NO_WORK),
            or(self.income, REFUSED),
            self.weight,
            if self.is_domestic_worker { "yes" } else { "no" },
        )
        .expect("text is written to memory");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The share of domestic workers among people born here, or elsewhere.
    fn share(text: &str, born: &str) -> f64 {
        let people = text
            .lines()
            .skip(1)
            .filter(|line| line.contains(&format!(",{born},")));
        let yes = people.clone().filter(|line| line.ends_with(",yes")).count();
        yes as f64 / people.count() as f64
    }

    #[test]
    fn the_register_is_blind_to_the_work_of_people_born_elsewhere() {
        let register = people(Listing::Register, 8_000, 1);
        let survey = people(Listing::Survey, 8_000, 1);
        assert_eq!(register, people(Listing::Register, 8_000, 1));
        assert!(share(&register, "elsewhere") < 0.6 * share(&register, "here"));
        assert!(share(&survey, "elsewhere") > 1.5 * share(&survey, "here"));
        let gap = (share(&register, "here") - share(&survey, "here")).abs();
        assert!(gap < 0.04, "people born here are alike in both");
    }

    #[test]
    fn rows_have_every_column_and_gaps_have_codes() {
        let text = people(Listing::Survey, 500, 3);
        let columns = HEADER.trim_end().split(',').count();
        assert!(text.lines().all(|line| line.split(',').count() == columns));
        assert!(text.contains(",N,") && text.contains(",refused,"));
    }
}
