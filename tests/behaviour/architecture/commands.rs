//! Commands are thin: arguments in, a job, a printer.

use super::imports::{Name, ROOT};
use super::{WORKSPACE, assert_none, lies_in};
use std::fs;
use std::path::Path;

/// Lines of a file of `src/commands`.
const A_COMMAND: usize = 150;
/// Lines of `src/commands` and `src/cli` together. `segment` and `estimate` of cells, their options and tables took
/// the last 400, learners of heads 50: a new command may have about 200.
const ALL: usize = 6_000;

#[test]
fn no_command_imports_another() {
    let command = |name: &Name| match &name[..] {
        [own, room, command, ..] if own == "evenhand" && room == "commands" => {
            Some(command.clone())
        }
        _ => None,
    };
    let mut offenders = Vec::new();
    for (name, targets) in &WORKSPACE.imports {
        let Some(own) = command(name) else { continue };
        let others = targets
            .iter()
            .filter(|target| command(target).is_some_and(|other| other != own));
        offenders.extend(
            others.map(|target| format!("{} imports {}", name.join("::"), target.join("::"))),
        );
    }
    assert_none(offenders, "what commands share belongs to a room below:");
}

#[test]
fn commands_are_short() {
    let (mut offenders, mut all) = (Vec::new(), 0);
    for module in WORKSPACE.modules.values() {
        let is_command = lies_in(module, "src/commands");
        if !is_command && !lies_in(module, "src/cli") {
            continue;
        }
        let path = &module.paths[0];
        let text = fs::read_to_string(Path::new(ROOT).join(path)).unwrap();
        let lines = text.lines().count();
        all += lines;
        if is_command && lines > A_COMMAND {
            offenders.push(format!("{} has {lines} lines", path.display()));
        }
    }
    if all > ALL {
        offenders.push(format!(
            "src/commands and src/cli together have {all} lines"
        ));
    }
    assert_none(
        offenders,
        &format!("a command has at most {A_COMMAND} lines, all and the command line {ALL}:"),
    );
}
