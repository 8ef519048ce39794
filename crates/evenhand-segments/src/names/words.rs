//! Words of names, and the columns that they speak of.

/// Shorter words say too little: `of`, `and`, `per`.
const SHORTEST: usize = 4;
/// The longest ending by which two words of one stem may differ: `employment` and `employed`.
const ENDING: usize = 4;

/// Words of a name, also of one written together: `child` and `poverty` of `ChildPoverty`.
pub fn words(name: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut was_small = false;
    for c in name.chars() {
        if !c.is_alphabetic() || (c.is_uppercase() && was_small) {
            words.push(String::new());
        }
        was_small = c.is_lowercase();
        if let Some(word) = words.last_mut().filter(|_| c.is_alphabetic()) {
            word.extend(c.to_lowercase());
        }
    }
    words.retain(|word| word.chars().count() >= SHORTEST);
    words
}

/// Whether two words begin alike, in at least four letters and up to short endings.
pub fn same_stem(a: &str, b: &str) -> bool {
    let shared = a.chars().zip(b.chars()).take_while(|(a, b)| a == b).count();
    let rest = a.chars().count().max(b.chars().count()) - shared;
    shared >= SHORTEST && rest <= ENDING
}
