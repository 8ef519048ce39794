//! The parent: starts children, and stops those that take too long or too much memory.

use crate::targets::Target;
use crate::{LIMIT, MEMORY, seeds};
use std::fs;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::thread;
use std::time::{Duration, Instant};

/// Time between two looks at a child.
const LOOK: Duration = Duration::from_millis(20);

/// Result of a run.
#[derive(Default)]
pub struct Found {
    pub inputs: u64,
    /// Inputs at which a child went wrong.
    pub kept: Vec<PathBuf>,
}

/// An input that the child began to read.
struct Begun {
    number: u64,
    extension: String,
}

/// Damages and reads for this long.
pub fn watch(target: &Target, time: Duration, seed: u64) -> Result<Found, String> {
    let folder = tempfile::tempdir().map_err(|error| error.to_string())?;
    let end = Instant::now() + time;
    let (mut found, mut first) = (Found::default(), 0);
    while Instant::now() < end {
        let mut child = start(target, seed, first, folder.path())?;
        let inputs = lines(child.stdout.take().expect("standard output is piped"));
        let (last, fault) = follow(&mut child, &inputs, end);
        // Fails only for a child that has ended.
        let _ = child.kill();
        child.wait().map_err(|error| error.to_string())?;
        let Some(last) = last else {
            return Err(format!("{}: the child read nothing", target.name));
        };
        found.inputs += last.number + 1 - first;
        first = last.number + 1;
        if let Some(fault) = fault {
            found
                .kept
                .push(keep(target, folder.path(), &last, seed, fault)?);
        }
    }
    Ok(found)
}

fn start(target: &Target, seed: u64, first: u64, folder: &Path) -> Result<Child, String> {
    let program = std::env::current_exe().map_err(|error| error.to_string())?;
    let (seed, first) = (seed.to_string(), first.to_string());
    Command::new(program)
        .args(["child", target.name, &seed, &first])
        .arg(folder)
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .map_err(|error| error.to_string())
}

/// What the child says it reads; ends when the child does.
fn lines(out: ChildStdout) -> Receiver<Begun> {
    let (sender, receiver) = channel();
    thread::spawn(move || {
        for line in BufReader::new(out).lines().map_while(Result::ok) {
            let Some((number, extension)) = line.split_once(' ') else {
                return;
            };
            let Ok(number) = number.parse() else { return };
            let begun = Begun {
                number,
                extension: extension.to_owned(),
            };
            if sender.send(begun).is_err() {
                return;
            }
        }
    });
    receiver
}

/// Follows a child until it goes wrong or the time is over: the last input, and what is wrong with it.
fn follow(
    child: &mut Child,
    inputs: &Receiver<Begun>,
    end: Instant,
) -> (Option<Begun>, Option<&'static str>) {
    let (mut last, mut since) = (None, Instant::now());
    loop {
        match inputs.recv_timeout(LOOK) {
            Ok(begun) => (last, since) = (Some(begun), Instant::now()),
            Err(RecvTimeoutError::Disconnected) => return (last, Some("crash")),
            Err(RecvTimeoutError::Timeout) => {}
        }
        if since.elapsed() > LIMIT {
            return (last, Some("hang"));
        }
        if resident(child.id()).is_some_and(|bytes| bytes > MEMORY) {
            return (last, Some("memory"));
        }
        if Instant::now() > end {
            return (last, None);
        }
    }
}

/// Resident memory of a process, in bytes; known on Linux.
fn resident(process: u32) -> Option<u64> {
    let status = fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    let line = status.lines().find(|line| line.starts_with("VmRSS:"))?;
    let kilobytes: u64 = line.split_whitespace().nth(1)?.parse().ok()?;
    Some(kilobytes << 10)
}

fn keep(
    target: &Target,
    folder: &Path,
    last: &Begun,
    seed: u64,
    fault: &str,
) -> Result<PathBuf, String> {
    let found = seeds::root().join("found").join(target.name);
    let Begun { number, extension } = last;
    let kept = found.join(format!("{fault}-{seed}-{number}.{extension}"));
    let copied = fs::create_dir_all(&found)
        .and_then(|()| fs::copy(folder.join(format!("input.{extension}")), &kept));
    copied.map_err(|error| format!("{}: {error}", kept.display()))?;
    println!("{fault}: {}", kept.display());
    Ok(kept)
}
