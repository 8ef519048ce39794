//! Names of months as spreadsheets write them.

/// Names in English, German, French, Spanish, Italian, Dutch and Portuguese: short as in `Oct-19`, and in full.
const MONTHS: [&[&str]; 12] = [
    &[
        "jan", "jän", "janv", "ene", "gen", "january", "januar", "jänner", "janvier", "enero",
        "gennaio", "januari", "janeiro",
    ],
    &[
        "feb",
        "févr",
        "fév",
        "fevr",
        "fev",
        "febr",
        "february",
        "februar",
        "février",
        "febrero",
        "febbraio",
        "februari",
        "fevereiro",
    ],
    &[
        "mar", "mär", "märz", "mrz", "mrt", "mars", "march", "marzo", "maart", "março",
    ],
    &["apr", "avr", "abr", "april", "avril", "abril", "aprile"],
    &["may", "mai", "mag", "mei", "mayo", "maggio", "maio"],
    &[
        "jun", "juin", "giu", "june", "juni", "junio", "giugno", "junho",
    ],
    &[
        "jul", "juil", "lug", "july", "juli", "juillet", "julio", "luglio", "julho",
    ],
    &[
        "aug", "août", "aou", "aout", "ago", "august", "agosto", "augustus",
    ],
    &[
        "sep",
        "sept",
        "set",
        "sett",
        "september",
        "septembre",
        "septiembre",
        "settembre",
        "setembro",
    ],
    &[
        "oct", "okt", "ott", "out", "october", "oktober", "octobre", "octubre", "ottobre",
        "outubro",
    ],
    &["nov", "november", "novembre", "noviembre", "novembro"],
    &[
        "dec",
        "dez",
        "déc",
        "dic",
        "december",
        "dezember",
        "décembre",
        "decembre",
        "diciembre",
        "dicembre",
        "dezembro",
    ],
];

/// The number of the month of this name, in any case.
pub(crate) fn month(name: &str) -> Option<u32> {
    let name = name.to_lowercase();
    let index = MONTHS
        .iter()
        .position(|names| names.contains(&name.as_str()))?;
    Some(index as u32 + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_name_is_of_two_months() {
        let mut names: Vec<&str> = MONTHS.concat();
        let all = names.len();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), all);
        assert!(names.iter().all(|name| name.to_lowercase() == *name));
    }
}
