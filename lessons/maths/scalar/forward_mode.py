"""Forward mode: slopes that travel with the values, one pass for every input.

A :class:`Dual` is a number and its slope by the one input that the pass was started for. Each
operation computes both at once: its value, and its slope as the sum of local derivative times
slope, over what went in. Backpropagation (reverse mode) uses the same local derivatives in the
other order. The two are told apart by what they cost, so both sides are counted here.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from lessons.maths import text
from lessons.maths.functions import FUNCTIONS
from lessons.maths.recorder.arguments import checked, flat_names, name_of


@dataclass(slots=True)
class Tally:
    """How much was done: ``operations`` on dual numbers, and products local times slope."""

    operations: int = 0
    products: int = 0


class Dual:
    """value + slope * e, where e * e is 0. ``tally`` counts what is done with it."""

    __array_ufunc__ = None  # NumPy's numbers step back, and ours answer
    __slots__ = ("slope", "tally", "value")

    def __init__(self, value: float, slope: float = 0.0, tally: Tally | None = None) -> None:
        self.value, self.slope = float(value), float(slope)
        self.tally = Tally() if tally is None else tally

    def __repr__(self) -> str:
        return f"Dual({self.value:g}, slope {self.slope:g})"

    def _recorded(self, name: str, args: tuple[Any, ...]) -> Dual:
        """One row of the table of functions; ``relu(x)`` of the course asks its argument for it."""
        plain, function = [_number(arg) for arg in args], FUNCTIONS[name]
        if function.domain and not function.domain[0](*plain):
            raise ValueError(f"{name}: {function.domain[1].format(*plain)}")
        pairs = zip(args, function.slopes, strict=True)
        partials = [_finite(s, plain) if isinstance(a, Dual) else 0.0 for a, s in pairs]
        return self._made(_finite(function.value, plain), args, partials)

    def _sum(self, left: Any, right: Any, sign: int) -> Dual:
        value = _number(left) + sign * _number(right)
        return self._made(value, (left, right), [1.0, float(sign)])

    def _made(self, value: float, args: tuple[Any, ...], partials: list[float]) -> Dual:
        """The new number. A plain number among the arguments has no slope, and costs nothing."""
        slope = 0.0
        self.tally.operations += 1
        for arg, local in zip(args, partials, strict=True):
            if isinstance(arg, Dual):
                slope += local * arg.slope
                self.tally.products += 1
        return Dual(value, slope, self.tally)

    def __add__(self, other: Any) -> Dual:
        return self._sum(self, other, 1)

    def __radd__(self, other: Any) -> Dual:
        return self._sum(other, self, 1)

    def __sub__(self, other: Any) -> Dual:
        return self._sum(self, other, -1)

    def __rsub__(self, other: Any) -> Dual:
        return self._sum(other, self, -1)

    def __mul__(self, other: Any) -> Dual:
        return self._recorded("mul", (self, other))

    def __rmul__(self, other: Any) -> Dual:
        return self._recorded("mul", (other, self))

    def __truediv__(self, other: Any) -> Dual:
        return self._recorded("div", (self, other))

    def __rtruediv__(self, other: Any) -> Dual:
        return self._recorded("div", (other, self))

    def __pow__(self, other: Any) -> Dual:
        return self._recorded("pow", (self, other))

    def __rpow__(self, other: Any) -> Dual:
        return self._recorded("pow", (other, self))

    def __neg__(self) -> Dual:
        return self._recorded("neg", (self,))

    def __abs__(self) -> Dual:
        return self._recorded("abs", (self,))

    # Comparisons give plain truth, as for recorded numbers: a branch is taken by the value.
    def __lt__(self, other: Any) -> bool:
        return self.value < _number(other)

    def __le__(self, other: Any) -> bool:
        return self.value <= _number(other)

    def __gt__(self, other: Any) -> bool:
        return self.value > _number(other)

    def __ge__(self, other: Any) -> bool:
        return self.value >= _number(other)


def _number(arg: Any) -> float:
    if isinstance(arg, Dual):
        return arg.value
    if isinstance(arg, (str, bytes)) or not hasattr(arg, "__float__"):
        raise TypeError(f"a dual number cannot be computed with {arg!r}; give it a number")
    return float(arg)


def _finite(rule: Callable[..., Any], plain: list[float]) -> float:
    """What a rule gives; infinity where it is too large for a float, or has no end."""
    try:
        return float(rule(*plain))
    except (OverflowError, ZeroDivisionError):
        return math.inf


@dataclass(frozen=True)
class Slopes(Mapping[str, float]):
    """What :func:`forward_mode` found: one derivative for each input, each from a pass of its own.

    ``s["b"]`` is a number, and ``s["w"]`` the list of them where w was given as a list.
    ``operations`` and ``products`` (local times slope) are those of one pass.
    """

    function: str
    value: float
    derivatives: Mapping[str, float]
    groups: Mapping[str, tuple[str, ...]] = field(repr=False)
    operations: int
    products: int

    @property
    def passes(self) -> int:
        """One for each input."""
        return len(self.derivatives)

    @property
    def all_products(self) -> int:
        """Products of all the passes together."""
        return self.passes * self.products

    def __getitem__(self, name: str) -> float | list[float]:  # type: ignore[override]
        if name in self.derivatives:
            return self.derivatives[name]
        if name in self.groups:
            return [self.derivatives[entry] for entry in self.groups[name]]
        known = ", ".join(self.groups)
        raise KeyError(f"{name} is not an input of {self.function}; there are {known}")

    def __iter__(self) -> Iterator[str]:
        return iter(self.derivatives)

    def __len__(self) -> int:
        return len(self.derivatives)

    def __str__(self) -> str:
        rows = [
            [str(number), name, text.number(slope, ascii=True)]
            for number, (name, slope) in enumerate(self.derivatives.items(), 1)
        ]
        return text.table(["pass", "by", "derivative"], rows, lean="<<>")


def forward_mode(function: Callable[..., Any], /, **values: Any) -> Slopes:
    """Differentiate a scalar function by every input, by one forward pass for each.

    Each value is a number or a list of numbers, as for ``record``, and the same functions and
    operators may be used. Raises ``TypeError`` or ``ValueError`` for bad input, and for a result
    that is not one number; ``OverflowError`` where a value or slope is too large for a float.

    >>> from lessons import forward_mode
    >>> forward_mode(lambda a, b: a * b + a, a=2.0, b=-3.0).derivatives
    mappingproxy({'a': -2.0, 'b': 2.0})
    """
    given = checked(function, values)
    groups = flat_names(given)
    names = [entry for group in groups.values() for entry in group]
    if not names:
        raise ValueError(f"{name_of(function)} takes no inputs; there is nothing to move")
    derivatives, result, tally = {}, Dual(0.0), Tally()
    for name in names:
        tally = Tally()
        result = _pass(function, given, groups, name, tally)
        derivatives[name] = result.slope
    return Slopes(
        name_of(function),
        result.value,
        MappingProxyType(derivatives),
        MappingProxyType(groups),
        tally.operations,
        tally.products,
    )


def _pass(
    function: Callable[..., Any],
    given: Mapping[str, float | list[float]],
    groups: Mapping[str, tuple[str, ...]],
    by: str,
    tally: Tally,
) -> Dual:
    """One forward pass, in which the input ``by`` has the slope 1 and every other one 0."""
    arguments: dict[str, Dual | list[Dual]] = {}
    for name, value in given.items():
        numbers = value if isinstance(value, list) else [value]
        pairs = zip(groups[name], numbers, strict=True)
        duals = [Dual(number, float(entry == by), tally) for entry, number in pairs]
        arguments[name] = duals if isinstance(value, list) else duals[0]
    result = function(**arguments)
    if isinstance(result, (int, float)) and not isinstance(result, bool):
        result = Dual(result)  # no input took part in it
    called = name_of(function)
    if not isinstance(result, Dual):
        raise ValueError(f"{called} returned {result!r}; it must return one number")
    if not (math.isfinite(result.value) and math.isfinite(result.slope)):
        raise OverflowError(f"{called}: its value or its slope by {by} is too large for a float")
    return result
