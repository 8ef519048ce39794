"""Medians and ratios of what run.sh measured.

    summary.py RESULTS IMAGES
"""
import json
import statistics
import sys

images = int(sys.argv[2])
rates, peaks, whole = {}, {}, {}
with open(sys.argv[1]) as file:
    for line in map(json.loads, file):
        if "peak_mb" in line:
            peaks.setdefault(line["what"], []).append(line["peak_mb"] / 1024)
        if line["what"] == "evenhand train":
            whole.setdefault(line["what"], []).append(line["seconds"])
        elif line["what"].startswith("scikit-learn"):
            whole.setdefault("PyTorch and scikit-learn", []).append(embedding + line["seconds"])
        else:
            embedding = line.get("seconds", 0)  # of PyTorch, which comes right before scikit-learn
            rates.setdefault(line["what"], []).append(line.get("images_per_second") or images / line["seconds"])

print("\nembedding, images a second (median)")
medians = {what: statistics.median(values) for what, values in rates.items()}
ours = medians["evenhand embed"]
for what, rate in medians.items():
    print(f"  {rate:8.1f}  {what}  (evenhand embed is {ours / rate:.2f} times that)")
print("whole job, seconds (median)")
for what, seconds in whole.items():
    print(f"  {statistics.median(seconds):8.1f}  {what}")
print("peak memory, MB (median)")
for what, values in peaks.items():
    print(f"  {statistics.median(values):8.0f}  {what}")
