//! Numbers as the text that pandas and Python would write into a CSV.

/// The shortest text that reads as the same number: `0.1`, `1.0`, `1e-05`, `1e+16`.
pub(crate) fn float(value: f64) -> String {
    python(format!("{value:?}"))
}

/// The same of a number of half the size, whose shortest text is shorter.
pub(crate) fn single(value: f32) -> String {
    python(format!("{value:?}"))
}

/// A number of a cell: spreadsheets know no integers, so `1` is one without a point.
pub(crate) fn cell(value: f64) -> String {
    if value.fract() == 0.0 && value.abs() < 1e16 {
        // Through an integer, which has no negative zero.
        (value as i64).to_string()
    } else {
        float(value)
    }
}

/// Python's exponents have a sign and two digits.
fn python(text: String) -> String {
    match text.split_once('e') {
        None => text,
        Some((digits, exponent)) => match exponent.strip_prefix('-') {
            Some(exponent) => format!("{digits}e-{exponent:0>2}"),
            None => format!("{digits}e+{exponent:0>2}"),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn floats_are_written_as_python_writes_them() {
        for (value, text) in [
            (0.1 + 0.2, "0.30000000000000004"),
            (1.0, "1.0"),
            (-0.5, "-0.5"),
            (0.0001, "0.0001"),
            (0.000_01, "1e-05"),
            (1.5e-10, "1.5e-10"),
            (1e15, "1000000000000000.0"),
            (1e16, "1e+16"),
            (1.25e100, "1.25e+100"),
            (f64::INFINITY, "inf"),
        ] {
            assert_eq!(float(value), text);
        }
        assert_eq!(single(0.1), "0.1");
    }

    #[test]
    fn a_whole_number_in_a_cell_has_no_point() {
        for (value, text) in [
            (3.0, "3"),
            (-3.0, "-3"),
            (0.0, "0"),
            (-0.0, "0"),
            (0.25, "0.25"),
            (1e15, "1000000000000000"),
            (1e16, "1e+16"),
        ] {
            assert_eq!(cell(value), text);
        }
    }
}
