"""Surfaces to race optimizers on: losses of two numbers whose shape is known.

Each is a function as a learner would write it, which ``record`` can run, and beside it its
gradient in a line or two: a race asks for thousands of gradients while a start is dragged, and a
record is some fifty times slower. The tests hold the two, and central differences, against each
other. A function of one's own has no such line: its gradient comes from the record.
"""

from __future__ import annotations

import inspect
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from lessons.maths.checks import finite
from lessons.maths.functions import relu
from lessons.maths.surfaces.surface import Cut, Ends, Place, cut

#: SourceMap each way at which the usual length of the gradient is measured.
_SAMPLES = 5
#: What a function may raise at a place where it has no value.
UNDEFINED = (ValueError, OverflowError, ZeroDivisionError)


@dataclass(frozen=True)
class Landscape:
    """A loss of two numbers, the part of it that is shown, and what is known of it.

    ``function`` takes the two numbers by the names ``along``. ``ranges`` are their ends in the
    picture, and ``start`` is a place inside from which a race is worth seeing. ``least`` is the
    smallest loss (None where nobody knows), ``minima`` are the places of single minima, the lowest
    first, and ``saddles`` those of saddle points. ``slopes`` is the gradient as a function of the
    two numbers, or None: then it comes from the record.
    """

    name: str
    words: str
    function: Callable[..., Any]
    along: tuple[str, str]
    ranges: Ends
    start: Place
    least: float | None = None
    minima: tuple[Place, ...] = ()
    saddles: tuple[Place, ...] = ()
    slopes: Callable[[float, float], tuple[float, float]] | None = field(default=None, repr=False)
    made_from: Cut | None = field(default=None, repr=False)

    @cached_property
    def cut(self) -> Cut:
        """The function as a cut along the two numbers, at the start: what a picture samples."""
        if self.made_from is not None:
            return self.made_from
        one, two = self.along
        return cut(self.function, self.along, **{one: self.start[0], two: self.start[1]})

    def at(self, one: float, two: float) -> tuple[float, tuple[float, float]]:
        """The loss and its gradient at a place, as floats.

        Raises ``OverflowError`` or ``ValueError`` where the function has no value there.
        """
        if self.slopes is None:
            point = self.cut.point((one, two))
            return point.value, point.slopes
        return self.function(one, two), self.slopes(one, two)

    def loss(self, one: float, two: float) -> float:
        """The loss at a place."""
        return self.at(one, two)[0]

    def gradient(self, one: float, two: float) -> tuple[float, float]:
        """The two derivatives at a place."""
        return self.at(one, two)[1]

    def inside(self, place: Place) -> bool:
        """Whether a place lies in the picture, its edges included."""
        return all(low <= v <= high for v, (low, high) in zip(place, self.ranges, strict=True))

    @property
    def size(self) -> tuple[float, float]:
        """The width and the height of the picture, in the units of the two numbers."""
        (left, right), (low, high) = self.ranges
        return right - left, high - low

    @cached_property
    def usual_gradient(self) -> float:
        """The mean length of the gradient over the picture; 1.0 where it is flat everywhere."""
        lengths = []
        for i in range(_SAMPLES):
            for j in range(_SAMPLES):
                shares = ((i + 0.5) / _SAMPLES, (j + 0.5) / _SAMPLES)
                place = (
                    low + share * (high - low)
                    for share, (low, high) in zip(shares, self.ranges, strict=True)
                )
                try:
                    lengths.append(math.hypot(*self.gradient(*place)))
                except UNDEFINED:
                    continue
        return sum(lengths) / len(lengths) or 1.0 if lengths else 1.0


def bowl(w0: Any, w1: Any) -> Any:
    L = w0**2 + w1**2
    return L


def narrow_valley(w0: Any, w1: Any) -> Any:
    along = 0.5 * w0**2
    across = 10 * w1**2
    L = along + across
    return L


def saddle(w0: Any, w1: Any) -> Any:
    along = 0.5 * w0**2
    across = 0.25 * (w1**2 - 1) ** 2
    L = along + across
    return L


def two_minima(w0: Any, w1: Any) -> Any:
    along = (3 * w0**4 - w0**3 - 6 * w0**2 + 3 * w0 + 5) / 12
    across = 0.5 * w1**2
    L = along + across
    return L


def system_t(m1: Any, m2: Any, x: float = 2.0, y: float = 1.0) -> Any:
    a1 = m1 * x
    z2 = m2 * a1
    yhat = relu(z2)
    L = 0.5 * (yhat - y) ** 2
    return L


def _system_t_slopes(m1: float, m2: float) -> tuple[float, float]:
    dL_dz2 = 2.0 * m1 * m2 - 1.0 if m1 * m2 > 0 else 0.0
    return dL_dz2 * 2.0 * m2, dL_dz2 * 2.0 * m1


