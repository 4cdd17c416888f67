"""What is given to a loss, read and checked before anything is computed.

A prediction and its target come as numbers, as lists, as lists of rows or as NumPy arrays; some of
the numbers may be recorded ones. Whatever would lead to a silent wrong number is refused here, in
a sentence that names the entry and the fix. NumPy itself is never imported.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

#: How far the probabilities of a sample may be from 1 in sum.
TOLERANCE = 1e-9


@dataclass(frozen=True, slots=True)
class Given:
    """A prediction and its target, with the shape that both have.

    ``kind`` is "plain" (floats and lists), "recorded" (the same, some of the numbers recorded) or
    "array" (NumPy, float64).
    """

    kind: str
    shape: tuple[int, ...]
    prediction: Any
    target: Any = None

    @property
    def samples(self) -> int:
        """How many samples a flat list or a list of rows holds; 1 for a number."""
        return self.shape[0] if self.shape else 1


@dataclass(frozen=True, slots=True)
class Call:
    """Who asks, for the messages: the name of the function, and the letter of its prediction."""

    name: str
    letter: str

    def error(self, said: str, *given: Any) -> ValueError:
        return ValueError(f"{place(*given)}{self.name}: {said}")


def read(call: Call, prediction: Any, target: Any) -> Given:
    """Both as floats, lists of the same shape, or arrays of the same shape, finite and not empty.

    Raises ``TypeError`` for what is no number, and ``ValueError`` for the rest.
    """
    a, b = _structured(call, call.letter, prediction), _structured(call, "y", target)
    recorded = _is_recorded(a) or _is_recorded(b)
    shapes = _shape(call, call.letter, a), _shape(call, "y", b)
    if shapes[0] != shapes[1]:
        raise call.error(_mismatch(call, *shapes), a, b)
    kind = _kind(recorded, a, b)
    given = Given(kind, shapes[0], _as(kind, a), _as(kind, b))
    if 0 in given.shape:
        raise call.error("the batch is empty; give one sample or more")
    _refuse_infinite(call, call.letter, given.prediction, given)
    _refuse_infinite(call, "y", given.target, given)
    return given


def read_one(call: Call, logits: Any) -> Given:
    """The logits of one sample (k,), or of a batch (n, k), for softmax."""
    z = _structured(call, call.letter, logits)
    kind = _kind(_is_recorded(z), z)
    given = Given(kind, _shape(call, call.letter, z), _as(kind, z))
    if 0 in given.shape:
        raise call.error(f"{call.letter} is empty; give one logit for each class")
    _refuse_infinite(call, call.letter, given.prediction, given)
    refuse_no_classes(call, given)
    return given


# What each loss asks of its numbers.


def refuse_no_classes(call: Call, given: Given) -> None:
    """A sample is a row of two classes or more: (k,), or (n, k)."""
    shape, letter = given.shape, call.letter
    if not shape or len(shape) > 2:
        raise call.error(
            f"{letter} has the shape {shape}; give one number for each class, (k,), or one such "
            f"row for each sample, (n, k)",
            given,
        )
    if shape[-1] < 2:
        raise call.error(
            f"{letter} has the shape {shape}, that is one class; with one class there is nothing "
            f"to choose: use sigmoid and binary_cross_entropy for one output",
            given,
        )


def refuse_many_outputs(call: Call, given: Given, most: int | None) -> None:
    """At most rows of outputs, (n, k); with ``most`` = 1 one output for each sample."""
    if len(given.shape) > 2 or (most and len(given.shape) == 2 and given.shape[1] > most):
        wanted = "a number, (n,) or (n, 1)" if most else "a number, (n,) or (n, k)"
        advice = "; for several classes use categorical_cross_entropy" if most else ""
        raise call.error(f"{call.letter} has the shape {given.shape}; give {wanted}{advice}", given)


def refuse_labels(call: Call, given: Given) -> None:
    """Each label is 0 or 1."""
    _refuse(
        call,
        "y",
        given.target,
        lambda v: (v == 0) | (v == 1),
        "and a label is 0 or 1 (the prediction comes first, the label second)",
        given,
    )


def refuse_not_one_hot(call: Call, given: Given) -> None:
    """Each row of labels holds a single 1."""
    refuse_labels(call, given)
    for suffix, ones in _row_sums(given.target, lambda total: total == 1):
        raise call.error(
            f"y{suffix} holds {ones:.0f} ones; a one-hot row has a 1 for the true class and 0 for "
            f"all others",
            given,
        )


def refuse_no_probability(call: Call, given: Given) -> None:
    """Each prediction lies between 0 and 1."""
    _refuse(
        call,
        call.letter,
        given.prediction,
        lambda v: (v >= 0) & (v <= 1),
        f"and a probability lies between 0 and 1; for logits use "
        f"{call.name.removesuffix('_as_written')}_from_logits",
        given,
    )


def refuse_no_distribution(call: Call, given: Given) -> None:
    """The probabilities of each sample sum to 1."""
    refuse_no_probability(call, given)
    for suffix, total in _row_sums(given.prediction, lambda t: abs(t - 1) <= TOLERANCE):
        raise call.error(
            f"the probabilities {call.letter}{suffix} sum to {total!r}, and must sum to 1; "
            f"softmax makes such numbers",
            given,
        )


def refuse_infinite_loss(call: Call, given: Given, probability: Any, meant: str) -> None:
    """In a record, a loss of infinity is an error: the true label was given the probability 0."""
    if plain(probability) == 0:
        raise call.error(
            f"log({meant}) meets {meant} = 0: the prediction calls the true label impossible, so "
            f"the loss is infinite, and infinity cannot be recorded; move the prediction away from "
            f"that end, or use {call.name}_from_logits",
            given,
        )


# Numbers, lists and arrays.


def plain(number: Any) -> Any:
    """The float of a recorded number; any other number as it is."""
    return number._value if hasattr(number, "_tape") else number


def place(*given: Any) -> str:
    """``net, line 3: `` where a recorded number is among what was given; "" where none is."""
    for number in _flat(given):
        if hasattr(number, "_tape"):
            return f"{number._tape.here()}: "
    return ""


def _flat(given: Any) -> Iterator[Any]:
    if isinstance(given, Given):
        yield from _flat((given.prediction, given.target))
    elif isinstance(given, (list, tuple)):
        for entry in given:
            yield from _flat(entry)
    else:
        yield given


def _is_recorded(given: Any) -> bool:
    return any(hasattr(number, "_tape") for number in _flat(given))


def _array(given: Any) -> Any:
    """NumPy, if ``given`` is one of its arrays; else None."""
    numpy = sys.modules.get("numpy")  # an array can only exist when NumPy was imported
    return numpy if numpy is not None and isinstance(given, numpy.ndarray) else None


def _structured(call: Call, letter: str, given: Any) -> Any:
    """A number, nested lists of numbers, or a float64 array of one dimension or more."""
    if _array(given) is not None:
        if given.ndim and given.dtype.kind in "biuf":
            return given.astype("float64") + 0.0  # turns -0.0 into 0.0: 1 / p is inf, not -inf
        return _structured(call, letter, given.tolist())
    if isinstance(given, (list, tuple)):
        return [
            _structured(call, letter, entry if _array(entry) is None else entry.tolist())
            for entry in given
        ]
    if hasattr(given, "_tape"):
        return given
    try:
        if isinstance(given, (str, bytes, complex)):
            raise TypeError
        return float(given)
    except OverflowError:
        return math.inf
    except (TypeError, ValueError):
        raise TypeError(
            f"{call.name}: {letter} holds {given!r}, which is no number; give a number, a list of "
            f"numbers or a NumPy array"
        ) from None


def _shape(call: Call, letter: str, given: Any) -> tuple[int, ...]:
    if _array(given) is not None:
        return tuple(given.shape)
    if not isinstance(given, list):
        return ()
    inner = [_shape(call, letter, entry) for entry in given]
    uneven = next((shape for shape in inner if shape != inner[0]), None)
    if uneven is not None:
        raise call.error(
            f"{letter} is uneven: entries of the shapes {inner[0]} and {uneven} stand in one list; "
            f"give each row the same number of entries",
            given,
        )
    return (len(given), *(inner[0] if inner else ()))


def _mismatch(call: Call, a: tuple[int, ...], b: tuple[int, ...]) -> str:
    """Both shapes, and what to do about it."""
    said = f"{call.letter} has the shape {a} and y has {b}; "
    for longer, shorter, first, second in ((a, b, call.letter, "y"), (b, a, "y", call.letter)):
        if len(longer) == 2 and longer[1] == 1 and len(shorter) == 1:
            return said + (
                f"NumPy would make a table of them, every sample against every other: write "
                f"{first}[:, 0], or {second}.reshape(-1, 1)"
            )
    if call.name.startswith("categorical") and len(a) == len(b) + 1:
        return said + "write y one-hot: for each sample a row with a 1 for the true class, else 0"
    return said + "give both the same shape, one target for each prediction"


def _kind(recorded: bool, *given: Any) -> str:
    if recorded:
        return "recorded"
    return "array" if any(_array(x) is not None for x in given) else "plain"


def _as(kind: str, given: Any) -> Any:
    is_array = _array(given) is not None
    if kind == "array":
        return given if is_array else sys.modules["numpy"].asarray(given, dtype="float64")
    return given.tolist() if is_array else given


def _refuse_infinite(call: Call, letter: str, numbers: Any, given: Given) -> None:
    _refuse(
        call,
        letter,
        numbers,
        lambda v: abs(v) < math.inf,
        "and only finite numbers can be used",
        given,
    )


def _refuse(
    call: Call,
    letter: str,
    numbers: Any,
    good: Callable[[Any], Any],
    sentence: str,
    given: Given,
) -> None:
    """Raise for the first number that is not ``good``; an array is asked as a whole first."""
    if _array(numbers) is not None and good(numbers).all():
        return
    for suffix, number in _entries(numbers):
        if not good(number):
            raise call.error(f"{letter}{suffix} is {number!r}, {sentence}", given)


def _entries(numbers: Any, suffix: str = "") -> Iterator[tuple[str, float]]:
    """Every number as a float, with its place as it is written in code: ``[1][0]``."""
    if _array(numbers) is not None:
        numbers = numbers.tolist()
    if isinstance(numbers, list):
        for i, entry in enumerate(numbers):
            yield from _entries(entry, f"{suffix}[{i}]")
    else:
        yield suffix, plain(numbers)


def _row_sums(numbers: Any, good: Callable[[Any], Any]) -> Iterator[tuple[str, float]]:
    """The rows whose sum is not ``good``, each with its place and its sum."""
    if _array(numbers) is not None:
        if good(numbers.sum(axis=-1)).all():
            return
        numbers = numbers.tolist()
    rows = enumerate(numbers) if isinstance(numbers[0], list) else [("", numbers)]
    for i, row in rows:
        total = math.fsum(plain(entry) for entry in row)
        if not good(total):
            yield f"[{i}]" if i != "" else "", total
