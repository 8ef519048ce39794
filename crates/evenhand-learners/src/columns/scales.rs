//! Levels that have an order: bands of numbers, and the usual scales of questionnaires.

/// Scales from low to high. Levels are of one where each is in it, and at least three are.
const SCALES: [&[&str]; 9] = [
    &[
        "never",
        "almost never",
        "rarely",
        "seldom",
        "occasionally",
        "sometimes",
        "often",
        "frequently",
        "usually",
        "very often",
        "almost always",
        "always",
    ],
    &[
        "strongly disagree",
        "disagree",
        "somewhat disagree",
        "slightly disagree",
        "neither agree nor disagree",
        "neutral",
        "undecided",
        "slightly agree",
        "somewhat agree",
        "agree",
        "strongly agree",
    ],
    &["very low", "low", "medium", "moderate", "high", "very high"],
    &[
        "very poor",
        "poor",
        "fair",
        "good",
        "very good",
        "excellent",
    ],
    &[
        "very bad",
        "bad",
        "neither good nor bad",
        "ok",
        "good",
        "very good",
    ],
    &[
        "not at all",
        "a little",
        "a bit",
        "somewhat",
        "moderately",
        "quite a bit",
        "very",
        "very much",
        "extremely",
    ],
    &[
        "very dissatisfied",
        "dissatisfied",
        "somewhat dissatisfied",
        "neither satisfied nor dissatisfied",
        "neutral",
        "somewhat satisfied",
        "satisfied",
        "very satisfied",
    ],
    &[
        "very unlikely",
        "unlikely",
        "somewhat unlikely",
        "neutral",
        "somewhat likely",
        "likely",
        "very likely",
    ],
    &["none", "a little", "some", "much", "a lot", "all"],
];

/// The levels in their order, where they are bands (`18-24`, `65+`) or a usual scale, and which of the two.
pub(super) fn ordered(levels: &[&str]) -> Option<(Vec<String>, &'static str)> {
    bands(levels)
        .map(|levels| (levels, "bands of numbers"))
        .or_else(|| Some((scale(levels)?, "a usual scale")))
}

/// Three bands or more that don't overlap.
fn bands(levels: &[&str]) -> Option<Vec<String>> {
    let mut ends: Vec<(f64, f64, &str)> = levels
        .iter()
        .map(|level| band(level).map(|(low, high)| (low, high, *level)))
        .collect::<Option<_>>()?;
    ends.sort_by(|a, b| a.0.total_cmp(&b.0));
    let apart = ends.windows(2).all(|pair| pair[0].1 <= pair[1].0);
    (ends.len() >= 3 && apart).then(|| ends.iter().map(|(.., level)| (*level).to_owned()).collect())
}

/// The ends of a band: `18-24`, `10 to 19`, `65+`, `<18`, `under 18`, `$75,000 or more`.
fn band(level: &str) -> Option<(f64, f64)> {
    let text = level
        .to_lowercase()
        .replace(['$', '€', '£', ',', ' '], "")
        .replace(['–', '—'], "-");
    let number = |text: &str| {
        // `025` is part of a code.
        let is_padded = text.len() > 1 && text.starts_with('0') && !text.starts_with("0.");
        let is_plain = text.starts_with(|c: char| c.is_ascii_digit()) && !is_padded;
        text.parse::<f64>()
            .ok()
            .filter(|value| is_plain && value.is_finite())
    };
    for (end, is_low) in [
        ("+", true),
        ("ormore", true),
        ("andover", true),
        ("andolder", true),
        ("orless", false),
        ("andunder", false),
    ] {
        if let Some(value) = text.strip_suffix(end).and_then(number) {
            return Some(if is_low {
                (value, f64::INFINITY)
            } else {
                (f64::NEG_INFINITY, value)
            });
        }
    }
    for (start, is_low) in [
        (">=", true),
        (">", true),
        ("over", true),
        ("<=", false),
        ("<", false),
        ("under", false),
        ("lessthan", false),
    ] {
        if let Some(value) = text.strip_prefix(start).and_then(number) {
            return Some(if is_low {
                (value, f64::INFINITY)
            } else {
                (f64::NEG_INFINITY, value)
            });
        }
    }
    let (low, high) = text.split_once('-').or_else(|| text.split_once("to"))?;
    let (low, high) = (number(low)?, number(high)?);
    (low < high).then_some((low, high))
}

fn scale(levels: &[&str]) -> Option<Vec<String>> {
    let of = |scale: &&[&str]| {
        let place = |level: &str| scale.iter().position(|word| *word == level.to_lowercase());
        let mut places: Vec<(usize, &str)> = levels
            .iter()
            .map(|level| Some((place(level)?, *level)))
            .collect::<Option<_>>()?;
        places.sort_unstable();
        let distinct = places.windows(2).all(|pair| pair[0].0 < pair[1].0);
        (places.len() >= 3 && distinct).then(|| {
            places
                .iter()
                .map(|(_, level)| (*level).to_owned())
                .collect()
        })
    };
    SCALES.iter().find_map(of)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bands_are_ordered_by_their_ends() {
        let cases: [(&[&str], &[&str]); 3] = [
            (
                &["65+", "18-24", "under 18", "25-64"],
                &["under 18", "18-24", "25-64", "65+"],
            ),
            (
                &["$100,000 or more", "< $10,000", "$10,000 – $99,999"],
                &["< $10,000", "$10,000 – $99,999", "$100,000 or more"],
            ),
            (
                &["10 to 20", "20 to 30", "0 to 10"],
                &["0 to 10", "10 to 20", "20 to 30"],
            ),
        ];
        for (levels, sorted) in cases {
            assert_eq!(ordered(levels).unwrap().0, sorted);
        }
    }

    #[test]
    fn scales_are_known_in_any_case_and_other_words_are_not() {
        let levels = ["Often", "never", "Sometimes", "Always"];
        assert_eq!(
            ordered(&levels).unwrap().0,
            ["never", "Sometimes", "Often", "Always"]
        );
        let others: [&[&str]; 5] = [
            &["25-00703", "25-00503", "48-02516"],
            &["0-20", "10-30", "30-40"],
            &["never", "sometimes", "blue"],
            &["often", "never"],
            &["<=50K", ">50K", "unknown"],
        ];
        for levels in others {
            assert_eq!(ordered(levels), None, "{levels:?}");
        }
    }
}
