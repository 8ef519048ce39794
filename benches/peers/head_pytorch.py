"""evenhand's head in PyTorch: the same layers, optimiser, schedule, batches and rule to stop (src/head)."""
import copy
import math

import torch
from torch import nn

HIDDEN, INPUT_DROPOUT, DROPOUT = 128, 0.3, 0.5
LEARNING_RATE, WEIGHT_DECAY, WARM_UP = 1e-3, 0.05, 0.1
EPOCHS, MIN_STEPS, BATCH, PATIENCE = 5, 140, 256, 3


class Head(nn.Module):
    """Standardises by the rows it is made from; one logit."""

    def __init__(self, features):
        super().__init__()
        self.mean, deviation = features.mean(dim=0), features.std(dim=0, correction=0)
        self.scale = torch.where(deviation > 1e-6, 1 / deviation, 0)
        self.layers = nn.Sequential(nn.Dropout(INPUT_DROPOUT), nn.Linear(features.shape[1], HIDDEN), nn.ReLU(),
                                    nn.Dropout(DROPOUT), nn.Linear(HIDDEN, 1))

    def standardise(self, features):
        return (features - self.mean) * self.scale

    @torch.inference_mode()
    def logits(self, standardised):
        self.layers.eval()
        logits = self.layers(standardised).squeeze(1)
        self.layers.train()
        return logits


def fit(features, labels, validation=None, epochs=None):
    """A head and the epoch it is from: the best by loss on `validation` (features, labels), or the last of `epochs`."""
    rows = len(labels)
    batches = math.ceil(rows / min(BATCH, rows // 8))
    planned = max(EPOCHS, math.ceil(MIN_STEPS / batches))
    head, loss = Head(features), nn.BCEWithLogitsLoss()
    features = head.standardise(features)
    held_out = validation and (head.standardise(validation[0]), validation[1])
    biases = [value for name, value in head.named_parameters() if name.endswith("bias")]
    weights = [value for name, value in head.named_parameters() if name.endswith("weight")]
    optimiser = torch.optim.AdamW([{"params": weights, "weight_decay": WEIGHT_DECAY},
                                   {"params": biases, "weight_decay": 0}], lr=LEARNING_RATE, fused=True)
    schedule = torch.optim.lr_scheduler.LambdaLR(optimiser, lambda step: rate(step, batches * planned))
    best, best_loss, best_layers = 0, math.inf, None
    for epoch in range(1, min(epochs or planned, planned) + 1):
        for batch in torch.randperm(rows).split(math.ceil(rows / batches)):
            optimiser.zero_grad()
            loss(head.layers(features[batch]).squeeze(1), labels[batch]).backward()
            optimiser.step()
            schedule.step()
        if not held_out:
            best = epoch
            continue
        now = loss(head.logits(held_out[0]), held_out[1]).item()
        if now < best_loss:
            best, best_loss, best_layers = epoch, now, copy.deepcopy(head.layers.state_dict())
        if epoch - best >= PATIENCE:
            break
    if best_layers:
        head.layers.load_state_dict(best_layers)
    return head, best


def rate(step, steps):
    """The share of the learning rate: a linear rise, then half a cosine."""
    rise, step = WARM_UP * steps, step + 1
    if step < rise:
        return step / rise
    return 0.5 * (1 + math.cos(math.pi * (step - rise) / (steps - rise + 1)))
