"""The learner's own data: a CSV file read into ``Data``, or a sentence that says what is wrong.

A message names the file, the line, the column and what stood there. Nothing is guessed silently: a
missing number is an error, not a zero, and where a file can be read in two ways, a warning says
which was taken, and how to say the other.
"""

from __future__ import annotations

import csv
import io
import math
import os
import re
import warnings
from collections import Counter
from itertools import pairwise
from pathlib import Path
from typing import IO, NamedTuple

import numpy as np

from lessons.maths.data.dataset import Data, of_classes

#: What people write where a number is missing.
MISSING = {"", "na", "n/a", "nan", "null", "none", "?", "-", "."}

#: A target of whole numbers is a label where it has at most this many different values.
MOST_LABELS = 10
#: A target of text with more different values than these is no class but a name of each line.
MOST_CLASSES = 100
#: Below so many lines even a text of its own on each line may be a class.
FEW_LINES = 20

_MINUS = "\N{MINUS SIGN}"


def read_csv(
    path: str | os.PathLike[str] | IO[str],
    target: str | None = None,
    *,
    header: bool | None = None,
    decimal: str = ".",
) -> Data:
    """A CSV file as ``Data``: each column but one is an input, and the target is the last one.

    ``path`` is the file, or an open text file. ``target`` names another column (a file without a
    header has "column 1", "column 2", ...). ``header`` says whether the first line names the
    columns; None decides by what stands there. ``decimal`` is "," for files that write 1,5 for 1.5.
    Commas, semicolons or tabs part the cells, or what a first line ``sep=;`` says; quotes may
    enclose them. Lines that begin with # are left out.

    A target of text is classes, and so is one of at most 10 different whole numbers: ``y`` is (n,
    1) of 0 and 1 for two classes and one-hot for more. Any other target is real numbers, (n, 1).
    The inputs are as they stand in the file: ``data.scaled()`` brings them to one size.

    Raises ``FileNotFoundError``, or ``ValueError`` that names the line, the column and the cell.
    """
    if decimal not in (".", ","):
        raise ValueError(f"decimal is {decimal!r}; give '.' or ','")
    name, text = _text_of(path)
    sheet = _headed(_sheet(name, text, decimal), header)
    names = sheet.names
    if target is None:
        target = names[-1]
    if target not in names:
        raise ValueError(
            f"{name} has no column {target!r}; its columns are {', '.join(map(repr, names))}"
        )
    at = names.index(target)
    given = [(line, _present(sheet, line, target, cells[at])) for line, cells in sheet.rows]
    values = [_parsed(cell, decimal) for _, cell in given]
    numeric = all(value is not None for value in values)
    if not numeric:
        if any(value is not None for value in values):
            line, cell = next(one for one, v in zip(given, values, strict=True) if v is None)
            raise ValueError(
                f"{_place(sheet, line, target)} is {cell!r}, and other lines have numbers there; "
                f"a target is text on every line, or a number on every line"
            )
        _require_classes(sheet, target, [cell for _, cell in given])
    x = np.array(
        [
            [
                _number(sheet, line, column, cell)
                for column, cell in zip(names, cells, strict=True)
                if column != target
            ]
            for line, cells in sheet.rows
        ]
    )
    source = f"{name}, target {target!r}"
    if numeric:
        numbers = [_number(sheet, line, target, cell) for line, cell in given]
        if not all(value.is_integer() for value in numbers) or len(set(numbers)) > MOST_LABELS:
            return Data(name, x, np.array(numbers)[:, None], source=source)
        classes = [str(int(value)) for value in sorted(set(numbers))]
        keys = [str(int(value)) for value in numbers]
    else:
        keys = [cell for _, cell in given]
        classes = sorted(set(keys))
    order = {key: label for label, key in enumerate(classes)}
    return of_classes(name, x, np.array([order[key] for key in keys]), tuple(classes), source)


Row = tuple[int, list[str]]


class Sheet(NamedTuple):
    """The cells of a file: the lines that are not blank, with their numbers."""

    file: str
    delimiter: str
    decimal: str
    rows: list[Row]
    names: tuple[str, ...] = ()


