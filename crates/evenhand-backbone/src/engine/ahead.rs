//! One batch ahead: while a device computes, the next batch is sent to it.

use super::EngineError;
use super::interface::{Engine, Pending};
use std::sync::mpsc::Receiver;
use std::time::{Duration, Instant};

/// The answer to a batch.
pub struct Run {
    /// As [`Engine::run`] returns it.
    pub answer: Result<Vec<f32>, EngineError>,
    /// The batch, whose memory can be filled again.
    pub pixels: Vec<u8>,
    /// How long the engine was busy since the run before, without the time it waited for a batch.
    pub took: Duration,
}

/// Runs batch after batch and gives `done` what came of each, in their order, until there are no
/// more, one fails, or `done` wants no more (`false`).
///
/// An engine that computes in the background has at most two batches at a time: one is computed and
/// one waits on the device. Nobody waits for another batch while an answer is due, because whoever
/// sends them may be waiting for that.
pub fn run_all(
    engine: &mut dyn Engine,
    batch: usize,
    batches: &Receiver<Vec<u8>>,
    done: &mut dyn FnMut(Run) -> bool,
) {
    let mut running: Option<(Pending, Vec<u8>)> = None;
    let mut busy_since = Instant::now();
    loop {
        let next = match running {
            Some(_) => batches.try_recv().ok(),
            None => {
                let Ok(pixels) = batches.recv() else {
                    return;
                };
                busy_since = Instant::now();
                Some(pixels)
            }
        };
        let submitted = next.map(|pixels| (engine.submit(&pixels, batch), pixels));
        let mut goes_on = |answer: Result<Vec<f32>, EngineError>, pixels| {
            let failed = answer.is_err();
            let took = busy_since.elapsed();
            busy_since = Instant::now();
            let run = Run {
                answer,
                pixels,
                took,
            };
            done(run) && !failed
        };
        if let Some((earlier, pixels)) = running.take()
            && !goes_on(earlier.collect(), pixels)
        {
            return;
        }
        running = match submitted {
            None => None,
            Some((Ok(pending @ Pending::Running(_)), pixels)) => Some((pending, pixels)),
            Some((result, pixels)) => {
                if !goes_on(result.and_then(Pending::collect), pixels) {
                    return;
                }
                None
            }
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::interface::EngineInfo;
    use std::sync::mpsc::channel;
    use std::sync::{Arc, Mutex};

    /// Answers each batch with its first byte, and writes down what it does when.
    struct Device {
        log: Arc<Mutex<Vec<String>>>,
        ahead: bool,
        fails_at: Option<u8>,
    }

    impl Engine for Device {
        fn info(&self) -> EngineInfo {
            EngineInfo {
                name: "device",
                version: "1".into(),
                device: "none".into(),
            }
        }

        fn run(&mut self, pixels: &[u8], batch: usize) -> Result<Vec<f32>, EngineError> {
            self.log.lock().unwrap().push(format!("run {}", pixels[0]));
            assert_eq!(pixels.len(), batch);
            Ok(vec![pixels[0].into()])
        }

        fn submit(&mut self, pixels: &[u8], batch: usize) -> Result<Pending, EngineError> {
            if !self.ahead {
                return self.run(pixels, batch).map(Pending::Done);
            }
            let (first, log) = (pixels[0], Arc::clone(&self.log));
            log.lock().unwrap().push(format!("submit {first}"));
            let failed = (self.fails_at == Some(first)).then(|| EngineError::Model("lost".into()));
            Ok(Pending::Running(Box::new(move || {
                log.lock().unwrap().push(format!("collect {first}"));
                failed.map_or(Ok(vec![first.into()]), Err)
            })))
        }
    }

    /// What the device did and which answers came, with the batches `1` to `count` waiting.
    fn run(mut device: Device, count: u8) -> (Vec<String>, Vec<Option<f32>>) {
        let log = Arc::clone(&device.log);
        let (sender, batches) = channel();
        (1..=count).for_each(|first| sender.send(vec![first, 0]).unwrap());
        drop(sender);
        let mut answers = Vec::new();
        run_all(&mut device, 2, &batches, &mut |run| {
            assert_eq!(run.pixels.len(), 2);
            answers.push(run.answer.ok().map(|features| features[0]));
            true
        });
        let log = log.lock().unwrap().clone();
        (log, answers)
    }

    fn device(ahead: bool) -> Device {
        Device {
            log: Arc::default(),
            ahead,
            fails_at: None,
        }
    }

    #[test]
    fn the_next_batch_is_sent_before_the_last_one_is_waited_for() {
        let (log, answers) = run(device(true), 3);
        let expected = [
            "submit 1",
            "submit 2",
            "collect 1",
            "submit 3",
            "collect 2",
            "collect 3",
        ];
        assert_eq!(log, expected);
        assert_eq!(answers, [Some(1.0), Some(2.0), Some(3.0)]);
    }

    #[test]
    fn an_engine_without_a_device_of_its_own_answers_each_batch_before_the_next() {
        let (log, answers) = run(device(false), 2);
        assert_eq!(log, ["run 1", "run 2"]);
        assert_eq!(answers, [Some(1.0), Some(2.0)]);
    }

    #[test]
    fn an_answer_that_is_due_waits_for_no_other_batch() {
        let (sender, batches) = channel();
        let mut sender = Some(sender);
        sender.as_ref().unwrap().send(vec![1, 0]).unwrap();
        let mut answers = 0;
        // The second batch is sent only after the first one's answer.
        run_all(&mut device(true), 2, &batches, &mut |_| {
            answers += 1;
            if let Some(sender) = sender.take() {
                sender.send(vec![2, 0]).unwrap();
            }
            true
        });
        assert_eq!(answers, 2);
    }

    #[test]
    fn a_batch_that_fails_is_the_last_one_answered() {
        let device = Device {
            fails_at: Some(2),
            ..device(true)
        };
        let (_, answers) = run(device, 9);
        assert_eq!(answers, [Some(1.0), None]);
    }
}
