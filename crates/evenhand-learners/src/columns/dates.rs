//! Texts that are dates.

/// `2026-11-29`, `29.11.2026`, `11/29/2026`, with a time behind it or not.
pub(super) fn is_date(text: &str) -> bool {
    let day = text.split(['T', ' ']).next().unwrap_or(text);
    let of = |sign: char| {
        let parts: Vec<&str> = day.split(sign).collect();
        let is_number =
            |part: &&str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
        let lengths: Vec<usize> = parts.iter().map(|part| part.len()).collect();
        let small = |part: &&str| {
            part.parse::<u32>()
                .is_ok_and(|value| (1..=31).contains(&value))
        };
        parts.iter().all(is_number)
            && match lengths[..] {
                [4, 1..=2, 1..=2] => parts[1..].iter().all(small),
                [1..=2, 1..=2, 4] => parts[..2].iter().all(small),
                _ => false,
            }
    };
    ['-', '.', '/'].into_iter().any(of)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_dates_and_other_numbers_with_signs_are_not() {
        for text in [
            "2026-11-29",
            "29.11.2026",
            "11/29/2026",
            "2026-1-9T10:00:00",
            "2026-11-29 10:00",
        ] {
            assert!(is_date(text), "{text}");
        }
        for text in [
            "25-00703",
            "2026-13-45",
            "10.5",
            "1.2.3",
            "2026",
            "18-24-2026x",
            "",
        ] {
            assert!(!is_date(text), "{text}");
        }
    }
}
