"""Small images as SVG: ink on paper, or numbers with a sign, in a grid with captions.

Ink goes from paper (0) to the colour of the text. A number with a sign has the hue of its sign, as
in the heat maps of matrices, and a negative one has a stroke across its cell as well.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from html import escape
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lessons.panels.kit.image_style import still_css
from lessons.panels.kit.still_image import Shown

Floats = NDArray[np.float64]

_SHADES = 16  # one path for each, however many pixels there are
_SIDE = 88.0
_GAP = 18.0
_PAD = 18.0
_LINE = 15.0
#: Beyond so many images the text has a line for each, and not its numbers.
_NUMBERS_OF = 2


def show_images(
    images: Any,
    captions: Sequence[str] = (),
    *,
    title: str = "",
    columns: int | None = None,
    signed: bool | Sequence[bool] | None = None,
    scale: float | None = None,
) -> Shown:
    """Images side by side, as the value of a cell.

    ``images`` is one image (h, w) or several (n, h, w); a row of pixels, (k,) or (n, k), is taken
    as a square one. ``captions`` has a text for each; a line break begins a second, paler line.
    ``columns`` is how many stand in a row. ``signed`` says whether 0 is the middle between two
    hues, and not paper, for all images or for each; by default that is so where there is a number
    below 0. ``scale`` is the number with the full colour: by default the largest size among the
    signed images, and at least 1 for ink.

    >>> from lessons import digits, show_images
    >>> shown = show_images(digits().x[:10], "0123456789", title="The first ten")
    """
    stack = _stack(images)
    captions = [str(caption) for caption in captions]
    if captions and len(captions) != len(stack):
        raise ValueError(
            f"there are {len(captions)} captions and {len(stack)} images; give one for each"
        )
    kinds = _kinds(stack, signed)
    scales = _scales(stack, kinds, scale)
    columns = _columns(columns, len(stack))
    svg = _grid(stack, captions, title, columns, kinds, scales)
    return Shown(svg, _alt(stack, captions, title, kinds), _text(stack, captions, kinds))


def pixels(
    values: Floats, x: float, y: float, side: float, *, signed: bool = False, scale: float = 1.0
) -> str:
    """An image (h, w) with its left top corner at (x, y), as high as ``side``, as a group of SVG.

    The page, or the still picture, gives its colours: ``IMAGE_CSS`` and those of the heat maps.
    """
    rows, columns = values.shape
    cell = side / rows
    shades: dict[tuple[str, int], list[str]] = {}
    strokes = []
    for (row, column), value in np.ndenumerate(values):
        shade = round(min(abs(float(value)) / scale, 1.0) * _SHADES)
        if shade == 0:
            continue
        kind = ("hm-n" if value < 0 else "hm-p") if signed else "im-ink"
        left, top = x + column * cell, y + row * cell
        place = f"M{left:g} {top:g}h{cell:g}v{cell:g}h{-cell:g}z"
        shades.setdefault((kind, shade), []).append(place)
        if signed and value < 0:
            strokes.append(f"M{left:g} {top + cell:g}l{cell:g} {-cell:g}")
    width = columns * cell
    parts = [
        f'<rect class="im-paper" x="{x - 0.5:g}" y="{y - 0.5:g}" width="{width + 1:g}" '
        f'height="{side + 1:g}" rx="2"/>'
    ]
    parts += [
        f'<path class="{kind}" fill-opacity="{shade / _SHADES:.2f}" d="{"".join(cells)}"/>'
        for (kind, shade), cells in sorted(shades.items())
    ]
    if strokes:
        parts.append(f'<path class="hm-stroke" d="{"".join(strokes)}"/>')
    return f"<g>{''.join(parts)}</g>"


def as_image(values: Any) -> Floats:
    """A vector of k pixels as a square image, by rows from the top."""
    values = np.asarray(values, dtype=float)
    side = math.isqrt(values.shape[-1])
    if side * side != values.shape[-1]:
        raise ValueError(
            f"{values.shape[-1]} pixels make no square image; reshape them to (rows, columns)"
        )
    return values.reshape(*values.shape[:-1], side, side)


def sheet(body: str, width: float, height: float) -> str:
    """A whole SVG on a white ground of its own, with all its colours written in."""
    return (
        f'<svg class="bp-svg" xmlns="http://www.w3.org/2000/svg" width="{width:g}" '
        f'height="{height:g}" viewBox="0 0 {width:g} {height:g}">'
        f"<style>{still_css()}</style>"
        f'<rect class="ground" x=".5" y=".5" width="{width - 1:g}" height="{height - 1:g}" '
        f'rx="10"/>{body}</svg>'
    )


def line(kind: str, x: float, y: float, words: str) -> str:
    """A line of text of one of the classes of ``IMAGE_CSS``."""
    return f'<text class="{kind}" x="{x:g}" y="{y:g}">{escape(words)}</text>'


def _stack(images: Any) -> Floats:
    try:
        stack = np.asarray(images, dtype=float)
    except (TypeError, ValueError):
        raise ValueError(
            "the images are no array of numbers; give them all the same shape, (n, 8, 8)"
        ) from None
    if stack.ndim == 1 or (stack.ndim == 2 and _holds_rows_of_pixels(*stack.shape)):
        stack = as_image(stack)
    if stack.ndim == 2:
        stack = stack[None]
    if stack.ndim != 3 or 0 in stack.shape:
        raise ValueError(
            f"the images have the shape {stack.shape}; give (h, w), (n, h, w), or rows of pixels"
        )
    if not np.isfinite(stack).all():
        raise ValueError("the images hold a number that is not finite; fill in another")
    return stack


def _holds_rows_of_pixels(rows: int, columns: int) -> bool:
    """Whether a table holds an image in each row. One of (16, 16) is an image itself, and one of
    (64, 64) holds 64 digits, for which this course has more use."""
    return math.isqrt(columns) ** 2 == columns and (rows != columns or columns == 64)


def _kinds(stack: Floats, signed: bool | Sequence[bool] | None) -> list[bool]:
    """Whether each image is signed."""
    if signed is None:
        signed = bool((stack < 0).any())
    if isinstance(signed, (bool, np.bool_)):
        return [bool(signed)] * len(stack)
    kinds = [bool(one) for one in signed]
    if len(kinds) != len(stack):
        raise ValueError(
            f"signed has {len(kinds)} entries and there are {len(stack)} images; give one for "
            f"each, or one for all"
        )
    return kinds


def _scales(stack: Floats, kinds: Sequence[bool], scale: float | None) -> dict[bool, float]:
    """The number with the full colour, of the signed images and of the others."""
    if scale is not None:
        if not 0 < scale < math.inf:
            raise ValueError(f"scale is {scale}; give the number with the full colour, above 0")
        return {True: float(scale), False: float(scale)}
    largest = {
        kind: max((float(np.abs(image).max()) for image, k in zip(stack, kinds, strict=True)
                   if k is kind), default=0.0)
        for kind in (True, False)
    }  # fmt: skip
    return {True: largest[True] or 1.0, False: max(largest[False], 1.0)}


def _columns(columns: int | None, count: int) -> int:
    if columns is None:
        # Whole rows where that is to be had: 10 stand in one row, 12 in two of six, 32 in four.
        return min(count, next((c for c in (10, 9, 8, 7, 6) if count % c == 0), 8))
    if isinstance(columns, bool) or not isinstance(columns, int) or columns < 1:
        raise ValueError(f"columns is {columns!r}; give a whole number from 1")
    return min(columns, count)


def _grid(
    stack: Floats,
    captions: Sequence[str],
    title: str,
    columns: int,
    kinds: Sequence[bool],
    scales: dict[bool, float],
) -> str:
    count, rows, across = stack.shape
    side = _SIDE if count > 2 else 2 * _SIDE
    wide = side * across / rows
    texts = [caption.split("\n") for caption in captions]
    lines = max((len(text) for text in texts), default=0)
    longest = max((len(part) for text in texts for part in text), default=0)
    step = max(wide + _GAP, 6.4 * longest + 12)
    height = side + (8 + _LINE * lines if lines else 0) + _GAP
    top = _PAD + (_LINE + 12 if title else 0)
    width = max(2 * _PAD + columns * step - _GAP, 2 * _PAD + 7.2 * len(title))
    body = [line("im-title", _PAD, _PAD + 11, title)] if title else []
    for index, image in enumerate(stack):
        left = _PAD + (step - _GAP - wide) / 2 + (index % columns) * step
        at = top + index // columns * height
        kind = kinds[index]
        body.append(pixels(image, left, at, side, signed=kind, scale=scales[kind]))
        for place, words in enumerate(texts[index] if texts else ()):
            style = "im-more" if place else "im-caption"
            body.append(line(style, left + wide / 2, at + side + 16 + _LINE * place, words))
    bottom = top + -(-count // columns) * height - _GAP + _PAD - (6 if lines else 0)
    if any(kinds):
        note = f"Full colour: {scales[True]:.3g} away from 0. A stroke marks a number below 0."
        width = max(width, 2 * _PAD + 6.2 * len(note))
        body.append(line("im-note", _PAD, bottom + 2, note))
        bottom += _LINE
    return sheet("".join(body), width, bottom)


def _alt(stack: Floats, captions: Sequence[str], title: str, kinds: Sequence[bool]) -> str:
    count, rows, columns = stack.shape
    what = f"{count} images" if count > 1 else "An image"
    named = {True: "numbers with a sign", False: "ink on paper"}
    kind = " and ".join(named[kind] for kind in sorted(set(kinds)))
    told = f"{title}. " if title else ""
    told += f"{what} of {rows} by {columns} pixels, {kind}"
    said = [caption.replace("\n", ", ") for caption in captions if caption]
    return f"{told}: {'; '.join(said)}." if said else f"{told}."


def _text(stack: Floats, captions: Sequence[str], kinds: Sequence[bool]) -> str:
    """Each image as numbers where they are few, else what it holds in a line."""
    parts = []
    for index, image in enumerate(stack):
        name = captions[index].replace("\n", ", ") if captions else f"image {index}"
        if len(stack) <= _NUMBERS_OF:
            parts.append(name)
            parts += [" ".join(f"{value:5.2f}" for value in row) for row in image]
        elif kinds[index]:
            parts.append(f"{name}: {image.min():.2f} to {image.max():.2f}")
        else:
            parts.append(f"{name}: {image.mean():.2f} of it is ink")
    return "\n".join(parts)
