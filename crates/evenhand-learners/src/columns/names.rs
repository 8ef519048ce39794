//! Words in names of columns that tell what the columns hold.

/// Words of columns whose digits are labels.
const CODES: [&str; 32] = [
    "zip", "zipcode", "postal", "postcode", "plz", "fips", "puma", "code", "cd", "naics", "naicsp",
    "soc", "socp", "isco", "isic", "nace", "occ", "occp", "ind", "indp", "cat", "category", "type",
    "group", "class", "region", "district", "county", "state", "tract", "precinct", "phone",
];
/// Words of columns whose whole numbers are quantities, however few they are.
const QUANTITIES: [&str; 48] = [
    "age",
    "agep",
    "num",
    "number",
    "count",
    "year",
    "years",
    "hour",
    "hours",
    "minutes",
    "days",
    "weeks",
    "months",
    "size",
    "income",
    "wage",
    "score",
    "decile",
    "percentile",
    "quintile",
    "quartile",
    "rank",
    "times",
    "kids",
    "children",
    "persons",
    "people",
    "rooms",
    "cars",
    "height",
    "weight",
    "population",
    "pop",
    "rate",
    "share",
    "percent",
    "pct",
    "amount",
    "price",
    "total",
    "sum",
    "mean",
    "median",
    "average",
    "duration",
    "distance",
    "area",
    "density",
];
/// Words of columns that name their rows.
const IDENTIFIERS: [&str; 10] = [
    "id",
    "ids",
    "identifier",
    "uuid",
    "guid",
    "serial",
    "serialno",
    "caseid",
    "respid",
    "idno",
];
/// Words of columns of survey weights.
const WEIGHTS: [&str; 8] = [
    "pwgtp", "wgtp", "perwt", "hhwt", "fnlwgt", "finalwgt", "pweight", "wgt",
];
/// Words of columns of survey weights or of bodies.
const MAYBE_WEIGHTS: [&str; 4] = ["weight", "weights", "wt", "wts"];
/// Words of columns that say where rows come from.
const PLACES: [&str; 22] = [
    "puma",
    "state",
    "county",
    "region",
    "zip",
    "zipcode",
    "postcode",
    "plz",
    "fips",
    "country",
    "district",
    "precinct",
    "tract",
    "city",
    "place",
    "site",
    "school",
    "village",
    "municipality",
    "province",
    "canton",
    "hospital",
];

/// The words of a name: apart by other signs, and by capitals within (`CensusId`).
fn words(name: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut before = ' ';
    for c in name.chars() {
        let starts = c.is_uppercase() && before.is_lowercase();
        if !c.is_alphanumeric() || starts {
            words.push(String::new());
        }
        if c.is_alphanumeric() {
            words.last_mut().expect("one word").extend(c.to_lowercase());
        }
        before = c;
    }
    words.retain(|word| !word.is_empty());
    words
}

fn word_of(name: &str, known: &[&str]) -> Option<String> {
    words(name)
        .into_iter()
        .find(|word| known.contains(&word.as_str()))
}

/// The word that says that digits are labels.
pub(super) fn code_word(name: &str) -> Option<String> {
    word_of(name, &CODES)
}

/// The word that says that numbers are quantities.
pub(super) fn quantity_word(name: &str) -> Option<String> {
    word_of(name, &QUANTITIES)
}

/// The word that says that a column names its rows.
pub(super) fn identifier_word(name: &str) -> Option<String> {
    word_of(name, &IDENTIFIERS)
}

/// The word that says that a column holds survey weights.
pub(super) fn weight_word(name: &str) -> Option<String> {
    word_of(name, &WEIGHTS)
}

/// The word that says that a column holds weights of a survey or of bodies.
pub(super) fn maybe_weight_word(name: &str) -> Option<String> {
    word_of(name, &MAYBE_WEIGHTS)
}

/// The word that says that a column tells where rows come from.
pub(super) fn place_word(name: &str) -> Option<String> {
    word_of(name, &PLACES)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_fall_into_words() {
        assert_eq!(words("CensusId"), ["census", "id"]);
        assert_eq!(words("education-num"), ["education", "num"]);
        assert_eq!(words("INDP_CAT"), ["indp", "cat"]);
        assert!(identifier_word("paid").is_none() && identifier_word("county_id").is_some());
        assert_eq!(weight_word("PWGTP").as_deref(), Some("pwgtp"));
        assert!(code_word("home zip").is_some() && quantity_word("PINCP_DECILE").is_some());
    }
}
