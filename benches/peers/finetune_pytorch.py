"""Fine-tuning of all layers with PyTorch: the network, head, optimiser, schedule and mirror images of evenhand's
`train --unfreeze all --augment flip` (src/finetune).

    finetune_pytorch.py TRAIN.csv TEST.csv IMAGES EPOCHS DEVICE THREADS

The first IMAGES rows of either table count. Batch norm stays as it is, as where it is folded into convolutions. The head
learns on frozen features first. Prints one JSON line: images a second are those of the epochs of all layers, the first
batch of which goes before the clock starts.
"""
import json
import math
import sys
import time

import torch
from embed_pytorch import Faces, Lite0
from faces import read_rows
from head_pytorch import fit, rate
from torch.nn.functional import binary_cross_entropy_with_logits

LEARNING_RATE, WEIGHT_DECAY, SMOOTHING, BATCH = 5e-4, 0.05, 0.1, 64


def standardised(pixels):
    return ((pixels.float() - Lite0.MEAN[0]) / Lite0.STD[0]).contiguous(memory_format=torch.channels_last)


class Classifier(torch.nn.Module):
    def __init__(self, backbone, head):
        super().__init__()
        self.backbone, self.layers = backbone, head.layers
        self.register_buffer("mean", head.mean)
        self.register_buffer("scale", head.scale)

    def forward(self, pixels):
        return self.layers((self.backbone(standardised(pixels)) - self.mean) * self.scale).squeeze(1)


class Labelled(torch.utils.data.Dataset):
    def __init__(self, table, images):
        rows = read_rows(table, images)
        self.faces = Faces([row["file"] for row in rows])
        self.labels = torch.tensor([float(row["gender"] == "Female") for row in rows])

    def __len__(self):
        return len(self.labels)

    def __getitem__(self, at):
        return self.faces[at], self.labels[at]


def main():
    train_table, test_table, images, epochs, device, threads = sys.argv[1:]
    images, epochs, threads = int(images), int(epochs), int(threads)
    torch.manual_seed(0)
    torch.set_num_threads(threads)
    train, test = Labelled(train_table, images), Labelled(test_table, images)

    def batches(data, shuffle=False):
        workers = 1 if device == "cpu" else threads - 1
        return torch.utils.data.DataLoader(data, BATCH, shuffle=shuffle, num_workers=workers, pin_memory=device != "cpu")

    backbone = Lite0().eval().to(device, memory_format=torch.channels_last)
    with torch.no_grad():
        features = torch.cat([backbone(standardised(pixels.to(device))).cpu() for pixels, _ in batches(train)])
    head, _ = fit(features, train.labels)
    network = Classifier(backbone, head).to(device)
    network.layers.train()

    biases = [value for value in network.parameters() if value.dim() == 1]
    weights = [value for value in network.parameters() if value.dim() > 1]
    optimiser = torch.optim.AdamW([{"params": weights, "weight_decay": WEIGHT_DECAY},
                                   {"params": biases, "weight_decay": 0}], lr=LEARNING_RATE)
    steps = epochs * math.ceil(len(train) / BATCH)
    schedule = torch.optim.lr_scheduler.LambdaLR(optimiser, lambda step: rate(step, steps))

    def wait():
        if device != "cpu":
            torch.cuda.synchronize()

    start, seen = None, 0
    for epoch in range(epochs):
        for pixels, labels in batches(train, shuffle=True):
            if start is None and optimiser.state:
                wait()
                start = time.perf_counter()
            is_mirrored = torch.rand(len(pixels)) < 0.5
            pixels[is_mirrored] = pixels[is_mirrored].flip(3)
            pixels, labels = pixels.to(device), labels.to(device)
            optimiser.zero_grad()
            targets = labels * (1 - SMOOTHING) + SMOOTHING / 2
            binary_cross_entropy_with_logits(network(pixels), targets).backward()
            optimiser.step()
            schedule.step()
            seen += len(pixels) if start else 0
        print(f"epoch {epoch + 1} of {epochs}", file=sys.stderr)
    wait()
    seconds = time.perf_counter() - start
    network.eval()
    with torch.inference_mode():
        hits = sum((((network(pixels.to(device)) > 0).cpu() == (labels > 0.5)).sum().item()) for pixels, labels in batches(test))
    print(json.dumps({"images_per_second": seen / seconds, "seconds": seconds, "accuracy": hits / len(test)}))


if __name__ == "__main__":
    main()
