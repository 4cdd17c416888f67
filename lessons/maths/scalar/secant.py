"""The slope of a function of one number: secants, the tangent, and the corners of its graph.

Values and slopes come from the table of functions where the function is in it, and from a recording
where it is a learner's own. Pure Python, like all that the scalar lessons stand on.
"""

from __future__ import annotations

import inspect
import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import Any

from lessons.maths import functions, text
from lessons.maths.functions import ACTIVATIONS, slope
from lessons.maths.scalar.record import record

#: How many stretches a graph is cut into when it is sampled.
STRETCHES = 280
#: Slopes on two sides of a point that differ by more than this (times their size) make a corner.
_CORNER = 1e-6
_UNDEFINED = (ValueError, ArithmeticError)


@dataclass(frozen=True, slots=True)
class Curve:
    """A function of one number. ``in_table`` tells whether it is one of ``ACTIVATIONS``.

    ``argument`` is what it calls that number: z for an activation.
    """

    name: str
    function: Callable[..., Any]
    argument: str
    in_table: bool

    @property
    def letter(self) -> str:
        """What the number is called where it is shown beside the width h."""
        return "z" if self.argument == "h" else self.argument

    def at(self, z: float) -> tuple[float, float]:
        """Value and slope at ``z``. Errors are those of ``record``."""
        if self.in_table:
            return float(self.function(z)), float(slope(self.name, z))
        run = record(self.function, **{self.argument: z})
        return run.value, run.backward().number(self.argument)


@dataclass(frozen=True, slots=True)
class Corner:
    """Where the slope, or the function itself, jumps: the slope before, at, and after ``z``."""

    z: float
    left: float
    at: float
    right: float


@dataclass(frozen=True, slots=True)
class Samples:
    """A graph as numbers: ``values[i]`` and ``slopes[i]`` belong to ``zs[i]``.

    NaN stands where the function is not defined, and in the gap at a corner.
    """

    zs: tuple[float, ...]
    values: tuple[float, ...]
    slopes: tuple[float, ...]
    corners: tuple[Corner, ...]


@dataclass(frozen=True, slots=True)
class Measurement:
    """The slope at ``z``, measured by secants of width ``h`` and known as the tangent's.

    ``secant`` runs from z to z + h, and ``left_secant`` from z - h to z (NaN where the function is
    not defined there). At a corner the slopes just ``before`` and just ``after`` z differ, and
    ``tangent`` is a convention. ``crossed`` is the first corner between z and z + h, and ``domain``
    the stretch beyond which the function is not defined, as far as was looked.
    """

    curve: Curve
    z: float
    h: float
    value: float
    moved: float
    left_moved: float
    secant: float
    left_secant: float
    tangent: float
    before: float
    after: float
    corner: bool
    jump: bool
    crossed: Corner | None
    domain: tuple[float, float]

    @property
    def difference(self) -> float:
        """Secant slope less tangent slope."""
        return self.secant - self.tangent

    @property
    def rounding(self) -> float:
        """A bound for what rounding alone does to the secant slope: it grows as h shrinks."""
        size = abs(self.value) + abs(self.moved) + abs(self.z * self.tangent) + self.h
        return 4 * 2.0**-53 * size / self.h

    @property
    def same(self) -> bool:
        """Whether the secant slope and the tangent slope differ by rounding alone."""
        return abs(self.difference) <= self.rounding


def curve_of(function: str | Callable[..., Any]) -> Curve:
    """A curve from the name of an activation or from any function of one number.

    Raises ``ValueError`` for an unknown name or a function of no or several numbers.
    """
    if isinstance(function, str):
        if function not in ACTIVATIONS:
            raise ValueError(
                f"there is no activation {function!r}; choose one of {', '.join(ACTIVATIONS)}, or "
                f"give a function of your own"
            )
        return Curve(function, getattr(functions, function), "z", True)
    for name in ACTIVATIONS:
        if function is getattr(functions, name):
            return curve_of(name)
    if not callable(function):
        raise ValueError(
            f"{function!r} is no function; give the name of one of {', '.join(ACTIVATIONS)}, or a "
            f"function of one number"
        )
    name = getattr(function, "__name__", "f")
    name = name if name.isidentifier() else "f"
    return Curve(name, function, _argument(function, name), False)


def _argument(function: Callable[..., Any], name: str) -> str:
    """The name of the one number that the function takes."""
    try:
        parameters = list(inspect.signature(function).parameters.values())
    except (TypeError, ValueError):
        raise ValueError(
            f"{name} cannot be recorded; write it as a Python function of one number"
        ) from None
    named = [p for p in parameters if p.kind in (p.POSITIONAL_OR_KEYWORD, p.KEYWORD_ONLY)]
    needed = [p.name for p in parameters if p.default is p.empty]
    if len(named) != len(parameters) or len(needed or named[:1]) != 1:
        takes = ", ".join(p.name for p in parameters) or "nothing"
        raise ValueError(
            f"{name} takes {takes}, and this panel needs a function of one number; hold the others "
            f"still, as in: lambda z: {name}(z, 1.0)"
            if parameters
            else f"{name} takes nothing; give a function of one number"
        )
    return needed[0] if needed else named[0].name


