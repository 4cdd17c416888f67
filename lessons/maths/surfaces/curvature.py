"""Curvature: how the gradient changes from place to place, and what that says of a step.

The Hessian is the table of second derivatives: row i, column j says how the derivative by the i-th
number changes as the j-th one moves. Here it comes from central differences of the recorded
gradient, so it needs no second backward pass. Its eigenvalues are the curvatures along its
eigenvectors, the directions in which the gradient points straight along the move.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from lessons.maths import text
from lessons.maths.checks import finite
from lessons.maths.scalar.gradient_check import kink_between
from lessons.maths.scalar.record import Record, record
from lessons.maths.scalar.update import entries_of

#: The nudge, as a share of a number's size: the third root of the precision of a float, to a
#: power of two. Smaller, rounding takes over; larger, the next derivatives mix in.
_NUDGE = 2.0**-17


@dataclass(frozen=True)
class Hessian:
    """The second derivatives of a function by some of its inputs, at one place.

    ``matrix`` is (k, k) and symmetric, in the order of ``names``. ``eigenvalues`` is (k,), the
    smallest first, and column i of ``eigenvectors`` (k, k) is the direction of the i-th, of length
    1. ``gradient`` is (k,). Where a step of the function has its corner within the nudge, ``kink``
    names it, and the numbers are NaN: a slope that jumps has no derivative.
    """

    function: str
    names: tuple[str, ...]
    at: tuple[float, ...]
    gradient: np.ndarray
    matrix: np.ndarray
    eigenvalues: np.ndarray
    eigenvectors: np.ndarray
    kink: str = field(default="")

    @property
    def largest(self) -> float:
        """The largest eigenvalue: the curvature of the steepest wall."""
        return float(self.eigenvalues[-1])

    @property
    def largest_rate(self) -> float:
        """2 / largest eigenvalue: where gradient descent stops converging, near a minimum.

        Infinity where no direction curves upwards; NaN at a kink.
        """
        return math.inf if self.largest <= 0 else 2 / self.largest

    @property
    def kind(self) -> str:
        """What the curvatures say of the place, in words."""
        if self.kink:
            return f"on the kink of {self.kink}: the slope jumps, so there is no curvature"
        flat = 1e-6 * max(1.0, float(np.abs(self.eigenvalues).max()))
        up = int((self.eigenvalues > flat).sum())
        down = int((self.eigenvalues < -flat).sum())
        if up and down:
            return "curves up one way and down another, as a saddle does"
        if not up and not down:
            return "flat in every direction"
        way = "up" if up else "down"
        if up + down == len(self.names):
            return f"curves {way} in every direction"
        return f"curves {way}, and is flat in one direction at least"

    def __str__(self) -> str:
        if self.kink:
            return f"{self.function} is {self.kind}"
        rows = [
            [name, *(text.number(float(value), ascii=True) for value in row)]
            for name, row in zip(self.names, self.matrix, strict=True)
        ]
        told = text.table(["", *self.names], rows, lean="<" + ">" * len(self.names))
        values = ", ".join(text.number(float(v), ascii=True) for v in self.eigenvalues)
        return f"{told}\neigenvalues {values}: {self.kind}"

    def __repr__(self) -> str:
        return str(self)


def hessian(
    function: Callable[..., Any],
    along: Sequence[str],
    h: float | None = None,
    **values: Any,
) -> Hessian:
    """The Hessian of ``function`` at ``values``, by the inputs ``along``.

    ``along`` names inputs, or entries of lists, one or more; a list itself stands for all of its
    entries. ``h`` is the nudge; None takes 2**-17 times each number's size, and no less than of 1.
    Errors are those of ``record``, and ``ValueError`` for an unknown name or a nudge that is not a
    number above 0.
    """
    middle = record(function, **values)
    try:
        names = entries_of(middle, along)
    except ValueError:
        asked = [along] if isinstance(along, str) else along
        wrong = [n for n in asked if n not in middle.inputs and n not in middle.groups]
        raise ValueError(
            f"{', '.join(wrong)} is not an input of {middle.function}; there are "
            f"{text.listed(middle.inputs)}"
        ) from None
    if not names:
        raise ValueError(f"along is {along!r}; name at least one input of {middle.function}")
    if h is not None:
        h = finite("h", h)
        if h <= 0:
            raise ValueError(f"h is {h:g}; give a number above 0, such as 1e-5")
    place = tuple(middle.inputs[name] for name in names)
    gradient = _gradient(middle, names)
    columns, kink = [], ""
    for i, name in enumerate(names):
        step = h or _NUDGE * _power_of_two(place[i])
        low, high = (record(function, **_moved(middle, name, d)) for d in (-step, step))
        kink = kink or kink_between(low, high)
        width = high.inputs[name] - low.inputs[name]
        columns.append((_gradient(high, names) - _gradient(low, names)) / width)
    matrix = np.array(columns)
    matrix = (matrix + matrix.T) / 2  # the two ways to the same number differ by rounding
    if kink:
        matrix = np.full_like(matrix, math.nan)
        found = matrix[0].copy(), matrix.copy()
    else:
        found = np.linalg.eigh(matrix)
        if not np.isfinite(matrix).all():
            raise OverflowError(f"the second derivatives of {middle.function} are too large")
    return Hessian(middle.function, names, place, gradient, matrix, *found, kink)


def newton_step(
    function: Callable[..., Any], along: Sequence[str], **values: Any
) -> dict[str, float]:
    """Where one Newton step leads: ``w - H^-1 dL_dw``, by the names of the entries.

    It goes to where the gradient of the quadratic through this place is 0: on a quadratic that is
    its minimum in one step if all eigenvalues are above 0, its maximum or its saddle if not.
    Raises ``ValueError`` on a kink, and where an eigenvalue is 0: there the step has no end.
    """
    of = hessian(function, along, **values)
    if of.kink:
        raise ValueError(f"there is no Newton step {of.kind}; move the values a little")
    sizes = np.abs(of.eigenvalues)
    if sizes.min() <= 1e-9 * max(1.0, sizes.max()):
        raise ValueError(
            f"there is no Newton step here: the eigenvalues are "
            f"{', '.join(text.number(float(v), ascii=True) for v in of.eigenvalues)}, and along a "
            f"flat direction the step would have no end"
        )
    ends = np.array(of.at) - np.linalg.solve(of.matrix, of.gradient)
    return dict(zip(of.names, ends.tolist(), strict=True))


def curvatures(
    gradient: Callable[[float, float], tuple[float, float]], at: tuple[float, float]
) -> np.ndarray:
    """The two eigenvalues, smallest first, (2,), from a gradient of two numbers as a function."""
    columns = []
    for i in (0, 1):
        step = _NUDGE * _power_of_two(at[i])
        ends = [[*at], [*at]]
        ends[0][i] -= step
        ends[1][i] += step
        low, high = (gradient(*end) for end in ends)
        columns.append([(b - a) / (2 * step) for a, b in zip(low, high, strict=True)])
    matrix = np.array(columns)
    return np.linalg.eigvalsh((matrix + matrix.T) / 2)


def _gradient(of: Record, names: Sequence[str]) -> np.ndarray:
    totals = of.backward().totals
    return np.array([totals[name] for name in names])


def _moved(middle: Record, name: str, by: float) -> dict[str, Any]:
    """What the function is called with when one entry is moved."""
    inputs = {**middle.inputs, name: middle.inputs[name] + by}
    return {
        argument: inputs[argument] if entries == (argument,) else [inputs[e] for e in entries]
        for argument, entries in middle.groups.items()
    }


def _power_of_two(value: float) -> float:
    return max(1.0, 2.0 ** math.frexp(value)[1])
