"""Heat maps of vectors and matrices, as SVG.

The colour of a cell tells its sign and the depth of the colour its size. The sign is told a second
time: by the minus of its number, or by a stroke across the cell where there is no room for numbers.
The brackets around a map are blue for what the forward pass computes and orange for gradients.

A map is drawn by its rows and columns, and each of its cells knows which entry of the array it is:
a column of W on the page may be a row of W in the code. Lengths are in px.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from html import escape
from math import isfinite
from typing import Any, Literal

from lessons.panels.kit.heat_cells import (
    Cell,
    Index,
    cell_number,
    coloured,
    entry_name,
    fitting_cell,
    hits,
    place,
    text_at,
)

#: How an array lies on the page; a pair is the rows and columns of an image made of a vector.
Lie = Literal["column", "row", "matrix", "transposed"] | tuple[int, int]

_NAME = 7.6  # of a name in a label
_BRACKET = 5.0


@dataclass(frozen=True, slots=True)
class HeatMap:
    """An array as it lies on the page. Make one with :func:`laid`.

    ``values`` and ``indices`` go by drawn row and column; the index is that of the array. ``label``
    stands above with ``shape`` under it (both in one line below, if ``label_below``), ``note``
    below the map, ``row_labels`` and ``column_labels`` at its edges. ``lit`` are entries that
    belong together (a row, a column, all of them), ``chosen`` is the one that the learner picked
    out. ``direction`` colours the brackets, dashed for what is ``kept`` from before. ``scale`` is
    the size with the full colour, by default the largest of the map. Clicks are reported by
    ``targets``: each cell as ``name[i, j]``, or each row as its first cell.
    """

    name: str
    values: tuple[tuple[float, ...], ...]
    indices: tuple[tuple[Index, ...], ...]
    cell: Cell
    label: str = ""
    shape: str = ""
    note: str = ""
    label_below: bool = False
    direction: Literal["forward", "backward", "given"] = "given"
    kept: bool = False
    lit: Collection[Index] = ()
    chosen: Index | None = None
    scale: float | None = None
    row_labels: tuple[str, ...] = ()
    column_labels: tuple[str, ...] = ()
    targets: Literal["cells", "rows", ""] = "cells"

    @property
    def rows(self) -> int:
        return len(self.values)

    @property
    def columns(self) -> int:
        return len(self.values[0])

    @property
    def inner(self) -> tuple[float, float]:
        """Width and height of the cells alone."""
        return self.columns * self.cell.width, self.rows * self.cell.height

    @property
    def origin(self) -> float:
        """How far right of the map's left edge its cells begin.

        The label is centred over the cells, and may reach beyond them on both sides.
        """
        labels = max((len(label) for label in self.row_labels), default=0)
        left = 2 * _BRACKET + (7.0 + 6.2 * labels if labels else 0.0)
        return max(left, (self._words_width - self.inner[0]) / 2)

    @property
    def width(self) -> float:
        inner = self.inner[0]
        return self.origin + inner + max(2 * _BRACKET, (self._words_width - inner) / 2)

    @property
    def top(self) -> float:
        """How far below the map's top edge its cells begin."""
        label = 34.0 if self.shape else 20.0 if self.label else 4.0
        label = 4.0 if self.label_below else label
        return label + (13.0 if self.column_labels else 0.0)

    @property
    def height(self) -> float:
        return self.top + self.inner[1] + (20.0 if self.note or self.label_below else 5.0)

    @property
    def _words_width(self) -> float:
        shape = 6.4 * len(self.shape)
        if self.label_below:
            return _NAME * (len(self.label) + 1) + shape
        return max(_NAME * len(self.label), shape, 6.0 * len(self.note))

    def entry(self, index: Index) -> str:
        """``W2[3, 1]``: what an entry is called."""
        return entry_name(self.name, index)

    def drawn(self, x: float, y: float) -> str:
        """The map with its left top corner at (x, y), as a group."""
        x0, y0 = x + self.origin, y + self.top
        parts = [*self._words(x0, y0), *self._cells(x0, y0), *self._marks(x0, y0)]
        return f'<g class="hm" data-map="{escape(self.name)}">{"".join(parts)}</g>'

    def box(self, some: Collection[Index]) -> tuple[float, float, float, float] | None:
        """x, y, width and height around some entries, from the first cell's corner.

        None where none of them is in this map.
        """
        if not some:
            return None
        wanted = set(some)
        at = [
            (row, column)
            for row, line in enumerate(self.indices)
            for column, index in enumerate(line)
            if index in wanted
        ]
        if not at:
            return None
        top, left = min(row for row, _ in at), min(column for _, column in at)
        down, right = max(row for row, _ in at) + 1, max(column for _, column in at) + 1
        w, h = self.cell.width, self.cell.height
        return left * w, top * h, (right - left) * w, (down - top) * h

    def _words(self, x0: float, y0: float) -> list[str]:
        (width, height), cell = self.inner, self.cell
        middle, parts = x0 + width / 2, []
        above = y0 - (20 if self.column_labels else 7)
        if self.label_below:
            shape = f' <tspan class="hm-shape">{escape(self.shape)}</tspan>'
            parts.append(
                f'<text class="hm-label hm-{self.direction}" x="{middle:g}" '
                f'y="{y0 + height + 17:g}">{escape(self.label)}{shape}</text>'
            )
        elif self.label:
            at = above - 14 if self.shape else above
            parts.append(text_at(f"hm-label hm-{self.direction}", middle, at, self.label))
        if self.shape and not self.label_below:
            parts.append(text_at("hm-shape", middle, above, self.shape))
        if self.note:
            parts.append(text_at("hm-note", middle, y0 + height + 15, self.note))
        # Rows too thin for a line of text are labelled as often as there is room.
        every = max(1, round(11.0 / cell.height))
        for row, label in list(enumerate(self.row_labels))[::every]:
            at = y0 + (row + 0.5) * cell.height + 3.5
            parts.append(text_at("hm-index hm-rows", x0 - 2 * _BRACKET, at, label))
        for column, label in enumerate(self.column_labels):
            parts.append(text_at("hm-index", x0 + (column + 0.5) * cell.width, y0 - 6, label))
        return parts

    def _cells(self, x0: float, y0: float) -> list[str]:
        (width, height), cell = self.inner, self.cell
        parts = [f'<rect class="hm-ground" {place(x0, y0, width, height)}/>']
        finite = (abs(v) for line in self.values for v in line if isfinite(v))
        scale = self.scale or max(finite, default=0.0) or 1.0
        parts.append(coloured(self.values, cell, scale, x0, y0))
        lines = []
        if min(cell.width, cell.height) >= 5:
            lines += [f"M{x0:g} {y0 + r * cell.height:g}h{width:g}" for r in range(1, self.rows)]
            lines += [f"M{x0 + c * cell.width:g} {y0:g}v{height:g}" for c in range(1, self.columns)]
        if lines:
            parts.append(f'<path class="hm-lines" d="{"".join(lines)}"/>')
        if cell.numbers:
            small = " hm-small" if cell.height < 20 else ""
            parts += [
                text_at(
                    f"hm-number{small}",
                    x0 + (c + 0.5) * cell.width,
                    y0 + (r + 0.5) * cell.height + 4,
                    cell_number(value),
                )
                for r, line in enumerate(self.values)
                for c, value in enumerate(line)
            ]
        return parts

    def _marks(self, x0: float, y0: float) -> list[str]:
        """Brackets, what is lit and chosen, and on top of all what can be clicked."""
        (width, height), arm = self.inner, _BRACKET
        kept = " hm-kept" if self.kept else ""
        left, right = x0 - 4, x0 + width + 4
        parts = [
            f'<path class="hm-bracket hm-{self.direction}{kept}" d="'
            f"M{left + arm:g} {y0 - 3:g}h{-arm:g}v{height + 6:g}h{arm:g}"
            f'M{right - arm:g} {y0 - 3:g}h{arm:g}v{height + 6:g}h{-arm:g}"/>'
        ]
        for name, some in (
            ("lit", self.lit),
            ("chosen", () if self.chosen is None else [self.chosen]),
        ):
            if box := self.box(some):
                where = place(x0 + box[0], y0 + box[1], box[2], box[3])
                parts.append(f'<rect class="hm-{name}" rx="1.5" {where}/>')
        if self.targets:
            parts.append(hits(self.name, self.indices, self.cell, self.targets, x0, y0))
        return parts


