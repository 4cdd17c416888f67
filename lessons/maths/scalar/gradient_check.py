"""The gradient check: every derivative against central differences of the function itself."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from lessons.maths import text
from lessons.maths.functions import FUNCTIONS
from lessons.maths.scalar.record import Record, record

#: Beyond this relative error a gradient counts as different; central differences are good to 1e-9.
TOLERANCE = 1e-6


@dataclass(frozen=True, slots=True)
class CheckedInput:
    """One input: the derivative that was claimed (``got``), and the central difference.

    ``verdict`` is "exact" (the same float), "close" or "different"; ``kink`` names a step that
    has its corner within the nudge, "" where there is none: there the two need not agree.
    """

    name: str
    got: float
    expected: float
    relative_error: float
    verdict: str
    kink: str = ""

    def words(self) -> str:
        if self.verdict == "exact":
            said = "exact"
        elif self.verdict == "close":
            said = f"close, relative error {self.relative_error:.0e}"
        else:
            said = f"different, relative error {self.relative_error:.0e}"
        return said + (f"; on the kink of {self.kink}" if self.kink else "")


@dataclass(frozen=True, slots=True)
class GradientCheck:
    """What :func:`gradient_check` found, input by input. ``str(check)`` is a table."""

    function: str
    rows: tuple[CheckedInput, ...]

    @property
    def ok(self) -> bool:
        """Whether every input is exact or close."""
        return all(row.verdict != "different" for row in self.rows)

    def require(self) -> None:
        """Raise ``AssertionError`` for the first input that is different."""
        for row in self.rows:
            if row.verdict == "different":
                advice = (
                    f"; {row.kink} sits on its kink, where the slope is a convention: move "
                    f"{row.name} a little and check again"
                    if row.kink
                    else ""
                )
                raise AssertionError(
                    f"the gradient of {self.function} by {row.name} is wrong: "
                    f"got {row.got!r}, expected {row.expected!r} "
                    f"(relative error {row.relative_error:.1e}){advice}"
                )

    def __str__(self) -> str:
        rows = [
            [
                row.name,
                text.number(row.got, ascii=True),
                text.number(row.expected, ascii=True),
                row.words(),
            ]
            for row in self.rows
        ]
        return text.table(["input", "gradient", "nudged", "verdict"], rows, lean="<>><")

    def __repr__(self) -> str:
        return str(self)


def gradient_check(
    function: Callable[..., Any],
    /,
    against: Mapping[str, float | list[float]] | None = None,
    **values: Any,
) -> GradientCheck:
    """Compare the gradient with central differences (f(v + h) - f(v - h)) / 2h, for every input.

    The recorded gradient is checked, or the one in ``against``: a mapping from the names of inputs
    to derivatives, or to lists of them, such as a learner's own. h is a power of two near 1e-5
    times the value's size, so that for sums and products of short numbers both sides come out
    exactly equal. Call ``.require()`` on the result to raise. Errors are those of ``record``, and
    ``ValueError`` for a derivative of something else or of another shape.
    """
    middle = record(function, **values)
    gradient = middle.backward()
    claimed = gradient.totals if against is None else _entry_by_entry(middle, against)
    names = [name for name in middle.inputs if name in claimed]
    return GradientCheck(
        middle.function,
        tuple(_checked(function, middle, values, name, float(claimed[name])) for name in names),
    )


def _entry_by_entry(middle: Record, against: Mapping[str, float | list[float]]) -> dict[str, float]:
    """The claimed derivatives by the names of entries: ``{"w": [1, 2]}`` is ``w0`` and ``w1``."""
    claimed: dict[str, float] = {}
    for name, got in against.items():
        entries = middle.groups.get(name, (name,))
        numbers = list(got) if isinstance(got, Iterable) else [got]
        if name not in middle.groups and name not in middle.values:
            raise ValueError(
                f"{name} is not an input of {middle.function}; there are "
                f"{text.listed(middle.inputs)}"
            )
        if len(numbers) != len(entries):
            raise ValueError(
                f"{name} has {len(entries)} entries, and its derivative has {len(numbers)}; a "
                f"gradient has the shape of its variable"
            )
        claimed.update(zip(entries, numbers, strict=True))
    return claimed


def _checked(
    function: Callable[..., Any],
    middle: Record,
    values: Mapping[str, Any],
    name: str,
    got: float,
) -> CheckedInput:
    """One input, nudged by a step that suits its neighbourhood, or where it is below 1 its size.

    A difference that shrinks as the nudge does is the error of the central difference itself, and
    does not count; that of a wrong gradient stays.
    """
    size, first = _power_of_two(middle.inputs[name]), None
    largest = max(abs(value) for value in middle.values.values())
    for h, floor in ((2.0**-17 * max(1.0, size), largest / max(1.0, size)), (2.0**-17 * size, 0.0)):
        try:
            coarse = _compared(function, middle, values, name, got, h, floor)
        except (ValueError, OverflowError):  # the nudge left the domain
            if not floor:
                raise
            continue
        first = first or coarse
        if coarse.verdict != "different":
            return coarse
        fine = _compared(function, middle, values, name, got, h / 4, 0.0)
        shrinks = abs(got - fine.expected) <= abs(coarse.expected - fine.expected) / 2
        if fine.verdict != "different" or shrinks:
            error = abs(got - fine.expected) / max(abs(got), abs(fine.expected), floor or 1.0)
            return replace(fine, relative_error=error, verdict="close" if error else "exact")
        if size >= 1.0:
            break
    assert first is not None
    return first


def _compared(
    function: Callable[..., Any],
    middle: Record,
    values: Mapping[str, Any],
    name: str,
    got: float,
    h: float,
    floor: float,
) -> CheckedInput:
    """Compare with one nudge. ``floor`` is the least size that errors are judged by: around a
    gradient of 0 rounding goes with the numbers that the function computes with."""
    low, high = (record(function, **_nudged(middle, values, name, d)) for d in (-h, h))
    expected = (high.value - low.value) / (high.inputs[name] - low.inputs[name])
    error = abs(got - expected)
    relative = error / max(abs(got), abs(expected), 1e-3 * floor) if error else 0.0
    verdict = "exact" if error == 0 else "close" if relative < TOLERANCE else "different"
    return CheckedInput(name, got, expected, relative, verdict, kink_between(low, high))


def _power_of_two(value: float) -> float:
    return 2.0 ** math.frexp(value)[1] if value else 1.0


def _nudged(middle: Record, values: Mapping[str, Any], name: str, by: float) -> dict[str, Any]:
    """The values with one entry moved."""
    nudged = dict(values)
    for argument, entries in middle.groups.items():
        if name in entries:
            moved = middle.inputs[name] + by
            if entries == (argument,):
                nudged[argument] = moved
            else:
                nudged[argument] = [moved if e == name else middle.inputs[e] for e in entries]
    return nudged


def kink_between(low: Record, high: Record) -> str:
    """The first step whose corner lies between two records, or at one of them; "" for none."""
    for before, after in zip(low.steps, high.steps, strict=False):
        if before.op != after.op or before.args != after.args:
            return after.name  # an `if` in the function took another branch
        kink = FUNCTIONS[before.op].corner if before.op in FUNCTIONS else None
        if kink is None:
            continue
        distances = [
            kink(*(r.values[a] if isinstance(a, str) else a for a in before.args))
            for r in (low, high)
        ]
        if min(distances) <= 0 <= max(distances) and distances[0] != distances[1]:
            return after.name
    return "" if len(low.steps) == len(high.steps) else high.output
