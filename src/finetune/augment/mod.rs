//! Augmentation: images changed at random as another photograph of the same face might differ, on the
//! host, so that it is the same on every engine.

mod colour;
mod degrade;
mod warp;

use rand::RngExt;
use rand::rngs::ChaCha8Rng;
use serde::{Deserialize, Serialize};
use std::str::FromStr;

/// How strongly images are changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Augment {
    None,
    /// Mirrored, one in two.
    #[default]
    Flip,
    /// Also turned, scaled and moved a little, and other light.
    Light,
    /// More of that, blur, the noise of JPEG, and a rectangle that is erased.
    Strong,
}

impl FromStr for Augment {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "none" => Ok(Self::None),
            "flip" => Ok(Self::Flip),
            "light" => Ok(Self::Light),
            "strong" => Ok(Self::Strong),
            _ => Err(format!(
                "`{text}` is no way to augment; write none, flip, light or strong"
            )),
        }
    }
}

/// The most that an image is changed by, and how often.
struct Strength {
    /// Degrees.
    turn: f32,
    /// Share of the size.
    scale: f32,
    shift: f32,
    /// Share of brightness, contrast and saturation.
    light: f32,
    /// How often each of blur, JPEG noise and erasing.
    degrade: f64,
}

const LIGHT: Strength = Strength {
    turn: 8.0,
    scale: 0.08,
    shift: 0.05,
    light: 0.2,
    degrade: 0.0,
};
const STRONG: Strength = Strength {
    turn: 15.0,
    scale: 0.15,
    shift: 0.08,
    light: 0.4,
    degrade: 0.25,
};

/// Changes `pixels`, `[height, width, 3]` RGB row-major. The same draws give the same bytes.
///
/// # Panics
/// If there are not as many pixels as the size says.
pub fn augment(pixels: &mut Vec<u8>, size: [usize; 2], augment: Augment, rng: &mut ChaCha8Rng) {
    let [height, width] = size;
    assert_eq!(pixels.len(), height * width * 3, "the pixels of an image");
    let strength = match augment {
        Augment::None => return,
        Augment::Flip => None,
        Augment::Light => Some(LIGHT),
        Augment::Strong => Some(STRONG),
    };
    if rng.random() {
        mirror(pixels, width);
    }
    let Some(strength) = strength else { return };
    let mut within = |most: f32| rng.random_range(-most..=most);
    let affine = warp::Affine {
        radians: within(strength.turn).to_radians(),
        scale: 1.0 + within(strength.scale),
        shift: [within(strength.shift), within(strength.shift)],
    };
    let light = colour::Light {
        brightness: 1.0 + within(strength.light),
        contrast: 1.0 + within(strength.light),
        saturation: 1.0 + within(strength.light),
    };
    *pixels = warp::warp(pixels, size, &affine);
    colour::relight(pixels, &light);
    let mut now = || rng.random_bool(strength.degrade);
    let [blurs, compresses, erases] = [now(), now(), now()];
    if blurs {
        degrade::blur(pixels, size, rng.random_range(0.5..1.5));
    }
    if compresses {
        degrade::compress(pixels, size, rng.random_range(30..80));
    }
    if erases {
        degrade::erase(pixels, size, rng);
    }
}

/// Left becomes right.
pub fn mirror(pixels: &mut [u8], width: usize) {
    for row in pixels.chunks_mut(width * 3) {
        let (pixels, _) = row.as_chunks_mut::<3>();
        pixels.reverse();
    }
}

#[cfg(test)]
mod tests;
