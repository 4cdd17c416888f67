"""The picture of a gradient check's own error: both difference quotients against h, log-log."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from html import escape
from typing import Any

from lessons.maths import text
from lessons.maths.scalar.difference_error import PER_DECADE, CheckErrors, check_errors, table
from lessons.panels.kit.still_image import Shown
from lessons.panels.kit.style import LIGHT

_WIDTH, _HEIGHT = 760.0, 430.0
_LEFT, _RIGHT, _TOP, _BOTTOM = 66.0, 26.0, 76.0, 52.0
_STRIP, _GAP = 26.0, 8.0
_CSS = f"""
text {{ font: 12.5px {LIGHT["sans"]}; fill: {LIGHT["fg"]}; font-variant-numeric: tabular-nums; }}
.tick {{ fill: {LIGHT["muted"]}; font-size: 11.5px; }}
.title {{ font-weight: 600; font-size: 13.5px; }}
.grid {{ stroke: {LIGHT["line"]}; opacity: .7; }}
.frame {{ fill: none; stroke: {LIGHT["line"]}; }}
.strip {{ fill: {LIGHT["soft"]}; stroke: {LIGHT["line"]}; }}
.forward {{ fill: none; stroke: {LIGHT["forward"]}; stroke-width: 1.8; stroke-dasharray: 6 3; }}
.central {{ fill: none; stroke: {LIGHT["arrow"]}; stroke-width: 2.6; }}
.f {{ fill: {LIGHT["bg"]}; stroke: {LIGHT["forward"]}; stroke-width: 1.6; }}
.c {{ fill: {LIGHT["arrow"]}; }}
.guide {{ stroke: {LIGHT["muted"]}; stroke-dasharray: 2 4; }}
.guide-name {{ fill: {LIGHT["muted"]}; font-size: 12px; }}
.best {{ stroke: {LIGHT["fg"]}; }}
"""


def show_check_error(function: str | Callable[[Any], Any], at: float) -> Shown:
    """The error of forward and central differences at one point, against their width h.

    ``function`` is the name of an activation, or a function of one number that ``record`` can
    run. Errors are those of :func:`lessons.maths.scalar.difference_error.check_errors`.
    """
    errors = check_errors(function, at)
    return Shown(picture(errors), alt(errors), table(errors))


def picture(errors: CheckErrors) -> str:
    """The whole SVG, with a ground of its own."""
    low, high = _decades(errors)
    plot = _Plot(low, high)
    body = [
        f'<rect class="frame" x=".5" y=".5" width="{_WIDTH - 1:g}" height="{_HEIGHT - 1:g}" '
        f'rx="10" style="fill: {LIGHT["bg"]}"/>',
        *_axes(plot),
        *_guides(plot, errors),
        *_curve(plot, errors.hs, errors.forward, "forward"),
        *_curve(plot, errors.hs, errors.central, "central"),
        *_best(plot, errors),
        *_legend(errors),
    ]
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{_WIDTH:g}" height="{_HEIGHT:g}" '
        f'viewBox="0 0 {_WIDTH:g} {_HEIGHT:g}"><style>{_CSS}</style>{"".join(body)}</svg>'
    )


class _Plot:
    """Where an h and an error lie, in px; an error of exactly 0 lies in the strip below."""

    def __init__(self, low: int, high: int) -> None:
        self.low, self.high = low, high
        self.right, self.bottom = _WIDTH - _RIGHT, _HEIGHT - _BOTTOM - _STRIP - _GAP

    def x(self, h: float) -> float:
        return _LEFT + (math.log10(h) + 16) / 16 * (self.right - _LEFT)

    def y(self, error: float) -> float:
        if error == 0:
            return self.bottom + _GAP + _STRIP / 2
        share = (math.log10(error) - self.low) / (self.high - self.low)
        return self.bottom - share * (self.bottom - _TOP)


def _decades(errors: CheckErrors) -> tuple[int, int]:
    """The decades of the axis: what both curves need, and never fewer than eight."""
    found = [math.log10(e) for e in (*errors.forward, *errors.central) if 0 < e < math.inf]
    low = math.floor(min(found, default=-8.0) - 1.2)  # with room for words
    high = math.ceil(max(found, default=0.0) + 0.2)
    return min(low, high - 8), high


def _axes(plot: _Plot) -> list[str]:
    parts = []
    for exponent in range(-16, 1, 2):
        x = plot.x(10.0**exponent)
        parts.append(_line("grid", x, _TOP, x, plot.bottom))
        parts.append(_text("tick", x, _HEIGHT - _BOTTOM + 17, _decade(exponent), "middle"))
    for exponent in range(plot.low, plot.high + 1):
        if exponent % 2 == 0:
            y = plot.y(10.0**exponent)
            parts.append(_line("grid", _LEFT, y, plot.right, y))
            parts.append(_text("tick", _LEFT - 8, y + 4, _decade(exponent), "end"))
    wide, tall = plot.right - _LEFT, plot.bottom - _TOP
    strip = plot.bottom + _GAP
    parts += [
        f'<rect class="frame" x="{_LEFT:g}" y="{_TOP:g}" width="{wide:g}" height="{tall:g}"/>',
        f'<rect class="strip" x="{_LEFT:g}" y="{strip:g}" width="{wide:g}" height="{_STRIP:g}"/>',
        _text("tick", _LEFT - 8, strip + _STRIP / 2 + 4, "0", "end"),
        _text("", (_LEFT + plot.right) / 2, _HEIGHT - 16, "h, log scale", "middle"),
    ]
    return parts


def _guides(plot: _Plot, errors: CheckErrors) -> list[str]:
    """What the curves run along: rounding, which goes with 1/h, on the left; h and h**2 right."""
    parts = []
    if errors.value or errors.at * errors.slope:
        ends = [(h, errors.rounding(h)) for h in (1e-16, 1.0)]
        points = [(h, e) for h, e in _clipped(ends, 10.0**plot.low, 10.0**plot.high)]
        if len(points) == 2:
            (h0, e0), (h1, e1) = points
            parts.append(_line("guide", plot.x(h0), plot.y(e0), plot.x(h1), plot.y(e1)))
            h = 10.0**-11.3
            parts.append(_text("guide-name", plot.x(h) + 8, plot.y(errors.rounding(h)) - 8,
                               "rounding, with 1/h"))  # fmt: skip
    one, two = 2 * PER_DECADE, 3 * PER_DECADE  # h = 1e-2 and 1e-3
    for kind, power, told, side in (
        ("forward", 1, "with h", -1),
        ("central", 2, "with h²", 1),
    ):
        measured = getattr(errors, kind)
        if measured[two] > 0 and abs(math.log10(measured[one] / measured[two]) - power) < 0.05:
            x, y = plot.x(errors.hs[two]), plot.y(measured[two])
            anchor = "end" if side < 0 else "start"
            parts.append(_text("guide-name", x + 12 * side, y + 4 + 6 * side, told, anchor))
    return parts


def _clipped(
    ends: Sequence[tuple[float, float]], low: float, high: float
) -> list[tuple[float, float]]:
    """The piece of the line error = c/h within the axes."""
    c = ends[0][0] * ends[0][1]
    hs = [max(ends[0][0], c / high), min(ends[1][0], c / low)]
    return [(h, c / h) for h in hs] if hs[0] < hs[1] else []


def _curve(plot: _Plot, hs: Sequence[float], errors: Sequence[float], kind: str) -> list[str]:
    """Lines through what the log scale holds, and marks at the powers of ten."""
    pieces: list[list[str]] = [[]]
    for h, error in zip(hs, errors, strict=True):
        if 0 < error < math.inf:
            pieces[-1].append(f"{plot.x(h):.1f},{plot.y(error):.1f}")
        elif pieces[-1]:
            pieces.append([])
    parts = [f'<polyline class="{kind}" points="{" ".join(piece)}"/>' for piece in pieces if piece]
    decades = list(zip(hs, errors, strict=True))[::PER_DECADE]
    parts += [_mark(kind, plot.x(h), plot.y(e)) for h, e in decades if e < math.inf]
    return parts


def _mark(kind: str, x: float, y: float) -> str:
    if kind == "forward":
        return f'<circle class="f" cx="{x:.1f}" cy="{y:.1f}" r="4"/>'
    return f'<rect class="c" x="{x - 3.5:.1f}" y="{y - 3.5:.1f}" width="7" height="7"/>'


def _best(plot: _Plot, errors: CheckErrors) -> list[str]:
    """Where the central difference is best: a line down to the axis of h, with its number."""
    if errors.corner is not None:
        return []
    h, error = errors.best_central
    x = plot.x(h)
    return [
        _line("best", x, plot.y(error) + 8, x, plot.bottom),
        _text("", x - 7, plot.bottom - 8, f"best h, about {_about(h)}", "end"),
    ]


def _legend(errors: CheckErrors) -> list[str]:
    letter = errors.curve.letter
    at = f"{letter} = {text.short(errors.at)}"
    title = f"Error of the slope of {errors.curve.name} at {at}, measured by differences of width h"
    parts = [_text("title", 18, 28, title)]
    x = _LEFT
    for kind, told in (("forward", "forward difference"), ("central", "central difference")):
        parts.append(_line(kind, x, 53, x + 36, 53))
        parts.append(_mark(kind, x + 18, 53))
        parts.append(_text("", x + 44, 57, told))
        x += 190
    return parts


def alt(errors: CheckErrors) -> str:
    """The picture in words."""
    at = f"{errors.curve.letter} = {text.short(errors.at)}"
    head = (
        f"The error of difference quotients for {errors.curve.name} at {at}, over h on log scales"
    )
    if errors.at_corner:
        forward, central = errors.forward[len(errors.hs) // 2], errors.central[len(errors.hs) // 2]
        return (
            f"{head}. The point is a corner: the forward difference is off by "
            f"{text.short(forward)} and the central one by {text.short(central)} at every h."
        )
    (h1, e1), (h2, e2) = errors.best_forward, errors.best_central
    return (
        f"{head}. From the right both fall as h shrinks, the central one faster. The forward "
        f"difference is best near h = {_about(h1)} with an error near {_about(e1)}, the central "
        f"one near h = {_about(h2)} with {_about(e2)}. Below that the errors rise again: rounding."
        if errors.corner is None
        else f"{head}. A corner lies at {text.short(errors.corner.z)}: while h reaches across it, "
        f"the central difference is wrong. For smaller h both are right, up to rounding."
    )


def _about(value: float) -> str:
    if value == 0:
        return "0"
    mantissa, exponent = f"{value:.0e}".split("e")
    return f"{mantissa}e{int(exponent)}".replace("-", text.MINUS)


def _decade(exponent: int) -> str:
    return "1" if exponent == 0 else f"1e{exponent}".replace("-", text.MINUS)


def _line(kind: str, x0: float, y0: float, x1: float, y1: float) -> str:
    return f'<line class="{kind}" x1="{x0:.1f}" y1="{y0:.1f}" x2="{x1:.1f}" y2="{y1:.1f}"/>'


def _text(kind: str, x: float, y: float, told: str, anchor: str = "start") -> str:
    style = f' class="{kind}"' if kind else ""
    return f'<text{style} x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{escape(told)}</text>'
