#!/usr/bin/env bash
# `evenhand audit` beside fairlearn's MetricFrame: a million rows, 126 groups. evenhand linearises its intervals or draws
# 1,000 resamples; fairlearn has no intervals, or draws resamples (a few, scaled to 1,000).
#
#   benches/peers/audit.sh [RESAMPLES_OF_FAIRLEARN]
#
# Needs Python 3 and GNU time; installs the rest with pip into an environment of its own.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
root=$here/../..
boot=${1:-2}
cache=${XDG_CACHE_HOME:-$HOME/.cache}/evenhand-peers
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

[ -x "$cache/bin/python" ] || python3 -m venv "$cache"
"$cache/bin/python" -m pip install --quiet fairlearn pandas scikit-learn
cargo build --release --quiet --manifest-path "$root/Cargo.toml"
evenhand=${CARGO_TARGET_DIR:-$root/target}/release/evenhand

"$cache/bin/python" - "$work/table.csv" <<'PYTHON'
import sys
import numpy as np, pandas

random, n = np.random.default_rng(0), 1_000_000
score = random.random(n).round(6)
pandas.DataFrame({
    "y": np.where(random.random(n) < 0.15 + 0.7 * score, "F", "M"), "p": score,
    "race": random.integers(0, 7, n), "age": random.integers(0, 9, n), "gender": random.integers(0, 2, n),
    "person": random.integers(0, n // 5, n),
}).to_csv(sys.argv[1], index=False)
PYTHON

"$cache/bin/python" "$here/fairlearn_audit.py" "$work/table.csv" "$boot" | tee "$work/fairlearn"
run() {
    local what=$1
    shift
    /usr/bin/time -f "{\"what\": \"evenhand audit, $what\", \"seconds\": %e, \"peak_mb\": %M}" -o "$work/evenhand" -a \
        "$evenhand" audit "$work/table.csv" --label y --score p --positive F --groups 'race*age*gender' \
        --csv "$work/audit.csv" --force "$@" >/dev/null
}
run linearised
run clusters --cluster person
run bootstrap --interval bootstrap
cat "$work/evenhand"
"$cache/bin/python" - "$work/fairlearn" "$work/evenhand" <<'PYTHON'
import json, sys
theirs = json.load(open(sys.argv[1]))
linearised, clusters, bootstrap = (json.loads(line) for line in open(sys.argv[2]))
# It measures all rows once and then every resample.
resampled = theirs["seconds"] * 1001 / (theirs["resamples"] + 1)
alone = theirs["seconds_without_intervals"]
for what, ours, seconds in [
    ("linearised intervals, fairlearn none", linearised, alone),
    ("intervals by cluster, fairlearn none", clusters, alone),
    ("1,000 resamples each", bootstrap, resampled),
]:
    print(f"{what}: evenhand {ours['seconds']:.1f} s with {ours['peak_mb'] / 1024:.0f} MB, fairlearn {seconds:.0f} s: "
          f"{seconds / ours['seconds']:.1f} times as long")
PYTHON
