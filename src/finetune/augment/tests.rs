use super::*;
use rand::SeedableRng;

const SIZE: [usize; 2] = [6, 4];

fn ramp() -> Vec<u8> {
    (0..SIZE[0] * SIZE[1] * 3)
        .map(|at| (at * 3) as u8)
        .collect()
}

#[test]
fn a_mirror_twice_is_the_image() {
    let mut pixels = ramp();
    mirror(&mut pixels, SIZE[1]);
    assert_eq!(pixels[..3], ramp()[9..12]);
    mirror(&mut pixels, SIZE[1]);
    assert_eq!(pixels, ramp());
}

#[test]
fn nothing_moves_where_nothing_is_to_be_moved() {
    let still = warp::Affine {
        radians: 0.0,
        scale: 1.0,
        shift: [0.0; 2],
    };
    assert_eq!(warp::warp(&ramp(), SIZE, &still), ramp());
    let same = colour::Light {
        brightness: 1.0,
        contrast: 1.0,
        saturation: 1.0,
    };
    let mut pixels = ramp();
    colour::relight(&mut pixels, &same);
    assert_eq!(pixels, ramp());
}

#[test]
fn a_shift_by_a_pixel_moves_by_a_pixel_and_the_edge_goes_on() {
    let shift = warp::Affine {
        radians: 0.0,
        scale: 1.0,
        shift: [0.25, 0.0],
    };
    let moved = warp::warp(&ramp(), SIZE, &shift);
    assert_eq!(moved[3..12], ramp()[..9]);
    assert_eq!(moved[..3], ramp()[..3]);
}

#[test]
fn a_half_turn_is_upside_down() {
    let turn = warp::Affine {
        radians: std::f32::consts::PI,
        scale: 1.0,
        shift: [0.0; 2],
    };
    let turned = warp::warp(&ramp(), SIZE, &turn);
    let mut upside_down = ramp().as_chunks::<3>().0.to_vec();
    upside_down.reverse();
    assert_eq!(turned.as_chunks::<3>().0, upside_down);
}

#[test]
fn less_saturation_is_nearer_to_grey_and_less_brightness_darker() {
    let spread = |pixels: &[u8]| pixels.iter().max().unwrap() - pixels.iter().min().unwrap();
    let relit = |brightness, saturation| {
        let mut pixels = vec![200, 40, 90];
        let light = colour::Light {
            brightness,
            contrast: 1.0,
            saturation,
        };
        colour::relight(&mut pixels, &light);
        pixels
    };
    assert!(spread(&relit(1.0, 0.5)) < spread(&relit(1.0, 1.0)));
    assert_eq!(relit(0.5, 1.0), [100, 20, 45]);
}

#[test]
fn the_same_draws_give_the_same_bytes_and_others_give_others() {
    let drawn = |seed: u64, strength| {
        let mut pixels = ramp();
        augment(
            &mut pixels,
            SIZE,
            strength,
            &mut ChaCha8Rng::seed_from_u64(seed),
        );
        pixels
    };
    for strength in [Augment::Light, Augment::Strong] {
        assert_eq!(drawn(3, strength), drawn(3, strength));
        assert_ne!(drawn(3, strength), drawn(4, strength));
        assert_eq!(drawn(5, strength).len(), ramp().len());
    }
    assert_eq!(drawn(3, Augment::None), ramp());
    let flips: Vec<_> = (0..8).map(|seed| drawn(seed, Augment::Flip)).collect();
    assert!(flips.contains(&ramp()) && flips.iter().any(|image| *image != ramp()));
}

#[test]
fn what_degrades_keeps_the_size_and_changes_something() {
    let mut rng = ChaCha8Rng::seed_from_u64(1);
    let mut blurred = ramp();
    degrade::blur(&mut blurred, SIZE, 1.0);
    let mut compressed = ramp();
    degrade::compress(&mut compressed, SIZE, 20);
    let mut erased = ramp();
    degrade::erase(&mut erased, SIZE, &mut rng);
    for changed in [blurred, compressed, erased] {
        assert!(changed.len() == ramp().len() && changed != ramp());
    }
}
