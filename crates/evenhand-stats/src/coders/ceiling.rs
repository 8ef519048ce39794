//! The human ceiling: does the machine agree with people as often as people agree with each other?
//!
//! Nobody is held against a consensus that has the own code in it, and both sides are judged on the same
//! items, against the same codes.

use super::agreement::MOST_PAIRED;
use super::codes::{Code, Codes, Item};
use super::consensus::Majority;
use super::kappa::agreement;
use super::means::{Columns, Shares};
use super::measure::{Measure, NotEstimable, Resampling};
use super::weights::Weights;

/// Shares of the same answers, by what they are compared with. A coder who agrees with nobody else is
/// none to reach.
#[derive(Debug, Clone, PartialEq)]
pub struct Ceiling {
    /// With one coder: the mean over an item's coders, then over the items that two or more coded.
    pub one: SideBySide,
    /// With the majority of an item's other coders, each coder left out in turn; of items that three or
    /// more coded. An item counts by the share of its coders whose others are not tied: the mean within
    /// an item would count a coder who stands alone as much as all those who agree.
    pub others: SideBySide,
    /// The machine with the majority of all coders. No coder stands beside it, since each is a part of it.
    pub all: Measure,
    /// One an active coder; empty of more than [`MOST_PAIRED`].
    pub coders: Vec<CoderCeiling>,
}

/// The machine, people in its place, and the machine less people.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SideBySide {
    pub machine: Measure,
    pub people: Measure,
    pub difference: Measure,
}

/// The machine beside one coder.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct CoderCeiling {
    pub coder: usize,
    /// With this coder's codes: the machine, and the other coders.
    pub with_coder: SideBySide,
    /// With the majority of the others: the machine, and this coder.
    pub with_others: SideBySide,
}

impl Ceiling {
    /// `answers` are the machine's labels, one an item, of [`Codes::labels`]. Intervals are from
    /// resamples of the items; those of differences are Student's, of items on which both differ in 10
    /// cases or more. In `coverage_of_the_ceiling` they held the true difference in 94 to 96 % of draws; those
    /// from resamples of 30 items in 80 to 93 %.
    ///
    /// # Panics
    /// When there is not one answer an item.
    pub fn of(codes: &Codes, answers: &[usize], resampling: &Resampling) -> Self {
        assert_eq!(answers.len(), codes.items.len(), "one answer an item");
        let active = codes.active();
        let paired = match active.len() {
            ..=MOST_PAIRED => active.as_slice(),
            _ => &[],
        };
        let labels = codes.labels.len();
        let items = codes.items.iter().zip(answers);
        let items = items.map(|(item, &answer)| JudgedItem::new(item, answer, labels));
        let items: Vec<JudgedItem> = items.collect();
        let mut columns = Columns::default();
        columns.compare(items.iter().map(JudgedItem::one), NotEstimable::NoItemTwice);
        columns.compare(
            items.iter().map(JudgedItem::others),
            NotEstimable::NoItemThrice,
        );
        let all = items.iter().map(JudgedItem::all);
        columns.add(all, NotEstimable::NoItemTwice);
        for &coder in paired {
            let with_coder = items.iter().map(|item| item.with_coder(coder));
            columns.compare(with_coder, NotEstimable::NoItemByBoth);
            let with_others = items.iter().map(|item| item.coder_with_others(coder));
            columns.compare(with_others, NotEstimable::NoOthers);
        }
        let measures = columns.measures(items.len(), resampling);
        let mut measures = measures.into_iter();
        let mut next = || measures.next().expect("one measure a column");
        let beside = |next: &mut dyn FnMut() -> Measure| SideBySide {
            machine: next(),
            people: next(),
            difference: next(),
        };
        Self {
            one: beside(&mut next),
            others: beside(&mut next),
            all: next(),
            coders: (paired.iter())
                .map(|&coder| CoderCeiling {
                    coder,
                    with_coder: beside(&mut next),
                    with_others: beside(&mut next),
                })
                .collect(),
        }
    }
}

/// An item, the machine's answer, and for each of its codes the majority of the others.
struct JudgedItem<'a> {
    codes: &'a [Code],
    answer: usize,
    /// `None` of a tie, and of fewer than two others.
    majorities: Vec<Option<usize>>,
    majority: Option<usize>,
}

impl<'a> JudgedItem<'a> {
    fn new(item: &'a Item, answer: usize, labels: usize) -> Self {
        let codes = item.codes.as_slice();
        let without = |coder: usize| {
            let others = codes.iter().filter(move |code| code.coder != coder);
            Majority::of(others, labels).label
        };
        let majorities = codes.iter().map(|code| match codes.len() {
            3.. => without(code.coder),
            _ => None,
        });
        Self {
            answer,
            majorities: majorities.collect(),
            majority: Majority::of(codes, labels).label,
            codes,
        }
    }

    fn one(&self) -> Shares {
        let answers = self.codes.iter().map(|code| same(code.label, self.answer));
        match self.codes.len() {
            n @ 2.. => Shares {
                weight: 1.0,
                machine: answers.sum::<f64>() / n as f64,
                people: agreement(self.codes, &Weights::Identity),
            },
            _ => Shares::default(),
        }
    }

