use super::fake::{SumEngine, features, images};
use super::*;
use crate::engine::EngineError;
use crate::record::Status;
use half::f16;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

const OPTIONS: Options = Options {
    batch: 8,
    threads: 3,
};

#[derive(Debug)]
enum Failed {
    Embed(EmbedError),
    Sink,
}

impl From<EmbedError> for Failed {
    fn from(error: EmbedError) -> Self {
        Self::Embed(error)
    }
}

/// Slower for some, by their content.
fn unsteady(milliseconds: u64) -> Images {
    let images = images();
    let decode = images.decode;
    let slow = move |bytes: &[u8]| {
        let draw = u64::from(crate::store::key(bytes)[5]);
        thread::sleep(Duration::from_micros(draw * milliseconds * 1000 / 255));
        decode(bytes)
    };
    Images {
        decode: Box::new(slow),
        ..images
    }
}

fn named(name: impl ToString) -> Location {
    Location::File(name.to_string().into())
}

fn names(n: usize) -> impl Iterator<Item = Location> + Send + Clone {
    (0..n).map(named)
}

fn collect(
    embedder: &mut Embedder,
    files: impl Iterator<Item = Location> + Send,
) -> (Vec<Embedded>, Summary) {
    let mut rows = Vec::new();
    let summary = embedder
        .run::<EmbedError>(files, &mut |_| Ok(()), &mut |embedded| {
            rows.push(embedded);
            Ok(())
        })
        .unwrap();
    (rows, summary)
}

#[test]
fn every_file_comes_out_once_and_in_order_however_long_decoding_takes() {
    let engine = SumEngine::default();
    let mut embedder = Embedder::new(Box::new(engine.clone()), unsteady(5), None, OPTIONS);
    let files = (0..301).map(|i| match i % 10 {
        7 => named(format!("bad{i}")),
        _ => named(i),
    });
    let (rows, summary) = collect(&mut embedder, files);
    for (i, row) in rows.iter().enumerate() {
        assert_eq!(row.index, i);
        match &row.features {
            Ok(values) => assert_eq!(*values, features(&i.to_string())),
            Err(bad) => assert_eq!((i % 10, bad.status), (7, Status::Unreadable)),
        }
    }
    assert_eq!(
        (summary.images, summary.computed, summary.bad),
        (301, 271, 30)
    );
    assert_eq!(engine.images(), 271);
    let batches = engine.batches.lock().unwrap();
    assert_eq!(batches.len(), 271_usize.div_ceil(8));
    assert!(batches.last().unwrap().ends_with(&[0; 3]));
}

#[test]
fn the_same_bytes_are_computed_once_and_delivered_each_time() {
    let folder = tempfile::tempdir().unwrap();
    let engine = SumEngine::default();
    let store = Store::open(folder.path(), "d").unwrap();
    let mut embedder = Embedder::new(Box::new(engine.clone()), unsteady(1), Some(store), OPTIONS);
    // 600 rows: some repeat at once, some when their segment is written.
    let files = (0..1800).map(|i| named(i * 7 % 600 / 3 * 3));
    let (rows, summary) = collect(&mut embedder, files.clone());
    for (row, file) in rows.iter().zip(files) {
        assert_eq!(row.features.as_ref().unwrap(), &features(&file.to_string()));
    }
    assert_eq!((summary.computed, summary.cached), (200, 1600));
    assert_eq!(engine.images(), 200);
}

#[test]
fn an_interrupted_run_goes_on_with_the_batches_of_an_unbroken_one() {
    let files = || {
        (0..1500).map(|i| {
            named(if i % 9 == 4 {
                format!("bad{i}")
            } else {
                i.to_string()
            })
        })
    };
    let whole = SumEngine::default();
    let (expected, _) = collect(
        &mut Embedder::new(Box::new(whole.clone()), images(), None, OPTIONS),
        files(),
    );

    let folder = tempfile::tempdir().unwrap();
    let store = || Some(Store::open(folder.path(), "d").unwrap());
    let broken = SumEngine {
        panics_at: Some(90),
        ..SumEngine::default()
    };
    let mut embedder = Embedder::new(Box::new(broken.clone()), unsteady(1), store(), OPTIONS);
    let error = embedder
        .run::<EmbedError>(files(), &mut |_| Ok(()), &mut |_| Ok(()))
        .unwrap_err();
    assert_eq!(
        error.to_string(),
        "the engine: evenhand failed: told to fail"
    );

    let again = SumEngine {
        batches: Arc::clone(&broken.batches),
        panics_at: None,
    };
    let mut embedder = Embedder::new(Box::new(again.clone()), unsteady(1), store(), OPTIONS);
    let (rows, summary) = collect(&mut embedder, files());
    assert_eq!(rows, expected);
    assert_eq!(summary.cached, 90 * 8);
    assert_eq!(
        *again.batches.lock().unwrap(),
        *whole.batches.lock().unwrap()
    );
}

