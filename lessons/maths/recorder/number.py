"""Recorded numbers: floats that write down what is done with them.

They live only while the learner's function runs. What is done for every operation is kept short:
numbers and places go onto the tape, no more. Steps and their names are made of that later, in
:mod:`lessons.maths.recorder.naming`, for those who look.
"""

from __future__ import annotations

import math
import operator
from collections.abc import Callable, Sequence
from sys import _getframe
from typing import TYPE_CHECKING, Any, NoReturn

from lessons.maths import text
from lessons.maths.functions import FUNCTIONS
from lessons.maths.recorder.frames import learner_frame

if TYPE_CHECKING:
    from lessons.maths.recorder.tape import Tape

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

#: The operators that most of a network is made of: the value of each, and its partial derivatives.
ARITHMETIC: dict[str, tuple[Callable[..., float], Callable[..., tuple[float, float]]]] = {
    "add": (operator.add, lambda a, b: (1.0, 1.0)),
    "sub": (operator.sub, lambda a, b: (1.0, -1.0)),
    "mul": (operator.mul, lambda a, b: (b, a)),
}
#: Whole numbers below it are floats without loss.
_LARGE = 2**53


def _operator(op: str, reflected: bool = False) -> Callable[[Number, Any], Number]:
    """``self op other``, or reflected ``other op self``.

    Recorded numbers and those of Python's are taken at once; all else, with its checks, by the
    tape.
    """
    (compute, partials), infinity = ARITHMETIC[op], math.inf

    def recorded(self: Number, other: Any) -> Number:
        tape, a, i = self._tape, self._value, self._place
        if type(other) is Number and other._tape is tape:
            b, j = other._value, other._place
        elif type(other) is float or (type(other) is int and abs(other) < _LARGE):
            b, j = float(other), tape.add_constant(float(other))
        else:
            return self._binary(op, *((other, self) if reflected else (self, other)))
        if reflected:
            a, b, i, j = b, a, j, i
        value = compute(a, b)
        if not -infinity < value < infinity:
            return self._binary(op, *((other, self) if reflected else (self, other)))
        dy_da, dy_db = partials(a, b)
        return tape.write(op, i, j, dy_da, dy_db, value, _getframe(1))

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
                value = function.value(self._value)
                slope = function.slopes[0](self._value)
            except OverflowError:
                value = slope = math.inf
            if math.isfinite(value) and math.isfinite(slope):
                # In between are the function of the course and what all of them share.
                frame = learner_frame(4)
                place = self._place
                return self._tape.write(name, place, place, slope, 0.0, value, frame)
        return self._tape.apply(name, args)

    def _binary(self, op: str, left: Any, right: Any) -> Number:
        other = right if left is self else left
        if isinstance(other, (list, tuple)):
            raise TypeError(
                f"{self._tape.here()}: {text.word(op)} of a number and a list; take one entry, as "
                f"in x[0], or go through the list with a loop"
            )
        return self._tape.apply(op, (left, right))

    __add__, __radd__ = _operator("add"), _operator("add", reflected=True)
    __sub__, __rsub__ = _operator("sub"), _operator("sub", reflected=True)
    __mul__, __rmul__ = _operator("mul"), _operator("mul", reflected=True)

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

    __add__ = __radd__ = __sub__ = __rsub__ = __mul__ = __rmul__ = _refused
    __truediv__ = __rtruediv__ = __pow__ = __rpow__ = _refused


def _value(other: object) -> Any:
    return other._value if isinstance(other, Number) else other
