"""Tables for benches/peers/boosting.sh: does an adult earn more than 50,000 dollars, from 18 columns of six census tables.

usage: boosting_tables.py CENSUS OUT
OUT/train has 1,000,000 rows, drawn with replacement and slightly moved; OUT/test 20,000 others. A file holds the numbers of
rows and columns (u32), the values row by row and the labels (f32), little-endian.
"""
import struct, sys
import numpy as np, pandas as pd

census, out = sys.argv[1:]
names = [f"{place}{year}" for place in ("national", "ma", "tx") for year in (2018, 2019)]
tables = [pd.read_csv(f"{census}/nist_acs_{name}.csv", na_values="N", low_memory=False) for name in names]
table = pd.concat(tables)
table = table[table.AGEP >= 18]
columns = "AGEP SEX MSP HISP RAC1P NOC NPF HOUSING_TYPE OWN_RENT DENSITY INDP INDP_CAT EDU DVET DREM DPHY DEYE DEAR".split()
values, labels = table[columns].to_numpy("<f4"), (table.PINCP > 50000).to_numpy("<f4")
order = np.random.default_rng(0).permutation(len(labels))
values, labels = values[order], labels[order]


def write(name, values, labels):
    with open(f"{out}/{name}", "wb") as file:
        file.write(struct.pack("<II", *values.shape) + values.tobytes() + labels.tobytes())


write("test", values[:20000], labels[:20000])
random = np.random.default_rng(1)
drawn = random.integers(20000, len(labels), 1_000_000)
values, labels = values[drawn].copy(), labels[drawn]
values[:, 0] = np.clip(values[:, 0] + random.integers(-1, 2, len(drawn)), 18, 95)
values[:, 9] *= random.uniform(0.97, 1.03, len(drawn)).astype("f4")
write("train", values, labels)
