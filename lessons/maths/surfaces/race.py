"""A race: several optimizers from one shared start on one landscape, as plain data.

Every lane is run at once and to the end; a panel that plays it shows the first so many points. A
run that explodes is stopped there: what came before is kept, and it says at which step.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from lessons.maths import text
from lessons.maths.optimizers.base import Optimizer
from lessons.maths.optimizers.optimizers import optimizer
from lessons.maths.optimizers.schedules import Rate
from lessons.maths.surfaces.curvature import curvatures
from lessons.maths.surfaces.landscapes import LANDSCAPES, UNDEFINED, Landscape, checked_start
from lessons.maths.surfaces.surface import Place

#: The most steps of a race.
MOST_STEPS = 2000
#: A run that is so many sizes of the picture outside of it will not come back: it is stopped.
_AWAY = 10.0
#: At rest: for the last points of a run the gradient is below this share of the usual one.
_REST, _LAST = 0.01, 5


@dataclass(frozen=True)
class Lane:
    """One optimizer's run.

    ``path`` is (points, 2), ``losses`` and ``gradients`` (the lengths of the gradient) are
    (points,): the start and one entry for each step that was taken, ``steps + 1`` of them unless
    the run was stopped. Then ``stopped`` is a sentence that names the step, ``stopped_at`` its
    number; else "" and None. ``outcome`` is "at a minimum", "at a higher minimum", "at a saddle",
    "dead", "still going", "left the picture", "exploded" or "no value"; ``rests_from`` is the step
    since which it is at rest (0 for the start), None where it is not.
    """

    name: str
    optimizer: Optimizer
    path: np.ndarray
    losses: np.ndarray
    gradients: np.ndarray
    stopped: str
    stopped_at: int | None
    outcome: str
    rests_from: int | None

    @property
    def steps(self) -> int:
        """The steps that were taken."""
        return len(self.losses) - 1

    @property
    def words(self) -> str:
        """What became of it: ``dead since step 1, L = 0.5000``."""
        if self.stopped:
            return self.stopped
        since = (
            f"after {self.steps} steps"
            if self.rests_from is None
            else f"since step {self.rests_from}"
        )
        return f"{self.outcome} {since}, L = {text.number(float(self.losses[-1]), ascii=True)}"


@dataclass(frozen=True)
class Race:
    """The lanes of one race, in the order in which they were asked for."""

    landscape: Landscape
    start: Place
    lr: Rate | Mapping[str, Rate] | None
    steps: int
    lanes: tuple[Lane, ...]

    def __getitem__(self, name: str) -> Lane:
        for lane in self.lanes:
            if lane.name == name:
                return lane
        raise KeyError(
            f"no lane is called {name!r}; there are {', '.join(n.name for n in self.lanes)}"
        )


def run_race(
    landscape: Landscape | Callable[..., Any] | str,
    start: Place | None,
    optimizers: Mapping[str, Optimizer] | Sequence[str],
    steps: int,
    lr: Rate | Mapping[str, Rate] | None = None,
) -> Race:
    """Run all optimizers from ``start`` (None: the landscape's own), ``steps`` steps each.

    ``landscape`` is a Landscape, or the name of one of :data:`LANDSCAPES`. ``optimizers`` are names
    (those of ``OPTIMIZERS``, or "averaged momentum"), or your own by the names of their lanes:
    these are copied, never moved.
    ``lr`` is one rate for all or one for each name; optimizers of your own keep theirs where none
    is given. Raises ``ValueError`` or ``TypeError`` for an unknown name, a rate that is none, and a
    start outside the surface.
    """
    where = _landscape_of(landscape)
    place = checked_start(where, where.start if start is None else start)
    if isinstance(steps, bool) or not isinstance(steps, int) or not 0 <= steps <= MOST_STEPS:
        raise ValueError(f"steps is {steps!r}; give a whole number from 0 to {MOST_STEPS}")
    movers = _movers(optimizers, lr)
    with np.errstate(all="ignore"):  # a run that overflows is stopped, and says so itself
        lanes = tuple(_run(where, place, name, mover, steps) for name, mover in movers.items())
    return Race(where, place, lr, steps, lanes)


def _landscape_of(given: Any) -> Landscape:
    if isinstance(given, Landscape):
        return given
    if isinstance(given, str):
        if given not in LANDSCAPES:
            raise ValueError(
                f"there is no landscape {given!r}; choose one of {', '.join(LANDSCAPES)}"
            )
        return LANDSCAPES[given]
    raise TypeError(
        f"the landscape is {given!r}; give the name of one ({', '.join(LANDSCAPES)}), or make one "
        f"of your function with landscape(function, along, ranges)"
    )


def _movers(
    optimizers: Mapping[str, Optimizer] | Sequence[str], lr: Rate | Mapping[str, Rate] | None
) -> dict[str, Optimizer]:
    """A fresh optimizer for each lane."""
    names = [optimizers] if isinstance(optimizers, str) else list(optimizers)
    if not names:
        raise ValueError("a race needs at least one optimizer")
    if len(set(names)) < len(names):
        raise ValueError(f"a name stands twice in {', '.join(names)}; give each lane its own name")
    rates = {n: lr.get(n) if isinstance(lr, Mapping) else lr for n in names}
    movers = {}
    for name in names:
        rate = rates[name]
        if isinstance(optimizers, Mapping):
            if not isinstance(optimizers[name], Optimizer):
                raise TypeError(
                    f"{name} is {optimizers[name]!r}; give an optimizer, such as "
                    f"optimizer('adam', lr=0.1)"
                )
            movers[name] = optimizers[name].fresh()
            if rate is not None:
                movers[name].lr = rate
        elif rate is None:
            raise ValueError(f"there is no learning rate for {name}; add lr=0.1, or one for it")
        else:
            movers[name] = optimizer(name, rate)
    return movers


def _run(where: Landscape, start: Place, name: str, mover: Optimizer, steps: int) -> Lane:
    theta, g = np.array(start), np.empty(2)
    (left, right), (low, high) = (
        (a - _AWAY * (b - a), b + _AWAY * (b - a)) for a, b in where.ranges
    )
    loss, slopes = where.at(*start)
    path, losses, gradients = [start], [loss], [math.hypot(*slopes)]
    stopped = outcome = ""
    for step in range(1, steps + 1):
        g[0], g[1] = slopes
        mover.step(theta, g)
        one, two = theta.tolist()
        try:
            if not (math.isfinite(one) and math.isfinite(two)):
                raise OverflowError
            loss, slopes = where.at(one, two)
            if not math.isfinite(loss + slopes[0] + slopes[1]):
                raise OverflowError
        except OverflowError:
            stopped, outcome = f"step {step}: the loss is too large for a float", "exploded"
            break
        except UNDEFINED as error:
            stopped, outcome = f"step {step}: the loss has no value there ({error})", "no value"
            break
        path.append((one, two))
        losses.append(loss)
        gradients.append(math.hypot(*slopes))
        if not (left <= one <= right and low <= two <= high):
            outcome = "exploded" if loss > losses[0] else "left the picture"
            outcome = "dead" if slopes == (0.0, 0.0) else outcome  # nothing will bring it back
            height = text.number(loss, ascii=True)
            stopped = f"step {step}: it is {_AWAY:g} pictures away, with L = {height}"
            break
    told = np.array(gradients)
    rests_from = None
    if not stopped:
        outcome, rests_from = _outcome(where, path[-1], slopes, told)
    end = step if stopped else None
    return Lane(
        name, mover, np.array(path), np.array(losses), told, stopped, end, outcome, rests_from
    )


def _outcome(
    where: Landscape, place: Place, slopes: tuple[float, float], gradients: np.ndarray
) -> tuple[str, int | None]:
    """What has become of a run that was not stopped, and since when it is at rest.

    It is judged by the gradient of the last points, and by the curvature at the last.
    """
    rest = _REST * where.usual_gradient
    moving = np.flatnonzero(gradients > rest)
    since = int(moving[-1]) + 1 if moving.size else 0
    if since > max(len(gradients) - _LAST, 0):
        return "still going", None
    try:
        curved = curvatures(where.gradient, place)
    except UNDEFINED:
        return "still going", None
    if slopes == (0.0, 0.0) and not curved.any():
        return "dead", since
    if curved[0] < -_REST * abs(curved).max():
        return "at a saddle", since
    return "at a higher minimum" if _is_higher(where, place) else "at a minimum", since


def _is_higher(where: Landscape, place: Place) -> bool:
    """Whether the minimum nearest to a place is known, and is not the lowest."""
    if not where.minima:
        return False
    nearest = min(where.minima, key=lambda known: math.dist(known, place))
    return where.loss(*nearest) > where.loss(*where.minima[0]) + 1e-9
