"""The losses of the course, softmax, and the gradient of a loss by its prediction.

Every loss is called as ``loss(prediction, target)``, and its gradient with respect to the
prediction is ``loss_slope("loss", prediction, target)``. Both take

- one sample as a number (a list of k for the losses over classes), recorded or not;
- a batch as a list, a list of rows, or a NumPy array: (n,) or (n, k), the target of the same shape.

A loss is one number: the mean over the samples of a batch, and the sum over the classes of a
sample. 1/2 stands in the half squared error alone; ``log`` is the natural logarithm.

What is written below, with the slope by the prediction above it, is of one sample.

A probability of exactly 0 or 1 gives the limit: 0.0 where it is right, infinity where it is wrong.
Only the forms ``..._as_written`` give NaN there, as the textbook's formula does. Bad input raises
``ValueError`` (``TypeError`` for what is no number): see :mod:`lessons.maths.losses.arguments`.
Infinity cannot be recorded: in a record it is an error that names the step.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import reduce
from typing import Any

from lessons.maths import elementwise as m
from lessons.maths.functions import sigmoid, softplus
from lessons.maths.losses import recorded
from lessons.maths.losses.arguments import (
    Call,
    Given,
    read_one,
    refuse_labels,
    refuse_many_outputs,
    refuse_no_classes,
    refuse_no_distribution,
    refuse_no_probability,
    refuse_not_one_hot,
)
from lessons.maths.losses.table import (
    LOSSES,
    by_sample,
    checked,
    divisor,
    leaves,
    loss,
    mismatch_reason,
    row_of,
)

__all__ = ["LOSSES", "loss_slope", "mismatch_reason", "softmax", "softmax_of"]


def loss_slope(name: str, prediction: Any, target: Any) -> Any:
    """The gradient of a loss of the table by its prediction (by the logits for ``_from_logits``).

    It has the shape of the prediction: a float for a number, a list for a list, lists for rows, an
    array for an array. In a batch of n each entry has its 1/n. Where the true label was given the
    probability 0 it is infinite. Errors are those of the loss itself; a recorded number is a
    ``TypeError``, for its gradient comes from ``record(...).backward()``.

    >>> from lessons import loss_slope
    >>> loss_slope("binary_cross_entropy", 0.5, 1)
    -2.0
    """
    row = row_of(name)
    call = Call(name, row.letter)
    given = checked(call, row, prediction, target)
    if given.kind == "recorded":
        raise TypeError(
            f"loss_slope({name!r}, ...) takes plain numbers; the gradient of a recorded "
            f"computation comes from record(...).backward()"
        )
    count = divisor(row, given)

    def rule(a: Any, y: Any) -> Any:
        slope = row.slope(a, y)
        return [each / count for each in slope] if row.classes else slope / count

    found = by_sample(row.classes, given, rule)
    if row.letter != "p" and any(map(math.isinf, leaves(found))):
        raise OverflowError(
            f"the slope of {name} is too large for a float; make its inputs smaller"
        )
    return found


def softmax(z: Any) -> Any:
    """exp(z_i) / (sum of all exp(z_j)): logits to probabilities, without overflow at any z.

    ``z`` is a list of k >= 2 numbers, recorded or not, or a list of such rows, or an array of the
    shape (k,) or (n, k), a row for each sample. The result is of the same kind and shape. In a
    record the steps are the exponentials ``e0, e1, ...``, their sum ``total`` and the quotients
    ``p0, p1, ...``; for logits beyond +-100 the largest is subtracted first (``d0, d1, ...``).
    """
    call = Call("softmax", "z")
    given = read_one(call, z)
    if given.kind == "recorded":
        return recorded.softmax(call, given)
    return by_sample(True, given, lambda z, _: softmax_of(z))


def softmax_of(z: Sequence[Any]) -> list[Any]:
    """The probabilities of one sample, or of a list of columns."""
    # exp only ever sees a number <= 0, so +-1000 cannot overflow; one of them is 0, so the sum is
    # 1 or more.
    top = reduce(m.maximum, z)
    e = [m.exp(zi - top) for zi in z]
    total = sum(e)
    return [ei / total for ei in e]


def _pairs(a: Sequence[Any], y: Sequence[Any]) -> Any:
    """The entries of two lists, class by class."""
    return zip(a, y, strict=True)


def _one_output(call: Call, given: Given) -> None:
    refuse_many_outputs(call, given, most=1)


def _outputs(call: Call, given: Given) -> None:
    refuse_many_outputs(call, given, most=None)


@loss(
    lambda yhat, y: yhat - y,
    steps=recorded.half_squared_error,
    checks=(_outputs,),
)
def half_squared_error(yhat: Any, y: Any) -> Any:
    """(1/2)(yhat - y)**2. Slope: yhat - y.

    Numbers, (n,) or (n, k): the sum over the k outputs, the mean over the n samples.
    """
    return 0.5 * (yhat - y) ** 2


@loss(
    lambda yhat, y: 2.0 * (yhat - y),
    steps=recorded.mean_squared_error,
    checks=(_outputs,),
    mean_over_outputs=True,
)
def mean_squared_error(yhat: Any, y: Any) -> Any:
    """The mean of (yhat - y)**2 over samples and outputs. Slope: 2(yhat - y) / count.

    Numbers, (n,) or (n, k); the count is 1, n or n * k.
    """
    return (yhat - y) ** 2


@loss(
    lambda p, y: m.where(y == 1, -m.reciprocal(p), m.reciprocal(1.0 - p)),
    steps=recorded.binary_cross_entropy,
    checks=(_one_output, refuse_labels, refuse_no_probability),
)
def binary_cross_entropy(p: Any, y: Any) -> Any:
    """-y log(p) - (1 - y) log(1 - p), the mean over the samples. Slope: (p - y) / (p(1 - p)).

    ``p`` in [0, 1], ``y`` 0 or 1: numbers, (n,) or (n, 1). A record holds the one term that the
    label chooses, ``-log(p)`` or ``-log(1 - p)``; the label itself gets no gradient.
    """
    # The label chooses the term: the other one, 0 * log(...), is left out.
    return m.where(y == 1, -m.log(p), -m.log1p(-p))


@loss(
    lambda p, y: [m.where(yi == 1, -m.reciprocal(pi), 0.0) for pi, yi in _pairs(p, y)],
    steps=recorded.categorical_cross_entropy,
    checks=(refuse_no_classes, refuse_not_one_hot, refuse_no_distribution),
    classes=True,
)
def categorical_cross_entropy(p: Any, y: Any) -> Any:
    """-sum_i y_i log(p_i) over the classes, the mean over the samples. Slope: -y_i / p_i.

    ``p`` holds probabilities that sum to 1, ``y`` is one-hot: (k,) for a sample, (n, k) for a
    batch. A record holds ``-log`` of the true class's probability.
    """
    return -m.log(sum(pi * yi for pi, yi in _pairs(p, y)))


@loss(
    # sigmoid(z) - 1 is -sigmoid(-z), without the digits that the subtraction loses.
    lambda z, y: m.where(y == 1, -sigmoid(-z), sigmoid(z)),
    steps=recorded.binary_cross_entropy_from_logits,
    checks=(_one_output, refuse_labels),
)
def binary_cross_entropy_from_logits(z: Any, y: Any) -> Any:
    """``binary_cross_entropy(sigmoid(z), y)``, exact for any z. Slope: p - y, with p = sigmoid(z).

    Numbers, (n,) or (n, 1). It is softplus(-z) for y = 1 and softplus(z) for y = 0; so it is
    recorded.
    """
    return softplus(m.where(y == 1, -z, z))


@loss(
    lambda z, y: [pi - yi for pi, yi in _pairs(softmax_of(z), y)],
    steps=recorded.categorical_cross_entropy_from_logits,
    checks=(refuse_no_classes, refuse_not_one_hot),
    classes=True,
)
def categorical_cross_entropy_from_logits(z: Any, y: Any) -> Any:
    """``categorical_cross_entropy(softmax(z), y)``, exact for any z. Slope: p - y, p = softmax(z).

    (k,) for a sample, (n, k) for a batch, ``y`` one-hot. It is recorded as log(total) minus the
    logit of the true class, where total is the sum of the exponentials.
    """
    # log(sum of exp(z)) - z of the true class. The largest terms are counted and the rest goes
    # through log1p, so that a loss of 1e-30 has all of its digits.
    top = reduce(m.maximum, z)
    largest = sum(m.where(zi == top, 1.0, 0.0) for zi in z)
    rest = sum(m.where(zi == top, 0.0, m.exp(zi - top)) for zi in z)
    gap = top - sum(zi * yi for zi, yi in _pairs(z, y))
    return gap + m.log(largest) + m.log1p(rest / largest)


@loss(
    steps=recorded.binary_cross_entropy_as_written,
    checks=(_one_output, refuse_labels, refuse_no_probability),
)
def binary_cross_entropy_as_written(p: Any, y: Any) -> Any:
    """The textbook's formula with both terms: NaN for a perfect prediction, from 0 * log(0).

    Shapes and checks of :func:`binary_cross_entropy`. In a record log(0) is an error.
    """
    return -(y * m.log(p) + (1 - y) * m.log(1 - p))


@loss(
    steps=recorded.categorical_cross_entropy_as_written,
    checks=(refuse_no_classes, refuse_not_one_hot, refuse_no_distribution),
    classes=True,
)
def categorical_cross_entropy_as_written(p: Any, y: Any) -> Any:
    """The textbook's formula with all terms: NaN where a class has the probability 0.

    Shapes and checks of :func:`categorical_cross_entropy`. In a record log(0) is an error.
    """
    return -sum(yi * m.log(pi) for pi, yi in _pairs(p, y))
