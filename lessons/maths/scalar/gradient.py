"""What a backward pass gives: the derivative by every name, and what it took along each edge."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from types import MappingProxyType
from typing import TYPE_CHECKING

from lessons.maths import text

if TYPE_CHECKING:
    from lessons.maths.scalar.record import Record


@dataclass(frozen=True, slots=True)
class BackwardStep:
    """The gradient takes one edge: upstream * local = contribution.

    ``from_`` is the step whose total derivative is ``upstream``; ``to`` is the ``argument``-th of
    its inputs. ``total`` is what ``to`` has collected so far, from ``path`` of its ``paths``.
    """

    from_: str
    to: str
    argument: int
    upstream: float
    local: float
    contribution: float
    total: float
    path: int
    paths: int


@dataclass(frozen=True, eq=False)
class Gradient(Mapping[str, float]):
    """The derivative of the output (times ``upstream``) by every name.

    ``g["w0"]`` is a number, and ``g["w"]`` the list of them where w was given as a list: a
    gradient has the shape of its variable. ``str(gradient)`` is the table of the backward pass.
    A pass that was stopped early has ``complete`` False, and holds the sums so far.

    ``by_index`` are the derivatives by the numbers on the tape of the record.
    """

    record: Record
    upstream: float
    by_index: Sequence[float]
    stop: int | None = None

    @property
    def complete(self) -> bool:
        """Whether the pass was not stopped before its end."""
        return self.stop is None or self.stop >= len(self._all_steps)

    @property
    def steps(self) -> tuple[BackwardStep, ...]:
        """The edges in the order of the pass: the steps from the last to the first."""
        return self._all_steps[: self.stop]

    @cached_property
    def totals(self) -> Mapping[str, float]:
        """The derivative by every name that was reached."""
        if self.complete:
            names = self.record.names
            return MappingProxyType({name: self.by_index[index] for index, name in names.items()})
        reached = {step.to: step.total for step in self.steps}
        return MappingProxyType({self.record.output: self.upstream, **reached})

    @cached_property
    def _all_steps(self) -> tuple[BackwardStep, ...]:
        """What the pass took along each edge. All of it is read off: nothing is passed on here."""
        record, names = self.record, self.record.names
        totals = {name: self.by_index[index] for index, name in names.items()}
        paths: dict[str, int] = {record.output: 0}
        taken = []
        for step in reversed(record.steps):
            if step.name in paths:  # else the output does not depend on it
                taken.append(step)
                for name in step.inputs:
                    paths[name] = paths.get(name, 0) + 1
        path, so_far = dict.fromkeys(paths, 0), dict.fromkeys(paths, 0.0)
        steps = []
        for step in taken:
            upstream = totals[step.name]
            for argument, (name, local) in enumerate(zip(step.inputs, step.partials, strict=True)):
                path[name] += 1
                so_far[name] += upstream * local
                # The terms of a sum are added in another order here, which may change the last
                # digit. What counts is the derivative.
                total = totals[name] if path[name] == paths[name] else so_far[name]
                steps.append(
                    BackwardStep(
                        step.name, name, argument, upstream, local, upstream * local, total,
                        path[name], paths[name],
                    )
                )  # fmt: skip
        return tuple(steps)

    def __getitem__(self, name: str) -> float | list[float]:  # type: ignore[override]
        if self.stop is None:
            # The inputs have the first indexes, whatever else there is.
            start = 0
            for group, entries in self.record.groups.items():
                if name in entries:
                    return self.by_index[start + entries.index(name)]
                if name == group:
                    return list(self.by_index[start : start + len(entries)])
                start += len(entries)
        if name in self.totals:
            return self.totals[name]
        entries = self.record.groups.get(name, ())
        if entries and all(entry in self.totals for entry in entries):
            return [self.totals[entry] for entry in entries]
        if name in self.record.values:
            raise KeyError(f"the gradient has not reached {name} yet")
        raise KeyError(
            f"{name} is not a value of {self.record.function}; there are "
            f"{text.listed(self.record.values)}"
        )

    def number(self, name: str) -> float:
        """The derivative by one number; ``g[name]`` may be a list of them."""
        return float(self[name])  # type: ignore[arg-type]

    def __iter__(self) -> Iterator[str]:
        return iter(self.totals)

    def __len__(self) -> int:
        return len(self.totals)

    def paths_to(self, name: str) -> tuple[BackwardStep, ...]:
        """The backward steps that contribute to ``name``, in the order in which they come."""
        return self._by_target.get(name, ())

    @cached_property
    def _by_target(self) -> dict[str, tuple[BackwardStep, ...]]:
        paths: dict[str, list[BackwardStep]] = {}
        for step in self.steps:
            paths.setdefault(step.to, []).append(step)
        return {name: tuple(steps) for name, steps in paths.items()}

    def table(self) -> str:
        """The backward pass as an aligned text table."""
        rows = [[self.record.output, "", "given", "", "", text.number(self.upstream, ascii=True)]]
        for s in self.steps:
            figures = (s.upstream, s.local, s.contribution, s.total)
            rows.append([s.to, s.from_, *(text.number(figure, ascii=True) for figure in figures)])
        header = ["to", "from", "upstream", "local", "product", "total"]
        return text.table(header, rows, lean="<<>>>>")

    def __str__(self) -> str:
        return self.table()

    def __repr__(self) -> str:
        return (
            f"Gradient(upstream={self.upstream!r}, complete={self.complete!r}, "
            f"totals={self.totals!r})"
        )


def gradient_of(
    record: Record, upstream: float, by_index: Sequence[float], stop: int | None
) -> Gradient:
    """The gradient of a pass, where every derivative is a float and ``stop`` counts steps."""
    if stop is not None and (not isinstance(stop, int) or stop < 0):
        raise ValueError(f"stop is {stop!r}; give the number of backward steps, 0 or more")
    gradient = Gradient(record, upstream, by_index, stop)
    if not all(map(math.isfinite, by_index)):
        for step in gradient.steps:
            if not math.isfinite(step.total):
                raise OverflowError(
                    f"{record.function}: the gradient of {step.to} is too large for a float; it "
                    f"comes from {step.from_} with upstream {step.upstream:g} and local "
                    f"{step.local:g}"
                )
    return gradient
