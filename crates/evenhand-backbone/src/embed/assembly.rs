//! Puts back in order what workers and engine finish in any order. No threads here, and times are
//! only added up: what it does follows from the order of the images and from what the store knows.

use super::error::EmbedError;
use super::lock::lock;
use super::results::{Embedded, Progress, Summary};
use super::stages::Stages;
use super::worker::{Arrival, Content};
use crate::engine::Run;
use crate::record::{BadImage, Location};
use crate::store::{Key, Store, StoreError};
use half::f16;
use half::slice::HalfFloatSliceExt;
use std::collections::{BTreeMap, HashMap, VecDeque};
use std::sync::Mutex;
use std::time::Instant;

/// A segment is written when it has this many rows or bytes: what a killed run can lose, against
/// the number of files in the store.
const SEGMENT_ROWS: usize = 256;
const SEGMENT_BYTES: usize = 8 << 20;

pub struct Assembly<'a> {
    store: Option<&'a Mutex<Store>>,
    image: usize,
    batch: usize,
    /// A batch that is not full waits for this many files, counted from its first, and no longer:
    /// else it could wait for files that have no permit before it is delivered.
    patience: usize,
    /// Arrived before their turn.
    early: BTreeMap<usize, Arrival>,
    /// Files that had their turn.
    turned: usize,
    total: Option<usize>,
    /// Files that had their turn and are not delivered, in order.
    slots: VecDeque<Slot>,
    /// Files with the same bytes that wait for the engine.
    awaited: HashMap<Key, Vec<usize>>,
    filling: Filling,
    /// Batches that are full and not taken, and those at the engine.
    full: VecDeque<Vec<u8>>,
    running: VecDeque<Vec<(Key, Location)>>,
    /// Batches that came back, to be filled again.
    spare: Vec<Vec<u8>>,
    fresh: Fresh,
    counts: Progress,
    numbers: u64,
    cut: u64,
    stages: Stages,
}

struct Slot {
    key: Option<Key>,
    computed: bool,
    /// `None` until the engine has answered.
    features: Option<Result<Vec<f16>, BadImage>>,
}

#[derive(Default)]
struct Filling {
    first: usize,
    images: Vec<(Key, Location)>,
    pixels: Vec<u8>,
}

/// Rows that are computed and in no segment yet.
#[derive(Default)]
struct Fresh {
    keys: Vec<Key>,
    values: Vec<f16>,
    rows: HashMap<Key, usize>,
    dim: usize,
}

impl<'a> Assembly<'a> {
    pub fn new(
        store: Option<&'a Mutex<Store>>,
        image: usize,
        batch: usize,
        patience: usize,
    ) -> Self {
        Self {
            store,
            image,
            batch,
            patience,
            early: BTreeMap::new(),
            turned: 0,
            total: None,
            slots: VecDeque::new(),
            awaited: HashMap::new(),
            filling: Filling::default(),
            full: VecDeque::new(),
            running: VecDeque::new(),
            spare: Vec::new(),
            fresh: Fresh::default(),
            counts: Progress::default(),
            numbers: 0,
            cut: 0,
            stages: Stages::default(),
        }
    }

    pub fn arrive(&mut self, arrival: Arrival) {
        self.early.insert(arrival.index, arrival);
        while let Some(arrival) = self.early.remove(&self.turned) {
            self.turn(arrival);
        }
        self.flush_the_tail();
    }

    /// There are `total` files.
    pub fn end(&mut self, total: usize) {
        self.total = Some(total);
        self.flush_the_tail();
    }

    pub fn is_finished(&self) -> bool {
        self.total == Some(self.counts.done)
    }

    /// The pixels of the next batch for the engine.
    pub fn take_batch(&mut self) -> Option<Vec<u8>> {
        self.full.pop_front()
    }

    /// The engine has answered the first of the running batches with values, `[batch, dim]`.
    pub fn ran(&mut self, run: Run) -> Result<(), EmbedError> {
        let Run {
            answer,
            pixels,
            took,
        } = run;
        let mut values = answer?;
        self.stages.engine += took;
        self.spare.push(pixels);
        let images = self.running.pop_front().unwrap_or_default();
        let dim = values.len() / self.batch;
        let known = self.fresh.dim;
        if dim == 0 || dim * self.batch != values.len() || (known != 0 && known != dim) {
            return Err(EmbedError::Shape {
                values: values.len(),
                batch: self.batch,
                dim: if known == 0 {
                    "equal length".into()
                } else {
                    known.to_string()
                },
            });
        }
        let finite = |row: &[f32]| row.iter().all(|value| value.is_finite());
        let mut rows = values.chunks_exact(dim).take(images.len());
        if let Some(bad) = rows.position(|row| !finite(row)) {
            let (_, image) = images[bad].clone();
            return Err(EmbedError::NotFinite { image });
        }
        self.fresh.dim = dim;
        let halves = to_half(&mut values);
        for ((key, _), row) in images.into_iter().zip(halves.chunks_exact(dim)) {
            for index in self.awaited.remove(&key).unwrap_or_default() {
                self.slots[index - self.counts.done].features = Some(Ok(row.to_vec()));
            }
            self.fresh.push(key, row);
        }
        let rows = self.fresh.keys.len();
        if rows >= SEGMENT_ROWS || rows * dim * size_of::<f16>() >= SEGMENT_BYTES {
            self.commit()?;
        }
        Ok(())
    }

