"""Makes the seeds: needs pillow, pandas, pyarrow, openpyxl, onnx, numpy. All images are drawn shapes."""

import io
import tarfile
from pathlib import Path

import numpy as np
import onnx
import pandas as pd
import pyarrow as pa
import pyarrow.feather as feather
import pyarrow.parquet as pq
from onnx import TensorProto, helper, numpy_helper
from PIL import Image, ImageDraw

HERE = Path(__file__).parent / "seeds"


def drawn(mode="RGB", side=24):
    image = Image.new("RGB", (side, side), (40, 90, 160))
    ImageDraw.Draw(image).ellipse((1, 1, side - 3, side - 5), fill=(230, 180, 60))
    return image.convert(mode)


def saved(image, form, **options):
    out = io.BytesIO()
    image.save(out, form, **options)
    return out.getvalue()


def exif(orientation):
    data = Image.Exif()
    data[0x0112] = orientation
    return data


def images():
    yield "grey.jpg", saved(drawn("L"), "JPEG")
    yield "colour.jpg", saved(drawn(), "JPEG", quality=80, exif=exif(6))
    yield "full-chroma.jpg", saved(drawn(side=25), "JPEG", subsampling="4:4:4")
    yield "half-chroma.jpg", saved(drawn(side=25), "JPEG", subsampling="4:2:2")
    yield "progressive.jpg", saved(drawn(), "JPEG", progressive=True)
    yield "cmyk.jpg", saved(drawn("CMYK"), "JPEG")
    yield "colour.png", saved(drawn(), "PNG", exif=exif(8))
    yield "palette.png", saved(drawn("P"), "PNG")
    yield "alpha.png", saved(drawn("RGBA"), "PNG")
    yield "bits16.png", saved(Image.fromarray(np.arange(576, dtype=np.uint16).reshape(24, 24) * 100), "PNG")
    yield "lossy.webp", saved(drawn(), "WEBP")
    yield "lossless.webp", saved(drawn("RGBA"), "WEBP", lossless=True)
    yield "colour.gif", saved(drawn(), "GIF")
    yield "colour.bmp", saved(drawn(), "BMP")
    yield "plain.tif", saved(drawn(), "TIFF")
    yield "lzw.tif", saved(drawn(), "TIFF", compression="tiff_lzw")
    yield "jpeg.tif", saved(drawn(), "TIFF", compression="jpeg")


def table():
    races = ["Black", "White", "East Asian"]
    return pd.DataFrame({
        "file": [f"{i:03}.png" for i in range(12)],
        "label": ["Female", "Male"] * 6,
        "race": races * 4,
        "p_Female": [round(0.04 * i + 0.2, 3) for i in range(12)],
        "date": ["10-19", "Oct-19"] * 6,
    })


def tables():
    data = table()
    text = data.to_csv(index=False)
    yield "comma.csv", text.encode()
    yield "semicolon.csv", data.to_csv(index=False, sep=";", decimal=",").encode("utf-8-sig")
    yield "utf16.csv", text.encode("utf-16")
    yield "windows.csv", text.replace("Black", "Noir é").encode("cp1252")
    yield "sep.csv", ("sep=|\r\n" + data.to_csv(index=False, sep="|", lineterminator="\r\n")).encode()
    yield "quoted.csv", data.to_csv(index=False, quoting=1).encode()
    yield "tab.tsv", data.to_csv(index=False, sep="\t").encode()
    yield "lines.jsonl", data.to_json(orient="records", lines=True).encode()
    for name in ("table.parquet", "table.arrow", "table.xlsx"):
        out = io.BytesIO()
        if name.endswith("parquet"):
            data.to_parquet(out)
        elif name.endswith("arrow"):
            feather.write_feather(pa.Table.from_pandas(data), out, compression="lz4")
        else:
            data.to_excel(out, index=False)
        yield name, out.getvalue()


