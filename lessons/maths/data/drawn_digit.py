"""From a drawn digit to the 64 numbers that a network reads, as the data of ``digits()`` were made.

The digits of the data were scanned and brought to one form before they were counted, and a network
that was trained on that form reads no other. What was done can be seen in the data themselves: each
digit fills the height of a bitmap of 32 by 32 and about 20 pixels of its width; the leftmost ink of
its top row and of its bottom row stand above each other; and whatever the digit, about 313 of the
1,024 pixels hold ink. The same is done here:

1. stretch the digit, its pen included, to 20 by 32;
2. straighten it by a shear, until its top left stands above its bottom left;
3. make the pen as thick as it takes for 313 pixels of ink, and centre the digit;
4. cut the bitmap into 64 blocks of 4 by 4, and count the ink in each.

In a bitmap True is ink; row 0 is the top. A stroke is a list of points (x, y), y down.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lessons.maths.data.digits import INK

Floats = NDArray[np.float64]
Bitmap = NDArray[np.bool_]
Strokes = Sequence[Sequence[Sequence[float]]]

SIDE = 32
"""Pixels of a bitmap, across and down."""
WIDE = 20
"""Pixels across that a digit is stretched to."""
PIXELS = 313
"""Pixels of ink: the mean of the data, where it is about the same for each of the ten digits."""
PEN = 0.24
"""The pen that wrote the digits, as a share of a digit's longer side."""
_BLOCK = 4
_CLOSE = 0.5  # px: points of a stroke that are nearer to one another tell nothing new


def from_strokes(strokes: Strokes) -> Bitmap:
    """The bitmap (32, 32) of what a pen drew, in the form of the data.

    How large, where and how slanted it was drawn makes no difference. Raises ``ValueError`` where
    there is no stroke, or a point is no pair of finite numbers.
    """
    lines = _checked_strokes(strokes)
    low, high = _box(lines)
    pen = PEN * float((high - low).max()) or 1.0
    scale = np.array([WIDE, SIDE]) / (high - low + pen)
    lines = _straightened([(line - low) * scale for line in lines])
    starts, ends = _segments([_thinned(line) for line in lines])
    # A thicker pen leaves less room for its middle line, and a longer line needs a thinner pen.
    radius = _radius(float(np.hypot(*(ends - starts).T).sum()))
    for _ in range(2):
        room = np.maximum(SIDE - 2 * radius, 0.0)
        low, high = _box([starts, ends])
        size = np.maximum(high - low, 1e-9)
        # Its height is filled always, its width used up only where the digit is too wide.
        fitted = np.array([min(1.0, room / size[0]), min(room / size[1], 2.0)])
        placed = [(each - (low + high) / 2) * fitted + SIDE / 2 for each in (starts, ends)]
        distance = _distance_to(*placed)
        nearest = np.argsort(distance, kind="stable")[:PIXELS]
        radius = float(distance[nearest[-1]])
    return _with_ink(nearest)


def from_bitmap(bitmap: Any) -> Bitmap:
    """The bitmap (32, 32) of a digit in a bitmap of any size, in the form of the data.

    Everything but 0 is ink. Raises ``ValueError`` for what is no bitmap, or holds no ink.
    """
    ink = as_bitmap(bitmap)
    drawn = _stretched(_cropped(ink), SIDE, WIDE)
    page = np.zeros((SIDE, SIDE), dtype=bool)
    left = (SIDE - WIDE) // 2
    page[:, left : left + WIDE] = drawn
    # Too much ink is taken off at the edges of the strokes, and too little is added there.
    depth = _distance_on_grid(page) - _distance_on_grid(~page)
    page = _with_ink(np.argsort(depth.ravel(), kind="stable")[:PIXELS])
    rows = page[page.any(axis=1).argmax() : SIDE - page[::-1].any(axis=1).argmax()]
    page = _stretched(rows, SIDE, SIDE)
    return _centred(_sheared(page))


