"""The picture of a surface from above: contours, the point, its way down, and flat regions."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.figure import Figure
from matplotlib.patches import FancyArrowPatch, PathPatch
from matplotlib.patheffects import withStroke
from matplotlib.transforms import IdentityTransform

from lessons.maths import text
from lessons.maths.surface import Place, Surface, Walk
from lessons.pictures.figure import Artists, FastFigure, Look, px

FLAT = "gradient 0: nothing moves here"
#: Steps that may carry their number at once.
_NUMBERS = 14
#: px between two numbered points.
_APART = 24.0
_BANDS = 10
_MARGINS = (54, 34, 16, 44)  # left, top, right, bottom in CSS px
_HATCH = {False: "#b3bac1", True: "#555f68"}
_SHADES = {False: ("#f4f8fb", "#86aecb"), True: ("#15222b", "#43677f")}


def height_for(width: int) -> int:
    """The height of the picture that suits a width, both in CSS px."""
    return max(320, min(520, round(0.66 * width)))


def frame(look: Look) -> tuple[float, float, float, float]:
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
    return FastFigure(_draw, _move)


def levels(values: np.ndarray) -> list[float]:
    """Contour levels that cut a surface into bands of about equal area, at short numbers.

    A flat region counts as one value, however large it is; towards the lowest values the bands
    are narrower, since that is where a descent goes.
    """
    found = np.unique(values[np.isfinite(values)])
    low, high = float(found[0]), float(found[-1])
    if high - low <= 1e-12 * max(1.0, abs(low)):
        return []
    at = np.quantile(found, np.linspace(0, 1, _BANDS + 1)[1:] ** 1.35)
    short = []
    for before, level in zip([low, *at], at, strict=False):
        gap = max(float(level - before), 1e-9 * (high - low))
        unit = 10.0 ** math.floor(math.log10(gap))
        unit *= next(m for m in (5, 2, 1) if unit * m <= gap)
        short.append(float(f"{round(level / unit) * unit:.12g}"))
    return sorted({level for level in short if low < level < high})


def _draw(figure: Figure, look: Look, seen: Surface) -> Artists:
    left, top, right, bottom = frame(look)
    axes = figure.add_axes((left, 1 - bottom, right - left, bottom - top))
    _axes(axes, look, seen)
    marks = levels(seen.values)
    _fill(axes, look, seen, marks)
    _flat(axes, look, seen)
    _gaps(axes, look, seen)
    return _moving(axes, look)


def _axes(axes: Axes, look: Look, seen: Surface) -> None:
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


def _fill(axes: Axes, look: Look, seen: Surface, marks: Sequence[float]) -> None:
    """Bands from light to dark, thin lines between them, and numbers on some of the lines."""
    p = look.palette
    low, high = _SHADES[look.dark]
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


def _flat(axes: Axes, look: Look, seen: Surface) -> None:
    """Where the gradient is 0: hatched, with a broken line around it and words in it."""
    if seen.flat is None:
        return
    p = look.palette
    region = axes.contourf(seen.xs, seen.ys, seen.flat, levels=[-2.0, 0.0])
    for path in region.get_paths():
        axes.add_patch(
            PathPatch(path, facecolor=p.ground, edgecolor=_HATCH[look.dark], hatch="//", lw=0)
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
        place = _room(axes, look, seen, size)
        if place:
            _plate(axes, look, place, words)
            return


def _plate(axes: Axes, look: Look, place: Place, words: str) -> None:
    """Words on a ground of their own, so that no hatching runs through them."""
    p = look.palette
    axes.text(
        *place, words, fontsize=px(12), color=p.text, ha="center", va="center", zorder=3,
        clip_on=True,
        bbox={"boxstyle": "round,pad=0.35", "facecolor": p.ground, "edgecolor": p.line},
    )  # fmt: skip


def _room(
    axes: Axes, look: Look, seen: Surface, size: tuple[float, float]
) -> tuple[float, float] | None:
    """The middle of a place within the flat region for a label of a size in px; None for none.

    Of all places the one farthest from the middle of the picture, where things move.
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
    i, j = middles[np.argmax(away[:, 0] - away[:, 1])]
    return (
        float(np.interp(j, np.arange(columns), seen.xs)),
        float(np.interp(i, np.arange(rows), seen.ys)),
    )


