"""Backpropagation over a record: the total derivative of the output for every name, in steps."""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from types import MappingProxyType

from lessons.maths import text
from lessons.maths.scalar.record import Record, TapeRecord, listed


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


class TapeGradient(Gradient):
    """The gradient of a whole pass over a tape. Its steps are made when they are first looked at.

    ``by_place`` are the derivatives by the places of the tape. It is a :class:`Gradient` to all.
    """

    __qualname__ = "Gradient"

    def __init__(self, record: TapeRecord, upstream: float, by_place: list[float]) -> None:
        self.__dict__.update(record=record, upstream=upstream, by_place=by_place, complete=True)

    @cached_property
    def totals(self) -> Mapping[str, float]:
        by_place, names = self.by_place, self.record.names
        return MappingProxyType({name: by_place[place] for place, name in names.items()})

    @cached_property
    def steps(self) -> tuple[BackwardStep, ...]:
        return _stepped(self.record, self.upstream, None, self.totals)[0]

    def __getitem__(self, name: str) -> float | list[float]:  # type: ignore[override]
        # The inputs have the first places, whatever else there is.
        start = 0
        for group, entries in self.record.groups.items():
            if name in entries:
                return self.by_place[start + entries.index(name)]
            if name == group:
                return self.by_place[start : start + len(entries)]
            start += len(entries)
        return super().__getitem__(name)


def backward(record: Record, upstream: float = 1.0, stop: int | None = None) -> Gradient:
    """The backward pass of ``record``; see :meth:`Record.backward`.

    A step hands its gradient on once all that it feeds have handed theirs to it: Kahn's
    topological order, started from the output, without recursion and in linear time.
    """
    upstream = _checked_upstream(upstream)
    if stop is not None and (not isinstance(stop, int) or stop < 0):
        raise ValueError(f"stop is {stop!r}; give the number of backward steps, 0 or more")
    by_place = _swept(record, upstream) if isinstance(record, TapeRecord) else None
    if by_place is None:
        steps, totals, complete = _stepped(record, upstream, stop, None)
    else:
        whole = TapeGradient(record, upstream, by_place)
        if stop is None:
            return whole
        steps, totals, complete = _stepped(record, upstream, stop, whole.totals)
        if complete:
            return whole
    if complete:  # what the output does not depend on has the derivative 0
        totals = {name: totals.get(name, 0.0) for name in record.values}
    return Gradient(record, upstream, steps, complete, MappingProxyType(totals))


def _swept(record: TapeRecord, upstream: float) -> list[float] | None:
    """The derivative by every place, in one sweep over the tape from the output to the inputs.

    On a tape each operation comes after all that went into it, so its own derivative is complete
    when the sweep gets to it. None where a number left the range of a float: the pass step by step
    then says which.
    """
    tape, place = record.tape, record.place
    values, inputs = tape.values, len(tape.labels)
    totals = [0.0] * len(values)
    totals[place] = upstream
    taken = tape.operations[: max(place - inputs + 1, 0)]
    for at, (op, a, b, _, _, slopes) in zip(  # noqa: B905
        range(place, inputs - 1, -1), reversed(taken)
    ):
        d = totals[at]
        if not d:
            continue
        if op == "mul":
            totals[a] += d * values[b]
            totals[b] += d * values[a]
        elif op == "add":
            totals[a] += d
            totals[b] += d
        elif op == "sub":
            totals[a] += d
            totals[b] -= d
        elif slopes is not None:
            totals[a] += d * slopes[0]
            if b >= 0:
                totals[b] += d * slopes[1]
    return totals if math.isfinite(sum(totals)) else None


def _stepped(
    record: Record, upstream: float, stop: int | None, known: Mapping[str, float] | None
) -> tuple[tuple[BackwardStep, ...], dict[str, float], bool]:
    """The steps of a pass, the totals that they reach, and whether it was a whole one.

    Where the totals are ``known``, the last path to a name reaches just that: the order of its
    contributions is another here, and so may be the last digit of their sum.
    """
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
            waiting[name] -= 1
            if waiting[name] == 0:
                ready.append(name)
                totals[name] = known[name] if known is not None else totals[name]
            if not math.isfinite(totals[name]):
                raise OverflowError(
                    f"{record.function}: the gradient of {name} is too large for a float; it comes "
                    f"from {step.name} with upstream {totals[step.name]:g} and local {local:g}"
                )
            steps.append(
                BackwardStep(
                    step.name,
                    name,
                    argument,
                    totals[step.name],
                    local,
                    contribution,
                    totals[name],
                    paths[name] - waiting[name],
                    paths[name],
                )
            )
    return tuple(steps), totals, len(steps) == sum(paths.values())


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