def measured(curve: Curve, z: float, h: float, within: tuple[float, float]) -> Measurement:
    """Measure the slope of ``curve`` at ``z`` with secants of width ``h`` > 0.

    ``within`` is the stretch of z on which corners are looked for. Raises ``ValueError`` when
    z + h cannot be told from z, or the function is not defined at z + h, and the errors of
    ``record`` where it is not defined at z.
    """
    letter = curve.letter
    if z + h == z or z - h == z:
        raise ValueError(
            f"h = {text.number(h, ascii=True)} is too small: in float64 {letter} + h is {letter} "
            f"itself; take a larger h"
        )
    value, tangent = curve.at(z)
    try:
        moved = curve.at(z + h)[0]
    except _UNDEFINED as error:
        raise ValueError(
            f"at {letter} + h = {text.short(z + h, ascii=True)} there is no value to measure with; "
            f"take a smaller h, or another {letter} ({error})"
        ) from error
    left_moved = _or_nan(curve, z - h)[0]
    nudge = 4 * math.ulp(z)
    (below, before), (above, after) = _or_nan(curve, z - nudge), _or_nan(curve, z + nudge)
    return Measurement(
        curve=curve,
        z=z,
        h=h,
        value=value,
        moved=moved,
        left_moved=left_moved,
        secant=(moved - value) / h,
        left_secant=(value - left_moved) / h,
        tangent=tangent,
        before=before,
        after=after,
        corner=_apart(before, after),
        jump=_apart(below, value) or _apart(value, above),
        crossed=next((c for c in samples(curve, *within).corners if z < c.z < z + h), None),
        domain=domain(curve, *within),
    )


def defined(curve: Curve, z: float) -> bool:
    """Whether the function has a value and a slope at ``z``."""
    return math.isfinite(_or_nan(curve, z)[0])


@lru_cache(maxsize=32)
def domain(curve: Curve, low: float, high: float) -> tuple[float, float]:
    """The outermost places between ``low`` and ``high`` at which the function is defined.

    Holes further in do not count. (low, high) where it is defined at none of the samples.
    """
    graph = samples(curve, low, high)
    zs = [z for z, value in zip(graph.zs, graph.values, strict=True) if math.isfinite(value)]
    if not zs:
        return low, high
    step = (high - low) / STRETCHES
    return _edge(curve, zs[0], max(low, zs[0] - step)), _edge(
        curve, zs[-1], min(high, zs[-1] + step)
    )


def _edge(curve: Curve, inside: float, outside: float) -> float:
    """The last place on the way from ``inside`` to ``outside`` at which the function is defined."""
    if defined(curve, outside):
        return outside
    while True:
        middle = (inside + outside) / 2
        if middle in (inside, outside) or abs(outside - inside) < 1e-12:
            return inside
        inside, outside = (middle, outside) if defined(curve, middle) else (inside, middle)


@lru_cache(maxsize=32)
def samples(curve: Curve, low: float, high: float) -> Samples:
    """The graph of ``curve`` from ``low`` to ``high``, cut open at its corners."""
    zs = [*(low + (high - low) * i / STRETCHES for i in range(STRETCHES)), high]
    points = [(z, *_or_nan(curve, z)) for z in zs]
    slopes = [p[2] for p in points if math.isfinite(p[2])]
    reach = max(slopes, default=0.0) - min(slopes, default=0.0)
    found: list[Corner] = []
    opened = points[:1]
    for one, two in pairwise(points):
        steps = abs(two[2] - one[2])
        rise = abs(two[1] - one[1])
        steep = 2 * max(abs(one[2]), abs(two[2])) * (two[0] - one[0]) + 1e-9
        if steps > max(0.02 * reach, 1e-9) or rise > steep:
            corner, before, after = _searched(curve, one, two)
            if corner is not None:
                # Where there is no slope at all (a pole, the end of the domain) only a gap stays.
                if math.isfinite(corner.at) and not any(corner.z - c.z < 1e-6 for c in found):
                    found.append(corner)
                opened += [before, (corner.z, math.nan, math.nan), after]
        opened.append(two)
    z_row, values, slope_row = zip(*opened, strict=True)
    return Samples(z_row, values, slope_row, tuple(found))


_Point = tuple[float, float, float]


def _searched(curve: Curve, one: _Point, two: _Point) -> tuple[Corner | None, _Point, _Point]:
    """Halve a stretch until a corner is pinned down, or the difference is gone."""
    least = 1e-11 * max(1.0, abs(one[0]), abs(two[0]))
    while two[0] - one[0] > least:
        z = (one[0] + two[0]) / 2
        middle = (z, *_or_nan(curve, z))
        if math.isnan(middle[1]):
            return None, one, two
        left = abs(middle[2] - one[2]) + abs(middle[1] - one[1])
        right = abs(two[2] - middle[2]) + abs(two[1] - middle[1])
        one, two = (one, middle) if left >= right else (middle, two)
    if not (_apart(one[2], two[2]) or _apart(one[1], two[1])):
        return None, one, two
    short = round((one[0] + two[0]) / 2, 9)
    at = short if one[0] - least <= short <= two[0] + least else one[0]
    at += 0.0  # no minus zero
    return Corner(at, one[2], _or_nan(curve, at)[1], two[2]), one, two


def _or_nan(curve: Curve, z: float) -> tuple[float, float]:
    try:
        return curve.at(z)
    except _UNDEFINED:
        return math.nan, math.nan


def _apart(one: float, two: float) -> bool:
    """Whether two numbers a few floats apart differ by more than a smooth function could."""
    return abs(one - two) > _CORNER * max(1.0, abs(one), abs(two))
