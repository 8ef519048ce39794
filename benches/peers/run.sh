#!/usr/bin/env bash
# evenhand beside what a user would write instead, on the same images, one after the other, in one go.
#
#   EVENHAND_FACES=FOLDER benches/peers/run.sh [REPEATS]
#
# FOLDER holds val.csv (file,age,gender,race) and its images. Needs Python 3 and GNU time; installs the rest with pip
# into an environment of its own. Prints medians over the repeats, and ratios.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
root=$here/../..
faces=${EVENHAND_FACES:?names the folder with val.csv}
repeats=${1:-3}
threads=$(nproc)
cache=${XDG_CACHE_HOME:-$HOME/.cache}/evenhand-peers
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

[ -x "$cache/bin/python" ] || python3 -m venv "$cache"
"$cache/bin/python" -m pip install --quiet --requirement "$here/requirements.txt"
cargo build --release --quiet --manifest-path "$root/Cargo.toml"
evenhand=${CARGO_TARGET_DIR:-$root/target}/release/evenhand
export VIRTUAL_ENV=$cache

measure() { # NAME COMMAND...: one JSON line with seconds and peak memory
    local name=$1
    shift
    /usr/bin/time -f "{\"what\": \"$name\", \"seconds\": %e, \"peak_mb\": %M}" -o "$work/time" "$@" >/dev/null 2>"$work/log" ||
        { cat "$work/log" >&2; exit 1; }
    cat "$work/time"
}

for ((repeat = 0; repeat < repeats; repeat++)); do
    {
        "$cache/bin/python" "$here/bare.py" "$root/models/efficientnet-lite0.onnx" "$root/models/efficientnet-lite0.toml" 1000 "$threads"
        measure "evenhand embed" "$evenhand" embed "$faces/val.csv" --no-store --threads "$threads" --out "$work/$repeat.safetensors"
        measure "evenhand train" "$evenhand" train "$faces/val.csv" --label gender --holdout 0.2 --no-store --threads "$threads" --out "$work/run-$repeat"
        "$cache/bin/python" "$here/pytorch.py" "$faces/val.csv" gender "$threads"
    } | tee /dev/stderr
done >"$work/results"

"$cache/bin/python" "$here/summary.py" "$work/results" "$(($(wc -l <"$faces/val.csv") - 1))"
