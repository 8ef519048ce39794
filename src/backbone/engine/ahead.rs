//! One batch ahead: while a device computes, the next batch is sent to it.

use super::{Engine, EngineError};
use std::sync::mpsc::Receiver;

/// A batch that an engine was given.
pub enum Pending {
    /// Its features, as [`Engine::run`] returns them.
    Done(Vec<f32>),
    /// A device is at it; the call waits for its features.
    Running(Box<dyn FnOnce() -> Result<Vec<f32>, EngineError> + Send>),
}

impl Pending {
    /// The features, waited for where they are not there yet.
    ///
    /// # Errors
    /// Those of [`Engine::run`].
    pub fn collect(self) -> Result<Vec<f32>, EngineError> {
        match self {
            Self::Done(features) => Ok(features),
            Self::Running(wait) => wait(),
        }
    }
}

/// Runs batch after batch and gives `answer` the features of each, in their order, until there are
/// no more, one fails, or `answer` wants no more (`false`).
///
/// An engine that computes in the background has at most two batches at a time: one is computed and
/// one waits on the device. Nobody waits for another batch while an answer is due, because whoever
/// sends them may be waiting for that.
pub fn run_all(
    engine: &mut dyn Engine,
    batch: usize,
    batches: &Receiver<Vec<u8>>,
    answer: &mut dyn FnMut(Result<Vec<f32>, EngineError>) -> bool,
) {
    let mut running: Option<Pending> = None;
    loop {
        let next = match running {
            Some(_) => batches.try_recv().ok(),
            None => match batches.recv() {
                Ok(pixels) => Some(pixels),
                Err(_) => return,
            },
        };
        let submitted = next.map(|pixels| engine.submit(&pixels, batch));
        let mut goes_on = |result: Result<Vec<f32>, EngineError>| {
            let failed = result.is_err();
            answer(result) && !failed
        };
        if let Some(earlier) = running.take()
            && !goes_on(earlier.collect())
        {
            return;
        }
        running = match submitted {
            None => None,
            Some(Ok(pending @ Pending::Running(_))) => Some(pending),
            Some(result) => {
                if !goes_on(result.and_then(Pending::collect)) {
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
    use crate::backbone::engine::EngineInfo;
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
        run_all(&mut device, 2, &batches, &mut |result| {
            answers.push(result.ok().map(|features| features[0]));
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
