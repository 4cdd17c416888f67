"""Backpropagation over a record: the total derivative of the output for every name, in steps."""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from types import MappingProxyType

from lessons.maths import text
from lessons.maths.record import Record, listed


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


@dataclass(frozen=True)
class Gradient(Mapping[str, float]):
    """The derivative of the output (times ``upstream``) by every name that was reached.

    ``g["w0"]`` is a number, and ``g["w"]`` the list of them where w was given as a list: a
    gradient has the shape of its variable. A pass that was stopped early has ``complete`` False,
    and holds the sums so far. ``str(gradient)`` is the table of the backward pass.
    """

    record: Record = field(repr=False)
    upstream: float
    steps: tuple[BackwardStep, ...] = field(repr=False)
    complete: bool
    totals: Mapping[str, float]

    def __getitem__(self, name: str) -> float | list[float]:  # type: ignore[override]
        if name in self.totals:
            return self.totals[name]
        entries = self.record.groups.get(name)
        if entries and all(entry in self.totals for entry in entries):
            return [self.totals[entry] for entry in entries]
        if name in self.record.values:
            raise KeyError(f"the gradient has not reached {name} yet")
        raise KeyError(
            f"{name} is not a value of {self.record.function}; there are "
            f"{listed(self.record.values)}"
        )

    def __iter__(self) -> Iterator[str]:
        return iter(self.totals)

    def __len__(self) -> int:
        return len(self.totals)

    def paths_to(self, name: str) -> tuple[BackwardStep, ...]:
        """The backward steps that contribute to ``name``, in the order in which they come."""
        return self._by_target.get(name, ())

    @cached_property
    def _by_target(self) -> dict[str, tuple[BackwardStep, ...]]:
        found: dict[str, list[BackwardStep]] = {}
        for step in self.steps:
            found.setdefault(step.to, []).append(step)
        return {name: tuple(steps) for name, steps in found.items()}

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


def backward(record: Record, upstream: float = 1.0, stop: int | None = None) -> Gradient:
    """The backward pass of ``record``; see :meth:`Record.backward`.

    A step hands its gradient on once all that it feeds have handed theirs to it: Kahn's
    topological order, started from the output, without recursion and in linear time.
    """
    upstream = _checked_upstream(upstream)
    if stop is not None and (not isinstance(stop, int) or stop < 0):
        raise ValueError(f"stop is {stop!r}; give the number of backward steps, 0 or more")
    by_name = record.by_name
    paths = _paths_from_output(record)
    waiting = dict(paths)
    totals = {record.output: upstream}
    steps: list[BackwardStep] = []
    ready = deque([record.output])
    while ready and (stop is None or len(steps) < stop):
        step = by_name.get(ready.popleft())
        if step is None:  # an input: nothing lies before it
            continue
        for argument, (name, local) in enumerate(zip(step.inputs, step.locals, strict=True)):
            if stop is not None and len(steps) >= stop:
                break
            contribution = totals[step.name] * local
            totals[name] = totals.get(name, 0.0) + contribution
            if not math.isfinite(totals[name]):
                raise OverflowError(
                    f"{record.function}: the gradient of {name} is too large for a float; it comes "
                    f"from {step.name} with upstream {totals[step.name]:g} and local {local:g}"
                )
            waiting[name] -= 1
            path = paths[name] - waiting[name]
            if waiting[name] == 0:
                ready.append(name)
            steps.append(
                BackwardStep(
                    step.name,
                    name,
                    argument,
                    totals[step.name],
                    local,
                    contribution,
                    totals[name],
                    path,
                    paths[name],
                )
            )
    complete = len(steps) == sum(paths.values())
    if complete:  # what the output does not depend on has the derivative 0
        totals = {name: totals.get(name, 0.0) for name in record.values}
    return Gradient(record, upstream, tuple(steps), complete, MappingProxyType(totals))


def _checked_upstream(upstream: float) -> float:
    if isinstance(upstream, bool) or not isinstance(upstream, (int, float)):
        raise TypeError(f"upstream is {upstream!r}; give one number")
    if not math.isfinite(upstream):
        raise ValueError(f"upstream is {upstream}; give a finite number")
    return float(upstream)


def _paths_from_output(record: Record) -> dict[str, int]:
    """For every value that the output depends on, by how many edges the gradient reaches it."""
    by_name = record.by_name
    paths: dict[str, int] = {}
    seen, pending = {record.output}, [record.output]
    while pending:
        step = by_name.get(pending.pop())
        for name in step.inputs if step else ():
            paths[name] = paths.get(name, 0) + 1
            if name not in seen:
                seen.add(name)
                pending.append(name)
    return paths
