"""One JSON line on what the figures were measured with.

    machine.py EVENHAND_VERSION REPEATS
"""
import datetime
import json
import os
import platform
import sys
from importlib.metadata import version

PACKAGES = ("onnxruntime", "torch", "tensorflow-cpu", "keras", "pillow", "numpy")
# What decides how fast int8 is against float32.
INSTRUCTIONS = ("avx2", "avx512f", "avx512_vnni", "amx_int8", "asimddp", "i8mm")


def cpu():
    """The model of the processor and those of the instructions that it has."""
    try:
        with open("/proc/cpuinfo") as file:
            fields = dict((part.strip() for part in line.split(":", 1)) for line in file if ":" in line)
    except OSError:
        fields = {}
    flags = fields.get("flags", fields.get("Features", "")).split()
    model = fields.get("model name") or platform.processor() or platform.machine()
    return model, [instruction for instruction in INSTRUCTIONS if instruction in flags]


if __name__ == "__main__":
    model, instructions = cpu()
    print(json.dumps({
        "machine": {
            "cpu": model, "cores": len(os.sched_getaffinity(0)), "instructions": instructions,
            "date": datetime.date.today().isoformat(), "repeats": int(sys.argv[2]),
            "versions": {"evenhand": sys.argv[1], "Python": platform.python_version()}
            | {package: version(package) for package in PACKAGES},
        }
    }))
