"""The bounds and marks of a slider, as numbers."""

from __future__ import annotations

import math


def bounds_for(name: str, value: float, given: object) -> tuple[float, float, float]:
    """Bounds and step of a slider: those that were given, or some that suit the value.

    ``given`` is None, (low, high) or (low, high, step). Raises ``ValueError`` with the fix.
    """
    if given is None:
        reach = max(5.0, _round_up(1.5 * abs(value)))
        return -reach, reach, reach / 50
    problem = ValueError(
        f"ranges[{name!r}] is {given!r}; give (low, high) or (low, high, step), low below high"
    )
    if not isinstance(given, (tuple, list)) or len(given) not in (2, 3):
        raise problem
    if not all(isinstance(g, (int, float)) and math.isfinite(g) for g in given):
        raise problem
    low, high = float(given[0]), float(given[1])
    step = float(given[2]) if len(given) == 3 else (high - low) / 100
    if low >= high or step <= 0:
        raise problem
    return low, high, step


def short_step(step: float) -> float:
    """The next of 1, 2, 5, 10, 20, ... below, so that marks are short numbers: 0.02 for 0.03."""
    unit = 10.0 ** math.floor(math.log10(step))
    return float(f"{next(unit * m for m in (5, 2, 1) if unit * m <= step * (1 + 1e-9)):.12g}")


def _round_up(value: float) -> float:
    """The next of 1, 2, 5, 10, 20, ... so that sliders end at round numbers."""
    if value == 0:
        return 0.0
    size = 10.0 ** math.floor(math.log10(value))
    return next(size * m for m in (1, 2, 5, 10) if size * m >= value * (1 - 1e-12))