#[test]
fn a_few_new_images_among_many_known_ones_do_not_wait_for_ever() {
    let folder = tempfile::tempdir().unwrap();
    let store = || Some(Store::open(folder.path(), "d").unwrap());
    let engine = SumEngine::default();
    let known = names(9000).filter(|image| !image.to_string().ends_with("777"));
    collect(
        &mut Embedder::new(Box::new(engine.clone()), images(), store(), OPTIONS),
        known.collect::<Vec<_>>().into_iter(),
    );
    let mut embedder = Embedder::new(Box::new(engine.clone()), images(), store(), OPTIONS);
    let (rows, summary) = collect(&mut embedder, names(9000));
    assert_eq!((rows.len(), summary.computed), (9000, 9));
    assert_eq!(rows[8777].features.as_ref().unwrap(), &features("8777"));
}

#[test]
fn nobody_runs_ahead_of_the_sink_by_more_than_the_window() {
    let taken = AtomicUsize::new(0);
    let files = names(20_000).inspect(|_| {
        taken.fetch_add(1, Ordering::Relaxed);
    });
    let limit = window(OPTIONS.batch, 3);
    assert!(limit <= MAX_WINDOW);
    let mut embedder = Embedder::new(Box::new(SumEngine::default()), images(), None, OPTIONS);
    let mut most = 0;
    embedder
        .run::<EmbedError>(files, &mut |_| Ok(()), &mut |embedded| {
            if embedded.index % 1000 == 0 {
                thread::sleep(Duration::from_millis(10));
            }
            most = most.max(taken.load(Ordering::Relaxed) - embedded.index);
            Ok(())
        })
        .unwrap();
    assert!(most > OPTIONS.batch && most <= limit, "{most} of {limit}");
}

#[test]
fn a_sink_that_fails_and_a_decoder_that_panics_end_the_run() {
    let mut embedder = Embedder::new(Box::new(SumEngine::default()), images(), None, OPTIONS);
    let mut delivered = 0;
    let result = embedder.run(names(10_000), &mut |_| Ok(()), &mut |_| {
        delivered += 1;
        if delivered == 100 {
            Err(Failed::Sink)
        } else {
            Ok(())
        }
    });
    assert!(matches!(result, Err(Failed::Sink)));
    assert_eq!(delivered, 100);

    let fragile = Images {
        decode: Box::new(|bytes| {
            if bytes == b"500" {
                panic!("no reason")
            } else {
                Ok(vec![1; 3])
            }
        }),
        ..images()
    };
    let mut embedder = Embedder::new(Box::new(SumEngine::default()), fragile, None, OPTIONS);
    let result = embedder.run(names(10_000), &mut |_| Ok(()), &mut |_| Ok::<_, Failed>(()));
    let Err(Failed::Embed(error)) = result else {
        panic!("{result:?}");
    };
    assert_eq!(error.to_string(), "500: evenhand failed: no reason");
}

#[test]
fn a_damaged_segment_is_computed_again_in_the_same_run() {
    let folder = tempfile::tempdir().unwrap();
    let store = || Some(Store::open(folder.path(), "d").unwrap());
    let engine = SumEngine::default();
    let mut embedder = Embedder::new(Box::new(engine.clone()), images(), store(), OPTIONS);
    let (expected, _) = collect(&mut embedder, names(700));
    let segment = std::fs::read_dir(folder.path().join("d")).unwrap().next();
    let path = segment.unwrap().unwrap().path();
    let mut bytes = std::fs::read(&path).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 16;
    std::fs::write(&path, bytes).unwrap();

    let mut embedder = Embedder::new(Box::new(SumEngine::default()), images(), store(), OPTIONS);
    let (rows, summary) = collect(&mut embedder, names(700));
    assert_eq!(rows, expected);
    assert_eq!(summary.damaged.len(), 1);
    assert_eq!(summary.damaged[0].path, path);
    assert!(summary.computed > 0 && summary.computed <= 256);
}

#[test]
fn values_beyond_half_precision_are_clamped_and_nan_is_refused() {
    struct Constant(f32);
    impl Engine for Constant {
        fn info(&self) -> crate::engine::EngineInfo {
            SumEngine::default().info()
        }
        fn run(&mut self, _: &[u8], batch: usize) -> Result<Vec<f32>, EngineError> {
            Ok(vec![self.0; batch * 2])
        }
    }
    let run = |value| {
        let mut rows = Vec::new();
        Embedder::new(Box::new(Constant(value)), images(), None, OPTIONS)
            .run::<EmbedError>(names(1), &mut |_| Ok(()), &mut |embedded| {
                rows.extend(embedded.features.unwrap());
                Ok(())
            })
            .map(|_| rows)
    };
    assert_eq!(run(1e9).unwrap(), [f16::MAX; 2]);
    assert_eq!(run(-1e9).unwrap(), [f16::MIN; 2]);
    let error = run(f32::NAN).unwrap_err().to_string();
    assert_eq!(
        error,
        "0: the engine gave a feature that is not a finite number"
    );
}

#[test]
fn progress_ends_with_the_counts_of_the_summary() {
    let mut last = Progress::default();
    let mut embedder = Embedder::new(Box::new(SumEngine::default()), images(), None, OPTIONS);
    let files = ["1", "bad", "1"].map(named);
    let summary = embedder
        .run::<EmbedError>(
            files.into_iter(),
            &mut |progress| {
                last = progress;
                Ok(())
            },
            &mut |_| Ok(()),
        )
        .unwrap();
    assert_eq!(
        last,
        Progress {
            done: 3,
            total: Some(3),
            cached: 1,
            bad: 1
        }
    );
    assert_eq!((summary.computed, summary.images), (1, 3));
}
