"""Features with ONNX Runtime and Pillow: the same taps and pooling as evenhand's, and so the same features.

    embed_onnxruntime.py MODEL.onnx SPEC.toml TABLE.csv IMAGES THREADS

Of the ways to share the cores between decoding and the network (one after the other; a decoding thread beside a
session of all threads, with and without its spinning; in each thread a batch of its own from files to features) the
last was the fastest, and is what runs here. Prints one JSON line.
"""
import json
import sys
import time
from concurrent.futures import ThreadPoolExecutor

import numpy as np
from faces import SIDE, chunks, read_image, read_rows
from onnx_session import open_session, read_spec, taps

BATCH = 16


class Backbone:
    """The model cut at the taps of the spec; a call runs in the thread that makes it."""

    def __init__(self, model_path, spec_path):
        spec = read_spec(spec_path)
        self.taps = taps(spec)
        self.cells = [int(tap["pool"].removeprefix("grid:")) for tap in spec["taps"]]
        self.mean, self.std = (np.array(spec[key], np.float32).reshape(3, 1, 1) for key in ("mean", "std"))
        self.session = open_session(model_path, self.taps, 1)
        self.input = self.session.get_inputs()[0].name

    def features(self, files):
        """`[files, features]`, from the files."""
        pixels = np.empty((len(files), 3, SIDE, SIDE), np.float32)
        for place, file in enumerate(files):
            pixels[place] = read_image(file).transpose(2, 0, 1)
        pixels -= self.mean
        pixels /= self.std
        maps = self.session.run(self.taps, {self.input: pixels})
        return np.concatenate([pool(values, cells) for values, cells in zip(maps, self.cells)], axis=1)


def pool(maps, cells):
    """Averages over a grid of cells that may overlap, as PyTorch's `adaptive_avg_pool2d`: `[N, C * cells * cells]`."""
    rows, channels, side, _ = maps.shape
    axis = np.zeros((side, cells), np.float32)
    for cell in range(cells):
        first, end = cell * side // cells, -(-(cell + 1) * side // cells)
        axis[first:end, cell] = 1 / (end - first)
    grid = np.einsum("yi,xj->yxij", axis, axis).reshape(side * side, cells * cells)
    return (maps.reshape(rows * channels, side * side) @ grid).reshape(rows, -1)


def embed(backbone, files, threads):
    with ThreadPoolExecutor(threads) as workers:
        return np.concatenate(list(workers.map(backbone.features, chunks(files, BATCH))))


def main():
    model, spec, table, images, threads = sys.argv[1:4] + [int(value) for value in sys.argv[4:]]
    files = [row["file"] for row in read_rows(table, images)]
    backbone = Backbone(model, spec)
    backbone.features(files[:BATCH])
    start = time.perf_counter()
    embed(backbone, files, threads)
    print(json.dumps({"images_per_second": len(files) / (time.perf_counter() - start)}))


if __name__ == "__main__":
    main()
