"""The picture of a slope: a function with its secant and tangent, and its derivative beside it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from lessons.maths import text
from lessons.maths.functions import ACTIVATIONS
from lessons.maths.scalar.secant import Curve, Measurement, Samples, curve_of, domain, samples
from lessons.panels.kit.figure import Artists, FastFigure, RenderContext, px
from lessons.panels.kit.notation import notation_of
from lessons.panels.kit.still_image import LIVE

#: Below this width, in px, the derivative stands below the function instead of beside it.
NARROW = 480
_FONT = px(12)
_SMALL = px(11.5)
_DASHES: dict[str, Any] = {
    "relu": "-",
    "leaky_relu": (0, (6, 2)),
    "sigmoid": (0, (1.5, 1.5)),
    "tanh": (0, (6, 2, 1.5, 2)),
    "softplus": (0, (3, 2)),
}


@dataclass(frozen=True, slots=True)
class Graph:
    """What stays: a curve between two ends, with the other activations behind it or not."""

    curve: Curve
    low: float
    high: float
    others: bool = False


def height_for(width: int) -> int:
    """The height of the picture that suits a width, both in CSS px."""
    return 460 if width < NARROW else 300 if width < 800 else 340


def slope_picture() -> FastFigure[Graph, Measurement]:
    """The picture of one panel; each panel keeps its own background."""
    return FastFigure(_draw, _move)


def symbol(curve: Curve) -> str:
    """The curve without its argument, as plain text: ``ReLU``."""
    return notation_of(curve.name).symbol if curve.in_table else curve.name


def _draw(figure: Figure, look: RenderContext, graph: Graph) -> Artists:
    p = look.palette
    narrow = look.width < NARROW
    left, right = 40 / look.width, 1 - 10 / look.width
    caption = 26 if look.solid else 0
    top, bottom = 1 - 30 / look.height, (38 + caption) / look.height
    if caption:
        figure.text(10 / look.width, 10 / look.height, LIVE, fontsize=_SMALL, color=p.muted)
    grid = figure.add_gridspec(
        2 if narrow else 1,
        1 if narrow else 2,
        left=left,
        right=right,
        top=top,
        bottom=bottom,
        wspace=2 * 46 / (look.width - 96),
        hspace=0.42,
    )
    function, derivative = (
        figure.add_subplot(grid[place]) for place in ((0, 0), (1, 0) if narrow else (0, 1))
    )
    sampled = samples(graph.curve, graph.low, graph.high)
    names = [n for n in ACTIVATIONS if n != graph.curve.name or not graph.curve.in_table]
    behind = names if graph.others else []
    name, letter = symbol(graph.curve), graph.curve.letter
    room = ((-1.2, 3.0), (0.0, 1.0)) if behind else ((0.0, 0.0), (0.0, 0.0))
    titles = [f"{name}({letter})", name]
    _axes(function, look, graph, titles, _limits(sampled.values, room[0]))
    titles = [f"{name}′({letter}), its slope", f"{name}′({letter})", f"{name}′"]
    _axes(derivative, look, graph, titles, _limits(sampled.slopes, room[1]))
    if behind:
        _others(function, derivative, look, graph, behind)
    function.plot(sampled.zs, sampled.values, color=p.forward, lw=px(3.8), zorder=3)
    derivative.plot(sampled.zs, sampled.slopes, color=p.backward, lw=px(2.2), zorder=3)
    _corners(derivative, look, sampled)
    return _moving(function, derivative, look)


def _axes(
    axes: Axes,
    look: RenderContext,
    graph: Graph,
    titles: Sequence[str],
    limits: tuple[float, float],
) -> None:
    """One pair of axes, with the first of the titles for which there is room."""
    p = look.palette
    axes.set_facecolor("none")
    axes.set_xlim(*_ends(graph))
    axes.set_ylim(*limits)
    for title in titles:
        written = axes.set_title(
            title, loc="left", fontsize=px(13), color=p.text, fontweight="bold", pad=px(9)
        )
        if written.get_window_extent().width <= axes.get_window_extent().width:
            break
    axes.set_xlabel(graph.curve.letter, fontsize=_FONT, color=p.text, labelpad=px(2))
    axes.tick_params(labelsize=_SMALL, labelcolor=p.muted, color=p.line, length=0, pad=px(5))
    axes.locator_params(nbins=7)
    axes.grid(color=p.line, lw=px(1), alpha=0.55)
    for place in (axes.axhline, axes.axvline):
        place(0, color=p.muted, lw=px(1), alpha=0.7, zorder=1.5)
    for spine in axes.spines.values():
        spine.set_visible(False)


def _ends(graph: Graph) -> tuple[float, float]:
    """Where the picture ends: a little beyond the function's domain, where that ends earlier."""
    low, high = domain(graph.curve, graph.low, graph.high)
    room = 0.03 * (high - low)
    return max(graph.low, low - room), min(graph.high, high + room)


def _others(
    function: Axes, derivative: Axes, look: RenderContext, graph: Graph, names: Sequence[str]
) -> None:
    """The other activations behind, thin and grey, told apart by their dashes."""
    p = look.palette
    for name in names:
        other = samples(curve_of(name), graph.low, graph.high)
        style = {"color": p.muted, "lw": px(1.3), "ls": _DASHES[name], "zorder": 2}
        function.plot(other.zs, other.values, label=text.word(name), **style)
        derivative.plot(other.zs, other.slopes, **style)
    function.legend(
        loc="upper left", fontsize=_SMALL, labelcolor=p.muted, frameon=False, borderaxespad=0.2,
        handlelength=2.4, labelspacing=0.25,
    )  # fmt: skip


