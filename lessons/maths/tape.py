"""Recorded numbers, and the tape on which their operations are written while a function runs.

A :class:`Number` behaves as a float in arithmetic and comparisons, and writes down what was done
with it. It lives only while the learner's function runs; :mod:`lessons.maths.record` then turns
the tape into frozen data.
"""

from __future__ import annotations

import math
import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from types import CodeType, FrameType
from typing import Any, NoReturn

from lessons.maths import functions as _functions
from lessons.maths.functions import FUNCTIONS, Plain
from lessons.maths.source import UNKNOWN, Listing, Site, site_of
from lessons.maths.text import number

#: Frames of these files are the machinery; the first frame outside of them is the learner's.
_MACHINERY = {__file__, _functions.__file__}
#: The frame that calls the learner's function: no name is looked for from there on.
_RECORDER = os.path.join(os.path.dirname(__file__), "record.py")

#: NumPy's names for what a recorded number can do.
_UFUNCS = {
    "add": "add",
    "subtract": "sub",
    "multiply": "mul",
    "divide": "div",
    "true_divide": "div",
    "power": "pow",
    "negative": "neg",
    "absolute": "abs",
    **{name: name for name in ("exp", "log", "sqrt", "tanh", "maximum", "minimum")},
}


@dataclass(slots=True)
class Entry:
    """One raw operation: what was done to which entries or constants, where, and what came out."""

    op: str
    args: tuple[int | float, ...]  # an int is the place of an earlier entry, a float a constant
    signs: tuple[int, ...]
    value: float
    line: int | None
    site: Site
    label: str = ""  # the name of an input
    frame: int = 0  # tells two runs of the same `sum(...)` apart


