//! Planes of luma and chroma to RGB, to the bytes that libjpeg-turbo gives.
//!
//! Its translation to Rust goes pixel by pixel, through tables. A compiler makes vector instructions of the loops here.

use image::RgbImage;
use libjpeg_turbo_rs::{ColorSpace, ComponentInfo, Decoder, FrameHeader, JpegError, RawImage};
use pulp::NullaryFnOnce;

const CHANNELS: usize = 3;

/// libjpeg-turbo widens chroma of two columns by another rule; images of this width have three.
const LEAST_WIDTH: u16 = 5;

/// Half of a level, in fixed point with 16 fractional bits.
const HALF: i32 = 1 << 15;

/// The size of the chroma planes, beside that of luma.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Chroma {
    /// 4:4:4.
    Full,
    /// 4:2:2: half the columns.
    HalfWidth,
    /// 4:2:0: half the columns and half the rows.
    Quarter,
}

impl Chroma {
    /// `None` for an image that is not made of luma and chroma, has another size of chroma, or is progressive: only
    /// libjpeg-turbo smooths the blocks of one that is not complete.
    pub(super) fn of(decoder: &Decoder) -> Option<Self> {
        let FrameHeader {
            precision: 8,
            width: LEAST_WIDTH..,
            height: 1..,
            is_progressive: false,
            is_lossless: false,
            components,
            ..
        } = decoder.header()
        else {
            return None;
        };
        let [luma, blue, red] = components.as_slice() else {
            return None;
        };
        let factors = |of: &ComponentInfo| (of.horizontal_sampling, of.vertical_sampling);
        let (wide, high) = factors(blue);
        if decoder.jpeg_color_space() != ColorSpace::YCbCr || factors(red) != (wide, high) {
            return None;
        }
        match factors(luma) {
            luma if luma == (wide, high) => Some(Self::Full),
            luma if luma == (2 * wide, high) => Some(Self::HalfWidth),
            luma if luma == (2 * wide, 2 * high) => Some(Self::Quarter),
            _ => None,
        }
    }
}

/// RGB of the planes.
///
/// # Errors
/// There is no memory for it.
pub(super) fn to_rgb(planes: &RawImage, chroma: Chroma) -> Result<RgbImage, JpegError> {
    let RawImage { width, height, .. } = *planes;
    let len = width * height * CHANNELS;
    let mut rgb = Vec::new();
    rgb.try_reserve_exact(len)
        .map_err(|_| JpegError::AllocationFailed {
            what: "pixels",
            bytes: len as u64,
        })?;
    let conversion = Conversion {
        planes,
        chroma,
        rgb,
    };
    let rgb = RgbImage::from_raw(width as u32, height as u32, conversion.run());
    Ok(rgb.expect("all rows are there"))
}

struct Conversion<'a> {
    planes: &'a RawImage,
    chroma: Chroma,
    /// Empty, with room for all rows.
    rgb: Vec<u8>,
}

impl Conversion<'_> {
    fn run(self) -> Vec<u8> {
        #[cfg(target_arch = "x86_64")]
        if let Some(simd) = pulp::x86::V3::try_new() {
            return simd.vectorize(self);
        }
        self.call()
    }

    /// The first `columns` levels of a row of a plane.
    #[inline(always)]
    fn row(&self, plane: usize, row: usize, columns: usize) -> &[u8] {
        let start = row * self.planes.plane_widths[plane];
        &self.planes.planes[plane][start..start + columns]
    }

    /// A row of chroma, at the width of the image or one more. `blended` has room for half of it, and one more at
    /// either end.
    #[inline(always)]
    fn chroma_row(&self, plane: usize, row: usize, blended: &mut [u16], out: &mut [u8]) {
        let RawImage { width, height, .. } = *self.planes;
        let columns = width.div_ceil(2);
        let blends = blended[1..].iter_mut();
        match self.chroma {
            Chroma::Full => out[..width].copy_from_slice(self.row(plane, row, width)),
            Chroma::HalfWidth => {
                for (blend, own) in blends.zip(self.row(plane, row, columns)) {
                    *blend = u16::from(*own);
                }
                widen::<1, 2, 2>(blended, out);
            }
            Chroma::Quarter => {
                let own = row / 2;
                let other = match row % 2 {
                    0 => own.saturating_sub(1),
                    _ => (own + 1).min(height.div_ceil(2) - 1),
                };
                let other = self.row(plane, other, columns);
                for ((blend, own), other) in blends.zip(self.row(plane, own, columns)).zip(other) {
                    *blend = 3 * u16::from(*own) + u16::from(*other);
                }
                widen::<8, 7, 4>(blended, out);
            }
        }
    }
}

impl NullaryFnOnce for Conversion<'_> {
    type Output = Vec<u8>;

    #[inline(always)]
    fn call(mut self) -> Vec<u8> {
        let RawImage { width, height, .. } = *self.planes;
        let columns = width.div_ceil(2);
        let mut blended = vec![0; columns + 2];
        let (mut blue, mut red) = (vec![0; 2 * columns], vec![0; 2 * columns]);
        let mut pixels = vec![[0; CHANNELS]; width];
        for row in 0..height {
            self.chroma_row(1, row, &mut blended, &mut blue);
            self.chroma_row(2, row, &mut blended, &mut red);
            let luma = self.row(0, row, width);
            for (((pixel, luma), blue), red) in pixels.iter_mut().zip(luma).zip(&blue).zip(&red) {
                *pixel = pixel_of(*luma, *blue, *red);
            }
            self.rgb.extend_from_slice(pixels.as_flattened());
        }
        self.rgb
    }
}

