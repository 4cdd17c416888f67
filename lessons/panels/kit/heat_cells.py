"""The cells of a heat map: how large they are, their colours, their numbers, and what is clicked.

Lengths are in px.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from html import escape

from lessons.maths.text import MINUS

Index = tuple[int, ...]

_SHADES = 12  # of a sign: one path for each, however many cells there are
_CHARACTER = 6.9  # of a number in a cell, at 12 px


@dataclass(frozen=True, slots=True)
class Cell:
    """The size of a cell, and whether its number stands in it."""

    width: float
    height: float
    numbers: bool = True


def cell_number(value: float) -> str:
    """A number as it stands in a cell: three digits, and no more zeros than needed.

    >>> cell_number(5.0), cell_number(0.14549), cell_number(-2e-5), cell_number(1234.5)
    ('5', '0.145', '\N{MINUS SIGN}2e\N{MINUS SIGN}5', '1234')
    """
    size = abs(value)
    if size == 0:
        return "0"
    if size != size or size == float("inf"):
        shown = str(value)
    elif size < 0.001 or size >= 99999.5:
        mantissa, exponent = f"{value:.1e}".split("e")
        shown = f"{mantissa.removesuffix('.0')}e{int(exponent)}"
    elif size >= 99.95:
        shown = f"{value:.0f}"
    else:
        shown = f"{value:.3g}"
    return shown.replace("-", MINUS)


def fitting_cell(
    grids: Sequence[Sequence[Sequence[float]]], width: float = 520.0, height: float = 420.0
) -> Cell:
    """The cells of maps that stand side by side: one height for all, so that rows meet.

    With numbers if the widest of the maps fits into ``width`` px with them, and the tallest into
    ``height``; else squares, as large as there is room for: a little less of it, for the panel on
    a narrow page.
    """
    rows, columns = max(len(grid) for grid in grids), max(len(grid[0]) for grid in grids)
    wide = max(number_width(grid) for grid in grids)
    if rows * 28 <= height and columns * wide <= width:
        return Cell(wide, 28.0)
    side = max(3.0, min(24.0, 0.86 * width // columns, height // rows))
    return Cell(side, side, numbers=False)


def number_width(grid: Sequence[Sequence[float]]) -> float:
    """The width of a cell that holds the longest number of a map."""
    longest = max(len(cell_number(value)) for line in grid for value in line)
    return max(34.0, round(12 + _CHARACTER * longest))


def entry_name(name: str, index: Index) -> str:
    """``W2[3, 1]``, ``z2[3]``, and a lone number by its name alone: ``L``."""
    return f"{name}[{', '.join(map(str, index))}]" if index else name


# What is the same from one entry chosen to the next is written once: of a matrix of 2,000 cells it
# is nearly all of the picture.
@lru_cache(maxsize=32)
def coloured(
    values: tuple[tuple[float, ...], ...], cell: Cell, scale: float, x0: float, y0: float
) -> str:
    """One path for each shade of each sign, and one stroke across the negative cells."""
    w, h = cell.width, cell.height
    shades: dict[tuple[str, int], list[str]] = {}
    strokes = []
    for r, line in enumerate(values):
        for c, value in enumerate(line):
            if value == 0 or value != value:
                continue
            shade = max(1, round(min(abs(value) / scale, 1.0) * _SHADES))
            x, y = x0 + c * w, y0 + r * h
            path = f"M{x:g} {y:g}h{w:g}v{h:g}h{-w:g}z"
            shades.setdefault(("p" if value > 0 else "n", shade), []).append(path)
            if value < 0 and not cell.numbers:
                strokes.append(f"M{x:g} {y + h:g}l{w:g} {-h:g}")
    deepest = 0.55 if cell.numbers else 0.95  # a number must be read on its cell
    parts = [
        f'<path class="hm-{sign}" fill-opacity="{deepest * shade / _SHADES:.2f}" '
        f'd="{"".join(cells)}"/>'
        for (sign, shade), cells in sorted(shades.items())
    ]
    if strokes:
        parts.append(f'<path class="hm-stroke" d="{"".join(strokes)}"/>')
    return "".join(parts)


@lru_cache(maxsize=32)
def hits(
    name: str,
    indices: tuple[tuple[Index, ...], ...],
    cell: Cell,
    targets: str,
    x0: float,
    y0: float,
) -> str:
    """What can be clicked: an empty rectangle for each cell, or for each row."""
    w, h = cell.width, cell.height
    found = []
    for r, line in enumerate(indices):
        if targets == "rows":
            found.append(_hit(entry_name(name, line[0]), place(x0, y0 + r * h, len(line) * w, h)))
            continue
        found += [
            _hit(entry_name(name, index), place(x0 + c * w, y0 + r * h, w, h))
            for c, index in enumerate(line)
        ]
    return f'<g class="hm-hits">{"".join(found)}</g>'


def text_at(kind: str, x: float, y: float, words: str) -> str:
    """A text of one of the classes of the style sheet."""
    return f'<text class="{kind}" x="{x:g}" y="{y:g}">{escape(words)}</text>'


def place(x: float, y: float, width: float, height: float) -> str:
    """The attributes of a rectangle."""
    return f'x="{x:g}" y="{y:g}" width="{width:g}" height="{height:g}"'


def _hit(name: str, where: str) -> str:
    return f'<rect {where} data-name="{escape(name)}"/>'
