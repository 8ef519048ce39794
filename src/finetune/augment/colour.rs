//! Other light: brightness, contrast and saturation, each times a factor, as Pillow's `ImageEnhance`
//! has them.

pub struct Light {
    pub brightness: f32,
    pub contrast: f32,
    pub saturation: f32,
}

/// How bright a colour looks (ITU-R BT.601).
fn grey([red, green, blue]: [f32; 3]) -> f32 {
    0.299 * red + 0.587 * green + 0.114 * blue
}

/// Brightness first, then contrast about the mean grey of the image, then saturation about the grey of
/// each pixel.
pub fn relight(pixels: &mut [u8], light: &Light) {
    let bright = |pixel: &[u8; 3]| {
        pixel.map(|value| (f32::from(value) * light.brightness).clamp(0.0, 255.0))
    };
    let (pixels, _) = pixels.as_chunks_mut::<3>();
    let total: f64 = pixels
        .iter()
        .map(|pixel| f64::from(grey(bright(pixel))))
        .sum();
    let mean = (total / pixels.len() as f64) as f32;
    for pixel in pixels {
        let contrasted = bright(pixel).map(|value| mean + light.contrast * (value - mean));
        let grey = grey(contrasted);
        let saturated = contrasted.map(|value| grey + light.saturation * (value - grey));
        *pixel = saturated.map(|value| value.round().clamp(0.0, 255.0) as u8);
    }
}