def laid(name: str, array: Any, lie: Lie = "matrix", **how: Any) -> HeatMap:
    """An array (a NumPy array, or nested lists) as a heat map; ``how`` are fields of it.

    A number or a vector lies as a "column" or as a "row"; ``(8, 8)`` makes an image of a vector of
    64. A matrix lies as it is, or "transposed". Without a ``cell`` the map gets the largest cells
    that suit it. With numbers in the cells its edges are numbered, where no labels are given.
    Raises ``ValueError`` for a shape that cannot lie so.
    """
    values = array.tolist() if hasattr(array, "tolist") else array
    grid, indices = _grid(name, values, lie)
    cell = how.pop("cell", None) or fitting_cell([grid])
    image = isinstance(lie, tuple)
    if cell.numbers and not image:
        rows, columns = _edge_labels(indices)
        how = {"row_labels": rows, "column_labels": columns, **how}
    return HeatMap(name, grid, indices, cell, **how)


def operator(sign: str, x: float, y: float) -> str:
    """What stands between two maps, centred at (x, y): ``=``, ``+``, or a word."""
    word = " hm-word" if len(sign) > 2 else ""
    return text_at(f"hm-operator{word}", x, y + 5, sign)


def picture(body: str, width: float, height: float, told: str) -> str:
    """An ``<svg>`` for a live panel.

    It shrinks to 0.7 of its size, and then it scrolls; a small one grows by up to a third.
    """
    most = min(1.35 * width, max(width, 760.0))
    return (
        f'<svg class="bp-svg" xmlns="http://www.w3.org/2000/svg" '
        f'viewBox="0 0 {width:g} {height:g}" width="{width:g}" height="{height:g}" '
        f'style="--bp-least:{0.7 * width:.0f}px;--bp-most:{most:.0f}px" '
        f'role="img" aria-label="{escape(told)}">{body}</svg>'
    )