def network(batch):
    rng = np.random.default_rng(1)

    def weight(name, *shape):
        return numpy_helper.from_array(rng.normal(size=shape).astype(np.float32), name)

    nodes = [
        helper.make_node("Conv", ["x", "w", "b"], ["c"], kernel_shape=[3, 3], strides=[2, 2], pads=[1, 1, 1, 1]),
        helper.make_node("BatchNormalization", ["c", "s", "t", "m", "v"], ["n"]),
        helper.make_node("Relu", ["n"], ["r"]),
        helper.make_node("GlobalAveragePool", ["r"], ["g"]),
        helper.make_node("Flatten", ["g"], ["f"]),
        helper.make_node("Gemm", ["f", "k", "o"], ["z"], transB=1),
        helper.make_node("Softmax", ["z"], ["y"]),
    ]
    weights = [weight("w", 4, 3, 3, 3), weight("b", 4), weight("s", 4), weight("t", 4), weight("m", 4),
               numpy_helper.from_array(np.ones(4, np.float32), "v"), weight("k", 10, 4), weight("o", 10)]
    graph = helper.make_graph(
        nodes, "net", [helper.make_tensor_value_info("x", TensorProto.FLOAT, [batch, 3, 32, 32])],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, [batch, 10])], weights)
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)


def shapes(batch):
    """Reshape, Concat, Expand, Gather on shapes, as exporters write them."""
    constant = lambda name, values: numpy_helper.from_array(np.array(values, np.int64), name)
    nodes = [
        helper.make_node("Shape", ["x"], ["sh"]),
        helper.make_node("Gather", ["sh", "zero"], ["n"], axis=0),
        helper.make_node("Concat", ["n", "rest"], ["to"], axis=0),
        helper.make_node("Reshape", ["x", "to"], ["flat"]),
        helper.make_node("MatMul", ["flat", "w"], ["y"]),
    ]
    weights = [constant("zero", [0]), constant("rest", [3 * 32 * 32]),
               numpy_helper.from_array(np.zeros((3 * 32 * 32, 2), np.float32), "w")]
    graph = helper.make_graph(
        nodes, "shapes", [helper.make_tensor_value_info("x", TensorProto.FLOAT, [batch, 3, 32, 32])],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, [batch, 2])], weights)
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)


def models():
    yield "net.onnx", network("N").SerializeToString()
    yield "one.onnx", network(1).SerializeToString()
    yield "shapes.onnx", shapes("N").SerializeToString()


def archive(members, **options):
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", **options) as tar:
        for name, data in members:
            info = tarfile.TarInfo(name)
            info.size = len(data)
            tar.addfile(info, io.BytesIO(data))
    return out.getvalue()


def tars():
    png = saved(drawn(side=8), "PNG")
    shard = [(f"{i:03}.{kind}", data) for i in range(3)
             for kind, data in (("png", png), ("cls", b"1"), ("json", b'{"race": "Black"}'))]
    yield "shard.tar", archive(shard, format=tarfile.USTAR_FORMAT)
    yield "pax.tar", archive([("x" * 120 + ".png", png), ("é.png", png)], format=tarfile.PAX_FORMAT)
    yield "gnu.tar", archive([("y" * 120 + ".png", png)], format=tarfile.GNU_FORMAT)


def parquets():
    png = saved(drawn(side=8), "PNG")
    rows = {"image": [{"bytes": png, "path": f"{i}.png"} for i in range(4)], "label": [0, 1, 0, 1]}
    for compression in ("none", "snappy", "zstd", "gzip"):
        out = io.BytesIO()
        pq.write_table(pa.table(rows), out, compression=compression)
        yield f"{compression}.parquet", out.getvalue()




def main():
    kinds = {"image": images, "table": tables, "onnx": models, "tar": tars, "parquet": parquets}
    for kind, files in kinds.items():
        folder = HERE / kind
        folder.mkdir(parents=True, exist_ok=True)
        for name, data in files():
            (folder / name).write_bytes(data)


main()
