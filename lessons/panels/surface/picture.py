"""The picture of a surface from above: filled contours, flat regions, and a walk on it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.figure import Figure
from matplotlib.patches import PathPatch

from lessons.maths import text
from lessons.maths.surfaces.surface import Place, Surface, Walk
from lessons.panels.kit.figure import Artists, FastFigure, RenderContext, px
from lessons.panels.kit.palette import HATCH, SURFACE, Pair
from lessons.panels.surface.path import move, moving

FLAT = "gradient 0: nothing moves here"
_BANDS = 10
_MARGINS = (54, 34, 16, 44)  # left, top, right, bottom in CSS px
Shades = tuple[Pair, Pair]


def height_for(width: int) -> int:
    """The height of the picture that suits a width, both in CSS px."""
    return max(320, min(520, round(0.66 * width)))


def frame(look: RenderContext) -> tuple[float, float, float, float]:
    """Where the axes lie in the picture: left, top, right, bottom, as shares from the top left."""
    left, top, right, bottom = _MARGINS
    return (
        left / look.width,
        top / look.height,
        1 - right / look.width,
        1 - bottom / look.height,
    )


def surface_picture() -> FastFigure[Surface, Walk]:
    """The picture of one panel; each panel keeps its own background."""
    return FastFigure(_draw, move)


def levels(values: np.ndarray) -> list[float]:
    """Contour levels that cut a surface into bands of about equal area, at short numbers.

    A flat region counts as one value, however large it is; towards the lowest values the bands
    are narrower, since that is where a descent goes.
    """
    found = np.unique(values[np.isfinite(values)])
    low, high = float(found[0]), float(found[-1])
    if high - low <= 1e-12 * max(1.0, abs(low)):
        return []
    # The lowest band is not so narrow that the grid could not follow it.
    at = np.quantile(found, np.linspace(0, 1, _BANDS + 2)[2:] ** 1.35)
    short = []
    for before, level in zip([low, *at], at, strict=False):
        gap = max(float(level - before), 1e-9 * (high - low))
        unit = 10.0 ** math.floor(math.log10(gap))
        unit *= next(m for m in (5, 2, 1) if unit * m <= gap)
        short.append(float(f"{round(level / unit) * unit:.12g}"))
    return sorted({level for level in short if low < level < high})


def _draw(figure: Figure, look: RenderContext, seen: Surface) -> Artists:
    left, top, right, bottom = frame(look)
    axes = figure.add_axes((left, 1 - bottom, right - left, bottom - top))
    contours(axes, look, seen)
    return moving(axes, look)


def contours(
    axes: Axes,
    look: RenderContext,
    seen: Surface,
    shades: Shades = SURFACE,
    away_from: Place | None = None,
) -> None:
    """A surface from above in axes of any picture: bands, lines with numbers, flat regions.

    ``shades`` are those of the lowest and of the highest band, by whether the page is dark. Words
    in a flat region stand to the side of ``away_from``, below and above which things move.
    """
    _axes(axes, look, seen)
    _fill(axes, look, seen, levels(seen.values), shades[look.dark])
    _flat(axes, look, seen, away_from)
    _gaps(axes, look, seen)


def _axes(axes: Axes, look: RenderContext, seen: Surface) -> None:
    p = look.palette
    one, two = seen.cut.along
    axes.set_facecolor("none")
    axes.set_xlim(*seen.ends[0])
    axes.set_ylim(*seen.ends[1])
    axes.set_title(
        f"{seen.cut.output} over {one} and {two}, from above", loc="left", fontsize=px(13),
        color=p.text, fontweight="bold", pad=px(9),
    )  # fmt: skip
    axes.set_xlabel(one, fontsize=px(13), color=p.text, labelpad=px(3))
    axes.set_ylabel(two, fontsize=px(13), color=p.text, labelpad=px(1))
    axes.tick_params(labelsize=px(11.5), labelcolor=p.muted, color=p.line, length=0, pad=px(5))
    axes.locator_params(nbins=7)
    for spine in axes.spines.values():
        spine.set(color=p.line, linewidth=px(1))


def _fill(
    axes: Axes, look: RenderContext, seen: Surface, marks: Sequence[float], between: tuple[str, str]
) -> None:
    """Bands from light to dark, thin lines between them, and numbers on some of the lines."""
    p = look.palette
    low, high = between
    axes.patch.set_facecolor(low)
    if not marks:
        return
    shades = LinearSegmentedColormap.from_list("surface", [low, high])
    colors = [shades(i / len(marks)) for i in range(len(marks) + 1)]
    shown = np.ma.masked_invalid(seen.values)
    axes.contourf(seen.xs, seen.ys, shown, levels=marks, colors=colors, extend="both")
    lines = axes.contour(
        seen.xs, seen.ys, shown, levels=marks, colors=p.muted, linewidths=px(0.8), alpha=0.75
    )
    axes.clabel(
        lines, fontsize=px(11), colors=p.text, inline_spacing=px(4), manual=_label_places(lines),
        fmt=lambda level: text.short(float(level)),
    )  # fmt: skip


def _label_places(lines: Any) -> list[Place]:
    """Where contours carry their numbers: each on its longest piece, and none beside another."""
    turn = lines.axes.transData
    ratio = lines.axes.figure.dpi / 100.0
    chosen: list[Any] = []
    # The outer levels first; of crowded ones the first that finds room.
    for i, path in enumerate(lines.get_paths()):
        pieces = [turn.transform(piece) / ratio for piece in path.to_polygons(closed_only=False)]
        lengths = [_length(piece)[-1] for piece in pieces]
        if not lengths or max(lengths) < 110:
            continue
        piece = pieces[int(np.argmax(lengths))]
        along = _length(piece)
        for share in (0.62, 0.4, 0.75, 0.25) if i % 2 else (0.4, 0.62, 0.25, 0.75):
            spot = piece[int(np.searchsorted(along, share * along[-1]))]
            if all(math.dist(spot, other) > 52 for other in chosen):
                chosen.append(spot)
                break
    back = turn.inverted()
    return [tuple(back.transform(spot * ratio)) for spot in chosen]


def _length(piece: np.ndarray) -> np.ndarray:
    """The length of a line up to each of its points, in the unit of the points."""
    return np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(piece, axis=0).T))])


def _flat(axes: Axes, look: RenderContext, seen: Surface, away_from: Place | None) -> None:
    """Where the gradient is 0: hatched, with a broken line around it and words in it."""
    if seen.flat is None:
        return
    p = look.palette
    region = axes.contourf(seen.xs, seen.ys, seen.flat, levels=[-2.0, 0.0])
    for path in region.get_paths():
        axes.add_patch(
            PathPatch(path, facecolor=p.ground, edgecolor=HATCH[look.dark], hatch="//", lw=0)
        )
    region.remove()
    axes.contour(
        seen.xs, seen.ys, seen.flat, levels=[0.0], colors=p.text, linewidths=px(1.4),
        linestyles=[(0, (5, 3))], zorder=2,
    )  # fmt: skip
    for words in (
        FLAT,
        FLAT.replace(": ", ":\n"),
        FLAT.replace(": ", ":\n").replace("ng m", "ng\nm"),
    ):
        lines = words.split("\n")
        size = 6.6 * max(len(line) for line in lines) + 14, 17.0 * len(lines) + 8
        place = _room(axes, look, seen, size, away_from)
        if place:
            _plate(axes, look, place, words)
            return


def _plate(axes: Axes, look: RenderContext, place: Place, words: str) -> None:
    """Words on a ground of their own, so that no hatching runs through them."""
    p = look.palette
    axes.text(
        *place, words, fontsize=px(12), color=p.text, ha="center", va="center", zorder=3,
        clip_on=True,
        bbox={"boxstyle": "round,pad=0.35", "facecolor": p.ground, "edgecolor": p.line},
    )  # fmt: skip


def _room(
    axes: Axes,
    look: RenderContext,
    seen: Surface,
    size: tuple[float, float],
    away_from: Place | None,
) -> tuple[float, float] | None:
    """The middle of a place within the flat region for a label of a size in px; None for none.

    Of all places the one farthest from the middle of the picture, where things move, or to the
    side of a place.
    """
    assert seen.flat is not None
    box = axes.bbox
    width, height = box.width / look.ratio, box.height / look.ratio
    rows, columns = seen.flat.shape
    across = math.ceil(size[0] / width * (columns - 1)) + 1
    up = math.ceil(size[1] / height * (rows - 1)) + 1
    if across > columns - 2 or up > rows - 2:
        return None
    # Sums of all windows at once, by a table of sums from the corner.
    sums = np.zeros((rows + 1, columns + 1))
    sums[1:, 1:] = np.cumsum(np.cumsum(seen.flat < 0, axis=0), axis=1)
    full = sums[up:, across:] - sums[:-up, across:] - sums[up:, :-across] + sums[:-up, :-across]
    found = np.argwhere(full[1:-1, 1:-1] == up * across) + 1  # not at the very edge
    if not len(found):
        return None
    middles = found + np.array([up - 1, across - 1]) / 2
    away = np.abs(middles / [rows - 1, columns - 1] - 0.5)
    # Level with the middle from side to side where that can be, and far from it up or down.
    apart = -away[:, 1]
    if away_from is not None:
        left, right = seen.ends[0]
        share = (away_from[0] - left) / (right - left)
        apart = np.abs(middles[:, 1] / (columns - 1) - share)
    i, j = middles[np.argmax(away[:, 0] + apart)]
    return (
        float(np.interp(j, np.arange(columns), seen.xs)),
        float(np.interp(i, np.arange(rows), seen.ys)),
    )


def _gaps(axes: Axes, look: RenderContext, seen: Surface) -> None:
    """Where the function has no value: dotted, with the words once."""
    missing = np.isnan(seen.values)
    if not missing.any():
        return
    p = look.palette
    region = axes.contourf(seen.xs, seen.ys, missing.astype(float), levels=[0.5, 2.0])
    for path in region.get_paths():
        axes.add_patch(
            PathPatch(path, facecolor=p.ground, edgecolor=HATCH[look.dark], hatch="..", lw=0)
        )
    region.remove()
    i, j = np.argwhere(missing)[missing.sum() // 2]
    _plate(axes, look, (float(seen.xs[j]), float(seen.ys[i])), "no value")
