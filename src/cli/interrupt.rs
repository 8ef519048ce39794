//! Interrupts, as by Ctrl-C: a job stops where what is done so far is kept, and says where that is.
//!
//! Everything that jobs write outlives a kill at any moment, so an interrupt may end the process, too: at
//! once where a command does not ask whether to stop, after some seconds where one is busy with a step.

use std::sync::atomic::{AtomicBool, AtomicI32, Ordering};
use std::sync::{Mutex, PoisonError};

/// The signal that came, 0 before.
static SIGNAL: AtomicI32 = AtomicI32::new(0);
/// Whether the command asks whether to stop.
static LISTENS: AtomicBool = AtomicBool::new(false);
static KEPT: Mutex<Option<String>> = Mutex::new(None);

/// Whether the command is to stop. A command that asks is given the time to.
pub fn is_asked() -> bool {
    LISTENS.store(true, Ordering::Relaxed);
    came()
}

/// Whether an interrupt came.
pub fn came() -> bool {
    SIGNAL.load(Ordering::Relaxed) != 0
}

/// Remembers what is kept from now on.
pub fn keep(what: String) {
    *KEPT.lock().unwrap_or_else(PoisonError::into_inner) = Some(what);
}

/// What an interrupted command kept, and how to go on.
pub fn told() -> String {
    let kept = KEPT.lock().unwrap_or_else(PoisonError::into_inner);
    match &*kept {
        Some(kept) => format!("interrupted: {kept}\nhint: the same command goes on from there"),
        None => "interrupted".to_owned(),
    }
}

#[cfg(unix)]
pub use unix::{end, watch};

#[cfg(unix)]
mod unix {
    use super::{LISTENS, SIGNAL, told};
    use signal_hook::consts::{SIGINT, SIGTERM};
    use signal_hook::iterator::Signals;
    use signal_hook::low_level::emulate_default_handler;
    use std::io;
    use std::sync::atomic::Ordering;
    use std::thread;
    use std::time::Duration;

    /// How long a command that listens may take to stop by itself.
    const PATIENCE: Duration = Duration::from_secs(5);

    /// Waits for interrupts from now on.
    ///
    /// # Errors
    /// The system refuses; then an interrupt ends the process as it always does.
    pub fn watch() -> io::Result<()> {
        let mut signals = Signals::new([SIGINT, SIGTERM])?;
        thread::spawn(move || {
            for signal in &mut signals {
                let is_again = SIGNAL.swap(signal, Ordering::Relaxed) != 0;
                match !is_again && LISTENS.load(Ordering::Relaxed) {
                    true => drop(thread::spawn(|| {
                        thread::sleep(PATIENCE);
                        end();
                    })),
                    false => end(),
                }
            }
        });
        Ok(())
    }

    /// Tells what is kept, and ends the process by the signal, so that a shell knows.
    pub fn end() {
        eprintln!("{}", told());
        let signal = SIGNAL.load(Ordering::Relaxed);
        if emulate_default_handler(signal).is_err() {
            std::process::exit(128 + signal);
        }
    }
}

/// Elsewhere an interrupt ends the process as it always does.
#[cfg(not(unix))]
pub fn watch() -> std::io::Result<()> {
    Ok(())
}

#[cfg(not(unix))]
pub fn end() {}
