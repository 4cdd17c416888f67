"""The statistics of the benchmark: a summary of many measurements, and verdicts against bars."""

from __future__ import annotations

import math
import statistics
from collections.abc import Sequence
from dataclasses import dataclass


def percentile(values: Sequence[float], share: float) -> float:
    """The value below which a share of the values lies, with straight lines between them.

    ``share`` is between 0 and 1. Raises ``ValueError`` for no values, or another share.

    >>> percentile([4.0, 1.0, 2.0, 3.0], 0.5)
    2.5
    """
    if not values:
        raise ValueError("a percentile needs at least one value")
    if not 0 <= share <= 1:
        raise ValueError(f"the share is {share}; give a number from 0 to 1")
    ordered = sorted(values)
    place = share * (len(ordered) - 1)
    below = math.floor(place)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (place - below) * (ordered[above] - ordered[below])


@dataclass(frozen=True, slots=True)
class Summary:
    """Median, 95th percentile and largest of many measurements, in their unit."""

    count: int
    median: float
    p95: float
    most: float


def summary(values: Sequence[float]) -> Summary:
    """Raises ``ValueError`` for no values."""
    return Summary(len(values), percentile(values, 0.5), percentile(values, 0.95), max(values))


@dataclass(frozen=True, slots=True)
class Bar:
    """What was promised, what was measured, and the limit: at least that, or at most."""

    promise: str
    measured: float
    limit: float
    unit: str
    at_least: bool = False

    @property
    def met(self) -> bool:
        """Whether the promise is kept; a measurement that is not a number never keeps it."""
        if self.at_least:
            return self.measured >= self.limit
        return self.measured <= self.limit

    def words(self) -> str:
        """The verdict in a sentence."""
        verdict = "met" if self.met else "MISSED"
        side = "at least" if self.at_least else "at most"
        return (
            f"{verdict}: {self.promise}: {_plain(self.measured)}{self.unit}, "
            f"and the bar is {side} {_plain(self.limit)}{self.unit}"
        )


def _plain(value: float) -> str:
    """Two decimals below 10, one above, none where there are none."""
    if value.is_integer():
        return f"{value:.0f}"
    return f"{value:.2f}" if value < 10 else f"{value:.1f}"


def middle_of(rounds: Sequence[Sequence[float]]) -> list[float]:
    """The median of each column, for rounds of the same measurements."""
    return [statistics.median(column) for column in zip(*rounds, strict=True)]
