"""The height of a loss in the picture of a race: logarithmic where every loss allows it."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from matplotlib.ticker import MaxNLocator

from lessons.maths import text

#: The decades that the axis shows at most, and how far a loss may climb above the start's.
_DECADES = 10
_CLIMB = 2
_TICKS = 6
#: Up to so many decades the numbers between them are marked too.
_FEW = 1.5


@dataclass(frozen=True, slots=True)
class Scale:
    """From ``low`` to ``high`` in units of the axis: decades where ``log``, else the loss itself.

    ``below`` says whether a loss lies under the axis: 0, or too many decades down.
    """

    log: bool
    low: float
    high: float
    ticks: tuple[float, ...]
    below: bool = False

    def heights(self, losses: np.ndarray) -> np.ndarray:
        """Losses in units of the axis; those beyond its lower end lie on it."""
        if not self.log:
            return losses
        with np.errstate(divide="ignore"):
            return np.maximum(np.log10(losses), self.low)

    def words(self, tick: float) -> str:
        """What a tick is called, as matplotlib's mathematics where it is a power of ten."""
        if not self.log:
            return text.short(float(f"{tick:.12g}"))
        first = self.below and tick == self.ticks[0]
        if -3 <= self.ticks[0] and self.ticks[-1] <= 4:
            plain = f"{10.0**tick:.3g}" if tick < 3 else f"{10.0**tick:.0f}"
            return f"≤ {plain}" if first else plain
        power = f"10^{{{round(tick)}}}"
        return rf"$\leq {power}$" if first else f"${power}$"


def scale_of(losses: Iterable[np.ndarray], most: float) -> Scale:
    """The axis for the losses of all lanes. ``most`` is the largest on the landscape's picture.

    It does not depend on how much of a race is shown. The start's loss is the first of each.
    """
    lanes = [lane[np.isfinite(lane)] for lane in losses]
    everything = np.concatenate(lanes)
    positive = everything[everything > 0]
    if everything.min() >= 0 and positive.size:
        return _decades(everything, positive, max(most, *(lane[0] for lane in lanes)))
    # As many heights again as the picture has, and no more: a lane that explodes leaves the axis.
    low, high = float(everything.min()), min(float(everything.max()), 2 * abs(most) + 1.0)
    low = max(low, -10 * (abs(most) + 1.0))
    room = 0.06 * (high - low) or 1.0
    ticks = MaxNLocator(_TICKS, steps=[1, 2, 5, 10]).tick_values(low, high)
    inner = tuple(float(t) for t in ticks if low - room <= t <= high + room)
    return Scale(False, low - room, high + room, inner)


def _decades(everything: np.ndarray, positive: np.ndarray, start: float) -> Scale:
    highest, lowest = (math.log10(float(end)) for end in (positive.max(), positive.min()))
    if start > 0:
        highest = min(highest, math.ceil(math.log10(start)) + _CLIMB)
    if highest - lowest <= _FEW and not (everything == 0).any():
        first, last = math.floor(lowest - 0.05), math.ceil(highest + 0.05)
        marks = [k + math.log10(m) for k in range(first, last) for m in (1, 2, 5)]
        least = max(mark for mark in marks if mark < lowest - 0.02)
        most = min(mark for mark in [*marks, last] if mark > highest + 0.02)
        return Scale(True, least, most, tuple(m for m in [*marks, most] if least <= m <= most))
    high = math.ceil(highest - 1e-9)
    low = min(max(math.floor(lowest + 1e-9), high - _DECADES), high - 1)
    every = math.ceil((high - low) / (_TICKS - 1))
    low = high - every * math.ceil((high - low) / every)
    below = bool((everything < 10.0**low * (1 - 1e-9)).any())
    return Scale(True, low, high, tuple(range(low, high + 1, every)), below)
