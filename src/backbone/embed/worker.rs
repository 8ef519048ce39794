//! The threads of the pipeline: many that read and decode, one that runs the engine.
//!
//! They report all they do, their own panics too, as events, and end when nobody listens.

use super::{Images, lock};
use crate::backbone::engine::{Engine, EngineError, run_all};
use crate::backbone::store::{self, Key, Store};
use crate::record::BadImage;
use half::f16;
use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::sync::Mutex;
use std::sync::mpsc::{Receiver, Sender};

/// What the caller's thread hears.
pub enum Event {
    Image(Arrival),
    /// There are no more files; this many there were.
    End(usize),
    /// The engine's answer to the batches, in their order.
    Ran(Result<Vec<f32>, EngineError>),
    Panicked {
        at: String,
        message: String,
    },
}

/// What a worker made of one file.
pub struct Arrival {
    pub index: usize,
    pub path: PathBuf,
    pub content: Content,
}

pub enum Content {
    Bad(Option<Key>, BadImage),
    Known(Key, Vec<f16>),
    New(Key, Vec<u8>),
}

/// Hands out the files in order, one for each permit.
pub struct Tickets<I> {
    /// `None` after the last one.
    files: Option<I>,
    permits: Receiver<()>,
    next: usize,
}

impl<I: Iterator<Item = PathBuf>> Tickets<I> {
    pub fn new(files: I, permits: Receiver<()>) -> Self {
        Self {
            files: Some(files),
            permits,
            next: 0,
        }
    }

    fn take(&mut self, events: &Sender<Event>) -> Option<(usize, PathBuf)> {
        let files = self.files.as_mut()?;
        self.permits.recv().ok()?;
        let Some(path) = files.next() else {
            self.files = None;
            let _ = events.send(Event::End(self.next));
            return None;
        };
        let index = self.next;
        self.next += 1;
        Some((index, path))
    }
}

/// Reads, looks up and decodes one file after the other.
pub fn work<I: Iterator<Item = PathBuf>>(
    tickets: &Mutex<Tickets<I>>,
    images: &Images,
    store: Option<&Mutex<Store>>,
    events: &Sender<Event>,
) {
    let mut at = String::from("the list of files");
    reporting_panics(events, &mut at, |at| {
        // The lock is poisoned when another worker failed here, and that one has said so.
        while let Some((index, path)) = tickets.lock().ok().and_then(|mut t| t.take(events)) {
            *at = path.display().to_string();
            let content = content(&path, images, store);
            let arrival = Arrival {
                index,
                path,
                content,
            };
            if events.send(Event::Image(arrival)).is_err() {
                return;
            }
        }
    });
}

fn content(path: &std::path::Path, images: &Images, store: Option<&Mutex<Store>>) -> Content {
    let bytes = match (images.read)(path) {
        Ok(bytes) => bytes,
        Err(bad) => return Content::Bad(None, bad),
    };
    let key = store::key(&bytes);
    if let Some(row) = store.and_then(|store| lock(store).get(&key)) {
        return Content::Known(key, row);
    }
    match (images.decode)(&bytes) {
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
        let mut answer = |result| events.send(Event::Ran(result)).is_ok();
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
