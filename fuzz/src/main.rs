//! Feeds damaged files to evenhand's readers, and watches time and memory.
//!
//! A parent process watches a child, which reads one damaged file after the other. An input at which the child crashes, takes
//! more than [`LIMIT`] or more than [`MEMORY`] is kept under `fuzz/found/`. `fuzz/README.md` says how to run it.
#![allow(clippy::print_stdout, reason = "a program for developers")]

mod mutate;
mod seeds;
mod targets;
mod watch;

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;
use targets::Target;

/// Longest time that one input may take.
const LIMIT: Duration = Duration::from_secs(10);
/// Resident memory that reading one input may take, in bytes.
const MEMORY: u64 = 1 << 30;

const USAGE: &str = "evenhand-fuzz run TARGET [SECONDS] [SEED]   damaged inputs for a time
evenhand-fuzz replay TARGET FILE...         inputs that were found";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match words.as_slice() {
        ["run", target, rest @ ..] => run(target, rest),
        ["replay", target, files @ ..] if !files.is_empty() => replay(target, files),
        // How the parent starts the child.
        ["child", target, seed, first, folder] => child(target, seed, first, folder),
        _ => Err(format!("{USAGE}\ntargets: {}", targets::names())),
    }
    .unwrap_or_else(|message| {
        eprintln!("{message}");
        ExitCode::FAILURE
    })
}

fn run(target: &str, rest: &[&str]) -> Result<ExitCode, String> {
    let number = |at: usize, default: u64| match rest.get(at) {
        Some(text) => text.parse().map_err(|_| format!("`{text}` is no number")),
        None => Ok(default),
    };
    let target = targets::find(target)?;
    let time = Duration::from_secs(number(0, 60)?);
    let found = watch::watch(target, time, number(1, 1)?)?;
    println!(
        "{}: {} inputs, {} faults",
        target.name,
        found.inputs,
        found.kept.len()
    );
    Ok(if found.kept.is_empty() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

fn replay(target: &str, files: &[&str]) -> Result<ExitCode, String> {
    let target = targets::find(target)?;
    for file in files {
        let start = std::time::Instant::now();
        let outcome = (target.read)(Path::new(file));
        println!("{file}: {outcome}, {:.2} s", start.elapsed().as_secs_f64());
    }
    Ok(ExitCode::SUCCESS)
}

fn child(target: &str, seed: &str, first: &str, folder: &str) -> Result<ExitCode, String> {
    let number = |text: &str| text.parse().map_err(|_| format!("`{text}` is no number"));
    let target: &Target = targets::find(target)?;
    let seeds = seeds::load(target)?;
    let (seed, folder) = (number(seed)?, PathBuf::from(folder));
    for input in number(first)?.. {
        let (bytes, extension) = mutate::input(&seeds, seed, input);
        let file = folder.join(format!("input.{extension}"));
        std::fs::write(&file, bytes).map_err(|error| format!("{}: {error}", file.display()))?;
        println!("{input} {extension}");
        (target.read)(&file);
        std::fs::remove_file(&file).map_err(|error| format!("{}: {error}", file.display()))?;
    }
    Ok(ExitCode::SUCCESS)
}
