"""How wrong a gradient check is by its own doing: the error of a difference quotient against h.

Two things make it wrong. The quotient is the slope of a secant, and that differs from the slope at
the point by about h (forward difference) or h**2 (central difference). And each value of the
function is rounded to 16 digits, which the division by h makes larger as h shrinks.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from lessons.maths import text
from lessons.maths.checks import finite
from lessons.maths.scalar.secant import Corner, Curve, curve_of, samples

#: The h of the quotients: four a decade, from 1 down to the spacing of floats around 1.
HS: tuple[float, ...] = tuple(float(f"{10 ** (-k / 4):.3g}") for k in range(65))
#: Every entry of HS with this stride is a power of ten.
PER_DECADE = 4
#: Half of the distance from 1 to the next float: the largest relative error of one rounding.
ROUNDING = 2.0**-53


@dataclass(frozen=True, slots=True)
class CheckErrors:
    """The errors of both quotients at one point; ``forward[i]`` and ``central[i]`` are for hs[i].

    An error is the absolute difference to ``slope``, the derivative from the table of functions or
    from the recorded gradient; NaN where the function is not defined at z + h or z - h.
    ``corner`` is the corner nearest to the point within reach of the largest h, or None.
    """

    curve: Curve
    at: float
    value: float
    slope: float
    hs: tuple[float, ...]
    forward: tuple[float, ...]
    central: tuple[float, ...]
    corner: Corner | None

    @property
    def at_corner(self) -> bool:
        """Whether the point itself is a corner, where the slope is a convention."""
        return self.corner is not None and self.corner.z == self.at

    @property
    def best_forward(self) -> tuple[float, float]:
        """h and error of the forward difference where it is best."""
        return _best(self.hs, self.forward)

    @property
    def best_central(self) -> tuple[float, float]:
        """h and error of the central difference where it is best."""
        return _best(self.hs, self.central)

    def rounding(self, h: float) -> float:
        """About what the rounding of the function's values does to a quotient of width h."""
        return ROUNDING * max(abs(self.value), abs(self.at * self.slope)) / h


def check_errors(function: str | Callable[[Any], Any], at: float) -> CheckErrors:
    """Measure the slope of a function of one number by differences of every width in :data:`HS`.

    ``function`` is the name of an activation, or a function that ``record`` can run. The
    quotients are ``(f(at + h) - f(at)) / h`` and ``(f(at + h) - f(at - h)) / (2 * h)``. Errors are
    those of ``record`` and of :func:`lessons.maths.scalar.secant.curve_of`.
    """
    curve, at = curve_of(function), finite("at", at)
    value, slope = curve.at(at)
    forward, central = [], []
    for h in HS:
        above, below = _value(curve, at + h), _value(curve, at - h)
        forward.append(abs((above - value) / h - slope))
        central.append(abs((above - below) / (2 * h) - slope))
    reach = HS[0]
    corners = samples(curve, at - reach, at + reach).corners
    nearest = min(corners, key=lambda corner: abs(corner.z - at), default=None)
    return CheckErrors(curve, at, value, slope, HS, tuple(forward), tuple(central), nearest)


def _value(curve: Curve, z: float) -> float:
    try:
        return curve.at(z)[0]
    except (ValueError, ArithmeticError):
        return math.nan


def _best(hs: tuple[float, ...], errors: tuple[float, ...]) -> tuple[float, float]:
    """The least error, and its h. An exact 0 by luck counts no more than its neighbours: what
    counts is the median of three, so that the place is where errors are small, not where one is."""
    smooth = [
        (sorted(errors[i - 1 : i + 2])[1], hs[i])
        for i in range(1, len(hs) - 1)
        if not any(map(math.isnan, errors[i - 1 : i + 2]))
    ]
    if not smooth:
        raise ValueError("the function is not defined around this point, so nothing was measured")
    error, h = min(smooth)
    return h, error


def table(errors: CheckErrors) -> str:
    """The errors at the powers of ten, as aligned text."""
    letter = errors.curve.letter
    title = f"{errors.curve.name} at {letter} = {text.short(errors.at, ascii=True)}"
    rows = [
        [f"1e-{place}" if place else "1", _one_digit(forward), _one_digit(central)]
        for place, (forward, central) in enumerate(
            zip(errors.forward[::PER_DECADE], errors.central[::PER_DECADE], strict=True)
        )
    ]
    slope = text.number(errors.slope, ascii=True)
    header = ["h", "forward", "central"]
    return f"{title}, slope {slope}: error\n{text.table(header, rows, lean='<>>')}"


def _one_digit(error: float) -> str:
    if math.isnan(error):
        return "none"
    if error == 0:
        return "0"
    mantissa, exponent = f"{error:.0e}".split("e")
    return f"{mantissa}e{int(exponent)}"
