#!/usr/bin/env bash
# evenhand beside what a user would write instead, on the same images, one after the other, in one go.
#
#   EVENHAND_FACES=FOLDER [EVENHAND_RESNET50=FILE.onnx] [EVENHAND=PROGRAM] benches/peers/run.sh [REPEATS] [IMAGES]
#
# FOLDER holds val.csv (file,age,gender,race) and its images, of which the first IMAGES count, 2,000 by default.
# EVENHAND_RESNET50 names a ResNet-50 as ONNX; without it that part is left out. EVENHAND names a built evenhand;
# without it one is built. Needs Linux, Python 3.11 or newer and GNU time; installs the rest with pip into an
# environment of its own. Prints medians over the repeats (3 by default), ratios, and whether they reach the goals.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
faces=${EVENHAND_FACES:?names the folder with val.csv}
resnet50=${EVENHAND_RESNET50:-}
repeats=${1:-3}
images=${2:-2000}
few=$((images < 500 ? images : 500)) # for what takes long; images a second are compared
threads=$(nproc)
target=${CARGO_TARGET_DIR:-$root/target}
cache=${XDG_CACHE_HOME:-$HOME/.cache}/evenhand-peers
python=$cache/bin/python
results=$target/peers.jsonl
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# Settings for an older processor, where a machine has them, would slow numpy down.
unset OPENBLAS_CORETYPE OPENBLAS_L2_SIZE
export TF_CPP_MIN_LOG_LEVEL=2 PYTHONDONTWRITEBYTECODE=1

[ -x "$python" ] || python3 -m venv "$cache"
"$python" -m pip install --quiet --requirement "$here/requirements.txt"
if [ -z "${EVENHAND:-}" ]; then
    cargo build --release --quiet --manifest-path "$root/Cargo.toml"
    EVENHAND=$target/release/evenhand
fi
export VIRTUAL_ENV=$cache # where evenhand finds ONNX Runtime: the same library as its peers'

model=$root/crates/evenhand-backbone/models/efficientnet-lite0.onnx
spec=$root/crates/evenhand-backbone/models/efficientnet-lite0.toml
table=$work/faces.csv
table_of_few=$work/few.csv
"$python" "$here/first_rows.py" "$faces/val.csv" "$images" "$table"
"$python" "$here/first_rows.py" "$faces/val.csv" "$few" "$table_of_few"

busy() { # seconds that the processors have worked, for whomever, or were kept by the machine's host
    awk -v hz="$(getconf CLK_TCK)" '$1 == "cpu" { print ($2 + $3 + $4 + $7 + $8 + $9) / hz }' /proc/stat
}
timed() { # COMMAND...: its seconds, and everybody's, and its peak memory in $work/fields
    local before
    before=$(busy)
    /usr/bin/time -f '"wall": %e, "user": %U, "system": %S, "peak_kb": %M' -o "$work/time" "$@" \
        >"$work/out" 2>"$work/log" || { cat "$work/log" "$work/out" >&2; exit 1; }
    busy | awk -v before="$before" '{ printf "\"busy\": %.2f", $1 - before }' | paste -d, "$work/time" - >"$work/fields"
}
ours() { # TASK NAME IMAGES COMMAND...: one JSON line; images a second are those of the whole process
    local start="\"task\": \"$1\", \"name\": \"$2\", \"images\": $3"
    shift 3
    timed "$EVENHAND" "$@"
    echo "{$start, $(cat "$work/fields")}"
}
theirs() { # TASK NAME SCRIPT ARGUMENT...: one JSON line, with what the script says of itself
    local start="\"task\": \"$1\", \"name\": \"$2\"" script=$here/$3
    shift 3
    timed "$python" "$script" "$@"
    echo "{$start, $(cat "$work/fields"), $(sed -n '$s/^{//p' "$work/out")"
}

timed "$python" "$here/lite0_keras.py" "$work/lite0.keras"
if [ -n "$resnet50" ]; then
    timed "$EVENHAND" backbone quantize "$resnet50" --data "$table" --images 100 --out "$work/resnet50-int8.onnx"
fi
embed=(--no-store --force --threads "$threads" --out "$work/features.safetensors")

lite0() {
    ours lite0 "evenhand f32" "$images" embed "$table" --precision f32 "${embed[@]}"
    ours lite0 "evenhand int8" "$images" embed "$table" --precision int8 "${embed[@]}"
    theirs lite0 "ONNX Runtime from Python, Pillow" embed_onnxruntime.py "$model" "$spec" "$table" "$images" "$threads"
    theirs lite0 "PyTorch eager" embed_pytorch.py efficientnet-lite0 nchw "$table" "$few" "$threads"
    theirs lite0 "PyTorch channels-last" embed_pytorch.py efficientnet-lite0 channels-last "$table" "$images" "$threads"
    theirs lite0 "Keras" embed_keras.py "$work/lite0.keras" "$table" "$images" "$threads"
    theirs lite0 "bare ONNX Runtime, threads together" bare.py "$model" together "$images" "$threads" "$spec"
    theirs lite0 "bare ONNX Runtime, threads apart" bare.py "$model" apart "$images" "$threads" "$spec"
}
resnet50() {
    ours resnet50 "evenhand f32" "$few" embed "$table_of_few" --backbone "$resnet50" --precision f32 "${embed[@]}"
    ours resnet50 "evenhand int8" "$few" embed "$table_of_few" --backbone "$work/resnet50-int8.onnx" "${embed[@]}"
    theirs resnet50 "PyTorch eager" embed_pytorch.py resnet50 nchw "$table_of_few" $((few / 2)) "$threads"
    theirs resnet50 "PyTorch channels-last" embed_pytorch.py resnet50 channels-last "$table_of_few" "$few" "$threads"
    theirs resnet50 "bare ONNX Runtime, threads together" bare.py "$resnet50" together "$few" "$threads"
}
job() {
    ours job "evenhand" "$images" train "$table" --label gender --positive Female --groups race,age --precision auto \
        --no-store --force --threads "$threads" --out "$work/run"
    theirs job "ONNX Runtime once, heads in PyTorch" job_python.py "$model" "$spec" "$table" "$threads"
    theirs job "Keras, through the frozen network" job_keras.py "$work/lite0.keras" "$table" "$threads"
}

mkdir -p "$target"
"$python" "$here/machine.py" "$("$EVENHAND" --version | cut -d' ' -f2)" "$repeats" >"$results"
for ((repeat = 0; repeat < repeats; repeat++)); do
    lite0
    if [ -n "$resnet50" ]; then resnet50; fi
    job
done | tee -a "$results" >&2

if [ -z "$resnet50" ]; then echo "EVENHAND_RESNET50 names no file: ResNet-50 is left out"; fi
"$python" "$here/summary.py" "$results"
echo "into BENCHMARKS.md: python3 benches/peers/summary.py $results --markdown BENCHMARKS.md"