def _text_of(path: str | os.PathLike[str] | IO[str]) -> tuple[str, str]:
    """The name of a file and all that stands in it."""
    read = getattr(path, "read", None)
    if read is not None:
        text = read()
        name = Path(str(getattr(path, "name", "the file"))).name
        if isinstance(text, bytes):
            raise ValueError(f"{name} is open for bytes; open it as text, without 'b'")
        return name, text.removeprefix("\ufeff")
    path = Path(path)  # type: ignore[arg-type]
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            return path.name, file.read()
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


def _sheet(name: str, text: str, decimal: str) -> Sheet:
    """The cells of each line that is neither blank nor a comment, stripped."""
    lines = text.splitlines(keepends=True)
    delimiter, skipped = "", 0
    if lines and (said := re.fullmatch(r"sep=(.)\s*", lines[0], re.IGNORECASE)):
        delimiter, skipped = said[1], 1  # how Excel says what parts the cells
    while skipped < len(lines) and re.match(r"\s*(#|$)", lines[skipped]):
        skipped += 1
    body = "".join(lines[skipped:])
    delimiter = delimiter or _delimiter(body)
    # The line breaks are left to csv, for a quoted cell may hold one.
    reader = csv.reader(io.StringIO(body, newline=""), delimiter=delimiter, strict=True)
    rows: list[Row] = []
    line = skipped + 1
    try:
        for cells in reader:
            stripped = [cell.strip() for cell in cells]
            if any(stripped) and not stripped[0].startswith("#"):
                rows.append((line, stripped))
            line = skipped + reader.line_num + 1
    except csv.Error as error:
        raise ValueError(f"{name}, line {line}: {error}; is a quote left open?") from None
    if not rows:
        raise ValueError(f"{name} is empty; give it a line for each sample")
    wide = Counter(len(cells) for _, cells in rows).most_common(1)[0][0]
    for line, cells in rows:
        if len(cells) != wide:
            raise ValueError(
                f"{name}, line {line} has {len(cells)} cells, and most lines have {wide}: "
                f"{delimiter.join(cells)[:60]!r}; a cell that holds a {delimiter!r} needs quotes"
            )
    if wide < 2:
        raise ValueError(f"{name} has one column; give it an input and a target, parted by commas")
    return Sheet(name, delimiter, decimal, rows)


def _delimiter(text: str) -> str:
    """What parts the cells: a tab or a semicolon that every line has as often, else a comma.

    A file that writes 1,5 for 1.5 has commas too, as many on each line as it has such numbers.
    """
    bare = re.sub(r'"[^"]*"', "", text)
    lines = [line for line in bare.splitlines() if line.strip() and not line.startswith("#")]
    for mark in "\t;":
        counts = {line.count(mark) for line in lines}
        if counts and counts != {0} and len(counts) == 1:
            return mark
    first = lines[0] if lines else ""
    return max(",;\t", key=lambda mark: (first.count(mark), mark == ","))


def _headed(sheet: Sheet, header: bool | None) -> Sheet:
    """The sheet with the names of its columns, from the header where there is one."""
    line, first = sheet.rows[0]
    sure = header is not None
    if header is None:
        header, sure = _is_header(sheet)
    if not header:
        return sheet._replace(names=tuple(f"column {i}" for i in range(1, len(first) + 1)))
    for i, name in enumerate(first, 1):
        if not name:
            raise ValueError(
                f"{sheet.file}, line {line}: column {i} has no name; name it, or remove it if it "
                f"only counts the lines"
            )
        if first.index(name) != i - 1:
            raise ValueError(
                f"{sheet.file}, line {line}: two columns are called {name!r}; rename one of them"
            )
    if len(sheet.rows) == 1:
        raise ValueError(
            f"{sheet.file} has a header and no samples; give it a line for each sample"
        )
    if not sure:
        warnings.warn(
            f"{sheet.file}: the first line, {sheet.delimiter.join(first)[:60]!r}, is read as the "
            f"names of the columns; if it is a sample, give header=False",
            stacklevel=3,
        )
    return sheet._replace(names=tuple(first), rows=sheet.rows[1:])


