#!/usr/bin/env python3
"""Kills evenhand at random moments, and gives the same command again.

    python3 benches/kill.py --program target/release/evenhand --points 100

Draws the demo's faces, runs each command once undisturbed, and then kills it (SIGKILL) at random points of
that time, each time in a folder and with a feature store of its own. The same command is then given again.
Held against the undisturbed run:

- nothing lost: files that were in the folder before are unchanged, and the result is complete;
- nothing repeated: every image has one row, and every trial is judged once;
- the same result, byte for byte but for durations.

Exits with 1 if one of them fails. Needs Python alone.
"""

import argparse
import csv
import hashlib
import json
import os
import random
import re
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

TRAINING = "--label smiling --groups glasses --hidden 16 --epochs 4"
RUN = ["classifier.onnx", "config.toml", "metrics.json", "predictions.csv"]

# Of each command its line, and the files of its result.
COMMANDS = {
    "train": (f"train {{data}}/faces.csv {TRAINING} --folds 2 --out run", [f"run/{name}" for name in RUN]),
    "finetune": (
        f"train {{data}}/faces.csv {TRAINING} --folds 1 --unfreeze 1 --finetune-epochs 3 --out run",
        [f"run/{name}" for name in RUN],
    ),
    "tune": (
        f"tune {{data}}/faces.csv {TRAINING} --folds 2 --budget 4 --views 1 --out tune",
        ["tune/trials.csv", "tune/config.toml"],
    ),
    "predict": (
        "predict {data}/run {data}/list.csv --out p.csv",
        ["p.csv", "p.csv.manifest.json", "p.csv.drift.json"],
    ),
    "coders": (
        "coders {data}/codes.csv --groups glasses --replicates 2000 --out study",
        [f"study/{name}" for name in
         ["agreement.json", "agreement.csv", "confusion.csv", "consensus.csv", "adjudicate.csv"]],
    ),
    "sample": ("sample {data}/list.predictions.csv --n 200 --groups score --out drawn.csv", ["drawn.csv"]),
}
# What lies in the folder of each run, and must lie there afterwards.
MINE = {"thesis.txt": b"years of work", "run.txt": b"notes", ".hidden": b"a key"}


