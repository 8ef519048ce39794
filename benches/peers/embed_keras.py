"""Features with Keras on TensorFlow, from the taps and with the pooling of evenhand.

    embed_keras.py LITE0.keras TABLE.csv IMAGES THREADS

Prints one JSON line.
"""
import json
import sys
import time

import keras
from faces import read_rows
from faces_tensorflow import BATCH, dataset, set_threads

CELLS = {"tap3": 5, "tap4": 5, "tap5": 7}


def embedder(path):
    network = keras.models.load_model(path, compile=False)

    def grid(tap, cells):
        maps = network.get_layer(tap).output
        # A grid as fine as the map is the map.
        return maps if maps.shape[1] == cells else keras.layers.AdaptiveAveragePooling2D(cells)(maps)

    grids = [keras.layers.Flatten()(grid(tap, cells)) for tap, cells in CELLS.items()]
    return keras.Model(network.input, keras.layers.Concatenate()(grids))


def main():
    path, table, images, threads = sys.argv[1:3] + [int(value) for value in sys.argv[3:]]
    set_threads(threads)
    files = [row["file"] for row in read_rows(table, images)]
    model = embedder(path)
    model.predict(dataset(files[:2 * BATCH]), verbose=0)
    start = time.perf_counter()
    model.predict(dataset(files), verbose=0)
    print(json.dumps({"images_per_second": len(files) / (time.perf_counter() - start)}))


if __name__ == "__main__":
    main()
