//! What the guide shows to users of Python gives them our probabilities.

use crate::world::{World, printed, rows};
use evenhand::backbone::engine::onnxruntime;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;

const GUIDE: &str = include_str!("../../docs/guide/backbones.md");

/// Pictures of every kind that the guide promises, most of which have to be resized.
const PICTURES: &str = r#"
import os, struct, zlib
import numpy
from PIL import Image

os.mkdir("mixed")
faces = [Image.open(f"data/faces/{name}").convert("RGB") for name in sorted(os.listdir("data/faces"))]
sizes = [(200, 200), (1300, 900), (640, 1400), (97, 61), (224, 224), (300, 310)]
for i, size in enumerate(sizes):
    face = faces[i].resize(size, Image.LANCZOS)
    face.save(f"mixed/{i}.jpg", quality=90)
    face.save(f"mixed/{i}.png")
face = faces[7].resize((250, 250))
levels = numpy.asarray(face.convert("L")).astype("uint16") * 257
Image.fromarray(levels).save("mixed/grey16.png")
alpha = Image.linear_gradient("L").resize(face.size)
clear = face.copy()
clear.putalpha(alpha)
clear.save("mixed/rgba.png")
grey = face.convert("L")
grey.putalpha(alpha)
grey.save("mixed/la.png")
face.quantize(64).save("mixed/palette.png", transparency=bytes(range(0, 256, 4)))
exif = Image.Exif()
exif[0x112] = 6
face.save("mixed/turned.jpg", exif=exif)
face.save("mixed/plain.tif")
face.save("mixed/plain.bmp")

def chunk(name, data):
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

deep = numpy.asarray(face).astype(">u2") * 256 + 255
lines = b"".join(b"\0" + line.tobytes() for line in deep.astype(">u2"))
header = struct.pack(">IIBBBBB", *face.size, 16, 2, 0, 0, 0)
with open("mixed/rgb16-turned.png", "wb") as file:
    file.write(b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(lines)))
    file.write(chunk(b"eXIf", exif.tobytes()[6:]) + chunk(b"IEND", b""))
"#;

/// The guide's snippet on each picture, with the option that the guide names for int8.
const RUN: &str = r#"
import os, sys
import onnxruntime

options = onnxruntime.SessionOptions()
options.add_session_config_entry("session.x64quantprecision", "1")
code = open("snippet.py").read().replace('"run/classifier.onnx"', f'"{sys.argv[1]}", options')
for name in sorted(os.listdir("mixed")):
    names = {"options": options}
    exec(code.replace("face.jpg", f"mixed/{name}").replace("print(", "("), names)
    print("ROW", f"mixed/{name}", *(float(p) for p in names["probabilities"][0]))
"#;

fn python(world: &World, environment: &Path, script: &str, args: &[&str]) -> String {
    let mut python = Command::new(environment.join("bin/python"));
    python
        .current_dir(world.path(""))
        .args(["-c", script])
        .args(args);
    let output = python.output().unwrap();
    assert!(output.status.success(), "{}", printed(&output));
    String::from_utf8(output.stdout).unwrap()
}

/// The probabilities of the last class by the guide's snippet, by path.
fn by_python(world: &World, environment: &Path, run: &str) -> BTreeMap<String, f64> {
    let told = python(
        world,
        environment,
        RUN,
        &[&format!("{run}/classifier.onnx")],
    );
    let row = |line: &str| {
        let mut words = line.strip_prefix("ROW ")?.split(' ');
        let path = words.next()?.to_owned();
        Some((path, words.next_back()?.parse().ok()?))
    };
    told.lines().filter_map(row).collect()
}

#[test]
fn the_snippet_of_the_guide_gives_our_probabilities() {
    let environment = std::env::var_os("VIRTUAL_ENV").map(PathBuf::from);
    let (Some(environment), Some(_)) = (environment, onnxruntime::find_library().found) else {
        eprintln!("left out: VIRTUAL_ENV names no Python with Pillow and ONNX Runtime");
        return;
    };
    let world = World::with_faces(40);
    let (_, snippet) = GUIDE.split_once("```python\n").unwrap();
    let (snippet, _) = snippet.split_once("```").unwrap();
    world.write("snippet.py", snippet);
    python(&world, &environment, PICTURES, &[]);
    for precision in ["f32", "int8"] {
        let mut train = world.evenhand("train");
        train.arg(&world.table);
        train.args([
            "--label",
            "smiling",
            "--precision",
            precision,
            "--out",
            precision,
        ]);
        train.args(["--epochs", "4", "--hidden", "16", "--folds", "2"]);
        train.assert().success();
        let out = format!("{precision}.csv");
        let mut predict = world.evenhand("predict");
        let predict = predict.args([precision, "mixed", "--out", &out]).output();
        let predict = predict.unwrap();
        assert!(predict.status.success(), "{}", printed(&predict));
        let theirs = by_python(&world, &environment, precision);
        let ours = rows(&world.path(&out));
        assert_eq!((ours.len(), theirs.len()), (20, 20));
        for row in ours {
            // Six digits are written.
            let ours: f64 = row["probability_yes"].parse().unwrap();
            let apart = (ours - theirs[&row["path"]]).abs();
            assert!(apart < 1e-6, "{precision} {}: {apart}", row["path"]);
        }
    }
}