class Bench:
    def __init__(self, program, work, faces):
        self.program, self.work, self.data = program, work, work / "data"
        self.prepare(faces)

    def prepare(self, faces):
        """Faces, a run, a list of some 9,000 rows, its predictions, and codes."""
        (self.work / "cache").mkdir()
        self.must(f"demo --out {self.data} --faces {faces}", self.work)
        table = list(csv.DictReader(open(self.data / "faces.csv")))
        with open(self.data / "list.csv", "w") as out:
            out.write("file\n")
            for _ in range(9000 // faces + 1):
                out.writelines(f"{row['file']}\n" for row in table)
        with open(self.data / "codes.csv", "w") as out:
            out.write("file,glasses,coder_a,coder_b,coder_c\n")
            for at, row in enumerate(table):
                other = {"yes": "no", "no": "yes"}[row["smiling"]]
                codes = [other if at % every == 0 else row["smiling"] for every in (11, 7, 3)]
                out.write(",".join([row["file"], row["glasses"], *codes]) + "\n")
        self.must(f"predict {self.data}/run {self.data}/list.csv --out {self.data}/list.predictions.csv", self.work)

    def start(self, line, folder):
        line = line.format(data=self.data)
        environment = {**os.environ, "XDG_CACHE_HOME": str(folder / "cache")}
        return subprocess.Popen([self.program, *line.split()], cwd=folder, env=environment,
                                stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)

    def must(self, line, folder):
        process = self.start(line, folder)
        said = process.communicate()[0]
        if process.returncode != 0:
            raise SystemExit(f"{line}\n{said}")
        return said

    def again(self, line, folder, files):
        """The command again; refused where the kill came after its last file."""
        process = self.start(line, folder)
        said = process.communicate()[0]
        is_done = "is there already" in said and all((folder / file).exists() for file in files)
        if process.returncode != 0 and not is_done:
            raise SystemExit(f"{line}\n{said}")
        return said

    def folder(self):
        folder = Path(tempfile.mkdtemp(dir=self.work))
        for name, contents in MINE.items():
            (folder / name).write_bytes(contents)
        return folder

    def inputs(self):
        """The digest of everything that commands read."""
        digest = hashlib.sha256()
        for path in sorted(self.data.rglob("*")):
            if path.is_file():
                digest.update(str(path).encode() + path.read_bytes())
        return digest.hexdigest()


def content(path):
    """The bytes of a result, without durations."""
    if path.name == "trials.csv":
        rows = [{**row, "seconds": ""} for row in csv.DictReader(path.open())]
        return json.dumps(rows).encode()
    return path.read_bytes()


def problems(folder, files, reference):
    found = [f"{name} was changed" for name, mine in MINE.items() if (folder / name).read_bytes() != mine]
    for name in files:
        path = folder / name
        if not path.is_file():
            found.append(f"{name} is missing")
        elif content(path) != reference[name]:
            found.append(f"{name} differs")
    journal = folder / "tune/journal.jsonl"
    if journal.exists():
        trials = [json.loads(line) for line in journal.read_text().splitlines()[1:]]
        keys = [(trial["trial"], trial["fold"]) for trial in trials]
        if len(keys) != len(set(keys)):
            found.append("a trial was judged twice")
    known = {*MINE, "cache", *(name.split("/")[0] for name in files)}
    known |= {path.name for path in folder.glob("p.csv.*json")}
    left = sorted(path.name for path in folder.iterdir() if path.name not in known)
    return found, left


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--program", default="target/release/evenhand")
    parser.add_argument("--points", type=int, default=100, help="kills of each command")
    parser.add_argument("--faces", type=int, default=120)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--commands", default=",".join(COMMANDS))
    arguments = parser.parse_args()
    rng = random.Random(arguments.seed)
    failed = 0
    with tempfile.TemporaryDirectory() as work:
        bench = Bench(Path(arguments.program).resolve(), Path(work), arguments.faces)
        inputs = bench.inputs()
        for name in arguments.commands.split(","):
            line, files = COMMANDS[name]
            folder, start = bench.folder(), time.monotonic()
            bench.must(line, folder)
            seconds = time.monotonic() - start
            reference = {file: content(folder / file) for file in files}
            counts = {"killed": 0, "finished": 0, "went on": 0, "left behind": 0, "wrong": 0}
            for _ in range(arguments.points):
                folder = bench.folder()
                process = bench.start(line, folder)
                moment = rng.uniform(0, seconds)
                try:
                    process.wait(moment)
                    counts["finished"] += 1
                except subprocess.TimeoutExpired:
                    process.send_signal(signal.SIGKILL)
                    process.wait()
                    counts["killed"] += 1
                    said = bench.again(line, folder, files)
                    went_on = r"[1-9]\d* known already|done already|goes on after|[1-9]\d* trials of a fold are known"
                    counts["went on"] += bool(re.search(went_on, said))
                found, left = problems(folder, files, reference)
                counts["left behind"] += bool(left)
                if found or bench.inputs() != inputs:
                    counts["wrong"] += 1
                    print(f"{name} at {moment:.2f} of {seconds:.2f} s: {found or 'an input was changed'}", flush=True)
                elif left:
                    print(f"{name} at {moment:.2f} of {seconds:.2f} s left {left}", flush=True)
            failed += counts["wrong"]
            figures = ", ".join(f"{number} {what}" for what, number in counts.items())
            print(f"{name}: {seconds:.1f} s undisturbed; {figures}", flush=True)
    return failed > 0


if __name__ == "__main__":
    sys.exit(main())
