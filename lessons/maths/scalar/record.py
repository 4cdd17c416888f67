"""``record``: run a scalar function once, and keep every step of it as frozen, plain data."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from lessons.maths import text
from lessons.maths.recorder.arguments import checked, flat_names, name_of
from lessons.maths.recorder.frames import places_of
from lessons.maths.recorder.naming import Step, expression, steps_of
from lessons.maths.recorder.source import Listing, code_of
from lessons.maths.recorder.tape import Number, Numbers, Tape

if TYPE_CHECKING:
    from lessons.maths.scalar.backward import Gradient

__all__ = ["Record", "Step", "expression", "listed", "record"]


@dataclass(frozen=True)
class Record:
    """One run of a function: its inputs, its steps in order, its output, and its source.

    ``values`` maps every name to its number; ``groups`` each argument to the names of its entries
    (``x=[1, 2]`` is ``{"x": ("x0", "x1")}``). ``str(record)`` is the table of the forward pass.
    """

    function: str
    groups: Mapping[str, tuple[str, ...]]
    inputs: Mapping[str, float]
    steps: tuple[Step, ...]
    output: str
    values: Mapping[str, float] = field(repr=False)
    listing: Listing | None = field(repr=False)

    @property
    def value(self) -> float:
        """The number that the function returned."""
        return self.values[self.output]

    @property
    def source(self) -> tuple[str, ...]:
        """The lines of the function, dedented; empty where the source is not to be had."""
        return self.listing.lines if self.listing else ()

    @cached_property
    def by_name(self) -> Mapping[str, Step]:
        return MappingProxyType({step.name: step for step in self.steps})

    def __getitem__(self, name: str) -> float | list[float]:
        """The value of a name, or the list of values that an argument was given."""
        if name in self.values:
            return self.values[name]
        if name in self.groups:
            return [self.values[entry] for entry in self.groups[name]]
        raise KeyError(f"{name} is not a value of {self.function}; there are {listed(self.values)}")

    def backward(self, upstream: float = 1.0, stop: int | None = None) -> Gradient:
        """Backpropagate from the output: the total derivative for every name.

        ``upstream`` is the derivative of whatever comes after with respect to the output.
        ``stop`` ends the pass after that many backward steps (``None``: all of them).
        """
        from lessons.maths.scalar.backward import backward

        return backward(self, upstream, stop)

    def table(self) -> str:
        """The forward pass as an aligned text table."""
        rows = [[name, "", text.number(value, ascii=True)] for name, value in self.inputs.items()]
        for step in self.steps:
            rows.append([step.name, expression(step), text.number(step.value, ascii=True)])
        return text.table(["value", "computed as", "number"], rows, lean="<<>")

    def __str__(self) -> str:
        return self.table()


class TapeRecord(Record):
    """A record whose steps are made of the tape when they are first looked at.

    Whoever wants the gradient alone never pays for their names. It is a :class:`Record` to all.
    """

    __qualname__ = "Record"

    def __init__(self, tape: Tape, place: int, groups: Mapping[str, tuple[str, ...]]) -> None:
        self.__dict__.update(
            function=tape.function,
            groups=MappingProxyType(dict(groups)),
            listing=tape.places.listing,
            tape=tape,
            place=place,
        )

    @property
    def value(self) -> float:
        return self.tape.values[self.place]

    @cached_property
    def inputs(self) -> Mapping[str, float]:
        return MappingProxyType(dict(zip(self.tape.labels, self.tape.values, strict=False)))

    @cached_property
    def _made(self) -> tuple[dict[int, str], tuple[Step, ...]]:
        return steps_of(self.tape, self.place, self.groups)

    @property
    def names(self) -> dict[int, str]:
        """The name of each place of the tape that has one."""
        return self._made[0]

    @property
    def steps(self) -> tuple[Step, ...]:
        return self._made[1]

    @property
    def output(self) -> str:
        return self.names[self.place]

    @cached_property
    def values(self) -> Mapping[str, float]:
        values = self.tape.values
        return MappingProxyType({name: values[place] for place, name in self.names.items()})


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
    tape = Tape(name_of(function), places_of(code_of(function)))
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
    place = _output(tape, result)
    _refuse_unequal_lists(tape, given, groups)
    return TapeRecord(tape, place, groups)


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
    for _, a, b, *_ in reversed(tape.operations):
        used.add(a)
        used.add(b)
        if a in missing or b in missing:
            missing -= {a, b}
            if not missing:
                return None
    return {label for place, label in enumerate(tape.labels) if place in used}


def listed(names: Mapping[str, Any], most: int = 12) -> str:
    """The first names, for a message."""
    shown = list(names)[:most]
    return ", ".join(shown) + (" and more" if len(names) > most else "")