def _corners(axes: Axes, look: RenderContext, sampled: Samples) -> None:
    """Where the slope jumps: open circles at the ends, a filled one at the value that holds."""
    p = look.palette
    size = px(7.5)
    for corner in sampled.corners:
        for end in (corner.left, corner.right):
            if end != corner.at and math.isfinite(end):
                axes.plot(
                    [corner.z], [end], "o", ms=size, mew=px(1.8), mec=p.backward, mfc=p.ground,
                    zorder=4,
                )  # fmt: skip
        axes.plot([corner.z], [corner.at], "o", ms=size, mew=0, color=p.backward, zorder=4)


def _moving(function: Axes, derivative: Axes, look: RenderContext) -> dict[str, Any]:
    p = look.palette

    def line(axes: Axes, **options: Any) -> Any:
        return axes.plot([], [], **options)[0]

    def words(color: str) -> Any:
        return function.annotate(
            "", (0, 0), xytext=(0, 0), textcoords="offset points", fontsize=_FONT, color=color,
            va="center", annotation_clip=True,
        )  # fmt: skip

    dashed = {"color": p.backward, "lw": px(1.8), "ls": (0, (5, 3))}
    point = {"marker": "o", "ls": "", "mew": px(1.6), "mec": p.ground}
    return {
        "rise": line(function, color=p.muted, lw=px(1.4), ls=(0, (1.5, 2)), zorder=1),
        "left secant": line(function, **{**dashed, "ls": (0, (1.5, 2.5))}, zorder=2),
        "tangent": line(function, color=p.backward, lw=px(1.8), zorder=3),
        "secant": line(function, **dashed, zorder=4),
        "left moved": line(function, **point, ms=px(9), color=p.muted, zorder=5),
        "moved": line(function, **point, ms=px(10), color=p.backward, zorder=6),
        "point": line(function, **point, ms=px(11), color=p.forward, zorder=7),
        "z": words(p.forward),
        "z + h": words(p.backward),
        "measured": line(
            derivative, marker="D", ls="", ms=px(11), mew=px(1.8), mec=p.backward, mfc="none",
            zorder=1,
        ),
        "measured left": line(
            derivative, marker="D", ls="", ms=px(11), mew=px(1.8), mec=p.muted, mfc="none",
            zorder=1,
        ),
        "slope": line(derivative, **point, ms=px(11), color=p.backward, zorder=2),
    }  # fmt: skip


def _move(artists: Any, m: Measurement) -> None:
    axes = artists["point"].axes
    ends = axes.get_xlim()
    artists["point"].set_data([m.z], [m.value])
    artists["moved"].set_data([m.z + m.h], [m.moved])
    artists["rise"].set_data([m.z, m.z + m.h, m.z + m.h], [m.value, m.value, m.moved])
    artists["secant"].set_data(m.domain, _through(m.z, m.value, m.secant, m.domain))
    artists["tangent"].set_data(m.domain, _through(m.z, m.value, m.tangent, m.domain))
    artists["slope"].set_data([m.z], [m.tangent])
    artists["measured"].set_data([m.z], [m.secant])
    sided = m.corner and math.isfinite(m.left_secant)
    artists["left secant"].set_data(
        *((m.domain, _through(m.z, m.value, m.left_secant, m.domain)) if sided else ([], []))
    )
    artists["left moved"].set_data(*(([m.z - m.h], [m.left_moved]) if sided else ([], [])))
    artists["measured left"].set_data(*(([m.z], [m.left_secant]) if sided else ([], [])))
    letter = m.curve.letter
    _label(artists["z"], letter, m.z, m.value, below=True, rising=m.secant >= 0)
    # Two labels that would stand on each other are one too many.
    apart = abs(m.h) / (ends[1] - ends[0]) > 0.05
    moved = f"{letter} + h" if len(letter) <= 4 else "+ h"
    told = moved if apart else ""
    _label(artists["z + h"], told, m.z + m.h, m.moved, below=False, rising=m.secant >= 0)


def _through(z: float, value: float, slope: float, ends: Sequence[float]) -> list[float]:
    return [value + slope * (end - z) for end in ends]


def _label(label: Any, told: str, x: float, y: float, *, below: bool, rising: bool) -> None:
    """A word beside a point, on the side where no line runs."""
    label.set_text(told)
    label.xy = x, y
    right = below == rising
    label.set_ha("left" if right else "right")
    label.set_position((px(8 if right else -8), px(-13 if below else 13)))


def _limits(values: Sequence[float], least: tuple[float, float]) -> tuple[float, float]:
    """Limits of the y axis: all the values, but of a pole only what can be read, and `least`."""
    finite = sorted(v for v in values if math.isfinite(v))
    if not finite:
        return -1.0, 1.0
    low, high = finite[0], finite[-1]
    inner = finite[len(finite) // 10], finite[-1 - len(finite) // 10]
    if high - low > 50 * (inner[1] - inner[0]) > 0:
        low, high = inner
    low, high = min(low, least[0]), max(high, least[1])
    if high - low < 1e-9:
        low, high = low - 1.0, high + 1.0
    room = 0.12 * (high - low)
    return low - room, high + room