/// Two levels for each column, libjpeg's "fancy upsampling": three parts of its own level and one of its neighbour's, the
/// left one at even places, the right one at odd places. `EVEN` and `ODD` round up and down in turn. The outermost columns
/// are their own neighbours.
#[inline(always)]
fn widen<const EVEN: u16, const ODD: u16, const SHIFT: u32>(
    blended: &mut [u16],
    levels: &mut [u8],
) {
    let columns = blended.len() - 2;
    blended[0] = blended[1];
    blended[columns + 1] = blended[columns];
    let (pairs, _) = levels.as_chunks_mut::<2>();
    let (left, own, right) = (&*blended, &blended[1..], &blended[2..]);
    for (((pair, left), own), right) in pairs.iter_mut().zip(left).zip(own).zip(right) {
        *pair = [
            ((3 * own + left + EVEN) >> SHIFT) as u8,
            ((3 * own + right + ODD) >> SHIFT) as u8,
        ];
    }
}

/// From JFIF's YCbCr (ITU-R BT.601, full range), in fixed point.
#[inline(always)]
fn pixel_of(luma: u8, blue: u8, red: u8) -> [u8; CHANNELS] {
    let luma = i32::from(luma);
    let (blue, red) = (i32::from(blue) - 128, i32::from(red) - 128);
    let levels = [
        luma + ((91_881 * red + HALF) >> 16),
        luma - ((22_554 * blue + 46_802 * red + HALF) >> 16),
        luma + ((116_130 * blue + HALF) >> 16),
    ];
    levels.map(|level| level.clamp(0, 255) as u8)
}

#[cfg(test)]
mod tests {
    use super::*;
    use libjpeg_turbo_rs::{Encoder, PixelFormat, Subsampling};
    use proptest::prelude::*;

    const SUBSAMPLINGS: [(Subsampling, Chroma); 3] = [
        (Subsampling::S444, Chroma::Full),
        (Subsampling::S422, Chroma::HalfWidth),
        (Subsampling::S420, Chroma::Quarter),
    ];

    /// A JPEG of noise, which has levels of every kind beside each other.
    fn noise(width: usize, height: usize, seed: u32, subsampling: Subsampling) -> Vec<u8> {
        let byte = |at: usize| {
            let x = (at as u32).wrapping_add(seed).wrapping_mul(0x9E37_79B1);
            ((x ^ (x >> 15)).wrapping_mul(0x85EB_CA6B) >> 24) as u8
        };
        let pixels: Vec<u8> = (0..width * height * CHANNELS).map(byte).collect();
        Encoder::new(&pixels, width, height, PixelFormat::Rgb)
            .quality(100)
            .subsampling(subsampling)
            .encode()
            .unwrap()
    }

    fn of_the_decoder(jpeg: &[u8]) -> Vec<u8> {
        let decoder = Decoder::new(jpeg).unwrap();
        let decoder = decoder.with_output_format(PixelFormat::Rgb);
        decoder.decode_image().unwrap().data
    }

    proptest! {
        #[test]
        fn pixels_are_those_of_the_decoder(
            (width, height) in (5..90_usize, 1..90_usize),
            kind in 0..SUBSAMPLINGS.len(),
            seed in any::<u32>(),
        ) {
            let (subsampling, chroma) = SUBSAMPLINGS[kind];
            let jpeg = noise(width, height, seed, subsampling);
            let expected = of_the_decoder(&jpeg);
            let decoder = Decoder::new(&jpeg).unwrap();
            prop_assert_eq!(Chroma::of(&decoder), Some(chroma));
            let planes = decoder.decode_raw().unwrap();
            prop_assert_eq!(to_rgb(&planes, chroma).unwrap().into_raw(), &expected[..]);
            let portable = Conversion { planes: &planes, chroma, rgb: Vec::new() };
            prop_assert_eq!(portable.call(), expected);
        }
    }

    #[test]
    fn rare_kinds_are_left_to_the_decoder() {
        let kind = |jpeg: &[u8]| Chroma::of(&Decoder::new(jpeg).unwrap());
        assert_eq!(kind(&noise(4, 9, 1, Subsampling::S420)), None);
        assert_eq!(kind(&noise(40, 9, 1, Subsampling::S440)), None);
        assert_eq!(kind(&noise(40, 9, 1, Subsampling::S411)), None);
        let grey = [128; 64];
        let grey = Encoder::new(&grey, 8, 8, PixelFormat::Grayscale);
        assert_eq!(kind(&grey.encode().unwrap()), None);
        let colour = [128; 8 * 8 * CHANNELS];
        let colour = || Encoder::new(&colour, 8, 8, PixelFormat::Rgb);
        assert!(kind(&colour().encode().unwrap()).is_some());
        assert_eq!(kind(&colour().progressive(true).encode().unwrap()), None);
        let rgb = colour().colorspace(ColorSpace::Rgb);
        assert_eq!(kind(&rgb.encode().unwrap()), None);
        let uneven = vec![(2, 2), (1, 1), (2, 1)];
        let uneven = colour().sampling_factors(uneven);
        assert_eq!(kind(&uneven.encode().unwrap()), None);
    }
}