def _grid(
    name: str, values: Any, lie: Lie
) -> tuple[tuple[tuple[float, ...], ...], tuple[tuple[Index, ...], ...]]:
    """The values by drawn row and column, and which entry of the array each of them is."""
    if not isinstance(values, list):
        return ((float(values),),), (((),),)
    if values and isinstance(values[0], list):
        if lie not in ("matrix", "transposed"):
            raise ValueError(f"{name} is a matrix, and cannot lie as {lie!r}; take 'matrix'")
        indices = [[(r, c) for c in range(len(line))] for r, line in enumerate(values)]
        if lie == "transposed":
            indices = [list(line) for line in zip(*indices, strict=True)]
        return (
            tuple(tuple(float(values[r][c]) for r, c in line) for line in indices),
            tuple(map(tuple, indices)),
        )
    if isinstance(lie, tuple):
        rows, columns = lie
        if rows * columns != len(values):
            raise ValueError(
                f"{name} has {len(values)} entries, and an image of {rows} by {columns} needs "
                f"{rows * columns}; give the rows and columns of the image"
            )
    elif lie in ("column", "row"):
        rows, columns = (len(values), 1) if lie == "column" else (1, len(values))
    else:
        raise ValueError(f"{name} is a vector; it lies as 'column', as 'row', or as an image")
    places = [[r * columns + c for c in range(columns)] for r in range(rows)]
    return (
        tuple(tuple(float(values[i]) for i in line) for line in places),
        tuple(tuple((i,) for i in line) for line in places),
    )


def _edge_labels(indices: Sequence[Sequence[Index]]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The numbers of the rows and of the columns, as the array counts them; none for a lone one."""
    transposed = (
        len(indices) > 1 and len(indices[0][0]) == 2 and indices[0][0][0] == indices[1][0][0]
    )
    row, column = (-1, 0) if transposed else (0, -1)
    rows = tuple(str(line[0][row]) for line in indices) if len(indices) > 1 else ()
    columns = tuple(str(index[column]) for index in indices[0]) if len(indices[0]) > 1 else ()
    return rows, columns
