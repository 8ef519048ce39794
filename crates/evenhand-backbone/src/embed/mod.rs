//! The pipeline: files in, features out, one for each file and in the same order.
//!
//! Decoding runs beside the backbone, which should never wait. Three kinds of threads: workers read
//! files, look them up in the store and decode those it doesn't know; one thread runs the engine;
//! and the caller's thread puts everything back in order, fills batches, writes segments and calls
//! the sink. Nobody may be more than a window ahead of the sink, so memory doesn't grow with the
//! number of files.
//!
//! What the engine sees, and in which company, depends on the order of the files alone, never on
//! which worker was faster: batches are filled in input order with the images that are not known
//! yet. Segments end where batches end. So a run that was killed and started again feeds the engine
//! the same batches as an unbroken one.

mod assembly;
mod error;
mod images;
mod lock;
mod results;
mod stages;
mod worker;

pub use error::EmbedError;
pub use images::Images;
pub use results::{Embedded, Progress, Summary};
pub use stages::Stages;

use super::engine::Engine;
use super::store::Store;
use crate::record::Location;
use assembly::Assembly;
use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError, mpsc};
use std::thread;
use std::time::{Duration, Instant};
use worker::{Event, Tickets};

/// Bytes of decoded pixels that may wait, more or less: enough to keep an engine busy while a large
/// image is decoded.
const WAITING_PIXELS: usize = 64 << 20;
const MAX_WINDOW: usize = 1024;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Options {
    /// Images the engine takes at a time; the last batch is filled up with black ones.
    pub batch: usize,
    /// Workers that decode. They mostly wait for the engine, so as many as it has threads is right.
    pub threads: usize,
}

/// Turns image files into features.
pub struct Embedder {
    engine: Box<dyn Engine>,
    images: Arc<Images>,
    store: Option<Mutex<Store>>,
    options: Options,
}

impl Embedder {
    /// Without a `store` nothing is remembered, except for a while, so that neighbours with the same
    /// bytes are computed once.
    pub fn new(
        engine: Box<dyn Engine>,
        images: Images,
        store: Option<Store>,
        options: Options,
    ) -> Self {
        Self {
            engine,
            images: Arc::new(images),
            store: store.map(Mutex::new),
            options: Options {
                batch: options.batch.max(1),
                threads: options.threads.max(1),
            },
        }
    }

    pub fn images(&self) -> Arc<Images> {
        Arc::clone(&self.images)
    }

    /// As [`run`](Self::run), for things that have an image each and come out of the pipeline again
    /// beside its features.
    ///
    /// # Errors
    /// As [`run`](Self::run).
    pub fn run_with<T: Send, E: From<EmbedError>>(
        &mut self,
        things: impl Iterator<Item = T> + Send,
        image: impl Fn(&T) -> Location + Send + Sync,
        progress: &mut dyn FnMut(Progress) -> Result<(), E>,
        sink: &mut dyn FnMut(T, Embedded) -> Result<(), E>,
    ) -> Result<Summary, E> {
        let travelling = Mutex::new(VecDeque::new());
        let queue = || travelling.lock().unwrap_or_else(PoisonError::into_inner);
        let images = things.map(|thing| {
            let image = image(&thing);
            queue().push_back(thing);
            image
        });
        self.run(images, progress, &mut |embedded| {
            let thing = queue().pop_front();
            sink(
                thing.expect("there is one answer for every image"),
                embedded,
            )
        })
    }

    /// Calls `sink` once for each of `locations`, in their order, and `progress` after it. An image that
    /// can't be used is an [`Embedded`] with the reason, never an error.
    ///
    /// # Errors
    /// Those of `sink` and `progress`, at once; and when the engine or the store fails. What was computed
    /// until then is in the store.
    pub fn run<E: From<EmbedError>>(
        &mut self,
        locations: impl Iterator<Item = Location> + Send,
        progress: &mut dyn FnMut(Progress) -> Result<(), E>,
        sink: &mut dyn FnMut(Embedded) -> Result<(), E>,
    ) -> Result<Summary, E> {
        let start = Instant::now();
        let window = window(self.options.batch, self.images.len);
        let Self {
            engine,
            images,
            store,
            options: Options { batch, threads },
        } = self;
        let (images, store, batch) = (&**images, store.as_ref(), *batch);
        let total = known_length(&locations);
        // The permits bound everything: there is one for each image between its ticket and the sink.
        // So the other two channels need no bound of their own, and nobody ever waits to send.
        let (permits, permitted) = mpsc::channel();
        let (events, arriving) = mpsc::channel();
        let (batches, to_run) = mpsc::channel();
        let tickets = Mutex::new(Tickets::new(locations, permitted));
        let tickets = &tickets;
        thread::scope(|scope| {
            for _ in 0..*threads {
                let events = events.clone();
                scope.spawn(move || worker::work(tickets, images, store, &events));
            }
            scope.spawn(move || worker::infer(engine.as_mut(), batch, &to_run, &events));

            // Dropped on the way out, whatever the reason, which ends the threads.
            let (permits, batches) = (permits, batches);
            for _ in 0..window {
                let _ = permits.send(());
            }
            let mut assembly = Assembly::new(store, images.len, batch, window / 2);
            let mut sinking = Duration::ZERO;
            let mut deliver = |embedded, counts| {
                let start = Instant::now();
                sink(embedded)?;
                sinking += start.elapsed();
                let _ = permits.send(());
                progress(Progress { total, ..counts })
            };
            let driven = drive::<E>(&mut assembly, &arriving, &batches, &mut deliver);
            // Whatever went wrong, what is finished is kept.
            let committed = assembly.commit();
            driven?;
            committed.map_err(EmbedError::from)?;
            let mut summary = assembly.summary();
            summary.stages.workers = *threads;
            summary.stages.sink = sinking;
            summary.stages.wall = start.elapsed();
            Ok(summary)
        })
    }
}

/// The number of items, where the iterator knows it.
fn known_length(items: &impl Iterator) -> Option<usize> {
    match items.size_hint() {
        (low, Some(high)) if low == high => Some(low),
        _ => None,
    }
}

/// Goes on until every file is delivered.
fn drive<E: From<EmbedError>>(
    assembly: &mut Assembly,
    arriving: &mpsc::Receiver<Event>,
    batches: &mpsc::Sender<Vec<u8>>,
    deliver: &mut dyn FnMut(Embedded, Progress) -> Result<(), E>,
) -> Result<(), E> {
    while !assembly.is_finished() {
        let gone = || EmbedError::Panicked {
            at: "embedding".into(),
            message: "every thread has ended".into(),
        };
        match arriving.recv().map_err(|_| gone())? {
            Event::Image(arrival) => assembly.arrive(arrival),
            Event::End(total) => assembly.end(total),
            Event::Ran(run) => assembly.ran(run)?,
            Event::Panicked { at, message } => {
                return Err(EmbedError::Panicked { at, message }.into());
            }
        }
        while let Some(batch) = assembly.take_batch() {
            // A send fails only when the engine's thread has ended, and then it has said why.
            let _ = batches.send(batch);
        }
        while let Some((embedded, counts)) = assembly.deliver() {
            deliver(embedded, counts)?;
        }
    }
    Ok(())
}

/// How many files may be on their way: some batches, or more where images are small, so that a few
/// new images among many known ones still share a batch.
fn window(batch: usize, image: usize) -> usize {
    (WAITING_PIXELS / image.max(1))
        .min(MAX_WINDOW)
        .max(4 * batch)
}

#[doc(hidden)]
pub mod fake;
#[cfg(test)]
mod tests;
