"""What a user would write instead of `evenhand audit`: fairlearn's MetricFrame with its own bootstrap.

    fairlearn_audit.py TABLE.csv BOOT

The table has the columns y, p, race, age, gender. Prints one JSON line with the seconds of the metrics alone, without
intervals and without reading the table, and of the metrics with BOOT resamples.
"""
import json
import sys
import time

import pandas
from fairlearn.metrics import (MetricFrame, false_negative_rate, false_positive_rate, selection_rate,
                               true_negative_rate, true_positive_rate)
from sklearn import metrics as sk

table, boot = pandas.read_csv(sys.argv[1]), int(sys.argv[2])
truth, score = (table.y == "F").to_numpy(), table.p.to_numpy()
predicted = score >= 0.5


def of_score(metric):
    """A metric of the score: MetricFrame hands every metric the same second argument, unless it is told otherwise."""
    return lambda y_true, y_pred, score: metric(y_true, score)


metrics = {
    "accuracy": sk.accuracy_score, "tpr": true_positive_rate, "fnr": false_negative_rate, "fpr": false_positive_rate,
    "tnr": true_negative_rate, "precision": sk.precision_score, "selection_rate": selection_rate,
    "balanced_accuracy": sk.balanced_accuracy_score, "f1": sk.f1_score, "mcc": sk.matthews_corrcoef,
    "auc": of_score(sk.roc_auc_score), "average_precision": of_score(sk.average_precision_score),
    "brier": of_score(sk.brier_score_loss), "log_loss": of_score(sk.log_loss),
}
with_score = {name: {"score": score} for name in ("auc", "average_precision", "brier", "log_loss")}



def seconds(**resampling):
    start = time.perf_counter()
    frame = MetricFrame(metrics=metrics, y_true=truth, y_pred=predicted, sample_params=with_score,
                        sensitive_features=table[["race", "age", "gender"]], **resampling)
    assert len(frame.by_group) == 126
    return time.perf_counter() - start


print(json.dumps({"what": "fairlearn MetricFrame", "resamples": boot, "seconds_without_intervals": seconds(),
                  "seconds": seconds(n_boot=boot, ci_quantiles=[0.025, 0.975], random_state=0)}))
