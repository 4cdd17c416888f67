"""A data set: inputs, what belongs to each of them, and its two halves to train and to test with.

Rows are samples. ``x`` is (n, k) and ``y`` is (n, m), ready for a loss: one column of 0 and 1 for
two classes, one-hot rows for more, one column of real numbers for a regression.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lessons.maths import checks

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Data:
    """Samples with their targets, checked: finite float64, as many of the one as of the other.

    ``x``: (n, k). ``y``: (n, m). ``labels``: (n,) whole numbers from 0, or None for a regression.
    ``classes``: the name of each label, or (). ``source``: where the numbers come from.
    Raises ``ValueError`` that names the shapes, or the row and the column of a number that is none.
    """

    name: str
    x: Floats
    y: Floats
    labels: Ints | None = None
    classes: tuple[str, ...] = ()
    source: str = ""

    def __post_init__(self) -> None:
        for letter in ("x", "y"):
            object.__setattr__(self, letter, _table(self.name, letter, getattr(self, letter)))
        if len(self.x) != len(self.y):
            raise ValueError(
                f"{self.name}: x is {self.x.shape} and y is {self.y.shape}; "
                f"give one row of y for each row of x"
            )
        object.__setattr__(self, "classes", tuple(map(str, self.classes)))
        if self.labels is not None:
            labels = _checked_labels(self.name, self.labels, len(self.classes))
            if len(labels) != len(self.x):
                raise ValueError(
                    f"{self.name}: labels is {labels.shape} and x is {self.x.shape}; "
                    f"give one label for each row of x"
                )
            object.__setattr__(self, "labels", labels)

    def __len__(self) -> int:
        return len(self.x)

    def __repr__(self) -> str:
        what = f", {len(self.classes)} classes" if self.classes else ""
        return f"Data({self.name!r}: x {self.x.shape}, y {self.y.shape}{what})"

    def scaled(self, like: Data | None = None) -> Data:
        """The same samples, each input with mean 0 and standard deviation 1; y as it is.

        ``like`` is the data whose means and deviations are used: those of the training part for the
        held-out part, so that the two stay comparable. An input that never changes becomes 0.
        """
        given = self if like is None else like
        if given.x.shape[1] != self.x.shape[1]:
            raise ValueError(
                f"{self.name} has {self.x.shape[1]} inputs and {given.name} has "
                f"{given.x.shape[1]}; give a part of the same data"
            )
        spread = given.x.std(axis=0)
        x = (self.x - given.x.mean(axis=0)) / np.where(spread > 0, spread, 1.0)
        return replace(self, x=x)

    def part(self, rows: Any, name: str = "") -> Data:
        """The samples at ``rows`` (a slice, indices or a mask), in that order, as copies."""
        labels = None if self.labels is None else np.array(self.labels[rows])
        return Data(
            name or self.name,
            np.array(self.x[rows]),
            np.array(self.y[rows]),
            labels,
            self.classes,
            self.source,
        )


def of_classes(name: str, x: Any, labels: Any, classes: Sequence[str], source: str = "") -> Data:
    """Data whose targets are made from labels: (n, 1) of 0 and 1 for two classes, else one-hot."""
    if len(classes) < 2:
        raise ValueError(
            f"{name}: there is one class only, {', '.join(map(repr, classes)) or 'and no name'}; "
            f"a network has nothing to tell apart. Give samples of two classes or more"
        )
    labels = _checked_labels(name, labels, len(classes))
    y = labels[:, None].astype(float) if len(classes) == 2 else np.eye(len(classes))[labels]
    return Data(name, x, y, labels, tuple(classes), source)


def split(data: Data, test: float = 0.25, seed: int = 0) -> tuple[Data, Data]:
    """Two parts with no sample in common: one to train with, and one held out to test with.

    ``test`` is the share that is held out, between 0 and 1; each class gives that share of its own
    samples. Both parts are shuffled; the same ``seed`` gives the same parts. Raises ``ValueError``
    where a part would be empty.

    >>> from lessons import digits, split
    >>> [len(part) for part in split(digits())]
    [1347, 450]
    """
    if isinstance(test, bool) or not isinstance(test, (int, float)):
        raise TypeError(f"test is {test!r}; give the share that is held out, such as 0.25")
    if not 0 < test < 1:
        raise ValueError(
            f"test is {test}; give the share that is held out, more than 0 and less than 1"
        )
    order = np.random.default_rng(checks.seed(seed)).permutation(len(data))
    held = np.zeros(len(data), dtype=bool)
    groups = [order]
    if data.labels is not None:
        groups = [order[data.labels[order] == label] for label in range(len(data.classes))]
    for group in groups:
        held[group[: round(test * len(group))]] = True
    if held.all() or not held.any():
        raise ValueError(
            f"{data.name}: {len(data)} samples at test={test} leave "
            f"{'nothing to test with' if not held.any() else 'nothing to train with'}; "
            f"give more samples, or another share"
        )
    return (
        data.part(order[~held[order]], f"{data.name}, to train"),
        data.part(order[held[order]], f"{data.name}, held out"),
    )


def _table(name: str, letter: str, given: Any) -> Floats:
    try:
        table = np.asarray(given, dtype=float)
    except (TypeError, ValueError) as error:
        raise ValueError(f"{name}: {letter} is no table of numbers: {error}") from None
    if table.ndim != 2:
        raise ValueError(
            f"{name}: {letter} has the shape {table.shape}; give it two axes, a row for each "
            f"sample and a column for each number of a sample"
        )
    if 0 in table.shape:
        raise ValueError(f"{name}: {letter} is empty, {table.shape}; give one sample or more")
    wrong = np.argwhere(~np.isfinite(table))
    if len(wrong):
        row, column = (int(place) for place in wrong[0])
        raise ValueError(
            f"{name}: {letter}[{row}, {column}] is {table[row, column]}, and {len(wrong)} such "
            f"{'entry is' if len(wrong) == 1 else 'entries are'} no finite number; remove the row "
            f"or fill in a number"
        )
    return table


def _checked_labels(name: str, given: Any, classes: int) -> Ints:
    labels = np.asarray(given)
    if labels.ndim != 1 or labels.dtype.kind not in "iu":
        raise ValueError(
            f"{name}: labels is an array {labels.shape} of {labels.dtype}; give it one axis of "
            f"whole numbers, a label for each sample"
        )
    wrong = np.flatnonzero((labels < 0) | (labels >= classes))
    if len(wrong):
        raise ValueError(
            f"{name}: labels[{wrong[0]}] is {labels[wrong[0]]}, and there are {classes} classes; "
            f"a label is 0 to {classes - 1}"
        )
    return labels.astype(np.int64)