def blocks(bitmap: Bitmap) -> Floats:
    """The image (64,) of a bitmap (32, 32): ink in each block of 4 by 4, from 0 to 1, by rows."""
    if bitmap.shape != (SIDE, SIDE):
        raise ValueError(f"the bitmap is {bitmap.shape}; give it 32 rows of 32 pixels")
    cut = bitmap.reshape(SIDE // _BLOCK, _BLOCK, SIDE // _BLOCK, _BLOCK)
    return cut.sum(axis=(1, 3)).ravel() / INK


# Strokes.


def _checked_strokes(strokes: Strokes) -> list[Floats]:
    lines = []
    for number, stroke in enumerate(strokes, start=1):
        try:
            line = np.asarray(stroke, dtype=float)
        except (TypeError, ValueError):
            line = np.empty(0)
        if line.ndim != 2 or line.shape[1] != 2 or not len(line) or not np.isfinite(line).all():
            raise ValueError(
                f"stroke {number} is no list of points; give it pairs of finite numbers (x, y), "
                f"such as [(10, 4), (16, 28)]"
            )
        lines.append(line)
    if not lines:
        raise ValueError("there is no stroke; draw something first")
    return lines


def _box(lines: Sequence[Floats]) -> tuple[Floats, Floats]:
    """The left top corner of all points, and the right bottom one."""
    points = np.concatenate(lines)
    return points.min(axis=0), points.max(axis=0)


def _straightened(lines: list[Floats]) -> list[Floats]:
    """Sheared, until the leftmost points of the top pixel and of the bottom one have the same x."""
    points = np.concatenate(lines)
    top, bottom = points[:, 1].min(), points[:, 1].max()
    if bottom - top < SIDE / 8:  # a dot, or a line that lies
        return lines
    upper = points[points[:, 1] <= top + 1, 0].min()
    lower = points[points[:, 1] >= bottom - 1, 0].min()
    shear = (lower - upper) / (bottom - top)
    return [line - np.outer(line[:, 1] - top, [shear, 0.0]) for line in lines]


def _thinned(line: Floats) -> Floats:
    """Without points that hardly differ from the one kept before; both ends are kept."""
    kept = [line[0]]
    for point in line[1:-1]:
        if abs(point[0] - kept[-1][0]) + abs(point[1] - kept[-1][1]) >= _CLOSE:
            kept.append(point)
    return np.array([*kept, line[-1]])


def _segments(lines: Sequence[Floats]) -> tuple[Floats, Floats]:
    """Where each piece of each line starts and ends; a lone point is a piece without a length."""
    starts = np.concatenate([line[:-1] for line in lines])
    ends = np.concatenate([line[1:] for line in lines])
    return starts, ends


def _radius(length: float) -> float:
    """Half the pen with which a line of this length covers as many pixels as the data have."""
    return (np.sqrt(length**2 + np.pi * PIXELS) - length) / np.pi


def _distance_to(starts: Floats, ends: Floats) -> Floats:
    """How far the middle of each pixel, by rows, is from the nearest piece of a line."""
    middles = np.arange(SIDE) + 0.5
    x, y = np.tile(middles, SIDE)[:, None], np.repeat(middles, SIDE)[:, None]
    across, down = (ends - starts).T
    length = across**2 + down**2
    share = ((x - starts[:, 0]) * across + (y - starts[:, 1]) * down) / np.where(length, length, 1)
    share = np.clip(share, 0.0, 1.0)
    far_x = starts[:, 0] + share * across - x
    far_y = starts[:, 1] + share * down - y
    return np.sqrt((far_x**2 + far_y**2).min(axis=1))


# Bitmaps.


def as_bitmap(bitmap: Any) -> Bitmap:
    """A table of rows and columns as a bitmap of that size: everything but 0 is ink."""
    try:
        given = np.asarray(bitmap, dtype=float)
    except (TypeError, ValueError):
        given = np.empty(0)
    if given.ndim != 2 or 0 in given.shape:
        raise ValueError(
            f"a bitmap has two axes, rows and columns, and this has the shape {given.shape}; give "
            f"an array such as one of (32, 32), with 0 for paper"
        )
    if not np.isfinite(given).all():
        raise ValueError("the bitmap holds a number that is not finite; give it 0 and 1")
    if not given.any():
        raise ValueError("the bitmap holds no ink; set some of its pixels to 1")
    return given != 0


def _cropped(ink: Bitmap) -> Bitmap:
    rows, columns = np.flatnonzero(ink.any(axis=1)), np.flatnonzero(ink.any(axis=0))
    return ink[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]


def _stretched(ink: Bitmap, rows: int, columns: int) -> Bitmap:
    """As many rows and columns as asked for, each taken from where it lies in the old ones."""
    down = ((np.arange(rows) + 0.5) * len(ink) / rows).astype(int)
    across = ((np.arange(columns) + 0.5) * ink.shape[1] / columns).astype(int)
    return ink[np.ix_(down, across)]


def _with_ink(pixels: NDArray[np.int_]) -> Bitmap:
    page = np.zeros(SIDE * SIDE, dtype=bool)
    page[pixels] = True
    return page.reshape(SIDE, SIDE)


def _distance_on_grid(ink: Bitmap) -> Floats:
    """How far each pixel is from the nearest one with ink: down the columns, then across."""
    far = np.where(ink, 0.0, 4.0 * SIDE**2)
    apart = np.subtract.outer(np.arange(SIDE), np.arange(SIDE)) ** 2
    down = (apart[:, :, None] + far[None, :, :]).min(axis=1)
    return np.sqrt((apart[None, :, :] + down[:, None, :]).min(axis=2))


def _sheared(page: Bitmap) -> Bitmap:
    """Each row moved, until the first ink of the top row and of the bottom row are in line.

    The result is three times as wide, so that no ink is lost.
    """
    slope = (int(page[-1].argmax()) - int(page[0].argmax())) / (SIDE - 1)
    wide = np.zeros((SIDE, 3 * SIDE), dtype=bool)
    for y, row in enumerate(page):
        left = SIDE - round(slope * y)
        wide[y, left : left + SIDE] = row
    return wide


def _centred(wide: Bitmap) -> Bitmap:
    """The 32 columns about the middle of the ink. Ink beyond them is lost, as it is in the data."""
    columns = np.flatnonzero(wide.any(axis=0))
    left = (columns[0] + columns[-1] + 1) // 2 - SIDE // 2
    return wide[:, left : left + SIDE]
