"""The first rows of a table, with the whole paths of their images, as a table of their own.

    first_rows.py TABLE.csv ROWS OUT.csv
"""
import csv
import sys

from faces import read_rows

rows = read_rows(sys.argv[1], int(sys.argv[2]))
with open(sys.argv[3], "w", newline="") as file:
    out = csv.DictWriter(file, rows[0])
    out.writeheader()
    out.writerows(row | {"file": row["file"].resolve()} for row in rows)
