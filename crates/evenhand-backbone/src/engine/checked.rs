//! A GPU is believed only after it agreed with the CPU. Drivers and kernels can be wrong without an
//! error (on SwiftShader every matrix product is zero), and wrong features look like any others.

use super::{Engine, EngineError, EngineInfo, Pending};

/// How far a feature may be from the CPU's, as a share of the image's largest feature. Half precision
/// was seen to need a hundredth; what is wrong is off by all of it.
const TOLERANCE: f32 = 0.05;

/// An engine whose first batch is held against another one.
pub struct Checked {
    engine: Box<dyn Engine>,
    /// Until the first batch.
    reference: Option<Box<dyn Engine>>,
}

impl Checked {
    pub fn new(engine: Box<dyn Engine>, reference: Box<dyn Engine>) -> Self {
        Self {
            engine,
            reference: Some(reference),
        }
    }
}

impl Engine for Checked {
    fn info(&self) -> EngineInfo {
        self.engine.info()
    }

    fn run(&mut self, pixels: &[u8], batch: usize) -> Result<Vec<f32>, EngineError> {
        let features = self.engine.run(pixels, batch)?;
        if let Some(mut reference) = self.reference.take() {
            let device = self.info().device;
            compare(reference.as_mut(), &device, pixels, batch, &features)?;
        }
        Ok(features)
    }

    fn submit(&mut self, pixels: &[u8], batch: usize) -> Result<Pending, EngineError> {
        if self.reference.is_some() {
            return self.run(pixels, batch).map(Pending::Done);
        }
        self.engine.submit(pixels, batch)
    }
}

/// Computes the first and the last image again: kernels that go wrong may do so far into a batch.
fn compare(
    reference: &mut dyn Engine,
    device: &str,
    pixels: &[u8],
    batch: usize,
    features: &[f32],
) -> Result<(), EngineError> {
    let (image, dim) = (pixels.len() / batch, features.len() / batch);
    for index in [0, batch - 1] {
        let expected = reference.run(&pixels[index * image..][..image], 1)?;
        let found = &features[index * dim..][..dim];
        let largest = expected.iter().fold(0.0f32, |most, v| most.max(v.abs()));
        let off = |(a, b): (&f32, &f32)| (a - b).abs() > TOLERANCE * largest || !b.is_finite();
        let wrong = expected.iter().zip(found).filter(|&pair| off(pair)).count();
        if wrong > 0 || expected.len() != dim {
            return Err(EngineError::Disagrees {
                device: device.into(),
                wrong,
                dim,
            });
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hint::Hint;
    use std::sync::Arc;
    use std::sync::atomic::{AtomicUsize, Ordering};

    /// Two features an image: its pixel, and that plus what is `off` where the pixel is `at` or more.
    #[derive(Clone)]
    struct Fake {
        at: u8,
        off: f32,
        images: Arc<AtomicUsize>,
    }

    fn fake(at: u8, off: f32) -> Fake {
        Fake {
            at,
            off,
            images: Arc::default(),
        }
    }

    impl Engine for Fake {
        fn info(&self) -> EngineInfo {
            EngineInfo {
                name: "fake",
                version: "1".into(),
                device: "a card".into(),
            }
        }

        fn run(&mut self, pixels: &[u8], batch: usize) -> Result<Vec<f32>, EngineError> {
            self.images.fetch_add(batch, Ordering::Relaxed);
            let off = |pixel: u8| if pixel >= self.at { self.off } else { 0.0 };
            let row = |&pixel: &u8| [pixel.into(), f32::from(pixel) + off(pixel)];
            Ok(pixels.iter().flat_map(row).collect())
        }
    }

    #[test]
    fn a_gpu_that_agrees_is_compared_once() {
        let cpu = fake(0, 0.0);
        let mut engine = Checked::new(Box::new(fake(0, 0.1)), Box::new(cpu.clone()));
        for _ in 0..2 {
            let features = engine.submit(&[10, 20, 30], 3).unwrap().collect().unwrap();
            assert_eq!(features.len(), 6);
        }
        assert_eq!(cpu.images.load(Ordering::Relaxed), 2);
    }

    #[test]
    fn a_gpu_that_is_wrong_at_the_end_of_a_batch_is_refused_by_name() {
        for off in [2.0, f32::NAN] {
            let mut engine = Checked::new(Box::new(fake(30, off)), Box::new(fake(0, 0.0)));
            let error = engine.run(&[10, 20, 30], 3).unwrap_err();
            assert_eq!(
                error.to_string(),
                "a card computes 1 of 2 features otherwise than the CPU does"
            );
            assert!(error.hint().is_some());
        }
    }
}
