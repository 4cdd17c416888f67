"""``record``: run a scalar function once, and keep every step of it as frozen, plain data."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from types import MappingProxyType
from typing import Any

from lessons.maths import text
from lessons.maths.checks import finite
from lessons.maths.recorder.arguments import checked, flat_names, name_of
from lessons.maths.recorder.frames import NOWHERE, source_map_of
from lessons.maths.recorder.naming import Named, Step, expression, steps_of
from lessons.maths.recorder.source import Listing, code_of
from lessons.maths.recorder.tape import Number, Numbers, Operation, Tape
from lessons.maths.scalar.gradient import Gradient, gradient_of

__all__ = ["Gradient", "Record", "Step", "expression", "record", "record_of"]


@dataclass(frozen=True, eq=False)
class Record:
    """One run of a function: its inputs, its steps in order, its output, and its source.

    ``values`` maps every name to its number; ``groups`` each argument to the names of its entries
    (``x=[1, 2]`` is ``{"x": ("x0", "x1")}``). ``str(record)`` is the table of the forward pass.

    The numbers stand on the ``tape``, that of the output at ``output_index``. Steps are made and
    named when they are first looked at: whoever wants the gradient alone never pays for that.
    ``known`` has them where they are there already.
    """

    function: str
    groups: Mapping[str, tuple[str, ...]]
    tape: Tape
    output_index: int
    listing: Listing | None
    known: Named | None = None

    def backward(self, upstream: float = 1.0, stop: int | None = None) -> Gradient:
        """Backpropagate from the output: the total derivative for every name.

        ``upstream`` is the derivative of whatever comes after with respect to the output.
        ``stop`` ends the pass after that many backward steps (``None``: all of them).
        """
        tape, upstream = self.tape, finite("upstream", upstream)
        totals = [0.0] * len(tape.values)
        totals[self.output_index] = upstream
        # Each step comes after all that went into it. So on the way back, the derivative by its
        # result is complete when the pass gets to it.
        for index, (_, a, b, dy_da, dy_db, _, _) in tape.backwards():
            totals[a] += totals[index] * dy_da
            totals[b] += totals[index] * dy_db
        return gradient_of(self, upstream, totals, stop)

    @property
    def value(self) -> float:
        """The number that the function returned."""
        return self.tape.values[self.output_index]

    @property
    def source(self) -> tuple[str, ...]:
        """The lines of the function, dedented; empty where the source is not to be had."""
        return self.listing.lines if self.listing else ()

    @cached_property
    def inputs(self) -> Mapping[str, float]:
        return MappingProxyType(dict(zip(self.tape.labels, self.tape.values, strict=False)))

    @cached_property
    def _named(self) -> Named:
        return self.known or steps_of(self.tape, self.output_index, self.groups)

    @property
    def names(self) -> Mapping[int, str]:
        """The name of each index of the tape that has one: the inputs, then the steps."""
        return self._named.names

    @property
    def steps(self) -> tuple[Step, ...]:
        return self._named.steps

    @property
    def output(self) -> str:
        """The name of what the function returned."""
        return self.names[self.output_index]

    @cached_property
    def values(self) -> Mapping[str, float]:
        values = self.tape.values
        return MappingProxyType({name: values[index] for index, name in self.names.items()})

    @cached_property
    def by_name(self) -> Mapping[str, Step]:
        return MappingProxyType({step.name: step for step in self.steps})

    def __getitem__(self, name: str) -> float | list[float]:
        """The value of a name, or the list of values that an argument was given."""
        if name in self.values:
            return self.values[name]
        if name in self.groups:
            return [self.values[entry] for entry in self.groups[name]]
        raise KeyError(
            f"{name} is not a value of {self.function}; there are {text.listed(self.values)}"
        )

    def table(self) -> str:
        """The forward pass as an aligned text table."""
        rows = [[name, "", text.number(value, ascii=True)] for name, value in self.inputs.items()]
        for step in self.steps:
            rows.append([step.name, expression(step), text.number(step.value, ascii=True)])
        return text.table(["value", "computed as", "number"], rows, lean="<<>")

    def __str__(self) -> str:
        return self.table()

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Record) and repr(self) == repr(other)

    def __repr__(self) -> str:
        shown = ("function", "groups", "inputs", "steps", "output")
        return f"Record({', '.join(f'{name}={getattr(self, name)!r}' for name in shown)})"


def record_of(function: str, inputs: Mapping[str, float], steps: Sequence[Step]) -> Record:
    """The record of steps that are there already, such as those of a learner's own engine.

    The last step is the output; where there is none, the last input.
    """
    tape = Tape(function, source_map_of(None))
    tape.add_inputs(list(inputs), list(inputs.values()))
    index = {name: i for i, name in enumerate(inputs)}
    for step in steps:
        pairs = [
            (index[name], slope) for name, slope in zip(step.inputs, step.partials, strict=True)
        ]
        # An operation takes two numbers; one of more is a chain of them.
        (a, dy_da), *others = pairs or [(0, 0.0)]
        for b, dy_db in others or [(a, 0.0)]:
            tape.values.append(step.value)
            tape.operations.append(Operation(step.op, a, b, dy_da, dy_db, NOWHERE, 0))
            a, dy_da = len(tape.values) - 1, 1.0
        index[step.name] = a
    groups = MappingProxyType({name: (name,) for name in inputs})
    named = Named({i: name for name, i in index.items()}, tuple(steps))
    return Record(function, groups, tape, len(tape.values) - 1, None, named)


def record(function: Callable[..., Any], /, **values: Any) -> Record:
    """Run ``function`` on ``values`` and keep every step.

    Each value is a number or a list of numbers (a NumPy array of one dimension counts as a list).
    Inside the function, + - * / **, comparisons and the functions of the course are recorded; the
    names of the steps come from the function's own assignments. Bad input raises ``TypeError``,
    ``ValueError`` or ``OverflowError`` with the step and the fix, and leaves nothing behind.

    >>> from lessons import record
    >>> def double(x):
    ...     y = 2 * x
    ...     return y
    >>> record(double, x=3.0).value
    6.0
    """
    given = checked(function, values)
    groups = flat_names(given)
    tape = Tape(name_of(function), source_map_of(code_of(function)))
    arguments: dict[str, Any] = {}
    for name, value in given.items():
        if isinstance(value, list):
            arguments[name] = Numbers(name, tape.add_inputs(groups[name], value))
        else:
            (arguments[name],) = tape.add_inputs([name], [value])
    try:
        result = function(**arguments)
    except IndexError as error:
        sizes = ", ".join(f"{n} has {len(v)}" for n, v in given.items() if isinstance(v, list))
        if not sizes:
            raise
        raise ValueError(
            f"{_place_of(error, tape)}: it asks for an entry that "
            f"is not there ({error}): {sizes}; make the lists as long as the function needs"
        ) from error
    output = _output(tape, result)
    _refuse_unequal_lists(tape, given, groups)
    return Record(tape.function, MappingProxyType(groups), tape, output, tape.places.listing)


def _place_of(error: BaseException, tape: Tape) -> str:
    """The line of the recorded function that an error comes from, as errors call it."""
    found, step, listing = None, error.__traceback__, tape.places.listing
    while listing and step is not None:
        inside = step.tb_frame.f_code.co_filename == listing.filename
        if inside and listing.first <= step.tb_lineno <= listing.last:
            found = step.tb_lineno - listing.first + 1
        step = step.tb_next
    return f"{tape.function}, line {found}" if found else tape.function


def _output(tape: Tape, result: Any) -> int:
    """The place of what the function returned; a plain number is written down as a constant."""
    if isinstance(result, Number):
        if result._tape is not tape:
            raise ValueError(f"{tape.function} returns a number that belongs to another recording")
        return result._place
    if isinstance(result, (int, float)) and not isinstance(result, bool):
        if not math.isfinite(result):
            raise ValueError(f"{tape.function} returned {result}, which is not finite")
        return tape.add_constant(float(result))
    if result is None:
        raise ValueError(f"{tape.function} returned nothing; end it with `return y`")
    what = "a list" if isinstance(result, (list, tuple)) else repr(result)
    raise ValueError(f"{tape.function} returned {what}; it must return one number")


def _refuse_unequal_lists(
    tape: Tape, given: Mapping[str, float | list[float]], groups: Mapping[str, tuple[str, ...]]
) -> None:
    """``zip`` stops at the shorter list without a word; the entries left over give it away."""
    sizes = {name: len(value) for name, value in given.items() if isinstance(value, list)}
    if len(set(sizes.values())) < 2:
        return
    used = _used(tape, {groups[name][-1] for name in sizes})
    if used is None:
        return
    for name, size in sizes.items():
        left = tuple(entry for entry in groups[name] if entry not in used)
        other = next((n for n, s in sizes.items() if s < size and left == groups[name][s:]), "")
        if other:
            its, verb = sizes[other], "is" if len(left) == 1 else "are"
            raise ValueError(
                f"{name} has {size} {'entry' if size == 1 else 'entries'} and {other} has {its}; "
                f"{' and '.join(left)} {verb} never used: give both lists the same length"
            )


def _used(tape: Tape, last: set[str]) -> set[str] | None:
    """The inputs that an operation used; None where all of ``last`` are among them.

    The last entries of lists are mostly used last, so it looks from there.
    """
    used: set[int] = set()
    missing = {place for place, label in enumerate(tape.labels) if label in last}
    for op, a, b, *_ in reversed(tape.operations):
        if op == "constant":
            continue
        used.add(a)
        used.add(b)
        if a in missing or b in missing:
            missing -= {a, b}
            if not missing:
                return None
    return {label for place, label in enumerate(tape.labels) if place in used}
