"""A small plot of the output over the updates, as an SVG string."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from lessons.maths import text

_WIDTH, _HEIGHT, _LEFT, _RIGHT, _TOP, _BOTTOM = 200.0, 72.0, 8.0, 62.0, 16.0, 18.0
#: More points than this are thinned out.
MOST_POINTS = 400


def history(name: str, outputs: Sequence[float]) -> str:
    """The output after each update, the first being where it started; "" before any update."""
    if len(outputs) < 2:
        return ""
    every = 1 + len(outputs) // MOST_POINTS
    shown = list(enumerate(outputs))[::every]
    if shown[-1][0] != len(outputs) - 1:
        shown.append((len(outputs) - 1, outputs[-1]))
    low, high = min(outputs), max(outputs)
    across = (_WIDTH - _LEFT - _RIGHT) / (len(outputs) - 1)
    down = (_HEIGHT - _TOP - _BOTTOM) / (high - low) if high > low else 0.0

    def at(place: int, value: float) -> tuple[float, float]:
        y = _TOP + (high - value) * down if down else (_TOP + _HEIGHT - _BOTTOM) / 2
        return _LEFT + place * across, y

    points = [at(place, value) for place, value in shown]
    line = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    radius = 2.5 if len(points) <= 30 else 0.0
    dots = "".join(
        f'<circle class="bp-history-dot" cx="{x:.1f}" cy="{y:.1f}" r="{radius}"/>'
        for x, y in (points if radius else [])
    )
    (first_x, first_y), (x, y) = points[0], points[-1]
    # The first number stands on the side where the line leaves it room.
    first_y += -6 if outputs[0] >= outputs[-1] else 14
    label = (
        f"{name} over {len(outputs) - 1} updates, from {text.number(outputs[0])} to "
        f"{text.number(outputs[-1])}"
    )
    return (
        f'<svg class="bp-history-plot" xmlns="http://www.w3.org/2000/svg" role="img" '
        f'viewBox="0 0 {_WIDTH:g} {_HEIGHT:g}" aria-label="{escape(label)}">'
        f'<line class="bp-history-axis" x1="{_LEFT}" x2="{_WIDTH - _RIGHT}" '
        f'y1="{_HEIGHT - _BOTTOM + 4}" y2="{_HEIGHT - _BOTTOM + 4}"/>'
        f'<polyline class="bp-history-line" points="{line}"/>{dots}'
        f'<circle class="bp-history-now" cx="{x:.1f}" cy="{y:.1f}" r="4"/>'
        f'<text class="bp-history-number" x="{x + 8:.1f}" y="{y + 4:.1f}">'
        f"{text.number(outputs[-1])}</text>"
        f'<text class="bp-history-number" x="{first_x:.1f}" y="{first_y:.1f}">'
        f"{text.number(outputs[0])}</text>"
        f'<text class="bp-history-label" x="{_LEFT}" y="{_HEIGHT - 3:g}">'
        f"{escape(name)} over {len(outputs) - 1} update{'s' if len(outputs) > 2 else ''}</text>"
        "</svg>"
    )
