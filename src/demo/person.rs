//! Who is drawn: every trait of a face, drawn from a random stream of its own.

use super::canvas::{Colour, mix};
use rand::RngExt;
use rand::rngs::ChaCha8Rng;

/// From light to dark; [`Person::tone`] 1 is the first.
const SKIN: [Colour; 10] = [
    [0.98, 0.89, 0.82],
    [0.96, 0.84, 0.74],
    [0.93, 0.78, 0.65],
    [0.88, 0.71, 0.56],
    [0.80, 0.61, 0.46],
    [0.70, 0.51, 0.37],
    [0.60, 0.42, 0.30],
    [0.50, 0.34, 0.24],
    [0.40, 0.27, 0.19],
    [0.31, 0.21, 0.15],
];
const HAIR: [Colour; 6] = [
    [0.10, 0.08, 0.07],
    [0.18, 0.12, 0.09],
    [0.30, 0.19, 0.12],
    [0.45, 0.29, 0.16],
    [0.72, 0.55, 0.30],
    [0.55, 0.24, 0.11],
];
const GREY: Colour = [0.78, 0.77, 0.76];
const IRIS: [Colour; 4] = [
    [0.22, 0.13, 0.08],
    [0.36, 0.23, 0.12],
    [0.30, 0.42, 0.30],
    [0.32, 0.47, 0.62],
];

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Age {
    Child,
    Adult,
    Older,
}

