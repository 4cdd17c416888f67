"""What a panel of slopes shows and can do, without widgets."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from lessons.maths import text
from lessons.maths.checks import finite
from lessons.maths.scalar.secant import Curve, Measurement, curve_of, measured
from lessons.panels.slopes.picture import Graph


class Measuring:
    """A measurement of a slope, and the range within which it may be made.

    ``ends`` are those of z. ``own`` is the learner's own function, once there was one; ``others``
    says whether the other activations are drawn too. Each action measures first, and only then
    changes what is on show.
    """

    def __init__(
        self, function: str | Callable[[Any], Any], z: float, h: float, ends: tuple[float, float]
    ) -> None:
        curve = curve_of(function)
        self.ends = ends
        self.widest = (ends[1] - ends[0]) / 5
        # z + h must be on the picture, wherever z is.
        self._within = ends[0] - 0.2 * self.widest, ends[1] + 1.1 * self.widest
        self.own = None if curve.in_table else curve
        self.others = False
        self.measurement: Measurement = self._measured(curve, z, h)
        self._start = curve, self.measurement.z, self.measurement.h

    @property
    def graph(self) -> Graph:
        """What of the picture stays while z and h move."""
        return Graph(self.measurement.curve, *self._within, self.others)

    def set(
        self,
        function: str | Callable[[Any], Any] | None,
        z: float | None,
        h: float | None,
        named: Mapping[str, float],
    ) -> None:
        """Change the function, z (also by the name in ``named``) or h; what is None stays."""
        now = self.measurement
        curve = now.curve if function is None else curve_of(function)
        z = start_of(curve, z, named)
        self._take(curve, now.z if z is None else z, now.h if h is None else h)

    def show_others(self, shown: bool) -> None:
        """Draw the other activations behind the function, or leave them out."""
        self.others = shown

    def reset(self) -> None:
        """Function, z and h as they were at the start."""
        self._take(*self._start)

    def _take(self, curve: Curve, z: float, h: float) -> None:
        self.measurement = self._measured(curve, z, h)
        if not curve.in_table:
            self.own = curve

    def _measured(self, curve: Curve, z: float, h: float) -> Measurement:
        letter = curve.letter
        z, h = finite(letter, z), finite("h", h)
        low, high = self.ends
        if not low <= z <= high:
            raise ValueError(
                f"{letter} = {text.short(z)} is outside this picture, which goes from "
                f"{text.short(low)} to {text.short(high)}; give at_z_range=(low, high) for another"
            )
        if not 0 < h <= self.widest:
            raise ValueError(
                f"h = {text.short(h)} does not work here: give a number above 0 and up to "
                f"{text.short(self.widest)}, such as 0.1"
            )
        return measured(curve, z, h, self._within)


def start_of(curve: Curve, z: float | None, named: Mapping[str, float]) -> float | None:
    """z, given as z or by the name that the function has for it; None if it was not given."""
    for name in named:
        if name != curve.letter:
            ways = "z" if curve.letter == "z" else f"{curve.letter} or z"
            raise ValueError(f"{curve.name} has no number called {name}; give it as {ways}")
    if z is not None and named:
        raise ValueError(f"{curve.letter} and z are the same number here; give one of them")
    return named.get(curve.letter, z)
