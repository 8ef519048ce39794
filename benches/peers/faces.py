"""What every peer shares: the rows of the table, and its images as Pillow reads them."""
import csv
from pathlib import Path

import numpy as np
from PIL import Image

SIDE = 224


def read_rows(table, images=None):
    """The first `images` rows, all by default; `file` becomes a path."""
    table = Path(table)
    with table.open(newline="") as file:
        rows = list(csv.DictReader(file))[:images]
    for row in rows:
        row["file"] = table.parent / row["file"]
    return rows


def read_image(file):
    """uint8 `[224, 224, 3]`, RGB."""
    with Image.open(file) as image:
        return np.array(image.convert("RGB").resize((SIDE, SIDE), Image.BILINEAR))


def chunks(items, size):
    return [items[at:at + size] for at in range(0, len(items), size)]
