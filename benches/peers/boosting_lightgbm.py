"""LightGBM on the tables of boosting_tables.py: one line as that of evenhand-learners' benches/boosting.rs.

usage: boosting_lightgbm.py TRAIN TEST THREADS
"""
import json, os, resource, struct, sys, time
import lightgbm, numpy as np
from sklearn.metrics import log_loss, roc_auc_score


def read(path):
    with open(path, "rb") as file:
        rows, columns = struct.unpack("<II", file.read(8))
        values = np.fromfile(file, "<f4")
    return values[: rows * columns].reshape(rows, columns), values[rows * columns :]


def megabytes():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


train, test = read(sys.argv[1]), read(sys.argv[2])
params = dict(objective="binary", num_leaves=31, learning_rate=0.1, lambda_l2=1.0, num_threads=int(sys.argv[3]), verbosity=-1)
data, wall, before = megabytes(), time.time(), sum(os.times()[:2])
model = lightgbm.train(params, lightgbm.Dataset(*train), 100)
wall, processor = time.time() - wall, sum(os.times()[:2]) - before
scores = model.predict(test[0])
line = dict(name="lightgbm", wall=round(wall, 2), processor=round(processor, 2), memory_mb=round(megabytes() - data))
line |= dict(auc=round(roc_auc_score(test[1], scores), 5), log_loss=round(log_loss(test[1], scores), 5))
print(json.dumps(line))
