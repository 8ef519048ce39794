//! Resizing is held to Pillow: to digests of what it made, and to itself where a Python has it.

use super::{Filter, Fit, Geometry, resize};
use image::RgbImage;
use std::io::Write;
use std::process::{Command, Stdio};

const SIZES: &str = include_str!("../../../../../tests/fixtures/pillow/sizes.txt");
const SCRIPT: &str = concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/../../tests/fixtures/pillow/resize.py"
);
const FILTERS: [Filter; 3] = [Filter::Bilinear, Filter::Bicubic, Filter::Lanczos];

/// As `resize.py` draws it.
fn noise(width: u32, height: u32) -> RgbImage {
    let byte = |at: u32| {
        let x = at.wrapping_mul(0x9E37_79B1);
        let x = (x ^ (x >> 15)).wrapping_mul(0x85EB_CA6B);
        (x ^ (x >> 13)) as u8
    };
    let bytes = (0..width * height * 3).map(byte).collect();
    RgbImage::from_raw(width, height, bytes).unwrap()
}

/// As PNG and Python's `zlib` have it.
fn crc32(bytes: impl Iterator<Item = u8>) -> u32 {
    let mut table = [0_u32; 256];
    for (byte, entry) in table.iter_mut().enumerate() {
        *entry = (0..8).fold(byte as u32, |crc, _| (crc >> 1) ^ (0xEDB8_8320 * (crc & 1)));
    }
    !bytes.fold(u32::MAX, |crc, byte| {
        (crc >> 8) ^ table[usize::from(crc as u8 ^ byte)]
    })
}

/// A line as `resize.py` writes it, from our own pixels.
fn line(sizes: [u32; 4]) -> String {
    let [width, height, to_width, to_height] = sizes;
    let mut line = format!("{width} {height} {to_width} {to_height}");
    for filter in FILTERS {
        let geometry = Geometry {
            width: to_width as usize,
            height: to_height as usize,
            fit: Fit::Squash,
            filter,
        };
        let pixels = resize(noise(width, height), geometry);
        let grey = crc32(pixels.iter().copied().step_by(3));
        let colour = crc32(pixels.into_iter());
        line += &format!(" {colour:08x} {grey:08x}");
    }
    line
}

fn sizes(line: &str) -> [u32; 4] {
    let mut numbers = line.split(' ').map(|number| number.parse().unwrap());
    std::array::from_fn(|_| numbers.next().unwrap())
}

#[test]
fn resized_pixels_have_the_digests_of_those_of_pillow() {
    assert_eq!(SIZES.lines().count(), 60);
    for expected in SIZES.lines() {
        assert_eq!(line(sizes(expected)), expected);
    }
}

#[test]
fn a_thousand_sizes_are_resized_to_the_bytes_of_pillow() {
    let Some(python) = std::env::var_os("VIRTUAL_ENV") else {
        eprintln!("left out: VIRTUAL_ENV names no Python with Pillow");
        return;
    };
    let mut state = 1_u64;
    let mut side = |most: f64| {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        let share = (state >> 33) as f64 / f64::from(1_u32 << 31);
        most.powf(share) as u32
    };
    let mut asked = String::new();
    for _ in 0..1000 {
        let sides = [side(400.0), side(400.0), side(300.0), side(300.0)];
        asked += &format!("{}\n", sides.map(|side| side.to_string()).join(" "));
    }
    let mut child = Command::new(std::path::Path::new(&python).join("bin/python"))
        .arg(SCRIPT)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let writer = std::thread::spawn(move || stdin.write_all(asked.as_bytes()));
    let output = child.wait_with_output().unwrap();
    writer.join().unwrap().unwrap();
    let told = String::from_utf8(output.stdout).unwrap();
    assert_eq!(told.lines().count(), 1000);
    for expected in told.lines() {
        assert_eq!(line(sizes(expected)), expected);
    }
}
