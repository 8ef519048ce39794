//! How long each stage of the pipeline was busy: what is busy all the time is what limits it.

use std::fmt;
use std::time::Duration;

/// Busy times of a run, of each stage the sum over its threads.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Stages {
    /// Reading and hashing images and looking them up in the store.
    pub read: Duration,
    /// Decoding and resizing.
    pub decode: Duration,
    /// The threads that read and decode.
    pub workers: usize,
    pub engine: Duration,
    /// Writing to the store.
    pub store: Duration,
    /// The caller's work on the features.
    pub sink: Duration,
    /// From the start to the end of the run.
    pub wall: Duration,
}

impl Stages {
    /// Adds those of a run that came after this one.
    pub fn add(&mut self, later: Self) {
        let Self {
            read,
            decode,
            workers,
            engine,
            store,
            sink,
            wall,
        } = later;
        self.read += read;
        self.decode += decode;
        self.workers = self.workers.max(workers);
        self.engine += engine;
        self.store += store;
        self.sink += sink;
        self.wall += wall;
    }

    /// The engine's share of the wall time; 0 where no time went by.
    pub fn engine_share(&self) -> f64 {
        if self.wall.is_zero() {
            return 0.0;
        }
        self.engine.as_secs_f64() / self.wall.as_secs_f64()
    }
}

impl fmt::Display for Stages {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let seconds = |time: Duration| format!("{:.1} s", time.as_secs_f64());
        let threads = if self.workers == 1 {
            "thread"
        } else {
            "threads"
        };
        write!(
            f,
            "read {}, decode {} ({} {threads}), engine {} ({:.0} % of the wall time), store {}, \
             output {}; wall {}",
            seconds(self.read),
            seconds(self.decode),
            self.workers,
            seconds(self.engine),
            100.0 * self.engine_share(),
            seconds(self.store),
            seconds(self.sink),
            seconds(self.wall),
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_busy_times_are_told_in_one_line() {
        let stages = Stages {
            read: Duration::from_millis(1240),
            decode: Duration::from_millis(8060),
            workers: 2,
            engine: Duration::from_secs(40),
            store: Duration::from_millis(300),
            sink: Duration::ZERO,
            wall: Duration::from_millis(41_400),
        };
        assert_eq!(
            stages.to_string(),
            "read 1.2 s, decode 8.1 s (2 threads), engine 40.0 s (97 % of the wall time), \
             store 0.3 s, output 0.0 s; wall 41.4 s"
        );
        assert_eq!(Stages::default().engine_share(), 0.0);
    }
}
