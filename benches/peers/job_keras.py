"""The whole job as tutorials on fine-tuning show it: a dense layer trained through the frozen network, image by image.

    job_keras.py LITE0.keras TABLE.csv THREADS

No features are kept: every epoch sends every image through the network. Measures one fold of two epochs and
multiplies: imports and reading the table once, and for each of 5 folds the model, the first epoch, 9 times the second,
and the predictions of the rows held out. No final model, no report. Prints one JSON line.
"""
import time

START = time.perf_counter()

import json
import sys

import keras
import numpy as np
from faces import read_rows
from faces_tensorflow import dataset, set_threads
from folds import FOLDS, LABEL, POSITIVE, spread

EPOCHS = 10


class Clock(keras.callbacks.Callback):
    def __init__(self):
        super().__init__()
        self.ends = []

    def on_epoch_end(self, epoch, logs=None):
        self.ends.append(time.perf_counter())


def main():
    path, table, threads = sys.argv[1:3] + [int(sys.argv[3])]
    set_threads(threads)
    random = np.random.default_rng(0)
    rows = read_rows(table)
    labels = np.array([row[LABEL] == POSITIVE for row in rows], np.float32)
    held_out = spread(labels, FOLDS, random) == 0
    train = random.permutation(np.flatnonzero(~held_out))
    test = np.flatnonzero(held_out)

    def faces(places):
        return dataset([rows[place]["file"] for place in places], labels[places])

    begun = time.perf_counter()
    network = keras.models.load_model(path, compile=False)
    network.trainable = False
    pooled = keras.layers.GlobalAveragePooling2D()(network(network.input, training=False))
    output = keras.layers.Dense(1, activation="sigmoid")(keras.layers.Dropout(0.2)(pooled))
    model = keras.Model(network.input, output)
    model.compile(optimizer="adam", loss="binary_crossentropy", metrics=["accuracy"])
    clock = Clock()
    model.fit(faces(train), validation_data=faces(test), epochs=2, callbacks=[clock], verbose=0)
    trained = time.perf_counter()
    model.predict(faces(test), verbose=0)
    predicted = time.perf_counter() - trained

    first, second = clock.ends[0] - begun, clock.ends[1] - clock.ends[0]
    fold = first + (EPOCHS - 1) * second + predicted
    print(json.dumps({"seconds": begun - START + FOLDS * fold, "scaled_from": "one fold of 2 epochs"}))


if __name__ == "__main__":
    main()
