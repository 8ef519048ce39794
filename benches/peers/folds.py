"""Folds, and accuracy by group from what was predicted out of fold."""
import numpy as np

FOLDS = 5
VALIDATION = 0.1
LABEL, POSITIVE, GROUPS = "gender", "Female", ("race", "age")


def spread(labels, parts, random):
    """A part for each row, from 0, with the labels spread evenly."""
    part = np.empty(len(labels), int)
    for label in np.unique(labels):
        rows = random.permutation(np.flatnonzero(labels == label))
        part[rows] = np.arange(len(rows)) % parts
    return part


def accuracy_by_group(rows, right):
    """The share of right predictions, overall and in each value of each attribute."""
    table = {"all": right.mean()}
    for attribute in GROUPS:
        values = np.array([row[attribute] for row in rows])
        table |= {f"{attribute}={value}": right[values == value].mean() for value in np.unique(values)}
    return table
