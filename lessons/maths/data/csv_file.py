"""The learner's own data: a CSV file read into ``Data``, or a sentence that says what is wrong.

A message names the file, the line, the column and what stood there. Nothing is guessed silently: a
missing number is an error, not a zero.
"""

from __future__ import annotations

import csv
import io
import math
import os
import re
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np

from lessons.maths.data.dataset import Data, of_classes

#: What people write where a number is missing.
MISSING = {"", "na", "n/a", "nan", "null", "none", "?", "-", "."}

#: A target of whole numbers is a label where it has at most this many different values.
MOST_LABELS = 10


def read_csv(path: str | os.PathLike[str], target: str | None = None) -> Data:
    """A CSV file as ``Data``: each column but one is an input, and the target is the last one.

    ``target`` names another column (a file without a header has "column 1", "column 2", ...). The
    first line is a header where no cell of it is a number. Commas, semicolons or tabs part the
    cells, and quotes may enclose them.

    A target of text is classes, and so is one of at most 10 different whole numbers: ``y`` is (n,
    1) of 0 and 1 for two classes and one-hot for more. Any other target is real numbers, (n, 1).
    The inputs are as they stand in the file: scale them where their sizes differ much.

    Raises ``FileNotFoundError``, or ``ValueError`` that names the line, the column and the cell.
    """
    path = Path(path)
    rows = _rows(path)
    names, rows = _named(path, rows)
    if target is None:
        target = names[-1]
    if target not in names:
        raise ValueError(
            f"{path.name} has no column {target!r}; its columns are {', '.join(map(repr, names))}"
        )
    at = names.index(target)
    x = [
        [
            _number(path, line, name, cell)
            for name, cell in zip(names, cells, strict=True)
            if name != target
        ]
        for line, cells in rows
    ]
    given = [(line, _present(path, line, target, cells[at])) for line, cells in rows]
    source = f"{path.name}, target {target!r}"
    values = [_parsed(cell) for _, cell in given]
    if all(value is not None for value in values):
        numbers = [_number(path, line, target, cell) for line, cell in given]
        if not all(value.is_integer() for value in numbers) or len(set(numbers)) > MOST_LABELS:
            return Data(path.name, np.array(x), np.array(numbers)[:, None], source=source)
        keys: list[Any] = numbers
        classes = {value: f"{value:g}" for value in sorted(set(numbers))}
    else:
        if any(value is not None for value in values):
            line, cell = next(one for one, v in zip(given, values, strict=True) if v is None)
            raise ValueError(
                f"{_place(path, line, target)} is {cell!r}, and other lines have numbers there; "
                f"a target is text on every line, or a number on every line"
            )
        keys = [cell for _, cell in given]
        classes = {cell: cell for cell in sorted(set(keys))}
    labels = np.array([list(classes).index(key) for key in keys])
    return of_classes(path.name, np.array(x), labels, tuple(classes.values()), source)


Row = tuple[int, list[str]]


def _rows(path: Path) -> list[Row]:
    """The cells of each line that is not blank, stripped, with the number of the line."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            text = file.read()
    except FileNotFoundError:
        raise FileNotFoundError(
            f"there is no file {str(path)!r} in {Path.cwd()}; give its path from there"
        ) from None
    except IsADirectoryError:
        raise ValueError(f"{str(path)!r} is a folder; give the path of a CSV file") from None
    except UnicodeDecodeError:
        raise ValueError(
            f"{path.name} is no text in UTF-8; save it as CSV, encoded UTF-8"
        ) from None
    first = next((line for line in text.splitlines() if line.strip()), "")
    bare = re.sub(r'"[^"]*"', "", first)
    delimiter = max(",;\t", key=lambda mark: (bare.count(mark), mark == ","))
    # The line breaks are left to csv, for a quoted cell may hold one.
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    rows: list[Row] = []
    line = 1
    try:
        for cells in reader:
            stripped = [cell.strip() for cell in cells]
            if any(stripped):
                rows.append((line, stripped))
            line = reader.line_num + 1
    except csv.Error as error:
        raise ValueError(f"{path.name}, line {line}: {error}; is a quote left open?") from None
    if not rows:
        raise ValueError(f"{path.name} is empty; give it a line for each sample")
    wide = Counter(len(cells) for _, cells in rows).most_common(1)[0][0]
    for line, cells in rows:
        if len(cells) != wide:
            raise ValueError(
                f"{path.name}, line {line} has {len(cells)} cells, and most lines have {wide}: "
                f"{delimiter.join(cells)[:60]!r}; a cell that holds a {delimiter!r} needs quotes"
            )
    if wide < 2:
        raise ValueError(
            f"{path.name} has one column; give it an input and a target, parted by commas"
        )
    return rows


def _named(path: Path, rows: list[Row]) -> tuple[list[str], list[Row]]:
    """The names of the columns, from the header where there is one, and the lines below it."""
    line, first = rows[0]
    if any(_parsed(cell) is not None for cell in first):
        return [f"column {i}" for i in range(1, len(first) + 1)], rows
    for i, name in enumerate(first, 1):
        if not name:
            raise ValueError(
                f"{path.name}, line {line}: column {i} has no name; name it, or remove it if it "
                f"only counts the lines"
            )
        if first.index(name) != i - 1:
            raise ValueError(
                f"{path.name}, line {line}: two columns are called {name!r}; rename one of them"
            )
    if len(rows) == 1:
        raise ValueError(f"{path.name} has a header and no samples; give it a line for each sample")
    return first, rows[1:]


def _parsed(cell: str) -> float | None:
    """The number that a cell holds, or None. Python's own 1_000 is no number of a CSV file."""
    try:
        return None if "_" in cell else float(cell)
    except ValueError:
        return None


def _place(path: Path, line: int, column: str) -> str:
    return f"{path.name}, line {line}, column {column!r}"


def _present(path: Path, line: int, column: str, cell: str) -> str:
    if cell.lower() in MISSING:
        stands = f"only {cell!r} stands there" if cell else "the cell is empty"
        raise ValueError(
            f"{_place(path, line, column)}: the value is missing, {stands}; "
            f"remove the line or fill in a value"
        )
    return cell


def _number(path: Path, line: int, column: str, cell: str) -> float:
    value = _parsed(_present(path, line, column, cell))
    if value is None:
        comma = _parsed(cell.replace(",", ".")) is not None
        raise ValueError(
            f"{_place(path, line, column)} is the text {cell!r}; "
            + (
                f"write decimals with a point, {cell.replace(',', '.')}"
                if comma
                else "an input is a number. Write it as one, remove the column, "
                f"or make it the target with target={column!r}"
            )
        )
    if not math.isfinite(value):
        raise ValueError(f"{_place(path, line, column)} is {cell}; give it a finite number")
    return value
