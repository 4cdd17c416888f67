"""The picture of a race: the map with every path on it, and every loss over the steps."""

from __future__ import annotations

from typing import NamedTuple

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patheffects import withStroke

from lessons.maths.surfaces.landscapes import Landscape
from lessons.maths.surfaces.surface import Surface
from lessons.panels.kit.figure import Artists, FastFigure, RenderContext, px
from lessons.panels.kit.palette import RACE
from lessons.panels.race.lanes import ROOM, Moment, move, moving
from lessons.panels.surface.picture import contours

#: From this width on the two stand side by side, in CSS px.
_WIDE = 720
_LEFT, _TOP, _BOTTOM, _RIGHT = 64, 34, 44, 10
#: Between the map and the losses: the numbers of these.
_BETWEEN = 70
#: The share of the width for the map, of what both have.
_SHARE = 0.57
#: The height of the losses where they stand below the map, with title and numbers.
_BELOW = 270
#: Fainter than a surface alone: seven colours have to stand out from it.
_SHADES = RACE

Frame = tuple[float, float, float, float]


class Ground(NamedTuple):
    """What stays in the picture: the landscape, its values on a grid, the number of steps."""

    landscape: Landscape
    surface: Surface
    steps: int


def height_for(width: int) -> int:
    """The height of the picture that suits a width, both in CSS px."""
    if width >= _WIDE:
        return max(400, min(560, round(0.5 * width)))
    return max(300, min(480, round(0.7 * width))) + _BELOW


def frame(look: RenderContext) -> Frame:
    """Where the map's axes lie in the picture: left, top, right, bottom, as shares from the top
    left."""
    return _frames(look)[0]


def race_picture() -> FastFigure[Ground, Moment]:
    """The picture of one panel; each panel keeps its own background."""
    return FastFigure(_draw, move)


def _frames(look: RenderContext) -> tuple[Frame, Frame]:
    """Where the axes of the map and of the losses lie, as shares from the top left."""
    if look.width >= _WIDE:
        both = look.width - _LEFT - _BETWEEN - ROOM - _RIGHT
        split = _LEFT + _SHARE * both
        bottom = look.height - _BOTTOM
        chart = (_LEFT, _TOP, split, bottom)
        losses = (split + _BETWEEN, _TOP, look.width - ROOM - _RIGHT, bottom)
    else:
        split = look.height - _BELOW
        chart = (_LEFT, _TOP, look.width - 14, split - _BOTTOM)
        losses = (_LEFT, split + _TOP, look.width - ROOM - _RIGHT, look.height - _BOTTOM)
    return _shares(chart, look), _shares(losses, look)


def _shares(box: Frame, look: RenderContext) -> Frame:
    left, top, right, bottom = box
    return left / look.width, top / look.height, right / look.width, bottom / look.height


def _draw(figure: Figure, look: RenderContext, ground: Ground) -> Artists:
    chart, losses = (
        figure.add_axes((left, 1 - bottom, right - left, bottom - top))
        for left, top, right, bottom in _frames(look)
    )
    contours(chart, look, ground.surface, _SHADES, ground.landscape.start)
    _known(chart, look, ground.landscape)
    _losses(losses, look, ground)
    return moving(chart, losses, look)


def _known(chart: Axes, look: RenderContext, landscape: Landscape) -> None:
    """A cross at every minimum that is known."""
    halo = [withStroke(linewidth=px(5.0), foreground=look.palette.ground)]
    for x, y in landscape.minima:
        chart.plot(
            [x], [y], marker="+", ms=px(15), mew=px(1.8), color=look.palette.text, zorder=4,
            path_effects=halo,
        )  # fmt: skip


def _losses(axes: Axes, look: RenderContext, ground: Ground) -> None:
    """The axes of the losses, without the numbers at their left, which change with the race."""
    p = look.palette
    axes.set_facecolor("none")
    axes.set_xlim(0, max(ground.steps, 1))
    axes.set_yticks([])
    axes.set_title(
        f"{ground.surface.cut.output} after each step", loc="left", fontsize=px(13), color=p.text,
        fontweight="bold", pad=px(9),
    )  # fmt: skip
    axes.set_xlabel("step", fontsize=px(13), color=p.text, labelpad=px(3))
    axes.tick_params(labelsize=px(11.5), labelcolor=p.muted, color=p.line, length=0, pad=px(5))
    axes.locator_params(axis="x", nbins=6, integer=True)
    for side, spine in axes.spines.items():
        spine.set(color=p.line, linewidth=px(1), visible=side in ("left", "bottom"))
