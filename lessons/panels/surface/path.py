"""What moves in the picture of a surface: the point, its negative gradient, and the way down."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import pairwise
from typing import Any

from matplotlib.axes import Axes
from matplotlib.collections import PathCollection
from matplotlib.patches import FancyArrowPatch
from matplotlib.path import Path
from matplotlib.patheffects import withStroke
from matplotlib.textpath import TextPath
from matplotlib.transforms import Affine2D, IdentityTransform

from lessons.maths.surfaces.surface import Place, Walk
from lessons.panels.kit.figure import RenderContext, px

#: Steps that may carry their number at once.
_NUMBERS = 14
#: px between two numbered points.
_APART = 24.0
_FONT = 11.5


def moving(axes: Axes, look: RenderContext) -> dict[str, Any]:
    """The artists of a walk, by name, with nothing to show yet."""
    p = look.palette
    halo = [withStroke(linewidth=px(4.5), foreground=p.ground)]

    def line(**options: Any) -> Any:
        return axes.plot([], [], **options)[0]

    plate = {"boxstyle": "round,pad=0.3", "facecolor": p.ground, "edgecolor": p.line}

    def words(**options: Any) -> Any:
        return axes.annotate(
            "", (0, 0), xytext=(0, 0), textcoords="offset points", fontsize=px(_FONT), color=p.text,
            ha="center", va="center", **options,
        )  # fmt: skip

    arrow = FancyArrowPatch(
        (0, 0), (0, 0), arrowstyle="-|>", mutation_scale=px(17), lw=px(2.8), color=p.backward,
        shrinkA=0, shrinkB=0, zorder=6,
        path_effects=[withStroke(linewidth=px(5.5), foreground=p.ground)],
    )  # fmt: skip
    axes.add_patch(arrow)
    numbers = PathCollection(
        [], facecolors=p.text, linewidths=0, offsets=[(0.0, 0.0)],
        offset_transform=IdentityTransform(), path_effects=halo, zorder=9,
    )  # fmt: skip
    axes.add_collection(numbers, autolim=False)
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
        "numbers": numbers,
        "no arrow": words(zorder=10, bbox=plate),
        "exit": words(zorder=11, bbox=plate),
    }  # fmt: skip


def move(artists: Any, way: Walk) -> None:
    """Set all of them to a walk."""
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
    _say(still, "gradient 0: no arrow" if way.now.flat and inside else "")
    still.xy = places[-1]
    low = axes.transLimits.transform(places[-1])[1] < 0.15
    still.set_position((0.0, px(26 if low else -26)))
    _number(artists["numbers"], axes, places, toward, ratio)
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
    numbers: Any, axes: Axes, places: Sequence[Place], toward: tuple[float, float], ratio: float
) -> None:
    """Write the number of a step beside its point, where there is room for it."""
    spots = axes.transData.transform(places) / ratio
    last = len(places) - 1
    chosen: list[int] = []
    for step in [last, 0, *range(1, last)] if last else []:
        near = (math.dist(spots[step], spots[other]) < _APART for other in chosen)
        if len(chosen) < _NUMBERS and _inside(axes, places[step]) and not any(near):
            chosen.append(step)
    middles = []
    for step in chosen:
        # Beside the way, so that no line runs through the number.
        dx, dy = toward if step == last else spots[step + 1] - spots[step]
        away = (17 if step == last else 13) / (math.hypot(dx, dy) or 1.0) * (1 if dy >= 0 else -1)
        middles.append(spots[step] + (-away * dy, away * dx))
    numbers.set_visible(bool(chosen))
    numbers.set_paths([figures(step) for step in chosen])
    numbers.set_offsets([middle * ratio for middle in middles] or [(0.0, 0.0)])
    numbers.set_transform(Affine2D().scale(ratio))


@lru_cache(maxsize=512)
def figures(number: int) -> Path:
    """A number as an outline around (0, 0), in CSS px: drawn five times faster than text."""
    drawn = TextPath((0, 0), str(number), size=_FONT)
    box = drawn.get_extents()
    return Path(drawn.vertices - ((box.x0 + box.x1) / 2, (box.y0 + box.y1) / 2), drawn.codes)


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
    _say(word, told)
    if told:  # inside the picture, whichever edge it is
        x, y = axes.transLimits.transform(word.xy)
        word.set_ha("left" if x < 0.3 else "right" if x > 0.7 else "center")
        word.set_position(
            (px(12) * (1 if x < 0.3 else -1 if x > 0.7 else 0), px(16) * (1 if y < 0.5 else -1))
        )


def _say(label: Any, words: str) -> None:
    """Set the words of a label. One without words is not drawn at all, which saves its time."""
    label.set_visible(bool(words))
    label.set_text(words)


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
