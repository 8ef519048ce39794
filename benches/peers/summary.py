"""Medians, ratios and goals from what run.sh measured.

    summary.py RESULTS.jsonl                     to read in a terminal
    summary.py RESULTS.jsonl --markdown [FILE]   as Markdown; with FILE, between the markers in it
"""
import argparse
import json
import statistics
import sys
from pathlib import Path

TASKS = {
    "lite0": "EfficientNet-Lite0, from JPEG files to features",
    "resnet50": "ResNet-50, from JPEG files to features",
    "job": "The whole job",
}
BARE = ("bare ONNX Runtime, threads together", "bare ONNX Runtime, threads apart")
# The goals: that our median is at least so many times the best of theirs.
GOALS = (
    ("lite0", "evenhand int8", ("PyTorch channels-last",), 4),
    ("lite0", "evenhand f32", ("PyTorch channels-last",), 2),
    ("lite0", "evenhand f32", BARE[:1], 0.85),
    ("lite0", "evenhand f32", BARE[1:], 0.85),
    ("resnet50", "evenhand int8", ("PyTorch channels-last",), 3),
    ("job", "evenhand", ("Keras, through the frozen network",), 20),
    ("job", "evenhand", ("ONNX Runtime once, heads in PyTorch",), 1.5),
)
# A share of the processors that went to other programs, above which figures say little.
DISTURBED = 0.05
MARKERS = ("<!-- peers: written by benches/peers/summary.py -->", "<!-- peers: end -->")


class Measured:
    """One program at one task, over all repeats. Speed is images a second, or jobs a second."""

    def __init__(self, records):
        self.records = records
        self.name = records[0]["name"]
        self.speeds = [speed(record) for record in records]
        self.speed = statistics.median(self.speeds)
        self.peak_mb = statistics.median(record["peak_kb"] / 1024 for record in records)
        self.scaled_from = records[0].get("scaled_from")

    def figures(self, task):
        """The median and the range, in the unit of the task."""
        if task == "job":
            middle, low, high = (1 / value for value in (self.speed, max(self.speeds), min(self.speeds)))
        else:
            middle, low, high = self.speed, min(self.speeds), max(self.speeds)
        return f"{middle:.1f}", f"{low:.1f} to {high:.1f}"


def speed(record):
    if record["task"] == "job":
        return 1 / record.get("seconds", record["wall"])
    return record.get("images_per_second") or record["images"] / record["wall"]


def read(path):
    """The machine, and by task and name what was measured, in the order of the file."""
    machine, records = None, {}
    for record in map(json.loads, Path(path).read_text().splitlines()):
        if "machine" in record:
            machine = record["machine"]
        else:
            records.setdefault(record["task"], {}).setdefault(record["name"], []).append(record)
    tasks = {task: {name: Measured(runs) for name, runs in names.items()} for task, names in records.items()}
    return machine, tasks


def table(task, measured):
    """The rows of a task's table, the header first."""
    ours = [name for name in measured if name.startswith("evenhand")]
    unit = "seconds" if task == "job" else "images a second"
    rows = [["", unit, "range", *(f"{name} is" for name in ours), "peak memory"]]
    for name, other in measured.items():
        ratios = ["" if name == mine else f"{measured[mine].speed / other.speed:.2f} times" for mine in ours]
        rows.append([name, *other.figures(task), *ratios, f"{other.peak_mb:.0f} MB"])
    return rows


def goals(tasks):
    """A row for each goal whose measurements are there."""
    rows = []
    for task, ours, theirs, times in GOALS:
        measured = tasks.get(task, {})
        others = [measured[name] for name in theirs if name in measured]
        if ours not in measured or not others:
            continue
        other = max(others, key=lambda other: other.speed)
        ratio = measured[ours].speed / other.speed
        rows.append([f"{TASKS[task].split(',')[0]}: {ours} against {other.name}", f"at least {times:g} times",
                     f"{ratio:.2f} times", "met" if ratio >= times else "not met"])
    return [["", "goal", "measured", ""], *rows]


def notes(machine, tasks):
    """What was measured with, in sentences."""
    cores = f"{machine['cpu']}, {machine['cores']} cores ({', '.join(machine['instructions'])})"
    versions = ", ".join(f"{name} {version}" for name, version in machine["versions"].items())
    lines = [f"{machine['date']}. {cores}.", f"{versions}.", f"Medians of {machine['repeats']}."]
    lines += [f"{other.name}: scaled from {other.scaled_from}."
              for measured in tasks.values() for other in measured.values() if other.scaled_from]
    taken = others(machine, tasks)
    if taken > DISTURBED:
        lines.append(f"Not to be relied on: other programs took {100 * taken:.0f} % of the processors meanwhile.")
    return lines


def others(machine, tasks):
    """The share of the processors' time that went to programs that were not being measured."""
    records = [record for measured in tasks.values() for one in measured.values() for record in one.records]
    taken = sum(max(0, record["busy"] - record["user"] - record["system"]) for record in records)
    return taken / sum(record["wall"] * machine["cores"] for record in records)


def as_text(rows):
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    lines = []
    for first, *rest in rows:
        lines.append("  ".join([first.ljust(widths[0]), *(cell.rjust(width) for cell, width in zip(rest, widths[1:]))]))
    return "\n".join(line.rstrip() for line in lines)


def as_markdown(rows):
    header, *body = ["| " + " | ".join(row) + " |" for row in rows]
    rule = "|" + "---|" + "---:|" * (len(rows[0]) - 1)
    return "\n".join([header, rule, *body])


def document(machine, tasks, heading, render):
    parts = ["\n".join(notes(machine, tasks))]
    for task, measured in tasks.items():
        parts.append(heading(TASKS[task]) + render(table(task, measured)))
    parts.append(heading("Goals") + render(goals(tasks)))
    return "\n\n".join(parts)


def replace_between_markers(path, text):
    first, last = MARKERS
    before, found, rest = path.read_text().partition(first)
    _, found_last, after = rest.partition(last)
    if not (found and found_last):
        sys.exit(f"{path} has no lines `{first}` and `{last}` to write between")
    path.write_text(f"{before}{first}\n\n{text}\n\n{last}{after}")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("results", type=Path)
    parser.add_argument("--markdown", nargs="?", const="-", metavar="FILE")
    arguments = parser.parse_args()
    machine, tasks = read(arguments.results)
    if arguments.markdown is None:
        print(document(machine, tasks, "{}\n".format, as_text))
        return
    text = document(machine, tasks, "### {}\n\n".format, as_markdown)
    if arguments.markdown == "-":
        print(text)
    else:
        replace_between_markers(Path(arguments.markdown), text)


if __name__ == "__main__":
    main()