    /// Writes what is finished to the store and forgets it.
    pub fn commit(&mut self) -> Result<(), StoreError> {
        if let Some(store) = self.store {
            let start = Instant::now();
            lock(store).append(&self.fresh.keys, &self.fresh.values)?;
            self.stages.store += start.elapsed();
        }
        self.fresh.clear();
        Ok(())
    }

    /// The next file in order, if it is ready, and the counts that include it.
    pub fn deliver(&mut self) -> Option<(Embedded, Progress)> {
        self.slots.front()?.features.as_ref()?;
        let Slot {
            key,
            computed,
            features,
        } = self.slots.pop_front()?;
        let features = features?;
        let index = self.counts.done;
        self.counts.done += 1;
        match &features {
            Err(_) => self.counts.bad += 1,
            Ok(_) if !computed => self.counts.cached += 1,
            Ok(_) => {}
        }
        // What is stored does not say that it was cut, but nothing else comes so close to the limit.
        if let Ok(row) = &features {
            let is_cut = |value: &&f16| **value == f16::MAX || **value == f16::MIN;
            self.numbers += row.len() as u64;
            self.cut += row.iter().filter(is_cut).count() as u64;
        }
        let embedded = Embedded {
            index,
            key,
            features,
        };
        Some((embedded, self.counts))
    }

    pub fn summary(&self) -> Summary {
        let Progress {
            done, cached, bad, ..
        } = self.counts;
        let mut store = self.store.map(lock);
        let mut store = store.as_deref_mut();
        Summary {
            images: done,
            computed: done - cached - bad,
            cached,
            bad,
            numbers: self.numbers,
            cut: self.cut,
            by_others: (store.as_mut()).map_or_else(BTreeMap::new, |store| store.take_by_others()),
            damaged: store.map_or_else(Vec::new, Store::take_damaged),
            stages: self.stages,
        }
    }

    fn turn(&mut self, arrival: Arrival) {
        let Arrival {
            image,
            content,
            index,
            read,
            decode,
        } = arrival;
        self.stages.read += read;
        self.stages.decode += decode;
        let (key, computed, features) = match content {
            Content::Bad(key, bad) => (key, false, Some(Err(bad))),
            Content::Known(key, row) => (Some(key), false, Some(Ok(row))),
            Content::New(key, pixels) => {
                if let Some(waiting) = self.awaited.get_mut(&key) {
                    waiting.push(index);
                    (Some(key), false, None)
                } else if let Some(row) = self.recall(&key) {
                    (Some(key), false, Some(Ok(row)))
                } else {
                    self.awaited.insert(key, vec![index]);
                    self.fill(index, key, image, &pixels);
                    (Some(key), true, None)
                }
            }
        };
        self.slots.push_back(Slot {
            key,
            computed,
            features,
        });
        self.turned += 1;
        let waited = self.turned - self.filling.first;
        if !self.filling.images.is_empty() && waited >= self.patience {
            self.flush();
        }
    }

    /// The features of bytes that were computed since the worker asked the store.
    fn recall(&self, key: &Key) -> Option<Vec<f16>> {
        let fresh = self.fresh.get(key).map(<[f16]>::to_vec);
        fresh.or_else(|| self.store.and_then(|store| lock(store).get(key)))
    }

    fn fill(&mut self, index: usize, key: Key, image: Location, pixels: &[u8]) {
        let Filling {
            first,
            images,
            pixels: filled,
        } = &mut self.filling;
        if images.is_empty() {
            *first = index;
            *filled = self.spare.pop().unwrap_or_default();
            filled.clear();
            filled.reserve_exact(self.batch * self.image);
        }
        images.push((key, image));
        filled.extend_from_slice(pixels);
        if images.len() == self.batch {
            self.flush();
        }
    }

    fn flush_the_tail(&mut self) {
        if self.total == Some(self.turned) && !self.filling.images.is_empty() {
            self.flush();
        }
    }

    fn flush(&mut self) {
        let Filling {
            images, mut pixels, ..
        } = std::mem::take(&mut self.filling);
        pixels.resize(self.batch * self.image, 0);
        self.running.push_back(images);
        self.full.push_back(pixels);
    }
}

impl Fresh {
    fn push(&mut self, key: Key, row: &[f16]) {
        self.rows.insert(key, self.keys.len());
        self.keys.push(key);
        self.values.extend_from_slice(row);
    }

    fn get(&self, key: &Key) -> Option<&[f16]> {
        let start = self.rows.get(key)? * self.dim;
        Some(&self.values[start..start + self.dim])
    }

    /// Forgets the rows, not their length.
    fn clear(&mut self) {
        self.keys.clear();
        self.values.clear();
        self.rows.clear();
    }
}

/// To half precision; what is too large becomes the largest there is.
fn to_half(values: &mut [f32]) -> Vec<f16> {
    for value in &mut *values {
        *value = value.clamp(f16::MIN.to_f32(), f16::MAX.to_f32());
    }
    let mut halves = vec![f16::ZERO; values.len()];
    halves.convert_from_f32_slice(values);
    halves
}