#: The five landscapes of the race, by name.
LANDSCAPES: dict[str, Landscape] = {
    one.name: one
    for one in (
        Landscape(
            "bowl",
            "Equally steep on all sides: the gradient points away from the minimum.",
            bowl,
            ("w0", "w1"),
            ((-3.0, 3.0), (-3.0, 3.0)),
            (-2.5, 2.0),
            least=0.0,
            minima=((0.0, 0.0),),
            slopes=lambda w0, w1: (2.0 * w0, 2.0 * w1),
        ),
        Landscape(
            "narrow valley",
            "Twenty times more curved across than along: the gradient points at the other wall.",
            narrow_valley,
            ("w0", "w1"),
            ((-5.0, 5.0), (-1.5, 1.5)),
            (-4.0, 1.0),
            least=0.0,
            minima=((0.0, 0.0),),
            slopes=lambda w0, w1: (w0, 20.0 * w1),
        ),
        Landscape(
            "saddle",
            "Down to a pass first, where the gradient is almost 0, then down to either side.",
            saddle,
            ("w0", "w1"),
            ((-2.0, 2.0), (-1.6, 1.6)),
            (-1.6, 0.02),
            least=0.0,
            minima=((0.0, -1.0), (0.0, 1.0)),
            saddles=((0.0, 0.0),),
            slopes=lambda w0, w1: (w0, w1 * (w1 * w1 - 1.0)),
        ),
        Landscape(
            "two minima",
            "A deep minimum on the left, a shallow one on the right, and a low hill between.",
            two_minima,
            ("w0", "w1"),
            ((-2.0, 2.0), (-1.5, 1.5)),
            (1.8, 1.2),
            least=0.0,
            minima=((-1.0, 0.0), (1.0, 0.0)),
            saddles=((0.25, 0.0),),
            slopes=lambda w0, w1: ((w0 + 1.0) * (w0 - 0.25) * (w0 - 1.0), w1),
        ),
        Landscape(
            "System T",
            "The two layers of lesson 8: a curved valley of minima, and a flat, dead region.",
            system_t,
            ("m1", "m2"),
            ((1.5, 3.5), (-0.8, 0.8)),
            (3.0, 0.5),
            least=0.0,
            slopes=_system_t_slopes,
        ),
    )
}


def landscape(
    function: Callable[..., Any],
    along: Sequence[str],
    ranges: Sequence[Sequence[float]],
    **values: Any,
) -> Landscape:
    """A landscape of a learner's own: any function that ``record`` can run, along two inputs.

    ``ranges`` are the two ends of each of the two. ``values`` are for all inputs, as for
    ``record``; those of the two are the start, and where they are left out it is a quarter of the
    way into the picture. Errors are those of ``record``, and ``ValueError`` for ranges that are
    not two pairs of different numbers, and for a start outside them.
    """
    ends = _checked_ranges(ranges)
    if not isinstance(along, str) and len(along) == 2 and callable(function):
        known = inspect.signature(function).parameters
        for name, (low, high) in zip(along, ends, strict=True):
            if name in known and name not in values:  # an entry of a list comes with its list
                values[name] = low + 0.25 * (high - low)
    of = cut(function, along, **values)
    found = Landscape(
        of.name, "A function of your own.", function, of.along, ends, of.here, made_from=of
    )
    checked_start(found, of.here)
    return found


def checked_start(of: Landscape, start: Any) -> Place:
    """A place in the picture where the loss has a value. Raises ``ValueError`` for any other."""
    try:
        one, two = start
    except (TypeError, ValueError):
        raise ValueError(f"the start is {start!r}; give two numbers, such as {of.start}") from None
    place = finite(of.along[0], one), finite(of.along[1], two)
    for name, value, (low, high) in zip(of.along, place, of.ranges, strict=True):
        if not low <= value <= high:
            raise ValueError(
                f"the start has {name} = {value:g}, outside the surface: here {name} goes from "
                f"{low:g} to {high:g}"
            )
    try:
        of.at(*place)
    except UNDEFINED as error:
        raise ValueError(
            f"{of.name} has no value at the start ({place[0]:g}, {place[1]:g}): {error}"
        ) from error
    return place


def _checked_ranges(ranges: Any) -> Ends:
    try:
        (left, right), (low, high) = ranges
    except (TypeError, ValueError):
        raise ValueError(
            f"ranges is {ranges!r}; give two ends for each of the two numbers, such as "
            f"((-2, 2), (-1, 1))"
        ) from None
    ends = tuple(
        (finite("the lower end", a), finite("the upper end", b))
        for a, b in ((left, right), (low, high))
    )
    for a, b in ends:
        if a >= b:
            raise ValueError(f"a range goes from {a:g} to {b:g}; give the smaller number first")
    return ends[0], ends[1]
