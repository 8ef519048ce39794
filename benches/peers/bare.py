"""The ceiling: ONNX Runtime alone, on tensors that are ready in memory.

    bare.py MODEL.onnx SPEC.toml IMAGES THREADS

Cuts the model at the taps of the spec and runs it on random tensors: no reading, no decoding, no preprocessing, no
pooling. Prints one JSON line with images a second for the best of several batch sizes.
"""
import json
import sys
import time
import tomllib

import numpy as np
import onnx
import onnxruntime
from onnx import TensorProto, helper

model_path, spec_path, images, threads = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
with open(spec_path, "rb") as file:
    taps = [tap["tensor"] for tap in tomllib.load(file)["taps"]]

model = onnx.load(model_path)
del model.graph.output[:]
model.graph.output.extend(helper.make_tensor_value_info(tap, TensorProto.FLOAT, None) for tap in taps)
options = onnxruntime.SessionOptions()
options.intra_op_num_threads = threads
session = onnxruntime.InferenceSession(model.SerializeToString(), options, providers=["CPUExecutionProvider"])
name = session.get_inputs()[0].name


def rate(batch):
    tensor = np.random.default_rng(0).normal(size=(batch, 3, 224, 224)).astype(np.float32)
    session.run(taps, {name: tensor})
    rounds = max(1, images // batch)
    start = time.perf_counter()
    for _ in range(rounds):
        session.run(taps, {name: tensor})
    return rounds * batch / (time.perf_counter() - start)


rates = {batch: rate(batch) for batch in (1, 8, 16, 32)}
best = max(rates, key=rates.get)
print(json.dumps({"what": "ONNX Runtime alone, ready tensors", "batch": best, "images_per_second": rates[best]}))
