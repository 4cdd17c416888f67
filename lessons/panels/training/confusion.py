"""The confusion table: how often each class was taken for each other."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lessons.panels.kit.images import line, sheet
from lessons.panels.kit.still_image import Shown
from lessons.panels.kit.style import LIGHT

_CELL = 38.0
_PAD = 18.0
_LEFT = 84.0
_TOP = 72.0


def confusion(labels: Any, guesses: Any, classes: int) -> NDArray[np.int64]:
    """How many samples of class i (row) were taken for class j (column): (classes, classes).

    ``labels`` and ``guesses`` are (n,) whole numbers from 0. Raises ``ValueError`` for others.
    """
    labels, guesses = _checked("labels", labels, classes), _checked("guesses", guesses, classes)
    if labels.shape != guesses.shape:
        raise ValueError(
            f"labels is {labels.shape} and guesses is {guesses.shape}; give one of each for every "
            f"sample"
        )
    return np.bincount(labels * classes + guesses, minlength=classes**2).reshape(classes, classes)


def show_confusion(labels: Any, guesses: Any, classes: Sequence[str] = "0123456789") -> Shown:
    """The confusion table as the value of a cell: what is right on the diagonal, mistakes framed.

    ``labels`` is what the samples are, ``guesses`` what a network says, (n,) whole numbers each.

    >>> from lessons import show_confusion
    >>> print(show_confusion([0, 1, 1, 1], [0, 1, 1, 0], ["no", "yes"]).text)
          no yes  right
      no   1   .  1 of 1
     yes   1   2  2 of 3
    """
    classes = [str(name) for name in classes]
    table = confusion(labels, guesses, len(classes))
    right, count = int(np.trace(table)), int(table.sum())
    title = f"{right} of {count} are right, {count - right} are wrong"
    return Shown(_drawn(table, classes, title), _alt(table, classes, title), _text(table, classes))


def _checked(name: str, given: Any, classes: int) -> NDArray[np.int64]:
    numbers = np.asarray(given)
    if numbers.ndim != 1 or not len(numbers) or numbers.dtype.kind not in "iu":
        raise ValueError(
            f"{name} is an array {numbers.shape} of {numbers.dtype}; give it one axis of whole "
            f"numbers, such as network.classify(x) or data.labels"
        )
    wrong = np.flatnonzero((numbers < 0) | (numbers >= classes))
    if len(wrong):
        raise ValueError(
            f"{name}[{wrong[0]}] is {numbers[wrong[0]]}, and there are {classes} classes; "
            f"a class is 0 to {classes - 1}"
        )
    return numbers.astype(np.int64)


def _drawn(table: NDArray[np.int64], classes: Sequence[str], title: str) -> str:
    size = len(classes)
    width, height = _LEFT + size * _CELL + 84 + _PAD, _TOP + size * _CELL + _PAD + 6
    middle = _LEFT + size * _CELL / 2
    body = [
        line("im-title", _PAD, _PAD + 11, title),
        line("im-more", middle, _TOP - 20, "the network says"),
        line("im-note", _PAD, _TOP + 24, "it is a"),
    ]
    most = max(int(table.max()), 1)
    for i, name in enumerate(classes):
        y = _TOP + i * _CELL
        body.append(line("im-caption", _LEFT + (i + 0.5) * _CELL, _TOP - 5, name))
        body.append(line("im-caption", _LEFT - 14, y + 24, name))
        row = table[i]
        body += [_cell(_LEFT + j * _CELL, y, int(row[j]), i == j, most) for j in range(size)]
        if row.sum():
            share = f"{row[i]} of {row.sum()}"
            body.append(line("im-more", _LEFT + size * _CELL + 40, y + 24, share))
    return sheet("".join(body), width, height)


def _cell(x: float, y: float, count: int, right: bool, most: int) -> str:
    """A count. What is right has a blue ground, a mistake an orange frame; 0 is a dot."""
    centre, inner = x + _CELL / 2, _CELL - 3
    place = f'x="{x + 1.5:g}" y="{y + 1.5:g}" width="{inner:g}" height="{inner:g}" rx="4"'
    if right:
        deep = 0.08 + 0.22 * count / most
        ground = f'<rect {place} fill="{LIGHT["forward"]}" fill-opacity="{deep:.2f}"/>'
    elif count:
        ground = (
            f'<rect {place} fill="{LIGHT["now"]}" stroke="{LIGHT["arrow"]}" stroke-width="1.5"/>'
        )
    else:
        ground = f'<rect {place} fill="{LIGHT["soft"]}"/>'
    if not count and not right:
        return ground
    return ground + line("im-caption", centre, y + _CELL / 2 + 4, str(count))


def _mistakes(table: NDArray[np.int64]) -> list[tuple[int, int, int]]:
    """Count, class and guess of each kind of mistake, the most frequent first."""
    found = [(int(count), i, j) for (i, j), count in np.ndenumerate(table) if count > 0 and i != j]
    return sorted(found, key=lambda one: (-one[0], one[1], one[2]))


def _alt(table: NDArray[np.int64], classes: Sequence[str], title: str) -> str:
    mistakes = _mistakes(table)
    told = f"A confusion table. {title}."
    if not mistakes:
        return told
    said = [f"{classes[i]} taken for {classes[j]}: {count}" for count, i, j in mistakes[:5]]
    return f"{told} The most frequent mistakes: {', '.join(said)}."


def _text(table: NDArray[np.int64], classes: Sequence[str]) -> str:
    wide = max(3, *(len(name) for name in classes), len(str(table.max())))
    lines = [" ".join([" " * (wide + 1), *(f"{name:>{wide}}" for name in classes)]) + "  right"]
    for i, name in enumerate(classes):
        cells = [str(count) if count else "." for count in table[i]]
        counted = " ".join(f"{cell:>{wide}}" for cell in cells)
        lines.append(f" {name:>{wide}} {counted}  {table[i, i]} of {table[i].sum()}")
    return "\n".join(lines)