@dataclass(slots=True)
class Tape:
    """All operations of one run, in order."""

    function: str
    code: CodeType | None
    listing: Listing | None
    entries: list[Entry] = field(default_factory=list)
    sites: dict[tuple[CodeType, int], Site] = field(default_factory=dict)

    def add_input(self, label: str, value: float) -> Number:
        self.entries.append(Entry("input", (), (), value, None, UNKNOWN, label))
        return Number(self, len(self.entries) - 1, value)

    def apply(self, op: str, args: Sequence[Any]) -> Number:
        """Carry out ``op`` on recorded and plain numbers, and write it down."""
        plain = [self._plain(op, arg) for arg in args]
        frame, line, site = self._where()
        value, signs = self._carry_out(op, plain, line, site)
        places = tuple(
            arg._place if isinstance(arg, Number) else value_
            for arg, value_ in zip(args, plain, strict=True)
        )
        name = "sum" if signs else op
        self.entries.append(Entry(name, places, signs, value, line, site, frame=id(frame)))
        return Number(self, len(self.entries) - 1, value)

    def _plain(self, op: str, arg: Any) -> float:
        if isinstance(arg, Number):
            if arg._tape is not self:
                raise ValueError(
                    f"{self.here()}: this number belongs to another recording; pass it in as a "
                    f"value instead"
                )
            return arg._value
        try:
            if isinstance(arg, (str, bytes)):
                raise TypeError
            value = float(arg)  # also of True and False, for those who write z * (z > 0)
        except OverflowError:
            value = math.inf
        except (TypeError, ValueError):
            raise TypeError(
                f"{self.here()}: {_word(op)} needs numbers, and one of them is {arg!r}"
            ) from None
        if not math.isfinite(value):
            raise ValueError(f"{self.here()}: {_word(op)} meets {value}; use finite numbers alone")
        return value

    def _carry_out(
        self, op: str, plain: list[float], line: int | None, site: Site
    ) -> tuple[float, tuple[int, ...]]:
        if op == "add" or op == "sub":
            sign = 1 if op == "add" else -1
            value, signs = plain[0] + sign * plain[1], (1, sign)
        else:
            function, signs = FUNCTIONS[op], ()
            if function.domain and not function.domain[0](*plain):
                reason = function.domain[1].format(*(number(p, ascii=True) for p in plain))
                raise ValueError(f"{self.step_words(line, site)}: {reason}; change its inputs")
            try:
                value = float(function.value(Plain, *plain))
            except OverflowError:
                value = math.inf
        if not math.isfinite(value):
            shown = ", ".join(number(p, ascii=True) for p in plain)
            raise OverflowError(
                f"{self.step_words(line, site)}: {_word(op)} of {shown} is too large for a float "
                f"(the limit is about 1.8e308); make its inputs smaller"
            )
        return value, signs

    def step_words(self, line: int | None, site: Site) -> str:
        """How an error calls the step that it is about: ``neuron, line 5, z``."""
        parts = [self.function]
        if line is not None:
            parts.append(f"line {line}")
        if site.target:
            parts.append(site.target)
        return ", ".join(parts)

    def here(self) -> str:
        """The step that the learner's function is at just now, in words."""
        _, line, site = self._where()
        return self.step_words(line, site)

    def _where(self) -> tuple[FrameType, int | None, Site]:
        """The learner's frame, the line in the recorded function, and the site there."""
        frame = sys._getframe(2)
        while frame.f_code.co_filename in _MACHINERY and frame.f_back is not None:
            frame = frame.f_back
        if frame.f_code.co_filename == _RECORDER:  # a function of the course itself is recorded
            return frame, None, UNKNOWN
        caller, site = frame, self._site(frame)
        while site.returned and caller.f_code is not self.code and caller.f_back is not None:
            caller = caller.f_back  # a helper returns it: the call may give it a name
            if caller.f_code.co_filename == _RECORDER:
                break
            outer = self._site(caller)
            site = Site(outer.target, outer.item, outer.returned, False, site.sum_call)
        return frame, self._line(frame), site

    def _site(self, frame: FrameType) -> Site:
        key = (frame.f_code, frame.f_lasti)
        site = self.sites.get(key)
        if site is None:
            site = self.sites[key] = site_of(*key)
        return site

    def _line(self, frame: FrameType) -> int | None:
        listing = self.listing
        if listing is None:
            return None
        walker: FrameType | None = frame
        while walker is not None:
            line, name = walker.f_lineno, walker.f_code.co_filename
            if name == listing.filename and line and listing.first <= line <= listing.last:
                return line - listing.first + 1
            if walker.f_code is self.code:
                break
            walker = walker.f_back
        return None


def _word(op: str) -> str:
    match op:
        case "add":
            return "addition"
        case "sub":
            return "subtraction"
    return FUNCTIONS[op].word


