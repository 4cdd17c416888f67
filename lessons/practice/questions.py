"""A question with a number for an answer, and what is said to each number that comes back.

A wrong number is matched against the numbers that known mistakes give, so that the feedback can
name the mistake and ask one question. It never only says "wrong".
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Literal

from lessons.maths.checks import finite
from lessons.maths.text import MINUS, number
from lessons.maths.written_number import value_of

Verdict = Literal["right", "mistake", "sign", "factor", "large", "small", "unreadable"]

#: An answer nearer to 0 than this is 0, with the rounding of floats on it.
_ZERO = 1e-9
_FACTORS = (
    (2.0, "That is twice the answer. Was something counted twice, or has a factor 1/2 been lost?"),
    (0.5, "That is half the answer. Has a factor 2 been lost, or is there a 1/2 too many?"),
    (10.0, "That is ten times the answer. Where does the decimal point belong?"),
    (0.1, "That is a tenth of the answer. Where does the decimal point belong?"),
)


@dataclass(frozen=True)
class Feedback:
    """What is said to one answer. ``value`` is None when the text could not be read."""

    text: str
    value: float | None
    verdict: Verdict
    told: str
    hints: tuple[str, ...] = ()

    @property
    def right(self) -> bool:
        return self.verdict == "right"


@dataclass(frozen=True)
class Question:
    """A question and its number.

    ``mistakes`` are pairs of a hint and the number which that mistake gives. One that gives the
    right number, or none at all (NaN, infinity), is never matched; when several give the number
    that was written, all their hints are shown. ``within`` is how far from the answer still
    counts as right, but never more than a tenth of the answer: 0 is not 0.003.

    Raises ``ValueError`` or ``TypeError`` for an empty question or hint, an answer that is no
    finite number, and a ``within`` that is not above 0.
    """

    text: str
    answer: float
    mistakes: tuple[tuple[str, float], ...] = ()
    reveal: str = ""
    within: float = 0.005

    def __post_init__(self) -> None:
        if not self.text.strip():
            raise ValueError("the question is empty; write what is asked")
        object.__setattr__(self, "answer", finite("the answer", _plain(self.answer)))
        object.__setattr__(self, "within", finite("within", _plain(self.within)))
        if self.within <= 0:
            raise ValueError(f"within is {self.within}; give it a number above 0, such as 0.005")
        for hint, _ in self.mistakes:
            if not hint.strip():
                raise ValueError("a mistake has an empty hint; write what it is, and ask")
        pairs = tuple((hint, float(_plain(wrong))) for hint, wrong in self.mistakes)
        object.__setattr__(self, "mistakes", pairs)

    def is_right(self, value: float) -> bool:
        """Whether a number counts as the answer."""
        return self._same(value, self.answer)

    def check(self, text: str) -> Feedback:
        """Read an answer and say what is to be said about it. It raises nothing."""
        try:
            value = value_of(text)
        except ValueError as error:
            return Feedback(text, None, "unreadable", str(error))
        if self.is_right(value):
            return Feedback(text, value, "right", f"Right: {number(self.answer)}.")
        verdict, told, hints = self._wrong(value)
        return Feedback(text, value, verdict, f"{_read(text, value)} {told}", hints)

    def _wrong(self, value: float) -> tuple[Verdict, str, tuple[str, ...]]:
        hints = tuple(hint for hint, wrong in self.mistakes if self._same(value, wrong))
        if hints:
            return "mistake", " ".join(hints), hints
        if abs(self.answer) > _ZERO:
            if self._same(value, -self.answer):
                return "sign", "The size is right, the sign is not. Where does a sign change?", ()
            for factor, told in _FACTORS:
                if self._same(value, factor * self.answer):
                    return "factor", told, ()
        if value > self.answer:
            return "large", "That is too large: the answer lies below it.", ()
        return "small", "That is too small: the answer lies above it.", ()

    def _same(self, value: float, other: float) -> bool:
        room = self.within if abs(other) <= _ZERO else min(self.within, abs(other) / 10)
        # A hair more, because 0.1 + 0.005 is not quite 0.105 in floats.
        return abs(value - other) <= room * (1 + 1e-9)


def _read(text: str, value: float) -> str:
    """How the answer was understood; a sum is told with its value."""
    written = " ".join(text.split()).replace("-", MINUS)
    if re.fullmatch(rf"[{MINUS}+]?[\d.]+([eE][{MINUS}+]?\d+)?", written):
        return f"You wrote {written}."
    return f"You wrote {written}, which is {number(value)}."


def _plain(value: Any) -> Any:
    """A NumPy scalar as Python's own number; anything else as it is."""
    return value.item() if hasattr(value, "item") else value