def _is_header(sheet: Sheet) -> tuple[bool, bool]:
    """Whether the first line names the columns, and whether that is sure."""
    first = [_like_a_number(cell) for cell in sheet.rows[0][1]]
    if all(value is None for value in first):
        return True, True
    below = [cells for _, cells in sheet.rows[1:]]
    if not below:
        return False, True
    columns = list(zip(*below, strict=True))
    numeric = [all(_like_a_number(cell) is not None for cell in column) for column in columns]
    if any(value is None and numbers for value, numbers in zip(first, numeric, strict=True)):
        return True, True  # a word above a column of numbers
    # Years, or 0, 1, 2 as pandas writes them, and a word that stands nowhere else.
    counts = [value for value in first if value is not None]
    in_turn = len(counts) > 1 and all(b - a == 1 for a, b in pairwise(counts))
    words = [
        (cell, column)
        for cell, value, column in zip(sheet.rows[0][1], first, columns, strict=True)
        if value is None
    ]
    if in_turn and words and all(cell not in column for cell, column in words):
        return True, False
    return False, True


def _require_classes(sheet: Sheet, target: str, cells: list[str]) -> None:
    """Refuse a target that names each line instead of telling lines apart."""
    different = len(set(cells))
    if different > MOST_CLASSES or (len(cells) > FEW_LINES and 2 * different > len(cells)):
        raise ValueError(
            f"{sheet.file}, column {target!r} has {different} different texts on {len(cells)} "
            f"lines, such as {cells[0][:40]!r}: it looks like a name of each line and not like a "
            f"class. Remove the column, or name another target"
        )


def _parsed(cell: str, decimal: str = ".") -> float | None:
    """The number that a cell holds, or None. Python's own 1_000 is no number of a CSV file."""
    written = cell.replace(_MINUS, "-")
    if decimal == ",":
        written = written.replace(".", "_").replace(",", ".")
    try:
        return None if "_" in written else float(written)
    except ValueError:
        return None


def _like_a_number(cell: str) -> float | None:
    """The number that a cell holds, with a decimal point or a decimal comma."""
    value = _parsed(cell)
    return _parsed(cell, ",") if value is None else value


def _place(sheet: Sheet, line: int, column: str) -> str:
    return f"{sheet.file}, line {line}, column {column!r}"


def _present(sheet: Sheet, line: int, column: str, cell: str) -> str:
    if cell.lower() in MISSING:
        stands = f"only {cell!r} stands there" if cell else "the cell is empty"
        raise ValueError(
            f"{_place(sheet, line, column)}: the value is missing, {stands}; "
            f"remove the line or fill in a value"
        )
    return cell


def _number(sheet: Sheet, line: int, column: str, cell: str) -> float:
    value = _parsed(_present(sheet, line, column, cell), sheet.decimal)
    if value is None:
        raise ValueError(
            f"{_place(sheet, line, column)} is the text {cell!r}; {_advice(cell, column)}"
        )
    if not math.isfinite(value):
        larger = any(digit in cell for digit in "123456789")
        what = f"{cell}, more than a float can hold" if larger else cell
        raise ValueError(f"{_place(sheet, line, column)} is {what}; give it a finite number")
    return value


def _advice(cell: str, column: str) -> str:
    """What to do about a cell that is no number."""
    if re.fullmatch(r"[-+\N{MINUS SIGN}]?\d{1,3}(,\d{3})+(\.\d+)?", cell):
        plain = cell.replace(",", "")
        if cell.count(",") > 1 or "." in cell:
            return f"write it without commas, {plain}"
        return (
            f"write {plain} if the comma parts thousands; if it is a decimal comma, give "
            f"decimal=',' to read_csv"
        )
    if _parsed(cell, ",") is not None:
        return (
            f"write decimals with a point, {cell.replace(',', '.')}, or give decimal=',' to "
            f"read_csv"
        )
    return (
        f"an input is a number. Write it as one, remove the column, or make it the target with "
        f"target={column!r}"
    )