class Number:
    """A float that writes down what is done with it. Made by ``record``, never by hand."""

    __slots__ = ("_place", "_tape", "_value")

    def __init__(self, tape: Tape, place: int, value: float) -> None:
        self._tape, self._place, self._value = tape, place, value

    def _recorded(self, name: str, args: Sequence[Any]) -> Number:
        return self._tape.apply(name, args)

    def _binary(self, op: str, left: Any, right: Any) -> Number:
        other = right if left is self else left
        if isinstance(other, (list, tuple)):
            raise TypeError(
                f"{self._tape.here()}: {_word(op)} of a number and a list; take one entry, as in "
                f"x[0], or go through the list with a loop"
            )
        return self._tape.apply(op, (left, right))

    def __add__(self, other: Any) -> Number:
        return self._binary("add", self, other)

    def __radd__(self, other: Any) -> Number:
        return self._binary("add", other, self)

    def __sub__(self, other: Any) -> Number:
        return self._binary("sub", self, other)

    def __rsub__(self, other: Any) -> Number:
        return self._binary("sub", other, self)

    def __mul__(self, other: Any) -> Number:
        return self._binary("mul", self, other)

    def __rmul__(self, other: Any) -> Number:
        return self._binary("mul", other, self)

    def __truediv__(self, other: Any) -> Number:
        return self._binary("div", self, other)

    def __rtruediv__(self, other: Any) -> Number:
        return self._binary("div", other, self)

    def __pow__(self, other: Any) -> Number:
        return self._binary("pow", self, other)

    def __rpow__(self, other: Any) -> Number:
        return self._binary("pow", other, self)

    def __neg__(self) -> Number:
        return self._tape.apply("neg", (self,))

    def __pos__(self) -> Number:
        return self

    def __abs__(self) -> Number:
        return self._tape.apply("abs", (self,))

    # Comparisons give plain truth: a branch is not recorded, only what is done in it.
    def __lt__(self, other: Any) -> bool:
        return self._value < _value(other)

    def __le__(self, other: Any) -> bool:
        return self._value <= _value(other)

    def __gt__(self, other: Any) -> bool:
        return self._value > _value(other)

    def __ge__(self, other: Any) -> bool:
        return self._value >= _value(other)

    def __eq__(self, other: object) -> bool:
        return self._value == _value(other)

    def __hash__(self) -> int:
        return hash(self._value)  # equal numbers must hash equal, as floats do

    def __bool__(self) -> bool:
        return self._value != 0

    def __repr__(self) -> str:
        return repr(self._value)

    def __format__(self, spec: str) -> str:
        return format(self._value, spec)

    def _not_recorded(self, what: str) -> NoReturn:
        raise TypeError(
            f"{self._tape.here()}: {what} would lose the recording; use exp, log, sqrt, tanh, "
            f"relu, sigmoid and the others from lessons, and plain + - * / **"
        )

    def __float__(self) -> float:
        self._not_recorded("float(...), or a function of the math module,")

    def __int__(self) -> int:
        self._not_recorded("int(...)")

    __index__ = __int__

    def __round__(self, digits: int | None = None) -> float:
        self._not_recorded("round(...)")

    def __floordiv__(self, other: Any) -> NoReturn:
        self._not_recorded("//, which has no useful slope,")

    __rfloordiv__ = __floordiv__

    def __mod__(self, other: Any) -> NoReturn:
        self._not_recorded("%, which has no useful slope,")

    __rmod__ = __divmod__ = __rdivmod__ = __mod__

    def _no_list(self, *_: Any) -> NoReturn:
        called = self._tape.entries[self._place].label or "this"
        raise TypeError(
            f"{self._tape.here()}: {called} is one number, and it is used as a list; give the "
            f"function a list, as in {called if called != 'this' else 'x'}=[1.0, 2.0]"
        )

    __iter__ = __len__ = __getitem__ = _no_list

    def __array_ufunc__(self, ufunc: Any, method: str, *args: Any, **options: Any) -> Number:
        """``np.exp(x)`` and ``np.float64(2) * x`` record like ``exp(x)`` and ``2 * x``."""
        op = _UFUNCS.get(ufunc.__name__)
        if op is None or method != "__call__" or options:
            self._not_recorded(f"np.{ufunc.__name__}")
        return self._tape.apply(op, args)


class Numbers(list[Number]):
    """A list that was given to the function: a plain list, but for what lists do with + and *."""

    def __init__(self, name: str, numbers: Sequence[Number]) -> None:
        super().__init__(numbers)
        self._name, self._tape = name, numbers[0]._tape

    def _refused(self, *_: Any) -> NoReturn:
        raise TypeError(
            f"{self._tape.here()}: {self._name} is a list, and a list cannot be calculated with as "
            f"a whole; take its entries, as in {self._name}[0], or go through them with a loop or "
            f"with zip"
        )

    _recorded = _refused  # relu(x) with a list

    __add__ = __radd__ = __sub__ = __rsub__ = __mul__ = __rmul__ = _refused  # type: ignore[assignment]
    __truediv__ = __rtruediv__ = __pow__ = __rpow__ = _refused


def _value(other: object) -> Any:
    return other._value if isinstance(other, Number) else other
