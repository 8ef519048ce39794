//! Many trainings at once: folds, configurations, or both.
//!
//! On a processor they run side by side, each on a thread of its own while there are enough of
//! them: to split a product among threads costs time at every step, and a stack takes more processor
//! time than its members do apart (`benches/head.rs`). On a GPU, which products of this size leave
//! idle, they are stacked.

use super::examples::Examples;
use super::member::{Member, Trainee};
use super::outcome::{Epoch, Fitted};
use super::stack::{Stack, Stopped};
use super::{Device, HeadError};
use rayon::{ThreadPool, ThreadPoolBuilder};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

/// How trainings share a device. It decides how long they take and not what comes of them, but for
/// rounding: products of a stack may add up in another order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Arrangement {
    /// Each for itself, as many at a time as there are threads.
    SideBySide,
    /// Those with hidden layers of one width as one computation on stacked weights.
    Stacked,
}

impl Arrangement {
    /// Side by side on the processor, stacked on every other device.
    pub fn of(device: &Device) -> Self {
        if *device == Device::cpu() {
            Self::SideBySide
        } else {
            Self::Stacked
        }
    }

    /// The numbers of the members of each stack.
    fn stacks(self, members: &[Member]) -> Vec<Vec<usize>> {
        let mut stacks: Vec<Vec<usize>> = Vec::new();
        for (number, member) in members.iter().enumerate() {
            let fits =
                |stack: &&mut Vec<usize>| members[stack[0]].params.hidden == member.params.hidden;
            match stacks.iter_mut().find(fits) {
                Some(stack) if self == Self::Stacked => stack.push(number),
                _ => stacks.push(vec![number]),
            }
        }
        stacks
    }
}

/// Trains every member as [`fit`](super::fit) would, in less time; gives what came of each, in
/// their order. `progress` hears the number of a member and its epochs as they come.
///
/// No member depends on the others: each draws from its own seed and stops by its own rule, and
/// where one cannot be trained the others still are. A member in training holds its weights four
/// times (as they are, two moments, the best so far) and the input of one step; side by side as
/// many do as there are threads, stacked all.
///
/// # Errors
///
/// Each member has its own, those of [`fit`](super::fit).
///
/// # Panics
///
/// As [`fit`](super::fit) does.
pub fn train_many(
    examples: &Examples,
    members: &[Member],
    arrangement: Arrangement,
    device: &Device,
    progress: &mut (dyn FnMut(usize, &Epoch) + Send),
) -> Vec<Result<Fitted, HeadError>> {
    let stacks = arrangement.stacks(members);
    let threads = rayon::current_num_threads();
    let lanes = match arrangement {
        Arrangement::SideBySide => threads.min(stacks.len()),
        Arrangement::Stacked => 1,
    };
    let (next, busy) = (AtomicUsize::new(0), AtomicUsize::new(lanes));
    let progress = Mutex::new(progress);
    let lane = || {
        let place = Place {
            own: (lanes > 1 && lanes == threads).then(one_thread).flatten(),
            busy: &busy,
            threads,
        };
        let mut report = |number: usize, epoch: &Epoch| {
            let mut progress = progress.lock().unwrap_or_else(PoisonError::into_inner);
            progress(number, epoch);
        };
        let mut stopped = Vec::new();
        while let Some(numbers) = stacks.get(next.fetch_add(1, Ordering::Relaxed)) {
            let numbered = numbers.iter().map(|&number| (number, members[number]));
            stopped.extend(train(examples, numbered, device, &place, &mut report));
        }
        busy.fetch_sub(1, Ordering::Relaxed);
        stopped
    };
    let stopped: Vec<Stopped> = if lanes == 1 {
        lane()
    } else {
        // Plain threads: a rayon worker that waits for a product could pick up another member.
        std::thread::scope(|scope| {
            let lanes: Vec<_> = (0..lanes).map(|_| scope.spawn(lane)).collect();
            let ended = lanes.into_iter().map(|lane| lane.join());
            ended
                .flat_map(|lane| lane.unwrap_or_else(|panic| std::panic::resume_unwind(panic)))
                .collect()
        })
    };
    let mut results: Vec<_> = members.iter().map(|_| None).collect();
    for (number, result) in stopped {
        results[number] = Some(result);
    }
    let results = results.into_iter();
    results
        .map(|result| result.expect("every member is in one stack and stops once"))
        .collect()
}

/// Trains the members of one stack until the last has stopped.
fn train<'a>(
    examples: &Examples,
    members: impl Iterator<Item = (usize, Member<'a>)> + Send,
    device: &Device,
    place: &Place,
    report: &mut (dyn FnMut(usize, &Epoch) + Send),
) -> Vec<Stopped> {
    let mut stopped = Vec::new();
    let mut trainees = Vec::new();
    place.run(|| {
        for (number, member) in members {
            match Trainee::new(examples, member) {
                Ok(trainee) => trainees.push((number, trainee)),
                Err(error) => stopped.push((number, Err(error))),
            }
        }
    });
    let mut stack = Stack::new(examples, trainees, &device.0);
    while !stack.is_empty() {
        match place.run(|| stack.advance(report)) {
            Ok(ended) => stopped.extend(ended),
            Err(error) => {
                stopped.extend(stack.numbers().map(|number| (number, Err(error.clone()))));
                break;
            }
        }
    }
    stopped
}

/// Threads on which a stack is computed.
struct Place<'a> {
    /// One thread of its own.
    own: Option<ThreadPool>,
    /// Lanes that still have something to train.
    busy: &'a AtomicUsize,
    threads: usize,
}

impl Place<'_> {
    /// Runs `work` on one thread while there are trainings for all, and on all threads once some
    /// would be idle. Both give the same bytes: no sum is split among threads.
    fn run<T: Send>(&self, work: impl FnOnce() -> T + Send) -> T {
        match &self.own {
            Some(own) if self.busy.load(Ordering::Relaxed) >= self.threads => own.install(work),
            _ => work(),
        }
    }
}

/// A pool of one thread; none where the system grants no more, and then the common one serves.
fn one_thread() -> Option<ThreadPool> {
    ThreadPoolBuilder::new().num_threads(1).build().ok()
}

#[cfg(test)]
mod tests;
