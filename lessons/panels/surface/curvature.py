"""The learning-rate axis, with what the curvature says of it: where a step lands, and where not."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from html import escape

from lessons.maths import text
from lessons.maths.checks import finite
from lessons.maths.surfaces.curvature import Hessian
from lessons.panels.kit.still_image import Shown
from lessons.panels.kit.style import LIGHT

#: Where a number lies on the page, along one axis.
_Axis = Callable[[float], float]

_WIDTH, _HEIGHT = 760.0, 330.0
_LEFT, _RIGHT, _TOP, _BOTTOM = 64.0, 168.0, 66.0, 62.0
#: The axis ends a little beyond 2 / largest, and the shares of a distance at one and a half.
_BEYOND, _MOST = 1.4, 1.5

_CSS = f"""
text {{ font: 13px {LIGHT["sans"]}; fill: {LIGHT["fg"]}; font-variant-numeric: tabular-nums; }}
.muted {{ fill: {LIGHT["muted"]}; font-size: 12px; }}
.title {{ font-weight: 600; font-size: 14px; }}
.mid {{ text-anchor: middle; }}
.end {{ text-anchor: end; }}
.ground {{ fill: {LIGHT["bg"]}; stroke: {LIGHT["line"]}; }}
.axis {{ stroke: {LIGHT["line"]}; }}
.grows {{ fill: {LIGHT["now"]}; }}
.one {{ stroke: {LIGHT["muted"]}; stroke-dasharray: 2 4; }}
.limit {{ stroke: {LIGHT["fg"]}; stroke-width: 1.5; }}
.mark {{ stroke: {LIGHT["fg"]}; stroke-dasharray: 5 4; }}
.steep {{ fill: none; stroke: {LIGHT["backward"]}; stroke-width: 2.5; }}
.flat {{ fill: none; stroke: {LIGHT["muted"]}; stroke-width: 2.5; stroke-dasharray: 8 5; }}
.steep-word {{ fill: {LIGHT["backward"]}; font-weight: 600; }}
"""


def show_rates(of: Hessian, marks: Mapping[str, float] | None = None) -> Shown:
    """What one step of gradient descent leaves of a distance, over the learning rate.

    Along an eigenvector with the curvature c, a step multiplies the distance to the lowest point
    of the quadratic by ``1 - lr * c``. Drawn is its size for the largest and the smallest
    eigenvalue of ``of``: below 1 the distance shrinks, beyond 2 / largest it grows. ``marks`` are
    further rates to mark, by the words for them. Raises ``ValueError`` on a kink, where nothing
    curves upwards, and for a mark that is not a number above 0.
    """
    if of.kink:
        raise ValueError(f"there are no rates to mark: {of.function} is {of.kind}")
    if of.largest <= 0:
        raise ValueError(
            f"there is no largest rate to mark at this place of {of.function}: {of.kind}"
        )
    marks = {words: finite(words, rate) for words, rate in (marks or {}).items()}
    for words, rate in marks.items():
        if rate <= 0:
            raise ValueError(f"{words} is at {rate:g}; give a learning rate above 0")
    curvatures = [of.largest]
    if float(of.eigenvalues[0]) < of.largest * (1 - 1e-9):
        curvatures.append(float(of.eigenvalues[0]))
    return Shown(
        _svg(of, curvatures, marks), _alt(of, curvatures, marks), _table(of, curvatures, marks)
    )


def _left_over(lr: float, curvature: float) -> float:
    """The share of a distance that one step leaves, without its sign."""
    return abs(1 - lr * curvature)


def _svg(of: Hessian, curvatures: list[float], marks: Mapping[str, float]) -> str:
    limit = of.largest_rate
    end = max(_BEYOND * limit, *(1.15 * rate for rate in marks.values()), 0.0)
    right, bottom = _WIDTH - _RIGHT, _HEIGHT - _BOTTOM

    def x(lr: float) -> float:
        return _LEFT + lr / end * (right - _LEFT)

    def y(share: float) -> float:
        return bottom - min(share, _MOST) / _MOST * (bottom - _TOP)

    best, far = x(limit / 2), x(limit)
    body = [
        f'<rect class="ground" x=".5" y=".5" width="{_WIDTH - 1:g}" height="{_HEIGHT - 1:g}" '
        f'rx="10"/>',
        '<text class="title" x="16" y="26">What one step leaves of the distance</text>',
        f'<rect class="grows" x="{far:.1f}" y="{_TOP}" width="{right - far:.1f}" '
        f'height="{bottom - _TOP}"/>',
    ]
    for share in (0.0, 0.5, 1.0, 1.5):
        kind = "one" if share == 1 else "axis"
        body.append(f'<path class="{kind}" d="M{_LEFT} {y(share):.1f}H{right}"/>')
        body.append(
            f'<text class="muted end" x="{_LEFT - 8}" y="{y(share) + 4:.1f}">{share:g}</text>'
        )
    zones = (
        ((_LEFT + best) / 2, "straight in"),
        ((best + far) / 2, "bounces in"),
        ((far + right) / 2, "bounces out"),
    )
    body += [
        f'<text class="muted mid" x="{at:.1f}" y="{_TOP - 10}">{words}</text>'
        for at, words in zones
    ]
    body.append(f'<path class="limit" d="M{far:.1f} {_TOP}V{bottom + 6}"/>')
    names = ("steep", "flat")
    for curvature, kind in zip(curvatures, names, strict=False):
        body.append(f'<path class="{kind}" d="{_curve(x, y, curvature, end)}"/>')
    body += _end_words(curvatures, y, end, right)
    for words, rate in marks.items():
        body.append(f'<path class="mark" d="M{x(rate):.1f} {_TOP}V{bottom + 22}"/>')
        side = "end" if x(rate) > (_LEFT + right) / 2 else ""
        body.append(
            f'<text class="{side}" x="{x(rate) + (6 if not side else -6):.1f}" '
            f'y="{bottom + 36}">{escape(words)}: {_say(rate)}</text>'
        )
    half, told = (f"{n} / {_say(of.largest)} = {_say(n * limit / 2)}" for n in (1, 2))
    body += [
        f'<text class="muted mid" x="{_LEFT}" y="{bottom + 20}">0</text>',
        f'<text class="muted mid" x="{best:.1f}" y="{bottom + 20}">{half}</text>',
        f'<text class="mid" x="{far:.1f}" y="{bottom + 20}">{told}</text>',
        f'<text class="muted end" x="{right}" y="{_HEIGHT - 12}">learning rate</text>',
    ]
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{_WIDTH:g}" height="{_HEIGHT:g}" '
        f'viewBox="0 0 {_WIDTH:g} {_HEIGHT:g}"><style>{_CSS}</style>{"".join(body)}</svg>'
    )


def _curve(x: _Axis, y: _Axis, curvature: float, end: float) -> str:
    """|1 - lr * curvature| from 0 to the end of the axis, cut off at its top: straight pieces."""
    corners = {0.0, end}
    if curvature > 0:
        corners |= {1 / curvature, (1 + _MOST) / curvature}
    elif curvature < 0:
        corners.add((_MOST - 1) / -curvature)
    last = next((c for c in sorted(corners) if c and _left_over(c, curvature) >= _MOST - 1e-9), end)
    points = [c for c in sorted(corners) if c <= min(last, end)]
    return "M" + "L".join(f"{x(c):.1f} {y(_left_over(c, curvature)):.1f}" for c in points)


def _end_words(curvatures: list[float], y: _Axis, end: float, right: float) -> list[str]:
    found, above = [], -math.inf
    for curvature, words in zip(curvatures, ("steepest", "flattest"), strict=False):
        if len(curvatures) == 1:
            words = "every direction"
        elif curvature < 0:
            words = "curves down"
        at = max(y(_left_over(end, curvature)) + 4, above + 40)
        above = at
        kind = "steep-word" if curvature == curvatures[0] else ""
        found.append(
            f'<text class="{kind}" x="{right + 12:.1f}" y="{at:.1f}">{words}'
            f'<tspan class="muted" x="{right + 12:.1f}" dy="17">curvature '
            f"{_say(curvature)}</tspan></text>"
        )
    return found


def _alt(of: Hessian, curvatures: list[float], marks: Mapping[str, float]) -> str:
    limit = of.largest_rate
    told = (
        f"A chart over the learning rate. In the steepest direction, of curvature "
        f"{_say(of.largest)}, a step leaves nothing of the distance at "
        f"{_say(limit / 2)} and all of it at {_say(limit)}, which is 2 / "
        f"{_say(of.largest)}; beyond, the distance grows."
    )
    if len(curvatures) > 1:
        shape = "grows at every rate" if curvatures[1] < 0 else "shrinks slowly"
        told += (
            f" In the direction of curvature {_say(curvatures[1])} the distance {shape}: at "
            f"{_say(limit)}, {_say(_left_over(limit, curvatures[1]))} of it is left."
        )
    for words, rate in marks.items():
        told += f" Marked: {words}, at {_say(rate)}."
    return told


def _table(of: Hessian, curvatures: list[float], marks: Mapping[str, float]) -> str:
    limit, largest = of.largest_rate, f"{of.largest:.4g}"
    rates = {f"1 / {largest}": limit / 2, f"2 / {largest}": limit, **marks}
    header = ["", "lr", *(f"curvature {curvature:.4g}" for curvature in curvatures)]
    rows = [
        [words, f"{rate:.4g}", *(f"{_left_over(rate, each):.4f}" for each in curvatures)]
        for words, rate in sorted(rates.items(), key=lambda pair: pair[1])
    ]
    title = "What one step leaves of the distance, for each direction"
    return f"{title}\n{text.table(header, rows, lean='<' + '>' * (1 + len(curvatures)))}"


def _say(value: float) -> str:
    return f"{value:.4g}".replace("-", text.MINUS)