def _gaps(axes: Axes, look: Look, seen: Surface) -> None:
    """Where the function has no value: dotted, with the words once."""
    missing = np.isnan(seen.values)
    if not missing.any():
        return
    p = look.palette
    region = axes.contourf(seen.xs, seen.ys, missing.astype(float), levels=[0.5, 2.0])
    for path in region.get_paths():
        axes.add_patch(
            PathPatch(path, facecolor=p.ground, edgecolor=_HATCH[look.dark], hatch="..", lw=0)
        )
    region.remove()
    i, j = np.argwhere(missing)[missing.sum() // 2]
    _plate(axes, look, (float(seen.xs[j]), float(seen.ys[i])), "no value")


# What moves.


def _moving(axes: Axes, look: Look) -> dict[str, Any]:
    p = look.palette
    halo = [withStroke(linewidth=px(4.5), foreground=p.ground)]

    def line(**options: Any) -> Any:
        return axes.plot([], [], **options)[0]

    plate = {"boxstyle": "round,pad=0.3", "facecolor": p.ground, "edgecolor": p.line}

    def words(**options: Any) -> Any:
        return axes.annotate(
            "", (0, 0), xytext=(0, 0), textcoords="offset points", fontsize=px(11.5), color=p.text,
            ha="center", va="center", **options,
        )  # fmt: skip

    arrow = FancyArrowPatch(
        (0, 0), (0, 0), arrowstyle="-|>", mutation_scale=px(17), lw=px(2.8), color=p.backward,
        shrinkA=0, shrinkB=0, zorder=6,
        path_effects=[withStroke(linewidth=px(5.5), foreground=p.ground)],
    )  # fmt: skip
    axes.add_patch(arrow)
    dot = {"marker": "o", "ls": "", "mew": px(1.4), "mec": p.ground}
    return {
        "path": line(color=p.text, lw=px(1.8), zorder=1, path_effects=halo),
        "to next": line(color=p.text, lw=px(1.5), ls=(0, (2, 2)), zorder=2, path_effects=halo),
        "next": line(
            marker="o", ls="", ms=px(10), mew=px(1.8), mec=p.text, mfc=p.ground, zorder=3
        ),
        "points": line(**dot, ms=px(7.5), color=p.text, zorder=4),
        "arrow": arrow,
        "now": line(**dot, ms=px(13), color=p.forward, zorder=7),
        "exits": line(
            marker="D", ls="", ms=px(9), mew=px(1.4), mec=p.ground, color=p.text, clip_on=False,
            zorder=8,
        ),
        **{f"number {i}": words(zorder=9, path_effects=halo) for i in range(_NUMBERS)},
        "no arrow": words(zorder=10, bbox=plate),
        "exit": words(zorder=11, bbox=plate),
    }  # fmt: skip


def _move(artists: Any, way: Walk) -> None:
    axes = artists["now"].axes
    ratio = axes.figure.dpi / 100.0
    places = [point.at for point in way.points]
    artists["path"].set_data(*zip(*places, strict=True))
    artists["points"].set_data(*zip(*places[:-1], strict=True) if len(places) > 1 else ([], []))
    artists["now"].set_data([places[-1][0]], [places[-1][1]])
    ahead = [way.next] if way.next and not way.now.flat else []
    artists["next"].set_data([at[0] for at in ahead], [at[1] for at in ahead])
    both = [places[-1], *ahead] if ahead else []
    artists["to next"].set_data([at[0] for at in both], [at[1] for at in both])
    toward = _arrow(artists["arrow"], way, ratio)
    inside = _inside(axes, places[-1])
    still = artists["no arrow"]
    still.set_text("gradient 0: no arrow" if way.now.flat and inside else "")
    still.xy = places[-1]
    low = axes.transLimits.transform(places[-1])[1] < 0.15
    still.set_position((0.0, px(26 if low else -26)))
    _number(artists, places, toward, ratio)
    _exits(artists, axes, [*places, *ahead], len(places))


def _arrow(arrow: Any, way: Walk, ratio: float) -> tuple[float, float]:
    """Set the arrow along the negative gradient; gives its direction on the screen."""
    arrow.set_visible(not way.now.flat)
    if way.now.flat:
        return 0.0, 1.0
    turn = arrow.axes.transData
    x, y = turn.transform(way.now.at)
    unit = turn.transform((1.0, 1.0)) - turn.transform((0.0, 0.0))
    # Scaled before it is multiplied, so that no gradient is too large or too small to have a way.
    most = max(abs(slope) for slope in way.now.slopes)
    dx, dy = (-slope / most * u for slope, u in zip(way.now.slopes, unit, strict=True))
    size = math.hypot(dx, dy)
    dx, dy = dx / size, dy / size
    reach = arrow_length(way.now.steepness) * ratio
    arrow.set_transform(IdentityTransform())
    arrow.set_positions((x, y), (x + reach * dx, y + reach * dy))
    return float(dx), float(dy)


def arrow_length(steepness: float) -> float:
    """The length of the arrow in CSS px: from 34 up to 110, with the logarithm of the gradient."""
    return min(110.0, 34.0 + 26.0 * math.log10(1.0 + steepness))


def _number(
    artists: Any, places: Sequence[Place], toward: tuple[float, float], ratio: float
) -> None:
    """Write the number of a step beside its point, where there is room for it."""
    turn = artists["now"].axes.transData
    spots = turn.transform(places) / ratio
    last = len(places) - 1
    order = [last, 0, *range(1, last)] if last else []
    chosen: list[int] = []
    for step in order:
        near = (math.dist(spots[step], spots[other]) < _APART for other in chosen)
        if len(chosen) < _NUMBERS and _inside(artists["now"].axes, places[step]) and not any(near):
            chosen.append(step)
    for i in range(_NUMBERS):
        label = artists[f"number {i}"]
        step = chosen[i] if i < len(chosen) else -1
        label.set_text("" if step < 0 else str(step))
        if step < 0:
            continue
        label.xy = places[step]
        # Beside the way, so that no line runs through the number.
        dx, dy = toward
        if step < last:
            dx, dy = spots[step + 1] - spots[step]
        size = math.hypot(dx, dy) or 1.0
        away = px(17 if step == last else 13) * (1 if dy >= 0 else -1)
        label.set_position((-away * dy / size, away * dx / size))


def _exits(artists: Any, axes: Axes, places: Sequence[Place], walked: int) -> None:
    """A mark on the edge wherever the path crosses it, and the words at the last one that leaves.

    ``places`` may hold, after the ``walked`` ones, the place of the next step.
    """
    marks: list[Place] = []
    told, word = "", artists["exit"]
    for step, (a, b) in enumerate(pairwise(places), start=1):
        inside = _inside(axes, a), _inside(axes, b)
        if inside[0] == inside[1]:
            continue
        marks.append(_crossing(axes, *((a, b) if inside[0] else (b, a))))
        if inside[0]:
            what = f"step {step}" if step < walked else "the next step"
            told = f"{what} leaves the picture"
            word.xy = marks[-1]
    artists["exits"].set_data([at[0] for at in marks], [at[1] for at in marks])
    word.set_text(told)
    if told:  # inside the picture, whichever edge it is
        x, y = axes.transLimits.transform(word.xy)
        word.set_ha("left" if x < 0.3 else "right" if x > 0.7 else "center")
        word.set_position(
            (px(12) * (1 if x < 0.3 else -1 if x > 0.7 else 0), px(16) * (1 if y < 0.5 else -1))
        )


def _inside(axes: Axes, at: Place) -> bool:
    (left, right), (bottom, top) = axes.get_xlim(), axes.get_ylim()
    return left <= at[0] <= right and bottom <= at[1] <= top


def _crossing(axes: Axes, inner: Place, outer: Place) -> Place:
    """Where the way from a place inside to one outside crosses the edge."""
    share = min(1.0, *_shares(axes, inner, outer))
    x, y = (a + share * (b - a) for a, b in zip(inner, outer, strict=True))
    return x, y


def _shares(axes: Axes, inner: Place, outer: Place) -> Iterator[float]:
    for (low, high), a, b in zip((axes.get_xlim(), axes.get_ylim()), inner, outer, strict=True):
        for end, beyond in ((low, b < low), (high, b > high)):
            yield (end - a) / (b - a) if beyond else 1.0
