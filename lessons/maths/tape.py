"""Recorded numbers, and the tape on which their operations are written while a function runs.

A :class:`Number` behaves as a float in arithmetic and comparisons, and writes down what was done
with it. It lives only while the learner's function runs.

What is done for every operation is kept short: numbers and places are written down, no more. Steps
and their names are made of that later, in :mod:`lessons.maths.steps`, for those who look.
"""

from __future__ import annotations

import math
import operator
from collections.abc import Callable, Sequence
from sys import _getframe
from types import FrameType
from typing import Any, NamedTuple, NoReturn

from lessons.maths import functions as _functions
from lessons.maths.functions import FUNCTIONS, Plain
from lessons.maths.places import NOWHERE, Places, Where
from lessons.maths.text import number

#: Frames of these files are the machinery; the first frame outside of them is the learner's.
_MACHINERY = {__file__, _functions.__file__}

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

_new = object.__new__


class Operation(NamedTuple):
    """One raw operation. ``a`` and ``b`` are the places of what went in, -1 for none.

    ``slopes`` are the derivatives by these two; None for sums and products, where they are seen at
    a glance. ``frame`` tells two runs of the same ``sum(...)`` apart.
    """

    op: str
    a: int
    b: int
    where: Where
    frame: int
    slopes: tuple[float, float] | None


#: What stands at the place of a number that was written in the source.
CONSTANT = Operation("constant", -1, -1, NOWHERE, 0, None)


class Tape:
    """All operations of one run, in order.

    Each number has a place: the inputs have the first ones, and after them come the results of
    ``operations``, and the constants that they met. ``values`` holds all numbers by their places.
    """

    __slots__ = ("function", "labels", "operations", "places", "values", "wheres")

    def __init__(self, function: str, places: Places) -> None:
        self.function = function
        self.places = places
        self.wheres = places.known
        self.labels: list[str] = []
        self.values: list[float] = []
        self.operations: list[Operation] = []

    def add_inputs(self, labels: Sequence[str], values: Sequence[float]) -> list[Number]:
        """New inputs; there can be none after the first operation."""
        start = len(self.values)
        self.labels += labels
        self.values += values
        return [Number(self, place, value) for place, value in enumerate(values, start)]

    def add_constant(self, value: float) -> int:
        """The place of a number that is not recorded."""
        self.values.append(value)
        self.operations.append(CONSTANT)
        return len(self.values) - 1

    def write(
        self,
        op: str,
        a: int,
        b: int,
        value: float,
        frame: FrameType,
        slopes: tuple[float, float] | None = None,
    ) -> Number:
        """Write down an operation that was carried out in the learner's ``frame``."""
        where = self.wheres.get((id(frame.f_code), frame.f_lasti)) or self.places.find(frame)
        self.values.append(value)
        # The bare tuple is built in a third of the time; it reads the same.
        self.operations.append((op, a, b, where, id(frame), slopes))  # type: ignore[arg-type]
        return Number(self, len(self.values) - 1, value)

    def apply(self, op: str, args: Sequence[Any]) -> Number:
        """Carry out ``op`` on recorded and plain numbers, with every check, and write it down."""
        plain = [self._plain(op, arg) for arg in args]
        frame = _learner_frame()
        value = self._carry_out(op, plain, frame)
        slopes = None if op in _COMPUTE else self._slopes(op, args, plain, frame)
        a, b = [
            arg._place if isinstance(arg, Number) else self.add_constant(number_)
            for arg, number_ in zip(args, plain, strict=True)
        ] + [-1] * (2 - len(plain))
        return self.write(op, a, b, value, frame, slopes)

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

    def _carry_out(self, op: str, plain: list[float], frame: FrameType) -> float:
        if op in _COMPUTE:
            value = _COMPUTE[op](*plain)
        else:
            function = FUNCTIONS[op]
            if function.domain and not function.domain[0](*plain):
                reason = function.domain[1].format(*(number(p, ascii=True) for p in plain))
                raise ValueError(f"{self._step_words(frame)}: {reason}; change its inputs")
            try:
                value = float(function.value(Plain, *plain))
            except OverflowError:
                value = math.inf
        if not math.isfinite(value):
            shown = ", ".join(number(p, ascii=True) for p in plain)
            raise OverflowError(
                f"{self._step_words(frame)}: {_word(op)} of {shown} is too large for a float "
                f"(the limit is about 1.8e308); make its inputs smaller"
            )
        return value

    def _slopes(
        self, op: str, args: Sequence[Any], plain: list[float], frame: FrameType
    ) -> tuple[float, float]:
        """The derivatives by the recorded arguments; 0.0 for the others, which nobody asks for."""
        found = [0.0, 0.0]
        for i, slope in enumerate(FUNCTIONS[op].slopes):
            if not isinstance(args[i], Number):
                continue
            try:
                found[i] = float(slope(Plain, *plain))
            except (OverflowError, ZeroDivisionError, ValueError):
                found[i] = math.inf
            if not math.isfinite(found[i]):
                raise ValueError(
                    f"{self._step_words(frame)}: {FUNCTIONS[op].word} has no finite slope at "
                    f"{', '.join(number(p, ascii=True) for p in plain)}; change its inputs"
                )
        return found[0], found[1]

    def here(self) -> str:
        """The step that the learner's function is at just now, as errors call it."""
        return self._step_words(_learner_frame())

    def _step_words(self, frame: FrameType) -> str:
        where = self.places.find(frame)
        return ", ".join(
            [
                self.function,
                *([f"line {where.line}"] if where.line is not None else []),
                *([where.site.target] if where.site.target else []),
            ]
        )


