//! Damage: one to eight changes to a seed.

use crate::seeds::Seed;
use rand::rngs::ChaCha8Rng;
use rand::seq::IndexedRandom;
use rand::{RngExt, SeedableRng};

/// Longest input, in bytes.
const LONGEST: usize = 1 << 20;
/// Numbers that lengths, counts and offsets go wrong at.
const EDGES: [u64; 10] = [
    0,
    1,
    0x7f,
    0x80,
    0xff,
    0x7fff,
    0xffff,
    0x7fff_ffff,
    0xffff_ffff,
    0x7fff_ffff_ffff_ffff,
];
/// Text that parsers of text go wrong at.
const WORDS: [&str; 12] = [
    "\"", ",", ";", "\n", "\r\n", "\0", "\t", "NaN", "1e999", "-1", "[[", "\u{feff}",
];

/// The input with this number: it depends on nothing else.
pub fn input(seeds: &[Seed], seed: u64, number: u64) -> (Vec<u8>, String) {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    rng.set_stream(number);
    let chosen = seeds.choose(&mut rng).expect("there are seeds");
    let mut bytes = chosen.bytes.clone();
    for _ in 0..rng.random_range(1..=8) {
        change(&mut bytes, seeds, &mut rng);
    }
    bytes.truncate(LONGEST);
    if bytes.starts_with(b"\x89PNG") {
        mend_checksums(&mut bytes);
    }
    (bytes, chosen.extension.clone())
}

fn change(bytes: &mut Vec<u8>, seeds: &[Seed], rng: &mut ChaCha8Rng) {
    if bytes.is_empty() {
        bytes.push(rng.random());
        return;
    }
    let at = rng.random_range(0..bytes.len());
    let end = at + rng.random_range(1..=64).min(bytes.len() - at);
    match rng.random_range(0..9) {
        0 => bytes[at] ^= 1 << rng.random_range(0..8),
        1 => bytes[at] = rng.random(),
        2 => write_number(bytes, at, rng),
        3 => bytes.truncate(at),
        4 => drop(bytes.drain(at..end)),
        5 => {
            let copy = bytes[at..end].repeat(rng.random_range(1..=200));
            bytes.splice(at..at, copy);
        }
        6 => {
            let word = WORDS.choose(rng).expect("there are words");
            bytes.splice(at..at, word.bytes());
        }
        7 => {
            let other = &seeds.choose(rng).expect("there are seeds").bytes;
            let from = rng.random_range(0..=other.len());
            bytes.splice(at.., other[from..].iter().copied());
        }
        _ => bytes[at..end].fill(rng.random()),
    }
}

/// An edge, as a number of one to eight bytes in either order.
fn write_number(bytes: &mut [u8], at: usize, rng: &mut ChaCha8Rng) {
    let edge = *EDGES.choose(rng).expect("there are edges");
    let width = [1, 2, 4, 8][rng.random_range(0..4)].min(bytes.len() - at);
    let number = match rng.random() {
        true => edge.to_le_bytes()[..width].to_vec(),
        false => edge.to_be_bytes()[8 - width..].to_vec(),
    };
    bytes[at..at + width].copy_from_slice(&number);
}

/// Gives the chunks of a PNG the checksums that they should have: else nothing behind them is read.
fn mend_checksums(bytes: &mut [u8]) {
    let mut at = 8;
    while let Some(length) = bytes.get(at..at + 4) {
        let length = u32::from_be_bytes(length.try_into().expect("four bytes")) as usize;
        let end = at + 8 + length;
        if end + 4 > bytes.len() {
            return;
        }
        let sum = crc32(&bytes[at + 4..end]);
        bytes[end..end + 4].copy_from_slice(&sum.to_be_bytes());
        at = end + 4;
    }
}

fn crc32(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(u32::MAX, |sum, byte| {
        (0..8).fold(sum ^ u32::from(*byte), |sum, _| {
            (sum >> 1) ^ (0xedb8_8320 & (sum & 1).wrapping_neg())
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn checksums_are_those_of_the_standard() {
        assert_eq!(crc32(b"123456789"), 0xcbf4_3926);
    }

    #[test]
    fn an_input_depends_on_its_number_alone() {
        let seeds = [Seed {
            bytes: b"file,label\na.png,x\n".to_vec(),
            extension: "csv".to_owned(),
        }];
        assert_eq!(input(&seeds, 1, 7), input(&seeds, 1, 7));
        let all: Vec<_> = (0..20).map(|number| input(&seeds, 1, number).0).collect();
        assert!(all.iter().any(|bytes| *bytes != all[0]));
    }
}
