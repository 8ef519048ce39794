"""The whole job with the best Python pipeline that we know: features once with ONNX Runtime, heads in PyTorch.

    job_python.py MODEL.onnx SPEC.toml TABLE.csv THREADS

Five folds, side by side on a thread each because dropout's random numbers come from one thread anyway; then a final
head on all rows, trained as long as the folds were in the median, and accuracy by group. No intervals, no tests, no
report, no file. Prints one JSON line; what counts is the time of the whole process, imports included.
"""
import json
import sys
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import torch
from embed_onnxruntime import Backbone, embed
from faces import read_rows
from folds import FOLDS, LABEL, POSITIVE, VALIDATION, accuracy_by_group, spread
from head_pytorch import fit


def main():
    model, spec, table, threads = sys.argv[1:4] + [int(sys.argv[4])]
    torch.manual_seed(0)
    random = np.random.default_rng(0)
    rows = read_rows(table)
    labels = np.array([row[LABEL] == POSITIVE for row in rows])
    features = embed(Backbone(model, spec), [row["file"] for row in rows], threads)
    features, targets = torch.from_numpy(features), torch.from_numpy(labels.astype(np.float32))

    fold = spread(labels, FOLDS, random)
    stops = spread(labels, round(1 / VALIDATION), random) == 0
    right = np.empty(len(rows), bool)

    def judge(number):
        """Trains without the rows of a fold, asks about them, and gives the epoch that the head is from."""
        train, validation, test = (fold != number) & ~stops, (fold != number) & stops, fold == number
        head, best = fit(features[train], targets[train], (features[validation], targets[validation]))
        right[test] = (head.logits(head.standardise(features[test])).numpy() > 0) == labels[test]
        return best

    torch.set_num_threads(1)
    with ThreadPoolExecutor(threads) as workers:
        epochs = list(workers.map(judge, range(FOLDS)))
    torch.set_num_threads(threads)
    fit(features, targets, epochs=int(np.median(epochs)))
    table = accuracy_by_group(rows, right)
    print(json.dumps({"accuracy": table["all"], "groups": len(table) - 1}))


if __name__ == "__main__":
    main()
