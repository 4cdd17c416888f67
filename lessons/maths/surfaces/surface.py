"""A function over two of its inputs: its values on a grid, where it is flat, and the way down.

The values of the grid come from the function itself on plain floats, which is some hundred times
faster than recording it. Every gradient comes from a record.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from lessons.maths import text
from lessons.maths.checks import finite
from lessons.maths.scalar.gradient import Gradient
from lessons.maths.scalar.record import Record, record
from lessons.maths.scalar.update import gradient_step

#: Nodes of the grid each way. One less is a multiple of ``_BLOCK``.
SIZE = 81
#: The same for a function that has to be recorded at every node.
SLOW_SIZE = 41
#: Nodes between two records where the function looks constant.
_BLOCK = 4
#: What a function may raise at a place where it has no value.
_UNDEFINED = (ValueError, OverflowError, ZeroDivisionError)

Place = tuple[float, float]
Ends = tuple[tuple[float, float], tuple[float, float]]


@dataclass(frozen=True, slots=True)
class Point:
    """A place with what the record says there: the value, and the derivatives by the two inputs."""

    at: Place
    value: float
    slopes: tuple[float, float]
    gradient: Gradient = field(repr=False, compare=False)

    @property
    def flat(self) -> bool:
        """Whether both derivatives are exactly 0."""
        return self.slopes == (0.0, 0.0)

    @property
    def steepness(self) -> float:
        """The length of the gradient."""
        return math.hypot(*self.slopes)


@dataclass(frozen=True, slots=True)
class Cut:
    """A function of which the two inputs ``along`` move; the others are held at ``inputs``."""

    function: Callable[..., Any]
    name: str
    output: str
    groups: Mapping[str, tuple[str, ...]]
    inputs: Mapping[str, float]
    along: tuple[str, str]

    @property
    def held(self) -> dict[str, float]:
        """The values that stay."""
        return {name: v for name, v in self.inputs.items() if name not in self.along}

    @property
    def here(self) -> Place:
        """The values of the two inputs that the cut was made with."""
        one, two = self.along
        return self.inputs[one], self.inputs[two]

    def arguments(self, at: Place) -> dict[str, float | list[float]]:
        """What the function is called with at a place."""
        inputs = {**self.inputs, **dict(zip(self.along, at, strict=True))}
        return {
            name: inputs[name] if entries == (name,) else [inputs[e] for e in entries]
            for name, entries in self.groups.items()
        }

    def point(self, at: Place) -> Point:
        """Record the function at a place, and backpropagate. Errors are those of ``record``."""
        gradient = self.record(at).backward()
        one, two = (gradient.number(name) for name in self.along)
        return Point(at, gradient.record.value, (one, two), gradient)

    def record(self, at: Place) -> Record:
        return record(self.function, **self.arguments(at))

    def plain(self, at: Place) -> float:
        """The value without recording; NaN where there is none."""
        try:
            value = self.function(**self.arguments(at))
            return float(value) if math.isfinite(value) else math.nan
        except (*_UNDEFINED, TypeError):  # a power of a negative number is complex
            return math.nan

    def recorded(self, at: Place) -> float:
        """The same by a record, for functions that do not run on plain floats."""
        try:
            return self.record(at).value
        except _UNDEFINED:
            return math.nan

    def runs_plain(self) -> bool:
        """Whether the function gives the recorded value on plain floats too."""
        try:
            value = self.function(**self.arguments(self.here))
            return math.isclose(value, self.record(self.here).value, rel_tol=1e-12)
        except Exception:  # whatever a learner's function may raise on a float: then it is recorded
            return False

    def moved(self, **inputs: float) -> Cut:
        """The same cut with other values, by the names of entries."""
        return replace(self, inputs={**self.inputs, **inputs})


def cut(function: Callable[..., Any], along: Sequence[str], /, **values: Any) -> Cut:
    """A cut through ``function`` at ``values``, along two of its inputs.

    ``values`` are as for ``record``, and so are the errors. Raises ``ValueError`` with the fix
    where ``along`` is not two different inputs, each one number.
    """
    run = record(function, **values)
    known = text.listed(run.inputs)
    if isinstance(along, str) or len(tuple(along)) != 2 or len(set(along)) != 2:
        raise ValueError(
            f"along is {along!r}; give the names of two different inputs of {run.function}, which "
            f"has {known}"
        )
    for name in along:
        if name not in run.inputs:
            entries = run.groups.get(name)
            fix = (
                f"name one entry of it: {text.listed(entries)}" if entries else f"there are {known}"
            )
            raise ValueError(
                f"along names {name}, which is not one number of {run.function}; {fix}"
            )
    one, two = along
    return Cut(function, run.function, run.output, run.groups, run.inputs, (one, two))


@dataclass(frozen=True, slots=True, eq=False)
class Surface:
    """The values of a cut on a grid. Two surfaces are the same only if they are one.

    ``xs`` and ``ys`` have shapes (columns,) and (rows,); ``values`` is (rows, columns), NaN where
    the function has no value. ``flat`` is (rows, columns) too, below 0 where the gradient is 0 and
    above 0 elsewhere, so that its line at 0 is the border; None where no region is flat.
    """

    cut: Cut
    ends: Ends
    xs: np.ndarray
    ys: np.ndarray
    values: np.ndarray
    flat: np.ndarray | None

    @property
    def least(self) -> float:
        """The smallest value on the grid."""
        return float(np.nanmin(self.values))

    @property
    def most(self) -> float:
        """The largest value on the grid."""
        return float(np.nanmax(self.values))


def surface(of: Cut, ends: Ends, size: int | None = None) -> Surface:
    """Sample a cut between two ends each way. ``size`` is the number of nodes each way.

    Raises ``ValueError`` where the function has no value anywhere.
    """
    plain = of.runs_plain()
    value_at = of.plain if plain else of.recorded
    size = size or (SIZE if plain else SLOW_SIZE)
    xs, ys = (np.linspace(low, high, size) for low, high in ends)
    values = np.array([[value_at((x, y)) for x in xs.tolist()] for y in ys.tolist()])
    if np.isnan(values).all():
        raise ValueError(f"{of.name} has no value anywhere on this picture; give other ranges")
    return Surface(of, ends, xs, ys, values, _flat_field(of, xs, ys, values, value_at))


def _same(one: Any, two: Any) -> Any:
    """Whether values are equal but for rounding. NaN equals nothing."""
    return np.abs(one - two) <= 1e-12 * np.maximum(1.0, np.abs(one))


def _flat_field(
    of: Cut,
    xs: np.ndarray,
    ys: np.ndarray,
    values: np.ndarray,
    value_at: Callable[[Place], float],
) -> np.ndarray | None:
    flat = _flat_nodes(of, xs, ys, values)
    if not flat.any():
        return None
    field_ = np.where(flat, -1.0, 1.0)
    for step in ((0, 1), (1, 0)):  # the edges of the grid that cross the border, either way
        rows, columns = values.shape
        first = flat[: rows - step[0], : columns - step[1]]
        second = flat[step[0] :, step[1] :]
        for i, j in np.argwhere(first != second):
            inner, outer = (i, j), (i + step[0], j + step[1])
            if not flat[inner]:
                inner, outer = outer, inner
            a, b = ((float(xs[n[1]]), float(ys[n[0]])) for n in (inner, outer))
            share = _border(value_at, a, b, float(values[inner]))
            field_[inner] = max(field_[inner], -share)
            field_[outer] = min(field_[outer], 1.0 - share)
    return field_


def _flat_nodes(of: Cut, xs: np.ndarray, ys: np.ndarray, values: np.ndarray) -> np.ndarray:
    """Where both derivatives are exactly 0, (rows, columns) of bool.

    Only a node that has the value of a neighbour can lie in a flat region. Of a block of such
    nodes with one value the corners are recorded; at the rim of a region, every node is.
    """
    like = np.zeros(values.shape, bool)
    across, along = _same(values[:, 1:], values[:, :-1]), _same(values[1:], values[:-1])
    like[:, 1:] |= across
    like[:, :-1] |= across
    like[1:] |= along
    like[:-1] |= along
    found: dict[tuple[int, int], bool] = {}

    def zero(i: int, j: int) -> bool:
        if (i, j) not in found:
            try:
                found[i, j] = of.point((float(xs[j]), float(ys[i]))).flat
            except _UNDEFINED:
                found[i, j] = False
        return found[i, j]

    flat = np.zeros(values.shape, bool)
    for i in range(0, values.shape[0] - 1, _BLOCK):
        for j in range(0, values.shape[1] - 1, _BLOCK):
            block = np.s_[i : i + _BLOCK + 1, j : j + _BLOCK + 1]
            nodes = values[block]
            if not like[block].any():
                continue
            if like[block].all() and _same(nodes.min(), nodes.max()):
                corners = [zero(i + a, j + b) for a in (0, _BLOCK) for b in (0, _BLOCK)]
                if all(corners):
                    flat[block] = True
                if all(corners) or not any(corners):
                    continue
            for a, b in np.argwhere(like[block]).tolist():
                flat[i + a, j + b] |= zero(i + a, j + b)
    return flat


def _border(value_at: Callable[[Place], float], inner: Place, outer: Place, level: float) -> float:
    """How far the flat region reaches from a node inside to one outside, as a share of the way."""
    low, high = 0.0, 1.0
    for _ in range(7):
        middle = (low + high) / 2
        at = tuple(a + middle * (b - a) for a, b in zip(inner, outer, strict=True))
        if _same(level, value_at((at[0], at[1]))):
            low = middle
        else:
            high = middle
    return min(max((low + high) / 2, 1e-3), 1 - 1e-3)


@dataclass(frozen=True, slots=True)
class Walk:
    """The way down from a start: the points, and where the next step would go.

    ``stopped`` says at which step no further point could be computed, and why; "" where all could.
    ``next`` is None where there is none.
    """

    cut: Cut
    lr: float
    points: tuple[Point, ...]
    next: Place | None
    stopped: str = ""

    @property
    def now(self) -> Point:
        """Where the walk has come to."""
        return self.points[-1]

    @property
    def steps(self) -> int:
        """The steps that were taken."""
        return len(self.points) - 1


def walk(of: Cut, start: Place, lr: float, steps: int, known: Walk | None = None) -> Walk:
    """Take ``steps`` steps of gradient descent on the two inputs, each simultaneous.

    What ``known`` has already walked is not computed again. A step that leads to a number too
    large for a float, or to where the function has no value, ends the walk: its ``stopped`` says
    so. Errors at the start itself are those of ``record``.
    """
    lr = finite("lr", lr)
    points: list[Point] = []
    if known is not None and known.cut is of and known.points[0].at == start:
        points = list(known.points[: steps + 1 if known.lr == lr else 1])
    if not points:
        points = [of.point(start)]
    while True:
        number = len(points)
        try:
            new = gradient_step(points[-1].gradient, lr, of.along)
            following = new[of.along[0]], new[of.along[1]]
            if number > steps:
                return Walk(of, lr, tuple(points), following)
            points.append(of.point(following))
        except _UNDEFINED as error:
            told = f"Step {number} cannot be taken: {error}." if number <= steps else ""
            return Walk(of, lr, tuple(points), None, told)
