//! Two views of an image, itself and its mirror image, in one prepared graph: stores, engines and
//! files that know nothing of views carry both.

use super::batch::refuse_fixed_batch;
use super::build::{BATCH, Dim, FLOAT, int, value};
use super::writer::Writer;
use super::{GraphError, INPUT, OUTPUT, Prepared, rename};

/// Everything that is written here has a name that begins with this.
const PREFIX: &str = "mirror";

/// The graph whose features, `[N, 2 D]`, are those of an image and then those of its mirror image.
///
/// The mirror image is stacked below the image, so that one `Reshape` makes two images of it that lie
/// beside each other in the batch, and another joins their features again.
///
/// # Errors
/// Those of [`Prepared::new`]; [`GraphError::FixedBatch`], since two views are two images to the network.
pub fn with_mirror_image(prepared: &Prepared) -> Result<Prepared, GraphError> {
    refuse_fixed_batch(
        &prepared.model,
        "take an image with its mirror image beside it",
    )?;
    let (height, width, dim) = (prepared.height, prepared.width, prepared.dim());
    let mut model = prepared.model.clone();
    let mut write = Writer::new(&model, PREFIX);
    let backwards: Vec<i64> = (0..width as i64).rev().collect();
    let backwards = write.i64s("columns", &backwards);
    let image = write.i64s("image", &[-1, height as i64, width as i64, 3]);
    let mirrored = write.node("Gather", &[INPUT, &backwards], [int("axis", 2)]);
    let stacked = write.node("Concat", &[INPUT, &mirrored], [int("axis", 1)]);
    let views = write.node("Reshape", &[&stacked, &image], []);
    let front = std::mem::take(&mut write.nodes);
    let both = write.i64s("both", &[-1, 2 * dim as i64]);
    let single = format!("{OUTPUT}/single");
    let joined = write.node("Reshape", &[&single, &both], []);

    let input = model.graph.input.clone();
    rename(&mut model, INPUT, &views);
    rename(&mut model, OUTPUT, &single);
    let graph = &mut model.graph;
    graph.input = input;
    graph.node.splice(..0, front);
    graph.node.append(&mut write.nodes);
    graph.initializer.append(&mut write.constants);
    graph.output = vec![value(&joined, FLOAT, &[BATCH, Dim::Fixed(2 * dim)])];
    rename(&mut model, &joined, OUTPUT);
    Prepared::new(model)
}

#[cfg(test)]
mod tests {
    use super::super::samples;
    use super::*;
    use crate::engine::onnxruntime::find_library;
    use crate::engine::{self, Choice, Options};
    use crate::prepare::prepare;
    use crate::source;
    use crate::spec::{Pool, Size, Spec, Tap};

    fn run(prepared: &Prepared, choice: Choice, pixels: &[u8], batch: usize) -> Vec<f32> {
        let options = Options {
            choice,
            device: None,
            threads: 1,
            precision: crate::Precision::F32,
        };
        let mut opened = engine::open(prepared, &options).unwrap();
        opened.engine.run(pixels, batch).unwrap()
    }

    /// Three images of 4x4 pixels, with their mirror images.
    fn images() -> [Vec<u8>; 2] {
        let plain: Vec<u8> = (0..3 * 48).map(|at| (at * 37 % 251) as u8).collect();
        let rows = plain.chunks(12);
        let mirrored = rows.flat_map(|row| row.chunks(3).rev().flatten().copied());
        let mirrored = mirrored.collect();
        [plain, mirrored]
    }

    #[test]
    fn features_are_those_of_the_image_and_then_of_its_mirror_image() {
        let spec = Spec {
            size: Size {
                height: 4,
                width: 4,
            },
            taps: vec![Tap {
                tensor: "relu".to_owned(),
                pool: Pool::Grid(2),
            }],
            ..source::shipped().remove(0)
        };
        let single = prepare(&samples::small_cnn(), &spec).unwrap();
        let both = with_mirror_image(&single).unwrap();
        assert_eq!(both.dim(), 2 * single.dim());
        assert_ne!(both.digest, single.digest);
        let has_runtime = find_library().found.is_some();
        let engines = [
            Some(Choice::Burn),
            has_runtime.then_some(Choice::OnnxRuntime),
        ];
        for choice in engines.into_iter().flatten() {
            let images = images();
            let found = run(&both, choice, &images[0], 3);
            let apart = images.map(|images| run(&single, choice, &images, 3));
            for (at, pair) in found.chunks(both.dim()).enumerate() {
                let of = |view: usize| &apart[view][at * single.dim()..(at + 1) * single.dim()];
                assert_eq!(pair, [of(0), of(1)].concat(), "{choice:?}, image {at}");
            }
            assert_ne!(apart[0], apart[1]);
        }
    }
}
