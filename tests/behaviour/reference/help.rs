//! The pages of options and of metrics.

use super::*;

/// The help of a command as somebody sees it who sends it to a file.
fn help(command: &str) -> String {
    let mut evenhand = std::process::Command::new(assert_cmd::cargo::cargo_bin("evenhand"));
    evenhand.env_remove("COLUMNS").arg("help");
    let output = evenhand.args(command.split_whitespace()).output().unwrap();
    assert!(output.status.success(), "{}", printed(&output));
    String::from_utf8(output.stdout).unwrap()
}

/// The commands that a help lists, in its order.
fn commands(help: &str) -> Vec<String> {
    let lines = help
        .lines()
        .skip_while(|line| *line != "Commands:")
        .skip(1)
        .take_while(|line| !line.is_empty());
    let names = lines.filter(|line| line.starts_with("  ") && !line.starts_with("   "));
    let names = names.filter_map(|line| line.split_whitespace().next());
    names
        .filter(|name| *name != "help")
        .map(str::to_owned)
        .collect()
}

#[test]
fn options_are_those_of_the_help() {
    let mut text = String::from(
        "# Options\n\nThe help of every command, in the order of `evenhand --help`. \
         A test writes this page from the program.\n",
    );
    let mut add = |command: &str, help: &str| {
        let level = "#".repeat(2 + command.split_whitespace().count().saturating_sub(1));
        let title = format!("evenhand {command}");
        let lines: Vec<&str> = help.lines().map(str::trim_end).collect();
        let help = lines.join("\n");
        let (title, help) = (title.trim_end(), help.trim_end());
        write!(text, "\n{level} {title}\n\n```text\n{help}\n```\n").unwrap();
    };
    let all = help("");
    add("", &all);
    for command in commands(&all) {
        let of = help(&command);
        add(&command, &of);
        for part in commands(&of) {
            let command = format!("{command} {part}");
            add(&command, &help(&command));
        }
    }
    let path = page("options.md");
    if is_written() {
        fs::write(&path, &text).unwrap();
    }
    let there = fs::read_to_string(&path).unwrap_or_default();
    let different = text
        .lines()
        .zip(there.lines())
        .find(|(new, old)| new != old);
    assert!(
        there == text,
        "docs/reference/options.md is not what --help says, first here: {different:?}\n\
         hint: {WRITE}=1 cargo test --release --test behaviour reference writes it"
    );
}

#[test]
fn metrics_are_those_of_the_code() {
    let all = METRICS.iter().map(|metric| {
        let from = match metric.of {
            Of::Rate(_) => "a share of",
            Of::Counts(_) | Of::Difference(_) => "counts; needs",
            Of::Scores(_) => "scores; needs",
        };
        let better = match metric.better {
            Better::Higher => "higher",
            Better::Lower => "lower",
            Better::Neither => "neither",
        };
        let classes = if metric.binary { "two" } else { "any" };
        let cells = [
            &format!("`{}`", metric.name),
            metric.title,
            &format!("{from} {}", metric.cases.title()),
            classes,
            better,
        ];
        cells.map(str::to_owned).to_vec()
    });
    let of_class = CLASS_METRICS.iter().map(|metric| {
        let cells = [format!("`{}`", metric.name), metric.cases_title.to_owned()];
        cells.to_vec()
    });
    let sections = [
        Section {
            heading: "## Of all classes".into(),
            columns: vec![
                "name",
                "title",
                "computed from",
                "classes",
                "better",
                "meaning",
            ],
            rows: all.collect(),
        },
        Section {
            heading: "## Of each of more than two classes".into(),
            columns: vec!["name", "cases", "meaning"],
            rows: of_class.collect(),
        },
    ];
    check("metrics.md", &sections);
}
