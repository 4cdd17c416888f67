"""A product of two matrices as a learner has built it: both factors, and whether their shapes meet.

The sizes that have to agree stand in the middle. Where they do, the product stands beside what was
asked for; where they do not, there is none. Lengths are in px.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from html import escape
from typing import Any, Literal

from lessons.panels.kit.heat_cells import Cell, Index, fitting_cell
from lessons.panels.kit.heatmap import HeatMap, laid, operator

_GAP = 10.0
_EMPTY = 46.0  # the side of a place where nothing stands yet


@dataclass(frozen=True, eq=False)
class Factor:
    """A matrix with what it is called; ``array`` is None where nothing has been chosen yet."""

    name: str
    array: Any = None


@dataclass(frozen=True, eq=False)
class Build:
    """What stands on the page: two factors, their product, and what was asked for.

    ``kind`` is that of the judgement; ``at`` is the entry that is furthest from the right one.
    """

    left: Factor
    right: Factor
    product: Any
    target: Factor
    kind: Literal["open", "mismatch_reason", "turned", "shape", "wrong", "right"]
    at: Index | None = None


def drawn(build: Build) -> tuple[str, float, float]:
    """The body of an SVG, its width and its height."""
    arrays = [build.left.array, build.right.array, build.product]
    if build.kind in ("wrong", "right"):
        arrays.append(build.target.array)
    grids = [array.tolist() for array in arrays if array is not None]
    cell = _cell(grids)
    items: list[HeatMap | str | None] = [
        _map(build.left, cell),
        "·",
        _map(build.right, cell),
        "=",
        _result(build, cell),
    ]
    if build.kind == "wrong":
        wanted = _map(build.target, cell, chosen=build.at)
        assert wanted is not None
        items += ["≠", replace(wanted, note="the network's")]
    return _in_a_row(build, items)


def _cell(grids: Sequence[Sequence[Sequence[float]]]) -> Cell:
    """Cells of one size, so that a side of the same length is the same number."""
    return fitting_cell(grids, 330.0, 300.0) if grids else Cell(34.0, 28.0)


def _map(factor: Factor, cell: Cell, chosen: Index | None = None) -> HeatMap | None:
    if factor.array is None:
        return None
    back = factor.name.startswith("dL_")
    return laid(
        factor.name,
        factor.array,
        cell=cell,
        label=factor.name,
        direction="backward" if back else "forward" if factor.name[0] in "az" else "given",
        chosen=chosen,
        row_labels=(),
        column_labels=(),
        targets="",
    )


def _result(build: Build, cell: Cell) -> HeatMap | None:
    if build.product is None:
        return None
    right = build.kind == "right"
    made = _map(Factor("yours", build.product), cell, None if right else build.at)
    assert made is not None
    name = build.target.name if right else "yours"
    return replace(made, label=name, direction="backward" if name[0] == "d" else "given")


def _in_a_row(build: Build, items: Sequence[HeatMap | str | None]) -> tuple[str, float, float]:
    maps = [item for item in items if isinstance(item, HeatMap)]
    axis = max((one.top + one.inner[1] / 2 for one in maps), default=20 + _EMPTY / 2)
    below = max((one.height - one.top - one.inner[1] / 2 for one in maps), default=_EMPTY / 2)
    parts, x, middles = [], 4.0, []
    for item in items:
        if isinstance(item, str):
            parts.append(operator(item, x + 12, axis))
            x += 24
        elif item is None:
            place = f'x="{x:g}" y="{axis - _EMPTY / 2:g}" width="{_EMPTY:g}" height="{_EMPTY:g}"'
            parts.append(f'<rect class="sh-empty" rx="6" {place}/>')
            parts.append(operator("?", x + _EMPTY / 2, axis))
            middles.append(x + _EMPTY / 2)
            x += _EMPTY + _GAP
        else:
            parts.append(item.drawn(x, axis - item.top - item.inner[1] / 2))
            middles.append(x + item.origin + item.inner[0] / 2)
            x += item.width + _GAP
    foot = axis + below + 22
    parts += _shapes(build, middles, foot)
    return "".join(parts), max(x, 320.0), foot + 20


def _shapes(build: Build, middles: list[float], y: float) -> list[str]:
    """Under each factor its shape; the two sizes in the middle say whether the product exists."""
    left, right = build.left.array, build.right.array
    parts = []
    state = ""
    if left is not None and right is not None:
        state = " sh-meets" if left.shape[1] == right.shape[0] else " sh-clashes"
    if left is not None:
        parts.append(_shape(middles[0], y, left.shape, second=state))
    if right is not None:
        parts.append(_shape(middles[1], y, right.shape, first=state))
    if state:
        sign = "=" if state == " sh-meets" else "≠"
        between = (middles[0] + middles[1]) / 2
        parts.append(f'<text class="sh-shape{state}" x="{between:g}" y="{y:g}">{sign}</text>')
    result = build.product.shape if build.product is not None else None
    if result is not None:
        fits = result == build.target.array.shape
        look = "" if fits else " sh-clashes"
        parts.append(_shape(middles[2], y, result, look, look))
    if build.kind == "wrong":
        parts.append(_shape(middles[3], y, build.target.array.shape))
    return parts


def _shape(x: float, y: float, shape: tuple[int, ...], first: str = "", second: str = "") -> str:
    one, two = (
        f'<tspan class="sh-size{look}">{size}</tspan>'
        for size, look in zip(shape, (first, second), strict=True)
    )
    return f'<text class="sh-shape" x="{x:g}" y="{y:g}">({one}, {two})</text>'


def alt(build: Build) -> str:
    """The picture in words."""
    named = [
        f"{factor.name} {factor.array.shape}" if factor.array is not None else "an empty place"
        for factor in (build.left, build.right)
    ]
    return escape(f"{named[0]} times {named[1]}, to give {build.target.name}")