def _learner_frame(depth: int = 2) -> FrameType:
    """The innermost frame that is not the machinery's, from so many frames up."""
    frame = _getframe(depth)
    while frame.f_code.co_filename in _MACHINERY and frame.f_back is not None:
        frame = frame.f_back
    return frame


def _word(op: str) -> str:
    match op:
        case "add":
            return "addition"
        case "sub":
            return "subtraction"
    return FUNCTIONS[op].word


#: The operators that most of a network is made of, and how they are carried out.
_COMPUTE: dict[str, Callable[[float, float], float]] = {
    "add": operator.add,
    "sub": operator.sub,
    "mul": operator.mul,
}
#: Whole numbers below it are floats without loss.
_LARGE = 2**53


def _operator(op: str) -> Callable[[Number, Any], Number]:
    """``self op other``, at once where both are recorded numbers, or the other one is Python's."""
    compute, infinity = _COMPUTE[op], math.inf

    def recorded(self: Number, other: Any) -> Number:
        tape = self._tape
        if type(other) is Number and other._tape is tape:
            value = compute(self._value, other._value)
            if -infinity < value < infinity:
                # What tape.write does, without the call: this is the path that has to be short.
                frame = _getframe(1)
                here = (id(frame.f_code), frame.f_lasti)
                where = tape.wheres.get(here) or tape.places.find(frame)
                values = tape.values
                made = _new(Number)
                made._tape, made._place, made._value = tape, len(values), value
                values.append(value)
                tape.operations.append((op, self._place, other._place, where, id(frame), None))
                return made
        elif type(other) is float or (type(other) is int and abs(other) < _LARGE):
            value = compute(self._value, other)
            if -infinity < value < infinity:
                b = tape.add_constant(float(other))
                return tape.write(op, self._place, b, value, _getframe(1))
        return self._binary(op, self, other)

    return recorded


def _reflected(op: str) -> Callable[[Number, Any], Number]:
    """``other op self``, at once where the other is a number of Python's."""
    compute, infinity = _COMPUTE[op], math.inf

    def recorded(self: Number, other: Any) -> Number:
        if type(other) is float or (type(other) is int and abs(other) < _LARGE):
            value = compute(other, self._value)
            if -infinity < value < infinity:
                a = self._tape.add_constant(float(other))
                return self._tape.write(op, a, self._place, value, _getframe(1))
        return self._binary(op, other, self)

    return recorded


class Number:
    """A float that writes down what is done with it. Made by ``record``, never by hand."""

    __slots__ = ("_place", "_tape", "_value")

    def __init__(self, tape: Tape, place: int, value: float) -> None:
        self._tape, self._place, self._value = tape, place, value

    def _recorded(self, name: str, args: Sequence[Any]) -> Number:
        function = FUNCTIONS[name]
        if len(args) == 1 and function.domain is None:
            try:
                value = function.value(Plain, self._value)
                slope = function.slopes[0](Plain, self._value)
            except OverflowError:
                value = slope = math.inf
            if math.isfinite(value) and math.isfinite(slope):
                # In between are the function of the course and what all of them share.
                frame = _learner_frame(4)
                return self._tape.write(name, self._place, -1, value, frame, (slope, 0.0))
        return self._tape.apply(name, args)

    def _binary(self, op: str, left: Any, right: Any) -> Number:
        other = right if left is self else left
        if isinstance(other, (list, tuple)):
            raise TypeError(
                f"{self._tape.here()}: {_word(op)} of a number and a list; take one entry, as in "
                f"x[0], or go through the list with a loop"
            )
        return self._tape.apply(op, (left, right))

    __add__, __radd__ = _operator("add"), _reflected("add")
    __sub__, __rsub__ = _operator("sub"), _reflected("sub")
    __mul__, __rmul__ = _operator("mul"), _reflected("mul")

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
        labels = self._tape.labels
        called = labels[self._place] if self._place < len(labels) else "this"
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
