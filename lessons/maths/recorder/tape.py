"""The tape, on which operations are written while a function runs, and their checks."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from types import FrameType
from typing import Any, NamedTuple

from lessons.maths import text
from lessons.maths.functions import FUNCTIONS
from lessons.maths.recorder.frames import NOWHERE, SourceMap, Where, learner_frame
from lessons.maths.recorder.number import ARITHMETIC, Number, Numbers

__all__ = ["CONSTANT", "Number", "Numbers", "Operation", "Tape"]


new_number = object.__new__


class Operation(NamedTuple):
    """One raw operation y on the numbers at the indexes ``a`` and ``b``, and its slope by each.

    An operation on one number has ``b`` = ``a`` and the slope 0 there. ``frame`` tells two runs of
    the same ``sum(...)`` apart.
    """

    op: str
    a: int
    b: int
    dy_da: float
    dy_db: float
    where: Where
    frame: int


#: What stands at the index of a number that was written in the source.
CONSTANT = Operation("constant", 0, 0, 0.0, 0.0, NOWHERE, 0)


class Tape:
    """All operations of one run, in order.

    Each number has a place: the inputs have the first ones, and after them come the results of
    ``operations``, and the constants that they met. ``values`` holds all numbers by their places.
    """

    __slots__ = ("function", "labels", "operations", "places", "values", "wheres")

    def __init__(self, function: str, places: SourceMap) -> None:
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

    def backwards(self) -> Iterator[tuple[int, Operation]]:
        """The operations from the last to the first, each with the index of its result."""
        return zip(  # noqa: B905
            range(len(self.values) - 1, -1, -1), reversed(self.operations)
        )

    def write(
        self, op: str, a: int, b: int, dy_da: float, dy_db: float, value: float, frame: FrameType
    ) -> Number:
        """Write down an operation that was carried out in the learner's ``frame``."""
        where = self.wheres.get((id(frame.f_code), frame.f_lasti)) or self.places.find(frame)
        values = self.values
        made = new_number(Number)  # in half of the time that the call of the class takes
        made._tape, made._place, made._value = self, len(values), value
        values.append(value)
        # The bare tuple is built in a third of the time; it reads the same.
        self.operations.append((op, a, b, dy_da, dy_db, where, id(frame)))  # type: ignore[arg-type]
        return made

    def apply(self, op: str, args: Sequence[Any]) -> Number:
        """Carry out ``op`` on recorded and plain numbers, with every check, and write it down."""
        plain = [self._plain(op, arg) for arg in args]
        frame = learner_frame()
        value = self._carry_out(op, plain, frame)
        slopes = self._slopes(op, args, plain, frame)
        indexes = [
            arg._place if isinstance(arg, Number) else self.add_constant(number_)
            for arg, number_ in zip(args, plain, strict=True)
        ]
        (a, *other), (dy_da, *by_other) = indexes, slopes
        b, dy_db = (other[0], by_other[0]) if other else (a, 0.0)
        return self.write(op, a, b, dy_da, dy_db, value, frame)

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
                f"{self.here()}: {text.word(op)} needs numbers, and one of them is {arg!r}"
            ) from None
        if not math.isfinite(value):
            raise ValueError(
                f"{self.here()}: {text.word(op)} meets {value}; use finite numbers alone"
            )
        return value

    def _carry_out(self, op: str, plain: list[float], frame: FrameType) -> float:
        if op in ARITHMETIC:
            value = ARITHMETIC[op][0](*plain)
        else:
            function = FUNCTIONS[op]
            if function.domain and not function.domain[0](*plain):
                reason = function.domain[1].format(*(text.number(p, ascii=True) for p in plain))
                raise ValueError(f"{self._step_words(frame)}: {reason}; change its inputs")
            try:
                value = float(function.value(*plain))
            except OverflowError:
                value = math.inf
        if not math.isfinite(value):
            shown = ", ".join(text.number(p, ascii=True) for p in plain)
            raise OverflowError(
                f"{self._step_words(frame)}: {text.word(op)} of {shown} is too large for a float "
                f"(the limit is about 1.8e308); make its inputs smaller"
            )
        return value

    def _slopes(
        self, op: str, args: Sequence[Any], plain: list[float], frame: FrameType
    ) -> Sequence[float]:
        """The derivatives by the recorded arguments; 0.0 for the others, which nobody asks for."""
        if op in ARITHMETIC:
            return ARITHMETIC[op][1](*plain)
        slopes = [0.0] * len(plain)
        for i, slope in enumerate(FUNCTIONS[op].slopes):
            if not isinstance(args[i], Number):
                continue
            try:
                slopes[i] = float(slope(*plain))
            except (OverflowError, ZeroDivisionError, ValueError):
                slopes[i] = math.inf
            if not math.isfinite(slopes[i]):
                raise ValueError(
                    f"{self._step_words(frame)}: {text.word(op)} has no finite slope at "
                    f"{', '.join(text.number(p, ascii=True) for p in plain)}; change its inputs"
                )
        return slopes

    def here(self) -> str:
        """The step that the learner's function is at just now, as errors call it."""
        return self._step_words(learner_frame())

    def _step_words(self, frame: FrameType) -> str:
        where = self.places.find(frame)
        return ", ".join(
            [
                self.function,
                *([f"line {where.line}"] if where.line is not None else []),
                *([where.site.target] if where.site.target else []),
            ]
        )