impl Age {
    pub fn name(self) -> &'static str {
        match self {
            Self::Child => "child",
            Self::Adult => "adult",
            Self::Older => "older",
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Hair {
    Bald,
    Short,
    Fringe,
    Long,
    Curly,
    Bun,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Beard {
    None,
    Moustache,
    Full,
}

/// A mouth: what the label is about.
#[derive(Debug, Clone, Copy)]
pub(super) struct Mouth {
    /// How far the corners are up: about 1 in a broad smile, 0 at rest, negative when sulking.
    pub smile: f32,
    /// How far the lips are apart.
    pub open: f32,
    /// True if the upper teeth show when it is open.
    pub teeth: bool,
    pub width: f32,
    pub fullness: f32,
    pub colour: Colour,
}

/// A face to draw. Lengths are in half heights of the head.
#[derive(Debug, Clone)]
pub(super) struct Person {
    pub smiling: bool,
    /// 1 (light) to 10 (dark).
    pub tone: usize,
    pub age: Age,
    pub skin: Colour,
    pub head_width: f32,
    pub jaw: f32,
    pub hair: Hair,
    pub hair_colour: Colour,
    pub beard: Beard,
    pub eye_size: f32,
    pub eye_gap: f32,
    pub eye_open: f32,
    pub iris: Colour,
    pub gaze: f32,
    pub brow_lift: f32,
    pub brow_tilt: f32,
    pub brow_width: f32,
    pub nose_length: f32,
    pub nose_width: f32,
    pub mouth: Mouth,
    /// The frame's colour and how round it is, 0 to 1.
    pub glasses: Option<(Colour, f32)>,
    pub shirt: Colour,
    pub background: [Colour; 2],
    /// The light comes from the left (-1) to the right (1).
    pub light: f32,
    /// How far the head is turned, in units that features move sideways.
    pub yaw: f32,
}

/// Roughly normal: the sum of four uniforms, so never more than 3.5 deviations out.
pub(super) fn normal(random: &mut ChaCha8Rng, mean: f32, deviation: f32) -> f32 {
    let sum: f32 = (0..4).map(|_| random.random::<f32>()).sum();
    mean + deviation * (sum - 2.0) * 3f32.sqrt()
}

fn pick<T: Copy>(random: &mut ChaCha8Rng, choices: &[T]) -> T {
    choices[random.random_range(0..choices.len())]
}

impl Hair {
    /// The styles to pick from, frequent ones twice.
    fn of(age: Age) -> &'static [Self] {
        match age {
            Age::Child => &[Self::Short, Self::Fringe, Self::Long, Self::Curly],
            Age::Adult => &[
                Self::Short,
                Self::Short,
                Self::Fringe,
                Self::Long,
                Self::Curly,
                Self::Bun,
            ],
            Age::Older => &[Self::Bald, Self::Short, Self::Long, Self::Bun],
        }
    }
}

impl Beard {
    fn random(age: Age, hair: Hair, random: &mut ChaCha8Rng) -> Self {
        let may_grow = age != Age::Child && matches!(hair, Hair::Bald | Hair::Short | Hair::Curly);
        if may_grow {
            pick(
                random,
                &[Self::None, Self::None, Self::Moustache, Self::Full],
            )
        } else {
            Self::None
        }
    }
}

/// Colours of glasses.
const FRAMES: [Colour; 4] = [
    [0.08, 0.08, 0.09],
    [0.35, 0.20, 0.10],
    [0.55, 0.12, 0.14],
    [0.62, 0.62, 0.66],
];

impl Person {
    /// Draws everything but tone and label, which a data set balances.
    pub fn random(tone: usize, smiling: bool, random: &mut ChaCha8Rng) -> Self {
        let age = pick(random, &[Age::Child, Age::Adult, Age::Adult, Age::Older]);
        let child = age == Age::Child;
        let hair = pick(random, Hair::of(age));
        // Light hair goes with light skin only, mostly.
        let shades = if tone <= 4 { HAIR.len() } else { 3 };
        let natural = pick(random, &HAIR[..shades]);
        let grey = if age == Age::Older {
            random.random_range(0.6..1.0)
        } else {
            0.0
        };
        let beard = Beard::random(age, hair, random);
        let skin = mix(
            SKIN[tone - 1],
            [0.85, 0.55, 0.45],
            random.random_range(0.0..0.08),
        );
        let mouth = Mouth::random(smiling, skin, random);
        let colour = |random: &mut ChaCha8Rng, low: f32, high: f32| -> Colour {
            let grey = random.random_range(low..high);
            std::array::from_fn(|_| (grey + normal(random, 0.0, 0.09)).clamp(0.03, 0.97))
        };
        Self {
            smiling,
            tone,
            age,
            skin,
            head_width: normal(random, if child { 0.84 } else { 0.77 }, 0.035),
            jaw: normal(random, if child { 0.80 } else { 0.76 }, 0.05),
            hair,
            hair_colour: mix(natural, GREY, grey),
            beard,
            eye_size: normal(random, if child { 0.205 } else { 0.165 }, 0.012),
            eye_gap: normal(random, 0.33, 0.02),
            // Smiles reach the eyes, some more than others; so does the sun.
            eye_open: normal(random, 0.57 - 0.15 * mouth.smile.clamp(0.0, 1.0), 0.07).max(0.2),
            iris: if tone <= 4 {
                pick(random, &IRIS)
            } else {
                pick(random, &IRIS[..2])
            },
            gaze: normal(random, 0.0, 0.2),
            brow_lift: normal(random, 0.30, 0.03),
            brow_tilt: normal(random, 0.0, 0.035),
            brow_width: normal(random, if child { 0.045 } else { 0.06 }, 0.012),
            nose_length: normal(random, if child { 0.26 } else { 0.36 }, 0.03),
            nose_width: normal(random, 0.13, 0.02),
            mouth,
            glasses: random
                .random_bool(0.3)
                .then(|| (pick(random, &FRAMES), random.random())),
            shirt: colour(random, 0.1, 0.9),
            background: [colour(random, 0.35, 0.9), colour(random, 0.25, 0.85)],
            light: random.random_range(-1.0..1.0),
            yaw: normal(random, 0.0, 0.04),
        }
    }
}

impl Mouth {
    /// Smiling or not overlap, as they do in life: some smiles are faint, some mouths at rest turn
    /// up, and some that are open only talk.
    fn random(smiling: bool, skin: Colour, random: &mut ChaCha8Rng) -> Self {
        let smile = if smiling {
            normal(random, 0.95, 0.21)
        } else {
            normal(random, -0.06, 0.19)
        };
        let parted = random.random_bool(if smiling { 0.6 } else { 0.25 });
        let open = if parted {
            random.random_range(0.06..0.16)
        } else {
            0.0
        };
        // A mouth that talks is rounder than one that smiles.
        let rest = if parted && !smiling { 0.21 } else { 0.26 };
        Self {
            smile,
            open,
            teeth: smiling || random.random_bool(0.3),
            width: normal(random, rest + 0.08 * smile.max(0.0), 0.018),
            fullness: normal(random, 0.062, 0.012),
            colour: mix(skin, [0.66, 0.20, 0.22], random.random_range(0.35..0.75)),
        }
    }
}
