"""What a record keeps of a loss: few steps, with the names that a learner reads in the diagram.

The recorder takes the name of each step from the assignments in this file, and its line from the
learner's function. So the names here are chosen for the eye: ``error``, ``square``, ``logp``,
``e``, ``total``. The last step of each function is returned and takes the learner's own name.

The label is looked at and not calculated with: it says which path is recorded. With y = 1 the
binary cross-entropy is ``-log(p)``, and no term that is multiplied by 0 stands in the way.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from lessons.maths.functions import exp, log, softplus
from lessons.maths.losses.arguments import Call, Given, plain, refuse_infinite_loss

#: Logits up to this size are recorded as the textbook has them; beyond it, the largest is
#: subtracted from all first, which changes no quotient and lets every exponential be a float.
LARGEST_LOGIT = 100.0


def half_squared_error(call: Call, given: Given) -> Any:
    yhat, y = given.prediction, given.target
    if not given.shape:
        error = yhat - y
        square = error**2
        return 0.5 * square
    total = _squares(given)
    mean = total / given.samples
    return 0.5 * mean


def mean_squared_error(call: Call, given: Given) -> Any:
    yhat, y = given.prediction, given.target
    if not given.shape:
        error = yhat - y
        return error**2
    total = _squares(given)
    outputs = given.shape[1] if len(given.shape) == 2 else 1
    return total / (given.samples * outputs)


def _squares(given: Given) -> Any:
    yhat, y = _one_row(given.prediction), _one_row(given.target)
    error = [a - b for a, b in zip(yhat, y, strict=True)]
    square = [each**2 for each in error]
    total = sum(square)
    return total


def binary_cross_entropy(call: Call, given: Given) -> Any:
    p, y = given.prediction, given.target
    for a, b in zip(_one_row(p), _one_row(y), strict=True):
        right, meant = (plain(a), call.letter) if b == 1 else (1 - plain(a), f"1 - {call.letter}")
        refuse_infinite_loss(call, given, right, meant)
    if not given.shape:
        if y == 1:
            logp = log(p)
            return -logp
        q = 1 - p
        logq = log(q)
        return -logq
    right = [a if b == 1 else 1 - a for a, b in zip(_one_row(p), _one_row(y), strict=True)]
    logp = [log(each) for each in right]
    total = sum(logp)
    mean = total / given.samples
    return -mean


def binary_cross_entropy_as_written(call: Call, given: Given) -> Any:
    p, y = given.prediction, given.target
    if not given.shape:
        logp = log(p)
        q = 1 - p
        logq = log(q)
        other = 1 - y
        hit = y * logp
        miss = other * logq
        both = hit + miss
        return -both
    p, y = _one_row(p), _one_row(y)
    logp = [log(each) for each in p]
    q = [1 - each for each in p]
    logq = [log(each) for each in q]
    other = [1 - b for b in y]
    hit = [b * each for each, b in zip(logp, y, strict=True)]
    miss = [b * each for each, b in zip(logq, other, strict=True)]
    total = sum([*hit, *miss])
    mean = total / given.samples
    return -mean


def binary_cross_entropy_from_logits(call: Call, given: Given) -> Any:
    z, y = given.prediction, given.target
    if not given.shape:
        if y == 1:
            minus = -z
            return softplus(minus)
        return softplus(z)
    minus = [-a if b == 1 else a for a, b in zip(_one_row(z), _one_row(y), strict=True)]
    loss = [softplus(each) for each in minus]
    total = sum(loss)
    return total / given.samples


def categorical_cross_entropy(call: Call, given: Given) -> Any:
    right = [_true(p, y) for p, y in _rows(given)]
    for each in right:
        refuse_infinite_loss(call, given, each, f"{call.letter} of the true class")
    if len(given.shape) == 1:
        logp = log(right[0])
        return -logp
    logp = [log(each) for each in right]
    total = sum(logp)
    mean = total / given.samples
    return -mean


def categorical_cross_entropy_as_written(call: Call, given: Given) -> Any:
    if len(given.shape) == 1:
        logp = [log(each) for each in given.prediction]
        term = [b * each for each, b in zip(logp, given.target, strict=True)]
        total = sum(term)
        return -total
    p, y = _one_row(given.prediction), _one_row(given.target)
    logp = [log(each) for each in p]
    term = [b * each for each, b in zip(logp, y, strict=True)]
    total = sum(term)
    mean = total / given.samples
    return -mean


def categorical_cross_entropy_from_logits(call: Call, given: Given) -> Any:
    if len(given.shape) == 1:
        return _from_logits(given.prediction, given.target)
    loss = [_from_logits(z, y) for z, y in _rows(given)]
    total = sum(loss)
    return total / given.samples


def _from_logits(z: Sequence[Any], y: Sequence[Any]) -> Any:
    """log(sum of the exponentials) - the true class's logit: both are of the shifted logits."""
    z = _shifted(z)
    e = [exp(each) for each in z]
    total = sum(e)
    logtotal = log(total)
    return logtotal - _true(z, y)


def softmax(call: Call, given: Given) -> list[Any]:
    if len(given.shape) == 1:
        return _softmax(given.prediction)
    return [_softmax(z) for z in given.prediction]


def _softmax(z: Sequence[Any]) -> list[Any]:
    z = _shifted(z)
    e = [exp(each) for each in z]
    total = sum(e)
    p = [each / total for each in e]
    return p


def _shifted(z: Sequence[Any]) -> Sequence[Any]:
    """``z`` itself where it is small, else ``z`` minus its largest, which is a plain constant."""
    numbers = [plain(each) for each in z]
    if max(map(abs, numbers)) <= LARGEST_LOGIT:
        return z
    top = max(numbers)
    d = [each - top for each in z]
    return d


def _true(row: Sequence[Any], y: Sequence[Any]) -> Any:
    """The entry of the true class."""
    return next(each for each, label in zip(row, y, strict=True) if label == 1)


def _rows(given: Given) -> list[tuple[Any, Any]]:
    if len(given.shape) == 1:
        return [(given.prediction, given.target)]
    return list(zip(given.prediction, given.target, strict=True))


def _one_row(numbers: Any) -> list[Any]:
    """A number, a list or a list of rows as one list, row after row."""
    if not isinstance(numbers, list):
        return [numbers]
    if isinstance(numbers[0], list):
        return [entry for row in numbers for entry in row]
    return numbers
