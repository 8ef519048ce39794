//! The threads of the pipeline: many that read and decode, one that runs the engine.
//!
//! They report all they do, their own panics too, as events, and end when nobody listens.

use super::images::Images;
use super::lock::lock;
use crate::engine::{Engine, Run, run_all};
use crate::record::{BadImage, Location};
use crate::store::{self, Key, Store};
use half::f16;
use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Mutex;
use std::sync::mpsc::{Receiver, Sender};
use std::time::{Duration, Instant};

/// Events that the caller's thread receives.
pub enum Event {
    Image(Arrival),
    /// There are no more images; this many there were.
    End(usize),
    /// The engine has run the batches, in their order.
    Ran(Run),
    Panicked {
        at: String,
        message: String,
    },
}

/// One image, read and decoded by a worker or known before.
pub struct Arrival {
    pub index: usize,
    pub image: Location,
    pub content: Content,
    pub read: Duration,
    pub decode: Duration,
}

pub enum Content {
    Bad(Option<Key>, BadImage),
    Known(Key, Vec<f16>),
    New(Key, Vec<u8>),
}

/// Hands out the images in order, one for each permit.
pub struct Tickets<I> {
    /// `None` after the last one.
    images: Option<I>,
    permits: Receiver<()>,
    next: usize,
}

impl<I: Iterator<Item = Location>> Tickets<I> {
    pub fn new(images: I, permits: Receiver<()>) -> Self {
        Self {
            images: Some(images),
            permits,
            next: 0,
        }
    }

    fn take(&mut self, events: &Sender<Event>) -> Option<(usize, Location)> {
        let images = self.images.as_mut()?;
        self.permits.recv().ok()?;
        let Some(image) = images.next() else {
            self.images = None;
            let _ = events.send(Event::End(self.next));
            return None;
        };
        let index = self.next;
        self.next += 1;
        Some((index, image))
    }
}

/// Reads, looks up and decodes one file after the other.
pub fn work<I: Iterator<Item = Location>>(
    tickets: &Mutex<Tickets<I>>,
    images: &Images,
    store: Option<&Mutex<Store>>,
    events: &Sender<Event>,
) {
    let mut at = String::from("the list of images");
    reporting_panics(events, &mut at, |at| {
        // The lock is poisoned when another worker failed here, and that one has said so.
        while let Some((index, image)) = tickets.lock().ok().and_then(|mut t| t.take(events)) {
            *at = image.to_string();
            let start = Instant::now();
            let found = look_up(&image, images, store);
            let read = start.elapsed();
            let content = found.unwrap_or_else(|(key, bytes)| decode(key, &bytes, images));
            let arrival = Arrival {
                index,
                image,
                content,
                read,
                decode: start.elapsed() - read,
            };
            if events.send(Event::Image(arrival)).is_err() {
                return;
            }
        }
    });
}

/// Features or an error where no decoding is needed, or else the bytes and their key.
fn look_up(
    image: &Location,
    images: &Images,
    store: Option<&Mutex<Store>>,
) -> Result<Content, (Key, Vec<u8>)> {
    let bytes = match (images.read)(image) {
        Ok(bytes) => bytes,
        Err(bad) => return Ok(Content::Bad(None, bad)),
    };
    let key = store::key(&bytes);
    match store.and_then(|store| lock(store).get(&key)) {
        Some(row) => Ok(Content::Known(key, row)),
        None => Err((key, bytes)),
    }
}

fn decode(key: Key, bytes: &[u8], images: &Images) -> Content {
    match (images.decode)(bytes) {
        Ok(pixels) => {
            assert_eq!(pixels.len(), images.len, "decoded to another size");
            Content::New(key, pixels)
        }
        Err(bad) => Content::Bad(Some(key), bad),
    }
}

/// Runs batch after batch, until one fails.
pub fn infer(
    engine: &mut dyn Engine,
    batch: usize,
    batches: &Receiver<Vec<u8>>,
    events: &Sender<Event>,
) {
    let mut at = String::from("the engine");
    reporting_panics(events, &mut at, |_| {
        let mut answer = |run| events.send(Event::Ran(run)).is_ok();
        run_all(engine, batch, batches, &mut answer);
    });
}

/// Runs `body`, which keeps in `at` what it is busy with.
fn reporting_panics(events: &Sender<Event>, at: &mut String, body: impl FnOnce(&mut String)) {
    if let Err(panic) = catch_unwind(AssertUnwindSafe(|| body(at))) {
        let at = std::mem::take(at);
        let message = message(panic.as_ref());
        let _ = events.send(Event::Panicked { at, message });
    }
}

fn message(panic: &(dyn Any + Send)) -> String {
    if let Some(text) = panic.downcast_ref::<&str>() {
        (*text).to_owned()
    } else if let Some(text) = panic.downcast_ref::<String>() {
        text.clone()
    } else {
        "for no given reason".to_owned()
    }
}
