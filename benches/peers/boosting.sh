#!/usr/bin/env bash
# Gradient boosting beside LightGBM: 100 trees of 31 leaves on 1,000,000 rows of 18 census columns, in turn, on one
# thread and on two.
#
#   EVENHAND_CENSUS=FOLDER [BOOSTING=PROGRAM] benches/peers/boosting.sh [REPEATS]
#
# FOLDER holds the six `nist_acs_*.csv` tables. BOOSTING names a built benches/boosting.rs of evenhand-learners;
# without it one is built. Needs Linux and Python 3; installs the rest with pip into an environment of its own. Prints
# a line a run, and the ratio of the medians of processor time: on a busy machine wall clocks mean little.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
root=$here/../..
census=${EVENHAND_CENSUS:?names the folder of census tables}
repeats=${1:-3}
python=${XDG_CACHE_HOME:-$HOME/.cache}/evenhand-peers/bin/python
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

[ -x "$python" ] || python3 -m venv "${python%/bin/python}"
"$python" -m pip install --quiet lightgbm pandas scikit-learn
if [ -z "${BOOSTING:-}" ]; then
    BOOSTING=$(cargo bench --quiet --manifest-path "$root/Cargo.toml" -p evenhand-learners --bench boosting --no-run \
        --message-format json | "$python" -c 'import json, sys
print([line["executable"] for line in map(json.loads, sys.stdin) if line.get("executable")][-1])')
fi

"$python" "$here/boosting_tables.py" "$census" "$work"
for threads in 1 2; do
    for _ in $(seq "$repeats"); do
        RAYON_NUM_THREADS=$threads "$BOOSTING" "$work/train" "$work/test" | tee -a "$work/$threads"
        OMP_NUM_THREADS=$threads "$python" "$here/boosting_lightgbm.py" "$work/train" "$work/test" "$threads" | tee -a "$work/$threads"
    done
    "$python" - "$threads" "$work/$threads" <<'PYTHON'
import json, statistics, sys

rows = [json.loads(line) for line in open(sys.argv[2])]
median = lambda name: statistics.median(row["processor"] for row in rows if row["name"] == name)
own, peer = median("evenhand"), median("lightgbm")
print(f"{sys.argv[1]} thread(s): processor {own:.2f} s beside {peer:.2f} s of LightGBM, ratio {own / peer:.2f}")
PYTHON
done
