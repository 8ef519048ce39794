"""The ceiling: ONNX Runtime alone, on tensors that are ready in memory.

    bare.py MODEL.onnx together|apart IMAGES THREADS [SPEC.toml]

Runs the model, cut at the taps of the spec if there is one, on random tensors: no reading, no decoding, no
preprocessing, no pooling. All threads run each call together, or each thread runs calls of its own. The batch size is
the fastest of several. Prints one JSON line.
"""
import json
import sys
import time
from concurrent.futures import ThreadPoolExecutor

import numpy as np
from faces import SIDE
from onnx_session import open_session, read_spec, taps

BATCHES = (1, 8, 16, 32)
TRIAL = 128


def main():
    model, arrangement, images, threads = sys.argv[1:3] + [int(value) for value in sys.argv[3:5]]
    callers = {"together": 1, "apart": threads}[arrangement]
    outputs = taps(read_spec(sys.argv[5])) if len(sys.argv) > 5 else None
    session = open_session(model, outputs, threads // callers)
    name = session.get_inputs()[0].name

    def rate(batch, images):
        tensor = np.random.default_rng(0).normal(size=(batch, 3, SIDE, SIDE)).astype(np.float32)
        session.run(outputs, {name: tensor})
        rounds = -(-images // batch)
        start = time.perf_counter()
        with ThreadPoolExecutor(callers) as workers:
            for _ in workers.map(lambda _: session.run(outputs, {name: tensor}) and None, range(rounds)):
                pass
        return rounds * batch / (time.perf_counter() - start)

    best = max(BATCHES, key=lambda batch: rate(batch, TRIAL))
    print(json.dumps({"images_per_second": rate(best, images), "batch": best}))


if __name__ == "__main__":
    main()
