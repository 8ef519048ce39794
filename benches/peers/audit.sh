#!/usr/bin/env bash
# `evenhand audit` beside fairlearn's MetricFrame: a million rows, 126 groups, 1,000 resamples (fairlearn: a few, scaled).
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
}).to_csv(sys.argv[1], index=False)
PYTHON

"$cache/bin/python" "$here/fairlearn_audit.py" "$work/table.csv" "$boot" | tee "$work/fairlearn"
/usr/bin/time -f '{"what": "evenhand audit", "resamples": 1000, "seconds": %e, "peak_mb": %M}' -o "$work/evenhand" \
    "$evenhand" audit "$work/table.csv" --label y --score p --positive F --groups 'race*age*gender' --json "$work/audit.json" >/dev/null
cat "$work/evenhand"
"$cache/bin/python" - "$work/fairlearn" "$work/evenhand" <<'PYTHON'
import json, sys
theirs, ours = (json.load(open(path)) for path in sys.argv[1:])
# It measures all rows once and then every resample.
seconds = theirs["seconds"] * (ours["resamples"] + 1) / (theirs["resamples"] + 1)
print(f"{ours['resamples']} resamples: evenhand {ours['seconds']:.1f} s with {ours['peak_mb'] / 1024:.0f} MB, "
      f"fairlearn {seconds:.0f} s (from {theirs['resamples']}): {seconds / ours['seconds']:.0f} times as long")
PYTHON