    fn others(&self) -> Shares {
        let all = (0..self.codes.len()).map(|at| self.with_majority(at));
        let share = 1.0 / self.codes.len() as f64;
        all.fold(Shares::default(), |sum, one| Shares {
            weight: sum.weight + share * one.weight,
            machine: sum.machine + share * one.machine,
            people: sum.people + share * one.people,
        })
    }

    /// The machine and one code with the majority of the other codes.
    fn with_majority(&self, at: usize) -> Shares {
        self.majorities[at].map_or_else(Shares::default, |majority| Shares {
            weight: 1.0,
            machine: same(self.answer, majority),
            people: same(self.codes[at].label, majority),
        })
    }

    /// Weight and share of the machine alone.
    fn all(&self) -> [f64; 2] {
        let majority = self.majority.filter(|_| self.codes.len() > 1);
        majority.map_or([0.0; 2], |majority| [1.0, same(self.answer, majority)])
    }

    fn with_coder(&self, coder: usize) -> Shares {
        let others = self.codes.iter().filter(|code| code.coder != coder);
        match (self.place(coder), self.codes.len()) {
            (Some(at), n @ 2..) => {
                let own = self.codes[at].label;
                Shares {
                    weight: 1.0,
                    machine: same(self.answer, own),
                    people: others.map(|code| same(code.label, own)).sum::<f64>() / (n - 1) as f64,
                }
            }
            _ => Shares::default(),
        }
    }

    fn coder_with_others(&self, coder: usize) -> Shares {
        let place = self.place(coder);
        place.map_or_else(Shares::default, |at| self.with_majority(at))
    }

    fn place(&self, coder: usize) -> Option<usize> {
        self.codes.iter().position(|code| code.coder == coder)
    }
}

fn same(a: usize, b: usize) -> f64 {
    f64::from(u8::from(a == b))
}

#[cfg(test)]
mod tests {
    use super::super::tests::{letters, resampling, same};
    use super::*;

    /// Codes of three people, and the machine's answers.
    fn ceiling(times: usize) -> Ceiling {
        let items = ["111", "110", "100", "00-", "1--", "000"];
        let codes = letters(&items.repeat(times));
        Ceiling::of(&codes, &[1, 1, 1, 0, 0, 1].repeat(times), &resampling(200))
    }

    #[test]
    fn people_and_machine_are_judged_by_the_same_codes_of_others() {
        let found = ceiling(1);
        let is = |side: &SideBySide, machine: f64, people: f64, n: usize| {
            same(side.machine.value, &machine.into(), 1e-12);
            same(side.people.value, &people.into(), 1e-12);
            same(side.difference.value, &(machine - people).into(), 1e-12);
            assert_eq!([side.machine.n, side.people.n, side.difference.n], [n; 3]);
        };
        is(&found.one, 3.0 / 5.0, 11.0 / 15.0, 5);
        // Left out in turn, two others are tied in two cases each of the second and the third item, which
        // count a third of the others.
        is(&found.others, 1.0 / 2.0, 3.0 / 4.0, 4);
        same(found.all.value, &0.6.into(), 1e-12);
        let third = &found.coders[2];
        is(&third.with_coder, 0.25, 0.625, 4);
        is(&third.with_others, 2.0 / 3.0, 2.0 / 3.0, 3);
    }

    #[test]
    fn a_sentence_says_what_the_interval_allows() {
        let said = |times: usize| ceiling(times).sentences();
        let few = said(1);
        let start = "The classifier agrees with one coder in 60.0 % (fewer than 10 items), one coder with another \
                     in 73.3 %";
        assert!(few[0].starts_with(start), "{few:?}");
        assert!(
            few[0].ends_with("cannot be said: fewer than 10 items."),
            "{few:?}"
        );
        let many = said(60);
        assert!(many[0].contains("It is 13.3 points ("), "{many:?}");
        assert!(many[0].ends_with(") below what people reach."), "{many:?}");
        assert!(many[1].contains("It is 25.0 points ("), "{many:?}");
    }

    #[test]
    fn a_machine_that_errs_as_people_do_reaches_what_they_reach() {
        // All answers of four who are right in 3 of 4, as often as these are to be expected.
        let (mut rows, mut answers) = (Vec::new(), Vec::new());
        for wrong in 0..16_u32 {
            let errs = |who: u32| (wrong >> who) & 1;
            let row = [0, 1, 2].map(|who| errs(who).to_string()).concat();
            let times = 3_usize.pow(4 - wrong.count_ones());
            rows.extend(std::iter::repeat_n(row, times));
            answers.extend(std::iter::repeat_n(errs(3) as usize, times));
        }
        let rows: Vec<&str> = rows.iter().map(String::as_str).collect();
        let found = Ceiling::of(&letters(&rows), &answers, &resampling(200));
        let coders = found.coders.iter();
        let coders = coders.flat_map(|one| [one.with_coder, one.with_others]);
        for side in [found.one, found.others].into_iter().chain(coders) {
            same(side.difference.value, &0.into(), 1e-12);
        }
        let said = found.sentences();
        assert!(said[1].contains("A difference is not shown: "), "{said:?}");
    }

    #[test]
    fn one_coder_is_no_ceiling() {
        let found = Ceiling::of(&letters(&["1", "0"]), &[1, 1], &resampling(100));
        assert_eq!(found.one.people.value, Err(NotEstimable::NoItemTwice));
        assert_eq!(found.others.machine.value, Err(NotEstimable::NoItemThrice));
        assert!(found.sentences().is_empty());
    }
}
