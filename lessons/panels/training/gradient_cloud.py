"""A cloud of gradients: what many mini-batches say at one and the same place."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

import numpy as np

from lessons.maths import text
from lessons.panels.kit.palette import CLOUDS
from lessons.panels.kit.still_image import Shown
from lessons.panels.kit.style import LIGHT

_WIDTH, _HEIGHT = 760.0, 420.0
_LEFT, _RIGHT, _TOP, _BOTTOM = 70.0, 210.0, 44.0, 56.0
#: A cloud is drawn with the first of these that is free: colour, radius, filled or not.
_STYLES = tuple(zip(CLOUDS, (3.0, 3.4, 2.6), (False, True, True), strict=True))
MOST_CLOUDS = len(_STYLES)

_CSS = f"""
text {{ font: 13px {LIGHT["sans"]}; fill: {LIGHT["fg"]}; font-variant-numeric: tabular-nums; }}
.muted {{ fill: {LIGHT["muted"]}; font-size: 12px; }}
.title {{ font-weight: 600; font-size: 14px; }}
.mid {{ text-anchor: middle; }}
.end {{ text-anchor: end; }}
.ground {{ fill: {LIGHT["bg"]}; stroke: {LIGHT["line"]}; }}
.axis {{ stroke: {LIGHT["line"]}; }}
.zero {{ stroke: {LIGHT["muted"]}; stroke-dasharray: 2 4; }}
.halo {{ stroke: {LIGHT["bg"]}; stroke-width: 6; }}
.cross {{ stroke: {LIGHT["fg"]}; stroke-width: 2.5; }}
"""


def show_cloud(
    clouds: Mapping[str, Any], true: Sequence[float], names: Sequence[str] = ("dL_dw", "dL_db")
) -> Shown:
    """Gradients by two parameters as dots, and the ``true`` gradient as a cross.

    ``clouds`` maps words to arrays of the shape (n, 2), three at most, drawn in their order: give
    the widest first. ``true`` are two numbers, ``names`` those of the axes. Raises ``ValueError``
    for other shapes and for numbers that are not finite.
    """
    given = {words: _checked(words, cloud) for words, cloud in clouds.items()}
    if not 1 <= len(given) <= MOST_CLOUDS:
        raise ValueError(f"there are {len(given)} clouds; give one to {MOST_CLOUDS}")
    centre = _checked("true", [true])[0]
    one, two = names
    return Shown(
        _svg(given, centre, (one, two)),
        _alt(given, centre, (one, two)),
        _table(given, centre, (one, two)),
    )


def _checked(words: str, cloud: Any) -> np.ndarray:
    found = np.asarray(cloud, float)
    if found.ndim != 2 or found.shape[1] != 2 or not len(found):
        raise ValueError(f"{words} has the shape {found.shape}; give gradients as rows, (n, 2)")
    if not np.isfinite(found).all():
        raise ValueError(f"{words} holds a number that is not finite")
    return found


def _spread(cloud: np.ndarray, centre: np.ndarray) -> float:
    """How far the gradients lie from the true one: the root of the mean squared distance."""
    return math.sqrt(float(((cloud - centre) ** 2).sum(axis=1).mean()))


def _svg(clouds: Mapping[str, np.ndarray], centre: np.ndarray, names: tuple[str, str]) -> str:
    right, bottom = _WIDTH - _RIGHT, _HEIGHT - _BOTTOM
    everything = np.vstack([*clouds.values(), centre, np.zeros(2)])
    low, high = everything.min(axis=0), everything.max(axis=0)
    room = np.where(high > low, 0.06 * (high - low), 1.0)
    low, high = low - room, high + room

    def at(place: np.ndarray) -> tuple[float, float]:
        share = (place - low) / (high - low)
        return _LEFT + share[0] * (right - _LEFT), bottom - share[1] * (bottom - _TOP)

    body = [
        f'<rect class="ground" x=".5" y=".5" width="{_WIDTH - 1:g}" height="{_HEIGHT - 1:g}" '
        f'rx="10"/>',
        '<text class="title" x="16" y="26">Gradients at one place</text>',
    ]
    for tick in _ticks(low[0], high[0]):
        x = at(np.array([tick, low[1]]))[0]
        kind = "zero" if tick == 0 else "axis"
        body.append(f'<path class="{kind}" d="M{x:.1f} {_TOP}V{bottom}"/>')
        body.append(f'<text class="muted mid" x="{x:.1f}" y="{bottom + 18}">{_say(tick)}</text>')
    for tick in _ticks(low[1], high[1]):
        y = at(np.array([low[0], tick]))[1]
        kind = "zero" if tick == 0 else "axis"
        body.append(f'<path class="{kind}" d="M{_LEFT} {y:.1f}H{right}"/>')
        body.append(f'<text class="muted end" x="{_LEFT - 8}" y="{y + 4:.1f}">{_say(tick)}</text>')
    for row, ((words, cloud), style) in enumerate(zip(clouds.items(), _STYLES, strict=False)):
        dots = "".join(_dot(*at(gradient), style) for gradient in cloud)
        body.append(f'<g opacity=".75">{dots}</g>')
        y = _TOP + 14 + 44 * row
        body.append(_dot(right + 22, y, (style[0], 5.0, style[2])))
        body.append(
            f'<text x="{right + 36:.1f}" y="{y + 4:.1f}">{escape(words)}'
            f'<tspan class="muted" x="{right + 36:.1f}" dy="17">off by '
            f"{text.number(_spread(cloud, centre))}</tspan></text>"
        )
    x, y = at(centre)
    arms = f"M{x - 8:.1f} {y:.1f}h16M{x:.1f} {y - 8:.1f}v16"
    body += [f'<path class="halo" d="{arms}"/>', f'<path class="cross" d="{arms}"/>']
    y = _TOP + 14 + 44 * len(clouds)
    body += [
        f'<path class="cross" d="M{right + 14:.1f} {y}h16M{right + 22:.1f} {y - 8}v16"/>',
        f'<text x="{right + 36:.1f}" y="{y + 4:.1f}">all samples</text>',
        f'<text class="end" x="{right}" y="{bottom + 42}">{escape(names[0])}</text>',
        f'<text x="16" y="{_TOP + 4}">{escape(names[1])}</text>',
    ]
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{_WIDTH:g}" height="{_HEIGHT:g}" '
        f'viewBox="0 0 {_WIDTH:g} {_HEIGHT:g}"><style>{_CSS}</style>{"".join(body)}</svg>'
    )


def _dot(x: float, y: float, style: tuple[str, float, bool]) -> str:
    color, radius, filled = style
    paint = f'fill="{color}"' if filled else f'fill="none" stroke="{color}" stroke-width="1.3"'
    return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{radius}" {paint}/>'


def _ticks(low: float, high: float) -> list[float]:
    """Some four round numbers between two ends."""
    rough = (high - low) / 4
    unit = 10.0 ** math.floor(math.log10(rough))
    step = next(unit * m for m in (1, 2, 5, 10) if unit * m >= rough)
    first = math.ceil(low / step)
    count = math.floor(high / step) - first + 1
    return [round((first + i) * step, 12) for i in range(count)]


def _say(value: float) -> str:
    return f"{value:.4g}".replace("-", text.MINUS)


def _alt(clouds: Mapping[str, np.ndarray], centre: np.ndarray, names: tuple[str, str]) -> str:
    told = "; ".join(
        f"{words}: {len(cloud)} dots, off by {text.number(_spread(cloud, centre))}"
        for words, cloud in clouds.items()
    )
    return (
        f"Dots around a cross. The cross is the gradient of all samples, {names[0]} "
        f"{text.number(centre[0])} and {names[1]} {text.number(centre[1])}. {told}. The larger the "
        f"batch, the closer its dots lie to the cross."
        if len(clouds) > 1
        else f"Dots around a cross at {text.number(centre[0])}, {text.number(centre[1])}. {told}."
    )


def _table(clouds: Mapping[str, np.ndarray], centre: np.ndarray, names: tuple[str, str]) -> str:
    rows = [["all samples", "", *(text.number(float(v), ascii=True) for v in centre), ""]]
    for words, cloud in clouds.items():
        mean = cloud.mean(axis=0)
        numbers = [text.number(float(v), ascii=True) for v in mean]
        spread = text.number(_spread(cloud, centre), ascii=True)
        rows.append([words, str(len(cloud)), *numbers, spread])
    header = ["gradient of", "drawn", f"mean {names[0]}", f"mean {names[1]}", "off by"]
    return text.table(header, rows, lean="<>>>>")
